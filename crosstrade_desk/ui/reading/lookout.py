"""Has read what the ticket is about, and shows beside it what is known of that."""

import time

from PySide6.QtCore import QObject

from crosstrade_desk.desk.observer import Observer
from crosstrade_desk.protocol.instrument import dated, parse_instrument
from crosstrade_desk.protocol.problems import Invalid
from crosstrade_desk.readback.plan import View
from crosstrade_desk.ui.bridge import Bridge
from crosstrade_desk.ui.idle import Idle
from crosstrade_desk.ui.reading.columns import order_words
from crosstrade_desk.ui.reading.pane import ReadingPane
from crosstrade_desk.ui.ticket.ticket import Ticket


class Lookout(QObject):
    """Follows the form of the ticket: its accounts, its instrument, the order that it names."""

    def __init__(self, observer: Observer, bridge: Bridge, ticket: Ticket, reading: ReadingPane, idle: Idle) -> None:
        super().__init__(reading)
        self.observer = observer
        self._ticket, self._reading, self._idle = ticket, reading, idle
        self._view = View()
        ticket.order_named = self._order_named
        ticket.form.edited.connect(self.look)
        bridge.place.connect(self.look)
        bridge.news.connect(self._on_news)
        for moment in (reading.ticked, idle.ended):
            moment.connect(self._on_tick)

    def look(self, _cause: object = None) -> None:
        """Has read what the ticket is about now; less while the window is minimised, or nobody is there."""
        ticked = self._ticket.accounts.ticked
        texts = self._ticket.form.texts()
        order = self.observer.order(texts.get("order_id", "")) if "instrument" not in texts else None
        found = parse_instrument(texts.get("instrument", "") or (order.instrument if order else "") or "")
        instrument = "" if isinstance(found, Invalid) else dated(found, self.observer.today()).text
        self._view = View(ticked, instrument, resting=self._rests)
        self.observer.look(self._view)
        self._reading.refresh()
        self.observer.guarded(self._show_quote)

    @property
    def _rests(self) -> bool:
        return self._ticket.window().isMinimized() or self._idle.lasts

    def _on_tick(self) -> None:
        """Reads less once nothing was done for a while, and as usual again with the first press."""
        if self._rests != self._view.resting:
            self.look()
        else:
            self.observer.guarded(self._show_quote)

    def _on_news(self, _news: object) -> None:
        self._reading.refresh()
        self._ticket.look_at_order()
        self.observer.guarded(self._show_quote)

    def _order_named(self, order_id: str) -> str:
        found = self.observer.order(order_id) if order_id else None
        return order_words(found) if found else ""

    def _show_quote(self) -> None:
        reads = self.observer.is_reading and bool(self._view.instrument)
        shown = self.observer.known.quote(self._view.instrument, time.monotonic()) if reads else None
        closed = reads and self.observer.is_closed
        self._ticket.quotes.show_quote(shown, resting=reads and self._view.resting, closed=closed)
