"""The real window on the real practice exchange over TLS: what is pressed, and what is then read back and shown."""

import asyncio
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from crosstrade_desk.practice.server import PracticeServer
from crosstrade_desk.protocol.endpoint import Endpoint, parse_endpoint
from crosstrade_desk.readback.loading import Source
from crosstrade_desk.sending.http import HttpSender
from crosstrade_desk.ui.log.columns import ORDER
from sending.orders import KEY
from support import certs
from support.tls_practice import TlsLoop
from support.windows import Glass

LEFT = Qt.MouseButton.LeftButton


class Exchange:
    """The practice exchange behind TLS, on a loop and a thread of its own."""

    def __init__(self) -> None:
        self.url, self._ended, self._up = "", asyncio.Event(), threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        assert self._up.wait(10)

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=TlsLoop) as runner:
            runner.run(self._serve(certs.good()))

    async def _serve(self, context: ssl.SSLContext) -> None:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, TlsLoop)
        self._loop, loop.context = loop, context
        server = PracticeServer()
        assert await server.start(key=KEY, seed=3) is None
        self.url = server.url.replace("http://", "https://")
        self._up.set()
        await self._ended.wait()
        await server.stop()

    def stop(self) -> None:
        assert self._loop
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join(10)


@contextmanager
def desk(loop: asyncio.AbstractEventLoop) -> Iterator[Glass]:
    exchange = Exchange()
    found = parse_endpoint(exchange.url)
    assert isinstance(found, Endpoint)
    sender = HttpSender(found, KEY, certs.client())
    glass = Glass(loop, sender)
    glass.desk.own_orders.on = True
    try:
        glass.show()
        source = Source(found, KEY, sender, None, glass.tasks.in_thread, 1.0)

        async def begin() -> None:
            glass.observer.begin(lambda tell: source.poller(tell, push=False))

        glass.run(begin())
        yield glass
    finally:
        glass.observer.end()
        glass.settle()
        glass.close()
        glass.run(sender.close())
        glass.settle()
        exchange.stop()


def until(glass: Glass, seen: Callable[[], bool]) -> None:
    for _ in range(4):  # a wait of the window's is 5 s
        try:
            glass.wait(seen)
        except TimeoutError:
            continue
        return
    raise AssertionError("it was not read back in time")


def stood(glass: Glass, row: int = 0) -> str:
    return str(glass.window.log.model.index(row, ORDER).data())


def positions(glass: Glass) -> list[str]:
    model = glass.window.reading.positions
    return [str(model.index(row, column).data()) for row in range(model.rowCount()) for column in range(4)]


def do(glass: Glass, act: Callable[[], object]) -> None:
    """Does something while the loop runs: Qt's events would else wake the reader outside of it."""

    async def acting() -> None:
        act()

    glass.run(acting())
    glass.settle()


def click(glass: Glass, name: str) -> None:
    do(glass, lambda: QTest.mouseClick(glass.part(name), LEFT))


def mark(glass: Glass, title: str) -> None:
    pane = glass.window.reading
    table = pane.tables[title]
    do(glass, lambda: pane.tabs.setCurrentIndex(list(pane.tables).index(title)))
    spot = table.visualRect(table.model().index(0, 0)).center()
    do(glass, lambda: QTest.mouseClick(table.viewport(), LEFT, pos=spot))


def test_placed_it_is_shown_filled_and_held_and_flattened_it_is_shown_flat(loop: asyncio.AbstractEventLoop) -> None:
    with desk(loop) as glass:  # no fixture: between the phases of a test Qt's events are handled outside of the loop
        table = glass.window.reading.tables["Positions"]
        until(glass, lambda: table._empty == "No open position.")
        do(glass, glass.fill)
        click(glass, "send")
        until(glass, lambda: stood(glass).startswith("filled 1 @ "))
        until(glass, lambda: positions(glass) == ["Sim101", "MES 12-26", "LONG", "1"])
        mark(glass, "Positions")
        click(glass, "flatten-row")
        until(glass, lambda: stood(glass) == "flat")
        until(glass, lambda: table._empty == "No open position." and positions(glass) == [])
        assert not glass.window.log.alarms.isVisible()


def test_a_waiting_order_is_shown_working_and_cancelled_by_its_row(loop: asyncio.AbstractEventLoop) -> None:
    with desk(loop) as glass:  # no fixture: between the phases of a test Qt's events are handled outside of the loop
        until(glass, lambda: glass.window.ticket.quotes.age.text() == "0 s old")
        do(glass, glass.fill)
        do(glass, lambda: glass.press("order_type", "Limit"))
        click(glass, "quote-bid")
        bid = glass.line("limit_price").text()
        assert bid
        do(glass, lambda: glass.type("limit_price", str(int(Decimal(bid)) - 100)))
        click(glass, "send")
        until(glass, lambda: stood(glass) == "working")
        until(glass, lambda: glass.window.reading.orders.rowCount() == 1)
        mark(glass, "Orders")
        click(glass, "cancel-row")
        until(glass, lambda: stood(glass, 1) == "cancelled")
        until(glass, lambda: glass.window.reading.orders.rowCount() == 0)


def test_a_limit_far_from_the_market_is_asked_about(loop: asyncio.AbstractEventLoop) -> None:
    with desk(loop) as glass:  # no fixture: between the phases of a test Qt's events are handled outside of the loop
        until(glass, lambda: glass.window.ticket.quotes.age.text() == "0 s old")
        do(glass, glass.fill)
        do(glass, lambda: glass.press("order_type", "Limit"))
        do(glass, lambda: glass.type("limit_price", "100"))
        click(glass, "send")
        assert "away from the market in MES 12-26" in glass.window.ask.question.text()
        assert glass.window.log.model.rowCount() == 0
