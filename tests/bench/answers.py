"""Many answers a second: what each costs, and for how long one turn of the loop holds the window."""

import asyncio
import tempfile
import time
from collections.abc import Coroutine, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractEventDispatcher, Qt, QTimer

from bench.rows import answered, message
from bench.table import Figure, p99
from crosstrade_desk.storage.journal import Journal
from crosstrade_desk.ui.collector import Collector
from support.journals import opened
from support.windows import Glass

_RATES = (10, 100, 1000)
_SECONDS = 2
_BEAT_MS = 5


class Turns:
    """For how long the loop's turns held the window, in milliseconds: the thread's processor time in each, and how late
    a timer was by the clock, which tells of other work on the machine too."""

    def __init__(self) -> None:
        self.busy: list[float] = []
        self.late: list[float] = []
        self._turn, self._beat = time.thread_time(), time.perf_counter()

    def turn(self) -> None:
        now = time.thread_time()
        self.busy.append((now - self._turn) * 1000)
        self._turn = now

    def beat(self) -> None:
        now = time.perf_counter()
        self.late.append((now - self._beat) * 1000 - _BEAT_MS)
        self._beat = now


@contextmanager
def turns() -> Iterator[Turns]:
    """Looks at the loop's turns as long as it is open."""
    found, dispatcher = Turns(), QAbstractEventDispatcher.instance()
    timer = QTimer(interval=_BEAT_MS, timerType=Qt.TimerType.PreciseTimer)
    timer.timeout.connect(found.beat)
    edges = dispatcher.aboutToBlock, dispatcher.awake  # GLib's dispatcher works between the two, Unix's after both
    for edge in edges:
        edge.connect(found.turn)
    timer.start()
    try:
        yield found
    finally:
        timer.stop()
        for edge in edges:
            edge.disconnect(found.turn)


def answers(loop: asyncio.AbstractEventLoop) -> list[Figure]:
    found = {rate: _answers(loop, rate) for rate in _RATES}
    first = found[_RATES[0]]
    return [
        Figure(f"{rate:,} answers a second: {work}", said, rate * _SECONDS, cost / first[work][0], f"{_RATES[0]}")
        for work in first
        for rate, costs in found.items()
        for cost, said in (costs[work],)
    ]


def _answers(loop: asyncio.AbstractEventLoop, rate: int) -> Mapping[str, tuple[float, str]]:
    """Each cost, and how it is said. The window at rest costs something too, and is not counted."""
    with tempfile.TemporaryDirectory() as name:
        journal = opened(Path(name) / "journal.db")
        glass, collector = Glass(loop, journal=journal), Collector()
        glass.show()
        collector.spare()
        glass.run(_come(glass, journal, 10, 1))  # what is made at the first answers
        with turns():
            resting = _spent(glass, asyncio.sleep(_SECONDS))
        begun = time.perf_counter()
        with turns() as held:
            each = (_spent(glass, _come(glass, journal, rate, _SECONDS)) - resting) / (rate * _SECONDS)
        taken = time.perf_counter() - begun
        glass.close()
        glass.run(journal.close())
        collector.close()
    most = max(held.busy)
    clock = f"by the clock {max(held.late):.1f} ms, p99 {p99(held.late):.1f} ms"
    return {
        "one of them": (each, f"{each:.2f} ms; all in {taken:.1f} s"),
        "the longest turn of the loop": (most, f"{most:.1f} ms; {clock}"),
    }


def _spent(glass: Glass, work: Coroutine[Any, Any, None]) -> float:
    begun = time.process_time()
    glass.run(work)
    glass.settle()
    return (time.process_time() - begun) * 1000


async def _come(glass: Glass, journal: Journal, rate: int, seconds: int) -> None:
    """So many a second, whether the ones before them are through or not."""
    order, begun = message(glass), time.monotonic()
    async with asyncio.TaskGroup() as group:
        for count in range(rate * seconds):
            await asyncio.sleep(max(0.0, begun + count / rate - time.monotonic()))
            group.create_task(answered(glass, journal, order))
