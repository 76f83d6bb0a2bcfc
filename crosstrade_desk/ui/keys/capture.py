"""A button that takes the next key as its text: press it, then the key."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHideEvent, QKeyEvent
from PySide6.QtWidgets import QPushButton

from crosstrade_desk.protocol.problems import Invalid
from crosstrade_desk.ui.keys.layouts import chord_of

_ASKING = "Press the key …"


class KeyCapture(QPushButton):
    """Shows a key. While it asks, no key does anything else; Esc, a click, or leaving it ends that.

    Signals:
        asking: it waits for a key now, or no longer.
        taken: the `Chord` that was pressed.
        odd: a key that cannot be bound, with the sentence that says so.
    """

    asking = Signal(bool)
    taken = Signal(object)
    odd = Signal(str)

    def __init__(self, shown: Callable[[], str]) -> None:
        super().__init__()
        self._shown = shown
        self._asks = self._shall_ask = False
        self.setAutoDefault(False)
        self.setMinimumWidth(170)
        self.clicked.connect(lambda _checked=False: self._ask(not self._asks))
        self.refresh()

    def refresh(self) -> None:
        """Shows the key as it is now."""
        self.setText(_ASKING if self._asks else self._shown() or "none")

    def _ask(self, asks: bool) -> None:
        self._shall_ask = False
        if asks != self._asks:
            self._asks = asks
            self.asking.emit(asks)
        self.refresh()

    def ask_once_focused(self) -> None:
        """Waits for a key from the moment on at which one would arrive here: till then it is another window's."""
        self._shall_ask = True
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        if self.hasFocus():
            self._begin()

    def _begin(self) -> None:
        if self._shall_ask:
            self._ask(True)

    def stop(self) -> None:
        """Asks no longer."""
        self._ask(False)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 (Qt's name)
        super().hideEvent(event)
        self._ask(False)

    def event(self, event: QEvent) -> bool:
        if self._asks and event.type() == QEvent.Type.ShortcutOverride:
            event.accept()  # the key is wanted here, whatever it does elsewhere
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt's name)
        if not self._asks:
            super().keyPressEvent(event)
            return
        found = chord_of(event)
        if found is None or event.isAutoRepeat():
            return
        self._ask(False)
        if isinstance(found, Invalid):
            self.odd.emit(found.message)
        elif str(found) != "Esc":
            self.taken.emit(found)

    def focusNextPrevChild(self, forward: bool) -> bool:  # noqa: N802 (Qt's name)
        return False if self._asks else super().focusNextPrevChild(forward)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 (Qt's name)
        super().focusInEvent(event)
        self._begin()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 (Qt's name)
        super().focusOutEvent(event)
        self._ask(False)
