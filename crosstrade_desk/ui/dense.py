"""What every table of the window has in common: whole rows, no grid, and lines of one height."""

import math
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QSize
from PySide6.QtGui import QFontMetricsF, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QPlainTextEdit, QTableView, QWidget

ROW_HEIGHT: Final = 24
_HEADER: Final = 28  # pixels of header and frame, for the least height


def make_dense(table: QTableView) -> None:
    """Makes a table quiet and dense. The Tab key leaves it."""
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setShowGrid(False)
    table.setWordWrap(False)
    table.setTabKeyNavigation(False)
    table.verticalHeader().hide()
    table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    table.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
    table.horizontalHeader().setHighlightSections(False)


class WholeLines(QWidget):
    """Gives what it holds as much of its room as whole lines take: half a line looks like a fault."""

    def __init__(self, part: QWidget, line: Callable[[], int], beside: Callable[[], int], least: int) -> None:
        """`line`: how high one is; `beside`: what is needed besides lines; `least`: the least height. All in pixels."""
        super().__init__()
        self._part, self._line, self._beside = part, line, beside
        part.setParent(self)
        self.setMinimumHeight(least)

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        return self._part.sizeHint()

    def minimumSizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        return QSize(self._part.minimumSizeHint().width(), 0)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        super().resizeEvent(event)
        left = max(0, self.height() - self._beside()) % self._line()
        self._part.setGeometry(0, 0, self.width(), self.height() - left)


def whole_lines(text: QPlainTextEdit, least: int) -> WholeLines:
    """A text of several lines in such room. `least`: pixels for which there is always room."""

    def beside() -> int:
        return round(text.document().documentMargin()) + 2 * text.frameWidth()  # below the last line is the next one

    # Each line is laid out on whole pixels: a font of 15.1 takes 16.
    return WholeLines(text, lambda: math.ceil(QFontMetricsF(text.font()).lineSpacing()), beside, least)


def whole_rows(table: QTableView, least: int) -> WholeLines:
    """A table in such room. `least`: rows for which there is always room."""

    def beside() -> int:
        return 2 * table.frameWidth() + table.horizontalHeader().sizeHint().height()

    return WholeLines(table, lambda: ROW_HEIGHT, beside, _HEADER + least * ROW_HEIGHT)
