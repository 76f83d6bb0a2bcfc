"""Shows once a frame what many events changed. Shown one by one, a thousand answers a second would hold the window."""

import math
import time
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, Qt, QTimer

_FRAME_MS: Final = 16.0


class Soon(QObject):
    """Calls `show` in the loop's next turn, or a frame after the last call, however often it was asked to until then.

    Nothing that decides waits for it: a press that judges by what `show` works out calls `now` before.
    """

    def __init__(self, parent: QObject, show: Callable[[], None]) -> None:
        super().__init__(parent)
        self._show, self._shown = show, -math.inf
        self._timer = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._on_due)

    @property
    def is_due(self) -> bool:
        """Whether something is still to be shown."""
        return self._timer.isActive()

    def ask(self, _cause: object = None) -> None:
        """Something is to be shown anew."""
        if not self.is_due:
            rested_ms = (time.monotonic() - self._shown) * 1000
            self._timer.start(math.ceil(max(0.0, _FRAME_MS - rested_ms)))

    def now(self) -> None:
        """Shows at once what is still to be shown."""
        if self.is_due:
            self._timer.stop()
            self._on_due()

    def _on_due(self) -> None:
        self._show()
        self._shown = time.monotonic()
