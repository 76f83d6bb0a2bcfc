"""The journal keeps what was begun through a kill, says what the disk refuses, and costs the same at any length."""

import asyncio
import contextlib
import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crosstrade_desk.protocol.problems import Invalid
from crosstrade_desk.storage import journal as journal_module
from crosstrade_desk.storage import journal_keeper
from crosstrade_desk.storage.journal import Journal, open_journal
from crosstrade_desk.storage.journal_file import DIED, explain
from crosstrade_desk.storage.journal_tables import SCHEMA, STEPS
from crosstrade_desk.storage.rows import SELECT, Ending, Intent, Row
from support.journals import BLOCKED, ENDING, INTENT, opened, raw, unguarded

pytestmark = pytest.mark.anyio

posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.sqlite"


@pytest.fixture
async def journal(path: Path) -> AsyncIterator[Journal]:
    journal = opened(path)
    yield journal
    await journal.close()


@contextlib.contextmanager
def other_run(path: Path, *options: str) -> Iterator[subprocess.Popen[str]]:
    """Another process that has begun rows and holds the journal open."""
    script = Path(__file__).with_name("journal_child.py")
    with subprocess.Popen(
        [sys.executable, "-W", "error", str(script), str(path), *options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


async def test_what_was_begun_and_finished_is_read_back(journal):
    row = await journal.begin(INTENT)
    assert journal.row(row) == Row(1, INTENT, None)
    assert await journal.finish(row, ENDING) is None
    assert journal.row(row) == Row(1, INTENT, ENDING)
    assert journal.row(2) is None


async def test_ids_count_up_without_gaps_however_many_begin_at_once(journal):
    assert sorted(await asyncio.gather(*(journal.begin(INTENT) for _ in range(50)))) == list(range(1, 51))


async def test_pages_are_newest_first_and_end_with_the_rows(journal):
    for _ in range(5):
        await journal.begin(INTENT)
    assert journal.count() == 5
    assert [row.id for row in journal.page(0, 2)] == [5, 4]
    assert [row.id for row in journal.page(3, 10)] == [2, 1]
    assert journal.page(5, 10) == []


async def test_a_row_is_ended_once(journal):
    row = await journal.begin(INTENT)
    await journal.finish(row, ENDING)
    assert isinstance(await journal.finish(row, ENDING), Invalid)
    assert isinstance(await journal.finish(99, ENDING), Invalid)
    assert journal.row(row).ending == ENDING


async def test_rows_are_never_changed_or_removed(journal, path):
    await journal.finish(await journal.begin(INTENT), ENDING)
    with raw(path) as connection:
        for statement in ("UPDATE intents SET wire = ''", "DELETE FROM intents", "DELETE FROM endings"):
            with pytest.raises(sqlite3.IntegrityError):
                connection.execute(statement)


async def test_a_blocked_attempt_is_kept_in_one_step_with_the_guard_that_blocked_it(journal):
    assert await journal.note(INTENT, BLOCKED) == 1
    assert journal.row(1) == Row(1, INTENT, BLOCKED)
    assert await journal.finish(1, ENDING) is not None


async def test_a_blocked_attempt_that_cannot_be_kept_leaves_nothing(journal):
    assert isinstance(await journal.note(INTENT, replace(BLOCKED, rule=object())), Invalid)
    assert journal.count() == 0
    assert await journal.begin(INTENT) == 1
    assert isinstance(await journal.finish(1, replace(BLOCKED, rule=object())), Invalid)
    assert journal.row(1).ending is None
    assert await journal.finish(1, BLOCKED) is None


async def test_text_that_is_no_utf8_is_kept_readable(journal):
    row = await journal.begin(INTENT)
    assert await journal.finish(row, Ending("unknown", "x", None, "half \ud800 pair \0 end", 1)) is None
    assert journal.row(row).ending.answer == "half \\ud800 pair \0 end"


@pytest.mark.parametrize(
    ("intent", "ending"),
    [
        (replace(INTENT, at_us=2**70), replace(ENDING, status=2**70)),
        (replace(INTENT, place=None), replace(ENDING, outcome=None)),
        (replace(INTENT, wire=object()), replace(ENDING, answer=[])),
        (replace(INTENT, wire=threading.Lock()), replace(ENDING, answer=threading.Lock())),
    ],
)
async def test_what_cannot_be_written_is_said_and_the_journal_goes_on(journal, intent, ending):
    assert isinstance(await journal.begin(intent), Invalid)
    assert await journal.begin(INTENT) == 1
    assert isinstance(await journal.finish(1, ending), Invalid)
    assert isinstance(await journal.finish(2**70, ENDING), Invalid)
    assert await journal.finish(1, ENDING) is None


async def test_a_bug_of_the_writer_is_a_value_without_its_text(journal, monkeypatch, caplog):
    def fails(*_):
        raise RuntimeError("a text that may hold anything")

    monkeypatch.setattr(journal_module, "_insert_intent", fails)
    assert await journal.begin(INTENT) == Invalid("The journal failed (RuntimeError).")
    assert "the journal's writer" in caplog.text


def loose(path: Path, *statements: str) -> None:
    """A journal of the first schema that was filled while its tables took anything."""
    with raw(path) as connection:
        for statement in STEPS[0]:
            connection.execute(statement.replace(" NOT NULL", "").removesuffix(" STRICT"))
        for statement in ("PRAGMA user_version = 1", *statements, "PRAGMA writable_schema = ON"):
            connection.execute(statement)
        tables = (statement for statement in STEPS[0] if statement.startswith("CREATE TABLE"))
        connection.executemany(
            "UPDATE sqlite_schema SET sql = ? WHERE name = ?", ((sql, sql.split()[2]) for sql in tables)
        )
        connection.execute("PRAGMA writable_schema = RESET")


def put(number: object = 1, at_us: object = 5, place: str = "'LIVE'", wire: str = "'w'") -> str:
    return f"INSERT INTO intents VALUES ({number}, 1, {at_us}, {place}, 'PLACE', '', '', 's', {wire})"


BLANK = Row(
    1,
    Intent(0, "?", "?", "", "", "This row of the journal cannot be read.", ""),
    Ending("unknown", "This row of the journal cannot be read.", None, "", 0),
)


@pytest.mark.parametrize(
    "values",
    [{"at_us": "'then'"}, {"at_us": "NULL"}, {"at_us": "1.5"}, {"place": "NULL"}, {"wire": "x'ff00'"}],
)
async def test_a_row_that_cannot_be_read_spares_the_others(path, values):
    loose(path, put(1, **values), put(2))
    journal = opened(path)
    assert journal.row(1) == BLANK
    assert [row.intent.place for row in journal.page(0, 10)] == ["LIVE", "?"]
    assert await journal.begin(INTENT) == 3
    await journal.close()


@pytest.mark.parametrize("ending", ["NULL, 's', 200, 'a', 1", "'accepted', 's', 'x', 'a', 1", "'ok', 's', 1, x'00', 1"])
async def test_an_ending_that_cannot_be_read_is_unknown(path, ending):
    loose(path, put(1), f"INSERT INTO endings VALUES (1, {ending})")
    journal = opened(path)
    assert journal.row(1).intent.place == "LIVE"
    assert journal.row(1).ending == BLANK.ending
    await journal.close()


@pytest.mark.parametrize("at_us", [2**63 - 1, -(2**63), -1])
async def test_a_time_no_clock_shows_is_shown_as_the_nearest_one(path, at_us):
    loose(path, put(1, at_us))
    journal = opened(path)
    (row,) = journal.page(0, 1)
    assert datetime.fromtimestamp(row.intent.at_us / 1_000_000, tz=UTC).year in (1970, 3000)
    await journal.close()


async def test_text_of_another_encoding_is_shown_as_far_as_it_goes(path):
    loose(path, put(1, wire="CAST(x'41ff' AS TEXT)"))
    journal = opened(path)
    assert journal.row(1).intent.wire == "A\\xff"
    await journal.close()


@pytest.mark.parametrize("number", [2**31, 2**63 - 1, -5, 0])
async def test_a_number_no_row_can_have_is_passed_over(path, number):
    loose(path, put(number), put(3))
    journal = opened(path)
    assert journal.count() == 3
    assert [row.id for row in journal.page(0, 10)] == [3]
    assert journal.row(number) is None
    assert await journal.begin(INTENT) == 4
    assert await journal.finish(4, ENDING) is None
    await journal.close()


async def test_a_journal_without_free_numbers_says_so(path):
    loose(path, put(2**31 - 2))
    journal = opened(path)
    assert journal.count() == 2**31 - 2
    assert len(journal.page(0, 10)) == 1
    assert await journal.begin(INTENT) == Invalid("The journal is full: no number is left for a row.")
    await journal.close()


@pytest.mark.parametrize(("offset", "count"), [(2**70, 5), (-(2**70), 5), (0, -1), (0, 2**70), (5, 0)])
async def test_a_page_that_cannot_be_is_no_fault(journal, offset, count):
    await journal.begin(INTENT)
    assert len(journal.page(offset, count)) <= 1
    assert [journal.row(number) for number in (2**70, -(2**70), 0)] == [None] * 3
    assert journal.fault == ""


@pytest.mark.parametrize("session", ["'x'", "NULL", 2**63 - 1, -5, "x'00'"])
async def test_a_session_no_run_can_have_is_dead(path, session):
    loose(path, put(1), "DELETE FROM pending", f"INSERT INTO pending VALUES (1, {session}), (7, {session})")
    journal = opened(path)
    assert journal.orphans() == 1
    assert journal.row(1).ending.sentence == DIED
    await journal.close()


async def test_a_disk_that_cannot_be_read_gives_no_rows_and_one_fault(path):
    journal = opened(path)
    await journal.begin(INTENT)
    with raw(path) as connection:
        connection.execute("DROP TABLE endings")
    assert journal.page(0, 5) == [BLANK]
    assert journal.row(1) is None
    fault = journal.fault
    assert fault.startswith("The journal failed (")
    with raw(path) as connection:
        connection.execute("DROP TABLE intents")
    assert (journal.count(), journal.page(0, 5)) == (0, [])
    assert journal.fault == fault
    await journal.close()
    assert (journal.count(), journal.page(0, 5), journal.row(1)) == (0, [], None)


@pytest.mark.skipif(sqlite3.sqlite_version_info < (3, 37), reason="STRICT")
async def test_a_new_file_takes_no_value_of_another_type(journal, path):
    with raw(path) as connection:
        for statement in (put(1, "'then'"), put(1, wire="x'00'")):
            with pytest.raises(sqlite3.IntegrityError):
                connection.execute(statement)


@posix
@pytest.mark.parametrize("end", ["", "-sessions", "-wal", "-shm"])
def test_a_pipe_in_place_of_a_file_is_said(path, end):
    os.mkfifo(path.with_name(path.name + end))
    code = (
        "import sys; from pathlib import Path; from crosstrade_desk.storage.journal import open_journal\n"
        "print(open_journal(Path(sys.argv[1])))"
    )
    said = subprocess.check_output([sys.executable, "-c", code, str(path)], text=True, timeout=10)
    assert said.startswith(f"Invalid(message='The journal cannot be opened: {path.name}{end} is no ordinary file.")


async def test_a_caller_that_gave_up_is_no_error_and_its_row_stands(journal):
    faults = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: faults.append(context))
    beginning = asyncio.gather(journal.begin(INTENT))
    await asyncio.sleep(0)
    beginning.cancel()
    with pytest.raises(asyncio.CancelledError):
        await beginning
    assert await journal.begin(INTENT) == 2
    assert faults == []


@posix
async def test_a_begun_row_survives_a_kill_and_is_unknown_at_the_next_start(path):
    with other_run(path, "3") as process:
        assert first_line(process) == "3"
        process.kill()
    journal = opened(path)
    assert journal.orphans() == 3
    assert journal.row(3).ending == Ending("unknown", DIED, None, "", 0)
    await journal.close()
    journal = opened(path)
    assert journal.orphans() == 0
    await journal.close()


@posix
async def test_rows_of_a_run_that_lives_are_left_to_it(path):
    with other_run(path, "1") as process:
        assert first_line(process) == "1"
        journal = opened(path)
        assert journal.orphans() == 0
        assert journal.row(1).ending is None
        assert await journal.begin(INTENT) == 2
        output, _ = process.communicate("go on\n", timeout=20)
        assert output.strip() == "None"
        assert journal.row(1).ending.outcome == "accepted"
        await journal.close()


@posix
async def test_a_dead_run_whose_number_lives_on_is_still_dead(path):
    with other_run(path, "1") as process:
        first_line(process)
        process.kill()
    with unguarded(path) as connection:
        connection.execute("UPDATE sessions SET pid = ?", (os.getppid(),))
    journal = opened(path)
    assert journal.orphans() == 1
    await journal.close()


async def test_rows_without_an_ending_from_an_earlier_opening_in_this_process_are_orphans(path):
    journal = opened(path)
    await journal.begin(INTENT)
    await journal.close()
    journal = opened(path)
    assert journal.orphans() == 1
    await journal.close()


async def test_closing_writes_what_is_waiting_and_refuses_what_comes_after(path):
    journal = opened(path)
    waiting = asyncio.gather(*(journal.begin(INTENT) for _ in range(20)))
    await asyncio.sleep(0)
    await journal.close()
    assert await waiting == list(range(1, 21))
    assert await journal.begin(INTENT) == Invalid("The journal is closed.")
    await journal.close()
    assert not path.with_name("journal.sqlite-wal").exists()


async def test_a_journal_held_by_another_is_said_in_time(journal, path):
    with raw(path) as connection:
        connection.execute("BEGIN IMMEDIATE")
        assert await journal.begin(INTENT) == Invalid("Another program holds the journal.")
        assert open_journal(path) == Invalid("Another program holds the journal.")
        connection.execute("ROLLBACK")
    assert await journal.begin(INTENT) == 1


@posix
async def test_a_disk_that_takes_no_more_is_said_and_what_was_written_stays(path):
    # A limit on the file size stands for the disk: it needs no rights, and the kernel refuses the same write.
    with other_run(path, "1", "150000") as process:
        assert first_line(process) == "Invalid(message='The disk did not take it.')"
        process.kill()
    journal = opened(path)
    assert journal.count() == journal.orphans() > 1
    await journal.close()


def test_a_full_disk_is_said():
    # A limit on the pages stands for the disk: SQLite answers as it does when the disk is full.
    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE TABLE t (x)")
        connection.execute("PRAGMA max_page_count = 2")
        with pytest.raises(sqlite3.OperationalError) as caught:
            connection.execute("INSERT INTO t VALUES (zeroblob(100000))")
    assert explain(caught.value) == Invalid("The disk is full.")


def test_a_file_that_may_not_be_written_is_said(path):
    with raw(path) as connection:
        connection.execute("PRAGMA query_only = 1")
        with pytest.raises(sqlite3.OperationalError) as caught:
            connection.execute("CREATE TABLE t (x)")
    assert explain(caught.value) == Invalid("The journal may be read only, not written.")


def test_a_folder_that_is_a_file_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    assert isinstance(open_journal(tmp_path / "file" / "journal.sqlite"), Invalid)
    assert isinstance(open_journal(tmp_path), Invalid)


@pytest.mark.parametrize("content", [b"this is no database, and long enough to be seen as none" * 20, None])
async def test_a_damaged_file_is_set_aside_and_a_new_one_begun(path, content):
    if content is None:
        journal = opened(path)
        await journal.begin(INTENT)
        await journal.close()
        content = path.read_bytes()[:4096] + b"\xff" * 30_000
    path.write_bytes(content)
    journal = opened(path)
    assert "journal.sqlite.damaged-1" in journal.notice
    assert path.with_name("journal.sqlite.damaged-1").read_bytes() == content
    assert await journal.begin(INTENT) == 1
    await journal.close()


async def test_a_newer_journal_and_a_foreign_database_are_left_alone(path, tmp_path):
    await opened(path).close()
    with raw(path) as connection:
        connection.execute(f"PRAGMA user_version = {SCHEMA + 1}")
    with raw(tmp_path / "foreign") as connection:
        connection.execute("CREATE TABLE theirs (x)")
    for file in (path, tmp_path / "foreign"):
        before = file.read_bytes()
        found = open_journal(file)
        assert isinstance(found, Invalid)
        assert "left alone" in found.message
        assert file.read_bytes() == before


@posix
async def test_only_the_owner_may_read_the_files(path):
    before = os.umask(0)
    try:
        journal = opened(path)
        await journal.begin(INTENT)
        async with asyncio.timeout(10):
            while len(files := list(path.parent.glob("journal*"))) < 5:
                await asyncio.sleep(0.001)
    finally:
        os.umask(before)
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    await journal.close()


async def test_a_read_costs_the_same_at_both_ends_of_a_long_journal(journal, path):
    with raw(path) as connection:
        connection.execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)"
            "INSERT INTO intents SELECT i, 1, i, 'LIVE', 'PLACE', '', '', '', '' FROM n"
        )
        plan = connection.execute(
            f"EXPLAIN QUERY PLAN {SELECT} WHERE i.id BETWEEN 1 AND 50 ORDER BY i.id DESC"
        ).fetchall()
    steps = [detail for *_, detail in plan]
    assert all("USING INTEGER PRIMARY KEY" in step for step in steps), steps
    costs = [_operations(journal, offset) for offset in (0, 50_000, 99_950)]
    assert max(costs) <= min(costs) + 1
    assert [row.id for row in journal.page(99_950, 50)] == list(range(50, 0, -1))


