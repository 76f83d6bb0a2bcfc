"""Every fault of a real server, TLS included: the right outcome, plain words, and a window that paints on."""

import asyncio
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass

import pytest
from PySide6.QtCore import QEvent, QObject, QTimer

from support import certs
from support.bad_server import BadServer, Connection, closed_port, page
from support.marker import MARKER
from support.windows import Glass
from support.wired import wired


def on_order(act):  # type: ignore[no-untyped-def]
    """Keeps the warm connection well, and does `act` to the order."""

    async def serve(connection: Connection) -> None:
        while True:
            got = await connection.request()
            if got.line.startswith(b"HEAD "):
                await connection.write(page(200, b""))
            else:
                await act(connection)
                return

    return serve


def say(status: int, body: bytes, *headers: str):  # type: ignore[no-untyped-def]
    async def act(connection: Connection) -> None:
        await connection.write(page(status, body, *headers))

    return on_order(act)


def raw(data: bytes):  # type: ignore[no-untyped-def]
    async def act(connection: Connection) -> None:
        await connection.write(data)

    return on_order(act)


async def _silence(_connection: Connection) -> None:
    await asyncio.sleep(60)


async def _reset(connection: Connection) -> None:
    await connection.reset()


async def _no_reading(_connection: Connection) -> None:
    await asyncio.sleep(60)


NO = b'{"success": false, "error": "Position Out of Sync"}'
HALF = page(200, b'{"succ', length=500)


@dataclass(frozen=True)
class Case:
    """A fault, the outcome it must have, and a word the trader must read."""

    name: str
    behaviour: object
    outcome: str
    word: str


CASES = [
    Case("silence before the request", _no_reading, "not sent", "could not be reached within 0.6 s"),
    Case("silence after the request", on_order(_silence), "unknown", "No answer within 0.6 s"),
    Case("reset after the request", on_order(_reset), "unknown", "broke"),
    Case("half an answer", raw(HALF), "unknown", "Look in NinjaTrader"),
    Case("half a status line", raw(b"HTTP/1.1 20"), "unknown", "Look in NinjaTrader"),
    Case("rubbish", raw(b"\x00\xff" * 300 + b"\r\n\r\n"), "unknown", "Look in NinjaTrader"),
    Case("a 2 MB answer of junk", say(200, b"x" * 2_000_000), "unknown", "far too long"),
    Case("301 with 2 MB", say(301, b"x" * 2_000_000), "refused", "not followed"),
    Case("a binary answer", say(200, b"\x80\x81\xfe\xff\x00"), "unknown", "no text"),
    Case("301 to another host", say(301, b"", "Location: https://evil.example/"), "refused", "not followed"),
    Case("400", say(400, b'{"success": false, "error": "Invalid request"}'), "refused", "Invalid request"),
    Case("401", say(401, b""), "refused", "secret key"),
    Case("429", say(429, b'{"error": "Rate limit exceeded"}'), "refused", "Rate limit exceeded"),
    Case("500", say(500, b"<html>oops</html>"), "unknown", "fault of its own"),
    Case("500 that says no", say(500, NO), "refused", "Position Out of Sync"),
    Case("200 that says no", say(200, NO), "refused", "Position Out of Sync"),
    Case("200 that says no in words", say(200, b"Trade blocked: MES 12-26"), "refused", "Trade blocked"),
    Case("200 that echoes the key", say(200, f'{{"error": "bad key {MARKER}"}}'.encode()), "refused", "bad key ••••"),
    Case("200 that says nothing", say(200, b""), "unconfirmed", "neither yes nor no"),
    Case("200 that says yes", say(200, b'{"success": true}'), "accepted", "accepted"),
]


class Paints(QObject):
    """Counts the window's paints, and asks for one at every turn."""

    def __init__(self, glass: Glass) -> None:
        super().__init__()
        self.count = 0
        glass.window.installEventFilter(self)
        timer = QTimer(self)
        timer.timeout.connect(glass.window.update)
        timer.start(10)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        self.count += event.type() == QEvent.Type.Paint
        return False


@contextmanager
def sent(origin: str, loop: asyncio.AbstractEventLoop) -> Iterator[Glass]:
    """Sends one order through the real window to an origin, waits for its outcome, and gives the window."""
    with wired(origin, loop) as glass:
        paints = Paints(glass)
        glass.click("send")
        glass.wait(lambda: bool(glass.book.intents))
        before, started = paints.count, loop.time()
        glass.wait(lambda: bool(glass.book.endings))
        assert paints.count - before >= int((loop.time() - started) / 0.1), (
            paints.count - before,
            loop.time() - started,
        )
        glass.settle()
        yield glass


def outcome(glass: Glass) -> tuple[str, str]:
    (ending,) = glass.book.endings.values()
    shown = glass.window.log.details.toPlainText()
    assert ending.sentence in shown
    assert ending.sentence in glass.window.status.text()
    assert ending.outcome in shown
    everything = shown + glass.window.status.text() + str(glass.book.endings) + str(glass.book.intents)
    assert MARKER not in everything
    assert not re.search(r"httpx|httpcore|Errno|Traceback|\bssl\b|<class", everything)
    return ending.outcome, ending.sentence


# Over plain http a server that does not read is the same as one that does not answer.
PAIRS = [(case, tls) for case in CASES for tls in (False, True) if tls or case.behaviour is not _no_reading]


@pytest.mark.parametrize(
    ("case", "tls"), PAIRS, ids=[f"{case.name}-{'https' if tls else 'http'}" for case, tls in PAIRS]
)
def test_a_servers_fault_has_its_outcome_and_its_words(case: Case, tls: bool, loop: asyncio.AbstractEventLoop) -> None:  # type: ignore[no-untyped-def]
    context = certs.good() if tls else None
    if case.behaviour is _no_reading:
        # It never shakes hands.
        with BadServer(_no_reading) as server, sent(server.origin.replace("http:", "https:"), loop) as glass:
            found = outcome(glass)
    else:
        with BadServer(case.behaviour, tls=context) as server:  # type: ignore[arg-type]
            with sent(server.origin, loop) as glass:
                found = outcome(glass)
            assert len(server.posts) == 1, "an order is never repeated"
    assert found[0] == case.outcome
    assert case.word in found[1]


UNREACHED = [
    ("a refused connection", closed_port, "refused the connection"),
    ("a certificate nobody trusts", lambda: BadServer(say(200, b""), tls=certs.untrusted()), "trusts"),
    ("a certificate for another host", lambda: BadServer(say(200, b""), tls=certs.wrong_host()), "another name"),
    ("an expired certificate", lambda: BadServer(say(200, b""), tls=certs.expired()), "expired"),
    ("a name that does not exist", lambda: nullcontext("https://nowhere.invalid"), "was not found"),
]


@pytest.mark.parametrize(("server", "word"), [case[1:] for case in UNREACHED], ids=[case[0] for case in UNREACHED])
def test_a_server_that_is_not_reached_has_not_got_the_order(
    server: Callable[[], AbstractContextManager[BadServer | str]],
    word: str,
    loop: asyncio.AbstractEventLoop,
) -> None:
    with server() as made:
        origin = made if isinstance(made, str) else made.origin
        with sent(origin, loop) as glass:
            kind, sentence = outcome(glass)
    assert kind == "not sent"
    assert word in sentence
    assert "Nothing was sent." in sentence
