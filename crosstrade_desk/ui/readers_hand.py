"""What a screen reader's action on a line of a list does: Qt gives such a line none but to be selected."""

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QPersistentModelIndex, Signal
from PySide6.QtWidgets import QAbstractItemView

_Index = QModelIndex | QPersistentModelIndex
_ONLY: QItemSelectionModel.SelectionFlag = QItemSelectionModel.SelectionFlag.Select


class ReadersHand(QItemSelectionModel):
    """The selection of a list whose lines do something when a reader selects them.

    In a list of single selection keys and mouse clear as they select; a reader's action selects and does nothing else.
    A line that is selected already gets no action from Qt, so let none stay so.

    Signals: pressed: the number of the line.
    """

    pressed = Signal(int)

    def __init__(self, view: QAbstractItemView) -> None:
        super().__init__(view.model(), view)
        former = view.selectionModel()
        view.setSelectionModel(self)
        former.deleteLater()

    def select(self, what: _Index | QItemSelection, command: QItemSelectionModel.SelectionFlag) -> None:
        """Takes a reader's action for what it is, and has Qt do the rest."""
        if command == _ONLY and isinstance(what, QModelIndex):
            self.pressed.emit(what.row())
        else:
            super().select(what, command)
