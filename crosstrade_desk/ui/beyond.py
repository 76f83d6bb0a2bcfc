"""What FLATTEN does not reach of where entries of this run went: the quietest of the alarms, with its way out."""

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QObject, Signal

from crosstrade_desk.desk.desk import Desk
from crosstrade_desk.desk.events import NoPlace, Place, RowBegun, RowEnded
from crosstrade_desk.desk.traded import Held, Traded
from crosstrade_desk.protocol.catalogue import FLATTEN
from crosstrade_desk.protocol.message import Message
from crosstrade_desk.storage.rows import Row
from crosstrade_desk.ui.bridge import Bridge
from crosstrade_desk.ui.log.alarms import Alarm, Kind
from crosstrade_desk.ui.ticket.exits import Exits


class Beyond(QObject):
    """Offers to flatten what was entered last and is not reached, with the other accounts in the same instrument.

    Signals:
        changed: `alarm` is another one now.
    """

    changed = Signal()

    def __init__(self, desk: Desk, bridge: Bridge, exits: Exits, today: Callable[[], date]) -> None:
        super().__init__()
        self._today = today
        self._desk, self._exits, self._traded = desk, exits, Traded()
        self._place = ""
        self._offered: tuple[Held, ...] = ()
        self._rows: dict[Held, Row] = {}  # the last entry of each
        self.alarm: Alarm | None = None
        bridge.begun.connect(self._on_begun)
        bridge.ended.connect(self._on_ended)
        bridge.place.connect(self._on_place)
        exits.scope_changed.connect(self._look)

    def _on_begun(self, event: RowBegun) -> None:
        row = event.row
        if row.ending is None:
            for held in self._traded.begun(row.id, row.intent.place, event.command, self._today()):
                self._rows[held] = row
            self._look()

    def _on_ended(self, event: RowEnded) -> None:
        row = event.row
        self._traded.ended(row.id, row.intent.place, event.command, row.outcome, self._today())
        self._look()

    def _on_place(self, place: Place | NoPlace) -> None:
        self._place = place.mode.value
        self._look()

    def put_away(self) -> None:
        """Says no more of what is offered now, until another entry goes there."""
        for held in self._offered:
            self._traded.forget(held)
        self._look()

    def _look(self) -> None:
        left = self._traded.beyond(self._place, self._exits.command, self._today())
        self._offered = tuple(held for held in left if held.instrument == left[0].instrument)
        former, self.alarm = self.alarm, self._alarm(len(left) - len(self._offered)) if left else None
        if self.alarm != former:  # the ticket is looked at with every letter that is typed
            self.changed.emit()

    def _alarm(self, others: int) -> Alarm | None:
        names = [held.account for held in self._offered]
        texts = {"instrument": self._offered[0].instrument, "account": "" if "" in names else ",".join(names)}
        message = self._desk.compose(FLATTEN, texts)
        more = f"{others} more elsewhere." if others else ""
        return Alarm(Kind.BEYOND, self._rows[self._offered[0]], message, more) if isinstance(message, Message) else None
