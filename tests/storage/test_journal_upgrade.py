"""A journal of the first schema: its rows stay, it is brought up when it is opened, and only when that is safe."""

import asyncio
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from crosstrade_desk.protocol.problems import Invalid
from crosstrade_desk.storage import journal_file, journal_tables
from crosstrade_desk.storage.journal import open_journal
from crosstrade_desk.storage.journal_file import DIED, connect
from crosstrade_desk.storage.journal_reading import Reading, open_to_read
from crosstrade_desk.storage.journal_tables import SCHEMA, STEPS
from crosstrade_desk.storage.rows import Row
from crosstrade_desk.storage.verify import Broken, Whole, verify
from support.journals import ENDING, INTENT, opened, raw, unguarded

pytestmark = pytest.mark.skipif(sqlite3.sqlite_version_info < (3, 37), reason="the former journal has STRICT tables")
# What the program before the chain wrote: six rows of two runs; the last one was on its way when the program ended.
FORMER = Path(__file__).with_name("journal_schema_1.sql").read_text(encoding="utf-8")
OLDER = Invalid("An older version of the program is running and writes this journal. End it, then start again.")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "journal.db"
    former(path)
    return path


def former(path: Path, *more: str) -> None:
    with raw(path) as connection:
        connection.executescript(FORMER)
        for statement in (*more, "PRAGMA application_id = 1129595978", "PRAGMA user_version = 1"):
            connection.execute(statement)
        connection.execute("PRAGMA journal_mode = WAL").fetchone()


def listed(path: Path) -> list[Row]:
    reading = open_to_read(path)
    assert isinstance(reading, Reading)
    with reading:
        return list(reading.rows())


def version(path: Path) -> int:
    with raw(path) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def test_the_first_step_makes_what_the_former_program_made(path: Path, tmp_path: Path) -> None:
    with raw(path) as one, raw(tmp_path / "new") as other:
        for statement in STEPS[0]:
            other.execute(statement)
        made, kept = (set(c.execute("SELECT name, sql FROM sqlite_schema WHERE sql > ''")) for c in (other, one))
        assert made == kept


def test_a_former_journal_is_read_and_checked_as_it_is(path: Path) -> None:
    before = path.read_bytes()
    assert [row.outcome for row in listed(path)] == [
        "accepted",
        "accepted",
        "unknown",
        "accepted",
        "unknown",
        "sending",
    ]
    assert verify(path) == Whole(0, 6, None, tail=False)
    assert path.read_bytes() == before


def test_rows_of_a_former_journal_stay_and_new_ones_are_in_the_chain(path: Path) -> None:
    rows = listed(path)
    assert asyncio.run(_one_more(path)) == (1, 7)
    now = listed(path)
    assert now[:5] == rows[:5]
    assert now[5] == replace(rows[5], ending=replace(now[5].ending or ENDING, outcome="unknown", sentence=DIED))
    assert now[6] == Row(7, INTENT, ENDING)
    found = verify(path)
    assert isinstance(found, Whole), found
    assert (found.rows, found.before, found.tail) == (1, 6, True)


async def _one_more(path: Path) -> tuple[int, Any]:
    journal = opened(path)
    row = await journal.begin(INTENT)
    assert isinstance(row, int)
    assert await journal.finish(row, ENDING) is None
    await journal.close()
    return journal.orphans(), row


@pytest.mark.parametrize(
    ("statement", "row"),
    [
        ("UPDATE intents SET wire = 'x' WHERE id = 7", 7),
        ("UPDATE endings SET answer = 'x' WHERE id = 6", 6),
        ("DELETE FROM intents WHERE id = 3", 3),
        ("DELETE FROM intents WHERE id = 1", 1),
        ("DELETE FROM endings WHERE id = 2", 2),
        ("INSERT INTO intents SELECT 0, session, at_us, place, command, '', '', '', wire FROM intents WHERE id = 1", 0),
        ("UPDATE origin SET rows = 7", 1),
    ],
)
def test_what_is_changed_after_the_upgrade_is_found(path: Path, statement: str, row: int) -> None:
    asyncio.run(_one_more(path))
    with unguarded(path) as connection:
        connection.execute(statement)
    found = verify(path)
    assert isinstance(found, Broken), found
    assert found.row == row


def test_what_was_changed_in_a_row_from_before_the_chain_cannot_be_told(path: Path) -> None:
    asyncio.run(_one_more(path))
    with unguarded(path) as connection:
        connection.execute("UPDATE intents SET wire = 'x' WHERE id = 2")
    assert isinstance(verify(path), Whole)


@pytest.fixture
def older_run(path: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that holds the second run of the former journal, as a program that is still running does."""
    code = (
        "import sys; from pathlib import Path; from crosstrade_desk.storage.sessions import Sessions\n"
        "print(Sessions(Path(sys.argv[1])).hold(2), flush=True); sys.stdin.readline()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, f"{path}-sessions"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "True\n"
        yield process
        process.kill()


def test_while_an_older_program_runs_its_journal_is_left_to_it(path: Path, older_run: subprocess.Popen[str]) -> None:
    assert open_journal(path) == OLDER
    assert version(path) == 1
    assert [row.outcome for row in listed(path)][-1] == "sending"
    older_run.kill()
    older_run.wait()
    assert asyncio.run(_one_more(path)) == (1, 7)


def test_an_upgrade_that_fails_leaves_the_former_journal(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = listed(path)
    monkeypatch.setattr(journal_tables, "STEPS", (STEPS[0], (*STEPS[1], "INSERT INTO nothing VALUES (1)")))
    assert isinstance(open_journal(path), Invalid)
    assert (version(path), listed(path)) == (1, rows)
    monkeypatch.undo()
    assert asyncio.run(_one_more(path)) == (1, 7)


def test_bringing_a_journal_up_costs_the_same_at_any_length(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = 0

    def step() -> int:
        nonlocal steps
        steps += 1
        return 0

    def counted(path: Path, mode: str = "rw") -> sqlite3.Connection:
        connection = connect(path, mode)
        connection.set_progress_handler(step, 100)
        return connection

    costs = []
    for rows in (10, 100_000):
        path = tmp_path / f"{rows}.db"
        many = f"WITH RECURSIVE n(i) AS (SELECT 7 UNION ALL SELECT i + 1 FROM n WHERE i < {rows})"
        former(
            path,
            f"{many} INSERT INTO intents SELECT i, 2, i, 'LIVE', 'PLACE', '', '', '', '' FROM n",
            f"{many} INSERT INTO endings SELECT i, 'accepted', '', 200, '', 5 FROM n",
        )
        with monkeypatch.context() as patch:
            patch.setattr(journal_file, "connect", counted)
            steps = 0
            asyncio.run(opened(path).close())
        costs.append(steps)
        assert version(path) == SCHEMA
    assert costs[1] <= costs[0] + 1, costs
