"""The help window: pages of the guide in `resources/help`, which come with the program and need no network."""

from functools import cached_property
from textwrap import shorten
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from crosstrade_desk.ui.help.guide import PAGES, Section, Topic, search, whole_guide
from crosstrade_desk.ui.help.page_view import PageView
from crosstrade_desk.ui.side_window import SideWindow

_TOPIC: Final = Qt.ItemDataRole.UserRole
_LIST_WIDTH: Final = 240
_LONGEST_LINE: Final = 90


class HelpWindow(SideWindow):
    """Pages on the left, or what a search found; one page on the right. It blocks nothing: the keys of the main window
    work beside it.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Help")
        self.resize(1020, 700)
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search all pages (Ctrl+F)")
        self.search.setAccessibleName("Search the guide")
        self.search.setToolTip("Shows the pages that hold these words.")
        self.search.setClearButtonEnabled(True)
        self.pages = QListWidget()
        self.pages.setObjectName("help-pages")
        self.pages.setAccessibleName("Pages of the guide")
        self.pages.setWordWrap(True)
        self.pages.setSpacing(2)
        self.pages.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.pages.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.page = PageView()
        self._build()
        self._fill("")
        self.search.textChanged.connect(self._fill)
        self.search.returnPressed.connect(self._on_first)
        self.pages.currentItemChanged.connect(self._on_current)
        self.pages.itemClicked.connect(self._open)
        self.page.shown.connect(self._mark)

    def _build(self) -> None:
        left = QWidget()
        left.setFixedWidth(_LIST_WIDTH)
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        for part in (self.search, self.pages):
            column.addWidget(part)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 10, 10, 10)
        row.addWidget(left)
        row.addWidget(self.page, 1)

    def show_topic(self, topic: Topic) -> None:
        """Shows a page from a heading on. Blocks for reading one small file."""
        self.bring_up()  # first: what was never shown has no size to scroll in
        self.search.clear()
        self.page.go(topic)
        self.pages.setFocus(Qt.FocusReason.OtherFocusReason)

    @cached_property
    def _guide(self) -> tuple[Section, ...]:
        return whole_guide()

    def _fill(self, text: str) -> None:
        """Lists what the words are found in; the pages, if there are no words."""
        self.pages.clear()
        if not text.strip():
            for page, title in PAGES.items():
                self._add(title, Topic(page))
            self._mark(self.page.page)
        elif found := search(self._guide, text):
            for section, line in found:
                short = shorten(line, _LONGEST_LINE, placeholder=" …")
                self._add(f"{section.title}\n{short}", section.topic)
        else:
            self._add("No page has these words.", None)

    def _add(self, text: str, topic: Topic | None) -> None:
        item = QListWidgetItem(text, self.pages)
        item.setData(_TOPIC, topic)
        item.setFlags(item.flags() if topic else Qt.ItemFlag.NoItemFlags)

    def _on_current(self, item: QListWidgetItem | None) -> None:
        if item and self.pages.hasFocus():  # else the list was only filled anew
            self._open(item)

    def _on_first(self) -> None:
        self.pages.setFocus()
        self.pages.setCurrentRow(0)

    def _open(self, item: QListWidgetItem) -> None:
        if isinstance(topic := item.data(_TOPIC), Topic):
            self.page.go(topic)

    def _mark(self, page: str) -> None:
        """Marks the page that is shown, unless a search has its own list."""
        if page in PAGES and not self.search.text().strip():
            self.pages.blockSignals(True)
            self.pages.setCurrentRow(list(PAGES).index(page))
            self.pages.blockSignals(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt's name)
        """Ctrl+F goes to the search, Down from there to what it found; Esc empties it, and then closes the window.

        Not shortcuts: one that the trader has bound for getting out must not become ambiguous.
        """
        if event.matches(QKeySequence.StandardKey.Find):
            self.search.setFocus()
            self.search.selectAll()
        elif event.key() == Qt.Key.Key_Down and self.search.hasFocus():
            self._on_first()
        elif event.key() == Qt.Key.Key_Escape and self.search.text():
            self.search.clear()
        else:
            super().keyPressEvent(event)
