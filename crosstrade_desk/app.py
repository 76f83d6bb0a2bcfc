"""Composition root: builds every long-lived object in order, runs, closes in reverse.

The window is shown before anything that is not needed to paint it: httpx, keyring and the TLS context are loaded in a
thread afterwards, while the practice exchange starts in a process of its own.
"""

import asyncio
import logging
import signal
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication
from qasync import QEventLoop

from crosstrade_desk.calling import talk
from crosstrade_desk.desk.confirming import Confirming
from crosstrade_desk.desk.desk import Desk
from crosstrade_desk.desk.events import Mode, NoPlace, Place
from crosstrade_desk.desk.first import SHOW, First
from crosstrade_desk.desk.limits import limits_of
from crosstrade_desk.desk.no_journal import NoJournal
from crosstrade_desk.desk.notices import Level, Notice
from crosstrade_desk.desk.preferences import Preferences
from crosstrade_desk.desk.sealing import KEYRING_S, Ring, Sealing
from crosstrade_desk.desk.tasks import TaskOwner
from crosstrade_desk.protocol.endpoint import Endpoint
from crosstrade_desk.protocol.problems import Invalid
from crosstrade_desk.protocol.secret import Secret
from crosstrade_desk.sending.loading import load_sending
from crosstrade_desk.sending.sender import Sender
from crosstrade_desk.storage.cuts import NO_CUT
from crosstrade_desk.storage.folders import Folders
from crosstrade_desk.storage.journal import Journal, open_journal
from crosstrade_desk.storage.keyring_store import KeyringStore
from crosstrade_desk.storage.logfile import MaskingFormatter, open_log
from crosstrade_desk.storage.seals import Kept, slot_of
from crosstrade_desk.storage.settings_file import load
from crosstrade_desk.ui import resources, theme
from crosstrade_desk.ui.bridge import Bridge
from crosstrade_desk.ui.collector import Collector
from crosstrade_desk.ui.lag import Lag
from crosstrade_desk.ui.main_window import MainWindow

if TYPE_CHECKING:
    from crosstrade_desk.desk.observer import Observer
    from crosstrade_desk.desk.presets import Presets
    from crosstrade_desk.practice.child import Child
    from crosstrade_desk.ui.feedback.feedback import Feedback
    from crosstrade_desk.ui.program import Inside

_LOG: Final = logging.getLogger("crosstrade_desk")
_HALTED: Final = (
    "The program made a mistake of its own. Entries are off until you start it again; FLATTEN still works. "
    "The log file tells more."
)
_SHOWN: Final = "CrossTrade Desk runs already on this data folder: its window was brought to the front."
_FIRST_PAINT_LIMIT_S: Final = 3.0
_GRACE_S: Final = 2.0


def run(found: Folders, first: First, inside: "Inside | None" = None) -> int:
    """Shows the window until it is closed, or until `inside` is done with it. Gives the exit code."""
    app = QApplication(sys.argv[:1])
    qInstallMessageHandler(_on_qt_message)
    app.setApplicationName("CrossTrade Desk")
    app.setDesktopFileName("crosstrade-desk")
    app.setQuitOnLastWindowClosed(False)  # the loop must outlive the window, to finish what is on its way
    resources.register()
    app.setWindowIcon(resources.program_icon())
    theme.apply(app)
    with asyncio.Runner(loop_factory=lambda: QEventLoop(app)) as runner:
        return runner.run(_live(found, first, inside))


async def _live(found: Folders, first: First, inside: "Inside | None") -> int:
    root = _Root(found, first)
    try:
        root.open()
        return await root.run(inside)
    finally:
        await root.close()


