"""What became of an order after its answer: seen, working, filled, cancelled, rejected, or not confirmed. Pure.

An answer of the webhook says that a message was taken, not what NinjaTrader made of it. An order is found by the id of
its message, else by what it is: account, instrument, side, quantity, kind and time. Source: our reference, 12.5.
"""

import math
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from crosstrade_desk.desk.reading import is_account
from crosstrade_desk.desk.stages import ENDED, Followed, Stage, stage_of
from crosstrade_desk.desk.trails import (
    Doubt,
    Trail,
    are_of,
    doubt_of,
    expected,
    is_alike,
    is_late,
    is_new,
    is_of,
    is_over,
    is_too_late,
    listed_at,
    moved,
    with_fills,
)
from crosstrade_desk.protocol.command import Command
from crosstrade_desk.readback.answers import Failed
from crosstrade_desk.readback.reader import News
from crosstrade_desk.readback.values import Execution, Executions, Order, Orders, Status

_OWN_LISTS: Final = 3
_MOST: Final = 5000  # orders and ids that are kept in mind
_CAUSES: Final = (
    "Not confirmed: no such order was seen. A trading window, a rate limit or the kill switch may have blocked it. "
    "Look in NinjaTrader before you send again."
)
_UNREAD: Final = (
    "Not read: the orders of {account} were not read since it was sent, so nothing is known of it. "
    "It may well be there: look in NinjaTrader."
)


