"""Practice or live: where address and key come from, and every state a keyring can be in."""

import asyncio

import pytest

from crosstrade_desk.desk import connection as module
from crosstrade_desk.desk.connection import Connection, Credentials, Keep
from crosstrade_desk.desk.events import Mode, NoPlace, Place
from crosstrade_desk.desk.notices import Level, Notice
from crosstrade_desk.desk.preferences import Preferences
from crosstrade_desk.protocol.endpoint import Endpoint, parse_endpoint
from crosstrade_desk.protocol.problems import Invalid, Problems
from crosstrade_desk.protocol.secret import Secret
from crosstrade_desk.storage.secrets import (
    Absent,
    Entry,
    Forgotten,
    Found,
    Locked,
    MemoryStore,
    NoKeyring,
    NotAnswering,
    Present,
    RefusedStore,
    Stored,
)
from crosstrade_desk.storage.settings import Settings
from support.desks import Bench, Wire
from support.marker import MARKER, PARTS

pytestmark = pytest.mark.anyio
ADDRESS = f"https://app.crosstrade.io/v1/send/{PARTS[0]}/{PARTS[1]}"
FOREIGN = ADDRESS.replace("app.crosstrade.io", "localhost:8443")


class Stubborn(MemoryStore):
    """A store in one state, whatever is asked of it."""

    def __init__(self, state: Found) -> None:
        super().__init__()
        self.state = state

    async def read(self, entry: Entry) -> Found:
        return self.state

    async def write(self, entry: Entry, secret: Secret):  # type: ignore[no-untyped-def]
        return self.state

    async def forget(self, entry: Entry):  # type: ignore[no-untyped-def]
        return self.state


class Table:
    """A connection with its neighbours."""

    def __init__(self, store: MemoryStore | None = None) -> None:
        self.bench = Bench()
        self.store = store or MemoryStore()
        self.preferences = Preferences(None, Settings(), self.bench.tasks, lambda _why: None)
        self.made: list[tuple[Endpoint, Secret]] = []
        self.practice: tuple[Endpoint, Secret] | Invalid = (
            _endpoint("http://127.0.0.1:1/v1/send/aaaa/bbbb"),
            Secret("abcd"),
        )
        self.connection = Connection(self.bench.desk, self.store, self.preferences, self._sender, self._practice)

    async def _sender(self, endpoint: Endpoint, key: Secret) -> Wire:
        self.made.append((endpoint, key))
        return Wire()

    async def _practice(self) -> tuple[Endpoint, Secret] | Invalid:
        return self.practice

    def credentials(self, address: str = ADDRESS, *, trusted: bool = False) -> Credentials:
        found = self.connection.check(address, MARKER, trusted=trusted)
        assert isinstance(found, Credentials), found
        return found


def _endpoint(text: str) -> Endpoint:
    found = parse_endpoint(text)
    assert isinstance(found, Endpoint)
    return found


async def test_practice_needs_no_key() -> None:
    table = Table(Stubborn(Locked()))
    await table.connection.choose(Mode.PRACTICE)
    assert table.bench.desk.where == Place(Mode.PRACTICE, "http://127.0.0.1:1/v1/send/••••/••••")
    assert table.preferences.current.mode == "practice"


async def test_a_practice_exchange_that_does_not_start_says_why() -> None:
    table = Table()
    table.practice = Invalid("It did not start.")
    await table.connection.choose(Mode.PRACTICE)
    where = table.bench.desk.where
    assert isinstance(where, NoPlace)
    assert where.sentence == "It did not start."
    assert where.way_on


@pytest.mark.parametrize("where", Keep)
async def test_live_works_with_what_was_kept(where: Keep) -> None:
    table = Table()
    assert await table.connection.keep(table.credentials(), where) == Stored()
    await table.connection.choose(Mode.LIVE)
    assert isinstance(table.bench.desk.where, Place)
    assert table.made == [(_endpoint(ADDRESS), Secret(MARKER))]
    in_keyring = await table.store.read(Entry.KEY)
    assert isinstance(in_keyring, Present) == (where is Keep.KEYRING)


async def test_what_the_session_holds_goes_before_the_keyring_until_the_keyring_gets_newer() -> None:
    table = Table()
    await table.store.write(Entry.ADDRESS, Secret(ADDRESS))
    await table.store.write(Entry.KEY, Secret("old-key"))
    await table.connection.keep(table.credentials(), Keep.SESSION)
    await table.connection.choose(Mode.LIVE)
    newer = table.connection.check(ADDRESS, "newest", trusted=False)
    assert isinstance(newer, Credentials)
    await table.connection.keep(newer, Keep.KEYRING)
    await table.connection.choose(Mode.LIVE)
    assert [key for _, key in table.made] == [Secret(MARKER), Secret("newest")]


@pytest.mark.parametrize(
    "state", [Absent(), Locked(), NoKeyring(), RefusedStore("It writes plain text."), NotAnswering("It hangs.")]
)
async def test_every_other_state_of_the_keyring_is_told_with_a_way_on(state: Found) -> None:
    table = Table(Stubborn(state))
    await table.connection.choose(Mode.LIVE)
    assert table.bench.desk.where == NoPlace(Mode.LIVE, state.sentence, state.way_on)
    assert state.sentence
    assert state.way_on
    assert table.made == []


