"""One page of the guide. Its links lead to other pages and nowhere else; Alt+Left goes back."""

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Final

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QTextBlock, QTextCursor, QTextLength, QTextTable
from PySide6.QtWidgets import QTextBrowser

from crosstrade_desk.ui.help.guide import PAGES, Topic, path_of, slug

_MARGIN: Final = 20


class PageView(QTextBrowser):
    """Signals: shown: the name of the page that is shown now."""

    shown = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("help-page")
        self.setAccessibleName("Guide")
        self.setOpenLinks(False)
        # Always: were it to come with a long page, the page would be laid out anew, and headings stand elsewhere.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.anchorClicked.connect(self._on_link)
        self.sourceChanged.connect(self._on_source)

    def go(self, topic: Topic) -> None:
        """Shows a page from a heading on. Blocks for reading one small file."""
        url = QUrl.fromLocalFile(str(path_of(topic.page)))
        url.setFragment(slug(topic.heading))
        self._show(url)

    @property
    def page(self) -> str:
        """The name of the page that is shown, "" before the first."""
        return _page(self.source())

    def _on_link(self, url: QUrl) -> None:
        """Follows a link to a page of the guide. Others there are none of, and no browser is opened."""
        if url.isRelative() and (not url.path() or PurePosixPath(url.path()).stem in PAGES):
            self._show(self.source().resolved(url))

    def _show(self, url: QUrl) -> None:
        if url == self.source():  # only scrolled away from, and no step of its own on the way back
            self._on_source(url)
        else:
            self.setSource(url)

    def _on_source(self, url: QUrl) -> None:
        self.document().setDocumentMargin(_MARGIN)
        self._dress_tables()
        wanted = url.fragment()
        block = next((block for block in self._headings() if slug(block.text()) == wanted), None)
        top = self.document().documentLayout().blockBoundingRect(block).y() - _MARGIN / 2 if block else 0
        self.verticalScrollBar().setValue(round(top))
        self.shown.emit(_page(url))  # `source` still has the former one

    def _dress_tables(self) -> None:
        at_once = QTextCursor(self.document())  # one by one, Qt leaves some of them where they stood before
        at_once.beginEditBlock()
        for table in self.document().rootFrame().childFrames():
            if isinstance(table, QTextTable):
                _dress(table)
        at_once.endEditBlock()

    def _headings(self) -> Iterator[QTextBlock]:
        block = self.document().begin()
        while block.isValid():
            if block.blockFormat().headingLevel():
                yield block
            block = block.next()


def _page(url: QUrl) -> str:
    return PurePosixPath(url.path()).stem


def _dress(table: QTextTable) -> None:
    form = table.format()
    form.setCellPadding(4)
    form.setCellSpacing(0)
    form.setBorderCollapse(True)
    form.setBorder(1)
    form.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
    table.setFormat(form)
