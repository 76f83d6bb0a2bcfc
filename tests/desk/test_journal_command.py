"""The command `journal`: what it takes for a time, what it prints where, and its exit codes."""

import asyncio
import io
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crosstrade_desk.desk.journal_command import Wanted, run_journal, since_us
from crosstrade_desk.protocol.problems import Invalid
from crosstrade_desk.protocol.secret import Secret
from crosstrade_desk.storage.cuts import Cut, Point
from crosstrade_desk.storage.newest import beside
from crosstrade_desk.storage.seals import Kept, Seal, slot_of
from crosstrade_desk.storage.secrets import Absent, Found, Locked, NoKeyring, Present, Slot
from support.journals import BLOCKED, ENDING, INTENT, cut, opened, raw, unguarded

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="a zone of one's own needs tzset"),
    pytest.mark.usefixtures("new_york"),
]
NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.db"


def write(path: Path) -> None:
    async def rows() -> None:
        journal = opened(path)
        for row in (await journal.begin(INTENT), await journal.begin(INTENT)):
            assert isinstance(row, int)
            await journal.finish(row, ENDING)
        await journal.note(INTENT, BLOCKED)
        await journal.close()

    asyncio.run(rows())


def no_keyring(_slot: Slot) -> Found:
    return NoKeyring()


def run(path: Path, ask: Callable[[Slot], Found] = no_keyring, **words: object) -> tuple[int, str, str]:
    out, err = io.StringIO(newline=""), io.StringIO()
    code = run_journal(path, Wanted(**words), out, err, ask)  # type: ignore[arg-type]
    return code, out.getvalue(), err.getvalue()


def at(*parts: int) -> int:
    return round(datetime(*parts, tzinfo=UTC).timestamp()) * 1_000_000  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-23", at(2026, 11, 23, 5)),
        ("2026-07-01", at(2026, 7, 1, 4)),
        ("2026-11-23T14:30", at(2026, 11, 23, 19, 30)),
        ("2026-11-23T14:30:15", at(2026, 11, 23, 19, 30, 15)),
        ("2h", at(2026, 11, 23, 13)),
        ("30m", at(2026, 11, 23, 14, 30)),
        ("3d", at(2026, 11, 20, 15)),
        ("1w", at(2026, 11, 16, 15)),
    ],
)
def test_a_time_is_a_day_or_a_minute_here_or_a_span(text: str, expected: int) -> None:
    assert since_us(text, NOW) == expected


NO_SPANS = ["5", "2 h", "h", "-2h", "2H", "2.5h", "999999d", "٢h", "yesterday"]
NO_DAYS = ["2026-11", "2026-13-01", "2026-06-31", "20261123", "0001-01-01", "2026-11-23\n"]
NO_MINUTES = ["2026-11-23 14:30", "2026-11-23T25:00", "2026-11-23T14:30+01:00"]


@pytest.mark.parametrize("text", [*NO_SPANS, *NO_DAYS, *NO_MINUTES])
def test_what_is_no_time_is_said_with_what_is(text: str, path: Path) -> None:
    assert isinstance(since_us(text, NOW), Invalid)
    code, out, err = run(path, since=text)
    assert (code, out) == (2, "")
    assert "2026-11-23T14:30" in err


def test_rows_are_listed_oldest_first(path: Path) -> None:
    write(path)
    code, out, err = run(path)
    assert (code, err) == (0, "")
    assert [line.split()[0] for line in out.splitlines()] == ["1", "2", "3"]
    assert "blocked (in flight)" in out.splitlines()[2]


def test_what_a_terminal_would_obey_is_made_visible_in_the_complaint(path: Path) -> None:
    code, out, err = run(path, since="\x1b[2J\x1b]0;x\x07")
    assert (code, out) == (2, "")
    assert err.startswith(r"--since \x1b[2J\x1b]0;x\x07: Give a day")
    assert err.rstrip("\n").isprintable()


def test_what_a_terminal_would_obey_is_made_visible_in_the_name_of_an_archive(path: Path) -> None:
    write(path)
    with unguarded(path) as connection:
        Cut(Point(row=1), goal=1, archive="a\x1b]0;x\x07\u202e\n9 rows whole.db").put_into(connection)
    _, _, err = run(path)
    assert err == "Rows up to 1 are in a\\x1b]0;x\\x07\\u202e\\n9 rows whole.db: list one with --file.\n"


def test_since_leaves_out_what_was_before(path: Path) -> None:
    write(path)
    assert run(path, since="2025-11-24T11:00")[1].count("\n") == 3
    assert run(path, since="2025-11-24T11:01") == (0, "", "")


@pytest.mark.parametrize(("form", "printed"), [("lines", ""), ("json", ""), ("csv", "row,time,place,command,")])
def test_without_a_journal_there_is_a_sentence_and_an_empty_list(path: Path, form: str, printed: str) -> None:
    code, out, err = run(path, form=form)
    assert code == 0
    assert out.startswith(printed)
    assert bool(out) == bool(printed)
    assert err == "There is no journal yet: nothing was sent from here.\n"
    assert not path.exists()


def test_a_whole_journal_is_praised_with_what_to_keep(path: Path) -> None:
    write(path)
    code, out, err = run(path, verify=True)
    assert (code, err) == (0, "")
    whole, newest, seals = out.splitlines()
    assert seals == "Whether the seals match cannot be told: No system keyring is running."
    assert whole == "3 rows whole: none was changed, and none is missing between them."
    with raw(path) as connection:
        number, digest = connection.execute("SELECT id, hash FROM links ORDER BY id DESC LIMIT 1").fetchone()
    assert newest == f"Newest link: {number} {digest.hex()}"


