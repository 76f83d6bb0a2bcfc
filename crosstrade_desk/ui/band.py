"""The band on top: where orders go, in words and colour, and how the link is. Below it the latest remark."""

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton

from crosstrade_desk.desk.accounts import AccountClass
from crosstrade_desk.desk.arming import Arm, Disarmed
from crosstrade_desk.desk.events import Mode, NoPlace, Place, Retrying, RowBegun, RowEnded
from crosstrade_desk.desk.notices import Level, Notice
from crosstrade_desk.sending.outcome import LinkDown, LinkUp
from crosstrade_desk.ui.bridge import Bridge
from crosstrade_desk.ui.elided import ElidedLabel
from crosstrade_desk.ui.entry_switch import EntrySwitch
from crosstrade_desk.ui.log.model import SIGNS, TONES
from crosstrade_desk.ui.theme import mark

_WORDS = {
    Mode.PRACTICE: "Orders stay on this computer.",
    Mode.LIVE: "Orders go to NinjaTrader, with real money on real accounts.",
}
_DOWN = "LINK DOWN"
_ANSWERED = frozenset({"accepted", "unconfirmed", "refused"})
_FOREIGN = "Orders go to an address that is not CrossTrade's."


class Band(QFrame):
    """PRACTICE, LIVE, or why there is no connection; what money the ticked accounts trade; whether entries may leave.

    Signals:
        settings_wanted, limits_wanted, keys_wanted, help_wanted: the trader pressed Connection, Limits, Keys or Help.
    """

    settings_wanted = Signal()
    limits_wanted = Signal()
    keys_wanted = Signal()
    help_wanted = Signal()

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self.setObjectName("band")
        self.setFixedHeight(44)
        self.mode = QLabel("STARTING")
        self.mode.setObjectName("mode")
        self.words = ElidedLabel()
        self._place_words = ""
        self._place: Place | NoPlace | None = None
        self._kind = AccountClass.SIMULATION
        self.link = QLabel()
        self.link.setTextFormat(Qt.TextFormat.PlainText)
        self.link.setToolTip("A small request to the server, made every 25 seconds, and how long its answer took.")
        self.money = QLabel()
        self.money.setObjectName("money")
        self.money.setFixedHeight(28)
        self.money.setToolTip("What the ticked accounts trade, by their names. Press Limits to say which is which.")
        self.kill = QLabel("KILL SWITCH ON")
        self.kill.setObjectName("kill")
        self.kill.setFixedHeight(28)
        self.kill.setToolTip("CrossTrade blocks every message, exits too. The command Kill switch turns it off again.")
        self.kill.hide()
        self.entries = EntrySwitch()
        bridge.arm.connect(self.entries.show_state)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(14, 0, 10, 0)
        layout.setSpacing(10)
        for part in (self.mode, self.money, self.entries, self.kill):
            layout.addWidget(part)
        layout.addWidget(self.words, 1)
        layout.addWidget(self.link)
        for button in self._buttons():
            layout.addWidget(button)
        bridge.place.connect(self._on_place)
        bridge.link.connect(self._on_link)
        bridge.retrying.connect(self._on_retrying)
        bridge.ended.connect(self._on_ended)
        mark(self, place="NONE")

    def _buttons(self) -> list[QPushButton]:
        return [
            _button("Connection …", "Practice or live, webhook address and secret key.", self.settings_wanted),
            _button("Limits …", "Sizes, pace, and what switches entries off.", self.limits_wanted),
            _button("Keys …", "Which key does what; binding them; rehearsal.", self.keys_wanted),
            _button("Help", "Every command and option, with examples.", self.help_wanted),
        ]

    def show_money(self, kind: AccountClass) -> None:
        """Says what money the ticked accounts trade. In practice it is none, whatever their names."""
        self._kind = kind
        self.money.setText(f"{kind.value.upper()} ACCOUNT")
        self.money.setVisible(isinstance(self._place, Place) and self._place.mode is Mode.LIVE)
        mark(self.money, money=kind.value)

    def _on_place(self, place: Place | NoPlace) -> None:
        self._place = place
        self.kill.hide()  # what another place blocks is not known
        self.show_money(self._kind)
        self.link.setText("")
        if isinstance(place, Place):
            self.mode.setText(place.mode.value)
            words = _FOREIGN if place.foreign else _WORDS[place.mode]
            self._place_words = f"{words}  {place.shown}"
            mark(self, place=place.mode.value)
        else:
            self.mode.setText(f"{place.mode.value}: NOT CONNECTED")
            self._place_words = f"{place.sentence} Press Connection."
            mark(self, place="NONE")
        self.words.setText(self._place_words)
        mark(self.mode)
        mark(self.words)

    def _on_retrying(self, event: Retrying) -> None:
        self._on_link(LinkDown(event.why))

    def _on_ended(self, event: RowEnded) -> None:
        row = event.row
        if row.outcome in _ANSWERED and self.link.text() == _DOWN:
            self.link.setText("link up")
            self.words.setText(self._place_words)
        if row.intent.command == "KILLSWITCH" and row.outcome == "accepted":
            self.kill.setVisible("kill_switch=on" in row.intent.wire)

    def _on_link(self, link: LinkUp | LinkDown) -> None:
        match link:
            case LinkUp(round_trip_ms):
                self.link.setText(f"link up, {round_trip_ms:.0f} ms" if round_trip_ms >= 1 else "link up, under 1 ms")
                self.words.setText(self._place_words)
            case LinkDown(sentence):
                self.link.setText(_DOWN)
                self.words.setText(sentence)


