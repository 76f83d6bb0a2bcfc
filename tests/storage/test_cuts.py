"""Old rows move into an archive: none is lost, both files verify, and a cut made by another hand is found out."""

import os
import sqlite3
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from crosstrade_desk.protocol.problems import Invalid
from crosstrade_desk.storage.archiving import Archiving, put_in_place
from crosstrade_desk.storage.cuts import Cut, Point
from crosstrade_desk.storage.cutting import further, movable
from crosstrade_desk.storage.findings import Broken
from crosstrade_desk.storage.journal_reading import Reading, open_to_read
from crosstrade_desk.storage.seals import Kept, Sealed, missed
from crosstrade_desk.storage.verify import Whole, sealed, verify
from support.cuts import DAY_US, LOST, START_US, Run, fill
from support.journals import BLOCKED, INTENT, opened, raw, unguarded

pytestmark = pytest.mark.anyio


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.db"


def rows(path: Path) -> list[int]:
    reading = open_to_read(path)
    assert isinstance(reading, Reading)
    with reading:
        return [row.id for row in reading.rows()]


def whole(path: Path, *, archive: bool = False) -> Whole:
    found = verify(path, archive=archive)
    assert isinstance(found, Whole), found
    assert found.altered == ""
    return found


async def cut_once(path: Path, days: int = 10, before: int = 6, **more: object) -> tuple[Cut, Kept]:
    await fill(path, days, **more)  # type: ignore[arg-type]
    run = await Run.begin(path, Kept.fresh())
    cut = await run.cut(before)
    await run.journal.close()
    assert cut
    return cut, run.kept


async def test_rows_from_before_a_day_stand_in_the_archive_and_the_others_in_the_journal(path: Path) -> None:
    cut, kept = await cut_once(path)
    archive = path.with_name(cut.archive)
    assert (cut.point.row, cut.archive) == (24, "journal-2025-11.db")
    assert rows(archive) == [*range(1, 25)]
    assert rows(path) == [*range(25, 42)]
    assert (whole(path).rows, whole(archive, archive=True).rows) == (17, 24)
    assert isinstance(sealed(path, kept), Sealed)
    assert archive.stat().st_mode & 0o777 == 0o600


async def test_each_archive_goes_on_where_the_last_one_ended(path: Path) -> None:
    _, kept = await cut_once(path)
    run = await Run.begin(path, kept)
    cut = await run.cut(8)
    await run.journal.close()
    assert cut
    archive = path.with_name(cut.archive)
    assert cut.archive == "journal-2025-12.db"
    assert rows(archive) == [*range(25, 33)]
    assert rows(path) == [*range(33, 43)]
    assert whole(archive, archive=True).rows == 8
    assert whole(path).rows == 10
    assert isinstance(sealed(path, run.kept), Sealed)


async def test_a_row_of_unknown_outcome_stays_in_the_journal_and_is_in_the_archive_too(path: Path) -> None:
    cut, _ = await cut_once(path, unknown=(3, 10))
    assert cut.rows == (3, 10)
    assert rows(path)[:3] == [3, 10, 25]
    assert rows(path.with_name(cut.archive)) == [*range(1, 25)]
    assert whole(path).rows == 17


async def test_what_stays_stays_at_the_next_cut_as_it_was(path: Path) -> None:
    _, kept = await cut_once(path, unknown=(3,))
    run = await Run.begin(path, kept)
    cut = await run.cut(8)
    await run.journal.close()
    assert cut
    assert cut.rows == (3,)
    assert rows(path)[:2] == [3, 33]
    whole(path)
    assert rows(path.with_name(cut.archive)) == [*range(25, 33)]
    whole(path.with_name(cut.archive), archive=True)


async def test_what_was_confirmed_last_is_there_after_everything_was_cut(path: Path) -> None:
    cut, _ = await cut_once(path, before=500)
    assert cut.point.row == 40
    journal = opened(path)
    assert journal.confirmed() == "limits"
    assert await journal.confirm(START_US, "others") is None
    assert journal.confirmed() == "others"
    await journal.close()
    whole(path)


async def test_rows_go_on_counting_after_a_cut(path: Path) -> None:
    await cut_once(path, before=500)
    journal = opened(path)
    assert await journal.note(INTENT, BLOCKED) == 42
    await journal.close()
    whole(path)


async def test_rows_of_this_run_and_of_today_are_never_moved(path: Path) -> None:
    await fill(path, 3)
    run = await Run.begin(path, Kept.fresh())
    for _ in range(3):
        await run.journal.note(INTENT, BLOCKED)  # as old as the oldest, but of this run
    await run.seal()
    cut = await run.cut(500)
    assert cut
    assert cut.point.row == 12
    await run.journal.close()


