"""What the desk tells its listeners, as data. Listeners are called on the loop's thread and must not block."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from crosstrade_desk.desk.notices import Notice
from crosstrade_desk.sending.outcome import Link
from crosstrade_desk.storage.rows import Row


class Mode(Enum):
    """Where orders go. Nothing but the address differs."""

    PRACTICE = "PRACTICE"
    LIVE = "LIVE"


@dataclass(frozen=True, slots=True)
class Place:
    """The place messages go to now. `shown` is its address without the secret parts; `foreign`: not CrossTrade's."""

    mode: Mode
    shown: str
    foreign: bool = False


@dataclass(frozen=True, slots=True)
class NoPlace:
    """Messages can go nowhere: `sentence` says why, `way_on` what to do about it."""

    mode: Mode
    sentence: str
    way_on: str


@dataclass(frozen=True, slots=True)
class RowBegun:
    """A message is on its way; its row stands in the journal."""

    row: Row


@dataclass(frozen=True, slots=True)
class RowEnded:
    """The message's outcome is known. `kept` is false if the journal could not keep it."""

    row: Row
    kept: bool = True


Event = Place | NoPlace | RowBegun | RowEnded | Link | Notice
Listener = Callable[[Event], None]
