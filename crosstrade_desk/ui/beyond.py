"""What FLATTEN does not reach of where entries of this run went: the quietest of the alarms, with its way out."""

import time
from collections.abc import Iterator
from typing import Final

from PySide6.QtCore import QObject, Signal

from crosstrade_desk.desk.desk import Desk
from crosstrade_desk.desk.events import NoPlace, Place, RowBegun, RowEnded
from crosstrade_desk.desk.flat_watch import words
from crosstrade_desk.desk.observer import Observer
from crosstrade_desk.desk.traded import Held, Traded
from crosstrade_desk.protocol.catalogue import FLATTEN
from crosstrade_desk.protocol.instrument import canonical
from crosstrade_desk.protocol.message import Message
from crosstrade_desk.protocol.problems import counted, listed
from crosstrade_desk.readback.reader import News
from crosstrade_desk.readback.values import Orders, Positions
from crosstrade_desk.storage.rows import Row
from crosstrade_desk.ui.bridge import Bridge
from crosstrade_desk.ui.log.alarms import Alarm, Kind
from crosstrade_desk.ui.ticket.exits import Exits

_STILL_OPEN: Final = "Put away. Still there when it was read last: {left}. FLATTEN does not reach it."


class Beyond(QObject):
    """Offers to flatten what was entered last and is not reached, with the other accounts in the same instrument.

    Signals:
        changed: `alarm` is another one now.
    """

    changed = Signal()

    def __init__(self, desk: Desk, bridge: Bridge, exits: Exits, observer: Observer) -> None:
        super().__init__()
        self._observer, self._today = observer, observer.today
        self.now = time.monotonic
        self._desk, self._exits, self._traded = desk, exits, Traded()
        self._place = ""
        self._offered: tuple[Held, ...] = ()
        self._rows: dict[Held, Row] = {}  # the last entry of each
        self.alarm: Alarm | None = None
        bridge.begun.connect(self._on_begun)
        bridge.ended.connect(self._on_ended)
        bridge.place.connect(self._on_place)
        bridge.news.connect(self._on_news)
        exits.scope_changed.connect(self._look)

    def _on_begun(self, event: RowBegun) -> None:
        row = event.row
        if row.ending is None:
            for held in self._traded.begun(row.id, row.intent.place, event.command, self._today()):
                self._rows[held] = row
            self._look()

    def _on_ended(self, event: RowEnded) -> None:
        row = event.row
        self._traded.ended(row.id, row.intent.place, event.command, row.outcome, self._today(), self.now())
        self._look()

    def _on_place(self, place: Place | NoPlace) -> None:
        self._place = place.mode.value
        self._look()

    def _on_news(self, news: object) -> None:
        match news:
            case News(subject=subject, asked=asked, found=Orders() as orders):
                self._traded.orders(self._place, subject.account, orders, asked, self.now(), self._today())
            case News(asked=asked, found=Positions() as positions):
                self._traded.positions(self._place, positions, asked, self._today())
                self._look()
            case _:
                pass  # says nothing of what is held

    def put_away(self) -> str:
        """Says no more of what is offered now, until another entry goes there. Gives what is known to be open of it."""
        left = tuple(one for held in self._offered for one in self._known_of(held))
        for held in self._offered:
            self._traded.forget(held)
        self._look()
        return _STILL_OPEN.format(left=listed(left)) if left else ""

    def _known_of(self, held: Held) -> Iterator[str]:
        """What is held and what works in one place, as it was read last."""
        known, now, today = self._observer.known, self.now(), self._today()
        if found := known.position(held.account, held.instrument, now, today).value:
            yield from (words(one) for one in found.items if one.signed != 0)
        if orders := known.orders(held.account, now).value:
            there = (one for one in orders.items if canonical(one.instrument, today) == held.instrument)
            if count := sum(one.works for one in there):
                yield f"{counted(count, 'order')} in {held.instrument} on {held.account}"

    def _look(self) -> None:
        left = self._traded.beyond(self._place, self._exits.command, self._today())
        self._offered = tuple(held for held in left if held.instrument == left[0].instrument)
        self._observer.read_also(tuple(dict.fromkeys(held.account for held in left if held.account)))
        former, self.alarm = self.alarm, self._alarm(len(left) - len(self._offered)) if left else None
        if self.alarm != former:  # the ticket is looked at with every letter that is typed
            self.changed.emit()

    def _alarm(self, others: int) -> Alarm | None:
        names = [held.account for held in self._offered]
        texts = {"instrument": self._offered[0].instrument, "account": "" if "" in names else ",".join(names)}
        message = self._desk.compose(FLATTEN, texts)
        more = f"{others} more elsewhere." if others else ""
        return Alarm(Kind.BEYOND, self._rows[self._offered[0]], message, more) if isinstance(message, Message) else None
