"""Seals over the journal's chain: HMACs with a key that the system keyring keeps, so that no other hand can make one.

A seal says: so far, with this hash, had the chain come at this time. Seals stand in a table of the journal; the
newest stands in the keyring too, so that rows that were removed with their seals are missed all the same. So does an
HMAC of the limits the trader confirmed, whose values stand in the journal: no other row of another time fits it.
What it does not find out: what somebody does who can read this user's keyring, and what was done to rows before they
were sealed.
"""

import hashlib
import hmac
import json
import os
import secrets
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Self

from crosstrade_desk.protocol.problems import Invalid, counted
from crosstrade_desk.protocol.secret import Secret
from crosstrade_desk.storage.chain import holds
from crosstrade_desk.storage.cuts import NO_CUT, Cut, all_cuts, newest_cut
from crosstrade_desk.storage.findings import Broken
from crosstrade_desk.storage.newest import newest
from crosstrade_desk.storage.secrets import Slot

_KEY: Final = 32  # bytes
_MOST: Final = 6  # of the seals in one entry: the Windows Credential Manager takes 1,280 letters
_SEALS: Final = "SELECT id, link, rows, hash, at_us, mac FROM seals"
HAS_SEALS: Final = "SELECT EXISTS (SELECT 1 FROM seals UNION ALL SELECT 1 FROM cuts)"  # both are made with the key
_UNREADABLE: Final = Invalid("The keyring's entry for the seals is damaged.")


@dataclass(frozen=True, slots=True)
class Seal:
    """`link`: the newest link then, with its hash; `rows`: how many rows there were; `at_us`: UTC microseconds."""

    link: int
    rows: int
    digest: bytes
    at_us: int
    mac: bytes = field(repr=False)

    def stands_in(self, connection: sqlite3.Connection) -> bool:
        """Whether the journal still has the link it is over, and so all that was before it."""
        return holds(connection, self.link, self.digest)

    @property
    def when(self) -> str:
        """The time, for reading."""
        try:
            return f"{datetime.fromtimestamp(self.at_us / 1_000_000, UTC):%Y-%m-%d %H:%M:%S} UTC"
        except (ValueError, OverflowError, OSError):  # another hand wrote it
            return "an unknown time"


@dataclass(frozen=True, slots=True)
class Kept:
    """What the keyring keeps: the key, and the seals that have to stand in the journal, the newest one last.

    One that no longer stood there stays before it. `confirmed` is the HMAC of what was confirmed last, b"" before that.
    """

    key: bytes = field(repr=False)
    seals: tuple[Seal, ...] = ()
    confirmed: bytes = field(default=b"", repr=False)

    @classmethod
    def fresh(cls) -> Self:
        """A new key."""
        return cls(secrets.token_bytes(_KEY))

    def secret(self) -> Secret:
        """As it is kept."""
        rows = [[seal.link, seal.rows, seal.digest.hex(), seal.at_us, seal.mac.hex()] for seal in self.seals]
        return Secret(json.dumps([self.key.hex(), self.confirmed.hex(), *rows], separators=(",", ":")))

    def after(self, seal: Seal, *, stood: bool) -> "Kept":
        """With a newer seal. `stood`: whether the journal had the newest one until now."""
        former = self.seals[:-1] if stood else self.seals
        return replace(self, seals=(*former[: _MOST - 1], seal))

    def vouching(self, confirmed: str) -> "Kept":
        """With another text of what was confirmed."""
        return replace(self, confirmed=self._mac(["confirmed", confirmed]))

    def vouches(self, confirmed: str) -> bool:
        """Whether this very text was confirmed last."""
        return hmac.compare_digest(self.confirmed, self._mac(["confirmed", confirmed]))

    def mac(self, link: object, rows: object, digest: object, at_us: object) -> bytes:
        """The HMAC-SHA256 over the values, as `json.dumps` writes them in an array, the hash in hexadecimal."""
        shown = digest.hex() if isinstance(digest, bytes) else str(digest)
        return self._mac([link, rows, shown, at_us])

    def signed(self, cut: Cut) -> Cut:
        """The cut with its HMAC."""
        return replace(cut, mac=self._mac(cut.said))

    def fits(self, cut: Cut) -> bool:
        """Whether the cut was made with this key, and says what it said then."""
        return hmac.compare_digest(cut.mac, self._mac(cut.said))

    def may_follow(self, cut: Cut) -> bool:
        """Whether the next cut may go on from this one: there was none, or it was made with this key."""
        return cut == NO_CUT or self.fits(cut)

    def _mac(self, values: list[object]) -> bytes:
        text = json.dumps(values, separators=(",", ":"), default=_shown)
        return hmac.new(self.key, text.encode("utf-8", "surrogatepass"), hashlib.sha256).digest()


@dataclass(frozen=True, slots=True)
class Sealed:
    """Every seal matches. `last` is the newest one, None if there is none."""

    last: Seal | None


