"""The loop around schedule, budget and client."""

import asyncio
from typing import Any

import pytest

from crosstrade_desk.readback.answers import Failed, Trouble
from crosstrade_desk.readback.plan import Call, View
from crosstrade_desk.readback.poller import AT_ONCE, Poller
from crosstrade_desk.readback.reader import News
from crosstrade_desk.readback.routes import ALL_ORDERS, ENDPOINTS, ORDERS, POSITIONS, QUOTE, Ask
from crosstrade_desk.readback.values import Endpoints, Order, Orders
from support import virtual
from support.sharing import Session, answers


def test_a_slow_answer_holds_up_no_other_read() -> None:
    class Slow:
        def __init__(self) -> None:
            self.asked: list[str] = []
            self.at_once = self.most = 0

        async def read(self, ask: Ask[Any]) -> Any:
            self.asked.append(ask.route.path)
            self.at_once += 1
            self.most = max(self.most, self.at_once)
            await asyncio.sleep(19 if ask.route is QUOTE else 0.1)
            self.at_once -= 1
            return answers(ask)

    async def session() -> Slow:
        source, loop = Slow(), asyncio.get_running_loop()
        poller = Poller(source, lambda _: None, clock=loop.time)
        poller.look(View(("Sim101",), "MES 12-26"))
        reading = loop.create_task(poller.run())
        await asyncio.sleep(18)
        reading.cancel()
        await asyncio.wait([reading])
        return source

    source = virtual.run(session())
    assert source.asked.count(POSITIONS.path) >= 4
    assert source.most == AT_ONCE


def test_news_say_when_they_were_asked_for() -> None:
    async def one() -> list[News]:
        session = Session()
        await asyncio.sleep(0.3)
        await session.end()
        return session.news

    assert {news.asked for news in virtual.run(one())} == {0.0}


def test_another_view_and_a_hint_are_followed_at_once() -> None:
    async def looks() -> Session:
        session = Session()
        await asyncio.sleep(18.5)
        session.poller.look(View(("Sim102",), "MES 12-26"))
        session.poller.soon(Call.SNAPSHOT)
        await asyncio.sleep(1)
        await session.end()
        return session

    news = [one for one in virtual.run(looks()).news if one.asked >= 18.5]
    assert {one.call for one in news} >= {Call.ORDERS, Call.SNAPSHOT, Call.EXECUTIONS}
    assert {one.subject.account for one in news if one.call is Call.ORDERS} == {"Sim102"}


def test_a_refused_key_is_asked_about_once_and_again_on_request() -> None:
    async def denied() -> Session:
        session = Session(value=lambda _: Failed(Trouble.DENIED))
        await asyncio.sleep(1000)
        made = len(session.source.asked)
        session.poller.retry()
        await asyncio.sleep(1000)
        await session.end()
        assert made <= AT_ONCE
        assert made < len(session.source.asked) <= 2 * AT_ONCE
        return session

    with pytest.raises(AssertionError, match="nothing will ever happen"):
        virtual.run(_forever())
    virtual.run(denied())


async def _forever() -> None:
    await asyncio.Event().wait()


def test_a_fault_of_the_listener_ends_reading_and_comes_to_its_owner() -> None:
    async def faulty() -> None:
        loop = asyncio.get_running_loop()
        session = Session()
        await session.end()

        def listener(_news: News) -> None:
            raise LookupError("a fault of ours")

        poller = Poller(session.source, listener, clock=loop.time)
        with pytest.raises(ExceptionGroup):
            await poller.run()

    virtual.run(faulty())


def catalogue(ask: Any) -> Any:
    """An API that has one list of the orders of all accounts."""
    if ask.route is ENDPOINTS:
        return Endpoints(frozenset({ALL_ORDERS.path}))
    listed = (Order("1", "Sim101"), Order("2", "Sim102"))
    return Orders(listed, shared=True) if ask.route is ALL_ORDERS else answers(ask)


def test_one_list_of_all_accounts_is_told_as_news_of_each() -> None:
    async def read() -> Session:
        session = Session(value=catalogue, view=View(("Sim101", "SIM102", "Sim103"), "MES 12-26"))
        await asyncio.sleep(30)
        session.poller.look(View(("Sim101", "Sim104"), "MES 12-26"))
        await asyncio.sleep(1)
        await session.end()
        return session

    session = virtual.run(read())
    assert len(session.times(ENDPOINTS.path)) == 1
    listed = [news for news in session.news if isinstance(news.found, Orders) and news.found.shared]
    assert {news.subject.account: [one.id for one in news.found.items] for news in listed} == {  # type: ignore[union-attr]
        "Sim101": ["1"],
        "SIM102": ["2"],
        "Sim103": [],
        "Sim104": [],
    }
    assert len(session.times(ORDERS.path)) <= 3, "account by account only until it was known"


def test_a_list_of_all_that_is_refused_is_no_trouble_of_the_traders() -> None:
    def refusing(ask: Any) -> Any:
        return Failed(Trouble.MISSING, status=404) if ask.route is ALL_ORDERS else catalogue(ask)

    async def read() -> Session:
        session = Session(value=refusing, view=View(("Sim101", "Sim102"), "MES 12-26"))
        await asyncio.sleep(60)
        await session.end()
        return session

    session = virtual.run(read())
    assert len(session.times(ALL_ORDERS.path)) == 1
    assert not [news for news in session.news if isinstance(news.found, Failed)]
    assert len(session.times(ORDERS.path)) > 8
