"""The client over real sockets and TLS: what leaves, where to, and what becomes of every kind of bad answer."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from crosstrade_desk.readback import routes
from crosstrade_desk.readback.answers import Failed, Trouble
from crosstrade_desk.readback.client import Client
from crosstrade_desk.readback.routes import Ask, Route
from crosstrade_desk.readback.values import Orders, Positions
from crosstrade_desk.sending.outcome import LinkUp
from sending.orders import ENTRY, EXIT, KEY, assert_hidden, endpoint, nothing, sender
from support import certs, shapes
from support.bad_server import (
    BadServer,
    Behaviour,
    Connection,
    answers,
    closed_port,
    hang_up_after,
    page,
    read_then_silence,
    reset_after,
    says,
)
from support.marker import MARKER

pytestmark = pytest.mark.anyio

POSITIONS = Ask(routes.POSITIONS)
Read = Callable[..., Awaitable[Any]]


async def in_thread(work: Callable[..., Any], *args: Any) -> Any:
    return await asyncio.to_thread(work, *args)


async def read(origin: str, ask: Ask[Any] = POSITIONS, limit_s: float = 3) -> Any:
    one = sender(origin)
    try:
        return await Client(endpoint(origin), KEY, one.lend(1), in_thread, limit_s).read(ask)
    finally:
        await one.close()


@pytest.fixture
def talk() -> Read:
    async def asked(behaviour: Behaviour, limit_s: float = 3) -> Any:
        with BadServer(behaviour, tls=certs.good()) as server:
            return await read(server.origin, limit_s=limit_s)

    return asked


async def test_a_read_goes_out_as_the_reference_asks_with_the_key_in_its_header_alone() -> None:
    with BadServer(answers(200, shapes.flat({"positions": []})), tls=certs.good()) as server:
        assert await read(server.origin) == Positions()
        got = server.requests[0]
    assert got.line == b"GET /v1/api/positions HTTP/1.1"
    assert got.headers[b"authorization"] == f"Bearer {MARKER}".encode()
    assert got.headers[b"content-type"] == b"application/json"
    assert got.head.count(MARKER.encode()) == 1
    assert got.body == b""


async def test_names_are_escaped_on_the_wire() -> None:
    ask = Ask(routes.ORDERS, {"account": "My acc/ount ü"})
    with BadServer(answers(200, shapes.flat({"orders": []})), tls=certs.good()) as server:
        assert await read(server.origin, ask) == Orders()
        assert server.requests[0].line == b"GET /v1/api/accounts/My%20acc%2Fount%20%C3%BC/orders HTTP/1.1"


@pytest.mark.parametrize(
    "ask",
    [
        Ask(Route("/positions", lambda _: None, method="POST")),  # type: ignore[arg-type] # what a mistake looks like
        Ask(Route("/positions/flatten", lambda _: None)),
        Ask(Route("/accounts/{account}/orders/{orderId}/cancel", lambda _: None), {"account": "a", "orderId": "1"}),
        Ask(routes.ORDERS, {"account": ".."}),
        Ask(routes.ORDERS, {"account": ""}),
    ],
)
async def test_what_is_not_on_the_list_is_refused_before_anything_is_sent(ask: Ask[Any]) -> None:
    with BadServer(answers(200, b"{}"), tls=certs.good()) as server:
        assert await read(server.origin, ask) == Failed(Trouble.REFUSED)
        assert (server.requests, server.connections) == ([], 0)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_not_followed_and_the_key_goes_nowhere_else(status: int) -> None:
    with BadServer(answers(200, b"{}"), tls=certs.good()) as other:
        moved = answers(status, b"", f"Location: {other.origin}/v1/api/positions")
        with BadServer(moved, tls=certs.good()) as server:
            assert (await read(server.origin)).trouble is Trouble.MOVED
            assert len(server.requests) == 1
        assert other.connections == 0


@pytest.mark.parametrize("context", [certs.untrusted, certs.wrong_host, certs.expired])
async def test_a_server_nobody_trusts_gets_no_key(context: Any) -> None:
    with BadServer(answers(200, b"{}"), tls=context()) as server:
        assert await read(server.origin) == Failed(Trouble.UNREACHABLE)
        assert server.requests == []


async def test_a_closed_port_is_unreachable() -> None:
    with closed_port() as origin:
        assert await read(origin) == Failed(Trouble.UNREACHABLE)


@pytest.mark.parametrize(
    ("behaviour", "trouble"),
    [
        (reset_after, Trouble.UNREACHABLE),
        (hang_up_after, Trouble.UNREACHABLE),
        (says(b"HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{"), Trouble.UNREACHABLE),
        (says(b"SSH-2.0\r\n"), Trouble.UNREACHABLE),
        (answers(200, b"{"), Trouble.UNREADABLE),
        (answers(200, b"\xff\xfe"), Trouble.UNREADABLE),
        (answers(204, b""), Trouble.UNREADABLE),
        (answers(200, b"<html>", "Content-Encoding: gzip"), Trouble.UNREADABLE),
    ],
)
async def test_each_bad_answer_is_its_trouble(talk: Read, behaviour: Behaviour, trouble: Trouble) -> None:
    found = await talk(behaviour)
    assert found.trouble is trouble
    assert_hidden(found)


async def test_a_server_that_does_not_answer_is_left_after_the_limit(talk: Read) -> None:
    begun = asyncio.get_running_loop().time()
    assert await talk(read_then_silence, limit_s=0.3) == Failed(Trouble.SLOW)
    assert asyncio.get_running_loop().time() - begun < 3


async def test_an_answer_without_end_is_cut_off() -> None:
    async def endless(connection: Connection) -> None:
        await connection.request()
        await connection.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while not connection._writer.is_closing():
            await connection.write(b"10000\r\n" + b" " * 65_536 + b"\r\n")

    with BadServer(endless, tls=certs.good()) as server:
        found = await read(server.origin, limit_s=8)
    assert found == Failed(Trouble.UNREADABLE, "The answer is too long.", 200)


@pytest.mark.parametrize(
    ("headers", "body", "wait_s"),
    [
        (["Retry-After: 7"], b'{"error":"Rate limit exceeded"}', 7),
        ([], b'{"error":"rate_limited","retryAfter":2.5}', 3),
        ([], b'{"error":"rate_limited","details":{"retryAfter":3}}', 3),
        (["Retry-After: Wed, 21 Oct 2020 07:28:00 GMT"], b'{"error":"x","details":5}', None),
        (["Retry-After: Wed, 21 Oct 2020 07:28:09 GMT", "Date: Wed, 21 Oct 2020 07:28:00 GMT"], b"", 9),
        (["Retry-After: -3"], b"[]", None),
        (["Retry-After: nan"], b"", None),
        ([], b'{"retryAfter":1e99999999999999999999}', None),
    ],
)
async def test_the_pause_that_a_429_asks_for_is_read(
    talk: Read, headers: list[str], body: bytes, wait_s: float | None
) -> None:
    found = await talk(answers(429, body, *headers))
    assert (found.trouble, found.wait_s) == (Trouble.BUSY, wait_s)


@pytest.mark.parametrize("text", [MARKER, MARKER.lower(), "".join(f"\\\\u{ord(c):04x}" for c in MARKER)])
async def test_no_failure_quotes_the_key(talk: Read, text: str) -> None:
    found = await talk(answers(400, f'{{"error": "bad token {text} here"}}'.encode()))
    assert_hidden(found)
    assert found.said == "bad token •••• here"


async def test_an_unforeseen_fault_of_the_transport_is_a_failure_and_quotes_nothing() -> None:
    class Broken(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            raise LookupError(request.headers["Authorization"])

    origin = "https://127.0.0.1"
    assert await Client(endpoint(origin), KEY, Broken(), in_thread).read(POSITIONS) == Failed(Trouble.UNREACHABLE)


async def test_a_long_answer_is_read_in_a_thread_and_a_short_one_is_not() -> None:
    lengths = []

    async def noted(work: Callable[..., Any], *args: Any) -> Any:
        lengths.append(len(args[1]))
        return await asyncio.to_thread(work, *args)

    many = shapes.flat({"orders": [shapes.ORDER | {"orderId": str(number)} for number in range(500)]})
    for body, count in ((many, 500), (shapes.flat({"orders": [shapes.ORDER]}), 1)):
        with BadServer(answers(200, body), tls=certs.good()) as server:
            one = sender(server.origin)
            found = await Client(endpoint(server.origin), KEY, one.lend(1), noted).read(
                Ask(routes.ORDERS, {"account": "A"})
            )
            await one.close()
            assert isinstance(found, Orders)
            assert len(found.items) == count
    assert lengths == [len(many)]


# --- the connections of sending ---


async def test_reading_uses_the_connections_that_stand_and_leaves_one_for_an_entry_and_one_for_an_exit() -> None:
    slow = asyncio.Event()
    loop = asyncio.get_running_loop()

    async def serve(connection: Connection) -> None:
        while True:
            got = await connection.request()
            if got.line.startswith(b"GET"):
                loop.call_soon_threadsafe(slow.set)
                await asyncio.sleep(60)
            await connection.write(page(200, b"" if got.line.startswith(b"HEAD") else b'{"success": true}'))

    with BadServer(serve, tls=certs.good()) as server:
        one = sender(server.origin, answer_limit_s=3)
        client = Client(endpoint(server.origin), KEY, one.lend(2), in_thread, 30)
        assert isinstance(await one.warm(), LinkUp)
        stood = server.connections
        reads = [loop.create_task(client.read(POSITIONS)) for _ in range(2)]
        await slow.wait()
        assert [(await one.send(message, nothing)).word for message in (ENTRY, EXIT)] == ["accepted"] * 2
        assert server.connections == stood == 4
        for task in reads:
            task.cancel()
        await asyncio.wait(reads)
        await one.close()
