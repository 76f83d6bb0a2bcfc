"""Cuts of the journal: which rows were moved into an archive, and the link of the chain from which it goes on.

What stays of the rows before a cut, which is those of unknown outcome and what was confirmed last, stands in the cut
with a hash of its own. Cuts are not in the chain: each has an HMAC with the key of the seals (`seals.py`).
"""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final, NamedTuple

from crosstrade_desk.protocol.problems import printable
from crosstrade_desk.storage.chain import link

_ALL: Final = "SELECT row, link, hash, run, word, goal, archive, digest, kept, at_us, mac FROM cuts ORDER BY id"
_NEWEST: Final = f"{_ALL} DESC LIMIT 1"
_BEFORE: Final = "SELECT * FROM {part} WHERE id BETWEEN 1 AND ? ORDER BY id"


class Point(NamedTuple):
    """A place in the chain before which every row has all that belongs to it: up to which row, link (and its hash),
    run and confirmation."""

    row: int = 0
    link: int = 0
    digest: bytes = b""
    run: int = 0
    word: int = 0


_ORIGIN: Final = Point()


class Stay(NamedTuple):
    """Something before the cut that stays in the journal, with a hash over it."""

    part: str
    id: int
    digest: str


NOTHING: Final = "[]"


def as_text(stays: Sequence[Stay]) -> str:
    """What stays, as a cut has it."""
    return json.dumps(stays, separators=(",", ":"))


def with_more(text: str, stays: Sequence[Stay]) -> str:
    """The text with more, at a cost that hardly grows with what was there."""
    if not stays or text == NOTHING:
        return as_text(stays) if stays else text
    return f"{text[:-1]},{as_text(stays)[1:]}"


@dataclass(frozen=True, slots=True)
class Cut:
    """`staying`: what stays, in JSON. `goal`: the last link in the archive; behind `point.link` while rows of it are
    still being removed."""

    point: Point = _ORIGIN
    goal: int = 0
    archive: str = ""
    archive_digest: bytes = b""
    staying: str = NOTHING
    at_us: int = 0
    mac: bytes = field(default=b"", repr=False)

    @property
    def is_done(self) -> bool:
        """Whether all that is in the archive has left the journal."""
        return self.point.link >= self.goal

    @property
    def stays(self) -> tuple[Stay, ...]:
        """What stays. What cannot be read, which another hand wrote, is nothing."""
        try:
            return tuple(Stay(str(part), int(number), str(digest)) for part, number, digest in json.loads(self.staying))
        except (ValueError, TypeError, RecursionError):
            return ()

    @property
    def rows(self) -> tuple[int, ...]:
        """The rows that stay, the oldest first."""
        return tuple(sorted(stay.id for stay in self.stays if stay.part == "intents"))

    @property
    def bounds(self) -> dict[str, int]:
        """By table, the number up to which only what stays is in the journal."""
        row = self.point.row
        return {
            "origin": min(row, 1),
            "sessions": self.point.run,
            "intents": row,
            "endings": row,
            "rules": row,
            "confirmed": self.point.word,
        }

    @property
    def said(self) -> list[object]:
        """What its HMAC is over."""
        *values, staying, at_us, _ = _values(self)
        return ["cut", *values, sha256(str(staying).encode("utf-8", "surrogatepass")).hexdigest(), at_us]

    def put_into(self, connection: sqlite3.Connection) -> None:
        """Makes it the newest; a former one of the same archive gives way. Call it inside a transaction."""
        connection.execute("INSERT INTO cuts VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", _values(self))
        connection.execute("DELETE FROM cuts WHERE archive = ? AND id < (SELECT max(id) FROM cuts)", (self.archive,))


NO_CUT: Final = Cut()


def _values(cut: Cut) -> tuple[object, ...]:
    point = cut.point
    before = (point.row, point.link, point.digest, point.run, point.word, cut.goal, cut.archive, cut.archive_digest)
    return (*before, cut.staying, cut.at_us, cut.mac)


def _cut(values: tuple[Any, ...]) -> Cut:
    """What cannot be a value, which another hand wrote, becomes none: its HMAC does not fit then."""
    numbers = [value if isinstance(value, int) else 0 for value in (*values[:2], *values[3:6], values[9])]
    row, number, run, word, goal, at_us = numbers
    digest, archive_digest, mac = (
        value if isinstance(value, bytes) else b"" for value in (values[2], values[7], values[10])
    )
    point, name = Point(row, number, digest, run, word), printable(str(values[6]))  # it is shown in terminals too
    return Cut(point, goal, name, archive_digest, str(values[8]), at_us, mac)


def all_cuts(connection: sqlite3.Connection) -> list[Cut]:
    """Every cut, the oldest first. Raises sqlite3.Error."""
    return [_cut(values) for values in connection.execute(_ALL)]


def newest_cut(connection: sqlite3.Connection) -> Cut:
    """The newest cut; `NO_CUT` if there is none. Raises sqlite3.Error."""
    found = connection.execute(_NEWEST).fetchone()
    return _cut(found) if found else NO_CUT


def stay_of(part: str, values: tuple[Any, ...]) -> Stay:
    """What is noted of something that stays."""
    return Stay(part, values[0], link(None, part, *values).hex())


def what_is_before(connection: sqlite3.Connection, cut: Cut) -> list[Stay]:
    """What the journal holds of that which is before the cut. Raises sqlite3.Error."""
    return [
        stay_of(part, values)
        for part, bound in cut.bounds.items()
        if bound
        for values in connection.execute(_BEFORE.format(part=part), (bound,))
    ]
