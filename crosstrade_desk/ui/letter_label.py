"""The label of a field, with the letter that leads there underlined."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QLabel, QScrollArea, QWidget

from crosstrade_desk.desk.letters import BY_PART, underlined

_ABOVE: Final = 16  # pixels that are seen around it


class LetterLabel(QLabel):
    """The label of a field, of that object name. Its letter puts the cursor into the field and does nothing else.

    Qt would click a button that is its buddy: BUY, by the letter of the field.
    """

    def __init__(self, title: str, part: str, target: Callable[[], QWidget]) -> None:
        super().__init__(title)
        self._title, self._part, self._target = title, part, target
        self.setBuddy(target())

    def show_letters(self, free: frozenset[str]) -> None:
        """Underlines its letter if it is one of these."""
        letter = BY_PART.get(self._part)
        self.setText(underlined(self._title, letter.key if letter and letter.key in free else ""))

    def event(self, event: QEvent) -> bool:
        if event.type() != QEvent.Type.Shortcut:
            return super().event(event)
        target = self._target()
        target.setFocus(Qt.FocusReason.ShortcutFocusReason)
        if scroll := _scroll_of(target):
            scroll.ensureWidgetVisible(target, 0, _ABOVE)
        return True


def _scroll_of(part: QWidget | None) -> QScrollArea | None:
    while part is not None and not isinstance(part, QScrollArea):
        part = part.parentWidget()
    return part
