"""What building and painting cost, by counts: milliseconds would depend on the machine."""

import asyncio
from collections import Counter

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication, QWidget

from crosstrade_desk.ui.ticket.buttons import FireButton
from support.windows import Glass

_DRESSINGS = 4.5  # of one widget, on average; it was 7.5 while each pane was finished before it had its place


class _Dressings(QObject):
    """Counts how often widgets have their style worked out anew."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: Counter[int] = Counter()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        if event.type() == QEvent.Type.StyleChange and isinstance(watched, QWidget):
            self.seen[id(watched)] += 1
        return False


def test_building_the_window_dresses_each_widget_a_few_times_only(
    qapp: QApplication, loop: asyncio.AbstractEventLoop
) -> None:
    dressings = _Dressings()
    qapp.installEventFilter(dressings)
    try:
        glass = Glass(loop)
    finally:
        qapp.removeEventFilter(dressings)
    widgets = len(glass.window.findChildren(QWidget))
    glass.show()
    glass.close()
    assert dressings.seen.total() <= _DRESSINGS * widgets, (dressings.seen.total(), widgets)


def test_the_font_of_a_button_is_worked_out_once_for_the_same_words_and_anew_for_another_font(glass: Glass) -> None:
    button = glass.part("send")
    assert isinstance(button, FireButton)
    tried: list[int] = []

    def fits(font: QFont) -> bool:
        tried.append(font.pixelSize())
        return font.pixelSize() <= 12

    sizes = [button._largest(("words", 100, 0), button.font(), 15, fits) for _ in range(3)]
    assert (sizes, tried) == ([12, 12, 12], [15, 14, 13, 12])
    larger = button.font()
    larger.setPointSize(30)
    button.setFont(larger)
    button._largest(("words", 100, 0), button.font(), 15, fits)
    assert len(tried) == 8
