"""Lines of text that are cut where their room ends, and say the rest in their tool tip."""

import re
from typing import Final

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QLabel

from crosstrade_desk.ui.spoken import explain

_ELIDE: Final = Qt.TextElideMode.ElideRight


class ElidedLabel(QLabel):
    """Plain text on at most so many lines; the last one ends in … where the room ends. The tool tip has it whole."""

    def __init__(self, lines: int = 1) -> None:
        super().__init__()
        self._lines = lines
        self.setTextFormat(Qt.TextFormat.PlainText)

    def set_lines(self, lines: int) -> None:
        """Shows the text on at most so many lines from now on."""
        self._lines = lines
        self.update()

    def setText(self, text: str) -> None:  # noqa: N802 (Qt's name)
        super().setText(text)
        explain(self, text)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        return QSize(40, super().minimumSizeHint().height())

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        return QSize(self.fontMetrics().horizontalAdvance(self.text()) + 4, super().sizeHint().height())

    def fits(self, width: int) -> bool:
        """Whether its text is whole on one line of a label so wide."""
        return self.fontMetrics().horizontalAdvance(self.text()) + 2 * max(0, self.indent()) <= width

    def shown(self) -> list[str]:
        """The lines as they are painted now."""
        return fitted(self.text(), self.fontMetrics(), self._room().width(), self._lines)

    def _room(self) -> QRect:
        indent = max(0, self.indent())
        return self.contentsRect().adjusted(indent, 0, -indent, 0)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        painter = QPainter(self)
        self.drawFrame(painter)  # the ground that its style gives it
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        where = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        painter.drawText(self._room(), where, "\n".join(self.shown()))


def fitted(text: str, measure: QFontMetrics, width: int, lines: int) -> list[str]:
    """The text on at most so many lines of a width in pixels, broken at spaces and where it has a line break; a line
    that is too long ends in …"""
    made: list[str] = []
    rest = text
    while rest and len(made) < lines - 1:
        line = _beginning(rest.split("\n", 1)[0], measure, width)
        made.append(measure.elidedText(line, _ELIDE, width))
        rest = rest[len(line) :].lstrip()
    return [*made, measure.elidedText(rest.replace("\n", "  "), _ELIDE, width)] if rest else made


def _beginning(text: str, measure: QFontMetrics, width: int) -> str:
    """As many of the words as there is room for, one at least."""
    ends = [found.start() for found in re.finditer(" +", text)] + [len(text)]
    fitting = [end for end in ends if measure.horizontalAdvance(text[:end]) <= width]
    return text[: max(fitting, default=ends[0])]
