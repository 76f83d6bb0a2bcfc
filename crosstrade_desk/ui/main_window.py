"""Places the panes, holds the keys of the window, and remembers where it stood."""

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Final, cast

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QDialog, QMainWindow, QVBoxLayout, QWidget

from crosstrade_desk.desk.accounts import AccountClass
from crosstrade_desk.desk.arming import Disarmed
from crosstrade_desk.desk.desk import Desk
from crosstrade_desk.desk.events import Asked, Mode, Place, RowBegun
from crosstrade_desk.desk.notices import Level, Notice
from crosstrade_desk.desk.preferences import Preferences
from crosstrade_desk.protocol.leaks import Taken
from crosstrade_desk.protocol.problems import listed
from crosstrade_desk.protocol.secret import Secret
from crosstrade_desk.storage.settings import AFTER_SEND, Settings
from crosstrade_desk.ui.ask_bar import AskBar
from crosstrade_desk.ui.band import Band, StatusLine
from crosstrade_desk.ui.bridge import Bridge
from crosstrade_desk.ui.clipboards import Clipboards
from crosstrade_desk.ui.empty_pane import ROOMS, EmptyPane
from crosstrade_desk.ui.fit import Fit
from crosstrade_desk.ui.foot import Foot
from crosstrade_desk.ui.keys.deck import KeyDeck
from crosstrade_desk.ui.keys.deeds import deeds
from crosstrade_desk.ui.keys.signs import KeySigns
from crosstrade_desk.ui.kill_switch import KillSwitch
from crosstrade_desk.ui.layout import GAP, HEAD, LOW_ORDER, Layout, Pane, keep_in_sight
from crosstrade_desk.ui.overtaken import Overtaken
from crosstrade_desk.ui.presses import Presses
from crosstrade_desk.ui.ticket.ticket import LEAST, Ticket
from crosstrade_desk.ui.waiting import Waiting

if TYPE_CHECKING:  # each is imported when it is first opened, and the panes after the first paint
    from crosstrade_desk.desk.connection import Connection
    from crosstrade_desk.ui.feedback.strip import HealthStrip
    from crosstrade_desk.ui.furniture import Furniture
    from crosstrade_desk.ui.help.help_window import HelpWindow
    from crosstrade_desk.ui.idle import Idle
    from crosstrade_desk.ui.keys.buttons_menu import ButtonsMenu
    from crosstrade_desk.ui.keys.cheat_sheet import CheatSheet
    from crosstrade_desk.ui.keys.keys_window import KeysWindow
    from crosstrade_desk.ui.keys.menu import ActionMenu
    from crosstrade_desk.ui.keys.system_keys import SystemKeys
    from crosstrade_desk.ui.log.view import LogPane
    from crosstrade_desk.ui.presets.pane import PresetPane
    from crosstrade_desk.ui.reading.lookout import Lookout
    from crosstrade_desk.ui.reading.pane import ReadingPane
    from crosstrade_desk.ui.settings.connection_window import ConnectionWindow
    from crosstrade_desk.ui.settings.limits_window import LimitsWindow
    from crosstrade_desk.ui.ticket.import_window import ImportWindow
    from crosstrade_desk.ui.walk import Walk


_LOW: Final = 640  # pixels: with less height the band has one line
_IN_THE_AIR: Final = "A message has no answer yet. Quit all the same? What became of it is then not seen here."
_LOG_DEEDS: "Final[dict[str, Callable[[LogPane], object]]]" = {
    "go log": lambda log: log.table.setFocus(),
    "filter log": lambda log: log.open_filter(),
    "unknown older": lambda log: log.go_unknown(older=True),
    "unknown newer": lambda log: log.go_unknown(older=False),
    "follow log": lambda log: log.follow_newest(),
    "export log": lambda log: log.export(),
}


