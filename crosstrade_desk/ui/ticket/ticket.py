"""The ticket pane: form on the left, what it says and the buttons that send it on the right."""

from typing import cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QComboBox, QFrame, QGridLayout, QHBoxLayout, QLabel, QPlainTextEdit, QVBoxLayout

from crosstrade_desk.desk.desk import Desk
from crosstrade_desk.desk.events import NoPlace, Place
from crosstrade_desk.protocol.catalogue import COMMANDS, FLATTEN
from crosstrade_desk.protocol.message import Message
from crosstrade_desk.protocol.problems import Problems
from crosstrade_desk.protocol.sentence import listed
from crosstrade_desk.storage.settings import Settings
from crosstrade_desk.ui.bridge import Bridge
from crosstrade_desk.ui.theme import mark
from crosstrade_desk.ui.ticket.account_editor import AccountEditor
from crosstrade_desk.ui.ticket.buttons import FireButton
from crosstrade_desk.ui.ticket.form import Form
from crosstrade_desk.ui.ticket.instrument_editor import InstrumentEditor

FLATTEN_KEY = "Ctrl+Shift+F"
SEND_KEY = "Ctrl+Return"
_SCOPE = ("account", "instrument")


def heading(text: str) -> QLabel:
    label = QLabel(text)
    label.setObjectName("heading")
    return label


class StillCombo(QComboBox):
    """A list that the wheel does not turn."""

    def wheelEvent(self, event: object) -> None:  # noqa: N802 (Qt's name)
        event.ignore()  # type: ignore[attr-defined]


