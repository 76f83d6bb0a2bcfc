"""A question in the window, in place of the status line. No dialog: nothing pops up under a finger, none is default."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout

from crosstrade_desk.desk.keymap import USUAL
from crosstrade_desk.ui.elided import ElidedLabel
from crosstrade_desk.ui.plain_buttons import MOUSE_ONLY, mouse_button
from crosstrade_desk.ui.theme import dense

GUARD_MS: Final = 400  # for so long no press counts: it was meant for what stood here before
_STANDS_MS: Final = 30_000
_YES_KEY: Final = USUAL.text("yes")


class AskBar(QFrame):
    """Asks one thing at a time. A later question takes the place of an earlier one, which then counts as no.

    Signals:
        changed: it asks something now, or no longer.
    """

    changed = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("ask")
        self.is_late: Callable[[], bool] = lambda: False
        self._words = ("", "")  # on yes and no
        self._slim = False
        self._on_yes: Callable[[], object] | None = None
        self.question = ElidedLabel()
        self.question.setObjectName("question")
        self.yes = mouse_button("ask-yes")
        self.no = mouse_button("ask-no")
        for button in (self.yes, self.no):
            button.setProperty(MOUSE_ONLY, False)  # they have keys of their own, which they name
        self._guard = _timer(self, GUARD_MS, lambda: self.yes.setEnabled(True))
        self._end = _timer(self, _STANDS_MS, self.drop)
        self.yes.clicked.connect(self.answer_yes)
        self.no.clicked.connect(self.drop)
        line = QHBoxLayout(self)
        line.setContentsMargins(14, 0, 10, 0)
        line.addWidget(self.question, 1)
        line.addWidget(self.yes)
        line.addWidget(self.no)

    def set_slim(self, slim: bool) -> None:
        """Has three small lines for the question, as it is narrow, and leaves the keys to the hints."""
        self._slim = slim
        self.question.set_lines(3 if slim else 1)
        dense(self, slim)
        self._show_words()

    def _show_words(self) -> None:
        for button, word, key in zip((self.yes, self.no), self._words, (_YES_KEY, "Esc"), strict=True):
            button.setText(word if self._slim else f"{word}   {key}")
            button.setToolTip(key)

    @property
    def is_asking(self) -> bool:
        """Whether a question stands."""
        return self._on_yes is not None

    def ask(self, question: str, yes: str, no: str, on_yes: Callable[[], object]) -> None:
        """Shows a question. Only a yes does something, and not at once."""
        self._on_yes = on_yes
        self.question.setText(question)
        self._words = yes, no
        self._show_words()
        self.yes.setEnabled(False)
        self._guard.start()
        self._end.start()
        self.changed.emit(True)

    def answer_yes(self) -> None:
        """Does what was asked about; too soon, or if the press waited in a window that stood still, it does nothing."""
        if self._on_yes and self.yes.isEnabled() and not self.is_late():
            on_yes = self._on_yes
            self.drop()
            on_yes()

    def drop(self) -> None:
        """Takes the question away: no."""
        if self._on_yes:
            self._on_yes = None
            self._end.stop()
            self.changed.emit(False)


def _timer(parent: AskBar, milliseconds: int, action: Callable[[], None]) -> QTimer:
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(milliseconds)
    timer.timeout.connect(action)
    return timer
