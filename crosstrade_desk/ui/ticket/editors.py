"""Editors: each shows and takes the text of one field. What is right or wrong is not decided here."""

from collections.abc import Mapping, Sequence
from typing import Final

from PySide6.QtCore import QEvent, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QComboBox, QHBoxLayout, QLineEdit, QPushButton, QWidget

from crosstrade_desk.protocol.spec import Field
from crosstrade_desk.protocol.texts import Choice, Option
from crosstrade_desk.ui import spoken
from crosstrade_desk.ui.readers_hand import ReadersHand


class Editor(QWidget):
    """Takes the text of one field. `edited` tells every change, by hand or by program."""

    edited = Signal()

    def text(self) -> str:
        raise NotImplementedError

    def set_text(self, text: str) -> None:
        raise NotImplementedError

    def state(self) -> object:
        """All that `set_state` needs to put it back as it is; mostly its text."""
        return self.text()

    def set_state(self, state: object) -> None:
        """Puts it back as it was."""
        self.set_text(state if isinstance(state, str) else "")

    def set_slim(self, slim: bool) -> None:
        """Takes less room, where it can. Most have no need to."""

    def fault(self) -> str:
        """What is wrong in the editor itself, beside its text; "" for most."""
        return ""

    def told(self) -> str:
        """What is said beside it whatever else is said there; "" for most."""
        return ""

    @property
    def main(self) -> QWidget:
        """The part that takes the focus and wears the mark of a problem."""
        raise NotImplementedError

    def name(self, title: str, explanation: str) -> None:
        """Names the parts for a screen reader by the title of the field."""
        spoken.name(self.main, title, explanation)

    def stops(self) -> list[QWidget]:
        """The parts at which Tab may stop, in order. Of a row of buttons it stops at the one that is down."""
        inside = (part for part in self.findChildren(QWidget) if part.window() is self.window())  # no list that pops up
        return [part for part in inside if part.focusPolicy() != Qt.FocusPolicy.NoFocus]


_LONGEST: Final = 1_000_000
_NOT_SENT: Final = "not sent"


def row(*parts: QWidget) -> QHBoxLayout:
    """The parts side by side, without margins."""
    layout = QHBoxLayout()
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(4)
    for part in parts:
        layout.addWidget(part)
    return layout


class StillBox(QComboBox):
    """A list that no wheel turns: it would change what is traded, unnoticed. A screen reader chooses in it."""

    def __init__(self) -> None:
        super().__init__()
        self._hand = ReadersHand(self.view())
        self._hand.pressed.connect(self._on_reader)

    def _on_reader(self, number: int) -> None:
        self.setCurrentIndex(number)
        self.hidePopup()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 (Qt's name)
        event.ignore()


_BY_KEY: Final = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)


