"""CrossTrade's kill switch: when a refusal is its doing. Pure.

It is looked at before an order is carried out (source: docs advanced-options/kill-switch). In which words and with
which status it refuses is not documented; so its name in an answer tells, and else that it was thrown from here.
"""

import re
from typing import Final

from crosstrade_desk.protocol.command import Command
from crosstrade_desk.sending.outcome import Accepted, Outcome, Refused

BLOCKS: Final = "CrossTrade blocks this: its kill switch is on."
WAY_OUT: Final = "Turn it off with the command Kill switch."
_NAMED = re.compile(r"kill[ _-]?switch", re.IGNORECASE)
_OTHER_CAUSES: Final = (401, 404, 408, 413, 415, 429)  # key, address, add-on, length, type, pace


def after(command: Command, outcome: Outcome, was_on: bool) -> bool:
    """Whether it is known to be on after this outcome."""
    thrown = command.texts.get("kill_switch")
    if thrown is None:
        return was_on or is_named(outcome)
    return thrown == "on" if isinstance(outcome, Accepted) and outcome.verdict else was_on


def blocks(command: Command, outcome: Outcome, is_on: bool) -> bool:
    """Whether a message was refused because of it. Its own message always passes. `is_on`: as far as is known."""
    if not isinstance(outcome, Refused) or command.spec.control:
        return False
    return is_named(outcome) or (is_on and outcome.answer.status not in _OTHER_CAUSES)


def is_named(outcome: Outcome) -> bool:
    """Whether the answer itself says that it is the kill switch's doing, so that no part was carried out."""
    return isinstance(outcome, Refused) and bool(_NAMED.search(f"{outcome.sentence} {outcome.answer.text}"))