def test_what_cannot_be_told_is_said(path: Path) -> None:
    write(path)
    beside(path).unlink()
    assert "journal.db-newest: whether rows are missing at the end cannot be told" in run(path, verify=True)[1]


def test_a_journal_from_before_the_chain_is_named_as_that(path: Path) -> None:
    with raw(path) as connection:
        connection.executescript((Path(__file__).parents[1] / "storage" / "journal_schema_1.sql").read_text("utf-8"))
        connection.execute("PRAGMA application_id = 1129595978")
        connection.execute("PRAGMA user_version = 1")
    assert run(path)[1].count("\n") == 6
    code, out, _ = run(path, verify=True)
    assert code == 0
    assert "6 rows written before the chain began" in out


async def sealed_run(path: Path, kept: Kept) -> Kept:
    journal = opened(path)
    seal = await journal.seal(kept, 1_764_000_000_000_000)
    assert isinstance(seal, Seal)
    await journal.note(INTENT, BLOCKED)
    await journal.close()
    return kept.after(seal, stood=True)


def test_what_is_sealed_is_told_with_the_key_of_the_keyring(path: Path) -> None:
    write(path)
    kept = asyncio.run(sealed_run(path, Kept.fresh()))
    asked = []

    def ask(slot: Slot) -> Found:
        asked.append(slot)
        return Present(kept.secret())

    code, out, _ = run(path, ask, verify=True)
    assert code == 0
    assert out.splitlines()[2:] == [
        "Sealed up to row 3, at 2025-11-24 16:00:00 UTC.",
        "Row 4 is not sealed: 1 row since the last seal.",
    ]
    assert asked == [slot_of(path)]


def test_a_journal_that_does_not_fit_its_seals_ends_with_1(path: Path) -> None:
    write(path)
    asyncio.run(sealed_run(path, Kept.fresh()))
    code, out, _ = run(path, lambda _slot: Present(Kept.fresh().secret()), verify=True)
    assert code == 1
    assert "Seal 1 does not match" in out


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (Absent(), "There is no key for seals in the keyring, and no seal in the journal: none of its rows is sealed."),
        (Locked(), "Whether the seals match cannot be told: The system keyring is locked, or was never set up."),
        (Present(Secret("x")), "Whether the seals match cannot be told: The keyring's entry for the seals is damaged."),
    ],
)
def test_why_the_seals_cannot_be_told_is_said(path: Path, state: Found, said: str) -> None:
    write(path)
    code, out, _ = run(path, lambda _slot: state, verify=True)
    assert (code, out.splitlines()[2]) == (0, said)


def test_seals_whose_key_is_gone_are_not_said_never_to_have_been(path: Path) -> None:
    asyncio.run(sealed_run(path, Kept.fresh()))
    code, out, _ = run(path, lambda _slot: Absent(), verify=True)
    assert code == 1
    assert out.splitlines()[2].startswith("The journal holds seals or cuts, but their key is not in the keyring: ")


def test_what_was_changed_of_the_structure_ends_with_1(path: Path) -> None:
    write(path)
    with raw(path) as connection:
        connection.execute("DROP TRIGGER linked_intents")
    code, out, _ = run(path, verify=True)
    assert code == 1
    assert "The journal's trigger linked_intents is missing: another hand removed it." in out


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE intents SET wire = 'x' WHERE id = 2", "Row 2 was changed."),
        ("DELETE FROM endings WHERE id = 1", "The outcome of row 1 is missing."),
        ("UPDATE rules SET rule = 'x'", "The guard that blocked row 3 was changed."),
        ("UPDATE sessions SET pid = 1", "The start of run 1 was changed."),
    ],
)
def test_the_first_row_that_is_not_as_it_was_written_is_named(path: Path, statement: str, said: str) -> None:
    write(path)
    with unguarded(path) as connection:
        connection.execute(statement)
    assert run(path, verify=True) == (1, f"{said}\n", "")


def test_a_tail_that_was_cut_off_is_named(path: Path) -> None:
    write(path)
    with unguarded(path) as connection:
        cut(connection, 3)
    assert run(path, verify=True)[:2] == (1, "Row 2 and what came after it is missing: there were 3 rows once.\n")


def newer(path: Path) -> None:
    write(path)
    with raw(path) as connection:
        connection.execute("PRAGMA user_version = 99")


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda path: path.write_bytes(b"this is no database" * 300), "The journal file is damaged."),
        (newer, "The journal is of a newer version of the program. It was left alone."),
        (lambda path: path.mkdir(), "The journal cannot be read: journal.db is no ordinary file."),
        (lambda path: path.symlink_to(path), "The journal cannot be read. Too many levels of symbolic links."),
    ],
    ids=["damaged", "newer", "folder", "loop"],
)
def test_a_journal_that_cannot_be_read_is_said(path: Path, make: Callable[[Path], None], said: str) -> None:
    make(path)
    for words in ({}, {"verify": True}):
        assert run(path, **words) == (1, "", f"{said}\n")


def test_a_home_that_cannot_be_holds_no_journal(path: Path) -> None:
    path.write_text("a file")
    for words in ({}, {"verify": True}):
        code, out, err = run(path / "journal.db", **words)
        assert (code, out + err) == (0, "There is no journal yet: nothing was sent from here.\n")


def test_a_damaged_place_in_the_midst_is_said_after_what_could_be_read(path: Path) -> None:
    write(path)
    with raw(path) as connection:
        connection.execute("PRAGMA journal_mode = DELETE").fetchone()
        (page,) = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'endings'").fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)
    code, _, err = run(path)
    assert (code, err) == (1, "The journal file is damaged.\n")


def test_the_whole_chain_is_verified_or_nothing(path: Path) -> None:
    assert run(path, verify=True, since="2h")[0] == 2
