"""Bytes nobody asked for are never the answer to an order."""

import asyncio

import pytest

from crosstrade_desk.protocol.message import Message
from crosstrade_desk.sending import line
from crosstrade_desk.sending.http import HttpSender
from crosstrade_desk.sending.outcome import Accepted, LinkUp, Outcome, Refused
from sending.conftest import Run
from sending.orders import ENTRY, EXIT, nothing, sender
from support import certs
from support.bad_server import BadServer, Behaviour, Connection, answers, page

YES = b'{"success": true}'
NO = b'{"success": false, "error": "true answer"}'
SURPLUS = {
    "an answer": page(200, YES),
    "two answers": page(200, YES) * 2,
    "half an answer": b"HTTP/1.1 200 OK\r\nContent-Length: 42\r\n\r\n",
    "a body": YES,
    "an answer over many records": page(200, b'{"success": true}' + b" " * 100_000),
    "an interim answer": b"HTTP/1.1 100 Continue\r\n\r\n",
}


def _first_says_more(answer: bytes, surplus: bytes, *, later: bool = False) -> Behaviour:
    """Its first answer has a surplus, in the same segment or a little later; the others say no."""

    async def serve(connection: Connection) -> None:
        await connection.request()
        await connection.write(answer if later else answer + surplus)
        if later:
            await asyncio.sleep(0.05)
            await connection.write(surplus)
        while True:
            await connection.request()
            await connection.write(page(200, NO))

    return serve


@pytest.fixture(params=[None, certs.good()], ids=["http", "https"])
def tls(request: pytest.FixtureRequest) -> object:
    return request.param


@pytest.mark.parametrize("message", [ENTRY, EXIT], ids=["entry", "exit"])
@pytest.mark.parametrize("surplus", SURPLUS.values(), ids=SURPLUS)
@pytest.mark.parametrize("later", [False, True], ids=["at once", "later"])
def test_a_surplus_after_the_warm_up_is_no_answer(
    message: Message, surplus: bytes, later: bool, tls: object, run: Run[Outcome]
) -> None:
    async def order(one: HttpSender) -> Outcome:
        assert isinstance(await one.warm(), LinkUp)
        await asyncio.sleep(0.1 if later else 0)
        return await one.send(message, nothing)

    warm_up = _first_says_more(page(200, b""), surplus, later=later)
    with BadServer(warm_up, warm_up, answers(200, NO), tls=tls) as server:  # type: ignore[arg-type]
        outcome = run(lambda: _closed(server.origin, order))
        assert isinstance(outcome, Refused), outcome
        assert (len(server.posts), server.connections) == (1, 3)


@pytest.mark.parametrize("message", [ENTRY, EXIT], ids=["entry", "exit"])
@pytest.mark.parametrize("surplus", SURPLUS.values(), ids=SURPLUS)
def test_a_surplus_after_an_orders_answer_is_not_the_next_ones(
    message: Message, surplus: bytes, tls: object, run: Run[Outcome]
) -> None:
    async def orders(one: HttpSender) -> Outcome:
        assert isinstance(await one.send(message, nothing), Accepted), "it came before the surplus"
        return await one.send(message, nothing)

    with BadServer(_first_says_more(page(200, YES), surplus), answers(200, NO), tls=tls) as server:  # type: ignore[arg-type]
        outcome = run(lambda: _closed(server.origin, orders))
        assert isinstance(outcome, Refused), outcome
        assert (len(server.posts), server.connections) == (2, 2)


def test_a_connection_whose_reading_was_paused_is_not_used_again(
    tls: object, run: Run[Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows goes on receiving meanwhile, and hands that over later: into the next answer."""
    monkeypatch.setattr(line, "_MOST_WAITING", 1)

    async def orders(one: HttpSender) -> Outcome:
        await one.send(ENTRY, nothing)
        return await one.send(ENTRY, nothing)

    with BadServer(answers(200, NO), tls=tls) as server:  # type: ignore[arg-type]
        assert isinstance(run(lambda: _closed(server.origin, orders)), Refused)
        assert server.connections == 2


def test_a_connection_without_surplus_is_used_again(tls: object, run: Run[Outcome]) -> None:
    async def orders(one: HttpSender) -> Outcome:
        await one.warm()
        for _ in range(3):
            outcome = await one.send(EXIT, nothing)
        return outcome

    with BadServer(answers(200, NO), tls=tls) as server:  # type: ignore[arg-type]
        run(lambda: _closed(server.origin, orders))
        assert server.connections == 2


async def _closed(origin: str, what: object) -> Outcome:
    one = sender(origin, answer_limit_s=2)
    try:
        return await what(one)  # type: ignore[operator, no-any-return]
    finally:
        await one.close()
        await asyncio.sleep(0)
