"""Which of the program's sounds an event has, if any. Pure."""

from enum import Enum
from typing import Final

from crosstrade_desk.desk.flat_watch import Exited, Way
from crosstrade_desk.sending.outcome import NotSent, Refused, Unknown
from crosstrade_desk.storage.rows import Row


class Cue(Enum):
    """A sound: the name of its file, and of its setting behind `sound_`. What matters most comes first."""

    UNKNOWN = "unknown"
    REFUSED = "refused"
    FLAT = "flat"
    SENT = "sent"


# What a guard kept in has none: a double press would sound as if the first one had been refused.
_OUTCOMES: Final = {
    "accepted": Cue.SENT,
    "unconfirmed": Cue.SENT,
    Refused.word: Cue.REFUSED,
    NotSent.word: Cue.REFUSED,
    Unknown.word: Cue.UNKNOWN,
}
_WAYS: Final = {Way.FLAT: Cue.FLAT, Way.OPEN: Cue.UNKNOWN}


def of_row(row: Row) -> Cue | None:
    """The sound of a message's outcome."""
    return _OUTCOMES.get(row.outcome)


def of_exit(told: Exited) -> Cue | None:
    """The sound of what was read after an exit: that it is flat, or that it is not, which wants a look."""
    return _WAYS.get(told.way)
