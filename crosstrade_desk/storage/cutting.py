"""Finds what is to be moved from the journal into an archive, and removes it once the archive has it.

Each step of removing is one short transaction that moves the cut along with the rows: whenever the program dies, the
journal is whole from its cut on. What is before the cut and still in the archive's file only is there for good.
"""

import sqlite3
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from crosstrade_desk.protocol.problems import Invalid
from crosstrade_desk.storage.chain import PARTS
from crosstrade_desk.storage.cuts import Cut, Point, as_text, newest_cut, stay_of, with_more
from crosstrade_desk.storage.findings import one
from crosstrade_desk.storage.journal_file import connect, explain
from crosstrade_desk.storage.newest import read_marks
from crosstrade_desk.storage.rows import MOST
from crosstrade_desk.storage.seals import Kept

SPAN: Final = 250  # links that are moved in one go: some 100 rows
_WIDEST: Final = 128 * SPAN  # among which there has to be a place without an open row
_BEGINNINGS: Final = ("sessions", "intents", "confirmed")  # what belongs to a row that stands before it is none
_LINKS: Final = "SELECT id, part, row, hash FROM links WHERE id > ? AND id <= ? ORDER BY id LIMIT ?"
_UNFIT: Final = Invalid("The journal is not as it was when its archive was written: nothing more is removed.")
_ROOM: Final = 0.9  # of the size it may have is left, so that it is not cut again at once
_OF_UNKNOWN: Final = """SELECT * FROM {part} WHERE id > ? AND id <= ?
    AND id IN (SELECT e.id FROM endings e WHERE e.outcome = 'unknown' AND e.id = {part}.id)"""
_NEWEST_OF_ALL: Final = """SELECT * FROM {part} WHERE id > ? AND id <= ? AND id = (SELECT max(id) FROM {part})"""
_STAYING: Final = dict.fromkeys(PARTS, _OF_UNKNOWN) | {
    "origin": "SELECT * FROM {part} WHERE id > ? AND id <= ?",
    "confirmed": _NEWEST_OF_ALL,
    "sessions": "SELECT * FROM {part} WHERE id > ? AND id <= ? AND 0",
}
_REMOVE_SEALS: Final = "DELETE FROM seals WHERE id IN (SELECT id FROM seals ORDER BY id LIMIT ?) AND link <= ?"
_REMOVALS: Final = (  # a row of unknown outcome stays whole
    """DELETE FROM rules WHERE id BETWEEN ? AND ?
       AND NOT EXISTS (SELECT 1 FROM endings e WHERE e.id = rules.id AND e.outcome = 'unknown')""",
    "DELETE FROM endings WHERE id BETWEEN ? AND ? AND outcome <> 'unknown'",
    """DELETE FROM intents WHERE id BETWEEN ? AND ?
       AND NOT EXISTS (SELECT 1 FROM endings e WHERE e.id = intents.id)""",
)


@dataclass(frozen=True, slots=True)
class Rule:
    """What is old: rows before `before_us` (UTC microseconds), and the oldest ones while the journal holds more than
    `most_bytes` (0: any size), but none from `today_us` on."""

    before_us: int
    most_bytes: int
    today_us: int


@dataclass(frozen=True, slots=True)
class Until:
    """Up to which row and link may be moved at most."""

    row: int
    link: int


@dataclass(frozen=True, slots=True)
class Archived:
    """An archive that the disk has, under the name it has while it is written. `goal` is the last link in it."""

    goal: int
    name: str
    digest: bytes


def movable(path: Path, session: int, kept: Kept, rule: Rule) -> Until | Invalid | None:
    """How far the journal may be cut; None if nothing is old enough. Blocks: it reads the time of each old row.

    Nothing is moved that is open, of this run, or not under a seal; nor is anything of a journal that has lost what
    was noted or sealed of it, or that has rows from before the chain.
    """
    marks = read_marks(path)
    if isinstance(marks, Invalid):
        return marks
    try:
        with closing(connect(path, "ro")) as journal:
            if not marks or not kept.seals or one(journal, "SELECT rows + runs FROM origin WHERE id = 1"):
                return None
            if not (all(m.stands_in(journal) for m in marks) and all(s.stands_in(journal) for s in kept.seals)):
                return None
            row = min(_old(journal, rule), (one(journal, "SELECT min(id) FROM pending") or MOST) - 1)
            begun = one(journal, "SELECT id FROM links WHERE part = 'sessions' AND row = ? ORDER BY id DESC", session)
            link = min(begun, marks[-1].link, kept.seals[-1].link) - 1
            cut = newest_cut(journal).point
            return Until(row, link) if row > cut.row and link > cut.link else None
    except sqlite3.Error as error:
        return explain(error)


