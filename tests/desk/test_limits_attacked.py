"""Another hand at journal and settings: no entry to CrossTrade leaves with limits the trader did not confirm."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from crosstrade_desk.desk.attempts import Blocked, Go
from crosstrade_desk.desk.confirming import Confirming
from crosstrade_desk.desk.events import Mode, Place
from crosstrade_desk.desk.notices import Notice
from crosstrade_desk.desk.preferences import Preferences
from crosstrade_desk.desk.sealing import Ring, Sealing
from crosstrade_desk.protocol.problems import Invalid
from crosstrade_desk.protocol.secret import Secret
from crosstrade_desk.storage.confirmed import SAFE, as_text, values_of
from crosstrade_desk.storage.newest import beside
from crosstrade_desk.storage.seals import Kept, kept_of
from crosstrade_desk.storage.secrets import Absent, Found, NoKeyring, Present, Slot, Stored, Written
from crosstrade_desk.storage.settings import Settings
from support.desks import YES, Bench, Wire
from support.journals import forge, opened, raw, unguarded

pytestmark = pytest.mark.anyio
LIVE = Place(Mode.LIVE, "https://app.crosstrade.io/v1/send/••••/••••")
PRACTICE = Place(Mode.PRACTICE, "http://127.0.0.1/")
MINE = Settings(most_funded=2)
THEIRS = replace(MINE, most_funded=50)
BOTH = as_text(values_of(THEIRS))
KEEP = "press Keep in Limits"


def values(settings: Settings) -> dict[str, object]:
    return {name: getattr(settings, name) for name in SAFE}


@dataclass
class Store:
    """A keyring with one entry that outlives the runs."""

    found: Found = field(default_factory=Absent)

    async def read(self, _entry: Slot) -> Found:
        return self.found

    async def write(self, _entry: Slot, secret: Secret) -> Written:
        if not isinstance(self.found, Absent | Present):
            return self.found
        self.found = Present(secret)
        return Stored()

    @property
    def kept(self) -> Kept:
        assert isinstance(self.found, Present)
        kept = kept_of(self.found.secret)
        assert isinstance(kept, Kept)
        return kept


class Heard(Confirming):
    """Says when the keyring's answer was heard."""

    def __init__(self, *parts: Any) -> None:
        super().__init__(*parts)
        self.heard = asyncio.Event()

    def judge(self, asked: Kept | Invalid | None) -> str | None:
        found = super().judge(asked)
        self.heard.set()
        return found


class Run:
    """One run of a window, with the real journal."""

    def __init__(self, path: Path, settings: Settings, store: Store) -> None:
        self.bench = Bench(Wire(YES))
        self.desk, tasks = self.bench.desk, self.bench.tasks
        self.journal = opened(path)
        self.preferences = Preferences(None, settings, tasks, self.bench.bugs.append)  # type: ignore[arg-type]
        self.confirming = confirming = Heard(self.journal, self.preferences, self.desk, tasks, lambda: 7)
        ring = Ring(store, Slot("journal seal 1"))
        self.sealing = Sealing(self.journal, ring, tasks, self.desk.tell, lambda: 7, confirming)
        confirming.on_kept = self.sealing.keep
        self.desk.listen(self.sealing.on_event)
        confirming.start()

    async def live(self) -> "Run":
        self.desk.connect(LIVE, self.bench.wire)
        self.bench.time.now += 1
        assert self.desk.unchecked
        assert isinstance(self.entry(), Blocked), "entries are held until the keyring has answered"
        async with asyncio.timeout(5):
            await self.confirming.heard.wait()
        return self

    def keep(self) -> None:
        self.preferences.change(**values(self.preferences.current))

    def entry(self) -> object:
        self.bench.time.now += 1
        return self.desk.send(self.bench.message("PLACE", account="Sim101"))

    @property
    def told(self) -> str:
        notices = [notice for notice in self.bench.of(Notice) if isinstance(notice, Notice)]
        return " ".join(notice.text for notice in notices if notice.about != "send")

    async def end(self) -> None:
        await self.desk.close(1)
        await self.sealing.close()
        await self.journal.close()
        assert self.bench.bugs == []


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.db"


async def lived(path: Path, store: Store, settings: Settings = MINE) -> None:
    """A run of a trader who had these limits, and kept them."""
    run = await Run(path, settings, store).live()
    run.keep()
    await run.end()


