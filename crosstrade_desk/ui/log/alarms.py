"""Exits about which something is left to do: those that did not come out, and those that may be needed once more.

They stand until the trader puts them away or the same exit is accepted later. Pure.
"""

from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from crosstrade_desk.desk.flat_watch import Exited, Way
from crosstrade_desk.protocol.catalogue import FLATTEN
from crosstrade_desk.protocol.command import Command, compose
from crosstrade_desk.protocol.message import Message, read
from crosstrade_desk.sending.outcome import NotSent, Refused, Unknown
from crosstrade_desk.storage.rows import Row
from crosstrade_desk.ui.kill_switch import is_blocked
from crosstrade_desk.ui.reach import named, reach

_FAILED: Final = {
    NotSent.word: "NOT SENT: {name} did not get through.",
    Refused.word: "REFUSED: {name}.",
    Unknown.word: "UNKNOWN: {name} may not have got through.",
}
_SCOPE: Final[tuple[str, ...]] = ("account", "instrument")
_BLOCKED: Final = "BLOCKED BY THE KILL SWITCH: {name}."
_OVERTOOK: Final = "LOOK AT POSITIONS: {name} overtook an order without an answer. It may still fill."


class Kind(Enum):
    """How loud it is: the theme's name of its ground."""

    FAILED = "failed"
    AGAIN = "again"
    BEYOND = "beyond"


@dataclass(frozen=True, slots=True)
class Alarm:
    """One exit, with the row that gives reason to it. `read`: what else is known, such as what was read of it."""

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
        """What happened and what may be, in the program's own words alone. The verb comes first."""
        name = named(self.message.command)
        if self.kind is Kind.BEYOND:
            return f"Not in FLATTEN: {reach(self.message.command)}. {self.read}"
        if self.kind is Kind.AGAIN:
            return _OVERTOOK.format(name=name)
        if self.read:
            return f"NOT FLAT: {self.read}. {name} was accepted, and this is still there. Look in NinjaTrader."
        closes = self.message.command.spec.closes
        stake = "The position may still be open." if closes else "Orders may still be working."
        if self.is_blocked:
            return f"{_BLOCKED.format(name=name)} {stake}"
        return f"{_FAILED[self.row.outcome].format(name=name)} {stake}"

    @property
    def text(self) -> str:
        """The headline, and what was said of an exit that failed. The end of the line may be cut."""
        if self.kind is not Kind.FAILED or self.read or self.is_blocked:
            return self.headline
        return f"{self.headline} {self.row.ending.sentence if self.row.ending else ''}"

    @property
    def again(self) -> Message | None:
        """What gets out as this exit was meant to, and does no more when it is done twice; None if nothing does.

        A part of a position that is closed twice is two parts: in its place all of it is flattened.
        """
        command = self.message.command
        if command.is_idempotent:
            return self.message
        texts = {name: command.texts[name] for name in _SCOPE if name in command.texts}
        found = compose(FLATTEN, texts, _SCOPE) if command.spec.closes else None
        return Message(found) if isinstance(found, Command) else None

    @property
    def label(self) -> str:
        """What a button says that sends `again`: no less than what it does."""
        command = self.message.command
        if self.kind is Kind.BEYOND:
            return "Flatten this too"
        if not command.is_idempotent:
            return "Flatten all of it"
        if not command.spec.closes:
            return "Cancel again"
        # With options it is another exit than its name alone says, such as one of the long side only.
        return "Flatten again" if command.values.keys() <= set(_SCOPE) else "Send the same again"


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
        self.standing = [alarm for alarm in self.standing if not _is_settled(alarm, row)]


def _is_settled(alarm: Alarm, row: Row) -> bool:
    """Whether a row is about the same exit, or about what is offered in its place."""
    offered = (alarm.row.intent.place, alarm.again.masked) if alarm.again else None
    return _same(row) in (_same(alarm.row), offered)


def _same(row: Row) -> tuple[str, str]:
    return row.intent.place, row.intent.wire


def _exit(row: Row) -> Message | None:
    command = read(row.intent.wire).command
    return Message(command) if isinstance(command, Command) and command.spec.exits else None
