"""One row of the form: label, editor, and the place for the sentence about it."""

from collections.abc import Callable
from typing import Final

from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QApplication, QWidget

from crosstrade_desk.protocol import command
from crosstrade_desk.protocol.fields import FieldType, InstrumentName
from crosstrade_desk.protocol.instrument import Instrument
from crosstrade_desk.protocol.instrument_words import price_example
from crosstrade_desk.protocol.numbers import Count, Fraction, Quantity, RateText, Seconds
from crosstrade_desk.protocol.prices import Price
from crosstrade_desk.protocol.problems import Invalid
from crosstrade_desk.protocol.spec import Field, Group, Optional, Required, Use, When
from crosstrade_desk.protocol.texts import AccountList, Choice, ClockText, Flag, States, Text
from crosstrade_desk.storage.settings import Settings
from crosstrade_desk.ui.elided import ElidedLabel, fitted
from crosstrade_desk.ui.fit import Fit
from crosstrade_desk.ui.letter_label import LetterLabel
from crosstrade_desk.ui.theme import mark
from crosstrade_desk.ui.ticket.account_editor import AccountEditor
from crosstrade_desk.ui.ticket.editors import (
    ChoiceEditor,
    Editor,
    FlagEditor,
    QuantityEditor,
    StatesEditor,
    TextEditor,
)
from crosstrade_desk.ui.ticket.instrument_editor import InstrumentEditor

# Pixels at least for label, editor and sentence. In `SLIM` two short fields may share a line.
COLUMNS: Final = {Fit.WHOLE: (116, 354, 220, 0), Fit.SHORT: (84, 284, 0, 0), Fit.SLIM: (80, 96, 66, 96)}
_LABEL: Final = {Fit.SHORT: 84, Fit.SLIM: 80}  # pixels at most
_ANY_WIDTH: Final = 16_777_215  # Qt's own
_SENTENCE: Final = 12  # pixels of the letters of a sentence beside a field, as the theme has them
_LINE: Final = 14  # pixels
_MOST_LINES: Final = 4
_LINES: Final = {AccountList: 6, InstrumentName: 3}  # lines of the sentence, where it is not the rule's
Maker = Callable[[Use, Settings], Editor]


def _text(use: Use, _settings: Settings) -> Editor:
    return TextEditor(use.field)


MAKERS: Final[dict[type[FieldType], Maker]] = {
    AccountList: lambda _use, settings: AccountEditor(settings.accounts, settings.chosen_accounts),
    InstrumentName: lambda use, settings: InstrumentEditor(use.field, settings.instruments),
    Choice: lambda use, _settings: ChoiceEditor(use.field, _none(use)),
    States: lambda _use, _settings: StatesEditor(States().tokens),
    Flag: lambda _use, _settings: FlagEditor(),
    Quantity: lambda use, settings: QuantityEditor(use.field, settings.quick_quantities),
    Price: _text,
    Fraction: _text,
    Count: _text,
    Seconds: _text,
    RateText: _text,
    ClockText: _text,
    Text: _text,
}
EXTRAS: Final = Field(
    command.EXTRAS,
    "Extra fields",
    "Fields this program does not know, such as name=value; other=value. They are sent as they stand.",
    "name=value",
    Text("A field"),
    "",
)


EVERYWHERE: Final = Field(
    "everywhere",
    "Every account",
    "Leaves the account out, so that it reaches every account there is.",
    "true",
    Flag(),
    "",
)


def _none(use: Use) -> str:
    return (
        "" if isinstance(use.need, Required | When) or not isinstance(use.field.type, Choice) else use.field.type.none
    )


class Row:
    """The widgets of one field. What may be left out says its rule while nothing is wrong; the rest stays quiet."""

    def __init__(self, field: Field, editor: Editor, *, needed: bool) -> None:
        self.field = field
        self.editor = editor
        self._says = True
        self._rule = "" if needed else field.explanation
        editor.setObjectName(field.name)
        self.label = LetterLabel(field.title, field.name, lambda: editor.main)
        lines = _LINES.get(type(field.type)) or _lines(self._rule)
        self.remark = ElidedLabel(lines)
        self.remark.setText(self._rule)
        self.remark.setObjectName(f"{field.name}-problem")
        self.remark.setProperty("problem", "true")
        self.remark.setProperty("tone", "muted")
        self.remark.setFixedHeight(lines * _LINE)  # a sentence that comes or goes moves nothing
        self._explain(field.example)
        editor.name(field.title, field.explanation)

    @property
    def widgets(self) -> tuple[QWidget, QWidget, QWidget]:
        return self.label, self.editor, self.remark

    def set_fit(self, fit: Fit) -> None:
        """Has its sentence beside it, or leaves that to the pane; its label has one line, or two of less width."""
        self._says = fit is Fit.WHOLE
        self.label.setWordWrap(not self._says)
        self.label.setMaximumWidth(_LABEL.get(fit, _ANY_WIDTH))
        self.remark.setVisible(self._says and self.label.isVisible())
        self.editor.set_slim(fit is Fit.SLIM)

    def show_price(self, instrument: Instrument | Invalid, *, sells: bool) -> None:
        """Has the example of a price be one of this instrument and side, or none where that is not known."""
        if isinstance(self.editor, TextEditor) and isinstance(self.field.type, Price):
            example = price_example(self.field.name, instrument, sells=sells)
            if example != self._example:
                self.editor.show_example(example)
                self._explain(example)

    def _explain(self, example: str) -> None:
        self._example = example
        words = f"{self.field.explanation} Such as {example}." if example else self.field.explanation
        for part in (self.editor, self.label, self.editor.main):
            part.setToolTip(words)

    def show(self, shown: bool) -> None:
        for widget in (self.label, self.editor):
            widget.setVisible(shown)
        self.remark.setVisible(shown and self._says)

    def say(self, sentence: str, tone: str, hint: str = "") -> None:
        """Shows a sentence beside the field: `bad` if the text is wrong, `muted` if there is none yet.

        Without a sentence it shows `hint`, or else the field's rule if it is an option. What the editor tells follows.
        """
        text = "\n".join(filter(None, [sentence or hint or self._rule, self.editor.told()]))
        tone = tone if sentence else "muted"
        if self.remark.text() != text or self.remark.property("tone") != tone:
            self.remark.setText(text)
            mark(self.remark, tone=tone)
            mark(self.editor.main, wrong="true" if tone == "bad" else "false")


def _lines(rule: str) -> int:
    """How many lines a rule has at the least width of its column; any other sentence has two at least."""
    font = QFont(QApplication.font())
    font.setPixelSize(_SENTENCE)
    return max(2, len(fitted(rule, QFontMetrics(font), COLUMNS[Fit.WHOLE][2], _MOST_LINES)))


def made(field: Field, use: Use | None, settings: Settings) -> Row:
    """The row of a field as its first command uses it; without a use it is one of the form's own."""
    if use is None:
        return Row(field, FlagEditor() if field is EVERYWHERE else TextEditor(field), needed=False)
    needed = field.group is Group.ORDER and not isinstance(use.need, Optional)
    return Row(field, MAKERS[type(field.type)](use, settings), needed=needed)
