"""Which row of the log is marked: the newest, until the trader marks one or the marked one still waits for him."""

from typing import Final

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex

from crosstrade_desk.sending.outcome import Unknown
from crosstrade_desk.ui.log.columns import Line
from crosstrade_desk.ui.log.model import LogModel
from crosstrade_desk.ui.log.table import LogTable

_UNRESOLVED: Final = (Unknown.word, "sending")


class Marking:
    """Moves the mark of one table. A mark that the trader sets is his until he gives it up."""

    def __init__(self, table: LogTable, model: LogModel) -> None:
        self._table, self._model = table, model
        self._by_hand = self._moves = False
        table.selectionModel().selectionChanged.connect(self._on_selected)
        table.pressed.connect(self._on_pressed)

    def _on_selected(self, selected: QItemSelection) -> None:
        if not self._moves and not selected.isEmpty():
            self._by_hand = True

    def _on_pressed(self) -> None:
        self._by_hand = True

    @property
    def line(self) -> Line | None:
        """The marked line, None if none is."""
        index = self._table.currentIndex()
        return self._model.line(index.row()) if index.isValid() else None

    @property
    def row(self) -> int:
        """The number of the marked row, 0 if none is."""
        index = self._table.currentIndex()
        row = self._model.row(index.row()) if index.isValid() else None
        return row.id if row else 0

    def follow(self) -> None:
        """Marks the newest line, unless the mark is the trader's own or its row still waits for him or for an answer.

        Hammered presses are not marked: they must not hide what they repeated.
        """
        newest = self._model.index(0, 0)
        moves = self._table.currentIndex().row() != newest.row() and not self._model.is_hammered(0)
        if moves and not self._keeps():
            self._mark(newest)
            self._table.scrollToTop()

    def _keeps(self) -> bool:
        index = self._table.currentIndex()
        row = self._model.row(index.row()) if index.isValid() else None
        return row is not None and (self._by_hand or row.outcome in _UNRESOLVED)

    def _mark(self, index: QModelIndex) -> None:
        flags = QItemSelectionModel.SelectionFlag
        self._moves = True
        self._table.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
        self._moves = False

    def give_up(self) -> None:
        """Gives the trader's mark up: the newest line is marked, and those that come."""
        self._by_hand = False
        self._table.clearSelection()
        self._table.setCurrentIndex(QModelIndex())
        self.follow()

    def put(self, row_id: int, *, by_hand: bool = False) -> None:
        """Marks a row, if it is shown, and scrolls to it. `by_hand`: the trader asked for that."""
        self._by_hand = self._by_hand or by_hand
        number = self._model.number(row_id)
        if number is not None:
            self._mark(self._model.index(number, 0))
            self._table.scrollTo(self._table.currentIndex())
