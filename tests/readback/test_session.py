"""The budget over a whole session in virtual time: what is read, how much that costs, and who is given way to."""

import asyncio
from dataclasses import replace
from itertools import pairwise
from random import Random

import pytest

from crosstrade_desk.readback.answers import Failed, Trouble
from crosstrade_desk.readback.plan import Call, Subject, View
from crosstrade_desk.readback.reader import News, Taker
from crosstrade_desk.readback.routes import EXECUTIONS, ORDERS, POSITIONS, QUOTE, SNAPSHOT, STATUS
from crosstrade_desk.readback.values import Profits, Quote
from support import virtual
from support.sharing import MANY, WATCHING, Session, answers, program

HOUR_S = 3600.0
MES = Subject(instrument="MES 12-26")


def scalper() -> list[float]:
    """An hour of somebody who sends in bursts: two to six orders within seconds, then a pause."""
    chance, at, moments = Random(7), 5.0, []
    while at < HOUR_S - 30:
        for _ in range(chance.randrange(2, 7)):
            moments.append(at)
            at += chance.uniform(0.5, 4)
        at += chance.uniform(20, 120)
    return moments


async def hour(at: list[float], view: View = WATCHING) -> Session:
    session = Session(view=view)
    await session.sends(at)
    await asyncio.sleep(HOUR_S - session.now)
    await session.end()
    return session


def test_an_hour_of_bursts_stays_under_one_a_second_and_under_two_after_each_order() -> None:
    at = scalper()
    session = virtual.run(hour(at))
    assert len(at) > 100
    assert len(session.source.asked) / HOUR_S < 1.0
    assert max(session.between(moment, moment + 10) for moment in at) < 20
    assert session.server.refused == []
    for route in (POSITIONS, ORDERS):
        longest = max(later - former for former, later in pairwise(session.times(route.path)))
        assert longest < 13, f"{route.path} was not read for {longest:.0f} s"
    gaps = [later - former for former, later in pairwise(session.times(QUOTE.path))]
    assert max(gaps) < 14, "the quote of the ticket has its share too"
    assert sum(gaps) / len(gaps) < 4


def test_orders_for_five_accounts_stay_within_the_budget_and_each_account_is_read_in_time() -> None:
    at = [30.0 + 60 * minute for minute in range(58)]
    session = virtual.run(hour(at, replace(WATCHING, accounts=MANY)))
    assert len(session.source.asked) / HOUR_S < 1.0
    assert max(session.between(moment, moment + 10) for moment in at) < 20
    for name in MANY:
        reads = [news.asked for news in session.news if news.call is Call.ORDERS and news.subject.account == name]
        assert all(any(moment + 2 <= read < moment + 10 for read in reads) for moment in at), name


def test_bursts_for_five_accounts_stay_within_the_budget_and_starve_none_of_them() -> None:
    at = scalper()
    session = virtual.run(hour(at, replace(WATCHING, accounts=MANY)))
    assert len(session.source.asked) / HOUR_S < 1.0
    assert max(session.between(moment, moment + 10) for moment in at) < 20
    positions = session.times(POSITIONS.path)
    assert max(later - former for former, later in pairwise(positions)) < 13
    for name in MANY:
        reads = [news.asked for news in session.news if news.call is Call.ORDERS and news.subject.account == name]
        assert max(later - former for former, later in pairwise(reads)) < 60, name


def test_an_hour_of_watching_costs_under_one_a_second_and_keeps_its_intervals() -> None:
    session = virtual.run(hour([]))
    assert 0.9 < len(session.source.asked) / HOUR_S < 1.0
    for route, every_s in ((POSITIONS, 4), (ORDERS, 5), (EXECUTIONS, 10), (SNAPSHOT, 15), (QUOTE, 3)):
        times = session.times(route.path)
        mean = (times[-1] - times[0]) / (len(times) - 1)
        assert every_s <= mean < 1.2 * every_s, route.path


def test_an_order_is_looked_for_at_once_and_at_growing_distance() -> None:
    session = virtual.run(hour([100.0]))
    asked = [round(at - 100) for at in session.times(STATUS.path)]
    assert asked[:3] == [1, 2, 4]
    assert 8 <= asked[3] <= 10
    assert len(asked) == 4
    assert sum(100 <= at < 110 for at in session.times(POSITIONS.path)) >= 4
    assert sum(100 <= at < 110 for at in session.times(ORDERS.path)) >= 3
    assert [at for at in session.times(EXECUTIONS.path) if 102 <= at < 105]
    assert [at for at in session.times(EXECUTIONS.path) if 105 <= at < 108]


async def beside(every_s: float, burst: int, *, reads: bool, at: list[float]) -> tuple[int, int, Session]:
    session = Session()
    if not reads:
        await session.end()
    other = asyncio.get_running_loop().create_task(program(session.server, every_s, HOUR_S, burst))
    if reads:
        await session.sends(at)
    made = await other
    await session.end()
    return made, sum(who == "other" for who, _ in session.server.refused), session


@pytest.mark.parametrize(("every_s", "burst"), [(0.6, 1), (10, 15), (60, 15)])
def test_a_second_program_with_two_thirds_of_the_budget_is_never_refused_because_of_the_desk(
    every_s: float, burst: int
) -> None:
    made, refused, _ = virtual.run(beside(every_s, burst, reads=True, at=scalper()))
    assert made >= 900
    assert refused == 0


