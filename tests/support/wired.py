"""The window on a real TLS server: what it sends goes through the real sender and a real socket."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from crosstrade_desk.protocol.endpoint import Endpoint, parse_endpoint
from crosstrade_desk.protocol.secret import Secret
from crosstrade_desk.sending.http import HttpSender
from crosstrade_desk.sending.outcome import LinkDown, LinkUp
from support import certs
from support.bad_server import BadServer, Behaviour, Connection, page
from support.marker import MARKER
from support.windows import Glass

LIMIT_S = 0.6
YES = page(200, b'{"success": true}')


def endpoint(origin: str) -> Endpoint:
    """The webhook address at a server; its last part is the marker, which must never be seen."""
    found = parse_endpoint(f"{origin}/v1/send/abc123/{MARKER}")
    assert isinstance(found, Endpoint)
    return found


def orders(*answers: bytes | None) -> Behaviour:
    """A server that keeps connections warm, answers the first orders with these in turn, and all later ones with the
    last of them. After an answer of None it says nothing and keeps the connection.
    """
    left = list(answers)

    async def serve(connection: Connection) -> None:
        while True:
            got = await connection.request()
            if got.line.startswith(b"HEAD "):
                await connection.write(page(200, b""))
                continue
            answer = left.pop(0) if len(left) > 1 else left[0]
            if answer is not None:
                await connection.write(answer)

    return serve


@contextmanager
def wired(origin: str, loop: asyncio.AbstractEventLoop) -> Iterator[Glass]:
    """The window, connected to an origin by the real sender, with an order in its form."""
    sender = HttpSender(
        endpoint(origin), Secret(MARKER), certs.client(), answer_limit_s=LIMIT_S, connect_limit_s=LIMIT_S
    )
    glass = Glass(loop, sender)
    links: list[object] = []
    glass.desk.listen(lambda event: links.append(event) if isinstance(event, LinkUp | LinkDown) else None)
    try:
        glass.show()
        glass.fill()
        yield glass
    finally:
        # Each look at the link ends first: httpcore leaves a socket open when a handshake is cancelled from outside.
        looks = 1 + [ending.outcome for ending in glass.book.endings.values()].count("not sent")
        glass.wait(lambda: len(links) >= looks)
        glass.close()
        glass.run(sender.close())
        glass.settle()


@contextmanager
def at_server(loop: asyncio.AbstractEventLoop, *answers: bytes | None) -> Iterator[tuple[Glass, BadServer]]:
    """The window and a TLS server that gives these answers, see `orders`."""
    with BadServer(orders(*answers), tls=certs.good()) as server, wired(server.origin, loop) as glass:
        yield glass, server


def ended(glass: Glass, count: int = 1) -> list[str]:
    """Waits until so many messages have an outcome, and gives their words in the order of their rows."""
    glass.wait(lambda: len(glass.book.endings) >= count)
    glass.settle()
    return [glass.book.endings[number].outcome for number in sorted(glass.book.endings)]
