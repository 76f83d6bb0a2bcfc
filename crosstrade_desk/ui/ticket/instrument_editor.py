"""The editor for an instrument."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QCompleter, QWidget

from crosstrade_desk.protocol.spec import Field
from crosstrade_desk.ui.ticket.editors import Editor, LineField, row

_REMEMBERED: Final = 20


class _StillBox(QComboBox):
    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 (Qt's name)
        event.ignore()  # a turn of the wheel would change what is traded, unnoticed


class InstrumentEditor(Editor):
    """A line that remembers what was traded and completes it inside the line, so that no list covers the ticket."""

    def __init__(self, field: Field, known: Sequence[str]) -> None:
        super().__init__()
        self._box = _StillBox()
        self._box.setEditable(True)
        self._box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self._box.addItems(list(known))
        self._box.setCurrentIndex(-1)
        line = LineField()
        line.setPlaceholderText(f"such as {field.example}")
        line.setMaxLength(80)
        self._box.setLineEdit(line)
        completer = QCompleter(self._box.model(), self._box)
        completer.setCompletionMode(QCompleter.CompletionMode.InlineCompletion)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._box.setCompleter(completer)
        self._box.editTextChanged.connect(self.edited)
        self.setLayout(row(self._box))

    def remember(self, name: str) -> tuple[str, ...]:
        """Puts a traded instrument first in the list and gives the list."""
        names = [name, *(n for n in self._names() if n != name)][:_REMEMBERED]
        text = self.text()
        self._box.blockSignals(True)
        self._box.clear()
        self._box.addItems(names)
        self._box.setEditText(text)
        self._box.blockSignals(False)
        return tuple(names)

    def _names(self) -> list[str]:
        return [self._box.itemText(i) for i in range(self._box.count())]

    def text(self) -> str:
        return self._box.currentText()

    def set_text(self, text: str) -> None:
        self._box.setEditText(text)

    @property
    def main(self) -> QWidget:
        return self._box
