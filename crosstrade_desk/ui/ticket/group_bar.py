"""The groups of options: one button each that folds its group out, and one line that says what is set."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from crosstrade_desk.ui.elided import ElidedLabel
from crosstrade_desk.ui.theme import mark


@dataclass(frozen=True, slots=True)
class Chip:
    """A group as the bar shows it: its key, its short name, and what it is for."""

    key: str
    short: str
    heading: str


_CLEAR: Final = "Clear options"
_UNDO: Final = "Undo clear"


class GroupBar(QWidget):
    """Buttons that fold groups out and in.

    Signals:
        folded: key of the group, and whether it is open now.
        clear_wanted: the trader wants no options, or has cleared them and wants them back.
    """

    folded = Signal(str, bool)
    clear_wanted = Signal()

    def __init__(self, chips: Sequence[Chip]) -> None:
        super().__init__()
        self._chips = {chip.key: chip for chip in chips}
        self._buttons = {chip.key: self._made(chip) for chip in chips}
        self._clear = QPushButton(_CLEAR)
        self._clear.setObjectName("clear-options")
        self._clear.setToolTip("Empties every option. Press again to have them back.")
        self._clear.clicked.connect(self.clear_wanted)
        self.summary = ElidedLabel()
        self.summary.setObjectName("options-set")
        self.summary.setProperty("tone", "muted")
        self._slim = False
        self._line, self._below = QHBoxLayout(), QHBoxLayout()
        for button in self._buttons.values():
            self._line.addWidget(button)
        self._line.setSpacing(4)
        self._line.addStretch()
        self._line.addWidget(self._clear)
        self._below.addWidget(self.summary, 1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(2)
        rows.addLayout(self._line)
        rows.addLayout(self._below)

    def set_slim(self, slim: bool) -> None:
        """Has the button for clearing beside the line below, and no numbers on the others: all stand in one row."""
        self._slim = slim
        self._line.setSpacing(2 if slim else 4)
        (self._below if slim else self._line).addWidget(self._clear)
        mark(self, slim=str(slim).lower())
        for button in self._buttons.values():
            mark(button)

    def _made(self, chip: Chip) -> QPushButton:
        button = QPushButton(chip.short)
        button.setObjectName(f"group-{chip.key}")
        button.setCheckable(True)
        button.setProperty("segment", "true")
        button.setToolTip(chip.heading)
        button.setAccessibleName(chip.heading)
        button.toggled.connect(lambda open_, key=chip.key: self.folded.emit(key, open_))
        return button

    def offer(self, keys: Sequence[str]) -> None:
        """Shows the buttons of these groups and hides the others."""
        for key, button in self._buttons.items():
            button.setVisible(key in keys)

    def open(self, key: str) -> None:
        """Folds a group out."""
        self._buttons[key].setChecked(True)

    def is_open(self, key: str) -> bool:
        return self._buttons[key].isChecked()

    def stops(self) -> list[QWidget]:
        """Where Tab stops, in order."""
        return [*self._buttons.values(), self._clear]

    def offer_undo(self, offered: bool) -> None:
        """Has the button for clearing undo it."""
        self._clear.setText(_UNDO if offered else _CLEAR)

    def show_state(self, counts: Mapping[str, int], marks: Mapping[str, str], summary: str) -> None:
        """Shows how many fields of each group are set, its mark (`bad`, `warn`), and all that is set in one line."""
        for key, button in self._buttons.items():
            number = counts.get(key, 0)
            text = f"{self._chips[key].short} {number}" if number and not self._slim else self._chips[key].short
            if button.text() != text:
                button.setText(text)
                button.setAccessibleDescription(f"{number} set" if number else "none set")
            mark(button, state=marks.get(key, "set" if number else ""))
        if self.summary.text() != summary:
            self.summary.setText(summary)
