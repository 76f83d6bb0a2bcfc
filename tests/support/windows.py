"""The main window with hand-made neighbours below the desk."""

import asyncio
import traceback
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QListWidget, QWidget
from shiboken6 import isValid

from crosstrade_desk.desk.connection import Connection
from crosstrade_desk.desk.desk import Desk
from crosstrade_desk.desk.events import Place
from crosstrade_desk.desk.limits import limits_of
from crosstrade_desk.desk.observer import Observer
from crosstrade_desk.desk.preferences import Preferences
from crosstrade_desk.desk.presets import Presets
from crosstrade_desk.desk.tasks import TaskOwner
from crosstrade_desk.protocol.catalogue import COMMANDS
from crosstrade_desk.protocol.endpoint import Endpoint
from crosstrade_desk.protocol.problems import Invalid
from crosstrade_desk.protocol.secret import Secret
from crosstrade_desk.protocol.spec import Field
from crosstrade_desk.sending.sender import Sender
from crosstrade_desk.storage.journal import Journal
from crosstrade_desk.storage.search import Archive
from crosstrade_desk.storage.secrets import MemoryStore
from crosstrade_desk.storage.settings import Settings
from crosstrade_desk.ui.bridge import Bridge
from crosstrade_desk.ui.furniture import Furniture
from crosstrade_desk.ui.main_window import MainWindow
from crosstrade_desk.ui.parts import Parts
from crosstrade_desk.ui.reads import Reads
from crosstrade_desk.ui.soon import Soon
from crosstrade_desk.ui.ticket.editors import Editor
from support.desks import HERE, Book, Time, Wire

T = TypeVar("T")


