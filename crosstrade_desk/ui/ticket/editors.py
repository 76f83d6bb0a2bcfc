"""Editors: each shows and takes the text of one field. What is right or wrong is not decided here."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLineEdit, QPushButton, QWidget

from crosstrade_desk.protocol.catalogue import Field
from crosstrade_desk.protocol.fields import Choice


class Editor(QWidget):
    """Takes the text of one field. `edited` tells every change, by hand or by program."""

    edited = Signal()

    def text(self) -> str:
        raise NotImplementedError

    def set_text(self, text: str) -> None:
        raise NotImplementedError

    def fault(self) -> str:
        """What is wrong in the editor itself, beside its text; "" for most."""
        return ""

    @property
    def main(self) -> QWidget:
        """The part that takes the focus and wears the mark of a problem."""
        raise NotImplementedError


def row(*parts: QWidget) -> QHBoxLayout:
    """The parts side by side, without margins."""
    layout = QHBoxLayout()
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(4)
    for part in parts:
        layout.addWidget(part)
    return layout


class LineField(QLineEdit):
    """A line that selects itself when it gets the focus, so that typing replaces what was there."""

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 (Qt's name)
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.selectAll()


class _LineEditor(Editor):
    """An editor whose text is that of one line."""

    def __init__(self, line: LineField, hint: str) -> None:
        super().__init__()
        self._line = line
        line.setPlaceholderText(hint)
        line.setMaxLength(80)
        line.textChanged.connect(self.edited)

    def text(self) -> str:
        return self._line.text()

    def set_text(self, text: str) -> None:
        self._line.setText(text)

    @property
    def main(self) -> QWidget:
        return self._line


class TextEditor(_LineEditor):
    """A plain line: prices and parts."""

    def __init__(self, field: Field) -> None:
        super().__init__(LineField(), f"such as {field.example}")
        self.setLayout(row(self._line))


class QuantityLine(LineField):
    """A line in which the up and down keys count. The wheel does nothing: it would change a size unnoticed."""

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt's name)
        step = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()), 0)
        if step and self.text().isdecimal():
            self.setText(str(max(1, int(self.text()) + step)))
        else:
            super().keyPressEvent(event)


class QuantityEditor(_LineEditor):
    """A line, and buttons for the sizes used most. The buttons change the size and nothing else."""

    def __init__(self, field: Field, quick: Sequence[int]) -> None:
        super().__init__(QuantityLine(), field.example)
        self._line.setMinimumWidth(70)
        self.setLayout(row(self._line, *(self._quick(size) for size in quick)))

    def _quick(self, size: int) -> QPushButton:
        button = QPushButton(str(size))
        button.setProperty("segment", "true")
        button.setFixedWidth(38)
        button.setToolTip(f"Set the quantity to {size}.")
        button.setAccessibleName(f"Quantity {size}")
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.clicked.connect(lambda _checked=False, size=size: self._line.setText(str(size)))
        return button


class _Segment(QPushButton):
    """One button of a choice. Arrow keys move the cursor and choose nothing: a stray one must not turn BUY to SELL."""

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt's name)
        step = {Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1, Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1}.get(
            Qt.Key(event.key())
        )
        if step is None:
            super().keyPressEvent(event)
            return
        row_of = self.group().buttons()
        row_of[(row_of.index(self) + step) % len(row_of)].setFocus(Qt.FocusReason.TabFocusReason)


class ChoiceEditor(Editor):
    """A row of buttons of which one is down. An optional choice has one more, for none of them."""

    def __init__(self, field: Field, none: str) -> None:
        super().__init__()
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QPushButton] = {}
        self._none = none
        for option in field.type.options if isinstance(field.type, Choice) else ():
            self._add(option.token, option.title, option.explanation)
        if none:
            self._add("", none, f"{field.title}: not restricted.")
            self._buttons[""].setChecked(True)
        self.setLayout(row(*self._buttons.values()))
        self._group.buttonToggled.connect(self._on_toggled)

    def _add(self, token: str, title: str, explanation: str) -> None:
        button = _Segment(title)
        button.setCheckable(True)
        button.setToolTip(explanation)
        button.setProperty("segment", "true")
        button.setProperty("tone", token)
        self._group.addButton(button)
        self._buttons[token] = button

    def _on_toggled(self, _button: object, down: bool) -> None:
        if down:
            self.edited.emit()

    def text(self) -> str:
        return next((token for token, button in self._buttons.items() if button.isChecked()), "")

    def set_text(self, text: str) -> None:
        button = self._buttons.get(text.strip().upper())
        if button:
            button.setChecked(True)
            return
        self._group.setExclusive(False)
        for other in self._buttons.values():
            other.setChecked(False)
        self._group.setExclusive(True)
        self.edited.emit()

    @property
    def main(self) -> QWidget:
        return next((b for b in self._buttons.values() if b.isChecked()), next(iter(self._buttons.values())))