def _old(journal: sqlite3.Connection, rule: Rule) -> int:
    """The number of the newest row that is old."""
    moved, newest = newest_cut(journal).point.row, one(journal, "SELECT max(id) FROM intents WHERE id <= ?", MOST)
    first = "SELECT id FROM intents WHERE id > ? AND at_us >= ? ORDER BY id LIMIT 1"
    by_days, of_today = ((one(journal, first, moved, us) or newest + 1) - 1 for us in (rule.before_us, rule.today_us))
    size = used(journal)
    if not rule.most_bytes or size <= rule.most_bytes:
        return by_days
    share = 1 - rule.most_bytes * _ROOM / size
    return max(by_days, min(moved + int((newest - moved) * share), of_today))


def used(journal: sqlite3.Connection) -> int:
    """The bytes of the journal's file that hold something: room that was made free is written to again."""
    pages = one(journal, "SELECT page_count - freelist_count FROM pragma_page_count(), pragma_freelist_count()")
    return pages * one(journal, "SELECT page_size FROM pragma_page_size()")


def next_point(journal: sqlite3.Connection, start: Point, until: Until) -> Point | None:
    """A place some `SPAN` links after `start` up to which can be cut, None if there is none. Raises sqlite3.Error.

    It never lies between a row and its outcome: a row that was open for long is waited for.
    """
    span = SPAN
    while span <= _WIDEST:
        links = journal.execute(_LINKS, (start.link, until.link + 1, span)).fetchall()
        if found := _last_rest(links, start, until.row):
            return found
        if len(links) < span:
            return None
        span *= 2
    return None


def _last_rest(links: list[tuple[int, str, int, bytes]], start: Point, most: int) -> Point | None:
    """The last place among the links where no row was open."""
    found, here, is_open = None, start, set[int]()
    for number, part, row, digest in links:
        if part in _BEGINNINGS and not is_open and here is not start:
            found = here
        here = here._replace(link=number, digest=digest)
        match part:
            case "intents":
                if row > most:
                    break
                is_open.add(row)
                here = here._replace(row=row)
            case "endings":
                is_open.discard(row)
            case "sessions":
                here = here._replace(run=row)
            case "confirmed":
                here = here._replace(word=row)
            case _:
                pass
    return found


def further(path: Path, cut: Cut) -> Point | Invalid | None:
    """The next place up to which rows of an announced archive can be removed. Blocks for a millisecond."""
    try:
        with closing(connect(path, "ro")) as journal:
            return next_point(journal, cut.point, Until(MOST, cut.goal))
    except sqlite3.Error as error:
        return explain(error)


def settle(path: Path) -> Invalid | None:
    """Brings what was removed into the journal's own file, so that the one beside it stays short. Blocks for the disk.

    While pieces are removed one after the other, the keeper's own checkpoints never come to an end.
    """
    try:
        with closing(connect(path)) as journal:
            journal.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
    except sqlite3.Error as error:
        return explain(error)
    return None


def announce(journal: sqlite3.Connection, kept: Kept, archived: Archived, at_us: int) -> Cut | Invalid:
    """Notes an archive, before anything of it is removed. Raises sqlite3.Error."""
    former = newest_cut(journal)
    if not kept.may_follow(former):  # its HMAC would cover for what another hand wrote
        return _UNFIT
    return _put(
        journal,
        kept,
        replace(former, goal=archived.goal, archive=archived.name, archive_digest=archived.digest, at_us=at_us),
    )


def remove(journal: sqlite3.Connection, kept: Kept, point: Point, at_us: int) -> Cut | Invalid:
    """Removes what is before the point and in the archive, and moves the cut there. Raises sqlite3.Error."""
    former = newest_cut(journal)
    fits = journal.execute("SELECT 1 FROM links WHERE id = ? AND hash = ?", (point.link, point.digest)).fetchone()
    if not (fits and kept.fits(former) and former.point.link < point.link <= former.goal):
        return _UNFIT
    cut = _put(journal, kept, replace(former, point=point, staying=_staying(journal, former, point), at_us=at_us))
    for statement in _REMOVALS:
        journal.execute(statement, (former.point.row + 1, point.row))
    if point.word > former.point.word:
        words = [stay.id for stay in cut.stays if stay.part == "confirmed"] or [0]
        journal.execute("DELETE FROM confirmed WHERE id <= ? AND id <> ?", (point.word, words[0]))
    journal.execute("DELETE FROM sessions WHERE id <= ?", (point.run,))
    journal.execute(_REMOVE_SEALS, (point.link - former.point.link, point.link))
    journal.execute("DELETE FROM links WHERE id <= ?", (point.link,))
    return cut


def _put(journal: sqlite3.Connection, kept: Kept, cut: Cut) -> Cut:
    signed = kept.signed(cut)
    signed.put_into(journal)
    return signed


def _staying(journal: sqlite3.Connection, former: Cut, point: Point) -> str:
    """What stays before the point: what stayed at the former cut as it was noted then, and what is new."""
    new = Cut(point).bounds
    added = [
        stay_of(part, values)
        for part, bound in former.bounds.items()
        if new[part] > bound
        for values in journal.execute(_STAYING[part].format(part=part), (bound, new[part]))
    ]
    if any(stay.part == "confirmed" for stay in added):  # in place of the one that was confirmed last before
        return as_text([*(stay for stay in former.stays if stay.part != "confirmed"), *added])
    return with_more(former.staying, added)
