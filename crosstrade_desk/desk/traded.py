"""Where entries of this run went, so that it can be told what a FLATTEN would not reach. Pure.

A preset, a call or a change of ticks lets entries go where the ticket no longer looks.
"""

from dataclasses import dataclass
from datetime import date

from crosstrade_desk.desk.flat_watch import ends_flat, reaches
from crosstrade_desk.desk.reading import canonical
from crosstrade_desk.protocol.command import Command
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


class Traded:
    """Keeps where entries went until they surely did not, an exit reached them, or the trader puts them away."""

    def __init__(self) -> None:
        self._rows: dict[Held, set[int]] = {}  # the rows of the entries, the place entered last at the end

    def begun(self, row: int, place: str, command: Command, today: date) -> tuple[Held, ...]:
        """A message is on its way. Gives where it enters."""
        instrument = canonical(command.texts.get("instrument"), today)
        accounts = (command.accounts or ("",)) if command.spec.opens and instrument else ()
        entered = tuple(Held(place, account, instrument) for account in accounts)
        for held in entered:
            self._rows[held] = {*self._rows.pop(held, ()), row}
        return entered

    def ended(self, row: int, place: str, command: Command, outcome: str, today: date) -> None:
        """What became of a message: an entry that never came, or an exit that was accepted, takes away."""
        if command.spec.opens:
            gone = {row} if never_came(command, outcome) else set()
            self._keep({held: rows - gone for held, rows in self._rows.items()})
        elif outcome == "accepted" and ends_flat(command):
            for held, rows in list(self._rows.items()):
                if held.place == place and reaches(command, held.account, held.instrument, today):
                    self._rows[held] = {entry for entry in rows if entry > row}
            self._keep(self._rows)

    def _keep(self, rows: dict[Held, set[int]]) -> None:
        self._rows = {held: entries for held, entries in rows.items() if entries}

    def forget(self, held: Held) -> None:
        """It is flat, or the trader knows: until another entry goes there."""
        self._rows.pop(held, None)

    def beyond(self, place: str, exit_: Command | None, today: date) -> tuple[Held, ...]:
        """What of a place an exit would not reach, entered last first. None stands for an exit that cannot be sent."""
        return tuple(
            held
            for held in reversed(self._rows)
            if held.place == place and not (exit_ and reaches(exit_, held.account, held.instrument, today))
        )
