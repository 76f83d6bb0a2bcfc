"""The real practice exchange behind TLS and a wire with a length, in a process of its own, which tells what arrives.

usage: python tls_practice.py SERVER.pem WIRE_MS [MOST_CONNECTIONS]      the key is the first line of standard input

It writes JSON lines: first `{"url"}`, then one for each thing that happens. `accepted` and `closed` are of the wire:
a connection is closed when all that came over it has been dealt with. `order` is a message whose whole text arrived, by
its notes; `answered` has the exchange's answer to it, and `delivered` says that it was handed to the client's system. A
line `drop` on standard input cuts every connection.
"""

import asyncio
import json
import re
import ssl
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from aiohttp import web

from crosstrade_desk.practice import door
from crosstrade_desk.practice.server import PracticeServer
from crosstrade_desk.protocol.problems import Invalid
from crosstrade_desk.protocol.secret import Secret, parse_key

_NOTES = re.compile(r"\nnotes=([^;]*);")


def tell(what: str, **more: Any) -> None:
    sys.stdout.write(json.dumps({"what": what, "at": time.monotonic(), **more}) + "\n")
    sys.stdout.flush()


class TlsLoop(asyncio.SelectorEventLoop):
    """A loop whose servers speak TLS while `context` is set."""

    context: ssl.SSLContext | None = None

    async def create_server(self, *args: Any, **options: Any) -> asyncio.Server:
        return await super().create_server(*args, **{**options, "ssl": self.context})


class Telling(PracticeServer):
    """The exchange, which tells each message by its notes and its wire."""

    wires: dict[int, int]  # the wire by the port from which it came in here
    answered: set[int]  # the wires over which an answer is going
    length_s: float

    async def _message(self, request: web.Request) -> web.StreamResponse:
        try:
            text, wire = await request.text(), self._wire(request)
        except ConnectionError:
            return await super()._message(request)
        notes, command = _NOTES.search(text), re.search(r"\ncommand=(\w+);", text)
        order = {"wire": wire, "notes": notes[1] if notes else "", "command": command[1] if command else ""}
        tell("order", **order)
        answer = await super()._message(request)
        assert isinstance(answer, web.Response)
        await asyncio.sleep(5 * self.length_s)  # a real one has to ask NinjaTrader
        tell("answered", **order, yes=json.loads(str(answer.text)).get("success"))
        self.answered.add(wire)
        return answer

    def _wire(self, request: web.Request) -> int:
        assert request.transport
        return self.wires[request.transport.get_extra_info("peername")[1]]


class Wires:
    """What lies between client and exchange: each connection is taken on, at its length, in both directions."""

    def __init__(self, server: Telling, port: int) -> None:
        self._server, self._port = server, port
        self._count = 0
        self._clients: set[asyncio.StreamWriter] = set()

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._count += 1
        wire = self._count
        tell("accepted", wire=wire)
        self._clients.add(writer)
        inner_reader, inner = await asyncio.open_connection("127.0.0.1", self._port)
        self._server.wires[inner.get_extra_info("sockname")[1]] = wire
        down = asyncio.get_running_loop().create_task(self._pump(inner_reader, writer, lambda: self._delivered(wire)))
        await self._pump(reader, inner, lambda: None)
        await down
        self._clients.discard(writer)
        tell("closed", wire=wire)

    def _delivered(self, wire: int) -> None:
        if wire in self._server.answered:
            self._server.answered.discard(wire)
            tell("delivered", wire=wire)

    async def _pump(self, source: asyncio.StreamReader, goal: asyncio.StreamWriter, passed: Callable[[], None]) -> None:
        try:
            while data := await source.read(65_536):
                await asyncio.sleep(self._server.length_s)
                if not goal.is_closing():
                    goal.write(data)
                    passed()
        except OSError:
            pass  # the client was killed; what it had sent before has been passed on
        goal.close()

    def drop(self) -> None:
        for writer in self._clients:
            writer.transport.abort()
        tell("dropped")


async def main(pem: str, wire_ms: str, most: str = "") -> None:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, TlsLoop)
    if most:
        door.MOST = int(most)  # type: ignore[misc] # more than any ticket has, which is the point
    key = parse_key(sys.stdin.readline())
    assert isinstance(key, Secret)
    loop.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    loop.context.load_cert_chain(pem)
    server = Telling()
    server.wires, server.answered, server.length_s = {}, set(), float(wire_ms) / 1000
    fault = await server.start(0, key)
    assert not isinstance(fault, Invalid), fault
    loop.context = None
    wires = Wires(server, server._port)
    outside = await asyncio.start_server(wires.take, "127.0.0.1", 0, backlog=512)
    server._port = outside.sockets[0].getsockname()[1]  # the name by which it is called
    tell("url", url=server.url.replace("http://", "https://"), port=server._port)
    ended = asyncio.Event()

    def listen() -> None:
        for line in sys.stdin:
            assert line == "drop\n"
            loop.call_soon_threadsafe(wires.drop)
        loop.call_soon_threadsafe(ended.set)

    threading.Thread(target=listen, daemon=True).start()
    await ended.wait()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=TlsLoop) as runner:
        runner.run(main(*sys.argv[1:]))
