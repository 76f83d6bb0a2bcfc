"""The ways out: flatten what the ticket is about, everything, and the panic sequence. No guard stands before them."""

from collections.abc import Callable, Mapping
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from crosstrade_desk.desk.desk import Desk
from crosstrade_desk.desk.events import Place
from crosstrade_desk.protocol.catalogue import CANCELORDERS, FLATTEN, SPECS
from crosstrade_desk.protocol.command import Command
from crosstrade_desk.protocol.message import Message
from crosstrade_desk.protocol.problems import Kind, Problems
from crosstrade_desk.ui.reach import reach
from crosstrade_desk.ui.spoken import explain
from crosstrade_desk.ui.ticket.buttons import FireButton

SCOPE: Final = ("account", "instrument")
_COPIES: Final = "Accounts that a trade copier follows with are others: tick them too."
_HALF: Final = 123  # pixels
_TITLE: Final = 12  # pixels at most: the same on both
_SHARES: Final = (5, 4)  # of their line: the first one has the longer name


class Exits(QWidget):
    """Three buttons, each with its scope written on it.

    Signals:
        incomplete: a press of FLATTEN that could send nothing, with the `Problems`.
        remarked: a sentence for the status line.
        fired: something was sent, or tried.
        scope_changed: `command` may be another one now.
    """

    incomplete = Signal(object)
    remarked = Signal(str)
    fired = Signal()
    scope_changed = Signal()

    def __init__(self, desk: Desk, scope: Callable[[], Mapping[str, str]]) -> None:
        super().__init__()
        self._desk, self._scope = desk, scope
        self._message: Message | Problems = Problems(())
        self._place: Place | None = None
        self._key = ""
        self.flatten_button = _button(FireButton(1), "flatten", self.flatten)
        self.everything_button = _button(
            FireButton(0, _HALF, pad=6, title=_TITLE), "everything", self.flatten_everything
        )
        self.panic_button = _button(FireButton(0, _HALF, pad=6, title=_TITLE), "panic", self.panic)
        line = QHBoxLayout()
        line.setSpacing(6)
        both = (self.everything_button, self.panic_button)
        for button, share in zip(both, _SHARES, strict=True):
            button.let_go.connect(self.remarked)
            button.alike = both
            line.addWidget(button, share)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 7, 0, 0)  # away from the button that sends
        rows.setSpacing(6)
        rows.addWidget(self.flatten_button)
        rows.addLayout(line)
        self.everything_button.explanation = "Closes every position and cancels every order, in every account."
        self.panic_button.explanation = (
            "Cancels every order, closes every position, then has CrossTrade block every later message, exits too, "
            "until the kill switch is turned off again. In that order, each after the other's answer."
        )

    def set_slim(self, slim: bool) -> None:
        """Takes less height for what has to be held; FLATTEN stays as large as it is."""
        for button in (self.everything_button, self.panic_button):
            button.set_lines(0, 4 if slim else 6)

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
            self.flatten_button.say(self._title, _in_short(self._message), "NONE")
        else:
            scope = reach(self._message.command)
            self.flatten_button.say(self._title, scope, tone)
            explain(self.flatten_button, f"{scope}. {_COPIES}")
        self.scope_changed.emit()

    @property
    def command(self) -> Command | None:
        """What FLATTEN would send now, None if it could send nothing."""
        return self._message.command if isinstance(self._message, Message) else None

    @property
    def _title(self) -> str:
        return f"FLATTEN   {self._key}".strip()

    def show_key(self, key: str) -> None:
        """Says on the button which key flattens too, "" for none."""
        if key != self._key:
            self._key = key
            self.show_scope(self._place)

    def would_flatten(self) -> str:
        """What FLATTEN would send now, or why it would not."""
        return _would(self._message)

    def would_cancel(self) -> str:
        """What cancelling the orders would send now, or why it would not."""
        return _would(self._cancel_message())

    def _cancel_message(self) -> Message | Problems:
        return self._desk.compose(CANCELORDERS, self._scope(), needed=SCOPE)

    def cancel(self) -> None:
        """Cancels the working orders of this account and instrument; positions stay."""
        self._send(self._cancel_message())

    def flatten(self) -> None:
        """Flattens this account and instrument, whatever else the form says."""
        self._send(self._message)

    def _send(self, message: Message | Problems) -> None:
        if isinstance(message, Problems):
            self.incomplete.emit(message)
        else:
            self._desk.send(message)
        self.fired.emit()

    def flatten_everything(self) -> None:
        """Closes every position and cancels every order, in every account."""
        self._send(self._desk.compose(SPECS["FLATTENEVERYTHING"], {}))

    def panic(self) -> None:
        """Cancels all, flattens all, and blocks."""
        self._desk.panic()
        self.fired.emit()


def _button(button: FireButton, name: str, action: Callable[[], None]) -> FireButton:
    button.setObjectName(name)
    button.fired.connect(action)
    return button


def _would(message: Message | Problems) -> str:
    return _in_short(message) if isinstance(message, Problems) else f"{message.command.sentence}."


def _in_short(problems: Problems) -> str:
    """The first problem of a scope, short enough for one line of a button."""
    first = problems.items[0]
    return first.message if first.kind is Kind.MISSING else f"{first.field.capitalize()}: see what stands beside it."