class LineField(QLineEdit):
    """A line that selects itself when a key brings the focus, so that typing replaces what was there."""

    def __init__(self) -> None:
        super().__init__()
        self.textEdited.connect(self._trim)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 (Qt's name)
        super().focusInEvent(event)
        if event.reason() in _BY_KEY:
            self.selectAll()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        super().mouseDoubleClickEvent(event)
        self.selectAll()  # a price is one word, whatever stands in it

    def _trim(self, text: str) -> None:
        """Takes off what a pasted text has around it. A line break cannot be typed; a space inside may come yet."""
        if text != (bare := text.strip("\t\r\n")):
            self.setText(bare.strip())
            self.textEdited.emit(self.text())


class _LineEditor(Editor):
    """An editor whose text is that of one line.

    While it is off its text is kept and not shown, and nothing blinks in it: a price that is not sent must not be read.
    """

    def __init__(self, line: LineField, hint: str) -> None:
        super().__init__()
        self._line, self._hint = line, hint
        self._kept = ""  # what stood in it when it was switched off
        self._show_hint()
        line.setMaxLength(_LONGEST)  # Qt's own limit would cut a pasted text without a word
        line.textChanged.connect(self.edited)

    def text(self) -> str:
        text = self._line.text() if self.isEnabled() else self._kept
        return text.strip(" \t\r\n")  # what is copied elsewhere often ends in a line break

    def set_text(self, text: str) -> None:
        if self.isEnabled():
            self._line.setText(text)
        elif text != self._kept:
            self._kept = text
            self._show_hint()
            self.edited.emit()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 (Qt's name)
        super().changeEvent(event)
        if event.type() == QEvent.Type.EnabledChange:
            self._swap()

    def _swap(self) -> None:
        """Puts the text aside, or back: to whoever asks, it is the same one all the time."""
        with QSignalBlocker(self._line):
            shown = self._line.text()
            self._line.setText(self._kept if self.isEnabled() else "")
        self._line.setReadOnly(not self.isEnabled())  # Qt goes on blinking in a line that was switched off otherwise
        self._kept = "" if self.isEnabled() else shown
        self._show_hint()

    def _show_hint(self) -> None:
        off = _NOT_SENT if self._kept else ""
        self._line.setPlaceholderText(self._hint if self.isEnabled() else off)

    @property
    def main(self) -> QWidget:
        return self._line


class TextEditor(_LineEditor):
    """A plain line: prices, ids, times, remarks."""

    def __init__(self, field: Field) -> None:
        super().__init__(LineField(), "")
        self._slim = False
        self.show_example(field.example)
        self.setLayout(row(self._line))

    def show_example(self, text: str) -> None:
        """Shows in the empty line how its text may look, "" for nothing."""
        self._example = text
        says = "e.g." if self._slim else "such as"  # without a word it would look like a price that was typed
        self._hint = f"{says} {text}" if text else ""
        self._show_hint()

    def set_slim(self, slim: bool) -> None:
        """Has a shorter hint, which still looks like none of the trader's own prices."""
        self._slim = slim
        self.show_example(self._example)


_MOST_DIGITS: Final = 9


class QuantityLine(LineField):
    """A line in which the up and down keys count. The wheel does nothing: it would change a size unnoticed."""

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt's name)
        step = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()), 0)
        if step and self.text().isdecimal() and len(self.text()) < _MOST_DIGITS:
            self.setText(str(max(1, int(self.text()) + step)))
        else:
            super().keyPressEvent(event)


class QuantityEditor(_LineEditor):
    """A line, and buttons for the sizes used most. The buttons change the size and nothing else."""

    def __init__(self, field: Field, quick: Sequence[int]) -> None:
        super().__init__(QuantityLine(), f"such as {field.example}")
        self._line.setMinimumWidth(60)
        self._sizes: Sequence[int] = ()
        self._keys: Sequence[str] = ()
        self._buttons: list[QPushButton] = []
        self._row = row(self._line)
        self.setLayout(self._row)
        self.offer(quick)

    def offer(self, quick: Sequence[int]) -> None:
        """Puts a button for each of these sizes beside the line, in place of those it had. The text stays."""
        if quick == self._sizes:
            return
        for button in self._buttons:
            button.deleteLater()
        self._sizes = quick
        self._buttons = [self._quick(size) for size in quick]
        for button in self._buttons:
            self._row.addWidget(button)
        self.show_keys(self._keys)

    def show_keys(self, keys: Sequence[str]) -> None:
        """Names in the hint of each button the key that does the same, "" for none."""
        self._keys = keys
        for number, (button, size) in enumerate(zip(self._buttons, self._sizes, strict=True)):
            key = "".join(keys[number : number + 1])
            button.setToolTip(f"Set the quantity to {size}{f' ({key})' if key else ''}. Sends nothing.")

    def has(self, number: int) -> bool:
        """Whether there is a button of that number, from 1 on."""
        return number <= len(self._sizes)

    def choose(self, number: int) -> bool:
        """Sets the size of the button of that number, from 1 on. False if there is none."""
        if self.has(number):
            self._line.setText(str(self._sizes[number - 1]))
        return self.has(number)

    def _quick(self, size: int) -> QPushButton:
        button = QPushButton(str(size))
        button.setProperty("segment", "true")
        button.setFixedWidth(max(36, button.fontMetrics().horizontalAdvance(str(size)) + 14))
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