def test_a_second_program_that_takes_all_there_is_gets_nearly_all_of_it() -> None:
    made, refused, session = virtual.run(beside(1 / 3, 1, reads=True, at=scalper()))
    alone, _, _ = virtual.run(beside(1 / 3, 1, reads=False, at=[]))
    assert made == alone
    assert refused / made < 0.15
    assert session.between(0, HOUR_S) / HOUR_S < 0.6, "the desk gives way"
    assert session.between(HOUR_S - 300, HOUR_S) > 30, "and goes on reading"


def test_half_a_share_reads_half_as_often_and_starves_nothing() -> None:
    async def half() -> Session:
        session = Session(share=0.5)
        await asyncio.sleep(HOUR_S)
        await session.end()
        return session

    session = virtual.run(half())
    assert 0.4 < len(session.source.asked) / HOUR_S < 0.5
    for route, every_s in ((POSITIONS, 8), (ORDERS, 10), (EXECUTIONS, 20), (SNAPSHOT, 30), (QUOTE, 6)):
        times = session.times(route.path)
        gaps = [later - former for former, later in pairwise(times)]
        assert max(gaps) < 1.6 * every_s, route.path


class Pushing:
    """Pushes a quote a second and profits every two, but in some seconds of silence."""

    def __init__(self, silent: range = range(0)) -> None:
        self._silent = silent

    async def run(self, taker: Taker) -> None:
        loop = asyncio.get_running_loop()
        taker.spent()
        while True:
            now = loop.time()
            if int(now) not in self._silent:
                taker.pushed(News(Call.QUOTE, MES, now, Quote("MES 12-26"), pushed=True))
                taker.pushed(News(Call.SNAPSHOT, Subject(), now, Profits(), pushed=True))
            await asyncio.sleep(1)

    def look(self, view: View) -> None: ...

    def retry(self) -> None: ...


async def pushed_hour(at: list[float], silent: range = range(0)) -> Session:
    session = Session(feed=Pushing(silent))
    await session.sends(at)
    await asyncio.sleep(HOUR_S - session.now)
    await session.end()
    return session


def test_an_hour_with_push_asks_for_a_fifth_less_and_hardly_for_quotes() -> None:
    session, without = virtual.run(pushed_hour([])), virtual.run(hour([]))
    assert len(session.source.asked) < 0.83 * len(without.source.asked)
    assert len(session.times(QUOTE.path)) <= 61
    assert len(session.times(SNAPSHOT.path)) <= HOUR_S / 25 + 1
    assert len(session.times(POSITIONS.path)) > len(without.times(POSITIONS.path))
    assert session.server.refused == []


def test_an_hour_of_bursts_with_push_stays_under_the_budget() -> None:
    at = scalper()
    session = virtual.run(pushed_hour(at))
    assert len(session.source.asked) / HOUR_S < 1.0
    assert max(session.between(moment, moment + 10) for moment in at) < 20
    assert session.server.refused == []


def test_while_the_push_is_silent_quotes_are_asked_for_as_ever_and_no_longer_afterwards() -> None:
    session = virtual.run(pushed_hour([], range(1000, 1600)))
    times = [at for at in session.times(QUOTE.path) if 1000 <= at < 1600]
    assert times[0] < 1006, "before the last one that was pushed goes grey"
    assert 150 < len(times) <= 200
    assert max(later - former for former, later in pairwise(times)) < 6
    assert len([at for at in session.times(QUOTE.path) if 1600 <= at < 2200]) <= 11
    assert len(session.source.asked) / HOUR_S < 1.0


def test_nobody_looking_costs_next_to_nothing_and_asks_for_no_quote() -> None:
    async def resting() -> Session:
        session = Session()
        session.poller.look(View(("Sim101",), "MES 12-26", resting=True))
        await asyncio.sleep(HOUR_S)
        await session.end()
        return session

    session = virtual.run(resting())
    assert len(session.source.asked) / HOUR_S < 0.18
    assert len(session.times(QUOTE.path)) == 0
    assert session.poller.usual_s(Call.POSITIONS) == 15


def test_a_refusal_is_waited_out_and_missed_reads_are_not_made_up_for() -> None:
    async def greedy() -> Session:
        session = Session()
        await asyncio.sleep(60)
        session.server.tokens = -60.0  # somebody else has used up twenty seconds
        await asyncio.sleep(60)
        await session.end()
        return session

    session = virtual.run(greedy())
    refused = [at for _, at in session.server.refused]
    assert 1 <= len(refused) <= 20
    assert session.between(81, 91) < 10
    assert not isinstance(session.news[-1].found, Failed)
    assert WATCHING.watermarks


@pytest.mark.parametrize(("wait_s", "most", "least_pause_s"), [(None, 14, 8), (1, 70, 1), (20, 4, 20), (3600, 2, 60)])
def test_a_refusal_is_waited_out_with_and_without_a_word_of_how_long(
    wait_s: int | None, most: int, least_pause_s: float
) -> None:
    """Another program holds the key for a minute: every read is refused, with a pause named or without."""

    async def held() -> Session:
        loop = asyncio.get_running_loop()
        busy = Failed(Trouble.BUSY, status=429, wait_s=wait_s)
        session = Session(value=lambda ask: busy if 60 <= loop.time() < 120 else answers(ask))
        await asyncio.sleep(300)
        await session.end()
        return session

    session = virtual.run(held())
    assert session.between(60, 120) <= most
    moments = [at for at, _ in session.source.asked if 59 <= at < 130]
    assert max(later - former for former, later in pairwise(moments)) >= least_pause_s
    assert session.between(240, 300) > 20, "and goes on reading"
    assert not isinstance(session.news[-1].found, Failed)
