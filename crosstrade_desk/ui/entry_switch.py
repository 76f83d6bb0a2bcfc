"""The switch for entries, in the band: whether orders may leave, for which accounts, readable in words and colour."""

from collections.abc import Callable
from datetime import datetime
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
_FREE: Final = "ENTRIES: simulation is free"
_WIDTHS: Final = (234, 180)  # usual, slim; always: what stands beside it must not move when it says more
_PADDING: Final = 16
_JOINTS: Final = {_ON: ": ", _OFF: " for "}
_TO_SWITCH_OFF: Final = "Press to switch them off."
_TO_SWITCH_ON: Final = "Exits still leave. Press to switch on."


class EntrySwitch(QPushButton):
    """Shows the state of the switch, as it is for the accounts that are ticked.

    `falls_back_at` gives the local time at which entries go off by themselves, None where they do not.

    Signals:
        on_wanted, off_wanted: the trader wants it the other way, or on for the accounts that are ticked now.
    """

    on_wanted = Signal()
    off_wanted = Signal()

    def __init__(self) -> None:
        super().__init__(_OFF)
        self.falls_back_at: Callable[[], datetime | None] = lambda: None
        self.setObjectName("entries")
        self.setAutoDefault(False)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._width = _WIDTHS[False]
        self.setFixedWidth(self._width)
        self._arm: Arm = Disarmed("")
        self._free: tuple[str, ...] = ()
        self._guarded: tuple[str, ...] = ()
        self._press_switches_off = False
        self.clicked.connect(self._on_clicked)

    def set_slim(self, slim: bool) -> None:
        """Takes less room, and says it again in that."""
        self._width = _WIDTHS[slim]
        self.setFixedWidth(self._width)
        self.setAccessibleName("")  # so that it is said anew
        self.refresh()

    def show_state(self, arm: Arm) -> None:
        """Shows whether entries may leave, and why not."""
        self._arm = arm
        self.refresh()

    def show_accounts(self, ticked: tuple[str, ...], classes: Classes) -> None:
        """Shows what the switch means for the accounts that are ticked now."""
        self._guarded = tuple(name for name in ticked if classes.of(name) is not AccountClass.SIMULATION)
        self._free = tuple(name for name in ticked if name not in self._guarded)
        self.refresh()

    def refresh(self) -> None:
        """Shows it as it is now: each press puts off the time at which entries fall back."""
        match self._arm:
            case Armed(None):
                self._show("on", (_ON, (), ""), f"Orders may leave, for every account. {_TO_SWITCH_OFF}")
            case Armed() as armed:
                self._show_armed(armed)
            case Disarmed(why, for_good=True):
                self._show("tripped", (_OFF, (), ""), why)
            case Disarmed(why, tripped):
                self._show_disarmed(why, tripped=tripped)
            case unreachable:
                assert_never(unreachable)

    def _show_armed(self, armed: Armed) -> None:
        if left_out := tuple(name for name in self._guarded if not armed.covers(name)):
            words = f"Entries are on, but not for {listed(left_out)}. Press to confirm the ticked accounts."
            self._show("off", (_OFF, left_out, "(not confirmed)"), words)
            return
        whose = listed(self._guarded) if self._guarded else "the accounts that were confirmed"
        end = self.falls_back_at()
        until = f"(falls back {end:%H:%M})" if end else ""
        then = f" Without a press in the program they go off at {end:%H:%M}." if end else ""
        self._show("on", (_ON, self._guarded, until), f"Orders may leave for {whose}.{then} {_TO_SWITCH_OFF}")

    def _show_disarmed(self, why: str, *, tripped: bool) -> None:
        if tripped:
            self._show("tripped", (_OFF, (), ""), f"{why} {_TO_SWITCH_ON}")
        elif self._free and not self._guarded:
            self._show("off", (_FREE, (), ""), f"{why} Simulation accounts need no switch. {_TO_SWITCH_ON}")
        else:
            self._show("off", (_OFF, self._guarded, ""), f"{why} {_TO_SWITCH_ON}")

    def _show(self, state: str, said: tuple[str, tuple[str, ...], str], words: str) -> None:
        """`said`: whether they are on, the accounts it is said of, and what stands below."""
        self._press_switches_off = state == "on"
        head, names, below = said
        whole = " ".join(filter(None, [_said(head, names), below]))
        if (self.accessibleName(), self.accessibleDescription()) == (whole, words):
            return
        mark(self, entries=state)  # first: its font is measured
        self.setText("\n".join(filter(None, [self._fitted(head, names), below])))
        self.setToolTip(tip(f"{whole}. {words}"))
        self.setAccessibleName(whole)
        self.setAccessibleDescription(words)

    def _fitted(self, head: str, names: tuple[str, ...]) -> str:
        """As many of the names as there is room for, and how many more there are."""
        room, measure = self._width - _PADDING, self.fontMetrics()
        for count in range(len(names), 0, -1):
            text = _said(head, names[:count], len(names) - count)
            if measure.horizontalAdvance(text) <= room:
                return text
        if not names:
            return head
        left = room - measure.horizontalAdvance(_said(head, ("",), len(names) - 1))
        first = measure.elidedText(names[0], Qt.TextElideMode.ElideMiddle, left)
        return _said(head, (first,), len(names) - 1)

    def _on_clicked(self) -> None:
        (self.off_wanted if self._press_switches_off else self.on_wanted).emit()


def _said(head: str, names: tuple[str, ...], more: int = 0) -> str:
    if not names:
        return head
    rest = f" +{more}" if more else ""
    return f"{head}{_JOINTS[head]}{', '.join(names)}{rest}"
