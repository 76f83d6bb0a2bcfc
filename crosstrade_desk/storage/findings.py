"""The checks of `verify`. Each gives the first fault it finds: the first in the order in which things were written."""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, Final, NamedTuple

from crosstrade_desk.protocol.problems import Invalid
from crosstrade_desk.storage.chain import PARTS, link
from crosstrade_desk.storage.cuts import Cut, Point, newest_cut, what_is_before
from crosstrade_desk.storage.newest import Mark
from crosstrade_desk.storage.rows import MOST

Marks = tuple[Mark, ...] | Invalid | None
_NAMES: Final = {
    "origin": "The beginning of the chain",
    "sessions": "The start of run {}",
    "endings": "The outcome of row {}",
    "rules": "The guard that blocked row {}",
    "confirmed": "What was confirmed of the settings, number {},",
}
_WALK: Final = """SELECT links.id, links.part, links.row, links.hash, {columns} FROM links {joins}
    WHERE links.id BETWEEN ? AND ? ORDER BY links.id"""
_COLUMNS: Final = ", ".join(f"{part}.{column}" for part, columns in PARTS.items() for column in columns)
_JOINS: Final = " ".join(f"LEFT JOIN {part} ON links.part = '{part}' AND {part}.id = links.row" for part in PARTS)
_PLACES: Final = {  # of the values of each table in what `_WALK` gives
    part: slice(end - len(columns), end)
    for (part, columns), end in zip(PARTS.items(), accumulate(map(len, PARTS.values())), strict=True)
}
_STRANGE: Final = """SELECT id FROM {part} WHERE id NOT BETWEEN 1 AND ?
    AND id NOT IN (SELECT row FROM links WHERE part = '{part}') ORDER BY id < 1, id LIMIT 1"""
_GAP: Final = """SELECT min(o.id) + 1 FROM (SELECT ? AS id UNION ALL SELECT id FROM intents WHERE id BETWEEN ? AND ?) o
    WHERE NOT EXISTS (SELECT 1 FROM intents WHERE intents.id = o.id + 1)"""
_OPEN: Final = """SELECT i.id FROM intents i LEFT JOIN endings e ON e.id = i.id LEFT JOIN pending p ON p.id = i.id
    WHERE (e.id IS NULL) <> (p.id IS NOT NULL) OR p.id IS NOT NULL AND p.session IS NOT i.session
    ORDER BY i.id LIMIT 1"""
_OPEN_WITHOUT_ROW: Final = "SELECT id FROM pending WHERE id NOT IN (SELECT id FROM intents) ORDER BY id < 1, id LIMIT 1"


_ALIEN: Final = "SELECT part, row FROM links WHERE id <= ?"
_MOST_LINKS: Final = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Broken:
    """`row` is the first row that is not as it was written, 0 if it cannot be told which; `sentence` tells of it."""

    row: int
    sentence: str


class _Link(NamedTuple):
    """A link with what it names; `values` are nulls if that is not there."""

    number: int
    part: object
    row: object
    digest: Any
    values: Sequence[object]

    def stands_behind(self, former: bytes) -> bool:
        """Whether it was written behind the link with this hash."""
        return self.values[0] is not None and link(former, self.part, *self.values) == self.digest


def _links(connection: sqlite3.Connection, low: int = -(2**63), high: int = _MOST_LINKS) -> Iterator[_Link]:
    walk = _WALK.format(columns=_COLUMNS, joins=_JOINS)
    for number, part, row, digest, *everything in connection.execute(walk, (low, high)):
        yield _Link(number, part, row, digest, everything[_PLACES[part]] if part in _PLACES else (None,))


def in_chain(connection: sqlite3.Connection, since: Point | None = None, high: int = _MOST_LINKS) -> Broken | None:
    """Goes from link to link, from the newest cut or from `since` on, and holds each against the one before it."""
    cut = newest_cut(connection).point
    start = since or cut
    number, former = start.link, start.digest
    for found in _links(connection, number + 1, high):
        if found.number != number + 1 or not found.stands_behind(former):
            return _in_place_of(connection, found, former, number)
        number, former = found.number, found.digest
    if since is None and (alien := connection.execute(_ALIEN, (cut.link,)).fetchone()):
        return _broken(connection, alien[0], alien[1], "has a link that this program did not write")
    return None


