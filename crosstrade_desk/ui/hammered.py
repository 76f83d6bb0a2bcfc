"""Presses right after one that went. One order of several presses must not be read as none, nor as several. Pure."""

import math
from typing import Final

from crosstrade_desk.protocol.own_text import without_own_line
from crosstrade_desk.sending.outcome import NotSent
from crosstrade_desk.storage.rows import Row

_RULES: Final = ("double press", "in flight")  # guards that keep in what hammering adds


class Hammered:
    """Counts the presses that repeated the message which went last. The rows of those may come before its own."""

    def __init__(self) -> None:
        self._went: Row | None = None
        self._kept_in: list[Row] = []

    def begun(self, row: Row) -> Row | None:
        """Takes in a row that has begun. Gives the one that is to be told of now: None for one kept in by itself."""
        if row.ending is None:
            self._went = row
            self._kept_in = [one for one in self._kept_in if one.id > row.id]
            return row
        if row.ending.rule not in _RULES:
            return None
        self._kept_in.append(row)
        return self._went if self._went and row in self._further(self._went) else None

    def ended(self, row: Row) -> None:
        """Takes in a row whose outcome is known."""
        if self._went and self._went.id == row.id:
            self._went = row

    def _further(self, row: Row) -> list[Row]:
        return [one for one in self._kept_in if one.id > row.id and _aim(one) == _aim(row)]

    def words(self, row: Row) -> str:
        """What is said of the presses that repeated this row, "" if none did."""
        further = self._further(row) if self._went and self._went.id == row.id else []
        if not further:
            return ""
        seconds = max(1, math.ceil((further[-1].intent.at_us - row.intent.at_us) / 100_000)) / 10
        presses = "1 further press" if len(further) == 1 else f"{len(further)} further presses"
        kept_in = f"{presses} within {seconds:g} s {'was' if len(further) == 1 else 'were'} not sent"
        return f"{kept_in} either." if row.outcome == NotSent.word else f"1 sent; {kept_in}."


def _aim(row: Row) -> tuple[str, str]:
    return row.intent.place, without_own_line(row.intent.wire)
