"""Tells whether a hand was on the program of late, so that less is read for somebody who is not there."""

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from crosstrade_desk.readback.plan import IDLE_S
from crosstrade_desk.ui.presses import Presses


class Idle(QObject):
    """`now` gives monotonic seconds.

    Signals:
        ended: a key or button was pressed after a while without any. Told after the press was handled: it may be an
            exit, which nothing may hold up.
    """

    ended = Signal()

    def __init__(self, presses: Presses) -> None:
        super().__init__(presses)
        self.now: Callable[[], float] = time.monotonic
        self._used = self.now()
        presses.used.connect(self._on_used)

    @property
    def lasts(self) -> bool:
        """Whether nothing was pressed for 5 minutes."""
        return self.now() - self._used >= IDLE_S

    def _on_used(self) -> None:
        was_idle, self._used = self.lasts, self.now()
        if was_idle:
            QTimer.singleShot(0, self, self.ended.emit)
