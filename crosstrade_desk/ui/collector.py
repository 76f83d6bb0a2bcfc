"""Collects garbage on the window's thread only.

Python collects on whichever thread happens to allocate. Should that be a worker, Qt objects caught in a cycle die on
the wrong thread, and Qt takes the process along (seen: "Timers cannot be stopped from another thread", then a crash).
"""

import gc
from typing import Final

from PySide6.QtCore import QObject, QTimer

_EVERY_MS: Final = 2000
_YOUNG, _MIDDLE, _OLD = 0, 1, 2


def collect_due() -> None:
    """Collects, here and now, the oldest generation that is due by Python's own rule."""
    young, middle, old = gc.get_count()
    limits = gc.get_threshold()
    if young < limits[0]:
        return
    due = ((_OLD, old > limits[_OLD]), (_MIDDLE, middle > limits[_MIDDLE]), (_YOUNG, True))
    gc.collect(next(generation for generation, is_due in due if is_due))


class Collector(QObject):
    """Takes collection over from Python for as long as it lives."""

    def __init__(self) -> None:
        super().__init__()
        self._was_enabled = gc.isenabled()
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(collect_due)
        self._timer.start()

    def spare(self) -> None:
        """What is there now lives as long as the program, and is looked through no more.

        A whole collection would go through 76,000 objects and hold the window for 60 to 90 ms, FLATTEN with it.
        """
        gc.freeze()

    def close(self) -> None:
        """Hands collection back, of everything."""
        self._timer.stop()
        gc.unfreeze()
        if self._was_enabled:
            gc.enable()
