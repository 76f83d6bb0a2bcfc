"""Another hand that changes the journal: what the program makes with its key never covers for it, and it is told."""

import asyncio
import io
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from crosstrade_desk.desk import sealing
from crosstrade_desk.desk.journal_command import Wanted, run_journal
from crosstrade_desk.desk.preferences import Preferences
from crosstrade_desk.desk.retention import Retention
from crosstrade_desk.desk.sealing import Ring, Sealing
from crosstrade_desk.desk.tasks import TaskOwner
from crosstrade_desk.protocol.problems import Invalid
from crosstrade_desk.protocol.secret import Secret
from crosstrade_desk.storage.chain import PARTS, link
from crosstrade_desk.storage.cuts import Cut, Point
from crosstrade_desk.storage.journal_tables import APPLICATION
from crosstrade_desk.storage.newest import beside
from crosstrade_desk.storage.seals import Kept, slot_of
from crosstrade_desk.storage.secrets import Absent, Found, Present, Slot, Stored, Written
from crosstrade_desk.storage.settings import Settings
from support.cuts import DAY_US, START_US, Run, fill
from support.journals import unguarded

pytestmark = pytest.mark.anyio
FIRST_SCHEMA = Path(__file__).parents[1] / "storage" / "journal_schema_1.sql"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.db"


def verified(path: Path, kept: Kept | None) -> tuple[int, str]:
    out = io.StringIO(newline="")
    found: Found = Present(kept.secret()) if kept else Absent()
    code = run_journal(path, Wanted(verify=True), out, out, lambda _slot: found)
    return code, out.getvalue()


def put_cut(connection: sqlite3.Connection, archive: str, row: int = 0) -> None:
    """A cut up to a row as another hand can make one: all but its HMAC is right."""
    found = connection.execute("SELECT id, hash FROM links WHERE part = 'endings' AND row = ?", (row,)).fetchone()
    point = Point(row, *found, 1, 0) if found else Point()
    Cut(point, point.link, archive, b"d" * 32, at_us=1, mac=b"m" * 32).put_into(connection)


def hide_rows(connection: sqlite3.Connection, row: int) -> None:
    put_cut(connection, "journal-2025-10.db", row)
    (last,) = connection.execute("SELECT link FROM cuts").fetchone()
    for part in ("intents", "endings", "rules"):
        connection.execute(f"DELETE FROM {part} WHERE id <= ?", (row,))
    connection.execute("DELETE FROM origin")
    connection.execute("DELETE FROM sessions WHERE id <= 1")
    connection.execute("DELETE FROM links WHERE id <= ?", (last,))


def rewrite(path: Path) -> None:
    """Changes row 3 and everything that tells of it, but for what the keyring keeps."""
    with unguarded(path) as connection:
        connection.execute("UPDATE intents SET sentence = 'Buy nothing at all' WHERE id = 3")
        former = None
        for number, part, row in connection.execute("SELECT id, part, row FROM links ORDER BY id").fetchall():
            values = connection.execute(f"SELECT {', '.join(PARTS[part])} FROM {part} WHERE id = ?", (row,)).fetchone()
            former = link(former, part, *values)
            connection.execute("UPDATE links SET hash = ? WHERE id = ?", (former, number))
        connection.execute("DELETE FROM seals")
    beside(path).unlink(missing_ok=True)


class Keyring:
    def __init__(self, kept: Kept) -> None:
        self.secret = kept.secret()

    async def read(self, _entry: Slot) -> Found:
        return Present(self.secret)

    async def write(self, _entry: Slot, secret: Secret) -> Written:
        self.secret = secret
        return Stored()


class Trusting:
    def wait(self) -> None: ...

    def judge(self, _asked: object) -> str:
        return "limits"


async def test_rows_changed_while_a_window_runs_are_not_sealed_over(path: Path) -> None:
    await fill(path, 5)
    run = await Run.begin(path, Kept.fresh())
    keyring, tasks = Keyring(run.kept), TaskOwner(asyncio.get_running_loop(), lambda _bug: None)
    window = Sealing(run.journal, Ring(keyring, slot_of(path)), tasks, lambda _event: None, lambda: 1, Trusting())
    await window.keep("limits")
    rewrite(path)
    await window._seal()
    await run.journal.close()
    await tasks.close(0)
    kept = sealing.kept_of(keyring.secret)
    assert isinstance(kept, Kept)
    code, said = verified(path, kept)
    assert code == 1, said
    assert "is not the one that was sealed" in said


async def test_a_cut_of_another_hand_is_not_gone_on_from(path: Path) -> None:
    await fill(path, 50)
    run = await Run.begin(path, Kept.fresh())
    with unguarded(path) as connection:
        hide_rows(connection, 6)
    told = await _looked(run)
    await run.journal.close()
    assert any("does not match" in text for text in told), told
    assert verified(path, run.kept)[0] == 1
    assert [*path.parent.glob("journal-2025-12*")] == []


