"""The push connection of the practice exchange over a real socket, with another client: websockets, and bytes."""

import asyncio
import json
from typing import Any
from urllib.parse import urlsplit

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from crosstrade_desk.practice import push_line
from crosstrade_desk.practice.faults import ReadFault
from crosstrade_desk.practice.push_line import LONGEST
from crosstrade_desk.practice.server import PracticeServer

pytestmark = pytest.mark.anyio
LIMIT_S = 10


def bearer(server: PracticeServer) -> dict[str, str]:
    return {"Authorization": f"Bearer {server.key.reveal()}"}


def line(server: PracticeServer, **headers: str) -> connect:
    address = server.origin.replace("http", "ws") + "/ws/stream"
    return connect(address, additional_headers=bearer(server) | headers, proxy=None)


async def frame(connection: ClientConnection, kind: str) -> dict[str, Any]:
    """The next frame of a kind."""
    async with asyncio.timeout(LIMIT_S):
        while True:
            found: dict[str, Any] = json.loads(await connection.recv())
            if found.get("type") == kind:
                return found


async def end(connection: ClientConnection) -> tuple[int, str]:
    """Code and reason with which the connection ends."""
    with pytest.raises(ConnectionClosed) as closed:
        await frame(connection, "none of this kind")
    found = closed.value.rcvd
    assert found
    return found.code, found.reason


async def test_a_subscription_brings_quotes(server: PracticeServer) -> None:
    async with line(server) as connection:
        await connection.send('{"action": "subscribe", "instruments": ["MES 12-26"]}')
        assert (await frame(connection, "marketData"))["quotes"][0]["instrument"] == "MES 12-26"
        assert (await frame(connection, "marketData"))["seq"] == 3


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer wrong", "Basic {key}", "{key}"])
async def test_another_key_gets_no_connection(server: PracticeServer, authorization: str) -> None:
    given = authorization.format(key=server.key.reveal())
    with pytest.raises(InvalidStatus) as refused:
        async with connect(
            server.origin.replace("http", "ws") + "/ws/stream", additional_headers={"Authorization": given}, proxy=None
        ):
            pass
    assert refused.value.response.status_code == 401


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1"])
async def test_a_page_in_a_browser_gets_no_connection(server: PracticeServer, origin: str) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with line(server, Origin=origin):
            pass
    assert refused.value.response.status_code == 403


async def bytes_of(server: PracticeServer, *headers: str) -> bytes:
    """What comes back for a handshake with these headers, until the other side hangs up or says yes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", urlsplit(server.url).port)
    head = ["GET /ws/stream HTTP/1.1", "Upgrade: websocket", "Connection: Upgrade", *headers, "", ""]
    writer.write("\r\n".join(head).encode())
    async with asyncio.timeout(LIMIT_S):
        found = await reader.readuntil(b"\r\n\r\n")
    writer.close()
    await writer.wait_closed()
    return found


async def test_a_name_that_only_points_here_gets_no_connection(server: PracticeServer) -> None:
    usual = ("Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==")
    key = f"Authorization: Bearer {server.key.reveal()}"
    port = urlsplit(server.url).port
    for host, status in ((f"127.0.0.1:{port}", 101), (f"evil.example:{port}", 403), ("127.0.0.1:1", 403)):
        assert (await bytes_of(server, f"Host: {host}", key, *usual)).startswith(f"HTTP/1.1 {status} ".encode())


async def test_a_handshake_that_is_none_is_refused(server: PracticeServer) -> None:
    here = f"Host: 127.0.0.1:{urlsplit(server.url).port}"
    key = f"Authorization: Bearer {server.key.reveal()}"
    assert (await bytes_of(server, here, key, "Sec-WebSocket-Version: 99")).startswith(b"HTTP/1.1 400 ")


async def test_a_second_connection_ends_the_first_and_says_why(server: PracticeServer, lines: list[str]) -> None:
    async with line(server) as first:
        async with line(server) as second:
            assert await end(first) == (1008, "Session active elsewhere")
            await second.send('{"action": "ping"}')
            assert await frame(second, "pong")
        assert lines == ["a second push connection came: the first was ended"]


async def test_the_place_is_free_again_after_a_connection_went(server: PracticeServer, lines: list[str]) -> None:
    for _ in range(3):
        async with line(server) as connection:
            await connection.send('{"action": "ping"}')
            await frame(connection, "pong")
    assert lines == []


async def test_a_message_too_long_or_of_bytes_ends_the_connection(server: PracticeServer) -> None:
    async with line(server) as connection:
        await connection.send(b"\x00\x01")
        assert (await end(connection))[0] == 1003
    async with line(server) as connection:
        await connection.send(" " * (LONGEST + 1))
        assert (await end(connection))[0] == 1009


async def test_ten_calls_too_many_end_the_connection(server: PracticeServer) -> None:
    async with line(server) as connection:
        for number in range(32):
            await connection.send(json.dumps({"action": "rpc", "id": number, "api": "GetAllPositions", "args": {}}))
        assert await end(connection) == (1008, "Rate limit exceeded")


async def test_who_answers_no_ping_is_gone(server: PracticeServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(push_line, "_BEAT_S", 0.2)
    usual = ("Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==")
    reader, writer = await asyncio.open_connection("127.0.0.1", urlsplit(server.url).port)
    host = f"Host: 127.0.0.1:{urlsplit(server.url).port}"
    key = f"Authorization: Bearer {server.key.reveal()}"
    head = ["GET /ws/stream HTTP/1.1", "Upgrade: websocket", "Connection: Upgrade", host, key, *usual, "", ""]
    writer.write("\r\n".join(head).encode())
    async with asyncio.timeout(LIMIT_S):
        await reader.read()  # up to its end, and nothing is ever said
    writer.close()
    await writer.wait_closed()
    assert server._pushing._line is None


@pytest.mark.parametrize(("fault", "status"), [(ReadFault.PLAN, 403), (ReadFault.OFFLINE, 408), (ReadFault.BUSY, 429)])
async def test_a_fault_of_reading_meets_the_handshake_too(
    server: PracticeServer, fault: ReadFault, status: int
) -> None:
    server._api.fault = fault
    with pytest.raises(InvalidStatus) as refused:
        async with line(server):
            pass
    assert refused.value.response.status_code == status


async def test_the_end_of_the_exchange_is_a_goodbye() -> None:
    server = PracticeServer()
    assert await server.start() is None
    async with line(server) as connection:
        await connection.send('{"action": "ping"}')
        await frame(connection, "pong")
        await server.stop()
        assert (await end(connection))[0] == 1001


async def test_the_key_is_in_no_line_of_the_log(server: PracticeServer, lines: list[str]) -> None:
    async with line(server), line(server) as second:
        await second.send(json.dumps({"action": server.key.reveal()}))
        await second.send('{"action": "ping"}')
        await frame(second, "pong")
    with pytest.raises(InvalidStatus):
        async with line(server, Origin=server.key.reveal()):
            pass
    assert lines
    assert not [text for text in lines if server.key.reveal() in text]
