"""The line below the band: the latest remark with the health strip beside it, or a question in their place."""

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QWidget

from crosstrade_desk.ui.ask_bar import AskBar
from crosstrade_desk.ui.band import StatusLine
from crosstrade_desk.ui.fit import Fit, fit_for

if TYPE_CHECKING:  # imported once the window is painted
    from crosstrade_desk.ui.feedback.strip import HealthStrip

_LEAST: Final = {Fit.WHOLE: 740}
_HEIGHTS: Final = {False: 26, True: 34}  # pixels: one line; two, where there is no room beside


class Foot(QWidget):
    """Has the same height whatever it says. Where it is narrow, the remark has two lines and all the width."""

    def __init__(self, status: StatusLine, ask: AskBar) -> None:
        super().__init__()
        self._status, self._ask = status, ask
        self._strip: HealthStrip | None = None
        self._fit = Fit.WHOLE
        both = QWidget()
        self._row = row = QHBoxLayout(both)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(status, 1)
        self._shown = QStackedLayout(self)
        for part in (both, ask):
            self._shown.addWidget(part)
        self.setFixedHeight(_HEIGHTS[False])
        status.said.connect(self._share)
        ask.changed.connect(lambda asks: self._shown.setCurrentIndex(int(asks)))

    def take(self, strip: "HealthStrip") -> None:
        """Puts the health strip beside the remark."""
        self._strip = strip
        self._row.addWidget(strip)
        strip.worded.connect(self._share)
        self._share()

    def minimumSizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        return QSize(0, self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        super().resizeEvent(event)
        fit = fit_for(event.size().width(), _LEAST)
        if fit is not self._fit:
            self._fit = fit
            slim = fit is not Fit.WHOLE
            self.setFixedHeight(_HEIGHTS[slim])
            self._status.set_slim(slim)
            self._ask.set_slim(slim)
        self._share()

    def _share(self) -> None:
        """The strip keeps its words only where they cut nothing of the remark."""
        if self._strip:
            beside = self._status.fits(self.width() - self._strip.whole_width)
            self._strip.set_brief(self._fit is not Fit.WHOLE or not beside)
