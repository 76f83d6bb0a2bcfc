"""The editor for an instrument."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from PySide6.QtCore import QStringListModel, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QCompleter, QWidget

from crosstrade_desk.desk.carrier import Clock
from crosstrade_desk.protocol.contracts import contracts, current
from crosstrade_desk.protocol.instrument import Instrument, Notation, parse_instrument, written
from crosstrade_desk.protocol.instrument_words import has_expired
from crosstrade_desk.protocol.spec import Field
from crosstrade_desk.ui import spoken
from crosstrade_desk.ui.ticket.editors import Editor, LineField, StillBox, row

_REMEMBERED: Final = 20


_WALKS: Final = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


class _InstrumentBox(StillBox):
    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt's name)
        line = self.lineEdit()
        if Qt.Key(event.key()) in _WALKS and event.modifiers() == Qt.KeyboardModifier.NoModifier and line:
            line.event(event)  # the next completion of what is typed; the list itself opens by Alt+Down
        else:
            super().keyPressEvent(event)


class InstrumentEditor(Editor):
    """A line that remembers what was traded. What is typed is completed inside the line, so that no list covers the
    ticket: first from what was traded, then from the contracts that are traded now (arrow keys show the next ones).
    """

    def __init__(self, field: Field, known: Sequence[str]) -> None:
        super().__init__()
        self._box = _InstrumentBox()
        self._box.setEditable(True)
        self._box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self._box.addItems(list(known))
        self._box.setCurrentIndex(-1)
        line = LineField()
        line.setPlaceholderText(f"such as {field.example}")
        self._box.setLineEdit(line)
        self._offered = QStringListModel(list(known), self)
        self._offered_on: date | None = None
        completer = QCompleter(self._offered, self._box)
        completer.setCompletionMode(QCompleter.CompletionMode.InlineCompletion)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._box.setCompleter(completer)
        line.textEdited.connect(self._offer)
        self._box.editTextChanged.connect(self.edited)
        self.setLayout(row(self._box))

    def _offer(self) -> None:
        """Fills what is completed, when it is first typed: the dates of 100 roots take some milliseconds."""
        today = Clock().today()
        if self._offered_on != today:
            self._offered_on = today
            known = [name for name in self._names() if not _has_expired(name, today)]
            self._offered.setStringList(list(dict.fromkeys([*known, *_current_names(today)])))

    def remember(self, name: str) -> tuple[str, ...]:
        """Puts a traded instrument first in the list and gives the list."""
        names = [name, *(n for n in self._names() if n != name)][:_REMEMBERED]
        text = self.text()
        self._box.blockSignals(True)
        self._box.clear()
        self._box.addItems(names)
        self._box.setEditText(text)
        self._box.blockSignals(False)
        self._offered_on = None
        return tuple(names)

    def _names(self) -> list[str]:
        return [self._box.itemText(i) for i in range(self._box.count())]

    def text(self) -> str:
        return self._box.currentText()

    def set_text(self, text: str) -> None:
        self._box.setEditText(text)

    def name(self, title: str, explanation: str) -> None:
        for part in filter(None, (self._box, self._box.lineEdit())):
            spoken.name(part, title, explanation)

    @property
    def main(self) -> QWidget:
        return self._box


def _has_expired(name: str, today: date) -> bool:
    found = parse_instrument(name)
    return isinstance(found, Instrument) and has_expired(found, today)


def _current_names(today: date) -> list[str]:
    """The contracts traded now and next, `MES 12-26`, of every known root: all front months first."""
    months = {root: current(contract, today) for root, contract in contracts().items()}
    return [
        written(root, *found[place], Notation.MONTH_NUMBER).text
        for place in range(max(map(len, months.values())))
        for root, found in months.items()
        if place < len(found)
    ]
