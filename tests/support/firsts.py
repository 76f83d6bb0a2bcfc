"""How long after its answer an order is looked for on its own account: a trader who copies to many, in virtual time."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from random import Random
from typing import Any

from crosstrade_desk.readback.plan import Call, Subject
from crosstrade_desk.readback.routes import ALL_ORDERS, ENDPOINTS
from crosstrade_desk.readback.values import Endpoints, Orders
from support.sharing import LATENCY_S, WATCHING, Session, answers

ANSWER_S = 0.3


def offering(ask: Any) -> Any:
    """An API that has one list of the orders of all accounts."""
    if ask.route is ENDPOINTS:
        return Endpoints(frozenset({ALL_ORDERS.path}))
    return Orders(shared=True) if ask.route is ALL_ORDERS else answers(ask)


def calm(until: float) -> list[float]:
    """An order every half to two minutes."""
    chance, at, moments = Random(3), 30.0, []
    while at < until - 60:
        moments.append(at)
        at += chance.uniform(30, 120)
    return moments


def bursts(until: float) -> list[float]:
    """Two to six orders within seconds, then a pause."""
    chance, at, moments = Random(7), 30.0, []
    while at < until - 60:
        for _ in range(chance.randrange(2, 7)):
            moments.append(at)
            at += chance.uniform(0.5, 4)
        at += chance.uniform(20, 120)
    return moments


async def firsts(accounts: int, at: list[float], until: float, *, offered: bool) -> tuple[list[float], Session]:
    """Each order goes to every account. Gives the seconds from its answer to a first read that may show it, sorted."""
    names = tuple(f"Sim{number}" for number in range(101, 101 + accounts))
    view = replace(WATCHING, accounts=names, watermarks=False)
    session = Session(view=view, value=offering if offered else answers)
    await session.sends(at)
    await asyncio.sleep(until - session.now)
    await session.end()
    return sorted(_firsts(session, names, at)), session


def _firsts(session: Session, names: tuple[str, ...], at: list[float]) -> Iterator[float]:
    for name in names:
        reads = [news.asked for news in session.news if news.call is Call.ORDERS and news.subject == Subject(name)]
        for moment in at:
            answer = moment + ANSWER_S
            yield next((read + LATENCY_S - answer for read in reads if read >= answer), 1e9)
