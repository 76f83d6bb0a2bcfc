"""Where entries of this run went, so that it can be told what a FLATTEN would not reach. Pure.

A preset, a call or a change of ticks lets entries go where the ticket no longer looks.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from crosstrade_desk.desk.flat_watch import ends_flat, reaches
from crosstrade_desk.desk.reading import is_account
from crosstrade_desk.desk.trails import CONFIRMED_IN_S
from crosstrade_desk.protocol.command import Command
from crosstrade_desk.protocol.instrument import canonical
from crosstrade_desk.readback.values import Orders, Positions
from crosstrade_desk.sending.outcome import NotSent, Refused


def never_came(command: Command, outcome: str) -> bool:
    """Whether an outcome says that nothing of a command was carried out."""
    return outcome == NotSent.word or (outcome == Refused.word and not command.in_parts)


@dataclass(frozen=True, slots=True)
class Held:
    """One account and instrument that may hold a position or a working order by an entry of this run.

    `account` is "" for an entry that reached all of them.
    """

    place: str
    account: str
    instrument: str


@dataclass(slots=True)
class _Entries:
    """The entries into one place. `due`: the second from which on a read says what became of each, infinite while it
    has no answer.

    `idle`: since when no order works there, by such a read.
    """

    due: dict[int, float] = field(default_factory=dict)  # by row
    idle: float = math.inf


class Traded:
    """Keeps where entries went until they surely did not, an exit reached them, a read shows that nothing of them is
    left, or the trader puts them away. Seconds are monotonic.
    """

    def __init__(self) -> None:
        self._entries: dict[Held, _Entries] = {}  # the place entered last at the end

    def begun(self, row: int, place: str, command: Command, today: date) -> tuple[Held, ...]:
        """A message is on its way. Gives where it enters."""
        instrument = canonical(command.texts.get("instrument"), today)
        accounts = (command.accounts or ("",)) if command.spec.opens and instrument else ()
        entered = tuple(Held(place, account, instrument) for account in accounts)
        for held in entered:
            former = self._entries.pop(held, _Entries())
            self._entries[held] = _Entries({**former.due, row: math.inf})
        return entered

    def ended(self, row: int, place: str, command: Command, outcome: str, today: date, now: float) -> None:
        """What became of a message: an entry that never came, or an exit that was accepted, takes away."""
        if command.spec.opens:
            self._answered(row, None if never_came(command, outcome) else now + CONFIRMED_IN_S + command.delay_s)
        elif outcome == "accepted" and ends_flat(command):
            for held, entries in self._entries.items():
                if held.place == place and reaches(command, held.account, held.instrument, today):
                    entries.due = {entry: due for entry, due in entries.due.items() if entry > row}
        self._entries = {held: entries for held, entries in self._entries.items() if entries.due}

    def _answered(self, row: int, due: float | None) -> None:
        for entries in self._entries.values():
            if row in entries.due and due is None:
                del entries.due[row]
            elif row in entries.due and due is not None:
                entries.due[row] = due

    def orders(self, place: str, account: str, found: Orders, asked: float, now: float, today: date) -> None:
        """Takes in the orders of an account, as they were asked for at a second and are known now."""
        for held, entries in self._of(place, account):
            working = any(
                one.works and canonical(one.instrument, today) in {held.instrument, ""} for one in found.items
            )
            if working:
                entries.idle = math.inf
            elif found.whole and asked >= max(entries.due.values()):
                entries.idle = min(entries.idle, now)

    def positions(self, place: str, found: Positions, asked: float, today: date) -> None:
        """Takes in every open position. What is flat takes away where no order worked any more before it was asked."""
        for held, entries in list(self._of(place)):
            there = [one for one in found.items if is_account(one.account, held.account)]
            is_open = any(one.signed != 0 and canonical(one.instrument, today) == held.instrument for one in there)
            if found.whole and not is_open and asked >= entries.idle:
                del self._entries[held]

    def _of(self, place: str, account: str = "") -> Iterator[tuple[Held, _Entries]]:
        """What is held at a place in accounts by name, in this one only if it is given."""
        for held, entries in self._entries.items():
            if held.place == place and held.account and (not account or is_account(held.account, account)):
                yield held, entries

    def forget(self, held: Held) -> None:
        """The trader knows: until another entry goes there."""
        self._entries.pop(held, None)

    def beyond(self, place: str, exit_: Command | None, today: date) -> tuple[Held, ...]:
        """What of a place an exit would not reach, entered last first. None stands for an exit that cannot be sent."""
        return tuple(
            held
            for held in reversed(self._entries)
            if held.place == place and not (exit_ and reaches(exit_, held.account, held.instrument, today))
        )
