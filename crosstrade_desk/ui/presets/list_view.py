"""The list of presets: a press on a row is that of a button, fired on release inside. Space and Enter send nothing.

Dragging is done here and not by Qt's QDrag: while that runs it takes every key, FLATTEN's too (seen on X11).
"""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QKeyCombination, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFont,
    QFontMetrics,
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
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from crosstrade_desk.storage.presets import Preset
from crosstrade_desk.ui.presets.model import Head, Index, PresetModel
from crosstrade_desk.ui.theme import Roles, roles

_HEADS: Final = {True: 18, False: 24}  # pixels of a heading
_HEIGHTS: Final = {True: 42, False: 60}  # of a preset, in a list that is wide and in one that is not
_LINE: Final = 16  # of a line more: of its key, where it has one
_FOOT: Final = 9  # of those pixels below the last line
_WIDE: Final = 270  # pixels: order and accounts on one line
_BAR: Final = 5
_EDGE: Final = 24  # pixels from the top or bottom in which a drag scrolls
_EMPTY: Final = "Fill in an order and press Keep: it then takes one press."
SHADES: Final = {"": "border", "blue": "buy", "orange": "sell", "green": "good", "violet": "violet", "grey": "muted"}


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
        self._delegate = _Delegate(self)
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


class _Delegate(QStyledItemDelegate):
    """A heading, or a button: colour bar, name, what a press does, and in small the order and its accounts."""

    def __init__(self, shown: PresetList) -> None:
        super().__init__(shown)
        self._list = shown

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802 (Qt's name)
        model = index.model()
        wide, row = self._list.is_wide, model.row(index.row()) if isinstance(model, PresetModel) else None
        if isinstance(row, Head):
            return QSize(0, _HEADS[wide])
        has_key = isinstance(model, PresetModel) and isinstance(row, Preset) and bool(model.key(row))
        return QSize(0, _HEIGHTS[wide] + _LINE * has_key)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model, app = index.model(), QApplication.instance()
        if not isinstance(model, PresetModel) or not isinstance(app, QApplication):
            return
        row, table = model.row(index.row()), roles(app)
        painter.save()
        if isinstance(row, Head):
            self._head(painter, option.rect, row, table)
        else:
            self._button(painter, option, row, model, table)
        painter.restore()

    def _head(self, painter: QPainter, rect: QRect, head: Head, table: Roles) -> None:
        painter.setPen(QColor(table.muted))
        font = QFont(painter.font())
        font.setPixelSize(11)
        font.setBold(True)
        painter.setFont(font)
        self._line(painter, rect.adjusted(4, rect.height() - 20, -4, 0), head.title)

    def _button(
        self, painter: QPainter, option: QStyleOptionViewItem, preset: Preset, model: PresetModel, table: Roles
    ) -> None:
        about, rect = model.about(preset), option.rect.adjusted(1, 1, -1, -2)
        state = option.state
        marked = bool(state & QStyle.StateFlag.State_Selected)
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        painter.setPen(QColor(table.focus if hovered else table.text if marked else table.border))
        painter.setBrush(QColor(table.field))
        painter.drawRoundedRect(rect, 4, 4)
        painter.fillRect(rect.left() + 1, rect.top() + 3, _BAR, rect.height() - 5, QColor(_shade(preset, table)))
        inner = rect.adjusted(_BAR + 7, 3, -6, -3)
        font = QFont(painter.font())
        font.setPixelSize(11)
        font.setBold(preset.sends)
        painter.setFont(font)
        width = painter.fontMetrics().horizontalAdvance(about.does)
        painter.setPen(QColor(table.muted if not preset.sends else table.bad if about.is_wrong else table.focus))
        painter.drawText(inner, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop), about.does)
        font.setPixelSize(13)
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(QColor(table.text))
        self._line(painter, QRect(inner.left(), inner.top(), inner.width() - width - 6, 18), preset.name)
        font.setPixelSize(11)
        font.setBold(about.roll is not None)
        painter.setFont(font)
        painter.setPen(QColor(table.warn if about.roll else table.bad if about.is_wrong else table.muted))
        words = about.roll.sentence if about.roll else about.words
        where = f"not ticked: {about.astray}" if about.astray else about.where
        font.setBold(bool(about.astray))
        room = QFontMetrics(font).horizontalAdvance(where) + 4 if self._list.is_wide else 0
        self._line(painter, QRect(inner.left(), inner.top() + 19, inner.width() - room - 6, 16), words)
        painter.setFont(font)
        painter.setPen(QColor(table.warn if about.astray else table.muted))
        second = QRect(inner.right() - room, inner.top() + 19, room, 16)
        third = QRect(inner.left(), inner.top() + 35, inner.width(), 16)
        self._line(painter, second if self._list.is_wide else third, where)
        key = model.key(preset)
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(QColor(table.warn if key.startswith("TRY ") else table.text))
        below = _HEIGHTS[self._list.is_wide] - _FOOT
        self._line(painter, QRect(inner.left(), inner.top() + below, inner.width(), 16), key)

    def _line(self, painter: QPainter, rect: QRect, text: str) -> None:
        cut = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), cut)


def _is(event: QKeyEvent, key: str) -> bool:
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    return QKeySequence(QKeyCombination(modifiers, Qt.Key(event.key()))) == QKeySequence(key)


def _shade(preset: Preset, table: Roles) -> str:
    return str(getattr(table, SHADES.get(preset.colour, "border")))