def removed(path: Path) -> None:
    for file in path.parent.glob(f"{path.name}*"):
        file.unlink()


def inserted(path: Path) -> None:
    with raw(path) as connection:
        connection.execute("INSERT INTO confirmed VALUES (NULL, 1, 7, ?)", (BOTH,))


def rewritten(path: Path) -> None:
    with unguarded(path) as connection:
        connection.execute("UPDATE confirmed SET settings = ?", (BOTH,))
        forge(connection)
    beside(path).unlink()


def database_removed(path: Path) -> None:
    path.unlink()


def unsealed(path: Path) -> None:
    with unguarded(path) as connection:
        connection.execute("DELETE FROM seals")


def badly_sealed(path: Path) -> None:
    with raw(path) as connection:
        connection.execute("INSERT INTO seals VALUES (NULL, 1, 1, x'00', 7, zeroblob(32))")


def untouched(_path: Path) -> None:
    """Only the settings are changed."""


ATTACKS = {
    "a row with right hashes": (inserted, "are not in the journal as the keyring knows them"),
    "row and chain rewritten": (rewritten, "The journal is not the one that was sealed"),
    "journal removed": (removed, "The journal is not the one that was sealed"),
    "database removed, marks left": (database_removed, "The journal is not as the last run left it"),
    "seals removed": (unsealed, "is missing: another hand removed it"),
    "a seal of another key": (badly_sealed, "does not match: another hand or another key made it"),
    "settings alone": (untouched, "Most on funded accounts 2 → 50"),
}


@pytest.mark.parametrize(("attack", "said"), ATTACKS.values(), ids=ATTACKS)
async def test_limits_of_another_hand_are_held_back_told_and_taken_only_with_keep(
    path: Path, attack: Callable[[Path], None], said: str
) -> None:
    store = Store()
    await lived(path, store)
    attack(path)
    run = await Run(path, THEIRS, store).live()
    assert said in run.desk.unconfirmed
    await run.end()
    run = await Run(path, THEIRS, store).live()  # nothing that the first one wrote or sealed makes this one believe it
    assert KEEP in run.desk.unconfirmed
    assert run.entry() == Blocked("settings", run.desk.unconfirmed)
    assert run.desk.send(run.bench.message("FLATTEN")) == Go()
    run.keep()
    assert run.entry() == Go()
    await run.end()
    run = await Run(path, THEIRS, store).live()
    assert run.desk.unconfirmed == ""
    await run.end()


async def test_practice_goes_on_meanwhile(path: Path) -> None:
    store = Store()
    await lived(path, store)
    inserted(path)
    run = await Run(path, THEIRS, store).live()
    run.desk.connect(PRACTICE, run.bench.wire)
    assert run.entry() == Go()
    await run.end()


async def test_what_nothing_vouches_for_is_not_said_to_have_been_the_traders(path: Path) -> None:
    store = Store()
    await lived(path, store)
    inserted(path)
    run = await Run(path, MINE, store).live()
    assert "settings.toml was changed" not in run.desk.unconfirmed
    await run.end()


async def test_a_lost_seal_and_other_settings_are_both_told(path: Path) -> None:
    store = Store()
    await lived(path, store)
    unsealed(path)
    run = await Run(path, THEIRS, store).live()
    assert "is missing: another hand removed it" in run.desk.unconfirmed
    assert "Most on funded accounts 2 → 50" in run.desk.unconfirmed
    assert run.preferences.former == MINE
    await run.end()


async def test_who_removes_journal_and_key_makes_a_first_start_which_nothing_here_can_tell_apart(path: Path) -> None:
    store = Store()
    await lived(path, store)
    removed(path)
    store.found = Absent()
    run = await Run(path, THEIRS, store).live()
    assert run.desk.unconfirmed == ""
    await run.end()


async def test_an_older_journal_put_back_is_held_back_though_its_limits_were_once_confirmed(path: Path) -> None:
    store = Store()
    await lived(path, store, THEIRS)
    older = {file.name: file.read_bytes() for file in path.parent.glob(f"{path.name}*")}
    await lived(path, store, MINE)
    removed(path)
    for name, content in older.items():
        path.with_name(name).write_bytes(content)
    run = await Run(path, THEIRS, store).live()
    assert "The journal is not the one that was sealed" in run.desk.unconfirmed
    assert run.preferences.former is None
    await run.end()


