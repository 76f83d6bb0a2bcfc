"""A ring that turns while an answer is missing. It has its room always, and costs nothing while nothing is awaited."""

from typing import Final, cast

from PySide6.QtCore import QRectF, QTimer
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QWidget

from crosstrade_desk.ui.theme import roles
from crosstrade_desk.ui.waiting import Waiting

_SIDE: Final = 16
_FRAME_MS: Final = 80
_QUIET_MS: Final = 300  # most answers are there before: a flicker would say nothing
_TURN: Final = 30  # degrees a frame


class Ring(QWidget):
    """Turns from 0.3 s after a message left until none waits."""

    def __init__(self, waiting: Waiting) -> None:
        super().__init__()
        self.setFixedSize(_SIDE, _SIDE)
        self._waiting = waiting
        self._angle = 0
        self._turns = False
        self.timer = QTimer(self)
        self.timer.timeout.connect(self._turn)
        waiting.changed.connect(self._on_waiting)

    @property
    def is_turning(self) -> bool:
        """Whether it is to be seen."""
        return self._turns

    def _on_waiting(self) -> None:
        if not self._waiting.rows:
            self.timer.stop()
            self._turns = False
            self.setAccessibleName("")
            self.update()
        elif not self.timer.isActive():
            self.timer.start(_QUIET_MS)

    def _turn(self) -> None:
        self._turns = True
        self.setAccessibleName("Waiting for an answer")
        self._angle = (self._angle + _TURN) % 360
        if self.timer.interval() != _FRAME_MS:
            self.timer.start(_FRAME_MS)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        if not self._turns:
            return
        table = roles(cast("QApplication", QApplication.instance()))
        painter, room = QPainter(self), QRectF(2, 2, _SIDE - 4, _SIDE - 4)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for colour, begin, span in ((table.border, 0, 360), (table.text, -self._angle, 100)):
            painter.setPen(QPen(QColor(colour), 2))
            painter.drawArc(room, begin * 16, span * 16)
