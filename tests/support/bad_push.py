"""A push connection spoken by hand over a `BadServer`: what a server may do to a client after the handshake."""

import base64
import hashlib
import json
import re
from collections.abc import Awaitable, Callable
from typing import Any

from support.bad_server import Behaviour, Connection, page

_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
TEXT, BINARY, CLOSE, PING = 1, 2, 8, 9


def upgraded(then: Callable[[Connection], Awaitable[None]]) -> Behaviour:
    """Agrees to the handshake, then does something to the connection."""

    async def serve(connection: Connection) -> None:
        got = await connection.request()
        accept = base64.b64encode(hashlib.sha1(got.headers[b"sec-websocket-key"] + _GUID).digest())
        head = b"HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
        await connection.write(head + accept + b"\r\n\r\n")
        await then(connection)

    return serve


def sends(*data: bytes) -> Behaviour:
    """Agrees, writes these very bytes, and then reads until the client is gone."""

    async def write(connection: Connection) -> None:
        for part in data:
            await connection.write(part)
        await deaf_no_more(connection)

    return upgraded(write)


async def deaf_no_more(connection: Connection) -> None:
    """Reads whatever comes, until the other side has closed."""
    while await connection._reader.read(4096):
        continue


def packed(opcode: int, payload: bytes) -> bytes:
    """One frame of a server."""
    size = len(payload)
    if size < 126:
        return bytes([0x80 | opcode, size]) + payload
    if size < 2**16:
        return bytes([0x80 | opcode, 126]) + size.to_bytes(2, "big") + payload
    return bytes([0x80 | opcode, 127]) + size.to_bytes(8, "big") + payload


def told(**body: Any) -> bytes:
    return packed(TEXT, json.dumps(body).encode())


def goodbye(code: int, reason: str) -> bytes:
    return packed(CLOSE, code.to_bytes(2, "big") + reason.encode())


def refuses(status: int, body: bytes = b"{}", *headers: str) -> Behaviour:
    """Answers the handshake with a page."""

    async def serve(connection: Connection) -> None:
        await connection.request()
        await connection.write(page(status, body, *headers))

    return serve


def unmasked(data: bytes) -> list[Any]:
    """The JSON texts in what a client wrote, frame by frame; pings and the like are left out."""
    found, at = [], 0
    while at + 2 <= len(data):
        opcode, size = data[at] & 15, data[at + 1] & 127
        at += 2
        if size == 126:
            size, at = int.from_bytes(data[at : at + 2], "big"), at + 2
        mask, at = data[at : at + 4], at + 4
        payload = bytes(byte ^ mask[n % 4] for n, byte in enumerate(data[at : at + size]))
        at += size
        if opcode == TEXT and re.match(rb"\s*\{", payload):
            found.append(json.loads(payload))
    return found
