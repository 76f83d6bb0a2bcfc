"""A window beside the main one: it blocks nothing, and comes up where it stood when it was closed."""

from typing import Final

from PySide6.QtCore import QMargins, QPoint, QRect, QSize
from PySide6.QtGui import QGuiApplication, QHideEvent, QWindow
from PySide6.QtWidgets import QDialog, QWidget

from crosstrade_desk.ui.placing import BAND, TITLE_BAR, below_band

_GRIP: Final = QPoint(60, 10)  # of a title bar, by which a window can be moved


class SideWindow(QDialog):
    """No dialog to be answered: the way out in the main window stays one key away."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setModal(False)
        self._main = parent.window()
        self._stood: QPoint | None = None

    def bring_up(self) -> None:
        """Shows it in front: where it stood, or below the band of the main window."""
        if not self.isVisible():
            self._place()
        self.show()
        self.raise_()
        self.activateWindow()

    def _place(self) -> None:
        """Puts it where it stood, unless that screen is gone or the band with the switch for entries is there now."""
        if self._stood is None or QGuiApplication.screenAt(self._stood + _GRIP) is None or self._covers():
            self._place_first()
        else:
            self.move(self._stood)

    def _place_first(self) -> None:
        """Puts it where it opens first."""
        below_band(self)

    def _spared(self) -> list[QRect]:
        """What it must not cover as it comes up, in pixels of the screen: the band with the switch for entries."""
        window = self._main.geometry()
        return [QRect(window.topLeft(), QSize(window.width(), BAND))]

    def _covers(self) -> bool:
        frame = QRect(self._stood or QPoint(), self.size() + QSize(0, TITLE_BAR))
        return any(one.intersects(frame) for one in self._spared())

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 (Qt's name)
        super().hideEvent(event)
        frame = self._frame()
        self._stood = self.geometry().topLeft() - QPoint(frame.left(), frame.top())

    def _frame(self) -> QMargins:
        """What the window manager puts around it. Just after a window was shown Qt does not know it yet: as wide as
        around the main one."""
        handles: tuple[QWindow | None, ...] = (self.windowHandle(), self._main.windowHandle())  # None: never shown
        known = (handle.frameMargins() for handle in handles if handle is not None)
        return next((frame for frame in known if not frame.isNull()), QMargins())
