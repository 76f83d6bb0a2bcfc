"""The import window: takes an alert text, says what it means, and fills the form with it. Nothing is sent.

A secret in the text is taken out before it is shown, and named as a leak.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from crosstrade_desk.desk.check_text import read_file
from crosstrade_desk.protocol.cautions import cautions
from crosstrade_desk.protocol.leaks import KEY_LEAK, Taken
from crosstrade_desk.protocol.message import Reading, read
from crosstrade_desk.protocol.problems import Invalid, Problem, Problems, counted, printable
from crosstrade_desk.protocol.secret import MASK
from crosstrade_desk.ui import spoken
from crosstrade_desk.ui.bridge import Bridge
from crosstrade_desk.ui.clipboards import Clipboards
from crosstrade_desk.ui.plain_buttons import push_button
from crosstrade_desk.ui.side_window import SideWindow
from crosstrade_desk.ui.theme import mark

_HINT: Final = "Paste an alert text here, such as command=PLACE; account=Sim101; …"
_LONGEST: Final = 100_000  # letters; laying out more would stop the window
_GROWN = re.compile(rf"{MASK}[^;\s\"'/]+")


Take = Callable[[str], Taken]


class PasteArea(QPlainTextEdit):
    """Takes text by paste, drop or typing, and never shows a secret that is in it.

    Signals:
        secrets_taken: what was found, as `Taken`, and where the text came from.
        renewed: another text came in, without a secret.
    """

    secrets_taken = Signal(object, str)
    renewed = Signal(str)

    def __init__(self, take: Take) -> None:
        super().__init__()
        self._take = take
        self.setObjectName("alert-text")
        spoken.name(self, "Alert text", _HINT)
        self.setPlaceholderText(_HINT)
        self.setTabChangesFocus(True)
        self.setUndoRedoEnabled(False)  # it would bring back what was taken out
        self.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.textChanged.connect(self._on_changed)

    def insertFromMimeData(self, source: QMimeData) -> None:  # noqa: N802 (Qt's name)
        self.insert(source.text(), "What was pasted")

    def insert(self, text: str, origin: str) -> None:
        """Puts a text at the cursor, without its secrets. What is too long is cut, and that is told."""
        taken = self._take(text[:_LONGEST])
        self.insertPlainText(taken.text)
        if taken.leaks:
            self.secrets_taken.emit(taken, origin)
        else:
            cut = f"{origin}: only the first {_LONGEST} letters were taken." if len(text) > _LONGEST else ""
            self.renewed.emit(cut)

    def _on_changed(self) -> None:
        """Takes out a secret that is typed, or that two pastes make: what follows the dots belongs to it."""
        text = self.toPlainText()
        taken = self._take(_GROWN.sub(MASK, text))
        if taken.text == text:
            return
        place = self.textCursor().position() - len(text) + len(taken.text)
        self.setPlainText(taken.text)
        cursor = self.textCursor()
        cursor.setPosition(max(0, min(place, len(taken.text))))
        self.setTextCursor(cursor)
        # A part of a key is no key: it is named as a leak and not offered.
        self.secrets_taken.emit(
            Taken(taken.text, None, None, taken.leaks or (Problem("key", KEY_LEAK),)), "What was typed"
        )


class ImportWindow(SideWindow):
    """Reads a text as it changes.

    Signals:
        filled: the reading to put into the form, as `Reading`.
        undone: the form shall be as it was before.
        secrets_offered: key and address found in a text, as `Taken`, to be kept by the connection window.
    """

    filled = Signal(object)
    undone = Signal()
    secrets_offered = Signal(object)

    def __init__(self, take: Take, clipboards: Clipboards, bridge: Bridge, parent: QWidget) -> None:
        super().__init__(parent)
        self._clipboards, self._bridge = clipboards, bridge
        self.setWindowTitle("Import alert text")
        self.resize(640, 560)
        self._reading: Reading | None = None
        self._taken: Taken | None = None
        self.area = PasteArea(take)
        self.leak = QLabel()
        self.leak.setObjectName("leak")
        self.leak.setTextFormat(Qt.TextFormat.PlainText)
        self.leak.setWordWrap(True)
        self.report = QPlainTextEdit()
        self.report.setObjectName("report")
        self.report.setReadOnly(True)
        spoken.name(self.report, "What the text says", "The fields that were read, and what is wrong with them.")
        self._build()
        self.area.textChanged.connect(self._on_text)
        self.area.secrets_taken.connect(self._on_secrets)
        self.area.renewed.connect(self._on_renewed)
        self._on_text()

    def _build(self) -> None:
        self.keep_button = push_button("Put into Connection", self._offer, "Opens Connection with what was found.")
        self.clear_button = push_button("Clear clipboard", self._clear_clipboard, "Empties the clipboard.")
        self.fill_button = push_button("Fill the form", self._fill, "Replaces what stands in the form. Sends nothing.")
        self.undo_button = push_button("Undo", self._undo, "Puts the form back as it was before.")
        self.undo_button.setEnabled(False)
        for name, button in (("fill", self.fill_button), ("undo-import", self.undo_button)):
            button.setObjectName(name)
        rows = QVBoxLayout(self)
        rows.addWidget(self.area, 3)
        rows.addLayout(
            _line(
                push_button("Paste", self._paste, "Takes the text on the clipboard."),
                push_button("Open file …", self._open, "Reads the text from a file."),
                push_button("Empty", self._empty, "Takes the text away."),
            )
        )
        rows.addWidget(self.leak)
        rows.addLayout(_line(self.keep_button, self.clear_button))
        rows.addWidget(self.report, 2)
        rows.addLayout(_line(self.fill_button, self.undo_button, last=push_button("Close", self.hide, "")))
        self._show_leak("")

    def open_fresh(self) -> None:
        """Shows the window, empty, with the cursor in the text."""
        self._empty()
        self.bring_up()
        self.area.setFocus()

    def _empty(self) -> None:
        self.area.clear()
        self._on_renewed("")

    def _paste(self) -> None:
        self.area.selectAll()
        self.area.insert(QGuiApplication.clipboard().text(), "The clipboard")

    def _open(self) -> None:
        chooser = QFileDialog(self, "Open an alert text")
        chooser.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        chooser.setFileMode(QFileDialog.FileMode.ExistingFile)
        chooser.fileSelected.connect(self.open_file)
        chooser.show()  # not open(): it would stop the main window, and FLATTEN with it

    def open_file(self, path: str) -> None:
        """Reads the text of a file into the window, in a thread, or says why that could not be."""
        self._bridge.start(self._read_file(Path(path)), "read an alert text")

    async def _read_file(self, path: Path) -> None:
        name = printable(path.name)
        text = await self._bridge.in_thread(read_file, path)
        if isinstance(text, Invalid):
            self._show_leak(f"{name}: {text.message}")
            return
        self.area.selectAll()
        self.area.insert(text, f"The file {name}")

    def _on_renewed(self, remark: str) -> None:
        self._taken = None
        self._show_leak(remark)

    def _on_secrets(self, taken: Taken, origin: str) -> None:
        if taken.key or taken.endpoint or self._taken is None:
            self._taken = taken
        self._clipboards.clear_soon()
        self._show_leak(" ".join(f"{origin}: {leak.message}" for leak in taken.leaks))

    def _show_leak(self, text: str) -> None:
        self.leak.setText(text)
        mark(self.leak, tone="bad")
        self.leak.setVisible(bool(text))
        found = self._taken
        self.keep_button.setVisible(bool(found and (found.key or found.endpoint)))
        self.clear_button.setVisible(bool(self._clipboards.leaking()))

    def _offer(self) -> None:
        if self._taken:
            self.secrets_offered.emit(self._taken)

    def _clear_clipboard(self) -> None:
        self._clipboards.clear()
        self.clear_button.setVisible(False)

    def _on_text(self) -> None:
        text = self.area.toPlainText()
        self._reading = read(text) if text.strip() else None
        self.fill_button.setEnabled(bool(self._reading and self._reading.spec))
        self.report.setPlainText("\n".join(_lines(self._reading)))

    def _fill(self) -> None:
        if self._reading:
            self.filled.emit(self._reading)

    def _undo(self) -> None:
        self.undone.emit()


def _line(*buttons: QPushButton, last: QPushButton | None = None) -> QHBoxLayout:
    line = QHBoxLayout()
    for button in buttons:
        line.addWidget(button)
    line.addStretch()
    if last:
        line.addWidget(last)
    return line


def _lines(reading: Reading | None) -> list[str]:
    """What a text says, one thing a line; the keys of it were taken out before."""
    if reading is None:
        return ["What the text means will stand here."]
    if isinstance(reading.command, Problems):
        number = len(reading.command.items)
        head = f"{counted(number, 'problem')}. In the form each stands at its field until it is put right."
        lines = [head if reading.spec else "This is no message yet."]
        lines += [_told("✗", problem) for problem in reading.command.items]
        return lines + [_told("!", note) for note in reading.notes]
    remarks = (*reading.notes, *cautions(reading.command, datetime.now(UTC)))
    return [reading.command.sentence, *(_told("!", remark) for remark in remarks)]


def _told(sign: str, problem: Problem) -> str:
    return f"{sign} {f'{problem.field}: ' if problem.field else ''}{problem.message}"
