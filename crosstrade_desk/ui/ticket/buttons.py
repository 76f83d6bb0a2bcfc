"""The buttons that send. They say what they will do, and fire only by the mouse or their own key.

A plain one fires on release inside. One that is held fires once it was held for `HOLD_MS`, while a ring fills; let go
before, it does nothing. By its key, which cannot be told to be held where it repeats, it takes a second press.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, cast

from PySide6.QtCore import QEvent, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QHideEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QPushButton, QSizePolicy, QStyle, QStyleOptionButton

from crosstrade_desk.ui.plain import breakable
from crosstrade_desk.ui.spoken import explain
from crosstrade_desk.ui.theme import mark, roles
from crosstrade_desk.ui.ticket.hold import Hold

_PAD: Final = 8
_TITLE: Final = 15  # pixels of its letters at most
_TITLE_HEIGHT: Final = 20
_LINE_HEIGHT: Final = 17
_BORDER: Final = 2
_MONEY_BORDER: Final = 4  # as the theme draws it
_RING_ROOM: Final = 27  # pixels beside the padding that the ring takes
_PAINTED_AFTER_MS: Final = 8  # half a frame: by then the order has left, and nobody sees the difference
_SIZES: Final = 32  # of texts whose size is kept
_WRAP: Final = int(Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap)


class FireButton(QPushButton):
    """A button with a title and a wrapped sentence below it. Space and Enter do not press it.

    Signals:
        touched: it is pressed down now, by mouse or key.
        fired: it was pressed whole.
        let_go: it was not held long enough; the text says what to do.
    """

    touched = Signal()
    fired = Signal()
    let_go = Signal(str)

    explanation = ""  # of what it does, whatever it says
    alike: "tuple[FireButton, ...]" = ()  # those whose title has letters of the same size

    def __init__(self, lines: int, width: int = 252, pad: int = _PAD, title: int = _TITLE) -> None:
        super().__init__()
        self._width, self._pad, self._height, self._title_size = width, pad, 0, title
        self._sizes: dict[tuple[str, int, int], int] = {}
        self._hold = Hold(self)
        self._began_plain = True
        self._is_new = False
        self._hold.moved.connect(self.update)
        self._hold.full.connect(self.fired)
        self.pressed.connect(self._on_pressed)
        self.released.connect(self._on_released)
        self.clicked.connect(self._on_clicked)
        self._title = ""
        self._sentence = ""
        self._paints = QTimer(self, interval=_PAINTED_AFTER_MS, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._paints.timeout.connect(lambda: self.setUpdatesEnabled(True))
        self.setAutoDefault(False)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_lines(lines, pad)

    def set_lines(self, lines: int, pad: int) -> None:
        """Has room for so many lines below its title, and so many pixels around them."""
        height = 2 * pad + _TITLE_HEIGHT + lines * _LINE_HEIGHT
        if (pad, height) == (self._pad, self._height):
            return
        self._pad, self._height = pad, height
        # The program's style sheet sets the least height of buttons, and would win over a size hint. It counts without
        # the border, which is wider where money is at stake: nothing may move then.
        least, of_money = (self._height - 2 * border for border in (_BORDER, _MONEY_BORDER))
        self.setStyleSheet(
            f"FireButton {{ min-height: {least}px; }}"
            f'FireButton[money="live"], FireButton[money="funded"] {{ min-height: {of_money}px; }}'
        )

    @property
    def is_held(self) -> bool:
        """Whether it has to be held."""
        return self._hold.wanted

    def say(self, title: str, sentence: str, tone: str, *, hold: bool = False) -> None:
        """Shows what a press will do. `tone` is a name of the theme: BUY, SELL, EXIT, WIDE, PLAIN or NONE."""
        if hold != self._hold.wanted or (title, sentence) != (self._title, self._sentence):
            self._hold.reset(wanted=hold)  # what was begun for one order must not fire another
        if (title, sentence) == (self._title, self._sentence) and self.property("tone") == tone:
            return
        self._title, self._sentence = title, sentence
        self.setAccessibleName(f"{title}: {sentence}" if sentence else title)
        explain(self, " ".join(filter(None, [sentence, self.explanation])))
        mark(self, tone=tone)
        self.update()

    def forget(self) -> None:
        """A hold that was begun is over: it was begun for something else, or nobody sees the ring."""
        if self._hold.wanted:
            self._hold.reset(wanted=True)
            self.setDown(False)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 (Qt's name)
        super().hideEvent(event)
        self.forget()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 (Qt's name)
        super().changeEvent(event)
        self._sizes.clear()  # another font, or another style
        if event.type() == QEvent.Type.ActivationChange and not self.isActiveWindow():
            self.forget()

    @property
    def words(self) -> str:
        """All that stands on it."""
        return f"{self._title}\n{self._sentence}".strip()

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        return QSize(self._width, self._height)

    def press_by_key(self) -> None:
        """What its own key does: fires, or if it has to be held asks for a second press."""
        if not self._hold.wanted:
            self.touched.emit()
            self.fired.emit()
        elif not self._hold.by_key():
            self.touched.emit()
            self.let_go.emit(f"Press the key once more for {self._title.removesuffix(': hold')}.")

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        self._is_new = True
        with self._painted_later():
            super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        with self._painted_later():
            super().mouseReleaseEvent(event)

    @contextmanager
    def _painted_later(self) -> Iterator[None]:
        """Has it painted a moment later: Qt would do it first, and the order wait for half a millisecond and more."""
        self.setUpdatesEnabled(False)
        try:
            yield
        finally:
            self._paints.start()

    def _on_pressed(self) -> None:
        # Qt tells of a press once more when a pointer that left with its button down comes back.
        is_new, self._is_new = self._is_new, False
        if self._hold.wanted and not is_new and QApplication.mouseButtons() == Qt.MouseButton.NoButton:
            self._began_plain = False
            self.press_by_key()  # a screen reader's press: it cannot hold, and takes a second one as a key does
            return
        self._began_plain = not self._hold.wanted
        self.touched.emit()
        if self._hold.wanted and is_new:
            self._hold.begin()

    def _on_released(self) -> None:
        if self._hold.wanted and self._hold.end():
            self.let_go.emit("Nothing was sent. Hold the button until its ring is full.")

    def _on_clicked(self) -> None:
        # The release of a held press must not fire what the button says by then.
        if self._began_plain and not self._hold.wanted:
            self.fired.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt's name)
        event.ignore()  # no order by a stray Space or Enter

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        painter = QPainter(self)
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = ""
        self.style().drawControl(QStyle.ControlElement.CE_PushButton, option, painter, self)
        painter.setPen(option.palette.buttonText().color())
        if self.is_live:
            head, (ground, line) = self._head(), self._live_colours()
            painter.fillRect(head, line)  # seen below it: no eye tells the red of LIVE from the ground of SELL
            painter.fillRect(head.adjusted(0, 0, 0, -_BORDER), ground)
        self._paint_words(painter)
        if self._hold.wanted:
            self._hold.paint(painter, self.ring_room())

    def _paint_words(self, painter: QPainter) -> None:
        painter.setFont(self.title_font())
        self._paint_title(painter)
        if not self._sentence:
            return
        painter.setFont(self.sentence_font())
        painter.drawText(self.sentence_room(), _WRAP, breakable(self._sentence))

    def _paint_title(self, painter: QPainter) -> None:
        before = painter.pen()
        if self.is_live:
            painter.setPen(self._live_colours()[1])
        painter.drawText(self.title_room(), int(Qt.AlignmentFlag.AlignCenter), self._title)
        painter.setPen(before)

    def title_room(self) -> QRect:
        """Where the title is painted: in the middle, or as far left of it as the ring wants."""
        area = self._area()
        if self._sentence:
            area = QRect(area.left(), max(_BORDER, area.top() - 2), area.width(), _TITLE_HEIGHT)
        wide = QFontMetrics(self.title_font()).horizontalAdvance(self._title)
        room = QRect(0, 0, wide, area.height())
        room.moveCenter(area.center())
        room.moveRight(min(room.right(), area.left() + self._title_width()))
        return room

    def ring_room(self) -> QRect:
        """Where the ring is painted: beside the title, and above the sentence."""
        return Hold.place(self.rect(), self._pad + _TITLE_HEIGHT if self._sentence else self.height())

    def _title_width(self) -> int:
        return self._area().width() - (_RING_ROOM if self._hold.wanted else 0)

    @property
    def is_live(self) -> bool:
        """Whether a press would send to CrossTrade: its title then stands on the red of LIVE, whatever its tone is."""
        return self.property("place") == "LIVE" and self.property("tone") != "NONE" and bool(self._sentence)

    def _head(self) -> QRect:
        inside = self.rect().adjusted(_BORDER, _BORDER, -_BORDER, 0)
        return QRect(inside.topLeft(), QSize(inside.width(), self._area().top() + _TITLE_HEIGHT - _BORDER - 1))

    @staticmethod
    def _live_colours() -> tuple[QColor, QColor]:
        """The ground of LIVE, and what stands on it."""
        table = roles(cast("QApplication", QApplication.instance()))
        return QColor(table.live), QColor(table.on_colour)

    def _area(self) -> QRect:
        return self.rect().adjusted(_PAD, self._pad, -_PAD, -self._pad)

    def title_font(self) -> QFont:
        """The font in which the title stands on one line: its last word may be the one that matters."""
        font = self.font()
        font.setBold(True)
        font.setPixelSize(min(button.title_size() for button in (self, *self.alike)))
        return font

    def title_size(self) -> int:
        """Pixels of the letters at which its own title stands on one line."""
        width = self._title_width()

        def fits(font: QFont) -> bool:
            return QFontMetrics(font).horizontalAdvance(self._title) <= width

        font = self.font()
        font.setBold(True)
        return self._largest((self._title, width, 0), font, self._title_size, fits)

    def sentence_room(self) -> QRect:
        """Where the sentence is painted."""
        return self._area().adjusted(0, _TITLE_HEIGHT, 0, 0)

    def sentence_font(self) -> QFont:
        """The font in which the whole sentence fits: a cut-off order is worse than a small one."""
        room = self.sentence_room()

        def fits(font: QFont) -> bool:
            return QFontMetrics(font).boundingRect(room, _WRAP, breakable(self._sentence)).height() <= room.height()

        font = self.font()
        font.setPixelSize(self._largest((self._sentence, room.width(), room.height()), font, 13, fits))
        return font

    def _largest(self, key: tuple[str, int, int], font: QFont, most: int, fits: Callable[[QFont], bool]) -> int:
        """The largest size in pixels that fits. A press waits until its button is painted: it is worked out once."""
        if key not in self._sizes:
            if len(self._sizes) >= _SIZES:
                self._sizes.clear()
            font = QFont(font)
            for pixels in range(most, 7, -1):
                font.setPixelSize(pixels)
                if fits(font):
                    break
            self._sizes[key] = font.pixelSize()
        return self._sizes[key]
