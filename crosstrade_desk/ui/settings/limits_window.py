"""The limits the trader sets for himself: a form made from the settings that bear a group."""

import re
from dataclasses import fields

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from crosstrade_desk.desk.accounts import fits
from crosstrade_desk.desk.desk import Desk
from crosstrade_desk.desk.limits import limits_of
from crosstrade_desk.desk.preferences import Preferences
from crosstrade_desk.protocol.problems import listed
from crosstrade_desk.storage.about import About
from crosstrade_desk.storage.settings import KINDS, Settings, about
from crosstrade_desk.ui.placing import below_band
from crosstrade_desk.ui.plain_buttons import push_button
from crosstrade_desk.ui.theme import mark
from crosstrade_desk.ui.ticket.editors import StillBox

_CHANGED = "Entries went off: the limits were changed."
_NAMED = 4  # accounts that are named beside a pattern


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


_Editor = _Line | _Lines | _Tick | _Pick


class LimitsWindow(QDialog):
    """One line a setting, with its sentence. Nothing is taken over while one of them is wrong.

    Signals:
        kept: other limits hold from now on.
        taken_over: the settings are these from now on.
    """

    kept = Signal()
    taken_over = Signal(object)

    def __init__(self, desk: Desk, preferences: Preferences, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Limits")
        self.setModal(False)
        self.resize(820, 640)
        self._desk, self._preferences = desk, preferences
        self._lines: dict[str, _Editor] = {}
        self._said: dict[str, QLabel] = {}
        self.result_line = QLabel()
        self.result_line.setObjectName("limits-said")
        self.doubt_line = QLabel()
        self.doubt_line.setObjectName("limits-doubt")
        self.doubt_line.setWordWrap(True)
        self.doubt_line.setTextFormat(Qt.TextFormat.PlainText)
        mark(self.doubt_line, tone="bad")
        self._build()

    def _build(self) -> None:
        body = QWidget()
        body.setObjectName("rows")
        grid = QGridLayout(body)
        for column, width in enumerate((150, 200, 96)):
            grid.setColumnMinimumWidth(column, width)
        grid.setColumnStretch(3, 1)
        heading = ""
        for name, what in shown():
            if what.group != heading:
                heading = what.group
                title = QLabel(heading)
                title.setObjectName("heading")
                title.setMinimumHeight(28)
                title.setAlignment(Qt.AlignmentFlag.AlignBottom)
                grid.addWidget(title, grid.rowCount(), 0, 1, 4)
            self._add_row(grid, name, what)
        grid.setRowStretch(grid.rowCount(), 1)
        scroll = QScrollArea()
        scroll.setWidget(body)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        rows = QVBoxLayout(self)
        rows.addWidget(self.doubt_line)
        rows.addWidget(scroll, 1)
        rows.addLayout(self._bottom())

    def _add_row(self, grid: QGridLayout, name: str, what: About) -> None:
        usual = getattr(Settings(), name)
        many = isinstance(usual, tuple)
        line, said, label, unit = (
            _editor(what, usual),
            QLabel(what.help),
            QLabel(what.label),
            QLabel(what.unit),
        )
        line.setObjectName(f"limit-{name}")
        line.setAccessibleName(what.label)
        line.setAccessibleDescription(what.help)
        line.setToolTip(_tip(what))
        example = (
            what.expected.rpartition("such as ")[2].split(",", maxsplit=1)[0] if "such as" in what.expected else ""
        )
        line.setPlaceholderText(f"{'one a line, ' if many else ''}such as {example}" if example else "")
        line.changed.connect(self._check)
        said.setObjectName(f"limit-{name}-problem")
        said.setWordWrap(True)
        said.setMinimumHeight(32)
        said.setTextFormat(Qt.TextFormat.PlainText)
        said.setProperty("problem", "true")
        said.setProperty("tone", "muted")
        label.setBuddy(line)
        row = grid.rowCount()
        unit.setProperty("tone", "muted")
        for column, part in enumerate((label, line, unit, said)):
            grid.addWidget(part, row, column)
        self._lines[name], self._said[name] = line, said

    def _bottom(self) -> QHBoxLayout:
        self.keep_button = push_button(
            "Keep", self.keep, "Takes all of this over. Another limit switches live entries off."
        )
        usual = push_button("Usual limits", self._fill_usual, "Fills in what the program came with.")
        close = push_button("Close", self.hide, "")
        line = QHBoxLayout()
        line.addWidget(self.keep_button)
        line.addWidget(usual)
        line.addWidget(self.result_line, 1)
        line.addWidget(close)
        return line

    def remark(self, name: str, sentence: str) -> None:
        """Adds a sentence to the tool tip of a setting, or takes it away again."""
        line, what = self._lines[name], about(name)
        line.setToolTip(f"{_tip(what)} {sentence}".rstrip())

    def open_fresh(self) -> None:
        """Shows the limits in force."""
        self._fill(self._preferences.current)
        self.result_line.setText("")
        below_band(self)
        self._show_doubt()
        self.show()
        self.raise_()
        self.activateWindow()
        next(iter(self._lines.values())).setFocus()

    def _show_doubt(self) -> None:
        self.doubt_line.setText(self._desk.unconfirmed)
        self.doubt_line.setVisible(bool(self._desk.unconfirmed))

    def _fill(self, settings: Settings) -> None:
        for name, line in self._lines.items():
            line.put(written(getattr(settings, name)))
        self._check()

    def _fill_usual(self) -> None:
        self._fill(Settings())

    def _check(self) -> dict[str, object] | None:
        """The values as they stand, or None; what is wrong stands beside each."""
        values: dict[str, object] = {}
        for name, line in self._lines.items():
            what = about(name)
            value = read(line.typed, getattr(Settings(), name))
            good = what.check(value)
            if good:
                values[name] = value
            said = self._said[name]
            said.setText(self._help(what, value) if good else f"This must be {what.expected}.")
            mark(said, tone="muted" if good else "bad")
            mark(line, wrong="false" if good else "true")
        self.keep_button.setEnabled(len(values) == len(self._lines))
        self.result_line.setText("")
        return values if len(values) == len(self._lines) else None

    def _help(self, what: About, value: object) -> str:
        """What is said of a good value; of patterns, which of the trader's accounts each of them fits."""
        if what.group != KINDS or not isinstance(value, tuple):
            return what.help
        known = self._preferences.current.accounts
        found = {pattern: [name for name in known if fits(name, pattern)] for pattern in value}
        said = [f"{pattern} fits {_some(names)}." for pattern, names in found.items() if names]
        if len(said) < len(value):
            said.append(f"{'The others fit' if said else 'They fit'} none of your accounts.")
        return " ".join([what.help, *said])

    def keep(self) -> None:
        """Takes the limits over, if all of them can be."""
        values = self._check()
        if values is None:
            return
        before = self._desk.limits
        # A trusted host that another hand put there stands in the sentence on top, and is confirmed with the rest.
        self._preferences.change(**values, trusted_host=self._preferences.current.trusted_host)
        self._show_doubt()
        self._desk.set_limits(limits_of(self._preferences.current))
        if self._desk.limits != before:
            self._desk.switch.disarm(_CHANGED)
            self.kept.emit()
        self.taken_over.emit(self._preferences.current)
        self.result_line.setText("These limits hold from now on.")
        mark(self.result_line, tone="good")


def _editor(what: About, usual: object) -> _Editor:
    if what.choices:
        return _Pick(what.choices)
    return _Lines() if isinstance(usual, tuple) else _Tick() if isinstance(usual, bool) else _Line()


def _tip(what: About) -> str:
    return f"{what.help} It must be {what.expected}."


def _some(names: list[str]) -> str:
    left = len(names) - _NAMED
    return listed((*names[:_NAMED], f"{left} more") if left > 0 else tuple(names))


def shown() -> list[tuple[str, About]]:
    """The settings that have a group, in their order."""
    found = [(item.name, about(item.name)) for item in fields(Settings)]
    return [(name, what) for name, what in found if what.group]


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
