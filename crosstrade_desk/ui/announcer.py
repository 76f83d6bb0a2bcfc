"""Tells a screen reader what changed while its user was elsewhere: each thing once, and nothing that ticks.

What wants a hand interrupts (assertive); the rest waits until the reader has finished its sentence (polite).
"""

from typing import Final

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget

from crosstrade_desk.desk.arming import Arm, Disarmed
from crosstrade_desk.desk.events import Mode, NoPlace, Place, Retrying
from crosstrade_desk.desk.flat_watch import Exited, Way
from crosstrade_desk.ui.ask_bar import AskBar
from crosstrade_desk.ui.band import SILENT, StatusLine
from crosstrade_desk.ui.bridge import Bridge
from crosstrade_desk.ui.reach import named

_PLACES: Final = {
    Mode.PRACTICE: "PRACTICE. Orders stay on this computer.",
    Mode.LIVE: "LIVE. Orders go to NinjaTrader, with real money.",
}
_LOUD: Final = ("bad", "warn")  # tones of the status line


class Announcer(QObject):
    """Speaks for the window `source`. Costs nothing while no screen reader is there."""

    def __init__(self, source: QWidget, bridge: Bridge, status: StatusLine, ask: AskBar) -> None:
        super().__init__(source)
        self._source, self._ask = source, ask
        self._said: dict[str, str] = {}
        bridge.place.connect(self._on_place)
        bridge.arm.connect(self._on_arm)
        bridge.exited.connect(self._on_exited)
        bridge.retrying.connect(self._on_retrying)
        status.said.connect(self._on_status)
        ask.changed.connect(self._on_ask)

    def say(self, text: str, *, loud: bool) -> None:
        """Has a screen reader say a text. `loud`: at once, whatever it is saying."""
        if QAccessible.isActive():
            event = QAccessibleAnnouncementEvent(self._source, text)
            kinds = QAccessible.AnnouncementPoliteness
            event.setPoliteness(kinds.Assertive if loud else kinds.Polite)
            QAccessible.updateAccessibility(event)

    def _changed(self, about: str, text: str, *, loud: bool) -> None:
        """Says how something stands, unless that was said last."""
        if self._said.get(about) != text:
            self._said[about] = text
            self.say(text, loud=loud)

    def _on_place(self, place: Place | NoPlace) -> None:
        if isinstance(place, Place):
            self._changed("place", _PLACES[place.mode], loud=place.mode is Mode.LIVE)
        else:
            self._changed("place", f"Not connected. {place.sentence}", loud=True)

    def _on_arm(self, arm: Arm) -> None:
        if isinstance(arm, Disarmed):
            self._changed("entries", f"Entries off. {arm.why}", loud=arm.tripped)
        else:
            self._changed("entries", "Entries on.", loud=False)

    def _on_exited(self, told: Exited) -> None:
        if told.way is Way.FLAT:
            self.say(f"Flat: {named(told.command)}.", loud=False)
        elif told.why:
            self.say(told.why, loud=told.way is Way.OPEN)

    def _on_retrying(self, event: Retrying) -> None:
        if event.tries == 1:
            self.say(f"{named(event.message.command)} has not left yet, and is tried again. {event.why}", loud=True)

    def _on_ask(self, asking: bool) -> None:
        if asking:
            ask = self._ask
            self.say(f"{ask.question.text()} {ask.yes.text()}. {ask.no.text()}.", loud=True)

    def _on_status(self, text: str, tone: str, about: str) -> None:
        if about not in SILENT:
            self.say(text, loud=tone in _LOUD)