@pytest.mark.parametrize(
    "state", [Locked(), NoKeyring(), RefusedStore("It writes plain text."), NotAnswering("It hangs.")]
)
async def test_what_cannot_be_kept_is_told_and_can_be_kept_for_the_session(state: Found) -> None:
    table = Table(Stubborn(state))
    assert await table.connection.keep(table.credentials(), Keep.KEYRING) == state
    assert await table.connection.keep(table.credentials(), Keep.SESSION) == Stored()
    await table.connection.choose(Mode.LIVE)
    assert isinstance(table.bench.desk.where, Place)


async def test_a_keyring_that_does_not_give_the_address_is_not_asked_for_the_key() -> None:
    class Slow(MemoryStore):
        asked = 0

        async def read(self, entry: Entry) -> Found:
            self.asked += 1  # it lasts as long as the keyring's limit is, each time
            return Locked()

    store = Slow()
    table = Table(store)
    await table.connection.choose(Mode.LIVE)
    assert isinstance(table.bench.desk.where, NoPlace)
    assert store.asked == 1


async def test_a_keyring_that_keeps_one_waiting_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SAY_WAITING_AFTER_S", 0.01)
    answer = asyncio.Event()

    class Slow(MemoryStore):
        async def read(self, entry: Entry) -> Found:
            await answer.wait()
            return Absent()

    table = Table(Slow())
    choosing = asyncio.gather(table.connection.choose(Mode.LIVE))
    await table.bench.until(1, Notice)
    answer.set()
    await choosing
    assert table.bench.of(Notice)[-1] == Notice(Level.INFO, "", "keyring"), "and is taken away again"
    assert isinstance(table.bench.desk.where, NoPlace)


async def test_a_choice_that_still_waits_does_not_overtake_a_later_one() -> None:
    answer = asyncio.Event()

    class Slow(MemoryStore):
        async def read(self, entry: Entry) -> Found:
            await answer.wait()
            return Present(Secret(ADDRESS if entry is Entry.ADDRESS else MARKER))

    table = Table(Slow())
    live = asyncio.gather(table.connection.choose(Mode.LIVE))
    await asyncio.sleep(0)
    await table.connection.choose(Mode.PRACTICE)
    answer.set()
    await live
    assert isinstance(table.bench.desk.where, Place)
    assert table.bench.desk.where.mode is Mode.PRACTICE


async def test_live_that_comes_late_does_not_take_over_from_a_trader_who_went_on_in_practice() -> None:
    answer = asyncio.Event()

    class Slow(MemoryStore):
        async def read(self, entry: Entry) -> Found:
            await answer.wait()
            return Present(Secret(ADDRESS if entry is Entry.ADDRESS else MARKER))

    table = Table(Slow())
    await table.connection.choose(Mode.PRACTICE)
    table.bench.time.now += 1
    live = asyncio.gather(table.connection.choose(Mode.LIVE))
    await asyncio.sleep(0)
    table.bench.desk.send(table.bench.message("PLACE"))
    answer.set()
    await live
    assert isinstance(table.bench.desk.where, Place)
    assert table.bench.desk.where.mode is Mode.PRACTICE
    assert table.preferences.current.mode == "practice"
    assert any("Press Go LIVE again" in event.text for event in table.bench.told if isinstance(event, Notice))


@pytest.mark.parametrize("before", [None, "https://app.crosstrade.io/v1/send/former/address"])
async def test_an_address_is_never_left_with_another_ones_key(before: str | None) -> None:
    class HalfFull(MemoryStore):
        async def write(self, entry: Entry, secret: Secret):  # type: ignore[no-untyped-def]
            return Locked() if entry is Entry.KEY else await super().write(entry, secret)

    table = Table(HalfFull())
    if before:
        await table.store.write(Entry.ADDRESS, Secret(before))
    assert await table.connection.keep(table.credentials(), Keep.KEYRING) == Locked()
    assert await table.store.read(Entry.ADDRESS) == (Present(Secret(before)) if before else Absent())


async def test_a_host_that_is_not_crosstrade_needs_the_traders_word_once() -> None:
    table = Table()
    found = table.connection.check(FOREIGN, MARKER, trusted=False)
    assert isinstance(found, Problems)
    assert "localhost:8443 is not CrossTrade" in found.of("trusted")
    await table.connection.keep(table.credentials(FOREIGN, trusted=True), Keep.SESSION)
    await table.connection.choose(Mode.LIVE)
    assert isinstance(table.bench.desk.where, Place)
    assert isinstance(table.connection.check(FOREIGN.replace("8443", "8444"), MARKER, trusted=False), Problems)


async def test_a_foreign_address_that_got_into_the_keyring_another_way_is_not_used() -> None:
    table = Table()
    await table.store.write(Entry.ADDRESS, Secret(FOREIGN))
    await table.store.write(Entry.KEY, Secret(MARKER))
    await table.connection.choose(Mode.LIVE)
    assert isinstance(table.bench.desk.where, NoPlace)
    assert table.made == []


async def test_both_problems_are_told_at_once_and_show_nothing() -> None:
    table = Table()
    found = table.connection.check("http://example.org/", "", trusted=False)
    assert isinstance(found, Problems)
    assert found.of("address")
    assert found.of("key")


async def test_forgetting_takes_both_out_of_both_places() -> None:
    table = Table()
    for where in Keep:
        await table.connection.keep(table.credentials(), where)
    assert await table.connection.forget() == ""
    assert set(map(type, (await table.connection.states()).values())) == {Absent}
    assert table.preferences.current.trusted_host == ""
    assert await Table(Stubborn(Locked())).connection.forget()
    assert Forgotten() == await MemoryStore().forget(Entry.KEY)
