"""Looks through the whole journal for rows, a range of numbers at a time, from beside: what writes never waits for it.

No index helps: one would cost each order its upkeep. A million rows take some seconds of another thread.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

from crosstrade_desk.protocol.catalogue import SPECS
from crosstrade_desk.protocol.problems import Invalid
from crosstrade_desk.storage.cuts import Cut, all_cuts, newest_cut
from crosstrade_desk.storage.cutting import used
from crosstrade_desk.storage.journal_file import connect, explain
from crosstrade_desk.storage.rows import MOST, SELECT, Row, lenient, row_of

T = TypeVar("T")
Choices = tuple[tuple[str, ...], tuple[str, ...]]
_RECENT: Final = 5000  # rows whose accounts and instruments are offered as choices
_TABLES: Final = SELECT[SELECT.index("FROM") :]
_TEXTS: Final = (
    *("i.place", "i.command", "i.accounts", "i.instrument", "i.sentence", "i.wire"),
    *("e.outcome", "e.sentence", "e.answer", "r.rule"),
)
_WIDE: Final = ", ".join(f"'{spec.token}'" for spec in SPECS.values() if spec.is_wide_alone)
_ACCOUNT: Final = rf"',' || i.accounts || ',' LIKE ? ESCAPE '\' OR i.accounts = '' AND i.command IN ({_WIDE})"
_INSTRUMENT: Final = rf"i.instrument LIKE ? ESCAPE '\' OR i.instrument = '' AND i.command IN ({_WIDE})"


@dataclass(frozen=True, slots=True)
class Sought:
    """Which rows are looked for: those to which all of it applies. Capitals count for nothing in Latin letters.

    `words`: each stands somewhere in the row. `outcome`: its word. `account`, `instrument`: the row names it, or is a
    command that reaches all of them.
    """

    words: tuple[str, ...] = ()
    outcome: str = ""
    account: str = ""
    instrument: str = ""

    @property
    def is_all(self) -> bool:
        """Whether every row is meant."""
        return self == Sought()


@dataclass(frozen=True, slots=True)
class Archive:
    """The journal at `path`, for threads beside the window's. Each call opens it anew, and blocks."""

    path: Path

    def find(self, sought: Sought, low: int, high: int) -> list[int] | Invalid:
        """The numbers of the rows from `low` to `high`, newest first. Some microseconds a row."""
        where, values = _condition(sought)
        statement = f"SELECT i.id {_TABLES} WHERE i.id BETWEEN ? AND ? {where} ORDER BY i.id DESC"
        return self._read(lambda journal: [number for (number,) in journal.execute(statement, (low, high, *values))])

    def rows(self, sought: Sought, low: int, high: int) -> list[Row] | Invalid:
        """The rows from `low` to `high`, oldest first."""
        where, values = _condition(sought)
        statement = f"{SELECT} WHERE i.id BETWEEN ? AND ? {where} ORDER BY i.id"
        return self._read(lambda journal: [row_of(found) for found in journal.execute(statement, (low, high, *values))])

    def choices(self) -> Choices | Invalid:
        """The accounts and the instruments that stand in the newest rows, each in the order of the alphabet."""
        return self._read(_choices)

    def kept(self) -> tuple[int, int] | Invalid:
        """Since when every row is there (UTC microseconds since 1970, 0 without a row), and the bytes they take."""
        return self._read(_kept)

    def moved(self) -> list[Cut] | Invalid:
        """The cuts: which rows are in which file beside the journal, the oldest first."""
        return self._read(all_cuts)

    def _read(self, work: Callable[[sqlite3.Connection], T]) -> T | Invalid:
        try:
            with closing(connect(self.path, "ro")) as journal:
                journal.text_factory = lenient
                return work(journal)
        except sqlite3.Error as error:
            return explain(error)


def _condition(sought: Sought) -> tuple[str, tuple[str, ...]]:
    """What is added to a WHERE, and its values."""
    parts = list(_parts(sought))
    return "".join(f" AND ({sql})" for sql, _ in parts), tuple(value for _, values in parts for value in values)


def _parts(sought: Sought) -> Iterator[tuple[str, tuple[str, ...]]]:
    if sought.outcome:
        yield "e.outcome = ?", (sought.outcome,)
    if sought.account:
        yield _ACCOUNT, (f"%,{_plain(sought.account)},%",)
    if sought.instrument:
        yield _INSTRUMENT, (_plain(sought.instrument),)
    for word in sought.words:
        yield " OR ".join(rf"{text} LIKE ? ESCAPE '\'" for text in _TEXTS), (f"%{_plain(word)}%",) * len(_TEXTS)


def _plain(word: str) -> str:
    """The word as a pattern that stands for itself."""
    return "".join(f"\\{sign}" if sign in "\\%_" else sign for sign in word)


def _choices(journal: sqlite3.Connection) -> Choices:
    statement = "SELECT accounts, instrument FROM intents WHERE id BETWEEN 1 AND ? ORDER BY id DESC LIMIT ?"
    found: list[Any] = journal.execute(statement, (MOST, _RECENT)).fetchall()
    accounts = {name for names, _ in found for name in str(names).split(",") if name}
    return tuple(sorted(accounts)), tuple(sorted({str(name) for _, name in found if name}))


def _kept(journal: sqlite3.Connection) -> tuple[int, int]:
    moved = newest_cut(journal).point.row
    first = journal.execute("SELECT at_us FROM intents WHERE id > ? ORDER BY id LIMIT 1", (moved,)).fetchone()
    return (first[0] if first and isinstance(first[0], int) else 0), used(journal)