async def test_a_row_put_in_before_the_next_seal_is_not_carried_along_by_a_change_of_the_trader(path: Path) -> None:
    store = Store()
    await lived(path, store)
    inserted(path)
    run = Run(path, THEIRS, store)
    run.preferences.change(trusted_host="https://mine.example")
    await run.live()
    run.preferences.change(trusted_host="https://mine.example:1")
    assert "are not in the journal" in run.desk.unconfirmed
    await run.end()
    assert store.kept.vouches(as_text(values_of(MINE)))


async def test_a_host_trusted_while_practising_is_confirmed_once_the_keyring_vouches_for_the_rest(path: Path) -> None:
    store = Store()
    await lived(path, store)
    run = Run(path, MINE, store)
    run.preferences.change(trusted_host="https://mine.example")
    await run.live()
    assert run.desk.unconfirmed == ""
    await run.end()
    assert store.kept.vouches(as_text(values_of(replace(MINE, trusted_host="https://mine.example"))))


async def test_keep_before_the_seals_were_looked_at_does_not_excuse_them(path: Path) -> None:
    store = Store()
    await lived(path, store)
    unsealed(path)
    run = Run(path, MINE, store)
    run.keep()
    await run.live()
    assert "is missing: another hand removed it" in run.desk.unconfirmed
    run.keep()
    assert run.desk.unconfirmed == ""
    await run.end()


async def test_the_key_gone_over_a_sealed_journal_is_held_back(path: Path) -> None:
    store = Store()
    await lived(path, store)
    store.found = Absent()
    inserted(path)
    run = await Run(path, THEIRS, store).live()
    assert run.desk.unconfirmed.startswith("The journal is sealed, but the key of its seals is gone from the keyring.")
    run.keep()
    await run.end()
    run = await Run(path, THEIRS, store).live()
    assert run.desk.unconfirmed == ""
    await run.end()


async def test_a_keyring_that_does_not_open_over_a_sealed_journal_is_held_back(path: Path) -> None:
    store = Store()
    await lived(path, store)
    store.found = NoKeyring()
    run = await Run(path, MINE, store).live()
    assert run.desk.unconfirmed.startswith("The journal is sealed, but its seals cannot be read: No system keyring")
    run.keep()
    assert run.entry() == Go()
    await run.end()


async def test_without_a_keyring_ever_one_sentence_is_said_and_nothing_is_held(path: Path) -> None:
    for _ in range(2):
        run = await Run(path, MINE, Store(NoKeyring())).live()
        assert run.entry() == Go()
        assert run.told.strip().startswith("The journal goes on without seals: No system keyring is running.")
        await run.end()


async def test_a_new_trader_is_not_asked_on_his_first_start_nor_after_practice(path: Path) -> None:
    store = Store()
    run = Run(path, Settings(), store)
    run.desk.connect(PRACTICE, run.bench.wire)
    run.preferences.change(**values(MINE))
    await run.end()
    assert store.found == Absent()
    for _ in range(2):
        run = await Run(path, MINE, store).live()
        assert run.entry() == Go()
        assert run.told.strip() == ""
        await run.end()


async def test_limits_kept_while_practising_hold_on_crosstrade_in_the_next_run(path: Path) -> None:
    store = Store()
    await lived(path, store)
    run = Run(path, MINE, store)
    run.desk.connect(PRACTICE, run.bench.wire)
    run.preferences.change(**values(THEIRS))
    await run.end()
    run = await Run(path, THEIRS, store).live()
    assert run.desk.unconfirmed == ""
    await run.end()


async def test_a_journal_of_the_version_before_asks_once(path: Path) -> None:
    store = Store()
    await lived(path, store)
    key, _, *seals = json.loads(store.kept.secret().reveal())
    store.found = Present(Secret(json.dumps([key, *seals])))
    run = await Run(path, MINE, store).live()
    assert run.desk.unconfirmed.startswith("The keyring knows nothing yet of the limits you confirmed.")
    run.keep()
    await run.end()
    run = await Run(path, MINE, store).live()
    assert run.desk.unconfirmed == ""
    await run.end()


async def test_what_the_keyring_vouches_for_can_be_gone_back_to(path: Path) -> None:
    store = Store()
    await lived(path, store)
    run = await Run(path, THEIRS, store).live()
    assert run.preferences.former == MINE
    run.preferences.change(**values(MINE))
    assert (run.preferences.former, run.desk.unconfirmed) == (None, "")
    await run.end()
