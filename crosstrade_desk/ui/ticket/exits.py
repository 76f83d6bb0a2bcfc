"""The ways out: flatten what the ticket is about, everything, and the panic sequence. No guard stands before them."""

from collections.abc import Callable, Mapping
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from crosstrade_desk.desk.desk import Desk
from crosstrade_desk.desk.events import Place
from crosstrade_desk.protocol.catalogue import FLATTEN, SPECS
from crosstrade_desk.protocol.message import Message
from crosstrade_desk.protocol.problems import Kind, Problems, listed
from crosstrade_desk.ui.plain import tip
from crosstrade_desk.ui.ticket.buttons import FireButton

FLATTEN_KEY: Final = "Ctrl+Shift+F"
# The same key where the keyboard has no Latin letters at all: Cyrillic, Greek, Hebrew, Arabic. X11 finds no F there.
FLATTEN_ELSEWHERE: Final = tuple(f"Ctrl+Shift+{letter}" for letter in "\u0410\u03a6\u05db\u0628")
SCOPE: Final = ("account", "instrument")
_COPIES: Final = "Accounts that a trade copier follows with are others: tick them too."
_NAMED: Final = 2
_HALF: Final = 146  # pixels


class Exits(QWidget):
    """Three buttons, each with its scope written on it.

    Signals:
        incomplete: a press of FLATTEN that could send nothing, with the `Problems`.
        remarked: a sentence for the status line.
        fired: something was sent, or tried.
    """

    incomplete = Signal(object)
    remarked = Signal(str)
    fired = Signal()

    def __init__(self, desk: Desk, scope: Callable[[], Mapping[str, str]]) -> None:
        super().__init__()
        self._desk, self._scope = desk, scope
        self._message: Message | Problems = Problems(())
        self._place: Place | None = None
        self.flatten_button = _button(FireButton(1), "flatten", self.flatten)
        self.everything_button = _button(FireButton(0, _HALF), "everything", self.flatten_everything)
        self.panic_button = _button(FireButton(0, _HALF), "panic", self.panic)
        line = QHBoxLayout()
        line.setSpacing(6)
        for button in (self.everything_button, self.panic_button):
            button.let_go.connect(self.remarked)
            line.addWidget(button)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(6)
        rows.addWidget(self.flatten_button)
        rows.addLayout(line)
        self.everything_button.setToolTip("Closes every position and cancels every order, in every account.")
        self.panic_button.setToolTip(
            "Cancels every order, closes every position, then has CrossTrade block every later message, exits too, "
            "until the kill switch is turned off again. In that order, each after the other's answer."
        )

    def show_scope(self, place: Place | None) -> None:
        """Says on the buttons what a press will do."""
        self._message = self._desk.compose(FLATTEN, self._scope(), needed=SCOPE)
        if place != self._place:
            self._place = place
            for button in (self.everything_button, self.panic_button):
                button.forget()  # what was begun for one place must not fire at another
        tone = "EXIT" if place else "NONE"
        for button, title in ((self.everything_button, "EVERYTHING: hold"), (self.panic_button, "PANIC: hold")):
            button.say(title, "", "ALL" if place else "NONE", hold=True)
        if place is None:
            self.flatten_button.say("FLATTEN: NOT CONNECTED", "Press Connection.", "NONE")
        elif isinstance(self._message, Problems):
            self.flatten_button.say(f"FLATTEN   {FLATTEN_KEY}", _in_short(self._message), "NONE")
        else:
            reach = _reach(self._message)
            self.flatten_button.say(f"FLATTEN   {FLATTEN_KEY}", reach, tone)
            self.flatten_button.setToolTip(tip(f"{reach}. {_COPIES}"))

    def flatten(self) -> None:
        """Flattens this account and instrument, whatever else the form says."""
        if isinstance(self._message, Problems):
            self.incomplete.emit(self._message)
        else:
            self._desk.send(self._message)
        self.fired.emit()

    def flatten_everything(self) -> None:
        """Closes every position and cancels every order, in every account."""
        everything = self._desk.compose(SPECS["FLATTENEVERYTHING"], {})
        if isinstance(everything, Message):
            self._desk.send(everything)
        self.fired.emit()

    def panic(self) -> None:
        """Cancels all, flattens all, and blocks."""
        self._desk.panic()
        self.fired.emit()


def _button(button: FireButton, name: str, action: Callable[[], None]) -> FireButton:
    button.setObjectName(name)
    button.fired.connect(action)
    return button


def _reach(message: Message) -> str:
    accounts = message.command.accounts
    names = listed(accounts) if len(accounts) <= _NAMED else f"{len(accounts)} accounts"
    return f"{message.command.texts['instrument']} on {names}"


def _in_short(problems: Problems) -> str:
    """The first problem of a scope, short enough for one line of a button."""
    first = problems.items[0]
    return first.message if first.kind is Kind.MISSING else f"{first.field.capitalize()}: see what stands beside it."
