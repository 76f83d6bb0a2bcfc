"""Which rows of the journal share one line of the log: presses in a row that one guard kept in, of one message. Pure.

A line costs memory only where rows share it, so a million rows of their own cost none.
"""

from bisect import bisect_right
from dataclasses import dataclass, field

from crosstrade_desk.protocol.own_text import without_own_line
from crosstrade_desk.storage.rows import BLOCKED, Row


@dataclass(slots=True)
class Folds:
    """Rows are added in the order of their ids, from any id on. Lines are numbered upwards, as ids are, from 1.

    What was not added stands in a line of its own.
    """

    _firsts: list[int] = field(default_factory=list)  # of each group of rows that share a line, oldest group first
    _lasts: list[int] = field(default_factory=list)
    _lines: list[int] = field(default_factory=list)
    _aims: dict[int, int] = field(default_factory=dict)  # first row of a line -> the row its presses repeated
    _former: Row | None = None

    def add(self, row: Row) -> bool:
        """Takes in the next row. Gives whether it joins the line of the one before it."""
        former, self._former = self._former, row
        if former is None or row.outcome != BLOCKED or not _are_alike(former, row):
            return False
        if former.outcome == BLOCKED and _guard(former) == _guard(row):
            self._join(row.id)
            return True
        aim = self.aim(former.id) if former.outcome == BLOCKED else former.id
        if aim is not None:
            self._aims[row.id] = aim
        return False

    def _join(self, row_id: int) -> None:
        if self._lasts and self._lasts[-1] == row_id - 1:
            self._lasts[-1] = row_id
        else:
            self._lines.append(self.line(row_id - 1))
            self._firsts.append(row_id - 1)
            self._lasts.append(row_id)

    def _first(self, row_id: int) -> int:
        group = bisect_right(self._firsts, row_id) - 1
        return self._firsts[group] if group >= 0 and row_id <= self._lasts[group] else row_id

    def line(self, row_id: int) -> int:
        """The line in which a row stands."""
        group = bisect_right(self._firsts, row_id) - 1
        if group < 0:
            return row_id
        return self._lines[group] + max(0, row_id - self._lasts[group])

    def newest(self, line: int) -> int:
        """The newest row of a line."""
        group = bisect_right(self._lines, line) - 1
        return line if group < 0 else self._lasts[group] + line - self._lines[group]

    def times(self, newest: int) -> int:
        """How many rows stand in the line of which this is the newest row."""
        return newest - self._first(newest) + 1

    def aim(self, row_id: int) -> int | None:
        """The row of the message that the presses in its line repeated, if they followed right after it."""
        return self._aims.get(self._first(row_id))


def _are_alike(former: Row, row: Row) -> bool:
    one, other = former.intent, row.intent
    same = without_own_line(one.wire) == without_own_line(other.wire) and one.place == other.place
    return former.id == row.id - 1 and same


def _guard(row: Row) -> str:
    return row.ending.rule if row.ending else ""
