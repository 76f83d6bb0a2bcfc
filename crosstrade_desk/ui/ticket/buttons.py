"""The buttons that send. They say what they will do, fire on release inside, and only by the mouse or their own key."""

from typing import Final

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QStyle, QStyleOptionButton

from crosstrade_desk.ui.theme import mark

_PAD: Final = 9
_TITLE_HEIGHT: Final = 20
_LINE_HEIGHT: Final = 17


class FireButton(QPushButton):
    """A button with a title and a wrapped sentence below it. Space and Enter do not press it."""

    def __init__(self, lines: int) -> None:
        super().__init__()
        self._title = ""
        self._sentence = ""
        self.setAutoDefault(False)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFixedHeight(2 * _PAD + _TITLE_HEIGHT + lines * _LINE_HEIGHT)

    def say(self, title: str, sentence: str, tone: str) -> None:
        """Shows what a press will do. `tone` is a name of the theme: BUY, SELL, EXIT or NONE."""
        if (title, sentence) == (self._title, self._sentence) and self.property("tone") == tone:
            return
        self._title, self._sentence = title, sentence
        self.setAccessibleName(f"{title}: {sentence}" if sentence else title)
        self.setToolTip(sentence)
        mark(self, tone=tone)
        self.update()

    @property
    def words(self) -> str:
        """All that stands on it."""
        return f"{self._title}\n{self._sentence}".strip()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt's name)
        event.ignore()  # no order by a stray Space or Enter

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        painter = QPainter(self)
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = ""
        self.style().drawControl(QStyle.ControlElement.CE_PushButton, option, painter, self)
        painter.setPen(option.palette.buttonText().color())
        self._paint_words(painter)

    def _paint_words(self, painter: QPainter) -> None:
        area = self.rect().adjusted(_PAD, _PAD, -_PAD, -_PAD)
        font = self.font()
        font.setBold(True)
        font.setPixelSize(15)
        painter.setFont(font)
        wrap = int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap)
        if not self._sentence:
            painter.drawText(area, int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap), self._title)
            return
        painter.drawText(QRect(area.left(), area.top() - 2, area.width(), _TITLE_HEIGHT), wrap, self._title)
        rest = area.adjusted(0, _TITLE_HEIGHT, 0, 0)
        painter.setFont(self._fitting(rest, wrap))
        painter.drawText(rest, wrap, self._sentence)

    def _fitting(self, room: QRect, wrap: int) -> QFont:
        """The font in which the whole sentence fits: a cut-off order is worse than a small one."""
        font = self.font()
        for pixels in range(13, 7, -1):
            font.setPixelSize(pixels)
            if QFontMetrics(font).boundingRect(room, wrap, self._sentence).height() <= room.height():
                break
        return font
