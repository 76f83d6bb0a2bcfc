"""A run without a window looks what other runs had accepted meanwhile, before it sends the same exit once more."""

import asyncio
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from crosstrade_desk.alone import carry_out
from crosstrade_desk.desk.wishes import Wish, leaving
from crosstrade_desk.protocol.message import Message
from crosstrade_desk.storage.folders import Folders
from crosstrade_desk.storage.journal import Journal, open_journal
from crosstrade_desk.storage.rows import Ending, Intent

BEGAN = 1_790_000_000_000_000


def flatten() -> Wish:
    found = leaving("flatten", ["Sim101"], None, False)
    assert isinstance(found, Message)
    return Wish(found, live=True)


async def keep(path: Path, intent: Intent, outcome: str) -> None:
    journal = open_journal(path)
    assert isinstance(journal, Journal)
    number = await journal.begin(intent)
    assert isinstance(number, int)
    await journal.finish(number, Ending(outcome, "Taken.", 200, "", 0))
    await journal.close()


@pytest.mark.parametrize(
    ("changed", "outcome", "is_done"),
    [
        ({}, "accepted", True),
        ({"at_us": BEGAN - 1}, "accepted", False),
        ({}, "unknown", False),
        ({"place": "PRACTICE"}, "accepted", False),
        ({"wire": "key=••••;\ncommand=FLATTEN;\naccount=Sim102;"}, "accepted", False),
    ],
)
def test_the_same_exit_that_began_after_the_call_and_was_accepted_is_its_outcome(
    tmp_path: Path, changed: dict[str, object], outcome: str, is_done: bool
) -> None:
    wish = replace(flatten(), called_us=BEGAN)
    intent = Intent(BEGAN, "LIVE", "FLATTEN", "Sim101", "", "", wish.message.masked)
    asyncio.run(keep(tmp_path / "journal.db", replace(intent, **changed), outcome))
    told = carry_out(Folders(tmp_path, tmp_path, tmp_path), wish, (), lambda _sentence: None)
    assert (told.outcome == "accepted") is is_done  # else it looks for the keyring, and there is none


@pytest.mark.skipif(os.name != "posix", reason="the pipe of Windows needs Qt")
def test_what_hands_a_call_over_imports_nothing_heavy() -> None:
    code = "import sys, crosstrade_desk.cli, crosstrade_desk.call; print(*sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"PySide6", "qasync", "httpx", "keyring", "asyncio", "sqlite3", "ssl"} & set(said)
