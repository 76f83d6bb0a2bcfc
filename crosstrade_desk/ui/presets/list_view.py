"""The list of presets: a press on a row is that of a button, fired on release inside. Space and Enter send nothing.

Dragging is done here and not by Qt's QDrag: while that runs it takes every key, FLATTEN's too (seen on X11).
"""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QKeyCombination, QPoint, QRect, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QListView,
)

from crosstrade_desk.storage.presets import Preset
from crosstrade_desk.ui.presets.model import PresetModel
from crosstrade_desk.ui.presets.row_painter import RowPainter

_WIDE: Final = 270  # pixels: order and accounts on one line
_EDGE: Final = 24  # pixels from the top or bottom in which a drag scrolls
_EMPTY: Final = "Fill in an order and press Keep: it then takes one press."


# What the keys of the list do, apart from moving in it. None of them sends.
KEYS: Final = {
    "fill": "Ctrl+L",  # not Enter: a stray one must change no order
    "edit": "Ctrl+E",
    "duplicate": "Ctrl+D",
    "delete": "Del",
    "undo": "Ctrl+Z",
}


@dataclass(frozen=True, slots=True)
class _Drop:
    """Where a dragged preset would go: before another (None: at the end), in a group; `y` of the line that shows it."""

    before: str | None
    group: str
    y: int


class PresetList(QListView):
    """Signals:
    touched: the mouse is down on a preset now.
    pressed_whole: the name of a preset that was pressed with the mouse and let go inside.
    wanted: what a key asks for, a word of `KEYS`, and the name of the preset that is marked, "" if none.
    moved: a name, and -1 or 1: one place up or down.
    dropped: the name of a preset that was dragged, the one that it goes before (None: at the end), and its group.
    menu_wanted: the name of a preset, and where.
    """

    touched = Signal()
    pressed_whole = Signal(str)
    wanted = Signal(str, str)
    moved = Signal(str, int)
    dropped = Signal(str, object, str)
    menu_wanted = Signal(str, object)

    def __init__(self, model: PresetModel) -> None:
        super().__init__()
        self._presets = model
        self._down: Preset | None = None
        self._from: QPoint | None = None  # where the mouse went down
        self._dragged: Preset | None = None
        self._drop: _Drop | None = None
        self.setObjectName("presets")
        self.setAccessibleName("Presets")
        self.setModel(model)
        self._delegate = RowPainter(self, lambda: self.is_wide)
        self.setItemDelegate(self._delegate)
        self.setResizeMode(QListView.ResizeMode.Adjust)  # a wider list has lower rows
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setMouseTracking(True)

    @property
    def is_wide(self) -> bool:
        """Whether order and accounts of a preset have one line."""
        return self.viewport().width() >= _WIDE

    @property
    def current(self) -> Preset | None:
        """The preset that is marked."""
        return self._presets.preset(self.currentIndex())

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        self.forget()
        spot = event.position().toPoint()
        if preset := self._presets.preset(self.indexAt(spot)):
            self.setCurrentIndex(self.indexAt(spot))
            if event.button() == Qt.MouseButton.LeftButton:
                self._down, self._from = preset, spot
                self.touched.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        self.mousePressEvent(event)  # a press like another: the gate lets one entry of two leave, and both exits

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        spot = event.position().toPoint()
        if self._from is None or not event.buttons() & Qt.MouseButton.LeftButton:
            super().mouseMoveEvent(event)
            return
        if self._down and (spot - self._from).manhattanLength() >= QApplication.startDragDistance():
            self._dragged, self._down = self._down, None
        if self._dragged:
            self._scroll_at_edge(spot.y())
            self._drop = self._drop_at(spot)
            self.viewport().update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        if event.button() != Qt.MouseButton.LeftButton:
            return
        down, dragged, drop = self._down, self._dragged, self._drop
        self.forget()
        if dragged and drop and drop.before != dragged.name:
            self.dropped.emit(dragged.name, drop.before, drop.group)
        elif down is not None and self._presets.preset(self.indexAt(event.position().toPoint())) is down:
            self.pressed_whole.emit(down.name)

    def show_keys(self) -> None:
        """Another preset has a key now, which takes a line of it."""
        self.scheduleDelayedItemsLayout()
        self.viewport().update()

    def forget(self) -> None:
        """A press or a drag that was begun is over."""
        self._down = self._from = self._dragged = self._drop = None
        self.viewport().update()

    def _scroll_at_edge(self, y: int) -> None:
        step = -_EDGE if y < _EDGE else _EDGE if y > self.viewport().height() - _EDGE else 0
        self.verticalScrollBar().setValue(self.verticalScrollBar().value() + step // 2)

    def _drop_at(self, spot: QPoint) -> _Drop | None:
        """Where a drop would go, and the height of the line that shows it; below the last row it goes to the end."""
        count = self._presets.rowCount()
        index = self.indexAt(spot)
        row = index.row() if index.isValid() else count - 1
        if row < 0:
            return None
        area = self.visualRect(self._presets.index(row, 0))
        after = spot.y() > area.center().y()
        return _Drop(*self._presets.target(row, after=after), area.bottom() if after else area.top())

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt's name)
        if event.key() == Qt.Key.Key_Escape and self._dragged:
            self.forget()
            return
        preset = self.current
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
        if preset and alt and step:
            self.moved.emit(preset.name, step)
        elif word := next((word for word, key in KEYS.items() if _is(event, key)), ""):
            if not event.isAutoRepeat():
                self.wanted.emit(word, preset.name if preset else "")
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802 (Qt's name)
        index = self.indexAt(event.pos()) if event.reason() == QContextMenuEvent.Reason.Mouse else self.currentIndex()
        if preset := self._presets.preset(index):
            self.setCurrentIndex(index)
            self.menu_wanted.emit(preset.name, event.globalPos())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        super().paintEvent(event)
        if self._presets.rowCount() == 0:
            painter = QPainter(self.viewport())
            painter.setPen(self.palette().placeholderText().color())
            flags = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)
            painter.drawText(self.viewport().rect().adjusted(12, 0, -12, 0), flags, _EMPTY)
        if self._drop:
            line = QRect(4, self._drop.y - 1, self.viewport().width() - 8, 3)
            QPainter(self.viewport()).fillRect(line, self.palette().text())


def _is(event: QKeyEvent, key: str) -> bool:
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    return QKeySequence(QKeyCombination(modifiers, Qt.Key(event.key()))) == QKeySequence(key)
