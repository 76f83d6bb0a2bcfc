"""The band on top: where orders go, in words and colour, and how the link is. Below it the latest remark."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSize, Qt, Signal, SignalInstance
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QStackedLayout, QVBoxLayout, QWidget

from crosstrade_desk.desk.accounts import AccountClass
from crosstrade_desk.desk.arming import Arm, Disarmed
from crosstrade_desk.desk.events import Mode, NoPlace, Place, Retrying, RowBegun, RowEnded
from crosstrade_desk.desk.notices import Level, Notice
from crosstrade_desk.sending.outcome import LinkDown, LinkUp
from crosstrade_desk.storage.rows import Row
from crosstrade_desk.ui.bridge import Bridge
from crosstrade_desk.ui.elided import ElidedLabel
from crosstrade_desk.ui.entry_switch import EntrySwitch
from crosstrade_desk.ui.fit import Fit, fit_for
from crosstrade_desk.ui.hammered import Hammered
from crosstrade_desk.ui.keys.badge import KeyBadge
from crosstrade_desk.ui.kill_switch import KillSwitch
from crosstrade_desk.ui.outcomes import SIGNS, TONES
from crosstrade_desk.ui.overtaken import WARNING, Overtaken
from crosstrade_desk.ui.reach import named
from crosstrade_desk.ui.steady import keep_width
from crosstrade_desk.ui.theme import dense, mark
from crosstrade_desk.ui.waiting import Waiting

if TYPE_CHECKING:  # what is read back is imported once the window is painted
    from crosstrade_desk.desk.flat_watch import Exited

_WORDS = {
    Mode.PRACTICE: "Orders stay on this computer.",
    Mode.LIVE: "Orders go to NinjaTrader, with real money on real accounts.",
}
_DOWN = "LINK DOWN"
_NOWHERE = "NOT CONNECTED"
_ALL = "ALL ACCOUNTS"
_MODES = ("STARTING", _NOWHERE, *(mode.value for mode in Mode))
_LINKS = (_DOWN, "link up, 10000 ms", "link up, under 1 ms", "no answer for 600 s")
_ANSWERED = frozenset({"accepted", "unconfirmed", "refused"})
_FOREIGN = "NOT CrossTrade's:"
# What stands where, line by line, with the height of each in pixels; "" takes the room that is left. What has no place
# is in the menu.
_LINES: Final = {
    Fit.WHOLE: ((40, ("mode", "entries", "money", "words", "link", "connection", "limits", "keys", "help", "menu")),),
    Fit.SHORT: (
        (40, ("mode", "entries", "money", "", "link", "menu")),
        (34, ("words", "connection", "limits", "keys", "help")),
    ),
    Fit.LOW: ((34, ("mode", "entries", "money", "words", "link", "menu")),),
    Fit.SLIM: ((32, ("mode", "entries", "", "menu")), (28, ("money", "words", "link"))),
}
_LEAST: Final = {Fit.WHOLE: 1160, Fit.LOW: 860, Fit.SHORT: 740, Fit.SLIM: 404}
_EDGES: Final = {Fit.WHOLE: 14, Fit.SHORT: 14, Fit.LOW: 14, Fit.SLIM: 8}  # pixels to the left


class Band(QFrame):
    """PRACTICE, LIVE, or why there is no connection; what money the ticked accounts trade; whether entries may leave.

    Signals:
        settings_wanted, limits_wanted, keys_wanted, help_wanted, menu_wanted: the trader pressed the button of that.
    """

    settings_wanted = Signal()
    limits_wanted = Signal()
    keys_wanted = Signal()
    help_wanted = Signal()
    menu_wanted = Signal()

    def __init__(self, bridge: Bridge, waiting: Waiting, kill_switch: KillSwitch) -> None:
        super().__init__()
        self.setObjectName("band")
        self._waiting = waiting
        self._link_words = ""
        self.mode = QLabel("STARTING")
        self.mode.setObjectName("mode")
        self.words = ElidedLabel(lines=2)
        self._place_words = ""
        self._place: Place | NoPlace | None = None
        self._kind, self._everyone = AccountClass.SIMULATION, False
        self.link = QLabel()
        self.link.setObjectName("link")
        self.link.setFixedHeight(28)
        self.link.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.link.setTextFormat(Qt.TextFormat.PlainText)
        self.link.setToolTip("A small request to the server, made every 25 seconds, and how long its answer took.")
        self.money = QLabel()
        self.money.setObjectName("money")
        self.money.setFixedHeight(28)
        self.money.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.money.setToolTip("What the ticked accounts trade, by their names. Press Limits to say which is which.")
        self.money.hide()  # it says nothing before there is a place
        self.kill = QLabel("KILL SWITCH ON")
        self.kill.setObjectName("kill")
        self.kill.setToolTip("CrossTrade blocks every message, exits too. The command Kill switch turns it off again.")
        self.kill.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.entries = EntrySwitch()
        self.keys = KeyBadge()
        self.keys.clicked.connect(self.keys_wanted)
        self.connection = _button(
            "Connection …", "Practice or live, webhook address and secret key.", self.settings_wanted
        )
        self.help = _button("Help", "Every command and option, with examples.", self.help_wanted)
        self.menu = _button("Menu", "Everything that a key can do, without the key.", self.menu_wanted)
        bridge.arm.connect(self.entries.show_state)
        self._parts = self._named(kill_switch)
        self._lines = [QHBoxLayout() for _ in range(max(map(len, _LINES.values())))]
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        for line in self._lines:
            line.setSpacing(8)
            rows.addLayout(line)
        self._fit, self._low = Fit.WHOLE, False
        self._arrange()
        bridge.place.connect(self._on_place)
        bridge.link.connect(self._on_link)
        bridge.retrying.connect(self._on_retrying)
        bridge.ended.connect(self._on_ended)
        waiting.changed.connect(self._show_link)
        mark(self, place="NONE")
        self._keep_widths()

    def _named(self, kill_switch: KillSwitch) -> dict[str, QWidget]:
        """The parts by the names that the table of lines has for them."""
        said = QWidget()
        room = QStackedLayout(said)  # both in one room, or the window would have to grow
        for label in (self.words, self.kill):
            room.addWidget(label)
        kill_switch.changed.connect(lambda on: room.setCurrentIndex(int(on)))
        labels = {"mode": self.mode, "entries": self.entries, "money": self.money, "words": said, "link": self.link}
        return {**labels, **{button.objectName(): button for button in self._buttons()}}

    def _keep_widths(self) -> None:
        keep_width(self.mode, *_MODES)
        keep_width(self.money, *(_money(kind, everyone=False) for kind in AccountClass), _ALL)
        keep_width(self.link, *_LINKS)

    def stops(self) -> list[QPushButton]:
        """Where Tab stops, in order."""
        return self.findChildren(QPushButton, options=Qt.FindChildOption.FindDirectChildrenOnly)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        return QSize(_LEAST[Fit.SLIM], self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        super().resizeEvent(event)
        self._take_fit()

    def set_low(self, low: bool) -> None:
        """Has one line where it would have two, or two that are lower, as the window is low."""
        self._low = low
        self._take_fit()

    def _take_fit(self) -> None:
        fit = fit_for(self.width(), _LEAST)
        if self._low and fit is Fit.SHORT:
            fit = Fit.LOW if self.width() >= _LEAST[Fit.LOW] else Fit.SLIM
        if fit is not self._fit:
            self._fit = fit
            self._arrange()
            self._dress()

    def _arrange(self) -> None:
        """Puts the parts where this fit has them."""
        for line in self._lines:
            while line.count():
                line.takeAt(0)
            line.setContentsMargins(0, 0, 0, 0)
        for line, (height, names) in zip(self._lines, _LINES[self._fit], strict=False):
            line.setContentsMargins(_EDGES[self._fit], 0, min(10, _EDGES[self._fit]), 0)
            line.addStrut(height)
            for name in names:
                self._put(line, name)
        placed = {name for _, names in _LINES[self._fit] for name in names}
        for name in self._parts.keys() - {"money"}:
            self._parts[name].setVisible(name in placed)
        self.setFixedHeight(sum(height for height, _ in _LINES[self._fit]))

    def _dress(self) -> None:
        is_dense = self._fit in (Fit.SLIM, Fit.LOW)
        dense(self, is_dense)
        self.entries.set_slim(is_dense)
        self._keep_widths()

    def _put(self, line: QHBoxLayout, name: str) -> None:
        if name:
            line.addWidget(self._parts[name], int(name == "words"))
        else:
            line.addStretch(1)

    def _buttons(self) -> list[QPushButton]:
        return [
            self.connection,
            _button("Limits …", "Sizes, pace, and what switches entries off.", self.limits_wanted),
            self.keys,
            self.help,
            self.menu,
        ]

    def show_money(self, kind: AccountClass, everyone: bool) -> None:
        """Says what money an order reaches, in the ticked accounts or in all. In practice it is none."""
        self._kind, self._everyone = kind, everyone
        self.money.setText(_money(kind, everyone=everyone))
        self.money.setVisible(isinstance(self._place, Place) and self._place.mode is Mode.LIVE)
        mark(self.money, money=kind.value)

    def _on_place(self, place: Place | NoPlace) -> None:
        self._place = place
        self.show_money(self._kind, self._everyone)
        self._link_words = ""
        self._show_link()
        if isinstance(place, Place):
            self.mode.setText(place.mode.value)
            words = _FOREIGN if place.foreign else _WORDS[place.mode]
            self._place_words = f"{words}  {place.shown}"
            mark(self, place=place.mode.value)
        else:
            self.mode.setText(_NOWHERE)
            self._place_words = f"{place.mode.value}: {place.sentence} Press Connection."
            mark(self, place="NONE")
        self.words.setText(self._place_words)
        mark(self.mode)
        mark(self.words)

    def _on_retrying(self, event: Retrying) -> None:
        self._on_link(LinkDown(event.why))

    def _on_ended(self, event: RowEnded) -> None:
        if event.row.outcome in _ANSWERED and self._link_words == _DOWN:
            self._link_words = "link up"
            self.words.setText(self._place_words)
            self._show_link()

    def _on_link(self, link: LinkUp | LinkDown) -> None:
        match link:
            case LinkUp(round_trip_ms):
                took = f"{round_trip_ms:.0f} ms" if round_trip_ms >= 1 else "under 1 ms"
                self._link_words = f"link up, {took}"
                self.words.setText(self._place_words)
            case LinkDown(sentence):
                self._link_words = _DOWN
                self.words.setText(sentence)
        self._show_link()

    def _show_link(self) -> None:
        """A link that is down is said first; while an answer is missing, for how long."""
        waited = self._waiting.longest
        is_down, is_waiting = self._link_words == _DOWN, bool(waited)
        self.link.setText(f"no answer for {waited} s" if is_waiting and not is_down else self._link_words)
        mark(self.link, link="down" if is_down else "waiting" if is_waiting else "up")


def _money(kind: AccountClass, *, everyone: bool) -> str:
    return _ALL if everyone else f"{kind.value.upper()} ACCOUNT"


def _button(title: str, hint: str, wanted: SignalInstance) -> QPushButton:
    button = QPushButton(title)
    button.setObjectName(title.split(maxsplit=1)[0].lower())
    button.setToolTip(hint)
    button.clicked.connect(wanted)
    return button


_TONES = {Level.INFO: "muted", Level.GOOD: "good", Level.WARNING: "warn", Level.PROBLEM: "bad"}


_FIRST = ("start", "keys")  # what was wrong at the start
_CLOCK = len("00:00:00  ")
_STANDING = (*_FIRST, "entries")
SILENT = ("entries", "waiting", "retrying", "flat")  # not to be announced: said elsewhere, or again and again


class StatusLine(ElidedLabel):
    """The latest remark or outcome.

    Signals: said: each text as it is shown, its tone, and what it is about.
    """

    said = Signal(str, str, str)

    def __init__(self, bridge: Bridge, overtaken: Overtaken) -> None:
        super().__init__()
        self.setObjectName("status")
        self._overtaken = overtaken
        self._hammered = Hammered()
        self._about = ""
        self._row = 0  # whose outcome it shows
        self.setIndent(14)  # margins do not outlive a change of tone
        bridge.notice.connect(self.show_notice)
        bridge.place.connect(self._on_place)
        bridge.begun.connect(self._on_begun)
        bridge.ended.connect(self._on_ended)
        bridge.exited.connect(self._on_exited)
        bridge.retrying.connect(self._on_retrying)
        bridge.arm.connect(self._on_arm)

    def set_slim(self, slim: bool) -> None:
        """Has two lines, as it is narrow, or one."""
        self.set_lines(2 if slim else 1)
        self.setIndent(8 if slim else 14)

    def _on_place(self, _place: Place | NoPlace) -> None:
        if self._about not in _FIRST:  # that stays until something is sent, or was put right
            self.say("", "muted")  # an outcome of the former place must not stand under the new band

    def _on_retrying(self, event: Retrying) -> None:
        what = named(event.message.command)
        text = f"{what} has not left yet: try {event.tries + 1}, for {event.left_s:.0f} s more. {event.why}"
        self.say(f"… {text}", "bad", "retrying")

    def _on_arm(self, arm: Arm) -> None:
        if self._about in _FIRST and not (isinstance(arm, Disarmed) and arm.tripped):
            return  # as in _on_place
        if isinstance(arm, Disarmed):
            self.say(arm.why, "bad" if arm.tripped else "warn", "entries")
        elif self._about == "entries":
            self.say("Entries are on.", "good", "entries")

    def _on_begun(self, event: RowBegun) -> None:
        if row := self._hammered.begun(event.row):  # else it was kept in, and its notice stands here already
            self._show(row)

    def _show(self, row: Row) -> None:
        text, tone = _outcome(row) or (f"… no answer yet ({row.intent.place}): {row.intent.sentence}", "muted")
        if self._overtaken.warns(row) and (row.ending is None or row.outcome == "accepted"):
            text, tone = f"{WARNING} {text}", "warn"
        about = "" if row.ending else "waiting"
        self.say(" ".join(filter(None, [self._hammered.words(row), text])), tone, about)
        self._row = row.id

    def _on_exited(self, told: "Exited") -> None:
        """What was read takes the place of “look whether you are flat”."""
        if told.is_flat and told.row.id == self._row and not self._overtaken.warns(told.row):
            self.say(
                f"{SIGNS['accepted']} flat ({told.row.intent.place}), read back: {named(told.command)}.", "good", "flat"
            )

    def say(self, text: str, tone: str, about: str = "") -> None:
        """Shows a text with the time of day at which it was said."""
        self._about, self._row = about, 0
        self.setText(f"{datetime.now().astimezone():%H:%M:%S}  {text}" if text else "")
        mark(self, tone=tone)
        if text:
            self.said.emit(text, tone, about)

    def show_notice(self, notice: Notice) -> None:
        if notice.about == "seals" and notice.level is Level.INFO and self._about in _STANDING:
            return  # it can wait: the help of `journal --verify` says it again
        if notice.text or self._about == notice.about:
            self.say(self._with_first(notice), _TONES[notice.level], notice.about)

    def _with_first(self, notice: Notice) -> str:
        """The text of a notice, behind what was wrong at the start and still stands: neither must hide the other."""
        before = self.text()[_CLOCK:] if self._about in _FIRST and notice.about in _FIRST else ""
        if not (before and notice.text):
            return notice.text
        return before if notice.text in before else f"{before} {notice.text}"

    def _on_ended(self, event: RowEnded) -> None:
        self._hammered.ended(event.row)
        if event.row.ending:
            self._show(event.row)


def _outcome(row: Row) -> tuple[str, str] | None:
    """What became of a message, and the tone in which it is said; None while no answer is there."""
    if row.ending is None:
        return None
    outcome, said = row.ending.outcome, f"{row.ending.sentence}  ({row.intent.sentence})"
    return f"{SIGNS[outcome]} {outcome} ({row.intent.place}): {said}", TONES[outcome]
