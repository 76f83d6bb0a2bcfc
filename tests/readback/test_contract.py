"""The client against the practice exchange, over TLS and real sockets: what one writes, the other reads."""

import asyncio
from collections.abc import Callable
from dataclasses import fields
from decimal import Decimal
from typing import Any

import pytest

from crosstrade_desk.practice.faults import ReadFault
from crosstrade_desk.practice.server import PracticeServer
from crosstrade_desk.protocol.catalogue import SPECS
from crosstrade_desk.protocol.command import Command, compose
from crosstrade_desk.protocol.endpoint import Endpoint, parse_endpoint
from crosstrade_desk.protocol.message import Message
from crosstrade_desk.readback import routes
from crosstrade_desk.readback.answers import Failed, Trouble
from crosstrade_desk.readback.client import Client
from crosstrade_desk.readback.routes import ROUTES, Ask
from crosstrade_desk.readback.values import Accounts, Executions, Order, Orders, Positions
from crosstrade_desk.sending.http import HttpSender
from crosstrade_desk.sending.outcome import Accepted
from sending.orders import KEY, nothing
from support import certs
from support.tls_practice import TlsLoop

SIM = {"account": "Sim101"}
MES = {"instrument": "MES 12-26"}


async def in_thread(work: Callable[..., Any], *args: Any) -> Any:
    return await asyncio.to_thread(work, *args)


class Box:
    """A practice exchange behind TLS, with what sends to it and what reads from it."""

    def __init__(self, server: PracticeServer) -> None:
        found = parse_endpoint(server.url.replace("http://", "https://"))
        assert isinstance(found, Endpoint)
        self.server = server
        self.sender = HttpSender(found, server.key, certs.client())
        self.client = Client(found, server.key, self.sender.lend(2), in_thread)

    async def send(self, token: str, **texts: str) -> None:
        command = compose(SPECS[token], texts)
        assert isinstance(command, Command), command
        outcome = await self.sender.send(Message(command), nothing)
        assert isinstance(outcome, Accepted), outcome

    async def place(self, **changed: str) -> None:
        usual = {**SIM, **MES, "action": "BUY", "qty": "3", "order_type": "MARKET", "tif": "DAY"}
        await self.send("PLACE", **(usual | changed))

    async def read(self, route: Any, path: dict[str, str] | None = None, **query: str) -> Any:
        return await self.client.read(Ask(route, path or {}, query))


@pytest.fixture
def run() -> Callable[[Callable[[Box], Any]], None]:
    """Runs a test against an exchange of its own."""

    async def main(loop: TlsLoop, test: Callable[[Box], Any]) -> None:
        loop.context = certs.good()
        server = PracticeServer()
        assert await server.start(key=KEY, seed=3) is None
        loop.context = None
        box = Box(server)
        try:
            async with asyncio.timeout(30):
                await test(box)
        finally:
            await box.sender.close()
            await server.stop()

    def go(test: Callable[[Box], Any]) -> None:
        with asyncio.Runner(loop_factory=TlsLoop) as runner:
            loop = runner.get_loop()
            assert isinstance(loop, TlsLoop)
            runner.run(main(loop, test))

    return go


Run = Callable[[Callable[[Box], Any]], None]
NOT_IN_PRACTICE = {"highest_profit", "highest_liquidation", "highest_unrealised", "profit", "total", "unrealised"}
NOT_IN_PRACTICE |= {"positions", "liquidation"}


def test_every_route_of_the_whitelist_is_answered_with_every_field(run: Run) -> None:
    async def all_routes(box: Box) -> None:
        await box.place()
        await box.place(order_id="mine-1", action="BUY", order_type="LIMIT", limit_price="100", oco_id="o")
        path = {**SIM, "orderId": "mine-1"}
        for route in ROUTES:
            found = await box.read(route, path, **MES)
            assert not isinstance(found, Failed), (route.path, found)
            listed = isinstance(found, Accounts | Positions | Orders | Executions)
            one = found.items[0] if listed else found
            missing = {item.name for item in fields(one) if getattr(one, item.name) is None}
            assert missing <= NOT_IN_PRACTICE, (route.path, missing)
            assert not listed or found.whole

    run(all_routes)


def test_an_order_is_found_by_the_id_of_its_message_and_its_fill_by_the_id_of_ninjatrader(run: Run) -> None:
    async def one_order(box: Box) -> None:
        await box.place(order_id="mine-1")
        path = {**SIM, "orderId": "mine-1"}
        assert (await box.read(routes.STATUS, path)).state == "Filled"
        [order] = (await box.read(routes.ORDER, path)).items
        [fill] = (await box.read(routes.EXECUTIONS, SIM, lookbackTime="900")).items
        assert (order.kind, order.buys, order.quantity, order.filled, order.works) == ("Market", True, 3, 3, False)
        assert (fill.order, fill.quantity, fill.price, fill.buys) == (order.id, 3, order.average, True)
        assert (await box.read(routes.STATUS, {**SIM, "orderId": order.id})).state == "Filled"

    run(one_order)


