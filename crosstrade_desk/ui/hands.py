"""Hands and eyes for the tour: mouse and key events to the real widgets, and waiting for what a trader waits for."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Final, TypeVar

from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QListWidget, QWidget

from crosstrade_desk.desk.gate_state import FRESH_PRESS_S
from crosstrade_desk.protocol.catalogue import COMMANDS
from crosstrade_desk.protocol.spec import Field, Group
from crosstrade_desk.protocol.texts import AccountList, Choice, Flag
from crosstrade_desk.storage.rows import Row
from crosstrade_desk.ui.program import Program
from crosstrade_desk.ui.soon import Soon
from crosstrade_desk.ui.ticket.buttons import FireButton
from crosstrade_desk.ui.ticket.editors import QuantityEditor, TextEditor
from crosstrade_desk.ui.ticket.instrument_editor import InstrumentEditor

W = TypeVar("W", bound=QWidget)
_LIMIT_S: Final = 20.0
_EMPTIED: Final = (TextEditor, QuantityEditor, InstrumentEditor)
_LOOK_AGAIN_S: Final = 0.05


class StepFailedError(Exception):
    """A step did not come out; the text says which and how."""


class Hands:
    """Mouse, keys and eyes: does to the window what a trader does, and waits for what a trader waits for."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._happened = asyncio.Event()
        program.desk.listen(lambda _event: self._happened.set())

    def find(self, kind: type[W], name: str, inside: QWidget | None = None) -> W:
        """Gives the widget of this kind and name ("": of any name); of several, one that is shown."""
        place = inside or self.program.window
        found = place.findChildren(kind, name) if name else place.findChildren(kind)
        shown = next(filter(QWidget.isVisible, found), None)
        if shown is None:
            raise StepFailedError(f"there is no {name or kind.__name__} to be seen")
        return shown

    def click(self, widget: QWidget) -> None:
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, widget.rect().center())

    def press(self, field: str, title: str) -> None:
        """Clicks the button with this title in the row of a field."""
        for button in self.find(QWidget, field).findChildren(QAbstractButton):
            if button.text() == title:
                return self.click(button)
        raise StepFailedError(f"{field} has no button {title}")

    def type(self, field: str, text: str) -> None:
        """Replaces what stands in a field by typing."""
        line = self.find(QLineEdit, "", self.find(QWidget, field))
        self.click(line)
        line.selectAll()
        QTest.keyClick(line, Qt.Key.Key_Delete)
        QTest.keyClicks(line, text)

    def tick(self, account: str) -> None:
        """Clicks the tick of an account."""
        accounts = self.find(QListWidget, "", self.find(QWidget, "account"))
        item = next(item for item in (accounts.item(i) for i in range(accounts.count())) if item.text() == account)
        spot = accounts.visualItemRect(item).adjusted(12, 0, 0, 0).topLeft()
        spot.setY(accounts.visualItemRect(item).center().y())
        QTest.mouseClick(accounts.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, spot)

    def command(self, token: str) -> None:
        """Chooses a command with the keys."""
        box = self.program.window.ticket.command
        QTest.keyClick(box, Qt.Key.Key_Home)
        for _ in range([spec.token for spec in COMMANDS].index(token)):
            QTest.keyClick(box, Qt.Key.Key_Down)

    def open(self, group: Group) -> None:
        """Folds a group of options out."""
        button = self.find(QAbstractButton, f"group-{group.name}")
        if not button.isChecked():
            self.click(button)

    async def fill(self, token: str, **texts: str) -> None:
        """Chooses a command and fills its fields by mouse and keys; lines that are not named are emptied."""
        self.command(token)
        form = self.program.window.ticket.form
        for use in form.spec.uses:
            text, editor = texts.get(use.field.name, ""), form.editor(use.field.name)
            if editor.text() == text or (not text and not isinstance(editor, _EMPTIED)):
                continue
            if use.field.group is not Group.ORDER:
                self.open(use.field.group)
            form.reveal(editor)
            await self.turn()  # the form scrolls there once it has its new size
            await self._enter(use.field, text)

    async def _enter(self, field: Field, text: str) -> None:
        match field.type:
            case AccountList():
                for name in sorted(set(text.split(",")) ^ set(self.program.window.ticket.accounts.text().split(","))):
                    self.tick(name)
            case Choice(options):
                self.press(field.name, next(option.title for option in options if option.token == text))
            case Flag():
                self.click(self.find(QAbstractButton, "", self.find(QWidget, field.name)))
            case _:
                self.type(field.name, text)

    def chord(self, key: Qt.Key) -> None:
        """Presses Ctrl+Shift and a key in the window."""
        both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        QTest.keyClick(self.program.window, key, both)

    async def turn(self) -> None:
        """Lets Qt lay out and paint what has changed."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        QTimer.singleShot(0, self.program.window, lambda: done.set_result(None))
        await done

    async def settled(self) -> None:
        """Waits until all that happened is shown and laid out: a picture of half of it would be a lie."""
        await self._turns()  # the journal knows an outcome before the window is told
        await self._painted()
        await self._turns()

    async def _turns(self) -> None:
        for _ in range(3):  # a layout may bring about another one
            await self.turn()

    async def _painted(self) -> None:
        """Pressed buttons are painted a moment later, log and ticket once a frame."""
        window = self.program.window
        buttons = window.findChildren(FireButton)
        soons = [*window.findChildren(Soon), *window.waiting.findChildren(Soon)]
        await self.until(lambda: all(map(QWidget.updatesEnabled, buttons)), "the painting of a button")
        await self.until(lambda: not any(soon.is_due for soon in soons), "what is shown once a frame")

    async def until(self, seen: Callable[[], bool], what: str) -> None:
        """Waits until `seen`, looking after each event of the desk."""
        try:
            async with asyncio.timeout(_LIMIT_S):
                while not seen():
                    self._happened.clear()
                    with suppress(TimeoutError):  # what is waited for may come without an event of the desk
                        await asyncio.wait_for(self._happened.wait(), _LOOK_AGAIN_S)
        except TimeoutError:
            raise StepFailedError(f"waited in vain for {what}") from None

    def newest(self) -> Row | None:
        rows = self.program.journal.page(0, 1)
        return rows[0] if rows else None

    async def rest(self) -> None:
        """Waits until another press is no double click to the gate."""
        await asyncio.sleep(FRESH_PRESS_S + 0.05)

    async def send(self, fire: Callable[[], None], outcome: str) -> Row:
        """Fires, waits for the outcome of the new row, and gives it."""
        await self.rest()
        before = self.program.journal.count()
        fire()
        await self.until(lambda: self.program.journal.count() > before and self._is_over(), f"{outcome}")
        row = self.newest()
        if row is None or row.ending is None or row.ending.outcome != outcome:
            raise StepFailedError(f"expected {outcome}, came {row.ending if row else 'nothing'}")
        return row

    async def fire(self, name: str, outcome: str) -> Row:
        """Presses a button that sends, for as long as it has to be held, and gives the row with its outcome."""
        button = self.find(FireButton, name)
        if not button.is_held:
            return await self.send(lambda: self.click(button), outcome)
        left, none, middle = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, button.rect().center()
        row = await self.send(lambda: QTest.mousePress(button, left, none, middle), outcome)
        QTest.mouseRelease(button, left, none, middle)
        return row

    def _is_over(self) -> bool:
        row = self.newest()
        return row is not None and row.ending is not None

    def expect(self, shown: str, wanted: str) -> None:
        if wanted not in shown:
            raise StepFailedError(f"expected “{wanted}”, the window shows “{shown}”")
