"""The practice exchange over real sockets, with other people's clients."""

import asyncio
import json
import re
import shutil
import socket
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from crosstrade_desk.practice import server as module
from crosstrade_desk.practice.door import MOST
from crosstrade_desk.practice.server import PracticeServer
from crosstrade_desk.protocol.endpoint import Endpoint, parse_endpoint
from crosstrade_desk.protocol.problems import Invalid
from crosstrade_desk.protocol.secret import Secret

pytestmark = pytest.mark.anyio

PLAIN = {"Content-Type": "text/plain"}
OK = {"success": True}


def order(server: PracticeServer, **fields: str) -> str:
    values = {
        "key": server.key.reveal(),
        "command": "PLACE",
        "account": "Sim105",
        "instrument": "MES 03-25",
        "action": "BUY",
        "qty": "1",
        "order_type": "MARKET",
        "tif": "DAY",
    } | fields
    return "".join(f"{name}={value};" for name, value in values.items())


async def post(url: str, message: str | bytes, headers: dict[str, str] = PLAIN) -> requests.Response:
    return await asyncio.to_thread(partial(requests.post, url, data=message, headers=headers, timeout=10))


async def until(holds: Callable[[], bool], limit_s: float = 10) -> None:
    async with asyncio.timeout(limit_s):
        while not holds():
            await asyncio.sleep(0.02)


async def test_the_client_of_the_documentation_works_as_it_stands(server: PracticeServer, lines: list[str]) -> None:
    message = f"""
        key={server.key.reveal()};
        command=PLACE;
        account=Sim105;
        instrument=MES 03-25;
        action=BUY;
        qty=1;
        order_type=MARKET;
        tif=DAY;
    """
    answer = await post(server.url, message)
    assert (answer.status_code, answer.json()) == (200, OK)
    assert answer.headers["Content-Type"].startswith("application/json")
    assert len(lines) == 1
    assert lines[0].startswith("Buy 1 MES 03-25 at market on Sim105, good for the day; accepted; order 1 Sim105")


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl here")
async def test_curl_works_with_its_usual_options(server: PracticeServer) -> None:
    call = ["curl", "-sS", "-X", "POST", "-H", "Content-Type: text/plain", "--data", order(server), server.url]
    done = await asyncio.to_thread(partial(subprocess.run, call, capture_output=True, text=True, timeout=20))
    assert json.loads(done.stdout) == OK, done.stderr


async def test_address_and_key_are_new_each_time_and_good_for_a_ticket(server: PracticeServer) -> None:
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/v1/send/[\w-]{8}/[\w-]{22}", server.url)
    assert isinstance(parse_endpoint(server.url), Endpoint)
    assert server.api == f"{server.origin}/v1/api"
    other = PracticeServer()
    assert await other.start() is None
    assert other.key != server.key
    assert urlsplit(other.url).path != urlsplit(server.url).path
    await other.stop()


async def test_a_given_key_is_the_key() -> None:
    server = PracticeServer()
    await server.start(key=Secret("my-own-key"))
    assert (await post(server.url, order(server, key="my-own-key"))).json() == OK
    assert (await post(server.url, order(server, key="my-own-kez"))).status_code == 401
    await server.stop()


async def test_the_answers_of_the_webhook_pass_unchanged(server: PracticeServer) -> None:
    refused = await post(server.url, order(server, account="Sim999"))
    assert (refused.status_code, refused.json()["error"]) == (200, "Account 'Sim999' not found")
    assert (await post(server.url, order(server, qty=""))).status_code == 400
    assert (await post(server.url, order(server), {"Content-Type": "application/json"})).status_code == 415
    assert (await post(server.url, order(server).encode(), {})).status_code == 415


async def test_the_status_of_a_refusal_can_be_another() -> None:
    server = PracticeServer(refusal_status=422)
    await server.start()
    assert (await post(server.url, order(server, account="Sim999"))).status_code == 422
    await server.stop()