class _SegmentEditor(Editor):
    """A row of buttons. A text that has no button, such as a TradingView variable, is kept until one is pressed."""

    def __init__(self, options: Sequence[Option], *, exclusive: bool) -> None:
        super().__init__()
        self._group = QButtonGroup(self)
        self._group.setExclusive(exclusive)
        self._buttons = {option.token: self._made(option) for option in options}
        self._foreign = ""
        self.setLayout(row(*self._buttons.values()))
        self._stop_once()
        self._group.buttonToggled.connect(self._on_toggled)

    def _made(self, option: Option) -> QPushButton:
        button = _Segment(option.title)
        button.setCheckable(True)
        button.setToolTip(option.explanation)
        button.setProperty("segment", "true")
        button.setProperty("tone", option.token)
        self._group.addButton(button)
        return button

    def _on_toggled(self, _button: object, down: bool) -> None:
        if down or not self._group.exclusive():
            self._foreign = ""
            self._stop_once()
            self.edited.emit()

    def _stop_once(self) -> None:
        """Has Tab stop at one button of a choice: Qt takes care of that only while a hand presses."""
        for button in self._buttons.values() if self._group.exclusive() else ():
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus if button is self.main else Qt.FocusPolicy.ClickFocus)

    def _checked(self) -> list[str]:
        return [token for token, button in self._buttons.items() if button.isChecked()]

    def text(self) -> str:
        return self._foreign or ",".join(self._checked())

    def set_text(self, text: str) -> None:
        by_word = {token.lower(): token for token in self._buttons}
        words = [part.strip().lower() for part in text.split(",")]
        wanted = {by_word[word] for word in words if word in by_word}
        exclusive = self._group.exclusive()
        if len(wanted) != len(words) or (exclusive and len(words) > 1) or not text.isascii():
            wanted = set()
        self._group.setExclusive(False)  # or none could be left unchecked
        for token, button in self._buttons.items():
            button.setChecked(token in wanted)
        self._group.setExclusive(exclusive)
        self._foreign = "" if wanted or not text.strip() else text
        self._stop_once()
        self.edited.emit()

    def name(self, title: str, explanation: str) -> None:
        for button in self._buttons.values():
            spoken.name(button, f"{title}: {button.text()}", button.toolTip() or explanation)

    @property
    def main(self) -> QWidget:
        return next((b for b in self._buttons.values() if b.isChecked()), next(iter(self._buttons.values())))


class ChoiceEditor(_SegmentEditor):
    """One of a few. An optional choice has one more button, `none`, for no value."""

    def __init__(self, field: Field, none: str) -> None:
        options = field.type.options if isinstance(field.type, Choice) else ()
        nothing = (Option("", none, f"{field.title}: left out."),) if none else ()
        super().__init__((*options, *nothing), exclusive=True)
        if none:
            self._buttons[""].setChecked(True)


class StatesEditor(_SegmentEditor):
    """One or two of a few; none means no value."""

    def __init__(self, tokens: Sequence[str]) -> None:
        super().__init__(
            [Option(token, token.capitalize(), f"The position is {token}.") for token in tokens], exclusive=False
        )

    def set_text(self, text: str) -> None:
        super().set_text(text.replace("/", ","))


_FLAGS: Mapping[str, bool] = {"true": True, "false": False, "": False}


class FlagEditor(Editor):
    """A box to tick: `true`, or no value."""

    def __init__(self) -> None:
        super().__init__()
        self._box = QCheckBox("Yes")
        self._foreign = ""
        self._box.toggled.connect(self._on_toggled)
        self.setLayout(row(self._box))

    def _on_toggled(self) -> None:
        self._foreign = ""
        self.edited.emit()

    def text(self) -> str:
        return self._foreign or ("true" if self._box.isChecked() else "")

    def set_text(self, text: str) -> None:
        word = text.strip().lower()
        self._box.setChecked(_FLAGS.get(word, False))
        self._foreign = "" if word in _FLAGS else text
        self.edited.emit()

    @property
    def main(self) -> QWidget:
        return self._box
