"""Where windows stand: with their whole title bar on a screen, and none over the band with the switch for entries."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QDialog, QWidget

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


def beside(dialog: QDialog, main: QWidget, spared: Sequence[QRect]) -> None:
    """Puts a window that is not shown yet beside the main one, on its screen; where there is no room, over a part of it
    that covers least of `spared`, in pixels of the screen."""
    room, around = main.screen().availableGeometry(), main.frameGeometry()
    frame = QRect(0, 0, dialog.width(), dialog.height() + TITLE_BAR)
    top = main.geometry().top() + BAND
    ways = (around.right() + 1, around.left() - frame.width(), around.left() + _ASIDE, around.right() - frame.width())
    low = max(top, around.bottom() - frame.height())
    spots = [inside(QRect(QPoint(x, y), frame.size()), room) for y in (top, low) for x in ways]
    dialog.move(min(spots, key=lambda spot: _covered(QRect(spot, frame.size()), spared, around)))


def _covered(frame: QRect, spared: Sequence[QRect], around: QRect) -> tuple[int, int]:
    """How many pixels of what is to be spared lie below a frame, and how many of the whole window."""
    below = (frame.intersected(one) for one in spared)
    over = frame.intersected(around)
    return sum(one.width() * one.height() for one in below), over.width() * over.height()