def _in_place_of(connection: sqlite3.Connection, found: _Link, former: bytes, number: int) -> Broken:
    """What is wrong behind link `number`, where `found` stands now."""
    if moved := next((it for it in _links(connection) if it.stands_behind(former)), None):
        return _broken(connection, moved.part, moved.row, "was moved in the chain")
    if found.number == number + 1:
        return _broken(connection, found.part, found.row, "is missing" if found.values[0] is None else "was changed")
    rows = one(connection, "SELECT max(id) FROM intents WHERE id BETWEEN 1 AND ?", MOST)
    unknown = Broken(0, f"What was written between link {number} and link {found.number} of the chain is missing.")
    return stray(connection) or in_numbers(connection, rows) or in_open_rows(connection) or unknown


def stray(connection: sqlite3.Connection) -> Broken | None:
    """What is in the journal and not in the chain, and was not there before the chain."""
    rows = one(connection, "SELECT rows FROM origin WHERE id = 1")
    exempt = {"sessions": one(connection, "SELECT runs FROM origin WHERE id = 1"), "intents": rows, "endings": rows}
    bounds = newest_cut(connection).bounds  # what is before a cut is looked at by `in_stays`
    for part in PARTS:
        bound = max(exempt.get(part, 0), bounds[part])
        found = connection.execute(_STRANGE.format(part=part), (bound,)).fetchone()
        if found:
            what = "is not in the chain: it was added by another hand, or its link was removed"
            return _broken(connection, part, found[0], what)
    return None


def in_numbers(connection: sqlite3.Connection, newest: int) -> Broken | None:
    """The first number up to `newest` without a row."""
    moved = newest_cut(connection).point.row
    missing = one(connection, _GAP, moved, moved + 1, MOST)
    return Broken(missing, f"Row {missing} is missing.") if 0 < missing <= newest else None


def in_stays(connection: sqlite3.Connection, cut: Cut, *, all_of_it: bool) -> Broken | None:
    """Holds what is there of what is before the cut against what the cut says. `all_of_it`: nothing may be missing."""
    noted = {(stay.part, stay.id): stay.digest for stay in cut.stays}
    for part, number, digest in what_is_before(connection, cut):
        if noted.pop((part, number), None) != digest:
            known = any((part, number) == (stay.part, stay.id) for stay in cut.stays)
            what = "was changed" if known else "was moved to an archive and is here again: another hand put it back"
            return _broken(connection, part, number, what)
    lost = next(iter(noted), None) if all_of_it else None
    return _broken(connection, *lost, "is missing") if lost else None


def in_open_rows(connection: sqlite3.Connection) -> Broken | None:
    """Where the list of the rows without an outcome does not agree with the rows."""
    for statement in (_OPEN, _OPEN_WITHOUT_ROW):
        if found := connection.execute(statement).fetchone():
            return Broken(max(found[0], 0), f"Row {found[0]} has no outcome where it had one, or the other way round.")
    return None


def in_marks(connection: sqlite3.Connection, marks: Marks) -> Broken | None:
    """What the file beside the journal knows and the journal does not."""
    if isinstance(marks, Invalid):
        return Broken(0, marks.message)
    lost = next((mark for mark in marks or () if not mark.stands_in(connection)), None)
    return _torn(connection, lost) if lost else None


def _torn(connection: sqlite3.Connection, mark: Mark) -> Broken:
    rows = one(connection, "SELECT max(id) FROM intents WHERE id BETWEEN 1 AND ?", MOST)
    if mark.rows > rows:
        return Broken(rows + 1, f"Row {rows + 1} and what came after it is missing: there were {mark.rows} rows once.")
    if found := connection.execute("SELECT part, row FROM links WHERE id = ?", (mark.link,)).fetchone():
        return _broken(connection, found[0], found[1], "or something before it was changed, and the chain with it")
    return Broken(0, f"An outcome at the end is missing: the chain had {mark.link} links once.")


def one(connection: sqlite3.Connection, statement: str, *values: object) -> int:
    """The number that the statement gives, 0 if none."""
    found = connection.execute(statement, values).fetchone()
    return found[0] if found and isinstance(found[0], int) else 0


def _broken(connection: sqlite3.Connection, part: object, at: object, what: str) -> Broken:
    return Broken(_row(connection, part, at), f"{_NAMES.get(str(part), 'Row {}').format(at)} {what}.")


def _row(connection: sqlite3.Connection, part: object, at: object) -> int:
    """The first row that a fault in this place concerns, 0 if none."""
    match part:
        case "origin":
            return 1
        case "confirmed":
            return 0
        case "sessions":
            return one(connection, "SELECT min(id) FROM intents WHERE session = ?", at)
        case _:
            return max(at, 0) if isinstance(at, int) else 0
