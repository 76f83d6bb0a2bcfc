"""The view of one table of values: quiet, dense, with a sentence while there is nothing to show."""

from collections.abc import Hashable

from PySide6.QtCore import QItemSelectionModel, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFont, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from crosstrade_desk.ui.dense import make_dense
from crosstrade_desk.ui.log.widths import Need, shared
from crosstrade_desk.ui.reading.rows_model import Index, RowsModel
from crosstrade_desk.ui.theme import roles

_TABULAR = QFont.Tag("tnum")  # digits of one width, so that they stand below one another
_PAD = 13  # pixels beside the text of a cell
_PAD_OF_TITLE = 13
_LEAST = 24
_LEAST_REST = 46  # of the column that is cut in its middle before a number needs scrolling
_ARROWS = (Qt.Key.Key_Up, Qt.Key.Key_Down)
_FILLS = QKeySequence("Ctrl+L")  # not Enter: a stray one must change no order


class ValueTable(QTableView):
    """Shows a `RowsModel`. The marked row stays marked by its key.

    Signals: filled: the number of the marked row, which a key wants in the form.
    """

    filled = Signal(int)

    def __init__(self, model: RowsModel, name: str) -> None:  # type: ignore[type-arg]
        super().__init__()
        self._values, self._empty, self._marked = model, "", None
        self._marked_key: Hashable = None
        self.setModel(model)
        self.setObjectName(f"table-{name.lower()}")
        self.setAccessibleName(name)
        self.setItemDelegate(_Delegate(self))
        make_dense(self)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)  # accounts of one firm differ at their end
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)  # as their texts need
        self.horizontalHeader().setMinimumSectionSize(_LEAST)
        self._needs = [0] * len(model.columns)
        self._share()
        model.modelAboutToBeReset.connect(self._remember)
        model.modelReset.connect(self._mark_again)

    # --- how wide the columns are ---

    def _of_title(self, number: int) -> int:
        column, metrics = self._values.columns[number], self.horizontalHeader().fontMetrics()
        return max(column.width, metrics.horizontalAdvance(column.title) + _PAD_OF_TITLE)

    def needs(self, number: int, pixels: int) -> None:
        """A text of a column is so wide. Columns only grow, so that nothing moves under the pointer at each read."""
        if pixels + _PAD > self._needs[number]:
            self._needs[number] = pixels + _PAD
            QTimer.singleShot(0, self, self._share)  # it is told while the cell is painted

    def _share(self) -> None:
        """Gives each column its room, and scrolls sideways only where numbers have none."""
        needs = []
        for number, column in enumerate(self._values.columns):
            least = self._of_title(number)
            now = max(least, self._needs[number])
            needs.append(
                Need(
                    least if column.gives or column.rests else now,
                    least if column.rests else now,
                    column.rests,
                    column.goes,
                )
            )
        for number, (need, width) in enumerate(zip(needs, shared(needs, self.viewport().width()), strict=True)):
            self.setColumnHidden(number, need.goes and width == 0)
            self.horizontalHeader().resizeSection(number, max(width, _LEAST_REST if need.rests else need.usual))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        super().resizeEvent(event)
        self._share()

    @property
    def marked(self) -> int:
        """The marked row, -1 for none."""
        rows = self.selectionModel().selectedRows()
        return rows[0].row() if rows else -1

    @property
    def said(self) -> str:
        """The sentence that stands in the place of rows; "" while there are some."""
        return "" if self._values.rowCount() else self._empty

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt's name)
        """Marks a row by an arrow where none is marked: Qt would step over it, and never reach an only one."""
        if QKeySequence(event.keyCombination()) == _FILLS and self.marked >= 0:
            self.filled.emit(self.marked)
        elif self.marked < 0 and Qt.Key(event.key()) in _ARROWS and self._values.rowCount():
            self.selectRow(max(0, self.currentIndex().row()))
        else:
            super().keyPressEvent(event)

    def say(self, sentence: str) -> None:
        """What stands in the place of rows while there are none."""
        if sentence != self._empty:
            self._empty = sentence
            self.viewport().update()

    def _remember(self) -> None:
        self._marked_key = self._values.key_of(self.marked)

    def _mark_again(self) -> None:
        place = self._values.place(self._marked_key) if self._marked_key is not None else -1
        if place >= 0:
            flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
            self.selectionModel().setCurrentIndex(self._values.index(place, 0), flags)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        super().paintEvent(event)
        if self._values.rowCount() == 0:
            painter = QPainter(self.viewport())
            app = QApplication.instance()
            if isinstance(app, QApplication):
                painter.setPen(QColor(roles(app).muted))
            flags = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)
            painter.drawText(self.viewport().rect().adjusted(12, 0, -12, 0), flags, self._empty)


class _Delegate(QStyledItemDelegate):
    """Gives each cell the colour of its role, and its column the width it needs."""

    def __init__(self, table: ValueTable) -> None:
        super().__init__(table)
        self._table = table

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:  # noqa: N802 (Qt's name)
        super().initStyleOption(option, index)
        model, app = index.model(), QApplication.instance()
        if isinstance(model, RowsModel) and isinstance(app, QApplication):
            tone = model.tone(index)
            if model.columns[index.column()].is_number:
                option.font.setFeature(_TABULAR, 1)
            self._table.needs(index.column(), option.fontMetrics.horizontalAdvance(option.text))
            colour = QColor(getattr(roles(app), tone))
            for role in (option.palette.ColorRole.Text, option.palette.ColorRole.HighlightedText):
                option.palette.setColor(role, colour)