async def test_an_open_row_and_what_came_after_it_stay(path: Path) -> None:
    await fill(path, 3)
    waiting = opened(path)
    await waiting.begin(INTENT)
    await waiting.note(INTENT, BLOCKED)
    run = await Run.begin(path, Kept.fresh())
    with raw(path) as connection:  # as if its run were another process that lives
        connection.execute("DELETE FROM pending")
        connection.execute("INSERT INTO pending VALUES (13, 2)")
    until = movable(path, run.journal.session, run.kept, run.rule(500))
    assert until is not None
    assert not isinstance(until, Invalid)
    assert until.row == 12
    await waiting.close()
    await run.journal.close()


async def test_a_row_and_its_outcome_are_never_on_two_sides_of_a_cut(path: Path) -> None:
    journal = opened(path)
    late = await journal.begin(INTENT)
    for _ in range(3):
        await journal.note(INTENT, BLOCKED)
    assert isinstance(late, int)
    await journal.finish(late, LOST)
    await journal.note(replace(INTENT, at_us=START_US + DAY_US), BLOCKED)
    await journal.close()
    run = await Run.begin(path, Kept.fresh())
    assert await run.cut(0) is None
    cut = await run.cut(1)
    assert cut
    assert cut.point.row == 4
    await run.journal.close()
    whole(path)


async def test_a_journal_that_has_outgrown_its_size_is_cut_to_nine_tenths(path: Path) -> None:
    await fill(path, 100)
    run = await Run.begin(path, Kept.fresh())
    assert await run.cut(0, most_bytes=10_000_000) is None
    cut = await run.cut(0, most_bytes=60_000)
    assert cut
    assert 200 < cut.point.row < 400
    await run.journal.close()
    whole(path)


async def test_rows_of_the_last_day_stay_however_large_the_journal_is(path: Path) -> None:
    await fill(path, 100)
    run = await Run.begin(path, Kept.fresh())
    cut = await run.cut(0, most_bytes=1, today=30)
    assert cut
    assert cut.point.row == 120
    await run.journal.close()


async def test_nothing_is_removed_that_is_not_in_the_announced_archive(path: Path) -> None:
    await fill(path, 100)
    run = await Run.begin(path, Kept.fresh())
    cut = await run.announced(50)
    assert cut
    point = further(path, cut)
    assert isinstance(point, Point)
    last = further(path, replace(cut, point=Point(row=200, link=cut.goal), goal=cut.goal + 60))
    assert isinstance(last, Point)
    for wrong in (point._replace(digest=b"x" * 32), point._replace(link=0), last):
        assert isinstance(await run.journal.remove(run.kept, wrong, START_US), Invalid)
    assert isinstance(await run.journal.remove(Kept.fresh(), point, START_US), Invalid)
    assert run.journal.cut() == cut
    await run.journal.close()


def removed_and_covered(connection: sqlite3.Connection) -> None:
    """What another hand would do who knows the program and has not the key: cut, and say so as the program does."""
    link, digest = connection.execute("SELECT id, hash FROM links WHERE part = 'endings' AND row = 4").fetchone()
    connection.execute(
        "INSERT INTO cuts VALUES (NULL, 4, ?, ?, 1, 0, ?, 'journal-2025-11.db', x'00', '[]', 1, zeroblob(32))",
        (link, digest, link),
    )
    for part in ("rules", "endings", "intents", "links"):
        connection.execute(f"DELETE FROM {part} WHERE id <= ?", (link if part == "links" else 4,))
    connection.execute("DELETE FROM sessions WHERE id = 1")


async def test_a_cut_made_by_another_hand_is_found_out_and_at_the_start_too(path: Path) -> None:
    await fill(path, 10)
    run = await Run.begin(path, Kept.fresh())
    await run.journal.close()
    with unguarded(path) as connection:
        removed_and_covered(connection)
    found = sealed(path, run.kept)
    assert isinstance(found, Broken), found
    assert found.sentence.startswith("The cut up to row 4 does not match: another hand")
    with raw(path) as connection:
        assert missed(connection, run.kept) == found


@pytest.mark.parametrize(
    "column",
    ["row = row - 1", "goal = goal + 1", "archive = 'x'", "digest = x'00'", "kept = '[]'", "at_us = 5", "mac = x'00'"],
)
async def test_a_cut_that_was_changed_is_named(path: Path, column: str) -> None:
    _, kept = await cut_once(path, unknown=(3,))
    with unguarded(path) as connection:
        connection.execute(f"UPDATE cuts SET {column}")
    found = sealed(path, kept)
    assert isinstance(found, Broken), found
    assert "does not match" in found.sentence


AGAIN = """INSERT INTO intents SELECT 5, session, at_us, place, command, accounts, instrument, sentence, wire
    FROM intents WHERE id = 3"""
LINK_AGAIN = "INSERT INTO links SELECT 5, part, row, hash FROM links WHERE id = (SELECT max(id) FROM links)"


