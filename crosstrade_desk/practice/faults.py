"""Faults on request, so that a trader can rehearse what a bad day looks like: asked for in a message's notes.

`notes=practice: hang up` hangs up after the message was carried out, and so on. `notes=practice: reading offline` goes
on for all reads until `practice: reading works`. Nothing of this is CrossTrade's.
"""

import re
from dataclasses import dataclass
from enum import Enum
from typing import Final

from crosstrade_desk.protocol.problems import Invalid, one_of


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


class ReadFault(Enum):
    """What goes wrong with reading through the API; the value is what it is called in the notes, after `reading`."""

    NONE = "works"
    KEY = "key"  # the key is not taken: 401
    PLAN = "plan"  # the plan has no API: 403
    OLD = "old"  # the add-on does not know the call: 404
    OFFLINE = "offline"  # the add-on is not connected: 408
    BUSY = "busy"  # too many requests: 429
    BROKEN = "broken"  # a fault of the server: 500
    RUBBISH = "rubbish"  # an answer nobody can read
    MOVED = "moved"  # a redirect to another address


_READING: Final = {f"reading {fault.value}": fault for fault in ReadFault}
_WORDS: Final = {fault.value: fault for fault in Fault}
_WISH = re.compile(r"([a-z ]+?)(?:\s+(\d{1,3}))?", re.IGNORECASE | re.ASCII)
_PREFIX: Final = "practice:"
_USUAL_DELAY_S: Final = 30


def parse_wish(text: str) -> Wish | ReadFault | Invalid | None:
    """Reads `hang up`, `delay 12`, `reading busy` and so on; "" is no fault. A delay without a number is 30 seconds."""
    bare = " ".join(text.lower().split())
    if bare in _READING:
        return _READING[bare]
    found = _WISH.fullmatch(bare)
    fault = _WORDS.get(found[1]) if found else None
    if not bare:
        return None
    if found is None or fault is None:
        return Invalid(f"A fault is {one_of((*_WORDS, *_READING))}; a delay may have a number of seconds behind it.")
    return Wish(fault, int(found[2] or _USUAL_DELAY_S) if fault is Fault.DELAY else 0)


def wished(notes: str) -> Wish | ReadFault | None:
    """The fault that a remark asks for, if it asks for one."""
    if not notes.strip().lower().startswith(_PREFIX):
        return None
    found = parse_wish(notes.strip()[len(_PREFIX) :])
    return None if isinstance(found, Invalid) else found
