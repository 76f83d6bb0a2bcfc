"""Places the rows of a form: those of the order always, those of the options when their group is folded out."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final, cast

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QGridLayout,
    QLabel,
    QScrollArea,
    QScrollBar,
    QVBoxLayout,
    QWidget,
)

from crosstrade_desk.protocol.catalogue import COMMANDS
from crosstrade_desk.protocol.spec import CommandSpec, Field, Group, Required
from crosstrade_desk.storage.settings import Settings
from crosstrade_desk.ui.elided import ElidedLabel
from crosstrade_desk.ui.fit import Fit
from crosstrade_desk.ui.theme import mark
from crosstrade_desk.ui.ticket.editors import QuantityEditor
from crosstrade_desk.ui.ticket.group_bar import Chip, GroupBar
from crosstrade_desk.ui.ticket.rows import COLUMNS, EVERYWHERE, EXTRAS, Row, made

EXTRA: Final = "EXTRA"
OPTIONS: Final = tuple(group for group in Group if group is not Group.ORDER)
_SHARES: Final = {"stop_price": "limit_price", "stop_loss": "take_profit"}  # the line of another field
_CHIPS: Final = (
    *(Chip(group.name, group.short, group.heading) for group in OPTIONS),
    Chip(EXTRA, "Extra", "Fields that this program does not know"),
)
_ROW_HEIGHT: Final = 32
_BESIDE_BAR: Final = 6  # pixels
_BAR: Final = 14
SCROLL_ROOM: Final = _BESIDE_BAR + _BAR
_GROWS: Final = {Fit.WHOLE: (2,), Fit.SHORT: (1,), Fit.SLIM: (1, 3)}
_SAID: Final = {Fit.WHOLE: 0, Fit.SHORT: 32, Fit.SLIM: 16}  # pixels


class RowsPane(QWidget):
    """Rows are made when they are first shown.

    Signals:
        edited: the text of some row changed.
        placed: other rows are shown than before.
    """

    edited = Signal()
    placed = Signal()

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        self._keys: Sequence[str] = ()  # of the quick quantities
        self._letters: frozenset[str] = frozenset()
        self._spec = COMMANDS[0]
        self._before: QWidget | None = None
        self._fit = Fit.WHOLE
        self._rows: dict[Field, Row] = {}
        self._headings: dict[str, QLabel] = {}
        self._uses = {use.field: use for spec in reversed(COMMANDS) for use in spec.uses}
        self._body = QWidget()
        self._grid = QGridLayout()
        self._scroll = _Scroll(self._body)
        self.bar = GroupBar(_CHIPS)
        self.said = ElidedLabel(lines=2)
        self._build()
        self.bar.folded.connect(self._on_folded)

    def _build(self) -> None:
        self._body.setObjectName("rows")
        column_of_rows = QVBoxLayout(self._body)
        column_of_rows.setContentsMargins(0, 0, _BESIDE_BAR, 0)
        column_of_rows.addLayout(self._grid)
        column_of_rows.addStretch(1)
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(2)
        set_columns(self._grid, self._fit)
        self.said.setObjectName("said")
        self.said.hide()
        self._column = rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(4)
        rows.addWidget(self._scroll, 1)
        rows.addWidget(self.said)
        rows.addWidget(self.bar)
        cast("QApplication", QApplication.instance()).focusChanged.connect(self._on_focus)

    def set_fit(self, fit: Fit) -> None:
        """Places the very same rows anew. Where sentences have no room beside their fields, one stands below all: that
        of the field with the cursor, or else the first that is wrong."""
        self._fit = fit
        self.said.setVisible(fit is not Fit.WHOLE)
        self.said.setFixedHeight(_SAID[fit])
        self.said.set_lines(1 if fit is Fit.SLIM else 2)
        self.bar.set_slim(fit is not Fit.WHOLE)
        self._grid.setHorizontalSpacing(6 if fit is Fit.SLIM else 10)
        self._column.setSpacing(2 if fit is Fit.SLIM else 4)
        self._grid.setVerticalSpacing(1 if fit is Fit.SLIM else 2)
        set_columns(self._grid, fit)
        for row in self._rows.values():
            row.set_fit(fit)
        self._place()
        self.show_said()

    def show_said(self) -> None:
        """Says below the rows what has no room beside them."""
        if self._fit is Fit.WHOLE:
            return
        found = self._said()
        self.said.setText(f"{found.field.title}: {found.remark.text()}".replace("\n", "  ") if found else "")
        mark(self.said, tone=str(found.remark.property("tone")) if found else "muted")

    def _said(self) -> Row | None:
        shown = [row for row in self._rows.values() if row.label.isVisibleTo(self._body) and row.remark.text()]
        cursor = QApplication.focusWidget()
        here = (row for row in shown if cursor and (row.editor is cursor or row.editor.isAncestorOf(cursor)))
        loud = (row for tone in ("bad", "warn") for row in shown if row.remark.property("tone") == tone)
        return next(here, None) or next(loud, None)

    def _on_focus(self, _former: QWidget | None, now: QWidget | None) -> None:
        if now is not None and self._fit is not Fit.WHOLE:
            self.show_said()

    def row(self, field: Field) -> Row:
        """The row of a field, made if it is not there yet."""
        if field not in self._rows:
            self._rows[field] = row = made(field, self._uses.get(field), self._settings)
            row.editor.edited.connect(self.edited)
            row.set_fit(self._fit)
            row.label.show_letters(self._letters)
            if isinstance(row.editor, QuantityEditor):
                row.editor.show_keys(self._keys)
            for widget in row.widgets:
                widget.setParent(self._body)
        return self._rows[field]

    def take_over(self, settings: Settings) -> None:
        """Shows other quick quantities from now on, in the rows that are there and in those to come."""
        self._settings = settings
        for row in self._rows.values():
            if isinstance(row.editor, QuantityEditor):
                row.editor.offer(settings.quick_quantities)

    def show_keys(self, keys: Sequence[str]) -> None:
        """Names the keys of the quick quantities from now on, in the rows that are there and in those to come."""
        self._keys = keys
        for row in self._rows.values():
            if isinstance(row.editor, QuantityEditor):
                row.editor.show_keys(keys)

    def show_letters(self, free: frozenset[str]) -> None:
        """Underlines these letters from now on, in the rows that are there and in those to come."""
        self._letters = free
        for row in self._rows.values():
            row.label.show_letters(free)

    def has(self, field: Field) -> bool:
        """Whether the field has a row already."""
        return field in self._rows

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows that were made so far, shown or not."""
        return tuple(self._rows.values())

    def show_command(self, spec: CommandSpec) -> None:
        """Shows the rows of a command from the top, with the groups folded out that it needs."""
        self._spec = spec
        groups = {use.field.group.name for use in spec.uses} - {Group.ORDER.name}
        self.bar.offer([*groups, EXTRA])
        for use in spec.uses:
            if isinstance(use.need, Required) or use.field.name in spec.one_of:
                self.open(use.field.group)
        self._place()
        self._scroll.verticalScrollBar().setValue(0)

    def open(self, group: Group) -> None:
        """Folds a group of options out."""
        if group is not Group.ORDER:
            self.bar.open(group.name)

    def _on_folded(self, key: str, is_open: bool) -> None:
        self._place()
        if is_open and key in self._headings:
            rows = [self.row(field) for name, group in self._shown() if name == key for field in group]
            self.reveal(*(row.remark for row in rows[-1:]), self._headings[key])

    def reveal(self, *widgets: QWidget) -> None:
        """Scrolls to the widgets once the layout has its new size; the last one is in sight whatever happens."""
        for widget in widgets:
            QTimer.singleShot(0, self, lambda widget=widget: self._scroll.ensureWidgetVisible(widget, 0, _ROW_HEIGHT))

    def _place(self) -> None:
        """Puts the shown rows into the grid in the order of the command, group by group, and hides the others."""
        shown = self._shown()
        fields = {field for _, group in shown for field in group}
        for row in self._rows.values():
            row.show(row.field in fields)
            for widget in row.widgets:
                self._grid.removeWidget(widget)  # hidden in a place of another fit it would cost that one's spacing
        for label in self._headings.values():
            label.hide()
            self._grid.removeWidget(label)
        number = 0
        for key, group in shown:
            number = self._place_group(key, group, number)
        self._order_stops()
        self.placed.emit()

    def _place_group(self, key: str, group: Sequence[Field], number: int) -> int:
        if key:
            across = 4 if self._fit is Fit.SLIM else 2  # a column that no row uses would cost its spacing
            self._grid.addWidget(self._heading(key), number, 0, 1, across)
            number += 1
        names = [field.name for field in group]
        shared = [_SHARES[name] for name in names if name in _SHARES]
        for field in group:
            row = self.row(field)
            row.show(True)
            if self._fit is not Fit.SLIM:
                for column, widget in enumerate(row.widgets):
                    self._grid.addWidget(widget, number, column)
            elif _SHARES.get(field.name) in names:
                number -= 1
                self._grid.addWidget(row.label, number, 2)
                self._grid.addWidget(row.editor, number, 3)
            else:
                self._grid.addWidget(row.label, number, 0)
                self._grid.addWidget(row.editor, number, 1, 1, 1 if field.name in shared else 3)
            number += 1
        return number

    def come_after(self, before: QWidget) -> None:
        """Has Tab come here from `before`, in whose window this must be by now."""
        self._before = before
        self._order_stops()

    def _order_stops(self) -> None:
        self._chain([self.row(field) for _, group in self._shown() for field in group])

    @property
    def last_stop(self) -> QWidget:
        """From where Tab leaves."""
        return self.bar.stops()[-1]

    def _chain(self, rows: Sequence[Row]) -> None:
        """Has Tab go from row to row, and then to the groups."""
        first = [self._before] if self._before else []
        stops = [*first, *(stop for row in rows for stop in row.editor.stops()), *self.bar.stops()]
        for former, later in pairwise(stops):
            QWidget.setTabOrder(former, later)

    def _shown(self) -> list[tuple[str, list[Field]]]:
        """Group key ("": the order itself) and fields, as they are shown now."""
        order = [use.field for use in self._spec.uses if use.field.group is Group.ORDER]
        found = [("", ([EVERYWHERE] if self._spec.wide_without else []) + order)]
        for group in OPTIONS:
            mine = [use.field for use in self._spec.uses if use.field.group is group]
            if mine and self.bar.is_open(group.name):
                found.append((group.name, mine))
        if self.bar.is_open(EXTRA):
            found.append((EXTRA, [EXTRAS]))
        return found

    def _heading(self, key: str) -> QLabel:
        if key not in self._headings:
            label = QLabel(next(chip.heading for chip in _CHIPS if chip.key == key), self._body)
            label.setObjectName("heading")
            label.setMinimumHeight(26)
            label.setAlignment(Qt.AlignmentFlag.AlignBottom)
            self._headings[key] = label
        self._headings[key].show()
        return self._headings[key]


def set_columns(grid: QGridLayout, fit: Fit) -> None:
    """Gives the columns of a form their least widths; the last one that is used takes what is left."""
    widths = COLUMNS[fit]
    for column, width in enumerate(widths):
        grid.setColumnMinimumWidth(column, width)
        grid.setColumnStretch(column, int(column in _GROWS[fit]))


class _Bar(QScrollBar):
    """Is seen only where there is something to scroll to; its room is always there."""

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        return QSize(_BAR, super().sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        if self.maximum() > self.minimum():
            super().paintEvent(event)


class _Scroll(QScrollArea):
    """Scrolls up and down only, keeps room for its bar, and asks for as much height as its content has."""

    def __init__(self, content: QWidget) -> None:
        super().__init__()
        self._content = content
        self.setWidget(content)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBar(_Bar())
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)  # or every column would move with it
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        aside = self.horizontalScrollBar()
        aside.valueChanged.connect(lambda: aside.setValue(0))  # what is shown may be a pixel wider than there is room

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        return self._content.sizeHint()

    def minimumSizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        return QSize(self._content.minimumSizeHint().width() + _BAR, 3 * _ROW_HEIGHT)