class Ticket(QFrame):
    """Composes on every change. The message that is shown is the very object that a press sends.

    Signals:
        accounts_changed: the names offered or ticked have changed.
        unsendable: a press that could send nothing, with the sentence that says why.
    """

    accounts_changed = Signal()
    unsendable = Signal(str)

    def __init__(self, desk: Desk, bridge: Bridge, settings: Settings) -> None:
        super().__init__()
        self.setObjectName("panel")
        self._desk = desk
        self._message: Message | Problems
        self._flatten: Message | Problems
        self._place: Place | None = None
        self.form = Form(settings)
        self._build()
        self.form.editor("instrument").set_text(settings.instrument)
        self.form.editor("qty").set_text("1")
        self.form.editor("order_type").set_text("MARKET")
        self.form.editor("tif").set_text("DAY")
        self.form.edited.connect(self.refresh)
        self.command.currentIndexChanged.connect(self._on_command)
        bridge.place.connect(self._on_place)
        bridge.begun.connect(self.refresh)
        bridge.ended.connect(self.refresh)
        self.refresh()

    def _build(self) -> None:
        columns = QHBoxLayout(self)
        columns.setContentsMargins(14, 10, 14, 12)
        columns.setSpacing(18)
        columns.addLayout(self._left(), 3)
        columns.addLayout(self._right(), 2)

    def _left(self) -> QVBoxLayout:
        self.command = StillCombo()
        self.command.setObjectName("command")
        self.command.setAccessibleName("Command")
        for spec in COMMANDS:
            self.command.addItem(spec.title, spec)
            self.command.setItemData(self.command.count() - 1, spec.explanation, Qt.ItemDataRole.ToolTipRole)
        label = QLabel("Command")
        label.setBuddy(self.command)
        self.explanation = QLabel()
        self.explanation.setProperty("tone", "muted")
        self.explanation.setProperty("problem", "true")
        self.explanation.setMinimumHeight(48)
        self.explanation.setWordWrap(True)
        top = QGridLayout()
        top.setHorizontalSpacing(10)
        top.setColumnMinimumWidth(0, 80)
        top.setColumnMinimumWidth(1, 330)
        top.setColumnMinimumWidth(2, 240)
        top.setColumnStretch(2, 1)
        for column, widget in enumerate((label, self.command, self.explanation)):
            top.addWidget(widget, 0, column)
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addLayout(top)
        left.addWidget(self.form, 1)
        return left

    def _right(self) -> QVBoxLayout:
        self.sentence = QLabel()
        self.sentence.setObjectName("sentence")
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        self.sentence.setWordWrap(True)
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.sentence.setMinimumHeight(62)
        self.wire = QPlainTextEdit()
        self.wire.setReadOnly(True)
        self.wire.setMinimumHeight(186)
        self.wire.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.wire.setAccessibleName("Wire text, key masked")
        self.wire.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.send_button = FireButton(lines=3)
        self.send_button.setObjectName("send")
        self.send_button.clicked.connect(self.send)
        self.flatten_button = FireButton(lines=1)
        self.flatten_button.setObjectName("flatten")
        self.flatten_button.clicked.connect(self.flatten)
        right = QVBoxLayout()
        right.setSpacing(6)
        for part in (heading("In words"), self.sentence, heading("On the wire")):
            right.addWidget(part)
        right.addWidget(self.wire, 1)
        right.addSpacing(4)
        right.addWidget(self.send_button)
        right.addSpacing(14)
        right.addWidget(heading("Way out"))
        right.addWidget(self.flatten_button)
        return right

    def _on_command(self) -> None:
        self.form.show_command(self.command.currentData())

    def _on_place(self, place: Place | NoPlace) -> None:
        self._place = place if isinstance(place, Place) else None
        self.refresh()

    def refresh(self, _cause: object = None) -> None:
        """Composes anew and shows the result: beside the fields, in words, on the wire and on the buttons."""
        self._message = self._desk.compose(self.form.spec, self.form.texts())
        self._flatten = self._desk.compose(FLATTEN, self._scope(), needed=_SCOPE)
        self.explanation.setText(self.form.spec.explanation)
        self.form.show_problems(self._message if isinstance(self._message, Problems) else None)
        self._show_read_back(self._message)
        self._show_send(self._message)
        self._show_flatten(self._flatten)

    def _show_read_back(self, message: Message | Problems) -> None:
        self.sentence.setText("Nothing to send yet." if isinstance(message, Problems) else message.command.sentence)
        mark(self.sentence, tone="muted" if isinstance(message, Problems) else "")
        wire = "" if isinstance(message, Problems) else message.masked
        if self.wire.toPlainText() != wire:
            self.wire.setPlainText(wire)

    def _show_send(self, message: Message | Problems) -> None:
        where = f"SEND to {self._place.mode.value}" if self._place else "No connection yet"
        if isinstance(message, Problems):
            self._say(self.send_button, "Not ready to send", _what_is_left(message), "NONE", enabled=True)
            return
        if self._desk.busy and not message.command.spec.exits:
            self._say(self.send_button, "Waiting for the answer …", "", "NONE", enabled=False)
            return
        tone = str(message.command.values.get("action", "EXIT")) if self._place else "NONE"
        self._say(self.send_button, where, message.command.sentence, tone, enabled=True)

    def _show_flatten(self, message: Message | Problems) -> None:
        if isinstance(message, Problems):
            self._say(self.flatten_button, f"FLATTEN   {FLATTEN_KEY}", _what_is_left(message), "NONE", enabled=True)
            return
        texts = message.command.texts
        scope = f"{texts['instrument']} on {listed(message.command.accounts)}"
        self._say(self.flatten_button, f"FLATTEN   {FLATTEN_KEY}", scope, "EXIT", enabled=True)

    @staticmethod
    def _say(button: FireButton, title: str, sentence: str, tone: str, *, enabled: bool) -> None:
        button.setEnabled(enabled)
        button.say(title, sentence, tone)

    def _scope(self) -> dict[str, str]:
        return {name: self.form.editor(name).text() for name in _SCOPE}

    def send(self) -> None:
        """Sends what is shown, or puts the cursor on what is missing."""
        self._fire(self._message)

    def flatten(self) -> None:
        """Flattens this account and instrument, whatever else the form says."""
        self._fire(self._flatten)

    def _fire(self, message: Message | Problems) -> None:
        if isinstance(message, Problems):
            self.form.focus_first(message)
            self.unsendable.emit(f"Nothing was sent. {_what_is_left(message)}")
            return
        self._desk.send(message)
        self._remember(message)
        self.refresh()

    def _remember(self, message: Message) -> None:
        if name := message.command.texts.get("instrument"):
            cast("InstrumentEditor", self.form.editor("instrument")).remember(name)

    @property
    def accounts(self) -> AccountEditor:
        return cast("AccountEditor", self.form.editor("account"))


def _what_is_left(problems: Problems) -> str:
    first, *others = problems.items
    more = f" And {len(others)} more." if others else ""
    return f"{first.message}{more}"