class Glass:
    """The window, its neighbours, and hands to work it with real events."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        sender: Sender | None = None,
        settings: Settings | None = None,
        journal: Journal | None = None,
        path: Path | None = None,
        *,
        furnished: bool = True,
    ) -> None:
        self.loop = loop
        self.wire, self.book, self.time, self.store = Wire(), Book(), Time(), MemoryStore()
        self.bugs: list[BaseException] = []
        self.tasks = TaskOwner(loop, self.bugs.append)
        kept, chosen = journal or self.book, settings or Settings()
        self.desk = Desk(kept, self.tasks, self.time.clock, limits_of(chosen))
        self.preferences = Preferences(None, chosen, self.tasks, self.bugs.append)  # type: ignore[arg-type]
        self.connection = Connection(self.desk, self.store, self.preferences, self._sender, self._no_practice)
        self.bridge = Bridge(self.desk, self.tasks)
        self.presets = Presets(
            None,
            self.tasks,
            lambda text: bool(self.desk.known.take(text).leaks),
            lambda why: self.bugs.append(ValueError(why)),
        )
        self.reads = Reads(self.bridge)
        self.observer = Observer(self.tasks, self.reads.on_read)
        self.desk.listen(self.observer.hear)
        self.desk.watch_quotes(self.observer.market)
        self.desk.watch_orders(self.observer.subject)
        archive = Archive(path or Path("no-journal-there"))
        self.parts = Parts(self.connection, self.preferences, kept, self.presets, self.observer, archive)
        self.window = MainWindow(self.desk, self.bridge, self.preferences)
        self._note_shown()
        if furnished:
            self.furnish()
        self.desk.connect(HERE, sender or self.wire)
        self.time.now += 1

    def furnish(self) -> None:
        """Puts the panes in, as the program does once the first frame is painted."""
        self.window.furnish(lambda: Furniture(self.window, self.desk, self.bridge, self.parts))
        self._note_shown()

    def _note_shown(self) -> None:
        self._shown = [*self.window.findChildren(Soon), *self.window.waiting.findChildren(Soon)]

    def go(self, place: Place, sender: Sender) -> None:
        """Goes to another place, and waits until a press counts there."""
        self.desk.connect(place, sender)
        self.time.now += 1
        self.settle()

    async def _sender(self, _endpoint: Endpoint, _key: Secret) -> Wire:
        return self.wire

    async def _no_practice(self) -> Invalid:
        return Invalid("There is no practice exchange in this test.")

    def close(self) -> None:
        for waiting in self.wire.waiting:
            waiting.cancel()
        self.run(self.tasks.close(0))
        self.window.panes.blockSignals(True)
        self.window.hide()
        self.window.deleteLater()
        assert self.bugs == [], "".join(traceback.format_exception(self.bugs[0]))

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Runs the loop until `work` is done. Qt's events are handled in here and nowhere else, as in the program."""
        task = self.loop.create_task(work)
        task.add_done_callback(lambda _task: self.loop.stop())
        self.loop.run_forever()  # run_until_complete would handle events once more, after the loop's end
        return task.result()

    def show(self) -> None:
        self.window.show()
        self.wait(lambda: self.window.windowHandle().isExposed())
        self.settle()

    def wait(self, seen: Callable[[], bool]) -> None:
        """Runs the loop until `seen`; fails after 5 s."""

        async def look() -> None:
            async with asyncio.timeout(5):
                while not seen():
                    await asyncio.sleep(0.001)

        self.run(look())

    def settle(self) -> None:
        """Runs the loop until everything that was started has had its turn, and what came of it is shown."""

        async def turns() -> None:
            for _ in range(20):
                await asyncio.sleep(0)
            while any(isValid(soon) and soon.is_due for soon in self._shown):
                await asyncio.sleep(0.001)

        self.run(turns())

    def part(self, name: str) -> QWidget:
        """The widget of this name: of several, one for each meaning of a field, that which is shown."""
        found = self.window.findChildren(QWidget, name)
        assert found, name
        return next(filter(QWidget.isVisible, found), found[0])

    def line(self, field: str) -> QLineEdit:
        found = self.part(field).findChild(QLineEdit)
        assert isinstance(found, QLineEdit)
        return found

    def type(self, field: str, text: str) -> None:
        self.line(field).setFocus()
        self.line(field).clear()
        QTest.keyClicks(self.line(field), text)

    def press(self, field: str, title: str) -> None:
        button = next(b for b in self.part(field).findChildren(QAbstractButton) if b.text() == title)
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def tick(self, account: str) -> None:
        names = self.part("account").findChild(QListWidget)
        assert isinstance(names, QListWidget)
        item = next(i for i in map(names.item, range(names.count())) if i.text() == account)
        middle = names.visualItemRect(item).center()
        QTest.mouseClick(names.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier(0), QPoint(10, middle.y()))

    def open(self, group: str) -> None:
        """Folds a group of options out."""
        button = self.part(f"group-{group}")
        assert isinstance(button, QAbstractButton)
        if not button.isChecked():
            QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        self.settle()

    def choose(self, token: str) -> None:
        """Chooses a command."""
        self.window.ticket.command.setCurrentIndex([spec.token for spec in COMMANDS].index(token))
        self.settle()

    def editors(self) -> dict[Field, Editor]:
        """Every editor that was made so far."""
        return {row.field: row.editor for row in self.window.ticket.form.rows()}

    def problem(self, field: str) -> str:
        label = self.part(f"{field}-problem")
        assert isinstance(label, QLabel)
        return label.text()

    def fill(self) -> None:
        """A valid market order."""
        self.type("instrument", "MES 12-26")
        self.press("action", "BUY")

    def click(self, name: str) -> None:
        QTest.mouseClick(self.part(name), Qt.MouseButton.LeftButton)
        self.settle()

    @property
    def tried(self) -> int:
        """How many presses reached the gate and were let through or blocked. What it asks about is not counted."""
        self.settle()
        return len(self.book.intents)

    @property
    def sent(self) -> list[str]:
        return [message.rest.strip() for message in self.wire.carried]
