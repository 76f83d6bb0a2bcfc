"""The band on top: where orders go, in words and colour, and how the link is. Below it the latest remark."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton

from crosstrade_desk.desk.events import Mode, NoPlace, Place, RowBegun, RowEnded
from crosstrade_desk.desk.notices import Level, Notice
from crosstrade_desk.sending.outcome import LinkDown, LinkUp
from crosstrade_desk.ui.bridge import Bridge
from crosstrade_desk.ui.elided import ElidedLabel
from crosstrade_desk.ui.log.model import SIGNS, TONES
from crosstrade_desk.ui.theme import mark

_WORDS = {
    Mode.PRACTICE: "Orders stay on this computer.",
    Mode.LIVE: "Orders go to NinjaTrader, with real money on real accounts.",
}
_FOREIGN = "Orders go to an address that is not CrossTrade's."


class Band(QFrame):
    """PRACTICE, LIVE, or why there is no connection.

    Signals:
        settings_wanted: the trader pressed Connection.
        help_wanted: the trader pressed Help.
    """

    settings_wanted = Signal()
    help_wanted = Signal()

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self.setObjectName("band")
        self.setFixedHeight(44)
        self.mode = QLabel("STARTING")
        self.mode.setObjectName("mode")
        self.words = ElidedLabel()
        self._place_words = ""
        self.link = QLabel()
        self.link.setTextFormat(Qt.TextFormat.PlainText)
        self.link.setToolTip("A small request to the server, made every 25 seconds, and how long its answer took.")
        button = QPushButton("Connection …")
        button.setObjectName("connection")
        button.setToolTip("Practice or live, webhook address and secret key.")
        button.clicked.connect(self.settings_wanted)
        guide = QPushButton("Help")
        guide.setObjectName("help")
        guide.setToolTip("Every command and option, with examples.")
        guide.clicked.connect(self.help_wanted)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(14, 0, 10, 0)
        layout.setSpacing(14)
        layout.addWidget(self.mode)
        layout.addWidget(self.words, 1)
        layout.addWidget(self.link)
        layout.addWidget(button)
        layout.addWidget(guide)
        bridge.place.connect(self._on_place)
        bridge.link.connect(self._on_link)
        mark(self, place="NONE")

    def _on_place(self, place: Place | NoPlace) -> None:
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

    def _on_link(self, link: LinkUp | LinkDown) -> None:
        match link:
            case LinkUp(round_trip_ms):
                self.link.setText(f"link up, {round_trip_ms:.0f} ms" if round_trip_ms >= 1 else "link up, under 1 ms")
                self.words.setText(self._place_words)
            case LinkDown(sentence):
                self.link.setText("LINK DOWN")
                self.words.setText(sentence)


_TONES = {Level.INFO: "muted", Level.GOOD: "good", Level.WARNING: "warn", Level.PROBLEM: "bad"}


class StatusLine(ElidedLabel):
    """The latest remark or outcome. Its height is always there, so nothing jumps."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self.setObjectName("status")
        self._about = ""
        self.setFixedHeight(26)
        self.setContentsMargins(14, 0, 14, 0)
        bridge.notice.connect(self.show_notice)
        bridge.place.connect(self._on_place)
        bridge.begun.connect(self._on_begun)
        bridge.ended.connect(self._on_ended)

    def _on_place(self, _place: Place | NoPlace) -> None:
        if self._about != "start":  # what was wrong at the start stays until something is sent
            self.say("", "muted")  # an outcome of the former place must not stand under the new band

    def _on_begun(self, event: RowBegun) -> None:
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
