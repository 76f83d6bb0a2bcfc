"""What the message says: in words, what its bracket puts at stake, and the text as it is sent."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QPlainTextEdit, QPushButton, QScrollArea, QVBoxLayout

from crosstrade_desk.protocol.exports import EXPORTS, Export
from crosstrade_desk.protocol.message import Message
from crosstrade_desk.protocol.problems import Problems
from crosstrade_desk.protocol.stakes import stakes
from crosstrade_desk.ui.elided import ElidedLabel
from crosstrade_desk.ui.theme import mark

_NOT_READY = "Not ready: see what stands beside the fields."


def heading(text: str) -> QLabel:
    label = QLabel(text)
    label.setObjectName("heading")
    return label


class ReadBack(QFrame):
    """Shows one message, or that there is none yet. All of it is made from the frozen command."""

    def __init__(self) -> None:
        super().__init__()
        self._message: Message | None = None
        self.sentence = QLabel()
        self.sentence.setObjectName("sentence")
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        self.sentence.setWordWrap(True)
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.stakes = ElidedLabel()
        self.stakes.setObjectName("stakes")
        self.stakes.setProperty("tone", "muted")
        self.wire = QPlainTextEdit()
        self.wire.setObjectName("wire")
        self.wire.setReadOnly(True)
        self.wire.setMinimumHeight(96)
        self.wire.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.wire.setAccessibleName("Wire text, key masked")
        self.wire.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._build()

    def _build(self) -> None:
        self.copy_button = QPushButton("Copy as …")
        self.copy_button.setObjectName("copy-as")
        self.copy_button.setToolTip("Copies this message for another program. Your key is not in it.")
        self.copy_button.clicked.connect(self._show_menu)
        self._menu = QMenu(self)
        for export in EXPORTS:
            action = self._menu.addAction(export.title)
            action.setToolTip(export.hint)
            action.triggered.connect(lambda _checked=False, export=export: self.copy(export))
        self._menu.setToolTipsVisible(True)
        head = QHBoxLayout()
        head.addWidget(heading("Message as sent"), 1)
        head.addWidget(self.copy_button)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(6)
        rows.addWidget(heading("In words"))
        rows.addWidget(_scrolled(self.sentence))
        rows.addWidget(self.stakes)
        rows.addLayout(head)
        rows.addWidget(self.wire, 1)

    def show_message(self, message: Message | Problems) -> None:
        """Shows the message in words and as wire text."""
        self._message = None if isinstance(message, Problems) else message
        found = stakes(self._message.command) if self._message else None
        self.sentence.setText(self._message.command.sentence if self._message else _NOT_READY)
        mark(self.sentence, tone="" if self._message else "muted")
        self.stakes.setText(found.text if found else "")
        wire = self._message.masked if self._message else ""
        if self.wire.toPlainText() != wire:
            self.wire.setPlainText(wire)
        self.copy_button.setEnabled(self._message is not None)

    def _show_menu(self) -> None:
        self._menu.popup(self.copy_button.mapToGlobal(QPoint(0, self.copy_button.height())))

    def copy(self, export: Export) -> None:
        """Puts the message on the clipboard as text for another program."""
        if self._message:
            QGuiApplication.clipboard().setText(export.make(self._message))


def _scrolled(label: QLabel) -> QScrollArea:
    """The label in a field of fixed height: a long list of accounts is scrolled, never cut."""
    scroll = QScrollArea()
    scroll.setWidget(label)
    scroll.setWidgetResizable(True)
    scroll.setFrameShape(QFrame.Shape.NoFrame)
    scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    scroll.setFixedHeight(62)
    return scroll