def slot_of(journal: Path) -> Slot:
    """The keyring's entry for this journal's seals. Named by where it is: one put in its place has to have them too."""
    name = hashlib.sha256(os.fsencode(os.path.realpath(journal))).hexdigest()
    return Slot(f"journal seal {name[:16]}")


def kept_of(secret: Secret) -> Kept | Invalid:
    """What the keyring's entry says."""
    try:
        key, *rows = json.loads(secret.reveal())
        confirmed = rows.pop(0) if rows and isinstance(rows[0], str) else ""  # a former version kept none
        seals = tuple(Seal(int(a), int(b), bytes.fromhex(c), int(d), bytes.fromhex(e)) for a, b, c, d, e in rows)
        kept = Kept(bytes.fromhex(key), seals, bytes.fromhex(confirmed))
    except (ValueError, TypeError, RecursionError):
        return _UNREADABLE
    return kept if len(kept.key) == _KEY else _UNREADABLE


def add_seal(connection: sqlite3.Connection, kept: Kept, at_us: int) -> Seal | None:
    """Seals what the journal holds now; None if the newest seal is over the same. Raises sqlite3.Error."""
    mark = newest(connection)
    if mark is None or (kept.seals and (kept.seals[-1].link, kept.seals[-1].digest) == (mark.link, mark.digest)):
        return None
    seal = Seal(mark.link, mark.rows, mark.digest, at_us, kept.mac(mark.link, mark.rows, mark.digest, at_us))
    connection.execute(
        "INSERT INTO seals VALUES (NULL, ?, ?, ?, ?, ?)", (seal.link, seal.rows, seal.digest, seal.at_us, seal.mac)
    )
    return seal


def in_seals(connection: sqlite3.Connection, kept: Kept) -> Sealed | Broken:
    """Holds the journal against its seals, its cuts and those in the keyring. Blocks: some microseconds a seal."""
    if alien := next((cut for cut in all_cuts(connection) if not kept.fits(cut)), None):
        return _foreign_cut(alien)
    found: dict[bytes, Seal] = {}
    for number, *what, mac in connection.execute(f"{_SEALS} ORDER BY id"):
        link, rows, digest, at_us = what
        if not _matches(kept, what, mac):
            return _foreign(number)
        found[mac] = Seal(link, rows, digest, at_us, mac)
    if lost := next((seal for seal in (*found.values(), *kept.seals) if not seal.stands_in(connection)), None):
        return Broken(lost.rows, rewritten(lost))
    if gone := next((seal for seal in kept.seals if seal.mac not in found), None):
        return _gone(gone)
    return Sealed([*found.values()][-1] if found else None)


def missed(connection: sqlite3.Connection, kept: Kept) -> Broken | None:
    """What is wrong from the keyring's newest seal on. Costs the same however long the journal is."""
    last = kept.seals[-1] if kept.seals else None
    if (cut := newest_cut(connection)) is not NO_CUT and not kept.fits(cut):
        return _foreign_cut(cut)
    if last and not last.stands_in(connection):
        return Broken(last.rows, rewritten(last))
    for number, *what, mac in connection.execute(f"{_SEALS} ORDER BY id DESC"):
        if not _matches(kept, what, mac):
            return _foreign(number)
        if last and mac == last.mac:
            return None
    return _gone(last) if last else None


def _matches(kept: Kept, what: list[object], mac: object) -> bool:
    return isinstance(mac, bytes) and hmac.compare_digest(mac, kept.mac(*what))


def _foreign(number: object) -> Broken:
    return Broken(0, f"Seal {number} does not match: another hand or another key made it, or changed it.")


def _foreign_cut(cut: Cut) -> Broken:
    words = f"The cut up to row {cut.point.row} does not match: another hand or another key made it, or changed it."
    return Broken(max(cut.point.row, 0), words)


def _shown(value: object) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)


def _gone(seal: Seal) -> Broken:
    return Broken(0, f"The seal of {seal.when} is missing: another hand removed it.")


def rewritten(seal: Seal) -> str:
    """What is said of a journal in which the seal does not stand."""
    return (
        f"The journal is not the one that was sealed at {seal.when} with {counted(seal.rows, 'row')}: "
        "something up to there was removed or changed, and the chain with it."
    )


def told(found: Sealed, newest_row: int) -> Iterator[str]:
    """What is sealed and what is not, in sentences."""
    last = found.last
    if last is None:
        yield "No row is sealed yet."
        return
    yield f"Sealed up to row {last.rows}, at {last.when}."
    if newest_row > last.rows:
        first, since = last.rows + 1, counted(newest_row - last.rows, "row")
        which = f"Row {first} is" if first == newest_row else f"Rows {first} to {newest_row} are"
        yield f"{which} not sealed: {since} since the last seal."
