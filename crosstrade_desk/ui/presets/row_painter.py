"""How headings and presets of the list look, and how high they are."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QObject, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from crosstrade_desk.storage.presets import Preset
from crosstrade_desk.ui.presets.model import Head, Index, PresetModel
from crosstrade_desk.ui.theme import Roles, roles

_HEADS: Final = {True: 18, False: 24}  # pixels of a heading
_HEIGHTS: Final = {True: 42, False: 60}  # of a preset, in a list that is wide and in one that is not
_LINE: Final = 16  # of a line more: of its key, where it has one
_FOOT: Final = 9  # of those pixels below the last line
_BAR: Final = 5
SHADES: Final = {"": "border", "blue": "buy", "orange": "sell", "green": "good", "violet": "violet", "grey": "muted"}


class RowPainter(QStyledItemDelegate):
    """A heading, or a button: colour bar, name, what a press does, and in small the order and its accounts."""

    def __init__(self, parent: QObject, is_wide: Callable[[], bool]) -> None:
        """`is_wide`: whether order and accounts of a preset have one line."""
        super().__init__(parent)
        self._is_wide = is_wide

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802 (Qt's name)
        model = index.model()
        wide, row = self._is_wide(), model.row(index.row()) if isinstance(model, PresetModel) else None
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
        _write(painter, _Text(head.title, rect.adjusted(4, rect.height() - 20, -4, 0), table.muted, bold=True))

    def _button(
        self, painter: QPainter, option: QStyleOptionViewItem, preset: Preset, model: PresetModel, table: Roles
    ) -> None:
        rect, state = option.rect.adjusted(1, 1, -1, -2), option.state
        marked = bool(state & QStyle.StateFlag.State_Selected)
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        focused = marked and bool(state & QStyle.StateFlag.State_HasFocus)
        painter.setPen(QColor(table.focus if hovered or focused else table.edge if marked else table.border))
        painter.setBrush(QColor(table.field))
        painter.drawRoundedRect(rect, 4, 4)
        painter.fillRect(rect.left() + 1, rect.top() + 3, _BAR, rect.height() - 5, QColor(_shade(preset, table)))
        for text in self._texts(preset, model, rect.adjusted(_BAR + 7, 3, -6, -3), table, painter.font()):
            _write(painter, text)

    def _texts(self, preset: Preset, model: PresetModel, inner: QRect, table: Roles, font: QFont) -> Iterator["_Text"]:
        """What stands on a preset: name and what a press does, below them order and accounts, then the key."""
        about, key, wide = model.about(preset), model.key(preset), self._is_wide()
        where = f"not ticked: {about.astray}" if about.astray else about.where
        astray, roll = bool(about.astray), about.roll
        beside_name = _wide(font, about.does, preset.sends) + 6
        beside_words = (_wide(font, where, astray) + 4 if wide else 0) + 6
        loud = table.bad if about.is_wrong else table.focus
        yield _Text(about.does, inner, loud if preset.sends else table.muted, bold=preset.sends, right=True)
        yield _Text(preset.name, _row(inner, 0, 18, beside_name), table.text, size=13, bold=True)
        tone = table.warn if roll else table.bad if about.is_wrong else table.muted
        words = roll.sentence if roll else about.words
        yield _Text(words, _row(inner, 19, 16, beside_words), tone, bold=roll is not None)
        second = QRect(inner.right() - beside_words + 6, inner.top() + 19, beside_words - 6, 16)
        third = _row(inner, 35, 16, 0)
        yield _Text(where, second if wide else third, table.warn if astray else table.muted, bold=astray)
        is_tried = key.startswith("TRY ")
        yield _Text(key, _row(inner, _HEIGHTS[wide] - _FOOT, 16, 0), table.warn if is_tried else table.text, bold=True)


@dataclass(frozen=True, slots=True)
class _Text:
    """One text, its room and its colour. What stands at the right is never cut."""

    words: str
    room: QRect
    colour: str
    size: int = 11  # pixels
    bold: bool = False
    right: bool = False


def _font(font: QFont, size: int, bold: bool) -> QFont:
    made = QFont(font)
    made.setPixelSize(size)
    made.setBold(bold)
    return made


def _wide(font: QFont, words: str, bold: bool) -> int:
    return QFontMetrics(_font(font, 11, bold)).horizontalAdvance(words)


def _row(inner: QRect, down: int, height: int, beside: int) -> QRect:
    return QRect(inner.left(), inner.top() + down, inner.width() - beside, height)


def _write(painter: QPainter, text: _Text) -> None:
    painter.setFont(_font(painter.font(), text.size, text.bold))
    painter.setPen(QColor(text.colour))
    flags = Qt.AlignmentFlag
    if text.right:
        painter.drawText(text.room, int(flags.AlignRight | flags.AlignTop), text.words)
        return
    cut = painter.fontMetrics().elidedText(text.words, Qt.TextElideMode.ElideRight, text.room.width())
    painter.drawText(text.room, int(flags.AlignLeft | flags.AlignVCenter), cut)


def _shade(preset: Preset, table: Roles) -> str:
    return str(getattr(table, SHADES.get(preset.colour, "border")))
