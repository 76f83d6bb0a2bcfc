"""Rows of a whole journal are found by words, outcome, account and instrument, wherever they stand."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosstrade_desk.protocol.problems import Invalid
from crosstrade_desk.storage.journal import open_journal
from crosstrade_desk.storage.rows import Ending, Intent
from crosstrade_desk.storage.search import Archive, Sought

pytestmark = pytest.mark.anyio
INTENT = Intent(1_790_000_000_000_000, "PRACTICE", "PLACE", "Sim101", "MES 12-26", "Buy 1 MES", "key=••••;\nqty=1;")
YES = Ending("accepted", "The server accepted it.", 200, '{"success": true}', 1234)
ROWS = (
    (INTENT, YES),
    (replace(INTENT, accounts="Sim101,Sim102", sentence="Sell 2 MES"), Ending("unknown", "No answer.", None, "", 5)),
    (replace(INTENT, accounts="Sim1", instrument="MNQ 12-26"), Ending("refused", "No.", 400, "100% of _margin_ \\", 5)),
    (replace(INTENT, command="FLATTENEVERYTHING", accounts="", instrument="", sentence="Close everything"), YES),
    (replace(INTENT, command="CANCEL", accounts="", instrument="", sentence="Cancel order a-1"), None),
    (replace(INTENT, place="LIVE"), Ending("blocked", "Not sent.", None, "", 0, "double press")),
)
WHOLE = (1, len(ROWS))


@pytest.fixture
async def archive(tmp_path: Path) -> Archive:
    journal = open_journal(tmp_path / "journal.db")
    assert not isinstance(journal, Invalid)
    for intent, ending in ROWS:
        row = await journal.begin(intent)
        assert isinstance(row, int)
        if ending:
            await journal.finish(row, ending)
    await journal.close()
    return Archive(tmp_path / "journal.db")


@pytest.mark.parametrize(
    ("sought", "found"),
    [
        (Sought(), [6, 5, 4, 3, 2, 1]),
        (Sought(outcome="unknown"), [2]),
        (Sought(outcome="accepted"), [4, 1]),
        (Sought(account="sim101"), [6, 4, 2, 1]),
        (Sought(account="Sim102"), [4, 2]),
        (Sought(account="Sim1"), [4, 3]),
        (Sought(instrument="MNQ 12-26"), [4, 3]),
        (Sought(words=("sell",)), [2]),
        (Sought(words=("double", "live")), [6]),
        (Sought(words=("double", "practice")), []),
        (Sought(words=("100%",)), [3]),
        (Sought(words=("_margin_",)), [3]),
        (Sought(words=("10_%",)), []),
        (Sought(words=("\\",)), [3]),
        (Sought(words=("accepted",), account="Sim102"), [4]),
        (Sought(words=("' OR 1=1 --",)), []),
    ],
)
async def test_all_that_is_looked_for_has_to_fit(archive: Archive, sought: Sought, found: list[int]) -> None:
    assert archive.find(sought, *WHOLE) == found
    rows = archive.rows(sought, *WHOLE)
    assert not isinstance(rows, Invalid)
    assert [row.id for row in rows] == found[::-1]


async def test_only_the_range_is_looked_through(archive: Archive) -> None:
    assert archive.find(Sought(), 2, 3) == [3, 2]


async def test_choices_are_the_names_in_the_rows(archive: Archive) -> None:
    assert archive.choices() == (("Sim1", "Sim101", "Sim102"), ("MES 12-26", "MNQ 12-26"))


async def test_what_is_kept_is_told_since_when_and_how_large(archive: Archive) -> None:
    kept = archive.kept()
    assert not isinstance(kept, Invalid)
    assert kept[0] == INTENT.at_us
    assert kept[1] == archive.path.stat().st_size


def test_a_journal_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    assert Archive(tmp_path / "none.db").find(Sought(), 1, 1) == Invalid("The journal file cannot be opened.")


@given(words=st.lists(st.text(max_size=20), max_size=4), name=st.text(max_size=20))
def test_no_word_breaks_the_question(words: list[str], name: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / "empty.db"
    if not path.exists():
        journal = open_journal(path)
        assert not isinstance(journal, Invalid)
        asyncio.run(journal.close())
    found = Archive(path).find(Sought(tuple(words), name, name, name), 1, 10)
    assert found == []
