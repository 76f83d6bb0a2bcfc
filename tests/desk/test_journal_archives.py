"""`journal` and its archives: each is verified and listed by itself, and the journal says what is in which."""

import asyncio
import io
from pathlib import Path

import pytest

from crosstrade_desk.desk.journal_command import Wanted, run_journal
from crosstrade_desk.storage.seals import Kept
from crosstrade_desk.storage.secrets import Absent, Found, Present, Slot
from support.cuts import Run, fill
from support.journals import unguarded


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.db"


@pytest.fixture
def kept(path: Path) -> Kept:
    """Of a journal whose rows 1 to 24 are in one archive, 25 to 32 in another, and row 3 stayed."""

    async def cut() -> Kept:
        await fill(path, 10, unknown=(3,))
        run = await Run.begin(path, Kept.fresh())
        await run.cut(6)
        await run.journal.close()
        run = await Run.begin(path, run.kept)
        await run.cut(8)
        await run.journal.close()
        return run.kept

    return asyncio.run(cut())


def run(path: Path, kept: Kept | None, **words: object) -> tuple[int, str, str]:
    def ask(_slot: Slot) -> Found:
        return Present(kept.secret()) if kept else Absent()

    out, err = io.StringIO(newline=""), io.StringIO()
    code = run_journal(path, Wanted(**words), out, err, ask)  # type: ignore[arg-type]
    return code, out.getvalue(), err.getvalue()


def archive(path: Path, month: str = "2025-11") -> Path:
    return path.with_name(f"journal-{month}.db")


def test_the_journal_says_where_its_older_rows_are(path: Path, kept: Kept) -> None:
    code, out, err = run(path, kept, verify=True)
    assert (code, err) == (0, "")
    assert "10 rows whole: none was changed, and none is missing between them." in out
    assert "Rows up to 32 were moved to archives, the newest of which is journal-2025-12.db." in out
    assert "Of those, 1 row of unknown outcome stayed here too, whole." in out
    assert "Sealed up to row 42, at" in out


def test_a_list_of_the_journal_names_the_archives_beside_the_rows(path: Path, kept: Kept) -> None:
    code, out, err = run(path, kept)
    assert [line.split()[0] for line in out.splitlines()] == ["3", *map(str, range(33, 43))]
    assert (code, err) == (
        0,
        "Rows up to 32 are in journal-2025-11.db, journal-2025-12.db: list one with --file.\n",
    )


@pytest.mark.parametrize(("month", "first", "last"), [("2025-11", 1, 24), ("2025-12", 25, 32)])
def test_an_archive_is_listed_and_verified_by_itself(path: Path, kept: Kept, month: str, first: int, last: int) -> None:
    file = archive(path, month)
    code, out, _ = run(path, kept, file=file)
    assert code == 0
    assert [int(line.split()[0]) for line in out.splitlines()] == [*range(first, last + 1)]
    code, out, err = run(path, kept, file=file, verify=True)
    assert (code, err) == (0, "")
    assert f"They are rows {first} to {last}." in out
    assert out.endswith("It is the archive that the journal names.\n")
    assert "-newest" not in out


def test_an_archive_can_be_verified_where_no_journal_is(path: Path, kept: Kept) -> None:
    path.unlink()
    code, out, _ = run(path, kept, file=archive(path), verify=True)
    assert code == 0
    assert "24 rows whole" in out
    assert "The journal names no archive journal-2025-11.db: whether this is all of it cannot be told." in out
    code, out, _ = run(path, None, file=archive(path), verify=True)
    assert code == 0
    assert "There is no key for seals in the keyring" in out


def test_a_row_of_an_archive_that_was_changed_is_named(path: Path, kept: Kept) -> None:
    with unguarded(archive(path)) as connection:
        connection.execute("UPDATE intents SET wire = 'x' WHERE id = 7")
    assert run(path, kept, file=archive(path), verify=True)[:2] == (1, "Row 7 was changed.\n")


def test_an_archive_whose_end_was_cut_off_is_not_the_one_that_was_written(path: Path, kept: Kept) -> None:
    with unguarded(archive(path)) as connection:
        (link,) = connection.execute("SELECT id FROM links WHERE part = 'intents' AND row = 24").fetchone()
        connection.execute("DELETE FROM links WHERE id >= ?", (link,))
        for part in ("rules", "endings", "intents"):
            connection.execute(f"DELETE FROM {part} WHERE id = 24")
    code, out, _ = run(path, kept, file=archive(path), verify=True)
    assert code == 1
    assert "23 rows whole" in out
    assert "It is not the file that was written when its rows were moved: another hand changed it." in out


def test_a_cut_of_another_key_vouches_for_no_archive(path: Path, kept: Kept) -> None:
    code, out, _ = run(path, Kept.fresh(), file=archive(path), verify=True)
    assert code == 1
    assert "does not match: another hand or another key made it" in out


def test_a_file_that_is_not_there_is_a_wrong_word(path: Path, kept: Kept) -> None:
    code, _, err = run(path, kept, file=path.with_name("none.db"))
    assert (code, err.startswith("There is no file ")) == (2, True)
