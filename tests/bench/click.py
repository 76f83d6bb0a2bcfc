"""From a real mouse click to the last byte at an HTTPS server in another process; by turns with a floor and a peer."""

import asyncio
import queue
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median

import requests
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from qasync import QEventLoop

from bench.table import Figure, milliseconds, p99
from crosstrade_desk.desk.events import RowEnded
from crosstrade_desk.protocol.endpoint import Endpoint, parse_endpoint
from crosstrade_desk.protocol.secret import Secret
from crosstrade_desk.sending.http import HttpSender
from crosstrade_desk.storage.settings import Settings
from crosstrade_desk.ui import resources, theme
from crosstrade_desk.ui.collector import Collector
from support import certs
from support.journals import opened
from support.windows import Glass

_LEFT = Qt.MouseButton.LeftButton
_KEY = "bench-only-secret-key"
_PATH = "/v1/send/abcdef/ghijklmnop"
_PACE = Settings(entries_a_minute=1000, burst=100, same_again_s=1, failures=100)
_PAUSE_S = 0.02  # between two clicks: everything of the former one is over


class Server:
    """The server, and the moments at which it had a message whole."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        self.port = int(process.stdout.readline())
        self.moments: queue.Queue[int] = queue.Queue()
        self.told: Callable[[], object] = lambda: None  # called in the thread that reads, at each of them
        threading.Thread(target=self._read, args=(process,), daemon=True).start()

    def _read(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            self.moments.put(int(line))
            self.told()

    def arrived(self) -> int:
        return self.moments.get(timeout=30)


@contextmanager
def server(folder: Path, delay_ms: float = 0) -> Iterator[Server]:
    command = [sys.executable, str(Path(__file__).with_name("server.py")), str(certs.write_good(folder)), str(delay_ms)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Server(process)
        finally:
            process.kill()


class Ours:
    """The whole window with journal, gate and sender. `way` names the button that is clicked."""

    def __init__(self, loop: asyncio.AbstractEventLoop, port: int, folder: Path, way: str) -> None:
        found = parse_endpoint(f"https://127.0.0.1:{port}{_PATH}")
        assert isinstance(found, Endpoint)
        self.loop = loop
        self._journal = opened(folder / f"{way}.db")
        self._sender = HttpSender(found, Secret(_KEY), certs.client())
        self._collector = Collector()
        self.glass = Glass(loop, self._sender, _PACE, self._journal)
        self.glass.show()
        self.glass.fill()
        self.glass.run(self._sender.warm())
        self._collector.spare()
        self._way, self.button = way, self.glass.part(way)

    def click(self) -> float:
        """Clicks; gives the milliseconds for which the click held the window."""
        begun = time.monotonic_ns()
        QTest.mouseClick(self.button, _LEFT)
        return (time.monotonic_ns() - begun) / 1e6

    def finish(self) -> None:
        """Waits until the answer is there and shown, and nothing of it is left to do."""
        self.glass.wait(lambda: not self.glass.desk.busy and not self._open())
        self.glass.time.now += 5
        self.glass.run(asyncio.sleep(_PAUSE_S))

    def _open(self) -> bool:
        return any(task.get_name().startswith("send") for task in self.glass.tasks._tasks)

    def close(self) -> None:
        self.glass.close()
        self.glass.run(self._sender.close())
        self.glass.run(self._journal.close())
        self._collector.close()


class Floor:
    """A bare window whose button writes prepared bytes to a TLS socket, in the slot."""

    def __init__(self, loop: asyncio.AbstractEventLoop, port: int) -> None:
        self.loop = loop
        plain = socket.create_connection(("127.0.0.1", port))
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        context: ssl.SSLContext = certs.client()
        self._line = context.wrap_socket(plain, server_hostname="127.0.0.1")
        body = f"key={_KEY};\ncommand=PLACE;\naccount=Sim101;\ninstrument=MES 12-26;\naction=BUY;\nqty=1;".encode()
        self._bytes = b"POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s" % (_PATH.encode(), len(body), body)
        self.window = QWidget()
        self.button = QPushButton("BUY", self.window)
        self.button.clicked.connect(lambda _on: self._line.sendall(self._bytes))
        self.window.resize(300, 200)
        self.window.show()

    def click(self) -> float:
        begun = time.monotonic_ns()
        QTest.mouseClick(self.button, _LEFT)
        return (time.monotonic_ns() - begun) / 1e6

    def take(self) -> None:
        """Blocks until the answer is there."""
        self._line.recv(65536)

    def finish(self) -> None:
        self.loop.run_until_complete(asyncio.sleep(_PAUSE_S))

    def close(self) -> None:
        self._line.close()
        self.window.hide()


class Documented:
    """As the documentation does it: `requests.post`, with a new connection for each order."""

    def __init__(self, port: int, folder: Path) -> None:
        self._url = f"https://localhost:{port}{_PATH}"
        self._trust = str(certs.write_authority(folder))

    def click(self) -> float:
        begun = time.monotonic_ns()
        requests.post(self._url, data=f"key={_KEY};", timeout=30, verify=self._trust)
        return (time.monotonic_ns() - begun) / 1e6

    def finish(self) -> None:
        time.sleep(_PAUSE_S)  # as long as the others rest between two clicks; not measured

    def close(self) -> None:
        """Nothing is kept."""


Route = Ours | Floor | Documented


def once(route: Ours | Floor, wire: Server) -> tuple[float, float]:
    """Milliseconds from the click to the last byte, and for which the click held the window.

    Clicks as a mouse does, while the loop runs and within no task; it runs on until the server has all, as the
    program's does. Left and begun again, and looking each millisecond, it would make an entry wait.
    """
    loop = route.loop
    wire.told = lambda: loop.call_soon_threadsafe(loop.stop)
    clicked: list[tuple[int, float]] = []
    loop.call_soon(lambda: clicked.append((time.monotonic_ns(), route.click())))
    loop.run_forever()
    wire.told = lambda: None
    ((begun, held),) = clicked
    arrived = wire.arrived()
    if isinstance(route, Floor):
        route.take()
    route.finish()
    return (arrived - begun) / 1e6, held


def by_turns(routes: dict[str, Callable[[], tuple[float, float]]], count: int) -> dict[str, list[tuple[float, float]]]:
    """A, B, A, B: one after the other, so often."""
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in routes}
    for _ in range(count):
        for name, run in routes.items():
            found[name].append(run())
    return found


def click_to_wire(loop: asyncio.AbstractEventLoop, count: int) -> list[Figure]:
    with tempfile.TemporaryDirectory() as name, server(Path(name)) as wire:
        folder = Path(name)
        floor, entry = Floor(loop, wire.port), Ours(loop, wire.port, folder, "send")
        for _ in range(20):
            once(floor, wire), once(entry, wire)
        found = by_turns({"floor": lambda: once(floor, wire), "entry": lambda: once(entry, wire)}, count)
        entry.close()
        exits = Ours(loop, wire.port, folder, "flatten")
        for _ in range(20):
            once(exits, wire)
        found |= by_turns({"floor again": lambda: once(floor, wire), "flatten": lambda: once(exits, wire)}, count)
        exits.close()
        floor.close()
    taken = {name: [sample[0] for sample in samples] for name, samples in found.items()}
    held = [sample[1] for sample in found["entry"]]
    figures = [Figure("a raw TLS socket written in the slot (floor)", milliseconds(taken["floor"]), count)]
    for name, base in (("entry", "floor"), ("flatten", "floor again")):
        ratio = median(taken[name]) / median(taken[base])
        tail = p99(taken[name]) / median(taken[base])
        figures.append(Figure(f"click to wire, {name}", milliseconds(taken[name]), count, ratio, "floor", "2.5"))
        figures.append(
            Figure("the same, p99 to the floor's median", f"{p99(taken[name]):.2f} ms", count, tail, "floor", "5")
        )
    figures.append(Figure("the click holds the window, entry", milliseconds(held), count, bar="0.5 ms"))
    return figures


def far_away(loop: asyncio.AbstractEventLoop, count: int) -> list[Figure]:
    """Over a wire with a round trip of 40 ms, each order after the connection lay idle."""
    with tempfile.TemporaryDirectory() as name, server(Path(name), 20) as wire:
        floor, ours = Floor(loop, wire.port), Ours(loop, wire.port, Path(name), "send")
        documented = Documented(wire.port, Path(name))

        def whole(route: Route) -> tuple[float, float]:
            begun = time.monotonic_ns()
            match route:
                case Ours():
                    loop.call_soon(route.click)
                    loop.run_forever()  # until the outcome is told
                case Floor():
                    route.click()
                    route.take()
                case Documented():
                    route.click()
            taken = (time.monotonic_ns() - begun) / 1e6
            wire.arrived()
            route.finish()
            return taken, 0.0

        ours.glass.desk.listen(lambda event: loop.stop() if isinstance(event, RowEnded) else None)
        routes = {"floor": floor, "ours": ours, "documented": documented}
        found = by_turns({name: partial(whole, route) for name, route in routes.items()}, count)
        for route in routes.values():
            route.close()
    least, mine, theirs = ([sample[0] for sample in found[name]] for name in routes)
    return [
        Figure("one round trip of 40 ms, a raw TLS socket that stands (floor)", milliseconds(least), count),
        Figure(
            "order and its answer over it",
            f"{milliseconds(mine)}; {median(mine) - median(least):.1f} ms over the floor",
            count,
            bar="one round trip and 3 ms",
        ),
        Figure(
            "the documented client, `requests.post`",
            milliseconds(theirs),
            count,
            median(theirs) / median(mine),
            "ours",
            "at least 3.5",
        ),
    ]


@contextmanager
def window_loop() -> Iterator[asyncio.AbstractEventLoop]:
    """One Qt program and its loop, as the program has them."""
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    resources.register()
    theme.apply(app)
    loop = QEventLoop(app)
    try:
        yield loop
    finally:
        loop.close()
