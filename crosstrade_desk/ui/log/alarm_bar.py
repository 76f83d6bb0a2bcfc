"""The bar for exits that did not come out. Its room in the head of the log is always there, so that nothing jumps."""

from typing import Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QGridLayout

from crosstrade_desk.desk.events import NoPlace, Place, RowEnded
from crosstrade_desk.desk.flat_watch import Exited
from crosstrade_desk.protocol.message import Message
from crosstrade_desk.storage.rows import Row
from crosstrade_desk.ui.ask_bar import GUARD_MS
from crosstrade_desk.ui.beyond import Beyond
from crosstrade_desk.ui.bridge import Bridge
from crosstrade_desk.ui.elided import ElidedLabel
from crosstrade_desk.ui.kill_switch import KillSwitch, turning_off
from crosstrade_desk.ui.layout import HEAD
from crosstrade_desk.ui.log.alarms import Alarm, Alarms
from crosstrade_desk.ui.overtaken import Overtaken
from crosstrade_desk.ui.plain_buttons import MOUSE_ONLY, mouse_button
from crosstrade_desk.ui.spoken import explain
from crosstrade_desk.ui.theme import mark
from crosstrade_desk.ui.ticket.buttons import FireButton

HEIGHT: Final = HEAD
_SLIM_HEIGHT: Final = 55
_WIDTH: Final = 126  # of the button that sends, whatever stands on it


class AlarmBar(QFrame):
    """Shows the newest alarm until it is put away or the same exit is accepted.

    Signals:
        wanted: the `Message` to send.
        remarked: a sentence for the status line.
        stands: whether there is an alarm.
    """

    wanted = Signal(object)
    remarked = Signal(str)
    stands = Signal(bool)

    def __init__(self, bridge: Bridge, kill_switch: KillSwitch, overtaken: Overtaken, beyond: Beyond) -> None:
        super().__init__()
        self.setObjectName("alarm")
        self.setFixedHeight(HEIGHT)
        self._kill_switch, self._beyond = kill_switch, beyond
        self._alarms = Alarms()
        self._shown: Alarm | None = None
        self._place: Place | NoPlace | None = None
        self._offer: Message | None = None
        self._pressed: Message | None = None
        self.words = ElidedLabel(lines=2)
        self.send_button = FireButton(0, _WIDTH, pad=3)
        self.send_button.setProperty(MOUSE_ONLY, True)
        self.send_button.setObjectName("alarm-send")
        self.send_button.setFixedWidth(_WIDTH)
        self.dismiss_button = mouse_button("alarm-dismiss")
        self.dismiss_button.setText("Dismiss")
        self._guard = QTimer(self)
        self._guard.setSingleShot(True)
        self._guard.setInterval(GUARD_MS)
        self._guard.timeout.connect(lambda: self._take_presses(True))
        self._build()
        self.send_button.touched.connect(self._on_touched)
        self.send_button.fired.connect(self._on_fired)
        self.send_button.let_go.connect(self.remarked)
        self.dismiss_button.clicked.connect(self._on_dismissed)
        bridge.ended.connect(self._on_ended)
        bridge.exited.connect(self._on_exited)
        bridge.place.connect(self._on_place)
        kill_switch.changed.connect(self._show)
        overtaken.again_wanted.connect(self._on_again)
        beyond.changed.connect(self._show)

    def _build(self) -> None:
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(10, 2, 4, 2)
        self._grid.setVerticalSpacing(0)
        self._grid.setColumnStretch(0, 1)
        self.set_slim(False)
        self.hide()

    def set_slim(self, slim: bool) -> None:
        """Has its buttons below its words, or beside them."""
        self.setFixedHeight(_SLIM_HEIGHT if slim else HEIGHT)
        self._grid.setContentsMargins(10, 1 if slim else 2, 4, 1 if slim else 2)
        self._grid.addWidget(self.words, 0, 0, 1, 3 if slim else 1)
        for column, button in enumerate((self.send_button, self.dismiss_button), 1):
            self._grid.addWidget(button, int(slim), column)

    def _on_ended(self, event: RowEnded) -> None:
        self._alarms.ended(event.row)
        self._show()

    def _on_exited(self, told: Exited) -> None:
        self._alarms.exited(told)
        self._show()

    def _on_again(self, row: Row) -> None:
        self._alarms.again(row)
        self._show()

    def _on_place(self, place: Place | NoPlace) -> None:
        self._place = place
        self._show()

    def _on_dismissed(self) -> None:
        if self._alarms.current:
            self._alarms.dismiss()
        else:
            self._put_beyond_away()
        self._show()

    def _put_beyond_away(self) -> None:
        if sentence := self._beyond.put_away():
            self.remarked.emit(sentence)

    def _show(self, _cause: object = None) -> None:
        alarm = self._alarms.current or self._beyond.alarm
        self.setVisible(alarm is not None)
        self.stands.emit(alarm is not None)
        offer = self._offered(alarm) if alarm else None
        if (alarm, offer) != (self._shown, self._offer):
            self._take_presses(False)  # one that is on its way was meant for what stood here before
            self._guard.start()
        self._shown, self._offer = alarm, offer
        if alarm:
            self._say(alarm)

    def _say(self, alarm: Alarm) -> None:
        others = len(self._alarms.standing) + (self._beyond.alarm is not None) - 1
        where = f"{alarm.row.intent.place}: " if not self._is_here(alarm) else ""
        self.words.setText(f"{where}{alarm.text}{f'  (+{others} more)' if others else ''}")
        mark(self, alarm=alarm.kind.value)
        mark(self.words)
        self.send_button.setVisible(self._offer is not None)
        if self._offer:
            held = self._offer.command.is_held or self._offer.command.spec.control
            title = "Turn off" if self._offer.command.spec.control else alarm.label
            self.send_button.say(f"{title}{': hold' if held else ''}", "", "ALARM", hold=held)
            explain(self.send_button, self._offer.command.sentence)

    def _is_here(self, alarm: Alarm) -> bool:
        return isinstance(self._place, Place) and self._place.mode.value == alarm.row.intent.place

    def _offered(self, alarm: Alarm) -> Message | None:
        """What one press may do: turn off what blocks it, or get out where twice is no more than once."""
        if not self._is_here(alarm):
            return None
        if alarm.is_blocked and self._kill_switch.is_on:
            return turning_off()
        return alarm.again

    def _take_presses(self, on: bool) -> None:
        self.send_button.setEnabled(on)
        self.dismiss_button.setEnabled(on)

    def _on_touched(self) -> None:
        self._pressed = self._offer

    def _on_fired(self) -> None:
        pressed, self._pressed = self._pressed, None
        if pressed and pressed == self._offer:
            self.wanted.emit(pressed)
