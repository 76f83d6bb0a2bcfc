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
from crosstrade_desk.readback.values import Execution, Executions, Order, Orders, Position, Positions, Quote, Status
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