def test_positions_say_side_size_and_price_and_a_flat_one_is_left_out(run: Run) -> None:
    async def in_and_out(box: Box) -> None:
        assert await box.read(routes.POSITIONS) == Positions()
        await box.place(action="SELL")
        [held] = (await box.read(routes.POSITIONS)).items
        assert (held.account, held.instrument, held.signed) == ("Sim101", "MES 12-26", -3)
        assert held.open_profit == (held.last - held.average) * -3 * 5
        snapshot = await box.read(routes.SNAPSHOT)
        assert [one.signed for one in snapshot.positions.items] == [-3]
        assert [one.is_flat for one in snapshot.items] == [False, True, True, True]
        await box.send("CLOSEPOSITION", **SIM, **MES)
        assert await box.read(routes.POSITIONS) == Positions()
        [flat] = (await box.read(routes.POSITION, SIM, **MES)).items
        assert flat.signed == 0

    run(in_and_out)


def test_a_working_order_can_be_cancelled_by_either_id(run: Run) -> None:
    async def both(box: Box) -> None:
        await box.place(order_id="mine-1", order_type="LIMIT", limit_price="100")
        await box.place(order_type="LIMIT", limit_price="101.25")
        orders: tuple[Order, ...] = (await box.read(routes.ORDERS, SIM)).items
        assert [(one.limit, one.state, one.works) for one in orders] == [
            (Decimal(100), "Working", True),
            (Decimal("101.25"), "Working", True),
        ]
        for name in ("mine-1", orders[1].id or ""):
            await box.send("CANCEL", order_id=name)
        assert [one.works for one in (await box.read(routes.ORDERS, SIM)).items] == [False, False]

    run(both)


TROUBLES = {
    ReadFault.KEY: Trouble.DENIED,
    ReadFault.PLAN: Trouble.DENIED,
    ReadFault.OLD: Trouble.MISSING,
    ReadFault.OFFLINE: Trouble.OFFLINE,
    ReadFault.BUSY: Trouble.BUSY,
    ReadFault.BROKEN: Trouble.BROKEN,
    ReadFault.RUBBISH: Trouble.UNREADABLE,
    ReadFault.MOVED: Trouble.MOVED,
}


def test_each_trouble_can_be_rehearsed_by_a_message_and_ends_by_another(run: Run) -> None:
    async def rehearse(box: Box) -> None:
        for fault, trouble in TROUBLES.items():
            await box.send("CANCELALLORDERS", notes=f"practice: reading {fault.value}")
            found = await box.read(routes.POSITIONS)
            assert isinstance(found, Failed)
            assert found.trouble is trouble
        await box.send("CANCELALLORDERS", notes="practice: reading works")
        assert await box.read(routes.POSITIONS) == Positions()

    assert set(TROUBLES) == set(ReadFault) - {ReadFault.NONE}
    run(rehearse)


@pytest.mark.parametrize(
    ("route", "path", "query"),
    [
        (routes.ACCOUNT, {"account": "Sim999"}, {}),
        (routes.ORDERS, {"account": "Sim999"}, {}),
        (routes.STATUS, {**SIM, "orderId": "none"}, {}),
        (routes.QUOTE, {}, {"instrument": "XXX 12-26"}),
        (routes.MARKET_INFO, {}, {}),
        (routes.EXECUTIONS, SIM, {"lookbackTime": "-1"}),
    ],
)
def test_what_does_not_exist_is_faulty_and_no_more(run: Run, route: Any, path: Any, query: Any) -> None:
    async def ask(box: Box) -> None:
        assert await box.read(route, path, **query) == Failed(Trouble.FAULTY, "Invalid request", 400)

    run(ask)


def test_more_than_the_burst_is_refused_with_the_pause_it_takes(run: Run) -> None:
    async def hammer(box: Box) -> None:
        found = [await box.read(routes.POSITIONS) for _ in range(30)]
        refused = [one for one in found if isinstance(one, Failed)]
        assert len(refused) >= 5
        assert {one.trouble for one in refused} == {Trouble.BUSY}
        assert refused[0].wait_s == 1
        assert not any(isinstance(one, Failed) for one in found[:20])

    run(hammer)


def test_another_key_is_refused(run: Run) -> None:
    async def stranger(box: Box) -> None:
        box.server._api._key = type(KEY)("another-key")
        found = await box.read(routes.POSITIONS)
        assert isinstance(found, Failed)
        assert (found.trouble, found.said) == (Trouble.DENIED, "invalid_bearer")

    run(stranger)
