"""Begins a coroutine at once, in the call that starts it, where asyncio would wait for the loop's next turn.

A turn of Qt's loop paints first what the press changed: an exit would leave half a millisecond later.
"""

import asyncio
from collections.abc import Callable, Coroutine
from contextvars import copy_context
from typing import Any


def start_at_once(loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, Any], name: str) -> asyncio.Task[Any]:
    """Gives the task of `work`, which has run up to its first wait when this returns.

    Where another task runs already, or the loop does not, it is an ordinary start.
    """
    begun = _Begun(work)
    context = copy_context()
    task: asyncio.Task[Any] = loop.create_task(begun, name=name, context=context)
    if asyncio._get_running_loop() is loop and asyncio.current_task(loop) is None:
        asyncio._enter_task(loop, task)
        try:
            context.run(begun.begin)
        finally:
            asyncio._leave_task(loop, task)
    return task


class _Begun(Coroutine[Any, Any, Any]):
    """A coroutine whose first step may be made ahead of its task, which then gets what came of it.

    No generator: one that was not begun would not hand a cancellation on to the work, which has begun.
    """

    def __init__(self, work: Coroutine[Any, Any, Any]) -> None:
        self._work = work
        self._came: Callable[[], Any] | None = None

    def begin(self) -> None:
        try:
            awaited = self._work.send(None)
        except BaseException as ended:  # noqa: BLE001 - its end or its fault: the task raises it
            self._came = _raising(ended)
        else:
            self._came = lambda: awaited

    def send(self, value: Any) -> Any:
        if came := self._came:
            self._came = None
            return came()
        return self._work.send(value)

    def throw(self, *fault: Any) -> Any:
        came, self._came = self._came, None
        if came and self._has_ended:
            return came()
        return self._work.throw(*fault)

    @property
    def _has_ended(self) -> bool:
        return getattr(self._work, "cr_frame", self) is None

    def close(self) -> None:
        self._work.close()

    def __await__(self) -> Any:
        return self._work.__await__()


def _raising(error: BaseException) -> Callable[[], Any]:
    def fall() -> Any:
        raise error

    return fall