@pytest.mark.parametrize("path", ["/v1/send", "/v1/send/abcdefgh/0123456789012345678901", "/v1/api", "/nothing"])
async def test_another_path_does_not_exist(server: PracticeServer, path: str) -> None:
    answer = await post(server.origin + path, order(server))
    assert (answer.status_code, answer.json()["success"]) == (404, False)


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
async def test_another_method_is_not_allowed(server: PracticeServer, method: str) -> None:
    answer = await asyncio.to_thread(requests.request, method, server.url, timeout=10)
    assert (answer.status_code, answer.headers["Allow"], answer.json()["success"]) == (405, "POST", False)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_the_front_door_answers_for_a_warm_connection(server: PracticeServer, method: str) -> None:
    assert (await asyncio.to_thread(requests.request, method, server.origin + "/", timeout=10)).status_code == 200


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:{port}", 200),
        ("LOCALHOST:{port}", 200),
        ("[::1]:{port}", 200),
        ("evil.example:{port}", 403),
        ("127.0.0.1.evil.example:{port}", 403),
        ("127.0.0.1:1", 403),
        ("127.0.0.1", 403),
    ],
)
async def test_a_host_that_is_not_this_machine_is_refused(server: PracticeServer, host: str, status: int) -> None:
    port = urlsplit(server.url).port
    answer = await post(server.url, order(server), PLAIN | {"Host": host.format(port=port)})
    assert (answer.status_code, answer.json()["success"]) == (status, status == 200)


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1"])
async def test_a_web_page_is_refused(server: PracticeServer, lines: list[str], origin: str) -> None:
    assert (await post(server.url, order(server), PLAIN | {"Origin": origin})).status_code == 403
    assert lines == ["refused with 403: Requests of web pages are not answered"]


async def test_a_message_too_long_is_refused(server: PracticeServer) -> None:
    message = order(server).encode()
    assert (await post(server.url, message.ljust(64 * 1024))).json() == OK
    answer = await post(server.url, message.ljust(64 * 1024 + 1))
    assert (answer.status_code, answer.json()["success"]) == (413, False)


