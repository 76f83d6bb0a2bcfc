"""What the tests of the practice exchange share."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from crosstrade_desk.practice.exchange import Exchange
from crosstrade_desk.practice.markets import Market
from crosstrade_desk.practice.server import PracticeServer
from support.trader import Trader


class Tape:
    """Prices by hand: one for each second, the last one for ever."""

    def __init__(self) -> None:
        self.prices = ["100.00"]

    def __call__(self, market: Market, step: int) -> Decimal:
        return Decimal(self.prices[min(step, len(self.prices) - 1)])


@pytest.fixture
def lines() -> list[str]:
    """What a server says in its log."""
    return []


@pytest.fixture
async def server(lines: list[str]) -> AsyncIterator[PracticeServer]:
    server = PracticeServer(lines.append)
    assert await server.start(seed=5) is None
    yield server
    await server.stop()


@pytest.fixture
def start() -> datetime:
    return datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


@pytest.fixture
def tape() -> Tape:
    return Tape()


@pytest.fixture
def exchange(tape: Tape, start: datetime) -> Exchange:
    return Exchange(tape, start)


@pytest.fixture
def trader(exchange: Exchange) -> Trader:
    return Trader(exchange)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
