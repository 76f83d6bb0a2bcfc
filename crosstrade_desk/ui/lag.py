"""Whether the window has just stood still: a press that waited meanwhile was meant for another moment."""

import time
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QTimer

LATE_S: Final = 2.5
_BEAT_MS: Final = 500
_WAKING_S: Final = 0.5  # after standing still, presses that waited are handled within this


class Lag(QObject):
    """Looks at the time twice a second. `clock` gives monotonic seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._beat = clock()
        self._awake_at = self._beat
        self._timer = QTimer(self)
        self._timer.setInterval(_BEAT_MS)
        self._timer.timeout.connect(self.is_late)
        self._timer.start()

    def is_late(self) -> bool:
        """Whether what is handled now may have waited for `LATE_S` or longer."""
        now = self._clock()
        if now - self._beat >= LATE_S:
            self._awake_at = now + _WAKING_S
        self._beat = now
        return now < self._awake_at
