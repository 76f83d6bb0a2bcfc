"""What the desk tells its listeners, as data. Listeners are called on the loop's thread and must not block."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from crosstrade_desk.desk.arming import Arm
from crosstrade_desk.desk.attempts import Question
from crosstrade_desk.desk.away import Away
from crosstrade_desk.desk.notices import Notice
from crosstrade_desk.desk.times import UNTIMED, Times
from crosstrade_desk.protocol.command import Command
from crosstrade_desk.protocol.message import Message
from crosstrade_desk.sending.outcome import Link
from crosstrade_desk.storage.cuts import Cut
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
    """A row stands in the journal: its message is on its way, or `row.ending` says which guard kept it in.

    `command`: what the row's text says, so that no listener reads it again.
    """

    row: Row
    command: Command


@dataclass(frozen=True, slots=True)
class RowEnded:
    """The message's outcome is known. `kept` is false if the journal could not keep it. `times`: as far as known."""

    row: Row
    command: Command
    kept: bool = True
    times: Times = UNTIMED


@dataclass(frozen=True, slots=True)
class Retrying:
    """An exit surely never left and is tried again: after how many tries, for how many seconds more, and why."""

    message: Message
    tries: int
    left_s: float
    why: str


@dataclass(frozen=True, slots=True)
class Asked:
    """The trader is asked about a message; nothing of it was sent yet."""

    message: Message
    question: Question


Event = Place | NoPlace | RowBegun | RowEnded | Retrying | Asked | Arm | Away | Link | Notice | Cut
Listener = Callable[[Event], None]