class FollowUp:
    """Follows the orders of one place. Each call that takes something in gives the orders that stand otherwise now."""

    def __init__(self) -> None:
        self._trails: dict[tuple[int, str], Trail] = {}
        self._listed: dict[str, frozenset[str]] = {}
        self._looked: dict[str, float] = {}
        self._taken: dict[str, None] = {}  # NinjaTrader's ids of orders that were found

    # --- what was sent ---

    def sent(self, row: int, command: Command, at: datetime, now: float) -> tuple[Followed, ...]:
        """A placing message is on its way: one order for each account. Of other messages there is nothing to follow."""
        orders = tuple(expected(row, command, at, now))
        for order in orders:
            account = order.subject.account
            self._trails[row, account] = Trail(order, order, self._listed.get(account.casefold()))
        _forget_oldest(self._trails)
        return orders

    def answered(self, row: int) -> tuple[Followed, ...]:
        """The server took the message."""
        trails = [trail for trail in self._trails.values() if trail.order.row == row]
        return self._told([moved(trail, Stage.ANSWERED) for trail in trails])

    def doubted(self, row: int, doubt: Doubt) -> None:
        """Its answer does not say that the message was taken: what looks like the order of another one too is that."""
        for trail in self._trails.values():
            if trail.order.row == row:
                trail.doubt = doubt

    def dropped(self, row: int) -> None:
        """The message surely placed nothing: nothing is followed."""
        self._trails = {key: trail for key, trail in self._trails.items() if trail.order.row != row}

    def placed_as(self, native: str) -> str:
        """The id that a message gave to the order which NinjaTrader calls `native`; "" if that is not known."""
        orders = (trail.order for trail in self._trails.values())
        return next((one.subject.order_id for one in orders if native and one.native == native), "")

    def native_of(self, order_id: str) -> str:
        """NinjaTrader's id of the order that a message gave this id to; "" if that is not known."""
        orders = (trail.order for trail in self._trails.values())
        return next((one.native for one in orders if order_id and one.subject.order_id == order_id), "")

    @property
    def accounts(self) -> tuple[str, ...]:
        """The accounts on which an order has not ended as far as is known."""
        return tuple({one.subject.account.casefold(): one.subject.account for one in self.open}.values())

    @property
    def open(self) -> tuple[Followed, ...]:
        """The orders that have not ended as far as is known."""
        return tuple(trail.order for trail in self._trails.values() if trail.order.stage not in ENDED)

    # --- what was read ---

    def take(self, news: News, today: date) -> tuple[Followed, ...]:
        """Takes in an answer. What is no good one, or not about orders, changes nothing."""
        found, account = news.found, news.subject.account
        if isinstance(found, Failed) or not account:
            return ()
        changed: tuple[Followed, ...] = ()
        match found:
            case Status():
                named = [trail for trail in self._trails.values() if is_of(trail.order, news.subject)]
                changed = self._told([moved(trail, stage_of(found.state)) for trail in named])
            case Orders():
                changed = self._from_orders(found, account, news.asked, today)
                self._take_list(found, account.casefold(), news.asked)
            case Executions():
                changed = self._from_fills(found, account, news.asked, today)
            case _:
                return ()
        return changed

    def _take_list(self, found: Orders, account: str, asked: float) -> None:
        """Keeps what may be concluded from what is not in a list: of one that may leave out ended orders, nothing."""
        ids = frozenset(one.id for one in found.items if one.id)
        if found.shared:
            former = self._listed.get(account)
            self._listed |= {} if former is None else {account: former | ids}
            return
        if found.whole:
            self._looked[account] = max(asked, self._looked.get(account, -math.inf))
        self._listed[account] = ids

    def is_wanting(self, found: Orders, account: str, asked: float) -> bool:
        """Whether the account's own list is worth a read, as one that all share does not show an order which is not
        known to have ended. So often at most for each order.
        """
        open_ = [one for one in self._on(account) if one.order.stage not in ENDED and one.own_lists < _OWN_LISTS]
        if not open_ or not found.shared:
            return False
        ids = {one.id for one in found.items}
        missing = [
            trail
            for trail in open_
            if (trail.order.native not in ids if trail.order.native else asked >= listed_at(trail.order))
        ]
        for trail in missing:
            trail.own_lists += 1
        return bool(missing)

    def _from_orders(self, found: Orders, account: str, asked: float, today: date) -> tuple[Followed, ...]:
        by_id = {one.id: one for one in found.items if one.id}
        trails = self._on(account)
        for trail in trails:
            order = self._seen(trail, by_id, asked, today)
            if order and order.id:
                self._take_id(order.id)
                trail.order = replace(
                    trail.order,
                    native=order.id,
                    filled=max(trail.order.filled, order.filled or 0),
                    average=order.average if order.filled else trail.order.average,
                )
                moved(trail, stage_of(order.state))
        return self._told(trails)

    def _take_id(self, native: str) -> None:
        self._taken[native] = None
        _forget_oldest(self._taken)

    def _seen(self, trail: Trail, by_id: dict[str, Order], asked: float, today: date) -> Order | None:
        """The order of a list that is the one: by id, else by what it is, the oldest that no other one is."""
        mine = trail.order
        if mine.native:
            return by_id.get(mine.native)
        own_id = mine.subject.order_id
        named = (one for one in by_id.values() if own_id and own_id in (one.id, one.name))
        if found := next(named, None):
            return found
        if is_too_late(mine, asked):
            return None
        alike = [
            one
            for one in by_id.values()
            if one.id not in self._taken and is_new(one, trail) and is_alike(one, mine, today)
        ]
        return min(alike, key=lambda one: (one.at or mine.at, one.id or ""), default=None)

    def _from_fills(self, found: Executions, account: str, asked: float, today: date) -> tuple[Followed, ...]:
        by_order: dict[str, list[Execution]] = {}
        for one in found.items:
            if one.order and one.id and (one.quantity or 0) > 0 and one.price is not None:
                by_order.setdefault(one.order, []).append(one)
        trails = self._on(account)
        for trail in trails:
            native = trail.order.native or self._filled_as(trail.order, by_order, asked, today)
            for one in by_order.get(native, ()):
                trail.fills[str(one.id)] = (one.quantity or 0, one.price or Decimal(0))
            if native in by_order:
                self._take_id(native)
                trail.order = with_fills(replace(trail.order, native=native), trail.fills)
                whole = trail.order.filled >= trail.order.quantity
                moved(trail, Stage.FILLED if whole else Stage.PART_FILLED)
        return self._told(trails)

    def _filled_as(self, mine: Followed, by_order: dict[str, list[Execution]], asked: float, today: date) -> str:
        """The id of an order whose fills are just what this one asks for; "" if there is none."""
        if is_too_late(mine, asked):
            return ""
        free = ((name, fills) for name, fills in by_order.items() if name not in self._taken)
        return next((name for name, fills in free if are_of(fills, mine, today)), "")

    def _on(self, account: str) -> list[Trail]:
        """Those of an account, in the order in which they may take what looks like several of them."""
        found = (trail for trail in self._trails.values() if is_account(trail.order.subject.account, account))
        return sorted(found, key=doubt_of)

    # --- what time brings ---

    def tick(self, now: float) -> tuple[Followed, ...]:
        """Gives up waiting for those that nobody has seen in time; they are looked for further.

        Not confirmed is only what is missing in a list of its own account's orders that was asked for after it left.
        """
        late = [t for t in self._trails.values() if is_late(t.order, now)]
        for trail in late:
            account = trail.order.subject.account
            if self._looked.get(account.casefold(), -math.inf) >= listed_at(trail.order):
                moved(trail, Stage.UNCONFIRMED, _CAUSES)
            else:
                moved(trail, Stage.UNREAD, _UNREAD.format(account=account))
        self._trails = {key: trail for key, trail in self._trails.items() if not is_over(trail.order, now)}
        return self._told(late)

    @staticmethod
    def _told(trails: list[Trail]) -> tuple[Followed, ...]:
        """Those of the orders that stand otherwise than was told last."""
        changed = [trail for trail in trails if trail.order != trail.told]
        for trail in changed:
            trail.told = trail.order
        return tuple(trail.order for trail in changed)


def _forget_oldest(kept: dict[Any, Any]) -> None:
    while len(kept) > _MOST:
        del kept[next(iter(kept))]
