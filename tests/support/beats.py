"""A heartbeat on the window's thread: how long from beat to beat, and how much of that the thread itself worked."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median

from PySide6.QtCore import Qt, QTimer

FRAME_MS = 16


@dataclass
class Beats:
    """Milliseconds from beat to beat, and of those the milliseconds of processor time of this thread."""

    gaps: list[float] = field(default_factory=list)
    works: list[float] = field(default_factory=list)
    _last: tuple[float, float] | None = None

    def beat(self) -> None:
        now = (time.perf_counter() * 1000, time.thread_time() * 1000)
        if self._last:
            self.gaps.append(now[0] - self._last[0])
            self.works.append(now[1] - self._last[1])
        self._last = now

    def rest(self) -> None:
        """The next beat is the first of a row again."""
        self._last = None

    @property
    def figures(self) -> str:
        missed = sum(gap > 2 * FRAME_MS for gap in self.gaps)
        return (
            f"{len(self.gaps)} frames, gap median {median(self.gaps):.1f} ms, worst {max(self.gaps):.1f} ms, "
            f"{missed} over two frames; own work median {median(self.works):.1f} ms, worst {max(self.works):.1f} ms"
        )


@contextmanager
def beating(beats: Beats, on_beat: Callable[[], object]) -> Iterator[None]:
    """Beats until the block ends, as long as the loop runs in it."""
    timer = QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.setInterval(FRAME_MS)
    timer.timeout.connect(beats.beat)
    timer.timeout.connect(on_beat)
    timer.start()
    try:
        yield
    finally:
        timer.stop()
        beats.rest()


def work_for(milliseconds: float) -> None:
    """Keeps this thread busy for so much processor time."""
    end = time.thread_time() + milliseconds / 1000
    while time.thread_time() < end:
        continue
