"""The band's button of the keys: the way to the key window, and a badge while a key would not do what it should."""

from collections.abc import Callable
from typing import Final

from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QPushButton

from crosstrade_desk.ui.keys.standing import KEYS_OFF, KEYS_REHEARSE, Standing
from crosstrade_desk.ui.plain import tip
from crosstrade_desk.ui.theme import mark

_QUIET: Final = "Keys …"
_HINT: Final = "Which key does what; binding them; rehearsal."
_WIDEST: Final = ("TRY Ctrl+F12", KEYS_OFF, KEYS_REHEARSE)
_PADDING: Final = 14  # pixels beside the words


class KeyBadge(QPushButton):
    """Has the same width always: nothing in the band moves when it says more."""

    def __init__(self) -> None:
        super().__init__(_QUIET)
        self.setObjectName("keys")
        self.setToolTip(_HINT)

    def show_standing(self, standing: Standing) -> None:
        """Shows how the keys stand."""
        mark(self, keys="loud" if standing.signs else "quiet")
        width = self._measure()
        room = max(map(width, _WIDEST))
        self.setFixedWidth(room + _PADDING)
        self.setText(next((text for text in standing.signs if width(text) <= room), _QUIET))
        self.setToolTip(tip(" ".join(filter(None, [standing.sentence, _HINT]))))
        self.setAccessibleName(standing.signs[0] if standing.signs else "Keys")
        self.setAccessibleDescription(standing.sentence or _HINT)

    def _measure(self) -> Callable[[str], int]:
        """Measures in the font of the badge, whatever the button is now."""
        font = self.font()
        font.setBold(True)
        return QFontMetrics(font).horizontalAdvance
