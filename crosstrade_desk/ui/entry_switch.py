"""The switch for entries, in the band: whether orders may leave, for which accounts, readable in words and colour."""

from typing import Final, assert_never

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton

from crosstrade_desk.desk.accounts import AccountClass, Classes
from crosstrade_desk.desk.arming import Arm, Armed, Disarmed
from crosstrade_desk.protocol.problems import listed
from crosstrade_desk.ui.plain import tip
from crosstrade_desk.ui.theme import mark

_ON: Final = "ENTRIES ON"
_OFF: Final = "ENTRIES OFF"
_SIMULATED: Final = "ENTRIES: simulation only"
_WIDTH: Final = 210  # always: what stands beside it must not move when it says more
_PADDING: Final = 26


class EntrySwitch(QPushButton):
    """Shows the state of the switch, as it is for the accounts that are ticked.

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
        self.setFixedWidth(_WIDTH)
        self._arm: Arm = Disarmed("")
        self._free: tuple[str, ...] = ()
        self._guarded: tuple[str, ...] = ()
        self._is_on = False
        self.clicked.connect(self._on_clicked)

    def show_state(self, arm: Arm) -> None:
        """Shows whether entries may leave, and why not."""
        self._arm = arm
        self._refresh()

    def show_accounts(self, ticked: tuple[str, ...], classes: Classes) -> None:
        """Shows what the switch means for the accounts that are ticked now."""
        guarded = tuple(name for name in ticked if classes.of(name) is not AccountClass.SIMULATION)
        free = tuple(name for name in ticked if name not in guarded)
        if (free, guarded) != (self._free, self._guarded):
            self._free, self._guarded = free, guarded
            self._refresh()

    def _refresh(self) -> None:
        match self._arm:
            case Armed(None):
                self._show(True, "on", _ON, "Orders may leave, for every account.")
            case Armed() as armed:
                self._show_armed(armed)
            case Disarmed(why, tripped):
                only = bool(self._free) and not self._guarded and not tripped
                words = f"{why} Simulation accounts need no switch." if only else why
                self._show(False, "tripped" if tripped else "off", _SIMULATED if only else _OFF, words)
            case unreachable:
                assert_never(unreachable)

    def _show_armed(self, armed: Armed) -> None:
        left_out = tuple(name for name in self._guarded if not armed.covers(name))
        if left_out:
            words = f"Switched on, though not for {listed(left_out)}: switch off and on to confirm the ticked accounts."
            self._show(True, "off", f"{_OFF}: {left_out[0]}", words)
            return
        whose = listed(self._guarded) if self._guarded else "the accounts that were confirmed"
        self._show(
            True, "on", f"{_ON}: {_short(self._guarded)}" if self._guarded else _ON, f"Orders may leave for {whose}."
        )

    def _show(self, on: bool, state: str, text: str, words: str) -> None:
        self._is_on = on
        wanted = self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, _WIDTH - _PADDING)
        self.setText(wanted)
        then = "Press to switch them off." if on else "Exits still leave. Press to switch on."
        self.setToolTip(tip(f"{words} {then}"))
        self.setAccessibleName(text)
        self.setAccessibleDescription(f"{words} {then}")
        mark(self, entries=state)

    def _on_clicked(self) -> None:
        (self.off_wanted if self._is_on else self.on_wanted).emit()


def _short(names: tuple[str, ...]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"