def _operations(journal: Journal, offset: int) -> int:
    """How many hundreds of SQLite's operations one page takes."""
    steps = 0

    def step() -> int:
        nonlocal steps
        steps += 1
        return 0

    journal._reader.set_progress_handler(step, 100)
    journal.page(offset, 50)
    journal._reader.set_progress_handler(None, 0)
    return steps


async def test_opening_looks_at_unfinished_rows_only(path):
    await opened(path).close()
    with raw(path) as connection:
        plan = connection.execute(
            "EXPLAIN QUERY PLAN INSERT INTO endings SELECT id, '', '', NULL, '', 0 FROM pending WHERE session = 1"
        ).fetchall()
    assert not [detail for *_, detail in plan if "intents" in detail and "SCAN" in detail]


async def test_a_commit_never_waits_for_a_sync_by_itself(journal):
    connection = journal._opened.connection
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert connection.execute("PRAGMA synchronous").fetchone() == (1,)
    assert connection.execute("PRAGMA wal_autocheckpoint").fetchone() == (0,)


async def test_a_commit_is_synced_soon_after(journal, path, monkeypatch):
    synced = asyncio.Event()
    loop, fsync = asyncio.get_running_loop(), os.fsync

    def noted(file: int) -> None:
        fsync(file)
        if os.fstat(file).st_ino == path.with_name("journal.sqlite-wal").stat().st_ino:
            loop.call_soon_threadsafe(synced.set)

    monkeypatch.setattr(os, "fsync", noted)
    await journal.begin(INTENT)
    await asyncio.wait_for(synced.wait(), 10)


