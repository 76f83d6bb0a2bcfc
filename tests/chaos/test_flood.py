"""Two hundred orders hang unanswered, and FLATTEN is there at once, over a connection of its own; the window goes on.

Real window, journal, sender and TLS; the practice exchange in another process answers nobody but exits. The gate lets
one order at a time open a position, so the flood is one of those and changes of a working order behind it. The desk's
clock is moved on by hand, as if each press came a second after the other. What is measured is held against the same
thing on this machine in this run: the idle desk, and a bare window that works as much.
"""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from qasync import QEventLoop

from chaos.conftest import Report
from crosstrade_desk.desk.events import Event
from crosstrade_desk.protocol.endpoint import Endpoint, parse_endpoint
from crosstrade_desk.protocol.secret import Secret
from crosstrade_desk.sending.http import HttpSender
from crosstrade_desk.sending.outcome import LinkUp
from crosstrade_desk.storage.settings import Settings, check
from crosstrade_desk.ui import resources, theme
from support import certs
from support.beats import Beats, beating, work_for
from support.journals import opened
from support.marker import MARKER
from support.told import Telling, telling
from support.windows import Glass

FLOOD = 200
PARTS = (20,) * 9 + (19,)  # beside the one that opens
PATIENCE_S = 600  # longer than the test: nothing of the flood is ever answered
PACE = Settings(entries_a_minute=1000, burst=100, same_again_s=1)
BOTH = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
WAYS: dict[str, Callable[[Glass], None]] = {
    "mouse": lambda glass: QTest.mouseClick(glass.part("flatten"), Qt.MouseButton.LeftButton),
    "key": lambda glass: QTest.keyClick(glass.window, Qt.Key.Key_F, BOTH),
}


@pytest.fixture(scope="module")
def loop(qapp: QApplication) -> Iterator[asyncio.AbstractEventLoop]:
    resources.register()
    theme.apply(qapp)
    made = QEventLoop(qapp)
    yield made
    made.close()


class Scene:
    """The window before the exchange, and what arrived there."""

    def __init__(self, glass: Glass, server: Telling) -> None:
        self.glass, self.server = glass, server

    def orders(self, *commands: str) -> list[dict[str, object]]:
        return [told for told in self.server.of("order") if told["command"] in commands]

    def wait(self, seen: Callable[[], bool]) -> None:
        async def look() -> None:
            async with asyncio.timeout(60):
                while not seen():
                    await asyncio.sleep(0.001)

        self.glass.run(look())

    def flatten(self, way: str) -> float:
        """Presses FLATTEN; gives the milliseconds until the exchange has the whole of it."""
        before = len(self.orders("FLATTEN"))
        ended = self.glass.window.log.model.rowCount()
        pressed = time.monotonic()
        WAYS[way](self.glass)
        self.wait(lambda: len(self.orders("FLATTEN")) > before)
        self.wait(lambda: len(self.answered("FLATTEN")) > before and self.glass.window.log.model.rowCount() > ended)
        self.glass.settle()
        return (float(str(self.orders("FLATTEN")[before]["at"])) - pressed) * 1000

    def answered(self, *commands: str) -> list[dict[str, object]]:
        return [told for told in self.server.of("answered") if told["command"] in commands]

    def flood(self, count: int, beats: Beats) -> None:
        """Presses SEND once a frame until so many orders more wait for their answer."""
        glass, presses, before = self.glass, iter(range(count)), len(self.orders("CHANGE"))

        def press() -> None:
            if next(presses, None) is not None:
                glass.time.now += 1
                QTest.mouseClick(glass.part("send"), Qt.MouseButton.LeftButton)

        with beating(beats, press):
            self.wait(lambda: len(self.orders("CHANGE")) == before + count)

    def bare(self, frames: int, work_ms: float, beats: Beats) -> None:
        """As many frames of a window with nothing in it, whose thread works so much in each of them."""
        window, wanted = QWidget(), len(beats.gaps) + frames
        window.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        window.show()
        with beating(beats, lambda: work_for(work_ms)):
            self.wait(lambda: len(beats.gaps) >= wanted)
        window.hide()
        window.deleteLater()
        self.glass.window.activateWindow()


