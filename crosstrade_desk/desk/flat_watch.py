"""Whether an exit that was accepted led to a flat position. Flat is said by a read that came out, and by nothing else.

Pure: time is an argument, in monotonic seconds.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from typing import Final

from crosstrade_desk.desk.reading import is_account
from crosstrade_desk.desk.trails import CONFIRMED_IN_S
from crosstrade_desk.protocol.command import Command
from crosstrade_desk.protocol.instrument import canonical
from crosstrade_desk.readback.values import Position, Positions
from crosstrade_desk.storage.rows import Row

_MOST: Final = 50  # exits that are watched at once
_LEFT_OUT: Final = ("require_market_position", "strategy_id")  # with these it may rightly leave a position


class Way(Enum):
    """How far an exit got; the value is its word in the log."""

    WATCHED = "flat?"
    FLAT = "flat"
    OPEN = "NOT FLAT"
    UNREAD = "flat? not read"


@dataclass(frozen=True, slots=True)
class Exited:
    """One exit and what is left of the positions that it closes."""

    row: Row
    command: Command
    due: float
    way: Way = Way.WATCHED
    left: tuple[Position, ...] = ()

    @property
    def is_flat(self) -> bool:
        """Whether nothing is left."""
        return self.way is Way.FLAT

    @property
    def still(self) -> str:
        """What is left, in words: `LONG 2 MES 12-26 on Sim101`."""
        return ", ".join(map(words, self.left))

    @property
    def why(self) -> str:
        """What a way that needs it means, and what to do."""
        match self.way:
            case Way.OPEN:
                return f"Not flat: {self.still}. Look in NinjaTrader, and flatten again."
            case Way.UNREAD:
                return "Whether it is flat could not be read in time. Look in NinjaTrader."
            case Way.WATCHED | Way.FLAT:
                return ""


def words(one: Position) -> str:
    """A position in words: `LONG 2 MES 12-26 on Sim101`."""
    size = one.quantity if one.quantity is not None else "?"
    return f"{(one.side or '?').upper()} {size} {one.instrument} on {one.account}"


class FlatWatch:
    """Watches exits until a read shows that nothing of what they close is left. Each call gives what changed."""

    def __init__(self) -> None:
        self._watched: dict[int, tuple[Exited, float]] = {}  # by row; with the second from which on a read counts
        self._closed: list[tuple[Command, float]] = []  # the last ones that were answered, and when

    def answered(self, row: Row, command: Command, now: float) -> tuple[Exited, ...]:
        """An exit was taken, or may have been. Of those that need not end flat there is nothing to watch."""
        if command.spec.closes and (command.accounts or command.spec.is_wide_alone):
            self._closed = [*self._closed[1 - _MOST :], (command, now)]
        if not ends_flat(command):
            return ()
        made = Exited(row, command, now + CONFIRMED_IN_S + command.delay_s)
        self._watched[row.id] = (made, now)
        for oldest in list(self._watched)[: max(0, len(self._watched) - _MOST)]:
            del self._watched[oldest]
        return (made,)

    def opened(self, command: Command, today: date) -> None:
        """An entry left: what is held from now on may be its position, and no longer what an exit left."""
        name = canonical(command.texts.get("instrument"), today)
        for row, (exit_, _) in list(self._watched.items()):
            if any(reaches(exit_.command, account, name, today) for account in command.accounts):
                del self._watched[row]

    @property
    def accounts(self) -> tuple[str, ...]:
        """The accounts that exits name of which no read has shown yet that they are flat."""
        named = (name for exit_, _ in self._watched.values() for name in exit_.command.accounts)
        return tuple({name.casefold(): name for name in named}.values())

    def is_leaving(self, one: Position, asked: float, today: date) -> bool:
        """Whether a position that was asked for at a second says nothing of now: a close of it was answered since, or
        an exit is still to lead to flat. It may be gone.
        """
        closes = [command for command, since in self._closed if asked < since]
        closes += [exit_.command for exit_, _ in self._watched.values() if exit_.way is Way.WATCHED]
        return any(_is_left(command, one, today) for command in closes)

    def take(self, found: Positions, asked: float, today: date) -> tuple[Exited, ...]:
        """Takes in every open position, as it was asked for at a second."""
        return tuple(self._looked(found, asked, today))

    def _looked(self, found: Positions, asked: float, today: date) -> Iterator[Exited]:
        for row, (exit_, since) in list(self._watched.items()):
            left = tuple(one for one in found.items if _is_left(exit_.command, one, today))
            if asked < since or not (left or found.whole):
                continue  # too old to tell, or not all of it came
            if not left:
                del self._watched[row]
                yield replace(exit_, way=Way.FLAT, left=())
            elif asked >= exit_.due and (exit_.way, exit_.left) != (Way.OPEN, left):
                yield self._now(row, replace(exit_, way=Way.OPEN, left=left), since)
            elif exit_.way is Way.WATCHED:
                self._now(row, replace(exit_, left=left), since)

    def _now(self, row: int, exit_: Exited, since: float) -> Exited:
        self._watched[row] = (exit_, since)
        return exit_

    def tick(self, now: float) -> tuple[Exited, ...]:
        """Gives up waiting for those about which nothing came in time; a later read still counts."""
        late = [
            (row, *pair) for row, pair in self._watched.items() if pair[0].way is Way.WATCHED and now >= pair[0].due
        ]
        return tuple(
            self._now(row, replace(exit_, way=Way.OPEN if exit_.left else Way.UNREAD), since)
            for row, exit_, since in late
        )


def ends_flat(command: Command) -> bool:
    """Whether nothing of what an exit reaches is left once it was carried out."""
    named = command.accounts or command.spec.is_wide_alone
    return bool(named) and command.spec.closes and command.is_idempotent and not set(_LEFT_OUT) & command.values.keys()


def reaches(command: Command, account: str, instrument: str, today: date) -> bool:
    """Whether an exit reaches an account and an instrument in its form to be compared."""
    accounts, named = command.accounts, command.texts.get("instrument")
    fits = not accounts or any(is_account(account, one) for one in accounts)
    return fits and (not named or canonical(named, today) == instrument)


def _is_left(command: Command, one: Position, today: date) -> bool:
    if one.signed == 0 or not reaches(command, one.account or "", canonical(one.instrument, today), today):
        return False
    side = command.texts.get("market_position", "")
    return not side or (one.side or "").casefold() == side.casefold()