async def test_a_sync_that_hangs_holds_up_no_order(journal, monkeypatch):
    release = asyncio.Event()
    loop = asyncio.get_running_loop()
    hung = asyncio.Event()

    def hang(_file: int) -> None:
        loop.call_soon_threadsafe(hung.set)
        asyncio.run_coroutine_threadsafe(release.wait(), loop).result(30)

    monkeypatch.setattr(os, "fsync", hang)
    await journal.begin(INTENT)
    await asyncio.wait_for(hung.wait(), 10)
    assert await asyncio.wait_for(journal.begin(INTENT), 10) == 2
    release.set()


async def test_the_side_file_is_emptied_into_the_journal_now_and_then(path, monkeypatch):
    monkeypatch.setattr(journal_keeper, "_COMMITS_PER_CHECKPOINT", 5)
    journal = opened(path)
    assert _rows_in_the_file_alone(path) == 0
    async with asyncio.timeout(10):
        while _rows_in_the_file_alone(path) == 0:
            assert isinstance(await journal.begin(INTENT), int)
    await journal.close()


def _rows_in_the_file_alone(path: Path) -> int:
    """What a reader sees that does not know of the write-ahead file."""
    with contextlib.closing(sqlite3.connect(f"{path.as_uri()}?immutable=1", uri=True)) as connection:
        try:
            (rows,) = connection.execute("SELECT count(*) FROM intents").fetchone()
        except sqlite3.DatabaseError:  # no table yet, or read in the midst of being written
            return 0
    return int(rows)
