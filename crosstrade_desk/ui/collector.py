"""Collects garbage on the window's thread only.

Python collects on whichever thread happens to allocate. Should that be a worker, Qt objects caught in a cycle die on
the wrong thread, and Qt takes the process along (seen: "Timers cannot be stopped from another thread", then a crash).
"""

import gc
from typing import Final

from PySide6.QtCore import QObject, QTimer

_EVERY_MS: Final = 2000
_YOUNG, _MIDDLE, _OLD = 0, 1, 2


class Collector(QObject):
    """Takes collection over from Python for as long as it lives."""

    def __init__(self) -> None:
        super().__init__()
        self._thresholds = gc.get_threshold()
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self.collect_due)
        self._timer.start()

    def collect_due(self) -> None:
        """Collects the oldest generation that is due by Python's own rule."""
        young, middle, old = gc.get_count()
        if young < self._thresholds[_YOUNG]:
            return
        due = [(_OLD, old > self._thresholds[_OLD]), (_MIDDLE, middle > self._thresholds[_MIDDLE]), (_YOUNG, True)]
        gc.collect(next(generation for generation, is_due in due if is_due))

    def close(self) -> None:
        """Hands collection back to Python."""
        self._timer.stop()
        gc.enable()
