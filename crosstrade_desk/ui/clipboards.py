"""The system's clipboards: which of them hold a secret now, and taking it off them."""

from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QClipboard, QGuiApplication

from crosstrade_desk.desk.known import KnownSecrets
from crosstrade_desk.protocol.secret import Secret

CLEAR_AFTER_MS: Final = 30_000
_LONGEST: Final = 100_000  # letters that are looked through
_CLEARED: Final = "The clipboard was cleared: it held your secret key or webhook address."


class Clipboards(QObject):
    """Clears them of the secrets that the program knows, and of what is marked as one. Other texts are left alone.

    Signals:
        cleared: with a sentence, after a secret was taken off without being asked to.
    """

    cleared = Signal(str)

    def __init__(self, known: KnownSecrets) -> None:
        super().__init__()
        self._known = known
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(CLEAR_AFTER_MS)
        self._timer.timeout.connect(self._on_time)
        self._holding: set[QClipboard.Mode] = set()
        QGuiApplication.clipboard().changed.connect(self._on_changed)

    def leaking(self, also: Iterable[Secret] = ()) -> list[QClipboard.Mode]:
        """Which hold a secret now, or one of `also`. May block while another program is slow to say what it put in."""
        board = QGuiApplication.clipboard()
        # On X11 what is marked with the mouse is a clipboard, too.
        modes = [QClipboard.Mode.Clipboard] + ([QClipboard.Mode.Selection] if board.supportsSelection() else [])
        words = [secret.reveal() for secret in also]
        texts = {mode: board.text(mode)[:_LONGEST] for mode in modes}
        return [
            mode
            for mode, text in texts.items()
            if self._known.take(text).leaks or any(word in text for word in words if word)
        ]

    def clear(self) -> None:
        """Empties those that hold a secret."""
        self._holding = set(self.leaking())
        self._empty()

    def clear_soon(self, also: Iterable[Secret] = ()) -> None:
        """A secret came in from outside, mostly by paste: half a minute later none of those that hold it now does.

        `also` are texts that were pasted where secrets belong and are not known as such: they may be kept later or
        never. What was pasted there by mistake is no secret to be looked for in orders.
        """
        self._holding |= set(self.leaking(also))
        if self._holding:
            self._timer.start()

    def finish(self) -> None:
        """Does now what was to be done soon."""
        self._timer.stop()
        self._empty()

    def _on_changed(self, mode: QClipboard.Mode) -> None:
        # Only so is it known without asking: its owner may be a program that hangs, and reading would wait for that.
        self._holding.discard(mode)

    def _empty(self) -> bool:
        holding, self._holding = self._holding, set()
        for mode in holding:
            QGuiApplication.clipboard().clear(mode)
        return bool(holding)

    def _on_time(self) -> None:
        if self._empty():
            self.cleared.emit(_CLEARED)