def _button(title: str, hint: str, wanted: SignalInstance) -> QPushButton:
    button = QPushButton(title)
    button.setObjectName(title.split(maxsplit=1)[0].lower())
    button.setToolTip(hint)
    button.clicked.connect(wanted)
    return button


_TONES = {Level.INFO: "muted", Level.GOOD: "good", Level.WARNING: "warn", Level.PROBLEM: "bad"}


class StatusLine(ElidedLabel):
    """The latest remark or outcome. Its height is always there, so nothing jumps."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self.setObjectName("status")
        self._about = ""
        self.setFixedHeight(30)
        self.setIndent(14)  # margins do not outlive a change of tone
        bridge.notice.connect(self.show_notice)
        bridge.place.connect(self._on_place)
        bridge.begun.connect(self._on_begun)
        bridge.ended.connect(self._on_ended)
        bridge.retrying.connect(self._on_retrying)
        bridge.arm.connect(self._on_arm)

    def _on_place(self, _place: Place | NoPlace) -> None:
        if self._about != "start":  # what was wrong at the start stays until something is sent
            self.say("", "muted")  # an outcome of the former place must not stand under the new band

    def _on_retrying(self, event: Retrying) -> None:
        what = event.message.command.title
        text = f"{what} has not left yet: try {event.tries + 1}, for {event.left_s:.0f} s more. {event.why}"
        self.say(f"… {text}", "bad")

    def _on_arm(self, arm: Arm) -> None:
        if self._about == "start" and not (isinstance(arm, Disarmed) and arm.tripped):
            return  # what was wrong at the start stays until something is sent
        if isinstance(arm, Disarmed):
            self.say(arm.why, "bad" if arm.tripped else "warn", "entries")
        elif self._about == "entries":
            self.say("Entries are on.", "good", "entries")

    def _on_begun(self, event: RowBegun) -> None:
        if event.row.ending:
            return  # blocked: its notice stands here already
        intent = event.row.intent
        self.say(f"… sending to {intent.place}, no answer yet: {intent.sentence}", "muted")

    def say(self, text: str, tone: str, about: str = "") -> None:
        self._about = about
        self.setText(text)
        mark(self, tone=tone)

    def show_notice(self, notice: Notice) -> None:
        if notice.text or self._about == notice.about:
            self.say(notice.text, _TONES[notice.level], notice.about)

    def _on_ended(self, event: RowEnded) -> None:
        ending = event.row.ending
        if ending:
            sign, place = SIGNS[ending.outcome], event.row.intent.place
            text = f"{sign} {ending.outcome} ({place}): {ending.sentence}  ({event.row.intent.sentence})"
            self.say(text, TONES[ending.outcome])
