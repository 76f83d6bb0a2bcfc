"""The desk, what it sends, and what is read back of it, joined."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from crosstrade_desk.desk.flat_watch import Exited, Way
from crosstrade_desk.desk.observer import Lapsed, Observer, Told
from crosstrade_desk.desk.reading import Age
from crosstrade_desk.desk.stages import Followed, Stage
from crosstrade_desk.readback.answers import Failed, Trouble
from crosstrade_desk.readback.plan import Call, Subject, View
from crosstrade_desk.readback.reader import Listener, News
from crosstrade_desk.readback.values import (
    Execution,
    Executions,
    MarketInfo,
    Order,
    Orders,
    Position,
    Positions,
    Quote,
    Status,
)
from crosstrade_desk.sending.outcome import Answer, NotSent, Refused, Unknown
from support.desks import YES, Bench, Wire

pytestmark = pytest.mark.anyio
SENT = Subject("Sim101", "MES 12-26", "mine-1")
AT = datetime.fromtimestamp(1_790_000_000, UTC)  # where the clock of the bench stands
VIEW = View(("Sim101",), "MES 12-26")


class Reader:
    """A reader in the hand: tells what it is told to tell, and notes what it is asked."""

    def __init__(self, tell: Listener) -> None:
        self.tell = tell
        self.views: list[View] = []
        self.sent: list[tuple[Subject, ...]] = []
        self.wanted: list[Call] = []
        self.soon_of: list[tuple[Call, str, bool]] = []
        self.ended = False

    async def run(self) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            self.ended = True

    def look(self, view: View) -> None:
        self.views.append(view)

    def acted(self, *sent: Subject) -> None:
        self.sent.append(sent)

    def soon(self, call: Call, account: str = "", *, first: bool = False) -> None:
        self.wanted.append(call)
        self.soon_of.append((call, account, first))

    def retry(self) -> None:
        self.wanted.append(Call.STATUS)

    def usual_s(self, call: Call) -> float:
        return 4.0


class Table:
    """A desk with an observer beside it."""

    def __init__(self, wire: Wire | None = None) -> None:
        self.bench = Bench(wire)
        self.told: list[Told] = []
        self.readers: list[Reader] = []
        self.observer = Observer(self.bench.tasks, self.told.append, self.bench.time.clock)
        self.bench.desk.listen(self.observer.hear)
        self.observer.look(VIEW)
        self.begin()
        self.bench.connect()

    def begin(self) -> None:
        def made(tell: Listener) -> Reader:
            self.readers.append(Reader(tell))
            return self.readers[-1]

        self.observer.begin(made)

    @property
    def reader(self) -> Reader:
        return self.readers[-1]

    @property
    def stages(self) -> list[Stage]:
        return [one.stage for one in self.told if isinstance(one, Followed)]

    def reads(self, call: Call, found: Any, subject: Subject = SENT, reader: Reader | None = None) -> None:
        (reader or self.reader).tell(News(call, subject, self.bench.time.now, found))

    async def send(self, token: str = "PLACE", **changed: str) -> None:
        self.bench.desk.send(self.bench.message(token, **changed))
        await self.bench.until(1)

    async def close(self) -> None:
        self.observer.end()
        await self.bench.desk.close(0)
        assert self.bench.bugs == []


@pytest.fixture
async def table() -> AsyncIterator[Table]:
    one = Table(Wire(YES))
    yield one
    await one.close()


async def test_a_message_that_left_is_followed_by_its_id_and_what_is_read_is_told(table: Table) -> None:
    await table.send(order_id="mine-1")
    assert table.reader.sent == [(SENT,)]
    assert table.stages == [Stage.SENT, Stage.ANSWERED]
    table.reads(Call.STATUS, Status("Working"))
    assert table.stages[-1] is Stage.WORKING
    assert isinstance(table.told[-2], News)


async def test_once_a_fill_is_read_positions_are_read_first_of_all(table: Table) -> None:
    await table.send(order_id="mine-1")
    table.reads(Call.STATUS, Status("Working"))
    assert (Call.POSITIONS, "", True) not in table.reader.soon_of
    table.reads(Call.STATUS, Status("Filled"))
    assert table.stages[-1] is Stage.FILLED
    assert table.reader.soon_of.count((Call.POSITIONS, "", True)) == 1


async def test_an_exit_is_followed_by_more_reads_but_by_no_stage(table: Table) -> None:
    await table.send("FLATTEN")
    assert table.reader.sent == [(Subject("Sim101"),)]
    assert table.reader.soon_of == [(Call.POSITIONS, "", True)], "positions are read first of all"
    assert table.stages == []


@pytest.mark.parametrize(
    ("outcome", "left"),
    [
        (NotSent("No way. Nothing was sent."), 0),
        (Refused("No.", Answer(200, "")), 0),
        (Unknown("Perhaps."), 1),
    ],
)
async def test_what_surely_placed_nothing_is_not_looked_for_and_an_unknown_one_is(outcome: Any, left: int) -> None:
    table = Table(Wire(outcome))
    await table.send(order_id="mine-1")
    assert len(table.observer.follow.open) == left
    await table.close()


async def test_a_refusal_of_several_accounts_may_have_served_one(table: Table) -> None:
    table.bench.wire.always = Refused("Sim102: no", Answer(200, ""))
    await table.send(account="Sim101,Sim102")
    assert len(table.observer.follow.open) == 2


async def test_an_order_that_arrived_unanswered_is_not_taken_for_one_that_was_refused_before(table: Table) -> None:
    table.bench.wire.always = Refused("Sim102: no", Answer(200, ""))
    await table.send(account="Sim101,Sim102")
    table.bench.time.now += 15
    table.bench.wire.always = Unknown("Perhaps.")
    table.bench.desk.send(table.bench.message("PLACE", account="Sim101,Sim102"))
    await table.bench.until(2)
    mine = Order("n1", "Sim101", "MES 12-26", "Market", "Working", "Buy", 1, 0, at=AT)
    table.reads(Call.ORDERS, Orders((mine,)))
    stages = {one.row: one.stage for one in table.observer.follow.open if one.subject.account == "Sim101"}
    assert list(stages.values()) == [Stage.SENT, Stage.WORKING]


async def test_an_entry_that_a_guard_kept_in_is_not_followed(table: Table) -> None:
    table.bench.desk.switch.off()
    table.bench.desk.send(table.bench.message("PLACE"))
    async with asyncio.timeout(5):
        while not table.bench.book.intents:
            await asyncio.sleep(0)
    assert table.reader.sent == []
    assert table.observer.follow.open == ()


async def test_an_order_that_nobody_sees_is_not_confirmed_by_itself(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crosstrade_desk.desk.observer._TICK_S", 0.01)
    table.begin()
    await table.send(order_id="mine-1")
    table.bench.time.now += 5
    table.reads(Call.ORDERS, Orders())
    table.bench.time.now += 5
    async with asyncio.timeout(5):
        while Stage.UNCONFIRMED not in table.stages:
            await asyncio.sleep(0.01)


async def test_every_account_of_an_order_is_read_until_it_has_ended_there(table: Table) -> None:
    await table.send(account="SIM101,Sim102")
    assert table.reader.views[-1].accounts == ("Sim101", "Sim102")
    assert table.observer.accounts == ("Sim101", "Sim102")
    assert [one.account for one in table.reader.sent[-1]] == ["SIM101", "Sim102"]
    done = Order("n1", "Sim102", "MES 12-26", "Market", "Filled", "Buy", 1, 1, Decimal(1), at=AT)
    table.reads(Call.ORDERS, Orders((done,)), Subject("Sim102"))
    assert table.reader.views[-1].accounts == ("Sim101",)


async def test_the_accounts_of_an_exit_are_read_until_they_are_flat(table: Table) -> None:
    await table.send("FLATTEN", account="Sim105")
    assert table.observer.accounts == ("Sim101", "Sim105")
    table.reads(Call.POSITIONS, Positions(), Subject())
    assert table.observer.accounts == ("Sim101",)


async def test_a_position_says_nothing_of_now_from_the_answer_of_its_exit_until_it_is_read(table: Table) -> None:
    held = Position("Sim101", "MES 12-26", side="Long", quantity=2)
    table.reads(Call.POSITIONS, Positions((held,)), Subject())
    assert not table.observer.is_leaving(held)
    table.bench.time.now += 1
    await table.send("CLOSEPOSITION", quantity="1")
    assert table.observer.is_leaving(held)
    assert not table.observer.is_leaving(replace(held, instrument="ES 12-26"))
    assert not table.observer.is_leaving(replace(held, account="Sim102"))
    table.bench.time.now += 1
    table.reads(Call.POSITIONS, Positions((replace(held, quantity=1),)), Subject())
    assert not table.observer.is_leaving(held), "a part was closed, and it was read since"
    await table.send("FLATTEN")
    await table.bench.until(2)
    table.bench.time.now += 1
    table.reads(Call.POSITIONS, Positions((held,)), Subject())
    assert table.observer.is_leaving(held), "it is to be flat, and is not yet"


async def test_an_order_is_found_by_the_id_of_its_message(table: Table) -> None:
    await table.send(order_id="mine-1")
    mine = Order("n1", "Sim101", "MES 12-26", "Market", "Working", "Buy", 1, 0, at=AT)
    table.reads(Call.ORDERS, Orders((mine,)), Subject("Sim101"))
    assert table.observer.order("mine-1") == mine
    assert table.observer.order("n1") == mine
    assert table.observer.order("") is None
    table.bench.time.now += 100
    assert table.observer.order("n1") is None


async def test_a_changed_position_is_a_reason_to_read_fills_and_a_fill_to_read_the_accounts(table: Table) -> None:
    held = Position(account="Sim101", instrument="MES 12-26", side="Long", quantity=1)
    for found in (Positions(), Positions((held,))):
        table.reads(Call.POSITIONS, found, Subject())
    assert table.reader.soon_of == [(Call.EXECUTIONS, "Sim101", False)]
    table.reads(Call.EXECUTIONS, Executions((Execution(id="1", price=Decimal(1)),)))
    assert table.reader.wanted == [Call.EXECUTIONS, Call.SNAPSHOT]


async def test_another_place_forgets_all_and_hears_nothing_of_the_former(table: Table) -> None:
    former = table.reader
    table.reads(Call.POSITIONS, Positions(), Subject())
    await table.send(order_id="mine-1")
    table.begin()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert former.ended
    assert table.observer.known.positions(table.bench.time.now).age is Age.GONE
    assert table.observer.follow.open == ()
    assert table.told[-1] == Lapsed()
    before = len(table.told)
    table.reads(Call.POSITIONS, Positions(), Subject(), former)
    assert len(table.told) == before
    assert table.reader.views == [VIEW]


async def test_what_the_trader_looks_at_and_asks_for_reaches_the_reader(table: Table) -> None:
    other = replace(VIEW, accounts=("Sim102",))
    table.observer.look(other)
    table.observer.retry()
    assert table.reader.views[-1] == other
    assert table.reader.wanted == [Call.STATUS]


async def test_without_a_reader_nothing_is_followed_and_nothing_breaks(table: Table) -> None:
    table.observer.end()
    table.observer.look(VIEW)
    table.observer.retry()
    await table.send(order_id="mine-1")
    assert [one for one in table.told if not isinstance(one, Lapsed)] == []


async def test_a_failure_is_told_and_changes_no_order(table: Table) -> None:
    await table.send(order_id="mine-1")
    table.reads(Call.STATUS, Failed(Trouble.FAULTY, "Invalid request", 400))
    assert table.stages == [Stage.SENT, Stage.ANSWERED]
    assert isinstance(table.told[-1], News)


async def test_an_exit_is_told_to_be_flat_by_what_is_read_after_its_answer(table: Table) -> None:
    table.reads(Call.POSITIONS, Positions(), Subject())
    await table.send("FLATTEN")
    assert [one.way for one in table.told if isinstance(one, Exited)] == [Way.WATCHED]
    table.reads(Call.POSITIONS, Positions(), Subject())
    assert [one.way for one in table.told if isinstance(one, Exited)] == [Way.WATCHED, Way.FLAT]


async def test_an_exit_that_surely_never_left_is_not_watched() -> None:
    table = Table(Wire(Refused("No.", Answer(200, ""))))
    await table.send("FLATTEN")
    assert [one for one in table.told if isinstance(one, Exited)] == []
    await table.close()


async def test_a_fresh_quote_is_the_market_and_an_old_one_is_none(table: Table) -> None:
    quote = Quote(instrument="MES 12-26", bid=Decimal(99), last=Decimal(100))
    table.reads(Call.QUOTE, quote, Subject(instrument="MES 12-26"))
    assert table.observer.market("MESZ6") == 100
    assert table.observer.market("ES 12-26") is None
    table.bench.time.now += 30
    assert table.observer.market("MES 12-26") is None


# --- faults of reading ---


class Breaking(Reader):
    """Fails in the way it is told to."""

    async def run(self) -> None:
        await asyncio.sleep(0)
        raise LookupError("a fault of ours")


class Faulty(Table):
    """Whose first `faults` readers fail while they run; `pauses` are made to take no time."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, faults: int) -> None:
        monkeypatch.setattr("crosstrade_desk.desk.restarts.PAUSES_S", (0.0, 0.0, 0.0))
        self.faults = faults
        super().__init__(Wire(YES))

    def begin(self) -> None:
        def made(tell: Listener) -> Reader:
            kind = Breaking if len(self.readers) < self.faults else Reader
            self.readers.append(kind(tell))
            return self.readers[-1]

        self.observer.begin(made)

    @property
    def troubles(self) -> list[Trouble]:
        return [one.found.trouble for one in self.told if isinstance(one, News) and isinstance(one.found, Failed)]

    async def until(self, readers: int) -> None:
        async with asyncio.timeout(5):
            while len(self.readers) < readers:
                await asyncio.sleep(0)
        for _ in range(5):
            await asyncio.sleep(0)


