"""One quiet line of how sending does, with a ring that turns while an answer is missing. A press shows the chart."""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from crosstrade_desk.desk.events import NoPlace, Place, RowEnded
from crosstrade_desk.ui.bridge import Bridge
from crosstrade_desk.ui.feedback.chart import Chart
from crosstrade_desk.ui.feedback.health import Figures, Health
from crosstrade_desk.ui.feedback.ring import Ring
from crosstrade_desk.ui.waiting import Waiting

_TICK_MS: Final = 10_000
_PADDING: Final = 14
_HELP: Final = (
    "Of the last answers to your messages on this place, since the program was started: half came within the median, "
    "95 of 100 within p95. Press for the chart."
)


class HealthStrip(QWidget):
    """The line, as high as the status line beside it, which has all the room that this one does not need.

    Signals: worded: its words, and so its width, are others now.
    """

    worded = Signal()

    def __init__(self, bridge: Bridge, waiting: Waiting, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._health = Health()
        self._place = ""
        self.chart: Chart | None = None
        self.button = QPushButton()
        self.button.setObjectName("health")
        self.button.setAccessibleName("How sending does")
        self.button.setToolTip(_HELP)
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.button.clicked.connect(self._show_chart)
        self.ring = Ring(waiting)
        line = self._line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 10, 0)
        line.setSpacing(4)
        line.addWidget(self.button)
        line.addWidget(self.ring)  # at the end, where nothing that is said moves it
        self._ticks = QTimer(self)
        self._ticks.setInterval(_TICK_MS)
        self._ticks.timeout.connect(self.refresh)
        bridge.ended.connect(self._on_ended)
        bridge.place.connect(self._on_place)
        self.button.ensurePolished()
        self.refresh()

    def set_brief(self, brief: bool) -> None:
        """Leaves all its room but the ring's to the line beside it."""
        self.button.setVisible(not brief)

    @property
    def whole_width(self) -> int:
        """Pixels that it takes with its words, shown or not."""
        around = self._line.contentsMargins().right() + self._line.spacing()
        return self.button.minimumWidth() + self.ring.minimumWidth() + around

    @property
    def figures(self) -> Figures:
        """What is known of the place where messages go now."""
        return self._health.of(self._place, self._clock(), datetime.now().astimezone().date())

    def refresh(self) -> None:
        """Says it as it is now."""
        words = self.figures.words if self._place else ""
        if words != self.button.text():
            self.button.setText(words)
            self.button.setFixedWidth(self.button.fontMetrics().horizontalAdvance(words) + _PADDING if words else 0)
            self.button.setAccessibleDescription(f"{words}. {_HELP}")
            self.worded.emit()

    def _on_ended(self, event: RowEnded) -> None:
        self._health.take(event.row, self._clock())
        self._ticks.start()
        self.refresh()
        if self.chart and self.chart.isVisible():
            self.chart.show_figures(self.figures)

    def _on_place(self, place: Place | NoPlace) -> None:
        self._place = place.mode.value if isinstance(place, Place) else ""
        self.refresh()
        if self.chart:
            self.chart.show_figures(self.figures)

    def _show_chart(self) -> None:
        if self.chart is None:
            self.chart = Chart(self.window())
        self.chart.show_figures(self.figures)
        self.chart.bring_up()
