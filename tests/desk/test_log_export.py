"""Rows that the log shows, written into a file: whole or not at all, safe for a spreadsheet, without secrets."""

import asyncio
import csv
import errno
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest

from crosstrade_desk.desk import log_export
from crosstrade_desk.desk.log_export import Export
from crosstrade_desk.protocol.problems import Invalid
from crosstrade_desk.storage.journal import open_journal
from crosstrade_desk.storage.rows import Ending, Intent
from crosstrade_desk.storage.search import Archive, Sought

INTENT = Intent(1_790_000_000_000_000, "PRACTICE", "PLACE", "Sim101", "MES 12-26", "Buy 1 MES", "key=••••;\nqty=1;")
YES = Ending("accepted", "The server accepted it.", 200, "=HYPERLINK(1)", 1234)
LEAKED = "9a1b2c3d4e5f6071" + "8293a4b5c6d7e8f9"  # in two: no file may hold what looks like a key
LEAK = Ending("refused", "No.", 400, f"key={LEAKED};", 1)


async def _fill(path: Path, rows: int) -> None:
    journal = open_journal(path)
    assert not isinstance(journal, Invalid)
    for number in range(rows):
        await journal.note(replace(INTENT, sentence=f"Buy {number + 1}"), LEAK if number % 2 else YES)
    await journal.close()


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    asyncio.run(_fill(tmp_path / "journal.db", 1201))
    return Archive(tmp_path / "journal.db")


def run(export: Export) -> Invalid | None:
    while (more := export.step()) is True:
        pass
    return more or None


def test_csv_holds_the_rows_that_are_sought_oldest_first_with_harmless_cells(archive: Archive, tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    export = Export(archive, Sought(outcome="accepted"), 1201, path)
    assert run(export) is None
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))
    assert [row["row"] for row in rows] == [str(number) for number in range(1, 1202, 2)]
    assert {row["answer"] for row in rows} == {"'=HYPERLINK(1)"}
    assert (export.written, export.reached) == (601, 1201)


def test_json_holds_every_row_and_no_secret(archive: Archive, tmp_path: Path) -> None:
    path = tmp_path / "rows.JSON"
    assert run(Export(archive, Sought(), 1201, path)) is None
    text = path.read_text(encoding="utf-8")
    assert [json.loads(line)["row"] for line in text.splitlines()] == list(range(1, 1202))
    assert LEAKED not in text


def test_a_large_export_goes_piece_by_piece(archive: Archive, tmp_path: Path) -> None:
    export = Export(archive, Sought(), 1201, tmp_path / "rows.csv")
    assert export.step() is True
    assert 400 < export.written < 600
    export.give_up()


def test_rows_that_came_after_the_press_are_left_out(archive: Archive, tmp_path: Path) -> None:
    path = tmp_path / "rows.json"
    assert run(Export(archive, Sought(), 3, path)) is None
    assert len(path.read_text(encoding="utf-8").splitlines()) == 3


def test_a_file_that_is_there_is_not_written_over(archive: Archive, tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("mine", encoding="utf-8")
    fault = run(Export(archive, Sought(), 1201, path))
    assert fault == Invalid("Not exported: rows.csv is there already. Choose another name.")
    assert path.read_text(encoding="utf-8") == "mine"


def test_another_ending_is_refused(archive: Archive, tmp_path: Path) -> None:
    fault = run(Export(archive, Sought(), 1201, tmp_path / "rows.xlsx"))
    assert fault == Invalid("Not exported: the name must end in .csv or .json.")
    assert not (tmp_path / "rows.xlsx").exists()


class Full(io.StringIO):
    """A file on a disk that is full."""

    def writelines(self, _lines: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_is_told_and_leaves_no_half_file(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "rows.csv"

    def opened(at: Path, *_: object, **__: object) -> Full:
        at.touch()
        return Full()

    monkeypatch.setattr(log_export, "open", opened, raising=False)
    fault = run(Export(archive, Sought(), 1201, path))
    assert fault == Invalid("Not exported: rows.csv could not be written. No space left on device.")
    assert not path.exists()


def test_a_journal_that_cannot_be_read_is_told_and_leaves_no_half_file(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    fault = run(Export(Archive(tmp_path / "none.db"), Sought(), 5, path))
    assert fault == Invalid("Not exported: the journal could not be read. The journal file cannot be opened.")
    assert not path.exists()


def test_an_export_that_is_given_up_leaves_no_file(archive: Archive, tmp_path: Path) -> None:
    export = Export(archive, Sought(), 1201, tmp_path / "rows.csv")
    export.step()
    export.give_up()
    assert not (tmp_path / "rows.csv").exists()
