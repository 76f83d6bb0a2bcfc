"""Exits about which something is left to do: those that did not come out, and those that may be needed once more.

They stand until the trader puts them away or the same exit is accepted later. Pure.
"""

from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from crosstrade_desk.desk.flat_watch import Exited, Way
from crosstrade_desk.desk.kill_switch import BLOCKS
from crosstrade_desk.protocol.command import Command
from crosstrade_desk.protocol.message import Message, read
from crosstrade_desk.sending.outcome import NotSent, Refused, Unknown
from crosstrade_desk.storage.rows import Row
from crosstrade_desk.ui.kill_switch import is_blocked
from crosstrade_desk.ui.reach import named

_FAILED: Final = {
    NotSent.word: "did not get through",
    Refused.word: "was refused",
    Unknown.word: "may not have got through",
}
_OVERTOOK: Final = "overtook an order without an answer. It may still fill: look at positions."


class Kind(Enum):
    """How loud it is: the theme's name of its ground."""

    FAILED = "failed"
    AGAIN = "again"


@dataclass(frozen=True, slots=True)
class Alarm:
    """One exit, with the row that gives reason to it. `read`: what was read of it, if that gives the reason."""

    kind: Kind
    row: Row
    message: Message
    read: str = ""

    @property
    def is_blocked(self) -> bool:
        """Whether CrossTrade's kill switch stood in its way."""
        return is_blocked(self.row)

    @property
    def headline(self) -> str:
        """What happened and what may be, in the program's own words alone. What matters most comes first."""
        name = named(self.message.command)
        if self.kind is Kind.AGAIN:
            return f"{name} {_OVERTOOK}"
        if self.read:
            return f"NOT FLAT: {self.read}. {name} was accepted, and this is still there. Look in NinjaTrader."
        closes = self.message.command.spec.closes
        stake = "The position may still be open." if closes else "Orders may still be working."
        if self.is_blocked:
            return f"{name}: {BLOCKS} {stake}"
        return f"{name} {_FAILED[self.row.outcome]}. {stake}"

    @property
    def text(self) -> str:
        """The headline, and what was said of an exit that failed. The end of the line may be cut."""
        if self.kind is Kind.AGAIN or self.read or self.is_blocked:
            return self.headline
        return f"{self.headline} {self.row.ending.sentence if self.row.ending else ''}"


@dataclass(slots=True)
class Alarms:
    """The alarms that stand, the newest last."""

    standing: list[Alarm] = field(default_factory=list)
    _accepted: dict[tuple[str, str], int] = field(default_factory=dict)  # exit -> when one was pressed that came out

    @property
    def current(self) -> Alarm | None:
        """The newest of them."""
        return self.standing[-1] if self.standing else None

    def ended(self, row: Row) -> None:
        """Takes in an outcome: of an exit that failed, or that came out and settles what stood before it."""
        message = _exit(row)
        if message is None:
            return
        if row.outcome == "accepted":
            self._accepted[_same(row)] = max(row.intent.at_us, self._accepted.get(_same(row), 0))
            self._settle(row)
        elif row.outcome in _FAILED and row.intent.at_us >= self._accepted.get(_same(row), 0):
            self._put(Alarm(Kind.FAILED, row, message))

    def exited(self, told: Exited) -> None:
        """Takes in what was read after an exit: that it is not flat, or that it is, which settles what stood before."""
        if told.way is Way.FLAT:
            later = [one for one in self.standing if one.row.id > told.row.id]
            self._settle(told.row)
            self.standing += [one for one in later if one not in self.standing]
        elif told.way is Way.OPEN:
            self._put(Alarm(Kind.FAILED, told.row, Message(told.command), told.still))

    def again(self, row: Row) -> None:
        """Takes in an exit that may be needed once more."""
        if message := _exit(row):
            self._put(Alarm(Kind.AGAIN, row, message))

    def dismiss(self) -> None:
        """Puts the newest one away."""
        del self.standing[-1:]

    def _put(self, alarm: Alarm) -> None:
        self._settle(alarm.row)  # of the same exit the last word counts
        self.standing.append(alarm)

    def _settle(self, row: Row) -> None:
        self.standing = [alarm for alarm in self.standing if _same(alarm.row) != _same(row)]


def _same(row: Row) -> tuple[str, str]:
    return row.intent.place, row.intent.wire


def _exit(row: Row) -> Message | None:
    command = read(row.intent.wire).command
    return Message(command) if isinstance(command, Command) and command.spec.exits else None