async def test_nothing_is_announced_behind_a_cut_of_another_hand(path: Path) -> None:
    await fill(path, 50)
    run = await Run.begin(path, Kept.fresh())
    archived = run.archive(run.rule(40))
    assert archived
    with unguarded(path) as connection:
        put_cut(connection, "journal-2025-10.db", 6)
    found = await run.journal.announce(run.kept, archived, START_US)
    await run.journal.close()
    assert isinstance(found, Invalid)


async def test_an_archive_of_an_impossible_name_is_no_bug(path: Path) -> None:
    await fill(path, 5)
    run = await Run.begin(path, Kept.fresh())
    with unguarded(path) as connection:
        Cut(goal=5, archive="../journal", mac=b"m").put_into(connection)
    told = await _looked(run)
    await run.journal.close()
    assert any("does not match" in text for text in told), told


async def _looked(run: Run) -> list[str]:
    told: list[object] = []
    tasks = TaskOwner(asyncio.get_running_loop(), lambda _bug: None)
    preferences = Preferences(None, Settings(days_kept=60), tasks, lambda _why: None)
    now_us = START_US + 100 * DAY_US
    retention = Retention(run.path, run.journal, lambda: run.kept, preferences, tasks, told.append, lambda: now_us)
    await retention.look()
    await tasks.close(0)
    return [getattr(it, "text", "") for it in told]


async def test_a_cut_without_the_key_of_the_seals_is_not_believed(path: Path) -> None:
    await fill(path, 5)
    with unguarded(path) as connection:
        hide_rows(connection, 6)
    code, said = verified(path, None)
    assert code == 1, said


async def test_an_archive_that_is_gone_is_named(path: Path) -> None:
    await fill(path, 50)
    run = await Run.begin(path, Kept.fresh())
    cut = await run.cut(40)
    await run.journal.close()
    assert cut
    assert cut.archive + " is not" not in verified(path, run.kept)[1]
    path.with_name(cut.archive).unlink()
    said = verified(path, run.kept)[1]
    assert f"{cut.archive} is not beside the journal" in said


def grow_young(path: Path) -> None:
    """Puts a journal of the first schema in its place, without a chain, with a row that was changed."""
    tables = ("sessions", "intents", "endings")
    with closing(sqlite3.connect(path)) as journal:
        data = [(table, journal.execute(f"SELECT * FROM {table}").fetchall()) for table in tables]
    remove(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(FIRST_SCHEMA.read_text(encoding="utf-8"))
        connection.execute(f"PRAGMA application_id = {APPLICATION}")
        connection.execute("PRAGMA user_version = 1")
        with_triggers = connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
        for name, _ in with_triggers:
            connection.execute(f"DROP TRIGGER {name}")
        for table in ("pending", *reversed(tables)):
            connection.execute(f"DELETE FROM {table}")
        for table, rows in data:
            for row in rows:
                connection.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row)
        connection.execute("UPDATE intents SET sentence = 'Buy nothing at all' WHERE id = 3")
        for _, statement in with_triggers:
            connection.execute(statement)
        connection.commit()


def remove(path: Path) -> None:
    for file in path.parent.glob(f"{path.name}*"):
        file.unlink()


@pytest.mark.parametrize("replaced", [grow_young, remove])
async def test_a_sealed_journal_that_lost_its_chain_or_is_gone_with_its_marks_is_missed(
    path: Path, replaced: Callable[[Path], None]
) -> None:
    await fill(path, 5)
    run = await Run.begin(path, Kept.fresh())
    await run.journal.close()
    replaced(path)
    code, said = verified(path, run.kept)
    assert code == 1, said
    assert "is not the one that was sealed" in said
    assert verified(path, Kept.fresh())[0] == 0  # a key that never sealed anything misses nothing


@pytest.mark.parametrize("verify", [True, False])
async def test_a_file_that_counts_for_ever_in_place_of_rows_is_not_read(path: Path, verify: bool) -> None:
    await fill(path, 1)
    with closing(sqlite3.connect(path)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("ALTER TABLE intents RENAME TO rest")
        connection.execute(
            """CREATE VIEW intents AS WITH RECURSIVE n (id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n)
            SELECT id, 1 AS session, 1 AS at_us, '' AS place, '' AS command, '' AS accounts, '' AS instrument,
            '' AS sentence, '' AS wire FROM n LIMIT 1000000"""
        )
    out = io.StringIO(newline="")
    code = run_journal(path, Wanted(verify=verify), out, out, lambda _slot: Absent())
    assert (code, "a view" in out.getvalue()) == (1, True), out.getvalue()[:300]
