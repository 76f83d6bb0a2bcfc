"""The ticket pane: form on the left, what it says and the buttons that send it on the right."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final, TypeVar, cast

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QBoxLayout, QFrame, QGridLayout, QLabel, QSpacerItem, QVBoxLayout, QWidget

from crosstrade_desk.desk.brackets import laid
from crosstrade_desk.desk.desk import Desk
from crosstrade_desk.desk.events import Mode, NoPlace, Place, RowBegun
from crosstrade_desk.desk.kill_switch import BLOCKS, WAY_OUT
from crosstrade_desk.protocol.catalogue import COMMANDS, FLATTEN
from crosstrade_desk.protocol.cautions import cautions
from crosstrade_desk.protocol.command import EXTRAS, Command
from crosstrade_desk.protocol.instrument import parse_instrument
from crosstrade_desk.protocol.instrument_words import about
from crosstrade_desk.protocol.message import Message, Reading
from crosstrade_desk.protocol.own_ids import without_own_text
from crosstrade_desk.protocol.problems import Invalid, Problem, Problems
from crosstrade_desk.protocol.spec import CommandSpec
from crosstrade_desk.storage.settings import Settings
from crosstrade_desk.ui.bridge import Bridge
from crosstrade_desk.ui.fit import Fit, fit_for
from crosstrade_desk.ui.kill_switch import KillSwitch
from crosstrade_desk.ui.letter_label import LetterLabel
from crosstrade_desk.ui.plain import tip
from crosstrade_desk.ui.reading.quote_strip import QuoteStrip
from crosstrade_desk.ui.soon import Soon
from crosstrade_desk.ui.spoken import explain
from crosstrade_desk.ui.theme import dense, mark
from crosstrade_desk.ui.ticket.account_editor import AccountEditor
from crosstrade_desk.ui.ticket.buttons import FireButton
from crosstrade_desk.ui.ticket.editors import StillBox
from crosstrade_desk.ui.ticket.exits import SCOPE, Exits
from crosstrade_desk.ui.ticket.form import Form, Snapshot
from crosstrade_desk.ui.ticket.instrument_editor import InstrumentEditor
from crosstrade_desk.ui.ticket.read_back import ReadBack
from crosstrade_desk.ui.ticket.rows_pane import SCROLL_ROOM, set_columns

PRICES = ("limit_price", "stop_price")
LEAST: Final = {Fit.WHOLE: 1078, Fit.SHORT: 728, Fit.LOW: 708, Fit.SLIM: 396}  # pixels
_TALL: Final = {Fit.WHOLE: 436, Fit.SHORT: 450, Fit.SLIM: 529}  # pixels with a new order whole; with less it is `LOW`
# How many accounts are in sight at a time, by the height from which on there is room for them.
_ACCOUNTS: Final = {
    Fit.WHOLE: {0: 3, 458: 4},
    Fit.SHORT: {0: 3, 472: 4},
    Fit.LOW: {0: 2, 314: 3},
    Fit.SLIM: {0: 2, 529: 3},
}
_LOWEST: Final = 218  # pixels: all that sends and gets out, and three rows of the form at a time
_SHARES: Final = {Fit.WHOLE: (3, 2), Fit.SHORT: (1, 0), Fit.SLIM: (1, 0)}  # of the form, and of what stands beside it
_BETWEEN: Final = {Fit.WHOLE: 18, Fit.SHORT: 10, Fit.LOW: 10, Fit.SLIM: 3}
# Lines on the button and pixels around them, by the height from which on there is room for them.
_SEND: Final = {
    Fit.WHOLE: {0: (3, 8)},
    Fit.SHORT: {0: (3, 4)},
    Fit.LOW: {0: (2, 2), 246: (3, 8)},
    Fit.SLIM: {0: (2, 2)},
}
_APART: Final = {Fit.WHOLE: 12, Fit.SHORT: 7, Fit.SLIM: 9}  # more above the buttons that get out: a slip meets none
_EDGES: Final = {Fit.WHOLE: (14, 8, 14, 8), Fit.SHORT: (10, 8, 10, 8), Fit.SLIM: (8, 3, 8, 3)}
T = TypeVar("T")
LATE = "Nothing was sent: the window stood still, and this press waited meanwhile. Press again."
_BLOCKED = {
    "connection": "NOT CONNECTED",
    "halted": "ENTRIES OFF",
    "settings": "CONFIRM LIMITS",
    "armed": "ENTRIES OFF",
    "account": "ENTRIES OFF on this account",
    "size": "OVER YOUR LIMIT",
}


def _by_height(table: Mapping[int, T], height: int) -> T:
    """What a table has for the greatest height, in pixels, that there is."""
    return table[max(least for least in table if least <= height)]


class _CommandBox(StillBox):
    """A list that no stray letter turns either."""

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt's name)
        if event.text().isprintable() and event.text().strip():
            event.ignore()
        else:
            super().keyPressEvent(event)


class Ticket(QFrame):
    """Composes on every change. The message that is shown is the very object that a press sends.

    Signals:
        instruments_changed: the instruments traded, newest first.
        unsendable: a press that could send nothing, with the sentence that says why.
        import_wanted: the trader wants to paste an alert text.
        money_changed: what money the order reaches, as `AccountClass`, and whether it reaches all accounts.
        undo_offered: whether filling the form can be undone now.
        sent: what the form says was given to the desk, which may still keep it in.
    """

    instruments_changed = Signal(tuple)
    unsendable = Signal(str)
    import_wanted = Signal()
    money_changed = Signal(object, bool)
    undo_offered = Signal(bool)
    sent = Signal()

    def __init__(self, desk: Desk, bridge: Bridge, settings: Settings, kill_switch: KillSwitch) -> None:
        super().__init__()
        self.setObjectName("panel")
        self._desk = desk
        self._message: Message | Problems
        self._place: Place | None = None
        self._ways_back: tuple[QWidget | None, QWidget | None] = (None, None)  # from where to where Esc goes
        self._kill_switch = kill_switch
        self.is_late: Callable[[], bool] = lambda: False
        self.order_named: Callable[[str], str] = lambda _id: ""  # which order an id means, in words; "" if not known
        self._order_said = ""
        self._before_fill: Snapshot | None = None
        self._last_sent = ""  # the instrument of the last message that had one
        self._pressed: tuple[Message | Problems, Place | None] | None = None
        self._was_kept_in = False  # when the button went down
        self._fit, self._moves = Fit.WHOLE, False
        self.form = Form(settings)
        self._build()
        self.form.editor("instrument").set_text(settings.instrument)
        self.form.editor("qty").set_text("1")
        self.form.editor("order_type").set_text("MARKET")
        self.form.editor("tif").set_text("DAY")
        self.form.edited.connect(self._on_edited)
        self.command.currentIndexChanged.connect(self._on_command)
        bridge.place.connect(self._on_place)
        bridge.begun.connect(self._on_begun)
        self._soon = Soon(self, self.refresh)
        for news in (bridge.ended, bridge.arm, kill_switch.changed):
            news.connect(self._soon.ask)
        self.refresh()

    def _build(self) -> None:
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._columns.setContentsMargins(14, 8, 14, 8)
        self._columns.setSpacing(18)
        self._columns.addLayout(self._left(), 3)
        self._columns.addLayout(self._right(), 2)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        # Half moved, the parts would ask for more height than they have in either place, and the window would keep it.
        lowest = 0 if self._moves else super().minimumSizeHint().height()
        return QSize(LEAST[Fit.SLIM], _LOWEST if self.width() >= LEAST[Fit.LOW] else lowest)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        super().resizeEvent(event)
        fit = fit_for(event.size().width(), LEAST)
        if event.size().height() < _TALL[fit] and event.size().width() >= LEAST[Fit.LOW]:
            fit = Fit.LOW
        height, is_other = event.size().height(), fit is not self._fit
        self._moves = True
        self.send_button.set_lines(*_by_height(_SEND[fit], height))
        if is_other:
            self._fit = fit
            self._lay_out()
        self._moves = False
        if is_other:
            self.updateGeometry()
        self.accounts.show_lines(_by_height(_ACCOUNTS[fit], height))

    def _lay_out(self) -> None:
        """Has the very same parts stand as there is room for them."""
        fit = Fit.SLIM if self._fit is Fit.LOW else self._fit  # the same, but for where the two halves stand
        whole, slim = fit is Fit.WHOLE, fit is Fit.SLIM
        way = QBoxLayout.Direction
        self._columns.setDirection(way.TopToBottom if self._fit is Fit.SLIM else way.LeftToRight)
        for place, share in enumerate(_SHARES[fit]):
            self._columns.setStretch(place, share)
        self._columns.setSpacing(_BETWEEN[self._fit])
        self._columns.setContentsMargins(*_EDGES[fit])
        self.explanation.setVisible(whole)
        self._top.setHorizontalSpacing(6 if slim else 10)
        set_columns(self._top, fit)
        self._label.setVisible(whole)
        self._top.addWidget(self.command, 0, int(whole), 1, 1 if whole else 4)
        self.form.set_fit(fit)
        self.read_back.set_slim(slim)
        self.exits.set_slim(slim)
        self._top.setContentsMargins(0, 0, 0 if whole else SCROLL_ROOM, 0)
        self._left_side.setSpacing(2 if slim else 6)
        self._right_side.setSpacing(2 if slim else 5)
        self._apart.changeSize(0, _APART[fit])
        dense(self, slim)

    def _left(self) -> QVBoxLayout:
        self.command = _CommandBox()
        self.command.setObjectName("command")
        self.command.setAccessibleName("Command")
        for spec in COMMANDS:
            self.command.addItem(spec.title if spec.control else f"{spec.title}   {spec.token}", spec)
            self.command.setItemData(self.command.count() - 1, spec.explanation, Qt.ItemDataRole.ToolTipRole)
        self._label = LetterLabel("Command", "command", lambda: self.command)
        self.explanation = QLabel()
        self.explanation.setProperty("tone", "muted")
        self.explanation.setObjectName("explanation")
        self.explanation.setFixedHeight(40)  # three lines: nothing moves when another command says more
        self.explanation.setWordWrap(True)
        self._top = top = QGridLayout()
        top.setHorizontalSpacing(10)
        set_columns(top, self._fit)
        top.addWidget(self._label, 0, 0)
        top.addWidget(self.command, 0, 1)
        top.addWidget(self.explanation, 0, 2)
        left = self._left_side = QVBoxLayout()
        left.setSpacing(6)
        left.addLayout(top)
        left.addWidget(self.form, 1)
        return left

    def _right(self) -> QVBoxLayout:
        self.quotes = QuoteStrip()
        self.quotes.chosen.connect(self._on_price)
        self.read_back = ReadBack()
        self.read_back.import_wanted.connect(self.import_wanted)
        self.send_button = FireButton(lines=3)
        self.send_button.setObjectName("send")
        self.send_button.touched.connect(self._on_send_touched)
        self.send_button.fired.connect(self._on_send_fired)
        self.send_button.let_go.connect(self.unsendable)
        self.exits = Exits(self._desk, self._scope)
        self.exits.incomplete.connect(self._on_exit_incomplete)
        self.exits.remarked.connect(self.unsendable)
        self.exits.fired.connect(self._on_exit)
        right = self._right_side = QVBoxLayout()
        right.addWidget(self.quotes)
        right.addWidget(self.read_back, 1)
        right.addWidget(self.send_button)
        self._apart = QSpacerItem(0, _APART[self._fit])
        right.addItem(self._apart)
        right.addWidget(self.exits)
        right.setSpacing(5)
        return right

    def _on_price(self, text: str) -> None:
        """Puts a price into the first price of the order that is in use now."""
        texts = self.form.texts()
        name = next((name for name in PRICES if name in texts), None)
        if name is None:
            self.unsendable.emit("This order takes no price: choose Limit or Stop first.")
        else:
            self.form.put(name, text)

    def _on_command(self) -> None:
        self.form.show_command(self.command.currentData())

    def _on_place(self, place: Place | NoPlace) -> None:
        self._place = place if isinstance(place, Place) else None
        self.refresh()

    def _on_edited(self) -> None:
        self._before_fill = None
        self.undo_offered.emit(False)
        self.refresh()
        self.unsendable.emit("")  # what was missing a moment ago may be there now

    def refresh(self, _cause: object = None) -> None:
        """Composes anew and shows the result: beside the fields, in words, on the wire and on the buttons."""
        self._message = self._composed()
        self.explanation.setText(self.form.spec.explanation)
        explain(self.command, self.form.spec.explanation)  # its hint too: there is not always room to say it
        self._show_remarks(self._message)
        self._show_send(self._message)
        self._show_money()
        self.exits.show_scope(self._place)

    def _show_remarks(self, message: Message | Problems) -> None:
        now = datetime.now(UTC)
        found = parse_instrument(self.form.texts().get("instrument", ""))
        self.form.show_prices(found)
        hints = {} if isinstance(found, Invalid) else {"instrument": about(found, now.date())}
        self._order_said = hints["order_id"] = self.order_named(self.form.texts().get("order_id", ""))
        remarks = () if isinstance(message, Problems) else cautions(message.command, now)
        self.form.say(message.items if isinstance(message, Problems) else (), remarks, hints)
        self.read_back.show_message(message, remarks)

    def look_at_order(self) -> None:
        """Says anew which order the form is about, if that was read otherwise."""
        if self.order_named(self.form.texts().get("order_id", "")) != self._order_said:
            self.refresh()

    def _composed(self) -> Message | Problems:
        extras, faults = self.form.extras()
        message = self._desk.compose(self.form.spec, self.form.texts(), self.form.needed, extras)
        if not faults:
            return message
        told = tuple(Problem(EXTRAS, fault.message, fault.kind) for fault in faults)
        return Problems((*(message.items if isinstance(message, Problems) else ()), *told))

    def fill(self, reading: Reading, *, everywhere: bool = False) -> None:
        """Puts a message that was read into the form: its command, every field of it, and no other text."""
        if reading.spec is None:
            return
        before = self.form.snapshot()
        self._show_choice(reading.spec)
        fresh = replace(reading, texts=without_own_text(reading.spec, reading.texts))
        self.form.fill(fresh, everywhere=everywhere)
        if isinstance(self._message, Problems) and (use := self.form.spec.use(self._message.items[0].field)):
            self.form.reveal(self.form.editor(use.field.name))  # what is wrong, not the last group that was opened
        self._before_fill = before
        self.undo_offered.emit(True)

    def change(self, reading: Reading) -> None:
        """Fills the form and puts the cursor into the first price that stands there, from where Esc leads back."""
        before = QApplication.focusWidget()
        self.fill(reading)
        self.form.go_to(*(name for name in PRICES if reading.texts.get(name))) or self.form.go_to("qty")
        self._ways_back = (QApplication.focusWidget(), before)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt's name)
        here, before = self._ways_back
        if Qt.Key(event.key()) is Qt.Key.Key_Escape and before and here is QApplication.focusWidget():
            before.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            super().keyPressEvent(event)

    def fill_part(self, texts: Mapping[str, str]) -> tuple[str, ...]:
        """Sets some fields and leaves the rest as it stands. Gives the names of those that the command does not have.

        The distances of a bracket lie the way that they must for the side of the form.
        """
        before = self.form.snapshot()
        fitting = laid(texts, self.form.texts().get("action", ""))
        left = tuple(name for name, text in fitting.items() if not self.form.put(name, text))
        self._before_fill = before
        self.undo_offered.emit(True)
        return left

    def undo_fill(self) -> None:
        """Puts the form back as it was before it was filled, if nothing was changed since."""
        if self._before_fill:
            self._show_choice(self._before_fill.spec)
            self.form.restore(self._before_fill)

    def _show_choice(self, spec: CommandSpec) -> None:
        """Shows a command as the chosen one; the form is the caller's."""
        with QSignalBlocker(self.command):
            self.command.setCurrentIndex(COMMANDS.index(spec))

    def _show_money(self) -> None:
        """Colours the whole ticket by the money that is at stake, and says on each account what it trades."""
        classes = self._desk.limits.classes
        everyone = self._reaches_all()
        kind = classes.worst(() if everyone else self.accounts.ticked)
        live = self._place is not None and self._place.mode is Mode.LIVE
        self.accounts.show_kinds(classes)
        for part in (self, self.send_button):
            mark(part, money=kind.value if live else "none")
        mark(self.send_button, place="LIVE" if live else "none")
        self.money_changed.emit(kind, everyone)

    def _reaches_all(self) -> bool:
        """Whether what is being composed reaches all accounts, be it ready or not."""
        if isinstance(self._message, Message):
            return self._message.command.is_wide
        spec = self.form.spec
        return spec.is_wide_alone and (spec.use("account") is None or self.form.everywhere)

    def _show_send(self, message: Message | Problems) -> None:
        say = self.send_button.say
        if isinstance(message, Problems):
            say("Not ready to send", _what_is_left(message), "NONE")
        elif self._place is None:
            say("NOT CONNECTED", "Press Connection.", "NONE")
        elif blocked := self._desk.standing(message):
            say(_BLOCKED[blocked.rule], blocked.sentence, "NONE")
        elif self._desk.busy and message.command.spec.opens:
            say("Waiting for the answer …", "", "NONE")
        else:
            command = message.command
            title = f"SEND to {self._place.mode.value}: {command.title}"
            if self._kill_switch.is_on and not command.spec.control:  # sent all the same: it may be off by now
                say(title, f"{command.headline}. {BLOCKS} {WAY_OUT}", "PLAIN", hold=command.is_held)
            else:
                say(title, command.headline, _tone(command), hold=command.is_held)
            self.send_button.setToolTip(tip(command.sentence))  # all of it, the names of many accounts too

    def show_letters(self, free: frozenset[str]) -> None:
        """Underlines these letters in the labels of its fields."""
        self._label.show_letters(free)
        self.form.show_letters(free)

    def _scope(self) -> dict[str, str]:
        """Account and instrument of the form; for an instrument that is gone or half typed the one sent last."""
        texts = {name: self.form.editor(name).text() for name in SCOPE}
        if isinstance(parse_instrument(texts["instrument"]), Invalid):
            texts["instrument"] = self._last_sent
        twins = {name.strip().casefold(): name for name in texts["account"].split(",")}
        return {**texts, "account": ",".join(twins.values())}  # a name that is ticked twice must not keep the exit in

    def come_after(self, before: QWidget) -> QWidget:
        """Has Tab come here from `before`, and go as one reads. Gives from where it goes on."""
        QWidget.setTabOrder(before, self.command)
        last = self.form.come_after(self.command)
        for part in (self.read_back.import_button, self.read_back.copy_button):
            QWidget.setTabOrder(last, part)
            last = part
        return last

    def send(self) -> None:
        """Sends what is shown, or puts the cursor on what is missing. What has to be held takes a second press."""
        self.send_button.press_by_key()

    def _on_send_touched(self) -> None:
        self._soon.now()
        self._pressed, self._was_kept_in = (self._message, self._place), self._is_kept_in()

    def _is_kept_in(self) -> bool:
        """Whether the button says that no press sends it now."""
        message = self._message
        if isinstance(message, Problems):
            return False  # what is missing is told whenever it is pressed
        return self._desk.standing(message) is not None or (self._desk.busy and message.command.spec.opens)

    def _on_send_fired(self) -> None:
        self._soon.now()
        pressed, self._pressed = self._pressed, None
        if self.is_late():
            self.unsendable.emit(LATE)
        elif pressed != (self._message, self._place) or (self._was_kept_in and not self._is_kept_in()):
            self.unsendable.emit("Nothing was sent: what SEND says changed while the button was down. Press again.")
        elif self.accounts.is_naming:
            self.unsendable.emit("Nothing was sent. Finish the account name first: press Enter, or Esc to drop it.")
        elif isinstance(self._message, Problems):
            self._on_incomplete(self._message)
        else:
            self._desk.send(self._message)  # what it changes here is told by its events, after the text has left
            self.sent.emit()

    def _on_incomplete(self, problems: Problems) -> None:
        self.form.focus_first(problems)
        self.unsendable.emit(f"Nothing was sent. {_what_is_left(problems)}")

    def _on_exit_incomplete(self, problems: Problems) -> None:
        if self.form.spec.use(problems.items[0].field) is None:
            self.command.setCurrentIndex(COMMANDS.index(FLATTEN))  # where what is missing has its row
        self._on_incomplete(problems)

    def _on_exit(self) -> None:
        self._pressed = None  # a finger still on SEND must not undo it when it lifts

    def _on_begun(self, event: RowBegun) -> None:
        name = event.row.intent.instrument
        self._soon.ask()
        if name and event.row.ending is None:
            is_new, self._last_sent = name != self._last_sent, name
            self.instruments_changed.emit(cast("InstrumentEditor", self.form.editor("instrument")).remember(name))
            if is_new:
                self._soon.now()  # FLATTEN may mean it from now on

    @property
    def accounts(self) -> AccountEditor:
        return cast("AccountEditor", self.form.editor("account"))


def _tone(command: Command) -> str:
    """The colour of a command: that of its side if it opens, that of exits, or a warning if it reaches everything."""
    if command.is_wide:
        return "WIDE"
    if command.spec.opens:
        return str(command.values.get("action", "PLAIN"))
    return "EXIT" if command.spec.exits else "PLAIN"


def _what_is_left(problems: Problems) -> str:
    first, *others = problems.items
    more = f" {len(others)} more {'fields need' if len(others) > 1 else 'field needs'} a look." if others else ""
    return f"{first.message}{more}"
