"""Whatever another hand changes in the journal is found, and the first row that it concerns is named."""

import asyncio
import contextlib
import hashlib
import json
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from crosstrade_desk.protocol.problems import Invalid
from crosstrade_desk.storage.chain import PARTS
from crosstrade_desk.storage.newest import Mark, beside, newest
from crosstrade_desk.storage.verify import Broken, Whole, verify
from support.journals import BLOCKED, ENDING, INTENT, cut, forge, loosen, opened, raw

TABLES = (*PARTS, "pending", "links")
Table = dict[int, tuple[Any, ...]]


@dataclass
class Written:
    """A journal in which everything occurs: four runs, one of them without rows; two rows of dead runs; a blocked
    attempt; outcomes that came late; and at the end a row on its way."""

    path: Path
    content: bytes
    marks: bytes

    def renew(self) -> None:
        self.path.write_bytes(self.content)
        beside(self.path).write_bytes(self.marks)


async def _runs(path: Path) -> None:
    journal = opened(path)
    first, second, _dies, fourth = [await journal.begin(replace(INTENT, at_us=INTENT.at_us + n)) for n in range(4)]
    for row in (second, first, fourth):
        await journal.finish(row, replace(ENDING, elapsed_us=row))
    await journal.close()
    journal = opened(path)
    await journal.begin(INTENT)
    await journal.note(INTENT, BLOCKED)
    await journal.finish(await journal.begin(INTENT), replace(ENDING, status=None))
    await journal.note(INTENT, replace(BLOCKED, rule="double press"))
    assert await journal.confirm(INTENT.at_us, "{}") is None
    await journal.close()
    await opened(path).close()
    journal = opened(path)
    await journal.finish(await journal.begin(INTENT), ENDING)
    await journal.begin(INTENT)
    await journal.close()


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Written:
    path = tmp_path_factory.mktemp("chain") / "journal.db"
    asyncio.run(_runs(path))
    assert isinstance(verify(path), Whole)
    with raw(path) as connection:
        connection.execute("PRAGMA journal_mode = DELETE").fetchone()
        loosen(connection)
    assert isinstance(verify(path), Whole)
    return Written(path, path.read_bytes(), beside(path).read_bytes())


def state(connection: sqlite3.Connection) -> dict[str, Table]:
    """Every cell, with its kind: 1 and 1.0 are different things to have been written."""
    return {
        table: {
            row[0]: tuple((type(cell), cell) for cell in row) for row in connection.execute(f"SELECT * FROM {table}")
        }
        for table in TABLES
    }


def rows_of(part: Any, key: Any, everything: dict[str, Table]) -> set[int]:
    """The row of the journal that a record concerns, 0 if none."""
    match part:
        case "origin":
            return {1}
        case "confirmed":
            return {0}
        case "sessions":
            return {min((row for row, cells in everything["intents"].items() if cells[1] == (int, key)), default=0)}
        case _:
            return {max(key, 0) if isinstance(key, int) else 0}


def concerned(before: dict[str, Table], after: dict[str, Table]) -> set[int]:
    """The rows of which one has to be named: those of the first link that no longer holds; if all hold, the first."""
    touched = {
        (table, key)
        for table in TABLES
        for key in before[table].keys() | after[table].keys()
        if before[table].get(key) != after[table].get(key)
    }
    for number, (_, (_, part), (_, row), _) in sorted(before["links"].items()):
        if ("links", number) in touched:
            now = after["links"].get(number)
            return rows_of(part, row, before) | (rows_of(now[1][1], now[2][1], before) if now else set())
        if (part, row) in touched:
            return rows_of(part, row, before)
    if added := [after["links"][key] for table, key in touched if table == "links"]:
        return {0} | rows_of(added[0][1][1], added[0][2][1], before)
    return {min({row for part, key in touched for row in rows_of(part, key, before)} - {0}, default=0)}


def check(written: Written, change: Callable[[sqlite3.Connection], object]) -> None:
    written.renew()
    with raw(written.path) as connection:
        before = state(connection)
        try:
            change(connection)
        except sqlite3.Error:
            assume(False)  # SQLite itself takes no such value
        after = state(connection)
    assume(after != before)
    found = verify(written.path)
    assert isinstance(found, Broken), found
    assert found.row in concerned(before, after), found


def rows_found(written: Written) -> object:
    """What is found of the rows: that the tables were loosened is another matter."""
    found = verify(written.path)
    return replace(found, altered="") if isinstance(found, Whole) else found


def columns(connection: sqlite3.Connection, table: str) -> list[str]:
    return [name for _, name, *_ in connection.execute(f"PRAGMA table_info({table})")]


def keys(connection: sqlite3.Connection, table: str) -> list[int]:
    return [key for (key,) in connection.execute(f"SELECT id FROM {table} ORDER BY id")]


VALUES = st.one_of(
    st.none(),
    st.integers(-3, 40),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=5),
    st.sampled_from([*PARTS, "accepted", "unknown", "blocked", "LIVE", "PRACTICE", "in flight"]),
    st.binary(max_size=33),
)


@given(st.data(), st.sampled_from(TABLES))
def test_a_changed_cell_is_found_wherever_it_is(written: Written, data: st.DataObject, table: str) -> None:
    def change(connection: sqlite3.Connection) -> None:
        key = data.draw(st.sampled_from(keys(connection, table)))
        column = data.draw(st.sampled_from(columns(connection, table)))
        others = [value for (value,) in connection.execute(f"SELECT {column} FROM {table}")]
        value = data.draw(st.one_of(VALUES, st.sampled_from(others)))
        connection.execute(f"UPDATE {table} SET {column} = ? WHERE id = ?", (value, key))

    check(written, change)


