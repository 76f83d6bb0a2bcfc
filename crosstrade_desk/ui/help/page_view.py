"""One page of the guide. Its links lead to other pages and nowhere else; Alt+Left goes back."""

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Final

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import (
    QTextBlock,
    QTextBlockFormat,
    QTextCursor,
    QTextFormat,
    QTextLength,
    QTextTable,
    QTextTableFormat,
)
from PySide6.QtWidgets import QApplication, QTextBrowser

from crosstrade_desk.ui.help.guide import PAGES, Topic, path_of, slug

_MARGIN: Final = 20
_ROOM: Final = 6  # pixels
_ROOM_OVER_HEADING: Final = 16


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
        url = _url(topic.page)
        url.setFragment(slug(topic.heading))
        self._show(url)

    @property
    def page(self) -> str:
        """The name of the page that is shown, "" before the first."""
        return _page(self.source())

    def _on_link(self, url: QUrl) -> None:
        """Follows a link to a page of the guide. Others there are none of, and no browser is opened.

        A click tells the whole address: Qt resolves what stands in the page.
        """
        whole = self.source().resolved(url)
        if whole.toLocalFile() in (_url(page).toLocalFile() for page in PAGES):
            self._show(whole)

    def _show(self, url: QUrl) -> None:
        if url == self.source():  # only scrolled away from, and no step of its own on the way back
            self._on_source(url)
        else:
            self.setSource(url)

    def _on_source(self, url: QUrl) -> None:
        self.document().setDocumentMargin(_MARGIN)
        self._dress()
        wanted = url.fragment()
        headings = (block for block in self._blocks() if block.blockFormat().headingLevel())
        block = next((block for block in headings if slug(block.text()) == wanted), None)
        top = self.document().documentLayout().blockBoundingRect(block).y() - _MARGIN / 2 if block else 0
        self.verticalScrollBar().setValue(round(top))
        self.shown.emit(_page(url))  # `source` still has the former one

    def _dress(self) -> None:
        """Gives tables lines and paragraphs room, but leaves the lines of an example together."""
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()  # all at once: one by one, Qt leaves some tables where they stood before
        for table in self.document().rootFrame().childFrames():
            if isinstance(table, QTextTable):
                table.setFormat(_lined(table.format()))
        for block in self._blocks():
            cursor.setPosition(block.position())
            if cursor.currentTable() is None and not (_is_code(block) and _is_code(block.previous())):
                room = QTextBlockFormat()
                room.setTopMargin(_ROOM_OVER_HEADING if block.blockFormat().headingLevel() else _ROOM)
                cursor.mergeBlockFormat(room)
        cursor.endEditBlock()

    def _blocks(self) -> Iterator[QTextBlock]:
        block = self.document().begin()
        while block.isValid():
            yield block
            block = block.next()


def _is_code(block: QTextBlock) -> bool:
    return block.blockFormat().hasProperty(QTextFormat.Property.BlockCodeLanguage)


def _url(page: str) -> QUrl:
    return QUrl.fromLocalFile(str(path_of(page)))


def _page(url: QUrl) -> str:
    return PurePosixPath(url.path()).stem


def _lined(form: QTextTableFormat) -> QTextTableFormat:
    form.setCellPadding(4)
    form.setCellSpacing(0)
    form.setBorderCollapse(True)
    form.setBorder(1)
    form.setBorderStyle(QTextTableFormat.BorderStyle.BorderStyle_Solid)
    form.setBorderBrush(QApplication.palette().placeholderText())
    form.setTopMargin(_ROOM)
    form.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
    return form
