"""Hold-to-fire: a button that has to be held for a while, with a ring that shows how far it is."""

from typing import Final

from PySide6.QtCore import QElapsedTimer, QObject, QRect, QTimer, Signal
from PySide6.QtGui import QPainter, QPen

HOLD_MS: Final = 400
_AGAIN_MS: Final = 4000  # a second press of the key counts for so long
_FRAME_MS: Final = 16
_MOST_A_FRAME_MS: Final = 50  # a stalled window must not count the time in which the release was waiting
_RING: Final = 18  # pixels across
_WHOLE: Final = 16 * 360  # a whole turn, in Qt's sixteenths of a degree


class Hold(QObject):
    """Counts how long a button is held.

    Signals:
        moved: the ring has changed.
        full: it was held long enough, or its key was pressed a second time.
    """

    moved = Signal()
    full = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.wanted = False
        self._held_ms = 0
        self._frame = QElapsedTimer()
        self._key_since = QElapsedTimer()
        self._frames = QTimer(self)
        self._frames.setInterval(_FRAME_MS)
        self._frames.timeout.connect(self._on_frame)

    def reset(self, *, wanted: bool) -> None:
        """Forgets what was begun. `wanted`: whether the button has to be held from now on."""
        self.wanted = wanted
        self._key_since.invalidate()
        self.end()

    def begin(self) -> None:
        """The button went down."""
        self._held_ms = 0
        self._frame.start()
        self._frames.start()

    def end(self) -> bool:
        """The button went up, or the pointer left it. Gives whether it was too soon."""
        was_on = self._frames.isActive()
        self._frames.stop()
        self._held_ms = 0
        self.moved.emit()
        return was_on

    def by_key(self) -> bool:
        """Its key was pressed. Gives whether that was the second press, which fires."""
        second = self._key_since.isValid() and HOLD_MS <= self._key_since.elapsed() < _AGAIN_MS
        if second:
            self._key_since.invalidate()
            self.full.emit()
        else:
            self._key_since.start()
            QTimer.singleShot(_AGAIN_MS, self, self.moved.emit)  # by then the half ring is over
        self.moved.emit()
        return second

    def _on_frame(self) -> None:
        self._held_ms += min(self._frame.restart(), _MOST_A_FRAME_MS)
        if self._held_ms >= HOLD_MS:
            self.end()
            self.full.emit()
        self.moved.emit()

    @property
    def share(self) -> float:
        """How much of the ring is full, from 0 to 1."""
        if self._frames.isActive():
            return min(1.0, self._held_ms / HOLD_MS)
        return 0.5 if self._key_since.isValid() and self._key_since.elapsed() < _AGAIN_MS else 0.0

    @staticmethod
    def place(area: QRect, above: int) -> QRect:
        """Where the ring is drawn on a button of this area. Of its height the ring has these upper pixels."""
        top = area.top() + min(8, above - _RING, (area.height() - _RING) // 2)
        return QRect(area.right() - _RING - 10, top, _RING, _RING)

    def paint(self, painter: QPainter, ring: QRect) -> None:
        """Draws the ring where `place` has it, with the pen's colour."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(painter.pen().color(), 1)
        painter.setPen(pen)
        painter.drawEllipse(ring)
        pen.setWidth(4)
        painter.setPen(pen)
        painter.drawArc(ring, 90 * 16, -round(_WHOLE * self.share))