@given(st.data(), st.sampled_from(TABLES))
def test_a_removed_record_is_found(written: Written, data: st.DataObject, table: str) -> None:
    def change(connection: sqlite3.Connection) -> None:
        key = data.draw(st.sampled_from(keys(connection, table)))
        connection.execute(f"DELETE FROM {table} WHERE id = ?", (key,))

    check(written, change)


@given(st.data(), st.sampled_from(TABLES))
def test_an_added_record_is_found(written: Written, data: st.DataObject, table: str) -> None:
    def change(connection: sqlite3.Connection) -> None:
        model = data.draw(st.sampled_from(keys(connection, table)))
        (record,) = connection.execute(f"SELECT * FROM {table} WHERE id = ?", (model,)).fetchall()
        key = data.draw(st.integers(-3, 40) | st.integers(-(2**63), 2**63 - 1))
        marks = ", ".join("?" * len(record))
        connection.execute(f"INSERT INTO {table} VALUES ({marks})", (key, *record[1:]))

    check(written, change)


@given(st.data(), st.sampled_from(TABLES))
def test_two_records_that_changed_places_are_found(written: Written, data: st.DataObject, table: str) -> None:
    def change(connection: sqlite3.Connection) -> None:
        one, other = (data.draw(st.sampled_from(keys(connection, table))) for _ in range(2))
        for old, new in ((one, -999), (other, one), (-999, other)):
            connection.execute(f"UPDATE {table} SET id = ? WHERE id = ?", (new, old))

    check(written, change)


def test_the_chain_can_be_checked_without_this_program(written: Written) -> None:
    written.renew()
    with raw(written.path) as connection:
        former = b""
        for _number, part, row, digest in connection.execute("SELECT * FROM links ORDER BY id").fetchall():
            (record,) = connection.execute(f"SELECT * FROM {part} WHERE id = ?", (row,)).fetchall()
            text = json.dumps([part, *record], separators=(",", ":"))
            former = hashlib.sha256(former + text.encode()).digest()
            assert digest == former
    found = verify(written.path)
    assert isinstance(found, Whole)
    assert found.newest
    assert (found.newest.digest, found.rows, found.before, found.tail) == (former, 10, 0, True)


def test_the_end_of_one_text_and_the_start_of_the_next_are_no_matter_of_taste(written: Written) -> None:
    def change(connection: sqlite3.Connection) -> None:
        connection.execute("UPDATE intents SET place = 'LIVEP', command = 'LACE' WHERE id = 7")

    check_by_hand(written, change, 7)


def check_by_hand(written: Written, change: Callable[[sqlite3.Connection], object], row: int) -> Broken:
    """Makes the change, and checks that this row is named, 0 for none."""
    written.renew()
    with raw(written.path) as connection:
        change(connection)
    found = verify(written.path)
    assert isinstance(found, Broken)
    assert found.row == row, found
    return found


def test_a_tail_that_was_cut_off_is_found_wherever_the_cut_is(written: Written) -> None:
    written.renew()
    with raw(written.path) as connection:
        links = connection.execute("SELECT part, row FROM links ORDER BY id").fetchall()
    for left in range(len(links)):
        rows = [row for part, row in links[left:] if part == "intents"]
        found = check_by_hand(written, partial(cut, links=left), rows[0] if rows else 0)
        assert "missing" in found.sentence


def test_who_makes_the_chain_anew_is_found_out_by_the_file_beside_it_and_not_without(written: Written) -> None:
    def change(connection: sqlite3.Connection) -> None:
        connection.execute("UPDATE endings SET outcome = 'refused' WHERE id = 1")
        forge(connection)

    found = check_by_hand(written, change, 10)
    assert "or something before it was changed" in found.sentence
    beside(written.path).unlink()
    assert rows_found(written) == Whole(10, 0, mark_of(written), tail=False)


def mark_of(written: Written) -> Mark | None:
    with raw(written.path) as connection:
        return newest(connection)


def test_a_program_that_does_not_know_the_chain_cannot_add_to_the_journal(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    asyncio.run(opened(path).close())
    with contextlib.closing(sqlite3.connect(path)) as connection, pytest.raises(sqlite3.OperationalError):
        connection.execute("INSERT INTO intents VALUES (1, 1, 5, 'LIVE', 'PLACE', '', '', 's', 'w')")


@pytest.mark.parametrize("table", ["links", "origin", "sessions", "rules"])
def test_what_the_chain_needs_is_never_changed_or_removed(tmp_path: Path, table: str) -> None:
    path = tmp_path / "journal.db"
    asyncio.run(_runs(path))
    with raw(path) as connection:
        for statement in (f"UPDATE {table} SET id = id + 1", f"DELETE FROM {table}"):
            with pytest.raises(sqlite3.IntegrityError):
                connection.execute(statement)


def test_a_journal_that_is_gone_is_told_from_one_that_never_was(written: Written, tmp_path: Path) -> None:
    assert verify(tmp_path / "journal.db") == Whole(0, 0, None, tail=False)
    beside(tmp_path / "journal.db").write_bytes(written.marks)
    assert verify(tmp_path / "journal.db") == Broken(1, "The journal is gone; the file beside it tells of rows.")
    (tmp_path / "journal.db").touch()
    assert verify(tmp_path / "journal.db") == Broken(1, "The journal is gone; the file beside it tells of rows.")


def test_what_cannot_be_read_is_said(written: Written) -> None:
    written.renew()
    written.path.write_bytes(written.content[:8192] + b"\xff" * (len(written.content) - 8192))
    assert verify(written.path) == Invalid("The journal file is damaged.")
