"""A run without a window looks what other runs had accepted meanwhile, before it sends the same exit once more."""

import asyncio
import io
import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from crosstrade_desk import alone, call
from crosstrade_desk.alone import carry_out
from crosstrade_desk.desk.wishes import Told, Wish, leaving
from crosstrade_desk.protocol.message import Message
from crosstrade_desk.protocol.secret import Secret
from crosstrade_desk.storage.folders import Folders
from crosstrade_desk.storage.journal import Journal, open_journal
from crosstrade_desk.storage.rows import Ending, Intent
from crosstrade_desk.storage.seals import Kept, Seal, Sealed, kept_of
from crosstrade_desk.storage.secrets import Absent, Entry, Found, Present, Slot, Stored, Written
from crosstrade_desk.storage.verify import sealed

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


class Keyring:
    """Holds the seals' entry alone. `hangs`: writing never ends; `meanwhile`: what another run wrote before ours."""

    def __init__(
        self, kept: Kept | None, order: list[str], *, hangs: bool = False, meanwhile: Kept | None = None
    ) -> None:
        self.kept, self.order, self.hangs, self.meanwhile = kept, order, hangs, meanwhile

    async def read(self, entry: Entry | Slot) -> Found:
        if not isinstance(entry, Slot) or self.kept is None:
            return Absent()
        found, self.kept = self.kept, self.meanwhile or self.kept
        return Present(found.secret())

    async def write(self, entry: Entry | Slot, secret: Secret) -> Written:
        self.order.append("sealed")
        if self.hangs:
            await asyncio.Event().wait()
        kept = kept_of(secret)
        assert isinstance(kept, Kept)
        self.kept = kept
        return Stored()


def flattened(
    folder: Path, keyring: Keyring, monkeypatch: pytest.MonkeyPatch, order: list[str], *, told_first: bool = True
) -> Told:
    """One call that finds no key to CrossTrade; that leaves a row of its own run all the same."""
    monkeypatch.setattr(alone, "KeyringStore", lambda _limit_s: keyring)
    ended = (lambda told: order.append(told.outcome)) if told_first else None
    return carry_out(Folders(folder, folder, folder), flatten(), (), lambda _sentence: None, ended)


async def vouched(path: Path, rows: int = 2) -> Kept:
    """A journal that a window sealed once, with what the keyring has since."""
    journal = open_journal(path)
    assert isinstance(journal, Journal)
    for _ in range(rows):
        await journal.note(Intent(BEGAN, "LIVE", "FLATTEN", "Sim101", "", "", ""), Ending("blocked", "", None, "", 0))
    await journal.confirm(BEGAN, "limits")
    kept = Kept.fresh().vouching("limits")
    seal = await journal.seal(kept, BEGAN)
    assert isinstance(seal, Seal)
    await journal.close()
    return kept.after(seal, stood=True)


def test_a_run_without_a_window_seals_its_rows_after_the_outcome_was_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, order = tmp_path / "journal.db", list[str]()
    before = asyncio.run(vouched(path))
    keyring = Keyring(before, order)
    told = flattened(tmp_path, keyring, monkeypatch, order)
    assert order == [told.outcome, "sealed"]
    assert keyring.kept
    found = sealed(path, keyring.kept)
    assert isinstance(found, Sealed)
    assert found.last
    assert found.last.link > before.seals[-1].link
    assert found.last == keyring.kept.seals[-1]
    assert keyring.kept.vouches("limits")


def test_a_call_without_a_kept_key_names_the_ways_that_a_terminal_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = flattened(tmp_path, Keyring(None, []), monkeypatch, [])
    assert (told.outcome, told.rule, told.code) == ("not sent", "connection", 3), "no rule holds an exit"
    assert told.sentence.endswith(
        "not kept yet. Nothing was sent. Open the window, look at Connection, and call again; to get out now, use "
        "NinjaTrader."
    )


def test_without_a_key_that_a_window_made_nothing_is_sealed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asyncio.run(vouched(tmp_path / "journal.db"))
    order: list[str] = []
    told = flattened(tmp_path, Keyring(None, order), monkeypatch, order)
    assert order == [told.outcome]


def test_beside_another_program_nothing_is_sealed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    keyring = Keyring(asyncio.run(vouched(tmp_path / "journal.db")), order)
    flattened(tmp_path, keyring, monkeypatch, order, told_first=False)
    assert order == []


def test_a_keyring_that_hangs_holds_the_end_up_for_no_longer_than_its_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alone, "SEAL_S", 0.3)
    order: list[str] = []
    keyring = Keyring(asyncio.run(vouched(tmp_path / "journal.db")), order, hangs=True)
    began = time.monotonic()
    told = flattened(tmp_path, keyring, monkeypatch, order)
    assert order == [told.outcome, "sealed"]
    assert time.monotonic() - began < 5


def test_a_journal_that_does_not_fit_its_seal_is_not_sealed_before_the_trader_looked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    kept = asyncio.run(vouched(tmp_path / "journal.db"))
    lost = replace(kept, seals=(replace(kept.seals[-1], digest=b"x" * 32),))
    told = flattened(tmp_path, Keyring(lost, order), monkeypatch, order)
    assert order == [told.outcome]


def test_what_a_window_kept_meanwhile_is_not_written_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    kept = asyncio.run(vouched(tmp_path / "journal.db"))
    keyring = Keyring(kept, order, meanwhile=kept.vouching("other limits"))
    told = flattened(tmp_path, keyring, monkeypatch, order)
    assert order == [told.outcome]
    assert isinstance(sealed(tmp_path / "journal.db", kept), Sealed)


@pytest.mark.parametrize("fault", [None, RuntimeError("a mistake"), KeyboardInterrupt()])
def test_the_outcome_is_printed_once_before_the_next_call_is_let_in_and_no_fault_changes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: BaseException | None
) -> None:
    out, order = io.StringIO(), list[str]()

    class Lock:
        def close(self) -> None:
            order.append(f"let go after {out.getvalue()[:8]}")

    def carried(*words: object) -> Told:
        ended = words[-1]
        assert callable(ended)
        told = Told("accepted", "Taken.")
        ended(told)
        order.append("sealing")
        if fault:
            raise fault
        return told

    monkeypatch.setenv("CROSSTRADE_DESK_HOME", str(tmp_path))
    monkeypatch.setattr(call, "hold_alone", lambda _folder: Lock())
    monkeypatch.setattr(alone, "carry_out", carried)
    code = call.run_call(flatten(), (), False, out, io.StringIO())
    assert (code, out.getvalue()) == (0, "Accepted: Taken.\n")
    assert order == ["let go after Accepted", "sealing"]


@pytest.mark.skipif(os.name != "posix", reason="the pipe of Windows needs Qt")
def test_what_hands_a_call_over_imports_nothing_heavy() -> None:
    code = "import sys, crosstrade_desk.cli, crosstrade_desk.call; print(*sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"PySide6", "qasync", "httpx", "keyring", "asyncio", "sqlite3", "ssl"} & set(said)