@pytest.mark.parametrize(
    ("statement", "row", "said"),
    [
        ("DELETE FROM cuts", 1, "The beginning of the chain is not in the chain"),
        ("UPDATE intents SET wire = 'x' WHERE id = 3", 3, "Row 3 was changed"),
        ("UPDATE endings SET outcome = 'accepted' WHERE id = 3", 3, "The outcome of row 3 was changed"),
        ("DELETE FROM endings WHERE id = 3", 3, "The outcome of row 3 is missing"),
        (AGAIN, 5, "Row 5 was moved to an archive and is here again"),
        ("DELETE FROM intents WHERE id = 25", 25, "Row 25 is missing"),
        ("UPDATE cuts SET row = row + 1", 25, "Row 25 was moved to an archive and is here again"),
        (LINK_AGAIN, 41, "did not write"),
    ],
)
async def test_what_another_hand_does_before_or_at_a_cut_is_found(
    path: Path, statement: str, row: int, said: str
) -> None:
    await cut_once(path, unknown=(3,))
    with unguarded(path) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute(statement)
    found = verify(path)
    assert isinstance(found, Broken), found
    assert said in found.sentence
    assert found.row == row


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM intents WHERE id = 25",
        "DELETE FROM endings WHERE id = 25",
        "DELETE FROM links WHERE id = (SELECT max(id) FROM links)",
        "DELETE FROM seals",
        "DELETE FROM sessions WHERE id = 2",
        "DELETE FROM confirmed WHERE id = 2",
        "DELETE FROM cuts",
        "UPDATE cuts SET row = 99",
    ],
)
async def test_nothing_but_what_was_moved_can_be_removed_through_the_tables(path: Path, statement: str) -> None:
    await cut_once(path)
    with raw(path) as connection, pytest.raises(sqlite3.IntegrityError, match="rows stay"):
        connection.execute(statement)


async def test_a_journal_with_a_changed_row_is_not_cut(path: Path) -> None:
    await fill(path, 10)
    run = await Run.begin(path, Kept.fresh())
    with unguarded(path) as connection:
        connection.execute("UPDATE intents SET wire = 'x' WHERE id = 3")
    until = movable(path, run.journal.session, run.kept, run.rule(6))
    assert until
    assert not isinstance(until, Invalid)
    work = Archiving(path, until)
    while (found := work.step()) is True:
        pass
    assert isinstance(found, Invalid), found
    assert "Row 3 was changed" in found.message
    assert sorted(it.name for it in path.parent.glob("*-cut")) == []
    await run.journal.close()


async def test_without_a_seal_or_with_one_that_is_lost_nothing_is_cut(path: Path) -> None:
    await fill(path, 10)
    run = await Run.begin(path, Kept.fresh())
    rule = run.rule(6)
    assert movable(path, run.journal.session, Kept.fresh(), rule) is None
    lost = replace(run.kept, seals=(replace(run.kept.seals[0], digest=b"x"), *run.kept.seals))
    assert movable(path, run.journal.session, lost, rule) is None
    assert movable(path, run.journal.session, run.kept, rule) is not None
    await run.journal.close()


async def test_an_archive_that_is_gone_or_changed_stops_the_removal(path: Path) -> None:
    await fill(path, 200)
    run = await Run.begin(path, Kept.fresh())
    cut = await run.announced(150)
    assert cut
    assert put_in_place(path, cut) is None
    archive = path.with_name(cut.archive)
    archive.write_bytes(archive.read_bytes() + b"x")
    found = put_in_place(path, cut)
    assert isinstance(found, Invalid)
    assert "is not the one that was written" in found.message
    archive.unlink()
    gone = put_in_place(path, cut)
    assert isinstance(gone, Invalid)
    await run.journal.close()


@pytest.mark.skipif(os.name != "posix", reason="pipes in folders")
def test_a_pipe_in_the_place_of_an_archive_is_not_waited_for(path: Path) -> None:
    os.mkfifo(path.with_name("journal-2026-10.db"))
    found: list[Invalid | None] = []
    cut = Cut(archive="journal-2026-10.db", archive_digest=b"x" * 32)
    looking = threading.Thread(target=lambda: found.append(put_in_place(path, cut)), daemon=True)
    looking.start()
    looking.join(2)
    said = "The archive journal-2026-10.db cannot be read. It is no ordinary file. Nothing more is removed."
    assert found == [Invalid(said)]


async def test_each_step_leaves_a_journal_that_verifies_and_another_run_goes_on(path: Path) -> None:
    await fill(path, 500, unknown=(7, 900, 1700))
    run = await Run.begin(path, Kept.fresh())
    announced = await run.announced(450)
    assert announced
    whole(path)
    await run.journal.close()
    steps = 0
    while True:
        run = await Run.begin(path, run.kept)
        cut = run.journal.cut()
        if cut.is_done:
            break
        assert put_in_place(path, cut) is None
        point = further(path, cut)
        assert point
        assert not isinstance(point, Invalid)
        found = await run.journal.remove(run.kept, point, START_US)
        await run.journal.close()
        assert isinstance(found, Cut)
        steps += 1
        assert whole(path).cut.point == point
        assert isinstance(sealed(path, run.kept), Sealed)
    await run.journal.close()
    assert steps > 5
    assert rows(path.with_name(announced.archive)) == [*range(1, 1801)]
    assert rows(path)[:4] == [7, 900, 1700, 1801]