class _Root:
    """Everything that lives as long as the program does."""

    def __init__(self, found: Folders, first: First) -> None:
        self._loop = asyncio.get_running_loop()
        self._folders, self._first = found, first
        self._closed = asyncio.Event()
        self._painted = asyncio.Event()
        self._masking: MaskingFormatter | None = None
        self._child: Child | None = None
        self._child_lock = asyncio.Lock()
        self._desk: Desk | None = None
        self._source: tuple[Endpoint, Secret, Any, Any] | None = None  # of the sender that was made last
        self._here: tuple[Endpoint, Secret, Any, Any] | None = None  # of the place where the desk is
        self._feedback: Feedback | None = None
        self._observer: Observer | None = None
        self._presets: Presets | None = None
        self._sealed: tuple[Journal, Callable[[], Kept | None]] | None = None
        self._is_first = False
        self._reads = (0.0, False)  # with which share of the usual budget, 0 is nothing; whether with push
        self._tasks = TaskOwner(self._loop, self._on_bug)
        self._closers: list[Callable[[], Awaitable[None]]] = []

    def open(self) -> None:
        """Builds what the first frame needs, and shows it. What must be closed is noted as soon as it stands."""
        self._catch_faults()
        self._collector = Collector()
        self._closers.append(_async(self._collector.close))
        self._log = open_log(self._folders.logs)
        self._masking = None if isinstance(self._log, Invalid) else self._log
        self._loaded = loaded = load(self._folders.config / "settings.toml")
        theme.choose(loaded.settings.look)
        self._opened = opened = open_journal(self._folders.journal)
        self._journal = journal = NoJournal(opened) if isinstance(opened, Invalid) else opened
        self._is_first = not journal.count()  # nothing was ever sent from here
        self._closers.append(journal.close)
        self._desk = desk = Desk(journal, self._tasks, limits=limits_of(loaded.settings))
        desk.own_orders.on = loaded.settings.own_order_ids
        path = self._folders.config / "settings.toml" if loaded.writable else None
        self._preferences = Preferences(path, loaded.settings, self._tasks, lambda why: _tell(desk, f"Settings: {why}"))
        self._confirming = None if isinstance(opened, Invalid) else self._make_sealing(desk, opened)
        # The desk's closing waits for threads. Only then may these two write, or one file would have two writers.
        self._closers += [_async(self._preferences.close), _async(self._close_presets), self._stop_child]
        limit_s = self._preferences.current.send_timeout_s + _GRACE_S
        self._closers.append(lambda: desk.close(limit_s))
        self._tools = self._loop.create_future()
        self._bridge = Bridge(desk, self._tasks)
        self._window = window = MainWindow(desk, self._bridge, self._preferences)
        self._lag = Lag()
        window.watch_lag(self._lag.is_late)
        window.on_close = self._closed.set
        window.on_settings = self._on_settings
        window.on_painted = self._painted.set
        window.show()

    def _furnish(self, desk: Desk) -> "Presets":
        """Builds what the first frame did without: the panes, presets, reading, and the way to a connection."""
        from crosstrade_desk.desk.connection import Connection
        from crosstrade_desk.desk.presets import Presets
        from crosstrade_desk.storage.search import Archive
        from crosstrade_desk.ui.furniture import Furniture
        from crosstrade_desk.ui.parts import Parts
        from crosstrade_desk.ui.program import Program

        presets = Presets(
            self._folders.config / "presets.toml",
            self._tasks,
            lambda text: bool(desk.known.take(text).leaks),
            lambda why: _tell(desk, f"Presets: {why}"),
        )
        connection = Connection(desk, KeyringStore(), self._preferences, self._make_sender, self._start_practice)
        self._observer = self._start_watching(desk)
        archive = Archive(self._folders.journal)
        parts = Parts(connection, self._preferences, self._journal, presets, self._observer, archive)
        self._window.furnish(lambda: Furniture(self._window, desk, self._bridge, parts))
        self._tell_start(desk)
        self._program = Program(desk, self._bridge, self._window, connection, self._journal)
        return presets

    def _tell_start(self, desk: Desk) -> None:
        """Says what was found at the start, now that everything that shows or speaks it is there."""
        log, opened = self._log, self._opened
        log_note = log.message if isinstance(log, Invalid) else ""
        notes = [*_journal_notes(opened), *(problem.message for problem in self._loaded.problems), log_note]
        if note := " ".join(filter(None, notes)):
            _tell(desk, note)
        if isinstance(self._first.lock, Invalid):
            desk.halt(f"{self._first.lock.message} Entries are off; exits still leave.")
        if self._confirming:
            self._confirming.start()
        if not isinstance(opened, Invalid) and (cut := opened.cut()) is not NO_CUT:
            desk.tell(cut)

    def _start_watching(self, desk: Desk) -> "Observer":
        from crosstrade_desk.desk.observer import Observer
        from crosstrade_desk.ui.reads import Reads

        observer = Observer(self._tasks, Reads(self._bridge).on_read, warn=lambda why: _tell(desk, why, "reading"))
        self._closers.append(_async(observer.end))
        desk.listen(observer.hear)
        desk.watch_quotes(observer.market)
        desk.watch_orders(observer.subject)
        desk.listen(self._on_place)
        return observer

    def _make_sealing(self, desk: Desk, journal: Journal) -> Confirming:
        confirming = Confirming(journal, self._preferences, desk, self._tasks, _now_us)
        ring = Ring(KeyringStore(KEYRING_S), slot_of(self._folders.journal))
        sealing = Sealing(journal, ring, self._tasks, desk.tell, _now_us, confirming)
        confirming.on_kept = sealing.keep
        self._sealed = (journal, sealing.key)
        desk.listen(sealing.on_event)
        self._closers.append(sealing.close)
        return confirming

    async def _take_calls(self) -> None:
        """Answers the other processes of this user that have something to say to the program."""
        from crosstrade_desk.desk.calls import Calls
        from crosstrade_desk.desk.wishes import ORDER

        door = _door_in(self._first.folder)
        self._closers.append(_async(door.close))
        verbs = {SHOW: self._on_show, ORDER: Calls(self._program.desk).on_order}
        await door.serve(verbs, self._start_call)

    def _start_call(self, work: Coroutine[Any, Any, None], name: str) -> object:
        if self._closed.is_set():
            work.close()
            return None
        return self._tasks.start(work, name)

    async def _on_show(self, _call: talk.Call) -> talk.Answer:
        self._program.window.come_forward()
        return talk.Answer(True, _SHOWN)

    async def run(self, inside: "Inside | None") -> int:
        """Loads the rest once the window stands, goes where the trader was last, and waits for the end."""
        await self._first_paint()
        self._collector.spare()
        if self._closed.is_set() or self._desk is None:
            return 0
        self._presets = self._furnish(self._desk)
        self._tasks.start(self._take_calls(), "take calls")
        self._tasks.start(self._load(), "load sending")
        self._tasks.start(self._presets.load(), "load presets")
        self._start_system_keys()
        self._start_feedback()
        self._tasks.start(self._watch_session(), "watch session")
        self._start_retention()
        mode = Mode[self._preferences.current.mode.upper()]
        self._tasks.start(self._program.connection.choose(mode), "connect")
        if inside is None:
            await self._closed.wait()
            return 0
        return await inside(self._program)

    async def _first_paint(self) -> None:
        """Waits until the window is painted or closed, though not for ever: started minimised, it is never painted."""
        waits = [self._tasks.start(event.wait(), "first paint") for event in (self._painted, self._closed)]
        await asyncio.wait(filter(None, waits), timeout=_FIRST_PAINT_LIMIT_S, return_when=asyncio.FIRST_COMPLETED)

    async def _load(self) -> None:
        try:
            self._tools.set_result(await self._tasks.in_thread(load_sending))
        except Exception as fault:
            self._tools.set_exception(fault)
            raise
        self._collector.spare()

    async def _watch_session(self) -> None:
        from crosstrade_desk.ui.session.watch import SessionWatch

        watch = SessionWatch(self._program.desk.switch.away, self._tasks)
        self._closers.append(_async(watch.close))
        await watch.start(self._program.window)

    def _start_system_keys(self) -> None:
        from crosstrade_desk.hotkeys.choose import hotkeys  # after the first paint

        keys = self._program.window.system_keys
        self._closers.append(_async(keys.close))
        keys.start(lambda fired, told: hotkeys(self._tasks, fired, told))

    def _start_retention(self) -> None:
        from crosstrade_desk.desk.retention import Retention  # after the first paint

        if self._sealed:
            path, tell = self._folders.journal, self._program.desk.tell
            work = Retention(path, *self._sealed, self._preferences, self._tasks, tell, _now_us)
            self._tasks.start(work.run(), "move old rows")

    def _start_feedback(self) -> None:
        from crosstrade_desk.ui.feedback.feedback import Feedback  # after the first paint
        from crosstrade_desk.ui.feedback.sounds import Sounds

        self._feedback = Feedback(self._program, self._preferences, Sounds())
        self._closers.append(_async(self._feedback.close))
        if self._is_first and not self._preferences.current.walked:
            self._program.window.start_walk()

    async def _make_sender(self, endpoint: Endpoint, key: Secret) -> Sender:
        make, context = await asyncio.shield(self._tools)
        secrets = [key, *map(Secret, endpoint.parts)]
        if self._desk:
            self._desk.known.add(*secrets)
        if self._masking:
            self._masking.hide(*secrets)
        limit = self._preferences.current.send_timeout_s
        sender: Sender = make(endpoint, key, context, answer_limit_s=limit)
        self._source = (endpoint, key, sender, context)
        return sender

    def _on_place(self, event: object) -> None:
        """Reads the place to which messages go now, over the connections of its sender."""
        if isinstance(event, NoPlace | Place):
            self._here = self._source if isinstance(event, Place) else None
            self._read()

    def _on_settings(self) -> None:
        """Settings were taken over: reading goes on as it is now set."""
        if self._desk:
            self._desk.own_orders.on = self._preferences.current.own_order_ids
        theme.choose(self._preferences.current.look)
        if self._feedback:
            self._feedback.refresh()
        if self._wanted_reads != self._reads:
            self._read()

    @property
    def _wanted_reads(self) -> tuple[float, bool]:
        current = self._preferences.current
        return (current.reads_a_minute / 60 if current.read_back else 0.0), current.push

    def _read(self) -> None:
        """Begins to read where the desk is, if the trader wants that; else ends it."""
        self._reads = share, push = self._wanted_reads
        if self._observer is None:
            return  # the first frame is not painted yet
        if self._here is None or not share:
            self._observer.end()
            return
        from crosstrade_desk.readback.loading import Source

        source = Source(*self._here, self._tasks.in_thread, share)
        self._observer.begin(lambda tell: source.poller(tell, push=push))

    async def _start_practice(self) -> tuple[Endpoint, Secret] | Invalid:
        async with self._child_lock:  # two presses must not start two exchanges
            if self._child is None or not self._child.running:
                fault = await self._tasks.in_thread(self._start_child)
                if fault:
                    return fault
            child = self._child
        return (child.endpoint, child.key) if child else Invalid("The practice exchange did not start.")

    def _start_child(self) -> Invalid | None:
        """Starts it in a thread, and notes it there: a start whose waiter is gone must be stopped all the same."""
        from crosstrade_desk.own import own_command
        from crosstrade_desk.practice.child import start_child

        started = start_child(own_command())
        if isinstance(started, Invalid):
            return started
        self._child = started
        return None

    def _close_presets(self) -> None:
        if self._presets:
            self._presets.close()

    async def _stop_child(self) -> None:
        if self._child:
            await self._tasks.in_thread(self._child.stop)

    def _catch_faults(self) -> None:
        """Brings the faults of every thread to `_on_bug`, and ends the program in order when it is asked to end."""
        sys.excepthook = self._on_excepthook
        threading.excepthook = lambda about: self._loop.call_soon_threadsafe(self._on_bug, about.exc_value)
        self._loop.set_exception_handler(self._on_loop_fault)
        if sys.platform != "win32":
            for number in (signal.SIGTERM, signal.SIGINT):
                self._loop.add_signal_handler(number, self._on_signal)

    def _on_signal(self) -> None:
        self._closed.set()
        if self._desk:
            self._window.leave()

    def _on_excepthook(self, _kind: type[BaseException], fault: BaseException, _trace: TracebackType | None) -> None:
        if self._observer and self._bridge.tells_reads and isinstance(fault, Exception):
            self._observer.broke(fault)
        else:
            self._on_bug(fault)

    def _on_loop_fault(self, _loop: asyncio.AbstractEventLoop, context: Mapping[str, Any]) -> None:
        self._on_bug(context.get("exception") or RuntimeError(str(context.get("message"))))

    def _on_bug(self, fault: BaseException | None) -> None:
        _LOG.error("a fault of the program", exc_info=fault)
        if self._desk:
            self._desk.halt(_HALTED)

    async def close(self) -> None:
        """Lets the orders on their way have their answers, then closes in reverse. One that fails stops no other."""
        for close in reversed(self._closers):
            try:
                await close()
            except Exception:  # noqa: BLE001 - whatever it is, the rest must still be closed
                _LOG.exception("a fault while closing")


def _now_us() -> int:
    return time.time_ns() // 1000


def _async(close: Callable[[], None]) -> Callable[[], Awaitable[None]]:
    async def closing() -> None:
        close()

    return closing


def _door_in(folder: Path) -> talk.Door:
    if sys.platform == "win32":
        from crosstrade_desk.ui.pipe import Door
    else:
        from crosstrade_desk.calling.unix_door import Door
    return Door(folder)


def _on_qt_message(_kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
    """Qt's own remarks go to the log file, not into the trader's terminal."""
    logging.getLogger(f"qt.{context.category}").warning("%s", text)


def _tell(desk: Desk, text: str, about: str = "start") -> None:
    desk.tell(Notice(Level.PROBLEM, text, about))


def _journal_notes(opened: Journal | Invalid) -> list[str]:
    if isinstance(opened, Invalid):
        return [f"{opened.message} Entries will not be sent; exits will."]
    return [_orphans(opened.orphans()), opened.notice]


def _orphans(number: int) -> str:
    if not number:
        return ""
    what = "1 message" if number == 1 else f"{number} messages"
    return f"The outcome of {what} of the last run is unknown: see the log. Look in NinjaTrader before you send again."
