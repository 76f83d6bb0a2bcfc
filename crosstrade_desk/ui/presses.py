"""Tells a fresh key press from the repeats of a key that is held down.

Qt marks repeats, but on X11 they arrive as releases and presses, and under load Qt takes them for fresh ones (seen: a
held flatten key fired 230 times). Both halves bear the same time there; no finger is that fast.
"""

from collections.abc import Callable
from typing import Final, cast

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QKeyEvent

_NO_FINGER_MS: Final = 20
_CLOCK: Final = 2**32  # milliseconds


class Presses(QObject):
    """An event filter for the whole program. `fresh` is about the press that is being handled now.

    `take` is asked about each press that is no shortcut, before a widget gets it; it gives whether it used it up.

    Signals:
        used: a key or a mouse button was pressed in a window of the program.
    """

    used = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.fresh = True
        self.take: Callable[[QKeyEvent], bool] = lambda _event: False
        self._released: dict[int, int] = {}

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        kind = event.type()
        if kind == QEvent.Type.ShortcutOverride:
            self._on_press(cast("QKeyEvent", event))
            self.used.emit()
        elif kind == QEvent.Type.MouseButtonPress:
            self.used.emit()
        elif kind == QEvent.Type.KeyPress:
            return self.take(cast("QKeyEvent", event))
        elif kind == QEvent.Type.KeyRelease:
            key = cast("QKeyEvent", event)
            self._released[key.key()] = key.timestamp()
        return False

    def _on_press(self, event: QKeyEvent) -> None:
        # The time is 0 where the platform gives none.
        since = event.timestamp() - self._released.get(event.key(), -_NO_FINGER_MS - 1)
        since += _CLOCK if since < -_CLOCK // 2 else 0  # it begins anew after 49.7 days
        self.fresh = not event.isAutoRepeat() and (event.timestamp() == 0 or since > _NO_FINGER_MS)
