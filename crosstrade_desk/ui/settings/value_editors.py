"""Editors of one setting each, by the kind of its value, and that value as text."""

import re

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QCheckBox, QLineEdit, QPlainTextEdit

from crosstrade_desk.storage.about import About
from crosstrade_desk.ui.ticket.editors import StillBox


class _Line(QLineEdit):
    """A value on one line."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.textEdited.connect(lambda _text: self.changed.emit())

    @property
    def typed(self) -> str:
        return self.text()

    def put(self, text: str) -> None:
        self.setText(text)


class _Tick(QCheckBox):
    """Yes or no."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.toggled.connect(lambda _on: self.changed.emit())

    @property
    def typed(self) -> str:
        return str(self.isChecked())

    def put(self, text: str) -> None:
        with QSignalBlocker(self):
            self.setChecked(text == str(True))

    def setPlaceholderText(self, _text: str) -> None:  # noqa: N802 (as the lines call it)
        """There is nothing to type."""


class _Pick(StillBox):
    """One of a few words."""

    changed = Signal()

    def __init__(self, choices: tuple[str, ...]) -> None:
        super().__init__()
        self.addItems(choices)
        self.currentIndexChanged.connect(lambda _index: self.changed.emit())

    @property
    def typed(self) -> str:
        return self.currentText()

    def put(self, text: str) -> None:
        with QSignalBlocker(self):
            self.setCurrentText(text)


class _Lines(QPlainTextEdit):
    """A list, one item a line."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(84)
        self.setTabChangesFocus(True)
        self.textChanged.connect(self.changed)

    @property
    def typed(self) -> str:
        return self.toPlainText()

    def put(self, text: str) -> None:
        with QSignalBlocker(self):
            self.setPlainText(text)


Editor = _Line | _Lines | _Tick | _Pick


def editor(what: About, usual: object) -> Editor:
    """The editor of a setting, by what it may be."""
    if what.choices:
        return _Pick(what.choices)
    return _Lines() if isinstance(usual, tuple) else _Tick() if isinstance(usual, bool) else _Line()


def written(value: object) -> str:
    """A value as it is typed."""
    return "\n".join(map(str, value)) if isinstance(value, tuple) else str(value)


def read(text: str, usual: object) -> object:
    """A typed text as a value of the kind that the usual value has; a number that is none stays a text."""
    bare = text.strip()
    if isinstance(usual, bool):
        return bare == str(True)
    if isinstance(usual, tuple):
        each = next(iter(usual), "")
        return tuple(read(part, each) for part in re.split(r"[,\n]", bare) if part.strip())
    return int(bare) if isinstance(usual, int) and bare.isascii() and bare.isdigit() and len(bare) < 10 else bare
