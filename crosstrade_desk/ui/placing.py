"""Where windows stand: with their whole title bar on a screen, and none over the band with the switch for entries."""

from typing import Final

from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QDialog

TITLE_BAR: Final = 36  # pixels left for it, as its height is not known before a window is shown
BAND: Final = 50  # pixels from the top of the main window that stay free
_ASIDE: Final = 60


def inside(frame: QRect, room: QRect) -> QPoint:
    """Where a window has to stand so that all of it is in the room; of one that is too large, the title bar."""
    x = max(room.left(), min(frame.left(), room.right() - frame.width() + 1))
    y = max(room.top(), min(frame.top(), room.bottom() - frame.height() + 1))
    return QPoint(x, y)


def below_band(dialog: QDialog) -> None:
    """Puts a window that is not shown yet below the band of the main window, no higher than the screen has room."""
    parent = dialog.parentWidget()
    if parent is None or dialog.isVisible():
        return
    window = parent.window()
    room = window.screen().availableGeometry()
    top = window.geometry().top() + BAND
    dialog.resize(dialog.width(), min(dialog.height(), room.bottom() - top - TITLE_BAR))
    frame = QRect(window.x() + _ASIDE, top, dialog.width(), dialog.height() + TITLE_BAR)
    dialog.move(inside(frame, room))