class MainWindow(QMainWindow):
    """The ticket on top, the log below. `on_painted` is called once, after the first paint; `on_close` when closed,
    `on_settings` when settings were taken over."""

    remarks: Callable[[], dict[str, str]] = dict  # what is to be said of settings, by name
    _asks_to_quit = False  # pressed once more, the cross in the corner is a yes
    log: "LogPane"  # with the rest of the furniture
    presets: "PresetPane"
    reading: "ReadingPane"
    lookout: "Lookout"
    health: "HealthStrip"
    menu: "ActionMenu"
    system_keys: "SystemKeys"
    idle: "Idle"
    _connection: "Connection"
    walk: "Walk | None" = None  # made when it is first wanted
    buttons_menu: "ButtonsMenu | None" = None

    def __init__(self, desk: Desk, bridge: Bridge, preferences: Preferences) -> None:
        super().__init__()
        self.setWindowTitle("CrossTrade Desk")
        self._desk, self._bridge = desk, bridge
        self._preferences = preferences
        self._furniture: Furniture | None = None
        self._pressed_early: list[Callable[[], object]] = []
        self.connection_window: ConnectionWindow | None = None
        self.import_window: ImportWindow | None = None
        self.help_window: HelpWindow | None = None
        self.limits_window: LimitsWindow | None = None
        self.keys_window: KeysWindow | None = None
        self.cheat_sheet: CheatSheet | None = None
        self.on_close: Callable[[], None] = lambda: None
        self.on_painted: Callable[[], None] = lambda: None
        self.on_settings: Callable[[], None] = lambda: None
        self._painted = False
        self.presses = Presses(self)
        self.presses.used.connect(desk.switch.touch)
        self.clipboards = Clipboards(desk.known)
        self.clipboards.cleared.connect(self.remark)
        self.waiting = Waiting(bridge)
        self.kill_switch = KillSwitch(bridge)
        self.overtaken = Overtaken(bridge, self.waiting)
        self.band = Band(bridge, self.waiting, self.kill_switch)
        self.band.entries.falls_back_at = desk.switch.falls_back_at
        self.presses.used.connect(self.band.entries.refresh)
        self.status = StatusLine(bridge, self.overtaken)
        self.ask = AskBar()
        self.ticket = Ticket(desk, bridge, preferences.current, self.kill_switch)
        self._build()
        self._connect()
        self.keys = KeyDeck(self, self.presses, preferences, deeds(desk, self.ticket, self.ask, self._windows()))
        self.key_signs = KeySigns(self.keys, self.band.keys, self.ticket, self.status, self.ask)
        self.band.menu_wanted.connect(self._once_whole(self._open_menu))
        self.keys.enable("no", False)  # Esc belongs to the fields while nothing is asked
        self.panes.restore(preferences.current)
        self._watch_presses(True)  # last: nothing can be pressed before, and building makes ten thousand events
        self.ticket.form.editor("instrument").main.setFocus(Qt.FocusReason.OtherFocusReason)

    def _watch_presses(self, on: bool) -> None:
        """Each event is a call of Python. On some of Qt's inner objects it has PySide make all its classes: 15 ms."""
        app = cast("QApplication", QApplication.instance())
        (app.installEventFilter if on else app.removeEventFilter)(self.presses)

    def furnish(self, build: "Callable[[], Furniture]") -> None:
        """Takes the panes in, at the places kept for them, then does what was pressed before they were there."""
        self._watch_presses(False)  # nothing can be pressed within this call
        self._furniture = made = build()
        self.log, self.presets, self.reading, self.lookout = made.log, made.presets, made.reading, made.lookout
        self.system_keys, self.idle, self._connection = made.system_keys, made.idle, made.connection
        self.health, self.menu = made.health, made.menu
        self._foot.take(self.health)
        self._head_room.hide()
        self._on_panes()  # first: a pane that asks for more than its place would push the ticket aside
        for name, pane in {"presets": self.presets, "log": self.log, "reading": self.reading}.items():
            self.panes.fill(name, pane)
        self._order_stops()
        self._watch_presses(True)
        while self._pressed_early:
            self._pressed_early.pop(0)()

    def _once_whole(self, run: Callable[..., object]) -> Callable[..., None]:
        """What a press does that needs the panes, or what comes with them: before they are there, it waits."""

        def press(*given: str) -> None:
            if self._furniture:
                run(*given)
            else:
                self._pressed_early.append(partial(run, *given))

        return press

    def watch_lag(self, is_late: Callable[[], bool]) -> None:
        """Sends no entry and takes no yes by a press for which `is_late` says that it waited."""
        self.ticket.is_late = self.ask.is_late = is_late

    def _build(self) -> None:
        """From the outside in: a pane that gets another parent has the style of all in it worked out anew."""
        head, body = QWidget(), QWidget()
        body.setObjectName("body")  # of the style sheet
        self.setMenuWidget(head)
        self.setCentralWidget(body)
        rows = QVBoxLayout(head)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        self._foot = Foot(self.status, self.ask)
        for part in (self.band, self._foot):
            rows.addWidget(part)
        self._middle = QVBoxLayout(body)
        self._middle.setContentsMargins(GAP, 0, GAP, 0)
        self._middle.setSpacing(2)
        self._middle.addWidget(self.ticket, 1)
        self._head_room = QWidget()
        self._head_room.setFixedHeight(HEAD)
        self._middle.addWidget(self._head_room)
        self._head_room.hide()
        self._empty = {name: EmptyPane(room) for name, room in ROOMS.items()}
        side, bottom = Qt.DockWidgetArea.RightDockWidgetArea, Qt.DockWidgetArea.BottomDockWidgetArea
        self.panes = Layout(
            self,
            (
                Pane("presets", "Presets", self._empty["presets"], side, 222, in_compact=True),
                Pane("log", "Log", self._empty["log"], bottom, 760),
                Pane("reading", "Account", self._empty["reading"], bottom, 580, beside="log"),
            ),
            (LEAST[Fit.WHOLE], LEAST[Fit.SHORT], LEAST[Fit.LOW]),
        )
        self.panes.changed.connect(self._on_panes)

    def _order_stops(self) -> None:
        """Has Tab go through the window as one reads it: band, ticket, presets, log, account."""
        for former, later in pairwise([*self.band.stops(), self.health.button]):
            QWidget.setTabOrder(former, later)
        last = {self.window(): self.ticket.come_after(self.health.button)}
        for stop in (*self.presets.stops(), *self.log.stops()):
            if before := last.get(stop.window()):  # a pane that floats has an order of its own
                QWidget.setTabOrder(before, stop)
            last[stop.window()] = stop

    def _on_panes(self) -> None:
        """What needs the trader is told below the ticket while the log is not."""
        compact = self.panes.is_compact
        self._show_walk()
        if self._furniture is None:
            self._head_room.setHidden(compact or self.panes.is_docked("log"))
            for pane in self._empty.values():
                pane.set_slim(compact)
            return
        self.presets.set_slim(compact)
        self.log.set_slim(compact)
        if self.panes.is_docked("log"):
            self.log.take_head()
        elif compact and self.panes.is_docked("presets"):
            self.presets.cover(self.log.head)
        else:
            self._middle.addWidget(self.log.head)

    def _connect(self) -> None:
        self.band.settings_wanted.connect(self._once_whole(self.show_connection))
        self.band.limits_wanted.connect(self.show_limits)
        self.band.keys_wanted.connect(self._once_whole(self.show_keys))
        self.band.help_wanted.connect(self.show_help)
        self.band.entries.on_wanted.connect(self._on_entries_wanted)
        self.band.entries.off_wanted.connect(self._on_entries_unwanted)
        self.ask.changed.connect(self._on_asking)
        self._bridge.asked.connect(self._on_asked)
        # Whatever changes under a question takes it away: it would ask about what no longer is, and hide what is said.
        bridge = self._bridge
        for change in (bridge.place, bridge.arm, bridge.away, bridge.retrying, self.ticket.exits.fired):
            change.connect(self.ask.drop)
        self.ticket.form.edited.connect(self.ask.drop)
        bridge.begun.connect(self._on_begun)
        self.ticket.money_changed.connect(self._on_money)
        self.ticket.import_wanted.connect(self.show_import)
        self.ticket.sent.connect(self._on_sent)
        self.ticket.read_back.copied.connect(self.remark)
        self.ticket.unsendable.connect(self.say_unsendable)
        self.ticket.accounts.names_changed.connect(self._on_accounts)
        self.ticket.instruments_changed.connect(self._on_instruments)

    def _windows(self) -> dict[str, Callable[[], None]]:
        return {
            "connection": self._once_whole(self.show_connection),
            "limits": self.show_limits,
            "import": self.show_import,
            "help": self.show_help,
            "help keys": self.show_cheat_sheet,
            "keys": self._once_whole(self.show_keys),
            **self.panes.deeds(),
            "menu": self.band.menu_wanted.emit,
            "buttons": self.show_buttons,
            "walk": self.start_walk,
            **{name: self._once_whole(partial(self._in_log, do)) for name, do in _LOG_DEEDS.items()},
        }

    def _open_menu(self) -> None:
        self.menu.open()

    def _in_log(self, do: "Callable[[LogPane], object]") -> None:
        do(self.log)

    def _on_asking(self, asking: bool) -> None:
        self.keys.enable("no", asking)
        self._asks_to_quit = self._asks_to_quit and asking

    def _on_asked(self, event: Asked) -> None:
        message = event.message
        self.ask.ask(event.question.sentence, "Send it", "Don't", lambda: self._desk.send(message, answered=True))

    def _on_begun(self, event: RowBegun) -> None:
        """Who gets out or in, by a preset, a row or another program too, is not asked about another entry any more."""
        spec = event.command.spec
        if (spec.closes or spec.opens) and event.row.ending is None:
            self.ask.drop()

    def _on_money(self, kind: AccountClass, everyone: bool) -> None:
        self.band.show_money(kind, everyone)
        self.band.entries.show_accounts(self.ticket.accounts.ticked, self._desk.limits.classes)

    def _on_entries_wanted(self) -> None:
        """Switches entries on: in practice at once, else once the trader has confirmed the accounts by name."""
        accounts = self.ticket.accounts.ticked
        state = self._desk.switch.state
        if isinstance(state, Disarmed) and state.for_good:
            self.say_unsendable(state.why)
        elif not isinstance(self._desk.where, Place):
            self.say_unsendable("There is no connection. Press Connection and look there.")
        elif self._desk.where.mode is not Mode.LIVE:
            self._desk.switch.arm(accounts)
        elif self._desk.unconfirmed:
            self.say_unsendable(self._desk.unconfirmed)
            self.show_limits()
        elif accounts:
            self.ask.ask(
                _confirmation(accounts, self._desk), "Entries on", "Don't", lambda: self._desk.switch.arm(accounts)
            )
        else:
            self.say_unsendable("Tick the accounts first that entries may go to.")

    def _on_entries_unwanted(self) -> None:
        self._desk.switch.off()

    def _on_sent(self) -> None:
        """Puts the cursor where the trader wants it after a send of the form."""
        if field := AFTER_SEND.get(self._preferences.current.after_send):
            self.ticket.form.go_to(field)

    def say_unsendable(self, sentence: str) -> None:
        self.status.show_notice(Notice(Level.WARNING, sentence, "send"))

    def remark(self, sentence: str) -> None:
        self.status.show_notice(Notice(Level.INFO, sentence, "copy"))

    def _on_accounts(self) -> None:
        accounts = self.ticket.accounts
        self._preferences.change(accounts=accounts.names(), chosen_accounts=accounts.ticked)

    def _on_instruments(self, known: tuple[str, ...]) -> None:
        self._preferences.change(instrument=known[0], instruments=known)

    def show_connection(self) -> None:
        """Opens the connection window beside this one. It blocks nothing: the way out stays one key away."""
        if self.connection_window is None:
            from crosstrade_desk.ui.settings.connection_window import ConnectionWindow

            self.connection_window = ConnectionWindow(self._connection, self._bridge, self)
            self.connection_window.secrets_typed.connect(self._on_secrets_typed)
            self.connection_window.secrets_pasted.connect(self.clipboards.clear_soon)
        self.connection_window.open_fresh()

    def _on_secrets_typed(self, secrets: list[Secret]) -> None:
        """From now on they are found wherever they turn up, and in half a minute no clipboard holds them."""
        self._desk.known.add(*secrets)
        self.clipboards.clear_soon()

    def show_limits(self) -> None:
        """Opens the limits."""
        if self.limits_window is None:
            from crosstrade_desk.ui.settings.limits_window import LimitsWindow

            self.limits_window = LimitsWindow(self._desk, self._preferences, self)
            self.limits_window.kept.connect(self.ticket.refresh)
            self.limits_window.kept.connect(self.ask.drop)
            self.limits_window.unkept.connect(self._on_unkept)
            self.limits_window.taken_over.connect(self.ticket.form.take_over)
            self.limits_window.taken_over.connect(self._on_settings)
        for name, sentence in self.remarks().items():
            self.limits_window.remark(name, sentence)
        self.limits_window.open_fresh()

    def _on_unkept(self, sentence: str) -> None:
        self.status.show_notice(Notice(Level.WARNING, sentence, "unkept"))

    def _on_settings(self, settings: Settings) -> None:
        self.on_settings()
        self.keys.show_sizes(settings.quick_quantities)
        self.ticket.refresh()
        if self._furniture:
            self.reading.refresh()

    def show_keys(self, asked: str = "") -> None:
        """Opens the key window. `asked`: an action, of a preset, whose key is wanted."""
        if self.keys_window is None:
            from crosstrade_desk.ui.keys.keys_window import KeysWindow

            self.keys_window = KeysWindow(self.keys, self.system_keys, self)
        self.keys_window.open_fresh(asked)

    def show_buttons(self) -> None:
        """Opens the list of the buttons that Tab passes by."""
        if self.buttons_menu is None:
            from crosstrade_desk.ui.keys.buttons_menu import ButtonsMenu

            self.buttons_menu = ButtonsMenu(self)
        self.buttons_menu.open()

    def start_walk(self) -> None:
        """Begins the walk through practice at the foot of the window."""
        if self.walk is None:
            from crosstrade_desk.ui.help.guide import Topic
            from crosstrade_desk.ui.walk import Walk

            self.walk = Walk(self._bridge, self._desk.where, self.keys.works)
            self.walk.over.connect(self._on_walked)
            self.walk.wanted_changed.connect(self._show_walk)
            self.walk.guide_wanted.connect(lambda: self._guide().show_topic(Topic("first-order")))
            self.statusBar().setSizeGripEnabled(False)
            self.statusBar().addWidget(self.walk, 1)
            self.statusBar().hide()
        self.walk.begin()
        self._show_walk()

    def _show_walk(self) -> None:
        """In the compact form there is no room for it, and on LIVE it has nothing to say."""
        wanted = self.walk is not None and self.walk.is_wanted and not self.panes.is_compact
        if self.walk and wanted == self.statusBar().isHidden():
            height = self.statusBar().sizeHint().height()
            self.statusBar().setVisible(wanted)
            room = -height if wanted else height  # of the panes below: the ticket keeps its own
            QTimer.singleShot(0, self, lambda: self.panes.follow(room, LOW_ORDER))

    def _on_walked(self) -> None:
        self._show_walk()
        self._preferences.change(walked=True)

    def show_cheat_sheet(self) -> None:
        """Shows every key on one page."""
        if self.cheat_sheet is None:
            from crosstrade_desk.ui.keys.cheat_sheet import CheatSheet

            self.cheat_sheet = CheatSheet(self.keys, self)
        self.cheat_sheet.open_fresh()

    def show_import(self) -> None:
        """Opens the window that takes an alert text."""
        if self.import_window is None:
            from crosstrade_desk.ui.ticket.import_window import ImportWindow

            self.import_window = ImportWindow(self._desk.known.take, self.clipboards, self._bridge, self)
            self.import_window.filled.connect(self.ticket.fill)
            self.import_window.undone.connect(self.ticket.undo_fill)
            self.ticket.undo_offered.connect(self.import_window.undo_button.setEnabled)
            self.import_window.secrets_offered.connect(self._on_secrets)
        self.import_window.open_fresh()

    def _on_secrets(self, taken: Taken) -> None:
        self.show_connection()
        if self.connection_window:
            self.connection_window.offer(taken.endpoint, taken.key)

    def show_help(self) -> None:
        """Opens the guide where it is about what has the focus. In the guide itself it stays where it is."""
        from crosstrade_desk.ui.help.topics import topic_for

        if not (self.help_window and self.help_window.isActiveWindow()):
            self._guide().show_topic(topic_for(QApplication.focusWidget(), self.ticket.form.spec))

    def _guide(self) -> "HelpWindow":
        from crosstrade_desk.ui.help.help_window import HelpWindow

        if self.help_window is None:
            self.help_window = HelpWindow(self)
        return self.help_window

    def come_forward(self) -> None:
        """Shows the window in front of the others, as large as it was. Some desktops only let it ask for attention."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def _keep_in_sight(self) -> None:
        """How large the frame is, is known once the window manager has made it."""
        if not (self.isMaximized() or self.isFullScreen()):
            keep_in_sight(self)

    def event(self, event: QEvent) -> bool:
        handled = super().event(event)
        if event.type() == QEvent.Type.Paint and not self._painted:
            self._painted = True
            QTimer.singleShot(0, self, self._keep_in_sight)
            self.on_painted()
        return handled

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        super().resizeEvent(event)
        self.band.set_low(event.size().height() < _LOW)
        if event.oldSize().isValid():
            self.panes.follow(event.size().height() - event.oldSize().height())
        if event.size().width() < event.oldSize().width():
            self.panes.give_way()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 (Qt's name)
        super().changeEvent(event)
        if event.type() == QEvent.Type.WindowStateChange and self._furniture:
            self.lookout.look()  # minimised, less is read

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 (Qt's name)
        event.ignore()  # app.py ends the program, after the orders on their way have their answers
        if self.waiting.rows and not self._asks_to_quit:
            self._asks_to_quit = True
            self.come_forward()
            self.ask.ask(_IN_THE_AIR, "Quit", "Stay", self.leave)
        else:
            self.leave()

    def leave(self) -> None:
        """Puts everything away and has the program end, without a question."""
        self._preferences.change(**self.panes.kept())
        self.panes.blockSignals(True)  # panes that are put away, or end with the window, change nothing any more
        self.hide()
        for window in (*self.findChildren(QDialog), *self.panes.docks.values()):
            window.hide()
        self.clipboards.finish()
        self.on_close()


def _confirmation(accounts: tuple[str, ...], desk: Desk) -> str:
    named = (f"{name} ({desk.limits.classes.of(name).value})" for name in accounts)
    return f"Entries may then go to {listed(tuple(named))} with one press each. Switch them on?"
