"""The table of the log: colours of outcomes, and columns as wide as their content."""

from PySide6.QtCore import QRect, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from crosstrade_desk.ui.dense import ROW_HEIGHT, make_dense
from crosstrade_desk.ui.log.model import COLUMNS, ORDER, OUTCOME, Column, Index, LogModel
from crosstrade_desk.ui.log.widths import Need, shared
from crosstrade_desk.ui.outcomes import TONES
from crosstrade_desk.ui.theme import roles

_LEAST_ROWS, _HEADER = 3, 30  # so that the newest row is in sight beside an older one that is marked
_BESIDE_TEXT = 14
_WHOLE_SENTENCE = 44  # letters that the column that takes the rest has before others grow for their content
_LEAST_SENTENCE = 15  # letters that it has before others are left out
_LOOKED_AT = 60  # lines at most whose content counts
_NOTHING_SENT = "What you send, and what was answered, will stand here."
_NOTHING_FOUND = "No row fits the filter. Esc clears it."


class _OutcomeDelegate(QStyledItemDelegate):
    """Colours the outcome and what became of it; words and signs say the same without colour."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:  # noqa: N802 (Qt's name)
        super().initStyleOption(option, index)
        model, app = index.model(), QApplication.instance()
        if isinstance(model, LogModel) and isinstance(app, QApplication) and (row := model.row(index.row())):
            is_outcome = index.column() == OUTCOME
            tone = TONES.get(row.outcome, "text") if is_outcome else model.became.tone(row.id)
            for role in (option.palette.ColorRole.Text, option.palette.ColorRole.HighlightedText):
                option.palette.setColor(role, QColor(getattr(roles(app), tone)))
            option.font.setBold(True)


class LogTable(QTableView):
    """Shows a sentence while there is nothing to show. A column grows with its content and never shrinks by itself.

    Signals:
        escaped: Esc was pressed.
    """

    escaped = Signal()

    def __init__(self, model: LogModel) -> None:
        super().__init__()
        self._seen = [0] * len(COLUMNS)
        self._fitting = QTimer(self, singleShot=True, interval=0)
        self._fitting.timeout.connect(self.fit)
        self.setModel(model)
        self.setAccessibleName("Log")
        for coloured in (OUTCOME, ORDER):
            self.setItemDelegateForColumn(coloured, _OutcomeDelegate(self))
        make_dense(self)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumHeight(_LEAST_ROWS * ROW_HEIGHT + _HEADER)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setMinimumSectionSize(20)
        for change in (model.rowsInserted, model.dataChanged, model.modelReset, self.verticalScrollBar().valueChanged):
            change.connect(self._fit_soon)

    def _fit_soon(self, *_: object) -> None:
        self._fitting.start()

    def fit(self) -> None:
        """Gives the columns their widths by the lines in sight."""
        needs = [self._need(number, column) for number, column in enumerate(COLUMNS)]
        for number, width in enumerate(shared(needs, self.viewport().width())):
            self.setColumnHidden(number, width == 0)
            self.setColumnWidth(number, width)

    def _need(self, number: int, column: Column) -> Need:
        font = self.font()
        font.setBold(number in (OUTCOME, ORDER))
        metrics = QFontMetrics(font)
        title = self.horizontalHeader().sectionSizeFromContents(number).width()
        if not column.usual:
            whole, least = (metrics.averageCharWidth() * count for count in (_WHOLE_SENTENCE, _LEAST_SENTENCE))
            return Need(max(title, whole), max(title, least), rests=True)
        most = metrics.horizontalAdvance(column.most)
        for line in self._in_sight():
            text = str(self.model().index(line, number).data() or "")
            self._seen[number] = max(self._seen[number], min(metrics.horizontalAdvance(text), most))
        usual = max(title, metrics.horizontalAdvance(column.usual) + _BESIDE_TEXT)
        now = max(usual, self._seen[number] + _BESIDE_TEXT)
        return Need(usual if column.gives else now, now, goes=column.goes)

    def _in_sight(self) -> range:
        first, count = max(self.rowAt(0), 0), self.viewport().height() // ROW_HEIGHT + 1
        return range(first, min(self.model().rowCount(), first + min(count, _LOOKED_AT)))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        super().resizeEvent(event)
        self.fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt's name)
        if event.key() == Qt.Key.Key_Escape:
            self.escaped.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        super().paintEvent(event)
        model = self.model()
        if model.rowCount() == 0:
            painter = QPainter(self.viewport())
            painter.setPen(self.palette().placeholderText().color())
            words = _NOTHING_FOUND if isinstance(model, LogModel) and model.newest else _NOTHING_SENT
            painter.drawText(QRect(self.viewport().rect()), Qt.AlignmentFlag.AlignCenter, words)
