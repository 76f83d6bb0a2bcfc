"""The journal's tables, triggers and indexes: what another hand changed of them is named, and nothing is written."""

import asyncio
import sqlite3
from pathlib import Path

import pytest

from crosstrade_desk.protocol.problems import Invalid
from crosstrade_desk.storage.journal import open_journal
from crosstrade_desk.storage.verify import Broken, Whole, verify
from support.journals import BLOCKED, INTENT, opened, raw

SWAPPED = "CREATE TRIGGER linked_endings AFTER INSERT ON endings BEGIN SELECT 1; END"
TEXT = "UPDATE sqlite_schema SET sql = replace(sql, 'wire TEXT NOT NULL', 'wire TEXT') WHERE name = 'intents'"
CHANGES = [
    ((f"DROP TRIGGER linked_endings; {SWAPPED}",), "trigger linked_endings was changed by another hand."),
    (("DROP TRIGGER no_DELETE_links",), "trigger no_DELETE_links is missing: another hand removed it."),
    (("DROP TABLE seals",), "table seals is missing: another hand removed it."),
    (("PRAGMA foreign_keys = OFF", "DROP TABLE links"), "table links is missing: another hand removed it."),
    (("CREATE INDEX mine ON intents (wire)",), "has the index mine, which this program did not make."),
    (("CREATE VIEW mine AS SELECT 1",), "has the view mine, which this program did not make."),
    (
        ("CREATE TRIGGER mine AFTER INSERT ON intents BEGIN SELECT 1; END",),
        "has the trigger mine, which this program did not make.",
    ),
    (
        ("PRAGMA writable_schema = ON", TEXT, "PRAGMA writable_schema = RESET"),
        "table intents was changed by another hand.",
    ),
]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "journal.db"
    asyncio.run(_with_a_row(path))
    return path


async def _with_a_row(path: Path) -> None:
    journal = opened(path)
    await journal.note(INTENT, BLOCKED)
    await journal.close()


def change(path: Path, statements: tuple[str, ...]) -> None:
    with raw(path) as connection:
        for statement in statements:
            connection.executescript(statement)


@pytest.mark.parametrize(("statements", "said"), CHANGES)
def test_a_journal_whose_structure_was_changed_is_not_written_into(
    path: Path, statements: tuple[str, ...], said: str
) -> None:
    change(path, statements)
    before = path.read_bytes()
    found = open_journal(path)
    assert isinstance(found, Invalid), found
    assert said in found.message
    assert "start again: a new one is begun." in found.message
    assert path.read_bytes() == before


@pytest.mark.parametrize(("statements", "said"), CHANGES)
def test_verify_names_what_was_changed_of_the_structure(path: Path, statements: tuple[str, ...], said: str) -> None:
    change(path, statements)
    match verify(path):
        case Whole(altered=sentence) | Broken(sentence=sentence):
            assert said in sentence
        case other:
            pytest.fail(str(other))


def test_a_clean_up_tool_changes_nothing_that_counts(path: Path) -> None:
    change(path, ("ANALYZE", "VACUUM"))
    asyncio.run(_with_a_row(path))
    found = verify(path)
    assert isinstance(found, Whole), found
    assert (found.rows, found.altered) == (2, "")


@pytest.mark.skipif(sqlite3.sqlite_version_info < (3, 37), reason="there are no STRICT tables")
def test_a_table_that_was_begun_by_an_older_sqlite_is_no_change(path: Path) -> None:
    loosen = "UPDATE sqlite_schema SET sql = replace(sql, ' STRICT', '')"
    change(path, ("PRAGMA writable_schema = ON", loosen, "PRAGMA writable_schema = RESET"))
    asyncio.run(_with_a_row(path))
    found = verify(path)
    assert isinstance(found, Whole), found
    assert found.altered == ""
