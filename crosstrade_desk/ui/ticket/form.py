"""The form of one command, made from the catalogue. Texts stay when the command changes: nothing typed is lost."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from crosstrade_desk.protocol.catalogue import COMMANDS, CommandSpec, Optional, Use
from crosstrade_desk.protocol.command import is_used
from crosstrade_desk.protocol.fields import AccountList, Choice, FieldType, Fraction, InstrumentName, Price, Quantity
from crosstrade_desk.protocol.problems import Problems
from crosstrade_desk.storage.settings import Settings
from crosstrade_desk.ui.theme import mark
from crosstrade_desk.ui.ticket.account_editor import AccountEditor
from crosstrade_desk.ui.ticket.editors import ChoiceEditor, Editor, QuantityEditor, TextEditor
from crosstrade_desk.ui.ticket.instrument_editor import InstrumentEditor

_MAKERS: dict[type[FieldType], Callable[[Use, Settings], Editor]] = {
    AccountList: lambda _use, settings: AccountEditor(settings.accounts, settings.chosen_accounts),
    InstrumentName: lambda use, settings: InstrumentEditor(use.field, settings.instruments),
    Choice: lambda use, _settings: ChoiceEditor(use.field, _none(use)),
    Quantity: lambda use, settings: QuantityEditor(use.field, settings.quick_quantities),
    Price: lambda use, _settings: TextEditor(use.field),
    Fraction: lambda use, _settings: TextEditor(use.field),
}


def _none(use: Use) -> str:
    return "Any" if isinstance(use.need, Optional) else ""


class _Row:
    """Label, editor and the place for the sentence about it."""

    def __init__(self, use: Use, settings: Settings) -> None:
        field = use.field
        self.editor = _MAKERS[type(field.type)](use, settings)
        self.editor.setObjectName(field.name)
        self.label = QLabel(field.title)
        self.label.setBuddy(self.editor.main)
        self.problem = QLabel()
        self.problem.setObjectName(f"{field.name}-problem")
        self.problem.setTextFormat(Qt.TextFormat.PlainText)
        self.problem.setWordWrap(True)
        self.problem.setProperty("problem", "true")
        self.problem.setMinimumHeight(34)  # two lines, so that a sentence that comes or goes moves nothing
        for part in (self.editor, self.label, self.editor.main):
            part.setToolTip(f"{field.explanation} Such as {field.example}.")
        self.editor.main.setAccessibleName(field.title)
        self.editor.main.setAccessibleDescription(field.explanation)

    @property
    def widgets(self) -> tuple[QWidget, QWidget, QWidget]:
        return self.label, self.editor, self.problem

    def show(self, shown: bool) -> None:
        for widget in self.widgets:
            widget.setVisible(shown)

    def say(self, sentence: str, *, wrong: bool) -> None:
        """Shows a sentence beside the field: loud if what stands there is wrong, quiet if nothing stands there yet."""
        if self.problem.text() != sentence or self.problem.property("tone") != ("bad" if wrong else "muted"):
            self.problem.setText(sentence)
            mark(self.problem, tone="bad" if wrong else "muted")
            mark(self.editor.main, wrong="true" if wrong else "false")


class Form(QWidget):
    """One row for every field of the catalogue, of which those of the chosen command are shown."""

    edited = Signal()

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(3)
        self._grid.setColumnMinimumWidth(0, 80)
        self._grid.setColumnMinimumWidth(1, 330)
        self._grid.setColumnMinimumWidth(2, 240)
        self._grid.setColumnStretch(2, 1)
        self._rows: dict[str, _Row] = {}
        self._spec = COMMANDS[0]
        for use in (use for spec in COMMANDS for use in spec.uses):
            if use.field.name not in self._rows:
                self._add(use, settings)
        self._grid.setRowStretch(len(self._rows), 1)
        self.show_command(self._spec)

    def _add(self, use: Use, settings: Settings) -> None:
        made = _Row(use, settings)
        number = len(self._rows)
        for column, widget in enumerate(made.widgets):
            self._grid.addWidget(widget, number, column)
        made.editor.edited.connect(self._on_edited)
        self._rows[use.field.name] = made

    def show_command(self, spec: CommandSpec) -> None:
        """Shows the fields of `spec` and hides the others, whose texts stay."""
        self._spec = spec
        for name, made in self._rows.items():
            made.show(spec.use(name) is not None)
        self._on_edited()

    def _on_edited(self) -> None:
        every = self._all_texts()
        for use in self._spec.uses:
            self._rows[use.field.name].editor.setEnabled(is_used(use, every))
        self.edited.emit()

    @property
    def spec(self) -> CommandSpec:
        return self._spec

    def editor(self, name: str) -> Editor:
        return self._rows[name].editor

    def _all_texts(self) -> dict[str, str]:
        return {use.field.name: self._rows[use.field.name].editor.text() for use in self._spec.uses}

    def texts(self) -> dict[str, str]:
        """The texts of the fields that have a meaning now; a limit price beside a market order is left out."""
        every = self._all_texts()
        return {use.field.name: every[use.field.name] for use in self._spec.uses if is_used(use, every)}

    def show_problems(self, problems: Problems | None) -> None:
        """Puts each sentence beside its field and takes the others away."""
        texts = self.texts()
        for name, made in self._rows.items():
            fault = made.editor.fault()
            sentence = fault or (problems.of(name) if problems else "")
            made.say(sentence, wrong=bool(fault or (sentence and texts.get(name, "").strip())))

    def focus_first(self, problems: Problems) -> None:
        """Puts the cursor where the first problem is."""
        for problem in problems.items:
            if problem.field in self._rows:
                self._rows[problem.field].editor.main.setFocus(Qt.FocusReason.OtherFocusReason)
                return
