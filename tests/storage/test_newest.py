"""The file beside the journal says how far it had come: never further than the disk has it, and never less again."""

import asyncio
import os
import sqlite3
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from crosstrade_desk.protocol.problems import Invalid
from crosstrade_desk.storage import journal_keeper
from crosstrade_desk.storage.journal_file import connect
from crosstrade_desk.storage.newest import Mark, beside, newest, note, read_marks
from crosstrade_desk.storage.verify import Broken, Whole, verify
from support.journals import ENDING, INTENT, cut, opened, unguarded

pytestmark = pytest.mark.anyio


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.db"


async def write(path: Path, rows: int = 3) -> None:
    journal = opened(path)
    for _ in range(rows):
        row = await journal.begin(INTENT)
        assert isinstance(row, int)
        assert await journal.finish(row, ENDING) is None
    await journal.close()


def marks(path: Path) -> tuple[Mark, ...]:
    found = read_marks(path)
    assert isinstance(found, tuple), found
    return found


async def test_what_was_written_is_noted_soon(path: Path) -> None:
    journal = opened(path)
    for rows in (1, 2):
        await journal.begin(INTENT)
        async with asyncio.timeout(10):
            while not read_marks(path) or marks(path)[-1].rows < rows:
                await asyncio.sleep(0.001)
    await journal.close()
    assert len(marks(path)) == 1, "the line is written over"


async def test_all_is_noted_when_the_journal_is_closed(path: Path) -> None:
    await write(path)
    with connect(path) as connection:
        assert marks(path) == (newest(connection),)
    connection.close()


async def test_a_burst_is_noted_now_and_then_and_at_its_end(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal, syncs, noted, fsync = opened(path), 0, [], os.fsync

    def sync(file: int) -> None:
        nonlocal syncs
        syncs += 1
        fsync(file)
        if syncs < 120:
            journal._keeper.wake()  # the next commit is there already

    monkeypatch.setattr(os, "fsync", sync)
    monkeypatch.setattr(journal_keeper, "note", lambda *args: noted.append(syncs) or note(*args))
    await journal.begin(INTENT)
    async with asyncio.timeout(10):
        while not noted or noted[-1] < 120:
            await asyncio.sleep(0.001)
    await journal.close()
    assert len(noted) == 4, "in the burst two, at its end, and when it is closed"


async def test_what_the_disk_may_not_have_is_not_noted(
    path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await write(path)
    before = beside(path).read_bytes()

    def fails(_file: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", fails)
    await write(path)
    assert beside(path).read_bytes() == before
    assert "journal not synced: Input/output error." in caplog.text
    assert isinstance(verify(path), Whole)


def test_an_end_that_comes_when_the_pause_is_just_over_ends_the_thread(path: Path) -> None:
    sqlite3.connect(path).close()
    keeper = journal_keeper.Keeper(path)

    class Late(threading.Event):
        """Set by a closing that comes just after nobody waits for it any more."""

        def wait(self, timeout: float | None = None) -> bool:
            self.set()
            keeper._due.set()
            return False

    keeper._ending = Late()
    keeper.wake()
    keeper._thread.join(5)
    assert not keeper._thread.is_alive()


async def test_a_mark_never_goes_back(path: Path) -> None:
    await write(path)
    (now,) = marks(path)
    connection = connect(path)
    (digest,) = connection.execute("SELECT hash FROM links WHERE id = 3").fetchone()
    note(path, Mark(3, 1, digest), connection)
    assert marks(path) == (now,)
    connection.close()


async def test_a_cut_is_told_at_the_next_start_and_stays_known_however_much_is_written_after(path: Path) -> None:
    await write(path)
    with unguarded(path) as connection:
        cut(connection, 4)
    journal = opened(path)
    assert "crosstrade-desk journal --verify" in journal.notice
    await journal.close()
    (whole, _cut) = marks(path)
    await write(path, 20)
    assert marks(path)[0] == whole
    assert len(marks(path)) == 2
    assert isinstance(verify(path), Broken)
    journal = opened(path)
    assert journal.notice == ""
    await journal.close()


async def test_a_cut_under_a_running_program_stays_known(path: Path) -> None:
    journal = opened(path)
    row = await journal.begin(INTENT)
    async with asyncio.timeout(10):
        while not read_marks(path):
            await asyncio.sleep(0.001)
    with unguarded(path) as connection:
        cut(connection, 2)
    assert await journal.begin(replace(INTENT, wire="another")) == row
    await journal.close()
    assert len(marks(path)) == 2
    assert isinstance(verify(path), Broken)


@pytest.mark.parametrize("tail", ["", "00000000000", "\0" * 93])
async def test_a_line_that_a_power_cut_left_half_says_nothing(path: Path, tail: str) -> None:
    await write(path)
    before = marks(path)
    with beside(path).open("a") as file:
        file.write(tail)
    assert marks(path) == before
    await write(path)
    assert len(marks(path)) == 1
    assert isinstance(verify(path), Whole)


@pytest.mark.parametrize("text", ["yesterday\n", "1 2 3\n", "0" * 16 + " " + "0" * 10 + " " + "g" * 64 + "\n"])
async def test_a_file_that_was_written_by_another_hand_is_said(path: Path, text: str) -> None:
    await write(path)
    beside(path).write_text(text)
    said = "journal.db-newest was changed by another hand."
    assert read_marks(path) == Invalid(said)
    assert verify(path) == Broken(0, said)
    journal = opened(path)
    assert journal.notice == said
    await journal.close()


async def test_no_more_of_the_file_is_read_than_it_can_hold_of_our_own(path: Path) -> None:
    with beside(path).open("wb") as file:
        file.truncate(2**40)  # bytes that take no room on the disk; in memory they would
    await write(path)
    found = marks(path)
    os.truncate(beside(path), 0)  # whoever searches what tests leave reads it whole
    assert len(found) == 1


async def test_a_file_that_is_not_there_is_no_fault_and_is_made_again(path: Path) -> None:
    await write(path)
    beside(path).unlink()
    found = verify(path)
    assert isinstance(found, Whole)
    assert not found.tail
    await write(path)
    assert len(marks(path)) == 1


def test_a_damaged_journal_takes_its_file_along(path: Path) -> None:
    asyncio.run(write(path))
    path.write_bytes(b"this is no database" * 300)
    before = beside(path).read_bytes()
    asyncio.run(write(path, 1))
    assert path.with_name("journal.db.damaged-1-newest").read_bytes() == before
    found = verify(path)
    assert isinstance(found, Whole)
    assert (found.rows, found.tail) == (1, True)