def endpoint(url: str) -> Endpoint:
    found = parse_endpoint(url)
    assert isinstance(found, Endpoint)
    return found


@contextmanager
def scene(loop: asyncio.AbstractEventLoop, folder: Path) -> Iterator[Scene]:
    assert check(PACE) == (), "a user can set this"
    errors, journal = folder / "errors.txt", opened(folder / "journal.db")
    with telling("tls_practice.py", str(certs.write_good(folder)), "0", str(FLOOD + 50), errors=errors) as server:
        server.say(MARKER)
        place = endpoint(server.first("url")["url"])
        sender = HttpSender(place, Secret(MARKER), certs.client(), answer_limit_s=PATIENCE_S)
        glass = Glass(loop, sender, PACE, journal)
        links: list[Event] = []
        glass.desk.listen(lambda event: links.append(event) if isinstance(event, LinkUp) else None)
        try:
            glass.show()
            made = Scene(glass, server)
            made.wait(lambda: bool(links))
            yield made
        finally:
            glass.close()
            glass.run(sender.close())
            glass.run(journal.close())
    assert errors.read_text() == ""


def hang(glass: Glass) -> None:
    """Sends an order that gets no answer, and puts changes of a working order into the form that get none either."""
    glass.fill()
    glass.open("OTHER")
    glass.type("notes", f"practice: delay {PATIENCE_S}")
    glass.click("send")
    glass.choose("CHANGE")
    glass.type("order_id", "low-1")
    glass.type("qty", "2")
    glass.open("OTHER")
    glass.type("notes", f"practice: delay {PATIENCE_S}")
    glass.settle()


@pytest.mark.parametrize("times", [3, pytest.param(40, marks=pytest.mark.long)])
def test_flatten_overtakes_two_hundred_orders_without_an_answer_and_the_window_keeps_its_frames(
    times: int, loop: asyncio.AbstractEventLoop, tmp_path: Path, report: Report
) -> None:
    with scene(loop, tmp_path) as made:
        made.glass.fill()
        idle = [made.flatten(way) for _ in range(times) for way in WAYS]
        hang(made.glass)
        flooded = time.monotonic()
        beats, alone = Beats(), Beats()
        for part in PARTS:  # by turns, so that what else the machine does falls on both
            made.flood(part, beats)
            made.bare(part, median(beats.works), alone)
        busy = [made.flatten(way) for _ in range(times) for way in WAYS]
        assert len(made.orders("PLACE", "CHANGE")) == FLOOD
        assert made.answered("PLACE", "CHANGE") == [], "all of them hang"
        assert len(made.answered("FLATTEN")) == len(idle) + len(busy)
        entries = {told["wire"] for told in made.orders("PLACE", "CHANGE")}
        exits = {told["wire"] for told in made.orders("FLATTEN")}
        assert len(entries) == FLOOD, "each waits on a connection"
        assert not entries & exits, "the exits have one of their own"
        stood = [told["wire"] for told in made.server.of("accepted") if float(told["at"]) < flooded]
        assert made.orders("FLATTEN")[-1]["wire"] in stood, "it stood before it was needed"
    report(f"press to exchange, FLATTEN, {len(busy)} presses: idle {told(idle)}, with {FLOOD} in flight {told(busy)}")
    report(f"window in the flood: {beats.figures}")
    report(f"bare window that works as much: {alone.figures}")
    assert min(busy) < 5 * min(idle)
    assert median(beats.gaps) < 2 * median(alone.gaps)
    assert max(beats.works) < 10 * median(beats.works)
    half = len(beats.works) // 2
    assert median(beats.works[half:]) < 1.5 * median(beats.works[:half]), "a frame costs no more the more orders hang"


def told(milliseconds: list[float]) -> str:
    return f"median {median(milliseconds):.1f} ms, worst {max(milliseconds):.1f} ms"
