"""Faults on request, so that a trader can rehearse what a bad day looks like: asked for in a message's notes.

`notes=practice: hang up` hangs up after the message was carried out, and so on. Nothing of this is CrossTrade's.
"""

import re
from dataclasses import dataclass
from enum import Enum
from typing import Final


class Fault(Enum):
    """What goes wrong; the value is what it is called in the notes."""

    REFUSE = "refuse"  # a no, and nothing is carried out
    OFFLINE = "offline"  # the add-on is not connected: nothing is carried out
    BUSY = "busy"  # too many requests: nothing is carried out
    BROKEN = "broken"  # a fault of the server (500), after the message was carried out
    RUBBISH = "rubbish"  # an answer nobody can read, after the message was carried out
    HANG_UP = "hang up"  # no answer, after the message was carried out
    DROP = "drop"  # no answer, and nothing is carried out
    DELAY = "delay"  # the answer comes late, `seconds` after the message was carried out


@dataclass(frozen=True, slots=True)
class Wish:
    """A fault that was asked for. `seconds` counts for a delay alone."""

    fault: Fault
    seconds: int = 0


_WORDS: Final = {fault.value: fault for fault in Fault}
_WISH = re.compile(r"practice:\s*([a-z ]+?)(?:\s+(\d{1,3}))?\s*", re.IGNORECASE)
_USUAL_DELAY_S: Final = 30
PREVENTS: Final = frozenset([Fault.REFUSE, Fault.OFFLINE, Fault.BUSY, Fault.DROP])


def wished(notes: str) -> Wish | None:
    """The fault that a remark asks for, if it asks for one. A delay without a number is 30 seconds."""
    found = _WISH.fullmatch(notes.strip())
    fault = _WORDS.get(" ".join(found[1].lower().split())) if found else None
    if found is None or fault is None:
        return None
    return Wish(fault, int(found[2] or _USUAL_DELAY_S) if fault is Fault.DELAY else 0)
