"""Seals over the chain: nobody without the key can make one, and what was sealed cannot be taken back unseen."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from sqlite3 import Connection

import pytest

from crosstrade_desk.protocol.problems import Invalid
from crosstrade_desk.protocol.secret import Secret
from crosstrade_desk.storage.newest import beside
from crosstrade_desk.storage.seals import Kept, Seal, Sealed, kept_of, slot_of, told
from crosstrade_desk.storage.verify import Broken, Whole, sealed, verify
from support.journals import BLOCKED, INTENT, cut, forge, opened, unguarded

AT = 1_764_000_000_000_000


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.db"


async def run(path: Path, kept: Kept, rows: int = 2, unsealed: int = 0) -> Kept:
    """One run that writes rows, seals them, and writes some more."""
    journal = opened(path)
    for _ in range(rows):
        await journal.note(INTENT, BLOCKED)
    seal = await journal.seal(kept, AT)
    assert isinstance(seal, Seal)
    journal.sync()
    for _ in range(unsealed):
        await journal.note(INTENT, BLOCKED)
    await journal.close()
    return kept.after(seal, stood=True)


def test_what_was_sealed_is_told_and_what_was_not(path: Path) -> None:
    kept = asyncio.run(run(path, asyncio.run(run(path, Kept.fresh())), unsealed=2))
    found = sealed(path, kept)
    assert isinstance(found, Sealed), found
    assert [*told(found, 6)] == [
        "Sealed up to row 4, at 2025-11-24 16:00:00 UTC.",
        "Rows 5 to 6 are not sealed: 2 rows since the last seal.",
    ]
    assert [*told(found, 4)][1:] == []
    assert [*told(found, 5)][1:] == ["Row 5 is not sealed: 1 row since the last seal."]
    assert [*told(Sealed(None), 5)] == ["No row is sealed yet."]


def test_the_same_chain_is_sealed_once(path: Path) -> None:
    async def twice() -> object:
        journal = opened(path)
        kept = Kept.fresh()
        seal = await journal.seal(kept, AT)
        assert isinstance(seal, Seal)
        again = await journal.seal(kept.after(seal, stood=True), AT + 1)
        await journal.close()
        return again

    assert asyncio.run(twice()) is None


def forged(connection: Connection) -> None:
    connection.execute("UPDATE intents SET wire = 'x' WHERE id = 1")
    forge(connection)


def shortened(connection: Connection) -> None:
    cut(connection, 3)
    connection.execute("DELETE FROM seals")


def shortened_by_one_seal(connection: Connection) -> None:
    (link,) = connection.execute("SELECT link FROM seals WHERE id = 1").fetchone()
    cut(connection, link)
    connection.execute("DELETE FROM seals WHERE id > 1")


@pytest.mark.parametrize("change", [forged, shortened, shortened_by_one_seal])
def test_who_makes_the_chain_and_the_file_beside_it_anew_is_found_out(
    path: Path, change: Callable[[Connection], None]
) -> None:
    kept = asyncio.run(run(path, asyncio.run(run(path, Kept.fresh()))))
    with unguarded(path) as connection:
        change(connection)
    beside(path).unlink()
    assert isinstance(verify(path), Whole)
    found = sealed(path, kept)
    assert isinstance(found, Broken), found
    assert "The journal is not the one that was sealed at 2025-11-24 16:00:00 UTC" in found.sentence


@pytest.mark.parametrize(
    "column", ["link = link - 1", "rows = 9", "hash = x'00'", "at_us = 5", "mac = x'00'", "mac = zeroblob(32)"]
)
def test_a_seal_that_was_changed_is_named(path: Path, column: str) -> None:
    kept = asyncio.run(run(path, asyncio.run(run(path, Kept.fresh()))))
    with unguarded(path) as connection:
        connection.execute(f"UPDATE seals SET {column} WHERE id = 2")
    found = sealed(path, kept)
    assert isinstance(found, Broken), found
    assert found.sentence.startswith("Seal 2 does not match")


def test_a_seal_of_another_key_is_named(path: Path) -> None:
    asyncio.run(run(path, Kept.fresh()))
    found = sealed(path, Kept.fresh())
    assert isinstance(found, Broken), found
    assert found.sentence.startswith("Seal 1 does not match")


def test_seals_that_were_removed_by_themselves_are_missed(path: Path) -> None:
    kept = asyncio.run(run(path, Kept.fresh()))
    with unguarded(path) as connection:
        connection.execute("DELETE FROM seals")
    assert sealed(path, kept) == Broken(0, "The seal of 2025-11-24 16:00:00 UTC is missing: another hand removed it.")


def test_what_was_lost_once_is_named_for_ever_whatever_is_sealed_after(path: Path) -> None:
    kept = asyncio.run(run(path, Kept.fresh()))
    with unguarded(path) as connection:
        shortened(connection)

    async def on() -> Kept:
        journal = opened(path)
        assert isinstance(journal.missed(kept), Broken)
        seal = await journal.seal(kept, AT + 1)
        await journal.close()
        assert isinstance(seal, Seal)
        return kept.after(seal, stood=False)

    later = asyncio.run(on())
    assert len(later.seals) == 2
    found = sealed(path, later)
    assert isinstance(found, Broken), found
    assert "with 2 rows" in found.sentence


def test_what_the_keyring_keeps_comes_back_and_fits_into_the_smallest_one() -> None:
    kept = Kept.fresh().vouching("limits")
    for number in range(20):
        seal = Seal(10**10 + number, 10**9, b"\xff" * 32, AT, b"\xff" * 32)
        kept = kept.after(seal, stood=False)
    assert kept.seals[-1].link == 10**10 + 19
    assert kept_of(kept.secret()) == kept
    assert len(kept.secret().reveal()) <= 1280
    assert kept.key.hex() not in repr(kept)


@pytest.mark.parametrize("text", ["", "[]", "{}", "5", '["00"]', '["' + "0" * 64 + '", [1]]', "[" * 10_000])
def test_an_entry_that_is_none_is_said_to_be_unreadable(text: str) -> None:
    assert kept_of(Secret(text)) == Invalid("The keyring's entry for the seals is damaged.")


def test_each_place_of_a_journal_has_an_entry_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    assert slot_of(tmp_path / "a") != slot_of(tmp_path / "b")
    assert slot_of(tmp_path / "link" / "a") == slot_of(tmp_path / "a")


def test_a_time_that_no_clock_shows_is_shown_as_unknown() -> None:
    seal = Seal(1, 1, b"", AT, b"")
    assert replace(seal, at_us=2**62).when == "an unknown time"
