"""Runs the real program in practice and lets its reading fail, in the way its one argument names."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from crosstrade_desk.desk import restarts
from crosstrade_desk.readback.answers import Trouble
from crosstrade_desk.readback.schedule import Schedule
from crosstrade_desk.start import start
from crosstrade_desk.ui.hands import Hands
from crosstrade_desk.ui.program import Program
from crosstrade_desk.ui.reading.pane import ReadingPane
from support.marker import MARKER


def fail(*_args: object, **_more: object) -> Any:
    raise ZeroDivisionError(f"key={MARKER};")


@contextmanager
def failing(owner: type, name: str) -> Iterator[None]:
    whole = getattr(owner, name)
    setattr(owner, name, fail)
    yield
    setattr(owner, name, whole)


@contextmanager
def failing_slot(program: Program) -> Iterator[None]:
    program.bridge.news.connect(fail)
    yield
    program.bridge.news.disconnect(fail)


WAYS: dict[str, Callable[[Program], Any]] = {
    "poller": lambda _program: failing(Schedule, "due"),
    "pane": lambda _program: failing(ReadingPane, "_say_rows"),
    "slot": failing_slot,
}


def stopped(program: Program) -> bool:
    trouble = program.window.reading._observer.known.trouble
    return trouble is not None and trouble.trouble is Trouble.STOPPED


async def inside(program: Program) -> int:
    restarts.PAUSES_S = (0.01, 0.01, 0.01)  # type: ignore[misc]
    hands, pane = Hands(program), program.window.reading
    await hands.until(lambda: "read" in pane.age.text(), "a first read")
    with WAYS[sys.argv[1]](program):
        await hands.until(lambda: stopped(program), "reading to stop")
        hands.expect(program.window.status.text(), "Reading stopped")
        await hands.fill("PLACE", instrument="MES 12-26", action="BUY", qty="1", order_type="MARKET", tif="DAY")
        await hands.fire("send", "accepted")
        await hands.send(lambda: hands.chord(Qt.Key.Key_F), "accepted")
    pane.refresh()
    hands.expect(pane.trouble.text() + pane.tables["Positions"]._empty, "Reading stopped")
    hands.click(hands.find(QPushButton, "read-again"))
    await hands.until(lambda: pane.age.text().endswith("s ago"), "another read")
    await hands.until(lambda: not pane.again.isVisible(), "the trouble to be over")
    return 7 if "made a mistake" not in program.window.status.text() else 1


if __name__ == "__main__":
    sys.exit(start(inside))
