"""From a worker thread back to the event loop. Works on asyncio's loop and on qasync's."""

import asyncio
import contextlib
from typing import TypeVar

T = TypeVar("T")


def deliver(future: asyncio.Future[T], result: T) -> None:
    """Ends `future` with `result` on its own loop. Call it from any thread; it never raises.

    A future that has ended already keeps its end, and a loop that has closed is not told. A Qt loop is closed after
    the thread was joined: PySide frees a disconnected slot in the emitting thread, without the GIL.
    """
    # RuntimeError is how a closed loop answers, and how Qt answers for one already deleted: nobody is left to tell.
    with contextlib.suppress(RuntimeError):
        future.get_loop().call_soon_threadsafe(_end, future, result)


def _end(future: asyncio.Future[T], result: T) -> None:
    if not future.done():
        future.set_result(result)
