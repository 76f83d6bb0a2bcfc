"""Every task has a name and this owner: faults surface in one place, and closing waits before it cancels."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any


class TaskOwner:
    """Starts tasks on one loop, reports their bugs to `on_bug`, and ends them together."""

    def __init__(self, loop: asyncio.AbstractEventLoop, on_bug: Callable[[BaseException], None]) -> None:
        self._loop = loop
        self._on_bug = on_bug
        self._tasks: set[asyncio.Task[Any]] = set()
        self._closing = False

    def start(self, work: Coroutine[Any, Any, Any], name: str) -> asyncio.Task[Any] | None:
        """Starts `work`. Gives None, and never runs it, once closing has begun."""
        if self._closing:
            work.close()
            return None
        task = self._loop.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._on_done)
        return task

    def _on_done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (fault := task.exception()) is not None:
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
