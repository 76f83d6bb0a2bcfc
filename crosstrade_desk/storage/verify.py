"""Whether the journal is as it was written: finds the first row that was changed, removed, added or moved.

It cannot find out about somebody who rewrites everything: each hash, and the file beside the journal too. Against him
help the seals (`sealed`), and number and hash of the newest link, which `Whole` gives, kept elsewhere. Of rows
that were written before the chain began it sees only that none is missing.
"""

import sqlite3
from dataclasses import dataclass, replace
from pathlib import Path

from crosstrade_desk.protocol.problems import Invalid
from crosstrade_desk.storage.chain import exactly
from crosstrade_desk.storage.cuts import NO_CUT, Cut, newest_cut
from crosstrade_desk.storage.findings import (
    Broken,
    Marks,
    in_chain,
    in_marks,
    in_numbers,
    in_open_rows,
    in_stays,
    one,
    stray,
)
from crosstrade_desk.storage.journal_file import explain
from crosstrade_desk.storage.journal_reading import Reading, open_to_read
from crosstrade_desk.storage.journal_schema import strange_part
from crosstrade_desk.storage.newest import Mark, newest, read_marks
from crosstrade_desk.storage.seals import HAS_SEALS, Kept, Sealed, in_seals


@dataclass(frozen=True, slots=True)
class Whole:
    """No row is at fault. `rows` are in the chain, `before` were written before it began. `newest` is None without a
    chain. `tail`: whether there was a file beside the journal to tell that its end is there. `altered` names the table
    or trigger that another hand removed, changed or added, "" if none."""

    rows: int
    before: int
    newest: Mark | None
    tail: bool
    altered: str = ""
    cut: Cut = NO_CUT


def verify(path: Path, *, archive: bool = False) -> Whole | Broken | Invalid:
    """Holds every row against the chain. Blocks: some 10 µs a row. Memory does not grow with the rows.

    `archive`: what stayed in the journal at a former cut is in a former archive, and need not be in this one.
    """
    marks = read_marks(path)  # first: what is noted by now is in the state that is read next
    reading = open_to_read(path, exactly)
    if isinstance(reading, Invalid):
        return reading
    if reading is None:
        return _without_rows(marks)
    with reading:
        try:
            return _judged(reading, marks, archive) if not reading.is_empty else _without_rows(marks)
        except sqlite3.Error as error:
            return explain(error)


def sealed(path: Path, kept: Kept) -> Sealed | Broken | Invalid:
    """Holds the journal against its seals and those in the keyring, once `verify` found it whole. Blocks."""
    reading = open_to_read(path, exactly)
    if not isinstance(reading, Reading):
        return reading or Broken(1, "The journal is gone.")
    with reading:
        try:
            return in_seals(reading.connection, kept)
        except sqlite3.Error as error:
            return explain(error)


def has_seals(path: Path) -> bool | Invalid:
    """Whether the journal holds seals or cuts, whoever made them. Blocks for some milliseconds."""
    reading = open_to_read(path, exactly)
    if not isinstance(reading, Reading):
        return reading or False
    with reading:
        try:
            return bool(one(reading.connection, HAS_SEALS))
        except sqlite3.Error as error:
            return explain(error)


def _without_rows(marks: Marks) -> Whole | Broken:
    return Broken(1, "The journal is gone; the file beside it tells of rows.") if marks else Whole(0, 0, None, False)


def _judged(reading: Reading, marks: Marks, archive: bool) -> Whole | Broken:
    altered = strange_part(reading.connection)
    try:
        found = _in_rows(reading, marks, archive)
    except sqlite3.OperationalError:
        if altered:
            return Broken(0, altered)
        raise
    return replace(found, altered=altered) if isinstance(found, Whole) else found


def _in_rows(reading: Reading, marks: Marks, archive: bool) -> Whole | Broken:
    connection, has_chain = reading.connection, reading.has_chain
    cut = newest_cut(connection)
    rows = one(connection, "SELECT count(*) FROM intents WHERE id < 1 OR id > ?", cut.point.row)
    old = one(connection, "SELECT rows FROM origin WHERE id = 1") if has_chain else rows
    before = 0 if cut.point.row else old
    found = in_chain(connection) or stray(connection) if has_chain else None
    found = found or in_stays(connection, cut, all_of_it=not archive)
    found = found or in_numbers(connection, before) or in_open_rows(connection)
    found = found or (in_marks(connection, marks) if has_chain else _in_no_chain(marks))
    newest_link = newest(connection) if has_chain else None
    return found or Whole(rows - before, before, newest_link, tail=bool(marks), cut=cut)


def _in_no_chain(marks: Marks) -> Broken | None:
    return Broken(1, "The journal has no chain, and the file beside it tells of one.") if marks else None
