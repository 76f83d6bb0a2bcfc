"""Runs the real program and lets something in it fail, in the way its one argument names."""

import asyncio
import sys
import threading

from PySide6.QtCore import QTimer

from crosstrade_desk.start import start
from crosstrade_desk.ui.program import Program
from support.marker import MARKER


def fail() -> None:
    raise ZeroDivisionError(f"key={MARKER};")


async def fail_later() -> None:
    fail()


WAYS = {
    "slot": lambda _program: QTimer.singleShot(0, fail),
    "callback": lambda _program: asyncio.get_running_loop().call_soon(fail),
    "task": lambda program: program.bridge.start(fail_later(), "fail"),
    "thread": lambda _program: threading.Thread(target=fail).start(),
}


async def inside(program: Program) -> int:
    WAYS[sys.argv[1]](program)
    async with asyncio.timeout(20):
        while "made a mistake" not in program.window.status.text():
            await asyncio.sleep(0.01)
    return 7


if __name__ == "__main__":
    sys.exit(start(inside))
