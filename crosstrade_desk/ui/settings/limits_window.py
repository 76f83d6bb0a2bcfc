"""The limits the trader sets for himself: a form made from the settings that bear a group."""

from dataclasses import fields

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from crosstrade_desk.desk.accounts import fits
from crosstrade_desk.desk.desk import Desk
from crosstrade_desk.desk.limits import limits_of
from crosstrade_desk.desk.preferences import Preferences
from crosstrade_desk.protocol.problems import counted, listed
from crosstrade_desk.storage.about import About
from crosstrade_desk.storage.settings import KINDS, Settings, about
from crosstrade_desk.ui.plain_buttons import push_button
from crosstrade_desk.ui.settings.value_editors import Editor, editor, read, written
from crosstrade_desk.ui.side_window import SideWindow
from crosstrade_desk.ui.theme import mark

_CHANGED = "Entries went off: the limits were changed."
_NAMED = 4  # accounts that are named beside a pattern


class LimitsWindow(SideWindow):
    """One line a setting, with its sentence. Nothing is taken over while one of them is wrong.

    What was changed and not kept is said before the window closes, and stands here again when it opens.

    Signals:
        kept: other limits hold from now on.
        unkept: the window closed with changes that do not hold, in a sentence.
        taken_over: the settings are these from now on.
    """

    kept = Signal()
    unkept = Signal(str)
    taken_over = Signal(object)

    def __init__(self, desk: Desk, preferences: Preferences, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Limits")
        self.resize(820, 640)
        self._desk, self._preferences = desk, preferences
        self._lines: dict[str, Editor] = {}
        self._said: dict[str, QLabel] = {}
        self._left: dict[str, str] = {}  # what was typed and not kept when the window closed last
        self._warned = False
        self.result_line = QLabel()
        self.result_line.setWordWrap(True)
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
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the fields in it take the focus, and scroll
        scroll.setWidget(body)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        rows = QVBoxLayout(self)
        rows.addWidget(self.doubt_line)
        rows.addWidget(scroll, 1)
        rows.addLayout(self._bottom())

    def _add_row(self, grid: QGridLayout, name: str, what: About) -> None:
        usual = getattr(Settings(), name)
        line, said, label, unit = editor(what, usual), _said(name, what.help), QLabel(what.label), QLabel(what.unit)
        line.setObjectName(f"limit-{name}")
        line.setAccessibleName(what.label)
        line.setAccessibleDescription(what.help)
        line.setToolTip(_tip(what))
        line.setPlaceholderText(_example(what, usual))
        line.changed.connect(self._check)
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
        self.back_button = push_button(
            "Back to the former",
            self.back,
            "Takes back what another hand changed: the limits you confirmed hold again.",
        )
        usual = push_button("Usual limits", self._fill_usual, "Fills in what the program came with.")
        self.drop_button = push_button("Drop changes", self._drop, "Shows the limits in force again.")
        close = push_button("Close", self.reject, "")
        line = QHBoxLayout()
        line.addWidget(self.keep_button)
        line.addWidget(self.back_button)
        line.addWidget(usual)
        line.addWidget(self.drop_button)
        line.addWidget(self.result_line, 1)
        line.addWidget(close)
        return line

    def remark(self, name: str, sentence: str) -> None:
        """Adds a sentence to the tool tip of a setting, or takes it away again."""
        line, what = self._lines[name], about(name)
        line.setToolTip(f"{_tip(what)} {sentence}".rstrip())

    def open_fresh(self) -> None:
        """Shows the limits in force, and over them what was typed here before and not kept."""
        if not self.isVisible():
            self._fill(self._preferences.current)
            for name, text in self._left.items():
                self._lines[name].put(text)
            self._check()
        self._show_doubt()
        self.bring_up()
        next(iter(self._lines.values())).setFocus()

    def _show_doubt(self) -> None:
        self.doubt_line.setText(self._desk.unconfirmed)
        self.doubt_line.setVisible(bool(self._desk.unconfirmed))
        self.back_button.setVisible(self._preferences.former is not None)

    def _fill(self, settings: Settings) -> None:
        for name, line in self._lines.items():
            line.put(written(getattr(settings, name)))
        self._check()

    def _drop(self) -> None:
        self._fill(self._preferences.current)

    def _changed(self) -> list[str]:
        """Names of the settings that stand here otherwise than they hold."""
        current, usual = self._preferences.current, Settings()
        typed = ((name, read(line.typed, getattr(usual, name))) for name, line in self._lines.items())
        return [name for name, value in typed if value != read(written(getattr(current, name)), getattr(usual, name))]

    def _say_changes(self, way_on: str) -> None:
        changed = self._changed()
        self.drop_button.setEnabled(bool(changed))
        self.result_line.setText(f"Not kept: {counted(len(changed), 'change')}. {way_on}".strip() if changed else "")
        mark(self.result_line, tone="warn")

    def reject(self) -> None:
        """Closes the window; with changes that are not kept only the second time, and says so the first time."""
        if self._changed() and not self._warned:
            self._say_changes("Press Keep, or close once more.")
            self._warned = True
        else:
            super().reject()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 (Qt's name)
        super().hideEvent(event)
        changed = self._changed()
        self._left = {name: self._lines[name].typed for name in changed}
        if changed:
            named = _some([about(name).label for name in changed])
            self.unkept.emit(f"Limits: {counted(len(changed), 'change')} not kept: {named}. Press Limits, then Keep.")

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
        self._warned = False
        self._say_changes("")
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
        if values := self._check():
            # A trusted host that another hand put there stands in the sentence on top, and is confirmed with the rest.
            self._take_over(values, self._preferences.current.trusted_host)

    def back(self) -> None:
        """Takes over the limits that the trader confirmed before another hand changed them, and the trusted host."""
        if former := self._preferences.former:
            self._fill(former)
            self._take_over({name: getattr(former, name) for name in self._lines}, former.trusted_host)

    def _take_over(self, values: dict[str, object], trusted_host: str) -> None:
        before = self._desk.limits
        self._preferences.change(**values, trusted_host=trusted_host)
        self._show_doubt()
        self._desk.set_limits(limits_of(self._preferences.current))
        if self._desk.limits != before:
            self._desk.switch.disarm(_CHANGED)
            self.kept.emit()
        self.taken_over.emit(self._preferences.current)
        self._fill(self._preferences.current)
        self.result_line.setText("These limits hold from now on.")
        mark(self.result_line, tone="good")


def _said(name: str, words: str) -> QLabel:
    """What stands beside a setting."""
    said = QLabel(words)
    said.setObjectName(f"limit-{name}-problem")
    said.setWordWrap(True)
    said.setMinimumHeight(32)
    said.setTextFormat(Qt.TextFormat.PlainText)
    said.setProperty("problem", "true")
    said.setProperty("tone", "muted")
    return said


def _example(what: About, usual: object) -> str:
    """What stands in an empty editor."""
    _, _, examples = what.expected.partition("such as ")
    each = "one a line, " if isinstance(usual, tuple) else ""
    return f"{each}such as {examples.split(',', maxsplit=1)[0]}" if examples else ""


def _tip(what: About) -> str:
    return f"{what.help} It must be {what.expected}."


def _some(names: list[str]) -> str:
    left = len(names) - _NAMED
    return listed((*names[:_NAMED], f"{left} more") if left > 0 else tuple(names))


def shown() -> list[tuple[str, About]]:
    """The settings that have a group, in their order."""
    found = [(item.name, about(item.name)) for item in fields(Settings)]
    return [(name, what) for name, what in found if what.group]
