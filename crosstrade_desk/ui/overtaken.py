"""Exits that overtook an order without an answer: it may still fill after them, and a second exit may be needed."""

from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from crosstrade_desk.desk.events import RowBegun, RowEnded
from crosstrade_desk.sending.outcome import NotSent, Refused
from crosstrade_desk.storage.rows import Row
from crosstrade_desk.ui.bridge import Bridge
from crosstrade_desk.ui.waiting import Waiting

OFFER_MS: Final = 3000
WARNING: Final = "An order without an answer may still fill after this: look at positions, flatten again."
_CAME_TO_NOTHING: Final = (Refused.word, NotSent.word)


class Overtaken(QObject):
    """Connect it before whatever asks it, so that it knows first.

    Signals:
        again_wanted: an exit (`Row`) was accepted a while ago, and the order it overtook may have filled after it.
    """

    again_wanted = Signal(object)

    def __init__(self, bridge: Bridge, waiting: Waiting) -> None:
        super().__init__()
        self._waiting = waiting
        self._orders: dict[int, set[int]] = {}  # row of an exit -> rows of the orders it overtook
        bridge.begun.connect(self._on_begun)
        bridge.ended.connect(self._on_ended)

    def _on_begun(self, event: RowBegun) -> None:
        row, leaving = event.row, event.command
        if row.ending is not None or not leaving.spec.closes:
            return
        if orders := self._waiting.met_by(leaving, row.intent.place):
            self._orders[row.id] = set(orders)

    def warns(self, row: Row) -> bool:
        """Whether an exit overtook an order that may still fill."""
        return row.id in self._orders

    def _on_ended(self, event: RowEnded) -> None:
        row = event.row
        if row.outcome in _CAME_TO_NOTHING:
            self._let_go(row.id)
        if row.id in self._orders and row.outcome == "accepted":
            QTimer.singleShot(OFFER_MS, self, lambda: self._offer(row))

    def _let_go(self, order: int) -> None:
        for leaving in list(self._orders):
            self._orders[leaving].discard(order)
            if not self._orders[leaving]:
                del self._orders[leaving]

    def _offer(self, row: Row) -> None:
        if self._orders.pop(row.id, None):
            self.again_wanted.emit(row)
