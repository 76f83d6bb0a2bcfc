"""Every task has a name and this owner: faults surface in one place, and closing waits before it cancels."""

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, Final, TypeVar

from crosstrade_desk.desk.eager import start_at_once

T = TypeVar("T")
_THREAD_LIMIT_S: Final = 20.0


class TaskOwner:
    """Starts tasks on one loop, reports their bugs to `on_bug`, and ends them together."""

    def __init__(self, loop: asyncio.AbstractEventLoop, on_bug: Callable[[BaseException], None]) -> None:
        self._loop = loop
        self._on_bug = on_bug
        self._tasks: set[asyncio.Task[Any]] = set()
        self._threads: set[asyncio.Future[Any]] = set()
        self._closing = False

    def start(self, work: Coroutine[Any, Any, Any], name: str, *, at_once: bool = False) -> asyncio.Task[Any] | None:
        """Starts `work`; `at_once`, it has run up to its first wait when this returns, wherever that can be.

        Gives None, and never runs it, once closing has begun.
        """
        if self._closing:
            work.close()
            return None
        task = start_at_once(self._loop, work, name) if at_once else self._loop.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._on_done)
        return task

    async def in_thread(self, work: Callable[..., T], *args: object) -> T:
        """Runs blocking work in a thread. Closing waits for it even if whoever waited here was cancelled."""
        future = self._loop.run_in_executor(None, partial(work, *args))
        self._threads.add(future)
        future.add_done_callback(self._threads.discard)
        return await asyncio.shield(future)

    @property
    def is_closing(self) -> bool:
        """Whether nothing more is started."""
        return self._closing

    async def none_of(self, kind: str) -> None:
        """Waits until no task runs whose name begins with `kind`."""
        while running := [task for task in self._tasks if task.get_name().startswith(kind)]:
            await asyncio.wait(running)

    @property
    def is_empty(self) -> bool:
        """Whether no task is left."""
        return not self._tasks

    def _on_done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (fault := task.exception()) is not None:
            self.report(fault)

    def report(self, fault: BaseException) -> None:
        """Hands a bug to the one place where bugs surface."""
        self._on_bug(fault)

    async def close(self, grace_s: float, wait_for: str = "") -> None:
        """Takes no more tasks, gives those whose name begins with `wait_for` `grace_s` seconds, cancels the rest."""
        self._closing = True
        awaited = [task for task in self._tasks if task.get_name().startswith(wait_for)]
        for task in self._tasks.difference(awaited):
            task.cancel()
        if awaited:
            await asyncio.wait(awaited, timeout=grace_s)
        left = [task for task in self._tasks if not task.done()]
        for task in left:
            task.cancel()
        if left:
            await asyncio.wait(left)
        if self._threads:  # a thread that hands its result to a loop which is closing can end the process (qasync)
            await asyncio.wait(self._threads, timeout=_THREAD_LIMIT_S)
