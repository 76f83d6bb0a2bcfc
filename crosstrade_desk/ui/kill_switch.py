"""What the window knows of CrossTrade's kill switch: that it was thrown from here, or that a refusal named it."""

from PySide6.QtCore import QObject, Signal

from crosstrade_desk.desk.events import NoPlace, Place, RowEnded
from crosstrade_desk.desk.kill_switch import BLOCKS
from crosstrade_desk.protocol.catalogue import SPECS
from crosstrade_desk.protocol.command import Command, compose
from crosstrade_desk.protocol.message import Message
from crosstrade_desk.storage.rows import Row
from crosstrade_desk.ui.bridge import Bridge

_SWITCH = "KILLSWITCH"


class KillSwitch(QObject):
    """Connect it before whatever asks it, so that it knows first.

    Signals:
        changed: whether it is known to be on.
    """

    changed = Signal(bool)

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self.is_on = False
        bridge.place.connect(self._on_place)
        bridge.ended.connect(self._on_ended)

    def _on_place(self, _place: Place | NoPlace) -> None:
        self._set(False)  # what another place blocks is not known

    def _on_ended(self, event: RowEnded) -> None:
        intent = event.row.intent
        if intent.command == _SWITCH and event.row.outcome == "accepted":
            self._set("kill_switch=on" in intent.wire)
        elif is_blocked(event.row):
            self._set(True)

    def _set(self, on: bool) -> None:
        if on != self.is_on:
            self.is_on = on
            self.changed.emit(on)


def is_blocked(row: Row) -> bool:
    """Whether CrossTrade refused the row's message because its kill switch is on."""
    return row.ending is not None and row.ending.sentence.startswith(BLOCKS)


def turning_off() -> Message:
    """The message that turns it off."""
    found = compose(SPECS[_SWITCH], {"kill_switch": "off"})
    if not isinstance(found, Command):
        raise TypeError(found)
    return Message(found)
