"""Bid, ask and last of the ticket's instrument, each a button that puts its price into the form."""

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton

from crosstrade_desk.ui.plain_buttons import mouse_button
from crosstrade_desk.ui.reading.prices import price
from crosstrade_desk.ui.theme import mark

if TYPE_CHECKING:  # what is read back is imported once the window is painted
    from crosstrade_desk.desk.reading import Shown
    from crosstrade_desk.readback.values import Quote

_PRICES: Final = ("bid", "ask", "last")
_LIVE: Final = "live"
_OLD: Final = "Quotes are read every 3 s, less often while orders are looked for: all reads share one budget."
_RESTS: Final = "Nothing was done for 5 minutes: no quote is read. A key or a click reads one again."
_CLOSED: Final = "The market is closed: its quote is read every 30 s."
_WIDTH: Final = 72  # pixels: a price of nine digits on a line of its own


class QuoteStrip(QFrame):
    """Shows one quote. An old one is grey, a very old one is gone; a price of either is put nowhere.

    Signals: chosen: the text of a price that was pressed.
    """

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(28)
        self._prices: dict[str, Decimal | None] = {}
        self._buttons = {name: self._button(name) for name in _PRICES}
        self.age = QLabel()
        self.age.setTextFormat(Qt.TextFormat.PlainText)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(4)
        for button in self._buttons.values():
            line.addWidget(button, 1)
        line.addWidget(self.age)
        self.age.setFixedWidth(64)
        self.age.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.show_quote(None)

    def _button(self, name: str) -> QPushButton:
        button = mouse_button(f"quote-{name}")
        button.setToolTip(f"Puts the {name} into the price of the order. Sends nothing.")
        button.setProperty("quote", "true")
        button.setMinimumWidth(_WIDTH)  # whatever stands on it: a price must not widen the window
        button.clicked.connect(lambda: self._on_pressed(name))
        return button

    def _on_pressed(self, name: str) -> None:
        if (found := self._prices.get(name)) is not None:
            self.chosen.emit(price(found))

    def show_quote(self, shown: "Shown[Quote] | None", *, resting: bool = False, closed: bool = False) -> None:
        """Shows a quote as it is known now; None: there is no reading. `resting`: none is read, as nobody looks;
        `closed`: few are, as the market is closed.
        """
        quote = shown.value if shown else None
        is_fresh = shown is not None and shown.is_fresh
        self._prices = {name: getattr(quote, name) if quote and is_fresh else None for name in _PRICES}
        for name, button in self._buttons.items():
            value = getattr(quote, name) if quote else None
            button.setText(f"{name.capitalize()}\n{price(value) or '–'}")
            button.setAccessibleName(f"{name.capitalize()} {price(value) or 'not known'}")
            button.setEnabled(self._prices[name] is not None)
        self.age.setText("idle" if resting and not is_fresh else "closed" if closed else _age(shown))
        self.age.setToolTip(_RESTS if resting else _CLOSED if closed else _OLD if quote else "")
        mark(self.age, tone="muted" if is_fresh else "warn" if quote else "muted")


def _age(shown: "Shown[Quote] | None") -> str:
    if shown is None or shown.value is None:
        return "no quote"
    source = shown.value.source or ""
    return f"{shown.age_s:.0f} s old" if source.casefold() in ("", _LIVE) else source[:9]
