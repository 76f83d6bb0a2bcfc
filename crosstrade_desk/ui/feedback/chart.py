"""The round trips of the last messages as bars, with an axis in milliseconds. Opened by a press, and blocks nothing."""

import math
from typing import Final, cast

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from crosstrade_desk.ui.feedback.health import MOST, Figures
from crosstrade_desk.ui.side_window import SideWindow
from crosstrade_desk.ui.theme import Roles, roles

_LEFT, _RIGHT, _TOP, _BOTTOM = 62, 122, 12, 26  # pixels around the bars
_STEPS: Final = (1, 2, 5)
_LINES: Final = 4  # of the axis, at most, above 0
_RIGHTWARDS: Final = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


class Chart(SideWindow):
    """A small window with the bars."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Round trips")
        self.setFixedSize(500, 220)
        self.bars = Bars()
        room = QVBoxLayout(self)
        room.setContentsMargins(8, 8, 8, 8)
        room.addWidget(self.bars)

    def show_figures(self, figures: Figures) -> None:
        """Draws these."""
        self.bars.figures = figures
        self.bars.setAccessibleDescription(told(figures))
        self.bars.update()


class Bars(QWidget):
    """Draws what it was given. One bar a message, the newest at the right; one that was refused is hollow."""

    def __init__(self) -> None:
        super().__init__()
        self.figures = Figures()
        self.setAccessibleName("Round trips of the last messages, in milliseconds")

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        painter, table = QPainter(self), roles(cast("QApplication", QApplication.instance()))
        painter.setPen(QColor(table.muted))
        trips = self.figures.trips
        if not trips:
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, told(self.figures))
            return
        room = self.rect().adjusted(_LEFT, _TOP, -_RIGHT, -_BOTTOM)
        lines = axis(max(trip.ms for trip in trips))
        top = lines[-1]
        self._axis(painter, room, lines, table)
        wide = room.width() / MOST
        for place, trip in enumerate(reversed(trips), 1):
            high = max(2.0, trip.ms / top * room.height())
            bar = QRectF(room.right() - place * wide, room.bottom() - high, wide - 1.5, high)
            painter.setPen(QPen(QColor(table.bad), 1) if trip.refused else Qt.PenStyle.NoPen)
            painter.setBrush(Qt.BrushStyle.NoBrush if trip.refused else QColor(table.focus))
            painter.drawRect(bar)
        self._marks(painter, room, top, table)

    def _axis(self, painter: QPainter, room: QRect, lines: tuple[float, ...], table: Roles) -> None:
        for ms in lines:
            high = room.bottom() - round(ms / lines[-1] * room.height())
            painter.setPen(QColor(table.border))
            painter.drawLine(room.left(), high, room.right(), high)
            painter.setPen(QColor(table.muted))
            painter.drawText(QRect(0, high - 9, _LEFT - 6, 18), _RIGHTWARDS, f"{ms:g} ms")
        foot = QRect(room.left(), room.bottom() + 6, room.width(), 18)
        painter.drawText(foot, _RIGHTWARDS, f"the last {len(self.figures.trips)}, newest here; hollow: refused")

    def _marks(self, painter: QPainter, room: QRect, top: float, table: Roles) -> None:
        """Median and p95 at the right, each at its height; where they are close, one under the other."""
        p95, median = (
            room.bottom() - round(ms / top * room.height()) for ms in (self.figures.p95, self.figures.median)
        )
        for high, spot, words in (
            (p95, p95, f"p95 {self.figures.p95:.0f} ms"),
            (median, max(median, p95 + 16), f"median {self.figures.median:.0f} ms"),
        ):
            painter.setPen(QPen(QColor(table.text), 1, Qt.PenStyle.DashLine))
            painter.drawLine(room.left(), high, room.right(), high)
            painter.drawText(
                QRect(room.right() + 4, spot - 9, _RIGHT - 4, 18), int(Qt.AlignmentFlag.AlignVCenter), words
            )


def axis(most: float) -> tuple[float, ...]:
    """Round figures from 0 to at least `most` milliseconds, at most five of them."""
    most = max(most, 1.0)
    size = 10.0 ** math.floor(math.log10(most / _LINES))
    step = next(s * size for s in (*_STEPS, 10) if s * size * _LINES >= most)
    return tuple(step * n for n in range(max(1, math.ceil(most / step)) + 1))


def told(figures: Figures) -> str:
    """The chart in words, for those who do not see it."""
    if not figures.trips:
        return "No message was answered here yet."
    times = [trip.ms for trip in figures.trips]
    return (
        f"{len(times)} answers: fastest {min(times):.0f} ms, median {figures.median:.0f} ms, p95 {figures.p95:.0f} ms, "
        f"slowest {max(times):.0f} ms, last {times[-1]:.0f} ms. Refused: {sum(t.refused for t in figures.trips)}."
    )
