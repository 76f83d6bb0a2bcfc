"""The switch for entries, in the band: whether orders may leave, readable at a glance in words and colour."""

from typing import Final, assert_never

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton

from crosstrade_desk.desk.arming import Arm, Armed, Disarmed
from crosstrade_desk.ui.plain import tip
from crosstrade_desk.ui.theme import mark

_ON: Final = "ENTRIES ON"
_OFF: Final = "ENTRIES OFF"


class EntrySwitch(QPushButton):
    """Shows the state of the switch.

    Signals:
        on_wanted, off_wanted: the trader wants it the other way.
    """

    on_wanted = Signal()
    off_wanted = Signal()

    def __init__(self) -> None:
        super().__init__(_OFF)
        self.setObjectName("entries")
        self.setAutoDefault(False)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFixedWidth(124)
        self._is_on = False
        self.clicked.connect(self._on_clicked)

    def show_state(self, arm: Arm) -> None:
        """Shows whether entries may leave, and why not."""
        match arm:
            case Armed(accounts):
                whose = "every account" if accounts is None else "the accounts that were ticked"
                self._show(True, "on", f"Orders may leave, for {whose}. Press to switch them off.")
            case Disarmed(why, tripped):
                self._show(False, "tripped" if tripped else "off", f"{why} Exits still leave. Press to switch on.")
            case unreachable:
                assert_never(unreachable)

    def _show(self, on: bool, state: str, words: str) -> None:
        self._is_on = on
        self.setText(_ON if on else _OFF)
        self.setToolTip(tip(words))
        self.setAccessibleDescription(words)
        mark(self, entries=state)

    def _on_clicked(self) -> None:
        (self.off_wanted if self._is_on else self.on_wanted).emit()