async def test_a_message_that_does_not_arrive_is_given_up(
    server: PracticeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_READ_LIMIT_S", 0.05)
    found = urlsplit(server.url)
    reader, writer = await asyncio.open_connection("127.0.0.1", found.port)
    writer.write(
        f"POST {found.path} HTTP/1.1\r\nHost: {found.netloc}\r\nContent-Type: text/plain\r\n"
        "Content-Length: 500\r\n\r\nkey=".encode()
    )
    async with asyncio.timeout(5):
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 408 ")
        await reader.read()
    writer.close()
    await writer.wait_closed()


async def test_a_client_that_hangs_up_halfway_trades_nothing_and_is_no_fault(
    server: PracticeServer, lines: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    found = urlsplit(server.url)
    _, writer = await asyncio.open_connection("127.0.0.1", found.port)
    body = order(server).encode()
    head = f"POST {found.path} HTTP/1.1\r\nHost: {found.netloc}\r\nContent-Type: text/plain\r\n"
    writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body[:-4])
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    await until(lambda: "A message was cut off: its sender is gone" in lines)
    assert (await post(server.url, order(server, account="Sim101"))).json() == OK
    assert [line for line in lines if "Sim105" in line] == []
    assert caplog.messages == []


async def test_a_broken_request_is_one_line_of_the_log_that_quotes_nothing(
    server: PracticeServer, lines: list[str], capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    found = urlsplit(server.url)
    reader, writer = await asyncio.open_connection("127.0.0.1", found.port)
    writer.write(f"POST {found.path} HTTP/1.1\r\nHost: {found.netloc}\r\nHost: {found.path}\r\n\r\n".encode())
    async with asyncio.timeout(5):
        assert (await reader.readuntil(b"\r\n")).startswith(b"HTTP/1.0 400 ")
    writer.close()
    await writer.wait_closed()
    assert "A request was not handled: BadHttpMessage" in lines
    assert found.path not in "".join((*lines, *capfd.readouterr(), caplog.text))


async def test_one_connection_carries_many_messages(server: PracticeServer) -> None:
    def ports() -> set[int]:
        with requests.Session() as session:
            found = set()
            for _ in range(5):
                answer = session.post(server.url, data=order(server), headers=PLAIN, stream=True, timeout=10)
                assert answer.raw.connection is not None
                found.add(answer.raw.connection.sock.getsockname()[1])
                assert answer.json() == OK
            return found

    assert len(await asyncio.to_thread(ports)) == 1


async def test_a_connection_lives_long_and_does_not_wait_for_more_bytes(server: PracticeServer) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", urlsplit(server.url).port)
    await until(lambda: bool(server._runner.server and server._runner.server.connections))
    assert server._runner.server is not None
    (connection,) = server._runner.server.connections
    assert connection.keepalive_timeout >= 75
    assert connection.transport is not None
    sock = connection.transport.get_extra_info("socket")
    assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    writer.close()
    await writer.wait_closed()


async def test_prices_move_by_themselves_while_an_order_works_and_only_then(
    server: PracticeServer, lines: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_BEAT_S", 0.01)
    assert (await post(server.url, order(server))).json() == OK
    assert server._beat is None, "no order works, so nothing needs a timer"
    position = server._relay.exchange.positions[0]
    limit = position.average - 200
    assert (await post(server.url, order(server, order_type="LIMIT", limit_price=f"{limit:f}"))).json() == OK
    assert server._beat is not None
    server._relay.exchange._floor._walk = lambda _market, _step: limit
    await until(lambda: len(lines) > 2)
    assert lines[2] == f"order 2 Sim105 MES 03-25: bought 1 at {limit:f}, now long 2 at {position.average - 100:f}"
    assert server._beat is None


async def test_a_taken_port_is_told(server: PracticeServer) -> None:
    other = PracticeServer()
    failed = await other.start(port=urlsplit(server.url).port or 0)
    assert isinstance(failed, Invalid)
    assert "another program uses it" in failed.message
    await other.stop()


async def test_a_port_that_cannot_be_is_told() -> None:
    assert isinstance(await PracticeServer().start(port=70_000), Invalid)


async def test_it_stops_at_once_with_connections_open_and_orders_working(server: PracticeServer) -> None:
    _, silent = await asyncio.open_connection("127.0.0.1", urlsplit(server.url).port)
    with requests.Session() as session:
        far = partial(order, server, order_type="LIMIT", limit_price="1000")
        await asyncio.to_thread(partial(session.post, server.url, data=far(), headers=PLAIN, timeout=10))
        beat = server._beat
        async with asyncio.timeout(5):
            await server.stop()
            await server.stop()
    assert beat is not None
    assert beat.cancelled()
    silent.close()
    await silent.wait_closed()
    with pytest.raises(requests.ConnectionError):
        await post(server.url, "")


def test_it_runs_on_any_loop_and_takes_no_signal() -> None:
    async def trade() -> Any:
        server = PracticeServer()
        await server.start()
        answer = await post(server.url, order(server))
        await server.stop()
        return answer.json()

    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop, debug=True) as runner:
        assert runner.run(trade()) == OK


Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Dial = Callable[[], Awaitable[Line]]


@pytest.fixture
async def dial(server: PracticeServer) -> AsyncIterator[Dial]:
    """Opens a connection to the server that is closed after the test."""
    lines: list[Line] = []

    async def one_more() -> Line:
        lines.append(await asyncio.open_connection("127.0.0.1", urlsplit(server.url).port))
        return lines[-1]

    yield one_more
    for _, writer in lines:
        writer.close()


@pytest.mark.parametrize("head", [b"", b"POST /half HTTP/1.1\r\nHost: 127.0.0.1\r\nX: "])
async def test_a_connection_that_never_asks_anything_is_closed(
    server: PracticeServer, dial: Dial, monkeypatch: pytest.MonkeyPatch, head: bytes
) -> None:
    monkeypatch.setattr(server._door, "_patience_s", 0.05)
    reader, writer = await dial()
    writer.write(head)
    async with asyncio.timeout(10):
        assert await reader.read() == b""


async def test_a_connection_that_asked_something_is_kept(
    server: PracticeServer, dial: Dial, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server._door, "_patience_s", 0.05)
    line, silent = await dial(), None
    for _ in range(3):
        assert b"practice exchange" in await ask(line, request(server))
        silent = await dial()
        assert await silent[0].read() == b"", "the patience has not run out"


def request(server: PracticeServer, body: str = "") -> bytes:
    """A request by hand; of a body only its length."""
    start = f"POST {urlsplit(server.url).path}" if body else "GET /"
    host = f"Host: {urlsplit(server.url).netloc}"
    return f"{start} HTTP/1.1\r\n{host}\r\nContent-Type: text/plain\r\nContent-Length: {len(body)}\r\n\r\n".encode()


async def ask(line: Line, data: bytes) -> bytes:
    """Sends something and gives what came back; b"" if the line is closed."""
    reader, writer = line
    writer.write(data)
    try:
        head = await reader.readuntil(b"\r\n\r\n")
        return head + await reader.readexactly(int(re.findall(rb"Content-Length: (\d+)", head)[0]))
    except (asyncio.IncompleteReadError, ConnectionError):
        return b""


async def test_a_crowd_of_silent_connections_keeps_nobody_out(server: PracticeServer, dial: Dial) -> None:
    ticket = await dial()
    assert await ask(ticket, request(server))
    crowd = [await dial() for _ in range(MOST + 20)]
    assert (await post(server.url, order(server))).json() == OK
    assert await ask(ticket, request(server)), "the warm connection was shown out"
    assert not await ask(crowd[0], request(server)), "nobody was shown out"
    assert await ask(crowd[-1], request(server)), "the newest was shown out"
    assert len(connections(server)) <= MOST


async def test_of_connections_that_rest_the_one_at_rest_longest_makes_room(server: PracticeServer, dial: Dial) -> None:
    crowd = [await dial() for _ in range(MOST)]
    for line in (*crowd, crowd[0]):  # now the second has rested longest
        assert await ask(line, request(server))
    assert await ask(await dial(), request(server))
    assert not await ask(crowd[1], request(server))
    assert await ask(crowd[0], request(server))


async def test_who_waits_for_an_answer_is_never_shown_out(server: PracticeServer, dial: Dial) -> None:
    crowd = [await dial() for _ in range(MOST)]
    for _, writer in crowd:
        writer.write(request(server, "half"))
    await until(lambda: len(connections(server)) == MOST and not server._door._silent)
    assert not await ask(await dial(), request(server)), "one too many was let in"
    for line in crowd:
        assert await ask(line, b"half")
    assert await ask(await dial(), request(server)), "who has had an answer makes no room"


def connections(server: PracticeServer) -> list[Any]:
    assert server._runner.server
    return server._runner.server.connections


async def test_a_stopped_exchange_does_not_walk_on(server: PracticeServer) -> None:
    slow = asyncio.create_task(post(server.url, order(server, order_type="LIMIT", limit_price="1", delay="0.2")))
    await until(lambda: bool(server._runner.server.connections))  # type: ignore[union-attr]
    await server.stop()
    assert (await slow).json() == OK
    assert server._beat is None


async def test_a_key_in_a_wrong_field_is_in_no_line_of_a_message_that_is_lost(
    server: PracticeServer, lines: list[str]
) -> None:
    with pytest.raises(requests.exceptions.ConnectionError):
        await post(server.url, order(server, notes="practice: drop", order_id=server.key.reveal()))
    assert "hung up" in lines[-1]
    assert server.key.reveal() not in "".join(lines)
