"""What the message says: in words, what its bracket puts at stake, and the text as it is sent."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QFontDatabase, QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QPlainTextEdit, QPushButton, QScrollArea, QVBoxLayout

from crosstrade_desk.desk.letters import lettered
from crosstrade_desk.protocol.exports import EXPORTS, Export
from crosstrade_desk.protocol.message import Message
from crosstrade_desk.protocol.problems import Problem, Problems
from crosstrade_desk.protocol.stakes import stakes
from crosstrade_desk.ui import spoken
from crosstrade_desk.ui.dense import WholeLines
from crosstrade_desk.ui.elided import ElidedLabel
from crosstrade_desk.ui.plain import breakable, tip
from crosstrade_desk.ui.theme import mark

_NOT_READY: Final = "Not ready: see what stands beside the fields."
_AROUND_WIRE: Final = 2  # pixels above and below the text
_LINE: Final = 17  # pixels; an empty line is as high as one with text, so that nothing below moves
_GAP: Final = 6


def heading(text: str) -> QLabel:
    label = QLabel(text)
    label.setObjectName("heading")
    return label


class ReadBack(QFrame):
    """Shows one message, or that there is none yet. All of it is made from the frozen command.

    Signals:
        copied: what was copied, in a sentence.
        import_wanted: the trader wants to paste an alert text.
    """

    copied = Signal(str)
    import_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._message: Message | None = None
        self._slim = False
        self.sentence = QLabel()
        self.sentence.setObjectName("sentence")
        self.sentence.setAccessibleDescription("The message in words")  # a name would hide them
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        self.sentence.setWordWrap(True)
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.stakes = ElidedLabel()
        self.stakes.setObjectName("stakes")
        self.stakes.setProperty("tone", "muted")
        self.stakes.setFixedHeight(_LINE)
        self.remarks = ElidedLabel()
        self.remarks.setObjectName("remarks")
        self.remarks.setProperty("tone", "warn")
        self.remarks.setFixedHeight(_LINE)
        self.wire = QPlainTextEdit()
        self.wire.setObjectName("wire")
        self.wire.setReadOnly(True)
        self.wire.document().setDocumentMargin(_AROUND_WIRE)
        self.wire.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        spoken.name(self.wire, "Wire text, key masked", "The message as it is sent.")
        self.wire.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._build()

    def _build(self) -> None:
        self.copy_button = QPushButton("Copy as …")
        self.copy_button.setObjectName("copy-as")
        self.copy_button.setToolTip("Copies this message for another program. Your key is not in it.")
        self.copy_button.clicked.connect(self._show_menu)
        self._menu = QMenu(self)
        for export, title in zip(EXPORTS, lettered([export.title for export in EXPORTS]), strict=True):
            action = self._menu.addAction(title)
            action.setToolTip(export.hint)
            action.triggered.connect(lambda _checked=False, export=export: self.copy(export))
        self._menu.setToolTipsVisible(True)
        self.import_button = QPushButton("Import …")
        self.import_button.setObjectName("import")
        self.import_button.setToolTip("Paste an alert text, from TradingView for example, and have the form filled in.")
        self.import_button.clicked.connect(self.import_wanted)
        self._heading = heading("Message as sent")
        self._words = _Words(self.sentence)
        self._wire_lines = WholeLines(
            self.wire,
            lambda: self.wire.fontMetrics().lineSpacing(),
            lambda: 2 * (_AROUND_WIRE + self.wire.frameWidth()),
            least=26,
        )
        head = QHBoxLayout()
        head.setSpacing(6)
        head.addWidget(self._heading, 1)
        head.addWidget(self.import_button)
        head.addWidget(self.copy_button)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(_GAP)
        rows.addWidget(self._words)
        rows.addWidget(self.stakes)
        rows.addWidget(self.remarks)
        rows.addLayout(head)
        rows.addWidget(self._wire_lines, 1)

    def set_slim(self, slim: bool) -> None:
        """Shows only what is at stake: the sentence stands on the button that sends, all of it in its hint."""
        for part in (self._words, self._heading, self.import_button, self.copy_button, self._wire_lines, self.remarks):
            part.setVisible(not slim)
        self._slim = slim
        self._share()

    def _share(self) -> None:
        """A long sentence has the room of the lines below it that are empty. Nothing else moves."""
        staked = bool(self.stakes.text())
        noted = staked or bool(self.remarks.text())
        self._words.take((not staked) + (not noted))
        self.stakes.setVisible(staked or self._slim)
        self.remarks.setVisible(noted and not self._slim)

    def show_message(self, message: Message | Problems, remarks: Sequence[Problem]) -> None:
        """Shows the message in words and as wire text, and all remarks about it, wherever their fields are."""
        self._message = None if isinstance(message, Problems) else message
        found = stakes(self._message.command) if self._message else None
        self._words.say(self._message.command.sentence if self._message else _NOT_READY)
        mark(self.sentence, tone="" if self._message else "muted")
        self.stakes.setText(found.text if found else "")
        self.remarks.setText(_remarks(remarks))
        self._share()
        wire = self._message.masked if self._message else ""
        if self.wire.toPlainText() != wire:
            self.wire.setPlainText(wire)
            self.wire.setToolTip(tip(wire))
        self.copy_button.setEnabled(self._message is not None)

    def _show_menu(self) -> None:
        self._menu.popup(self.copy_button.mapToGlobal(QPoint(0, self.copy_button.height())))

    def copy(self, export: Export) -> None:
        """Puts the message on the clipboard as text for another program."""
        if self._message:
            QGuiApplication.clipboard().setText(export.make(self._message))
            self.copied.emit(f"Copied as {export.title}. {export.hint}")


def _remarks(remarks: Sequence[Problem]) -> str:
    if not remarks:
        return ""
    more = f"  (+{len(remarks) - 1} more)" if len(remarks) > 1 else ""
    first = remarks[0]
    return f"! {first.field}: {first.message}{more}"


class _Words(QScrollArea):
    """The sentence in a field of given height, in smaller letters where it needs more lines. What is longer even so,
    as with many accounts, is scrolled, never cut."""

    _LEAST: Final = 64  # pixels: three large lines or four small ones

    def __init__(self, label: QLabel) -> None:
        super().__init__()
        self._label = label
        self.setWidget(label)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFixedHeight(self._LEAST)

    def take(self, lines: int) -> None:
        """Has the room of so many lines below it too. The letters do not hang on that."""
        self.setFixedHeight(self._LEAST + lines * (_GAP + _LINE))

    def say(self, text: str) -> None:
        """Shows another sentence."""
        if self._label.text() != (words := breakable(text)):
            self._label.setText(words)
            self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._fit()

    def _fit(self) -> None:
        mark(self._label, long="false")
        if self._label.heightForWidth(self.width()) > self._LEAST:
            mark(self._label, long="true")