async def test_a_fault_of_the_reader_is_logged_and_reading_begins_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    table = Faulty(monkeypatch, 2)
    await table.until(3)
    assert table.troubles == [Trouble.STUMBLED, Trouble.STUMBLED]
    assert [record.exc_info[0] for record in caplog.records if record.exc_info] == [LookupError, LookupError]
    assert table.reader.views == [VIEW], "as before"
    table.reads(Call.POSITIONS, Positions(), Subject())
    assert table.observer.known.trouble is None
    await table.close()  # which looks for bugs that came to the owner of the program


async def test_after_too_many_faults_reading_stops_and_the_trader_can_begin_it_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    warned: list[str] = []
    table = Faulty(monkeypatch, 4)
    monkeypatch.setattr(table.observer, "_warn", warned.append)
    await table.until(4)
    assert table.troubles == [Trouble.STUMBLED] * 3 + [Trouble.STOPPED]
    assert warned == [Trouble.STOPPED.value]
    assert table.observer.is_reading
    await table.send(order_id="mine-1")
    assert table.bench.wire.carried, "entries leave all the same"
    table.observer.retry()
    assert len(table.readers) == 5
    assert table.observer.known.trouble is None
    await table.close()


async def test_an_order_of_the_pause_is_looked_for_when_reading_begins_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    table = Faulty(monkeypatch, 1)
    await table.send(order_id="mine-1")
    await table.until(2)
    assert table.reader.sent == [(SENT,)]
    assert table.stages == [Stage.SENT, Stage.ANSWERED]
    await table.close()


