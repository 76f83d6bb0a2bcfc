"""The log pane: the table, and beside it everything about the marked row."""

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QKeySequence, QPainter, QPaintEvent, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from crosstrade_desk.desk.events import RowBegun, RowEnded
from crosstrade_desk.desk.flat_watch import Exited
from crosstrade_desk.desk.stages import Followed
from crosstrade_desk.ui.bridge import Bridge
from crosstrade_desk.ui.log.after_unknown import AfterUnknown
from crosstrade_desk.ui.log.alarm_bar import AlarmBar
from crosstrade_desk.ui.log.model import COLUMNS, ORDER, OUTCOME, TONES, Index, Line, LogModel, details
from crosstrade_desk.ui.theme import roles
from crosstrade_desk.ui.waiting import Waiting

_ROW_HEIGHT = 24
_LEAST_ROWS, _HEADER = 3, 30  # so that the newest row is in sight beside an older one that is marked
_ANSWER_SHOWN = 3000
_HAMMERED = 8  # lines of hammered presses above the marked one, at most


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


class _Table(QTableView):
    """Shows a sentence while there is nothing to show."""

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        super().paintEvent(event)
        if self.model().rowCount() == 0:
            painter = QPainter(self.viewport())
            painter.setPen(self.palette().placeholderText().color())
            middle = Qt.AlignmentFlag.AlignCenter
            painter.drawText(self.viewport().rect(), middle, "What you send, and what was answered, will stand here.")


class LogPane(QFrame):
    """Shows the journal, newest first; the newest line is marked until the trader marks another one.

    Signals:
        flatten_wanted: the `Message` that flattens what a row was about.
        form_wanted: the `Reading` of a row, to be looked at in the form before it is sent once more.
        details_wanted: a row was pressed. `details` and `copy_button` are the window's to place, and `head`: what needs
            the trader is seen with the log hidden, too.
    """

    flatten_wanted = Signal(object)
    form_wanted = Signal(object)
    details_wanted = Signal()

    def __init__(self, model: LogModel, bridge: Bridge, waiting: Waiting, alarms: AlarmBar) -> None:
        super().__init__()
        self.setObjectName("panel")
        self.model = model
        self.model.waits = waiting.of
        self.alarms = alarms
        self.table = self._table()
        self.details = QPlainTextEdit()
        self.details.setReadOnly(True)
        self.details.setAccessibleName("Details of the marked row")
        self.details.setPlaceholderText("Mark a row to see the message and the whole answer.")
        self.after = AfterUnknown()
        self.after.flatten_wanted.connect(self.flatten_wanted)
        self.after.form_wanted.connect(self.form_wanted)
        self.copy_button = self._copy_button()
        self._build()
        bridge.place.connect(self.after.show_place)
        alarms.stands.connect(self.after.give_way)
        bridge.begun.connect(self._on_begun)
        bridge.ended.connect(self._on_ended)
        for told in (bridge.followed, bridge.exited):
            told.connect(self._on_told)
        waiting.changed.connect(lambda: self.model.count_on(waiting.rows))
        self.table.selectionModel().currentRowChanged.connect(self._on_current)
        self.table.clicked.connect(self.details_wanted)
        copy = QShortcut(QKeySequence.StandardKey.Copy, self.table)
        copy.setContext(Qt.ShortcutContext.WidgetShortcut)
        copy.activated.connect(self.copy_rows)

    def _table(self) -> QTableView:
        table = _Table()
        table.setModel(self.model)
        table.setAccessibleName("Log")
        for coloured in (OUTCOME, ORDER):
            table.setItemDelegateForColumn(coloured, _OutcomeDelegate(table))
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setTabKeyNavigation(False)
        table.setTextElideMode(Qt.TextElideMode.ElideRight)
        table.verticalHeader().hide()
        table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        table.verticalHeader().setDefaultSectionSize(_ROW_HEIGHT)
        table.setMinimumHeight(_LEAST_ROWS * _ROW_HEIGHT + _HEADER)
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        for number, column in enumerate(COLUMNS):
            if column.width:
                header.resizeSection(number, column.width)
            else:
                header.setSectionResizeMode(number, QHeaderView.ResizeMode.Stretch)
        return table

    def _build(self) -> None:
        title = QLabel("Log")
        title.setObjectName("heading")
        self.head = QWidget()
        top = QHBoxLayout(self.head)
        top.setContentsMargins(4, 0, 0, 0)
        top.addWidget(title)
        top.addWidget(self.alarms, 1)
        top.addWidget(self.after)
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(8, 6, 8, 8)
        self._rows.addWidget(self.table, 1)
        self.take_head()

    def take_head(self) -> None:
        """Has its head above its table, or back from where the window placed it while the log was out of sight."""
        self._rows.insertWidget(0, self.head)

    def _copy_button(self) -> QPushButton:
        copy = QPushButton("Copy details")
        copy.setToolTip("Copies everything about the marked row, the whole answer too. The key is not in it.")
        copy.setObjectName("copy-details")
        copy.clicked.connect(self.copy_details)
        return copy

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        return QSize(900, 230)

    def _on_begun(self, event: RowBegun) -> None:
        follow = self._follows()
        is_at_top = self.table.verticalScrollBar().value() == 0
        self.model.on_begun(event)
        if is_at_top:
            self.table.scrollToTop()
        if follow and not self.model.is_hammered(0):
            self._mark(self.model.index(0, 0))
        self._on_current(self.table.currentIndex())

    def _follows(self) -> bool:
        """Whether the newest line is marked, hammered presses apart: those must not hide what they repeated."""
        current = self.table.currentIndex().row()
        return current <= 0 or (current < _HAMMERED and all(map(self.model.is_hammered, range(current))))

    def _mark(self, index: QModelIndex) -> None:
        flags = QItemSelectionModel.SelectionFlag
        self.table.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
        self.table.scrollToTop()

    def _on_ended(self, event: RowEnded) -> None:
        self.model.on_ended(event)
        self._on_current(self.table.currentIndex())

    def _on_told(self, told: Followed | Exited) -> None:
        self.model.on_told(told)
        self._on_current(self.table.currentIndex())

    def _on_current(self, index: QModelIndex, _former: QModelIndex | None = None) -> None:
        line = self.model.line(index.row()) if index.isValid() else None
        self.after.show_row(line.row if line else None)
        text = details(line.row, _ANSWER_SHOWN, line.folded, self._became(line)) if line else ""
        if self.details.toPlainText() != text:
            self.details.setPlainText(text)

    def _became(self, line: Line) -> list[str]:
        return self.model.became.details(line.row.id)

    def copy_rows(self) -> None:
        """Copies the marked rows as lines with tabs between the columns."""
        numbers = sorted({index.row() for index in self.table.selectionModel().selectedRows()})
        marked = [line for number in numbers if (line := self.model.line(number))]
        lines = ["\t".join(column.text(line) for column in COLUMNS) for line in marked]
        QGuiApplication.clipboard().setText("\n".join(lines))

    def copy_details(self) -> None:
        """Copies everything about the marked row, the answer uncut."""
        index = self.table.currentIndex()
        if index.isValid() and (line := self.model.line(index.row())):
            QGuiApplication.clipboard().setText(details(line.row, folded=line.folded, became=self._became(line)))