async def test_a_reader_that_fails_while_it_begins_again_is_a_fault_of_reading_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    table = Faulty(monkeypatch, 1)
    monkeypatch.setattr(Reader, "acted", boom)
    await table.send(order_id="mine-1")
    await table.until(3)
    assert table.troubles[-1] is Trouble.STOPPED
    await table.close()  # which looks for bugs that came to the owner of the program


def boom(*_args: object, **_more: object) -> Any:
    raise LookupError("a fault of ours")


PARTS = {
    "news": ("known.take", lambda table: table.reads(Call.POSITIONS, Positions(), Subject())),
    "orders": ("follow.take", lambda table: table.reads(Call.ORDERS, Orders())),
    "positions": ("exits.take", lambda table: table.reads(Call.POSITIONS, Positions(), Subject())),
    "look": ("_reader.look", lambda table: table.observer.look(replace(VIEW, instrument="ES 12-26"))),
    "read also": ("_reader.look", lambda table: table.observer.read_also(("Sim102",))),
    "retry": ("_reader.retry", lambda table: table.observer.retry()),
    "market": ("known.quote", lambda table: table.observer.market("MES 12-26")),
    "order": ("known.orders", lambda table: table.observer.order("mine-1")),
}


@pytest.mark.parametrize("part", PARTS)
async def test_a_fault_anywhere_in_reading_comes_to_nobody_who_called_it(
    table: Table, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    where, act = PARTS[part]
    owner: Any = table.observer
    *inner, name = where.split(".")
    for one in inner:
        owner = getattr(owner, one)
    monkeypatch.setattr(owner, name, boom)
    act(table)
    assert isinstance(table.told[-1], News)
    assert table.told[-1].found == Failed(Trouble.STUMBLED)


@pytest.mark.parametrize("where", ["sent", "answered"])
async def test_a_fault_of_following_an_order_keeps_neither_it_nor_an_exit_from_leaving(
    table: Table, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    monkeypatch.setattr(table.observer.follow, where, boom)
    await table.send(order_id="mine-1")
    table.bench.time.now += 1
    table.bench.desk.send(table.bench.message("FLATTEN"))
    await table.bench.until(2)
    assert len(table.bench.wire.carried) == 2
    assert table.bench.bugs == []
    assert table.observer.known.trouble == Failed(Trouble.STUMBLED)


async def test_a_fault_of_the_second_hand_is_one_of_reading(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crosstrade_desk.desk.observer._TICK_S", 0.01)
    table.begin()
    monkeypatch.setattr(table.observer.follow, "tick", boom)
    async with asyncio.timeout(5):
        while table.observer.known.trouble is None:
            await asyncio.sleep(0.01)


async def test_while_every_market_in_play_is_closed_less_is_read_until_one_opens(table: Table) -> None:
    here = Subject(instrument="MES 12-26")
    table.reads(Call.POSITIONS, Positions(), Subject())
    table.reads(Call.INFO, MarketInfo("MES 12-26", told=AT, is_open=False), here)
    assert table.observer.is_closed
    assert table.reader.views[-1] == replace(VIEW, closed=True)
    table.observer.look(replace(VIEW, resting=True))
    assert not table.observer.is_closed, "nobody looks, which says more"
    table.observer.look(VIEW)
    table.reads(Call.INFO, MarketInfo("MES 12-26", told=AT, is_open=True), here)
    assert table.reader.views[-1] == VIEW


async def test_the_session_of_what_is_held_is_read_too(table: Table) -> None:
    held = Position("Sim101", "MBT 12-26", side="Long", quantity=2)
    table.reads(Call.POSITIONS, Positions((held,)), Subject())
    table.reads(Call.INFO, MarketInfo("MES 12-26", told=AT, is_open=False), Subject(instrument="MES 12-26"))
    assert table.reader.views[-1] == replace(VIEW, besides=("MBT 12-26",))
