"""What is used of what the API tells, as frozen values. None: not told, or not understood; shown as “–”. Pure.

Each field says what the JSON calls it. Source: docs api/accounts, positions, orders, executions, market; what those
pages do not show of an order is NinjaTrader's own name for it.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Final

from crosstrade_desk.readback.wire import flag, inside, moment, number, text, utc_time, whole, wire


@dataclass(frozen=True, slots=True)
class Balances:
    """The money of an account, in its currency. 0 may mean that the broker does not say."""

    cash: Decimal | None = wire("cashValue", number)
    realised: Decimal | None = wire("realizedProfitLoss", number)
    unrealised: Decimal | None = wire("unrealizedProfitLoss", number)


@dataclass(frozen=True, slots=True)
class Account:
    """One account. `name` is what requests and messages call it."""

    name: str | None = wire("name", text)
    currency: str | None = wire("denomination", text)
    status: str | None = wire("status", text)
    connection: str | None = wire("connectionStatus", text)
    is_flat: bool | None = wire("isAccountFlat", flag)
    money: Balances = wire("item", inside(Balances))

    def with_profit(self, told: "Profit") -> "Account":
        """The same with the profits that were told; one that was not told stays."""
        realised = self.money.realised if told.realised is None else told.realised
        unrealised = self.money.unrealised if told.unrealised is None else told.unrealised
        return replace(self, money=replace(self.money, realised=realised, unrealised=unrealised))


_SIGNS: Final = {"long": 1, "short": -1, "flat": 0}


@dataclass(frozen=True, slots=True)
class Position:
    """One position. `quantity` has no sign, see `signed`; prices are as NinjaTrader gives them, profit is money."""

    account: str | None = wire("account", text)
    instrument: str | None = wire("instrument", text)
    side: str | None = wire("marketPosition", text)
    quantity: int | None = wire("quantity", whole)
    average: Decimal | None = wire("averagePrice", number)
    last: Decimal | None = wire("marketPrice", number)
    open_profit: Decimal | None = wire("unrealizedProfitLoss", number)

    @property
    def signed(self) -> int | None:
        """Contracts, below 0 when short, 0 when flat; None if side and quantity do not tell."""
        sign = _SIGNS.get((self.side or "").casefold())
        if sign == 0:
            return 0
        return None if sign is None or self.quantity is None or self.quantity < 0 else sign * self.quantity


_ENDED: Final = ("filled", "cancelled", "rejected")
_BUYS: Final = {"buy": True, "buytocover": True, "sell": False, "sellshort": False}


@dataclass(frozen=True, slots=True)
class Order:
    """One order, working or ended. `id` is NinjaTrader's, which is not the one that a message gave."""

    id: str | None = wire("orderId", text)
    account: str | None = wire("account", text)
    instrument: str | None = wire("instrument", text)
    kind: str | None = wire("orderType", text)
    state: str | None = wire("orderState", text)
    action: str | None = wire("orderAction", text)
    quantity: int | None = wire("quantity", whole)
    filled: int | None = wire("filled", whole)
    average: Decimal | None = wire("averageFillPrice", number)
    limit: Decimal | None = wire("limitPrice", number)
    stop: Decimal | None = wire("stopPrice", number)
    name: str | None = wire("name", text)
    oco: str | None = wire("oco", text)
    at: datetime | None = wire("epoch", moment)

    @property
    def works(self) -> bool:
        """Whether it may still trade. A state that is not known counts as working, the safe side."""
        return (self.state or "").casefold() not in _ENDED

    @property
    def buys(self) -> bool | None:
        """Whether it buys; None if that is not told."""
        return _BUYS.get((self.action or "").casefold())


@dataclass(frozen=True, slots=True)
class Execution:
    """One fill. `order` is NinjaTrader's id of its order, `position` what was held afterwards (our reading)."""

    id: str | None = wire("id", text)
    order: str | None = wire("orderId", text)
    account: str | None = wire("account", text)
    instrument: str | None = wire("instrument", text)
    name: str | None = wire("name", text)
    side: str | None = wire("marketPosition", text)
    quantity: int | None = wire("quantity", whole)
    price: Decimal | None = wire("price", number)
    position: int | None = wire("position", whole)
    at: datetime | None = wire("epoch", moment)

    @property
    def buys(self) -> bool | None:
        """Whether it bought: NinjaTrader calls a bought fill `Long` (our reading); None if that is not told."""
        return {"long": True, "short": False}.get((self.side or "").casefold())


@dataclass(frozen=True, slots=True)
class Quote:
    """Prices of one instrument. `source` is `Live`, or what NinjaTrader has instead of live prices."""

    instrument: str | None = wire("instrument", text)
    bid: Decimal | None = wire("bid", number)
    ask: Decimal | None = wire("ask", number)
    last: Decimal | None = wire("last", number)
    at: datetime | None = wire("epoch", moment)
    source: str | None = wire("dataSource.status", text)
    is_open: bool | None = wire("isMarketOpen", flag)

    def with_facts(self, former: "Quote") -> "Quote":
        """The same with what a pushed quote leaves out and prices do not change: whether it is live."""
        source = former.source if self.source is None else self.source
        return replace(self, source=source, is_open=former.is_open if self.is_open is None else self.is_open)


@dataclass(frozen=True, slots=True)
class MarketInfo:
    """The session of one instrument."""

    instrument: str | None = wire("instrument", text)
    told: datetime | None = wire("timestamp", utc_time)
    is_open: bool | None = wire("status.isOpen", flag)
    begins: datetime | None = wire("session.utcStart", utc_time)
    next_begins: datetime | None = wire("upcoming.utcStart", utc_time)


@dataclass(frozen=True, slots=True)
class Watermarks:
    """The Account Manager's values of the session, money. All None without a monitor or before the first profit."""

    account: str | None = wire("account", text)
    highest_profit: Decimal | None = wire("watermarks.pnlhigh", number)
    highest_liquidation: Decimal | None = wire("watermarks.netliqhigh", number)
    highest_unrealised: Decimal | None = wire("watermarks.unrealhigh", number)
    profit: Decimal | None = wire("stats.pnl", number)
    total: Decimal | None = wire("stats.total", number)
    unrealised: Decimal | None = wire("stats.unrealized", number)
    positions: int | None = wire("stats.poscount", whole)
    liquidation: Decimal | None = wire("stats.netliq", number)


@dataclass(frozen=True, slots=True)
class Status:
    """Where one order stands, in NinjaTrader's word."""

    state: str | None = wire("status", text)

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen to the order."""
        return (self.state or "").casefold() in _ENDED


# Lists are not `whole` if a member could not be understood, or if fewer came than were counted: then what is not in
# them may exist all the same.


@dataclass(frozen=True, slots=True)
class Positions:
    """Open positions."""

    items: tuple[Position, ...] = ()
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Accounts:
    """Every account, with the positions that came along."""

    items: tuple[Account, ...] = ()
    positions: Positions = Positions()
    whole: bool = True

    def with_profits(self, told: "Profits") -> "Accounts":
        """The same with the profits that were told of its accounts; all else is as old as it was."""
        by_name = {(one.account or "").casefold(): one for one in told.items}
        pairs = [(account, by_name.get((account.name or "").casefold())) for account in self.items]
        return replace(self, items=tuple(one.with_profit(told) if told else one for one, told in pairs))


@dataclass(frozen=True)
class Orders:
    """Orders of one account, working and ended; of all accounts if the list is `shared`.

    It is not documented whether a shared list holds ended orders: what is not in it may have ended.
    """

    items: tuple[Order, ...] = ()
    whole: bool = True
    shared: bool = False

    @cached_property
    def working(self) -> tuple[Order, ...]:
        """Those that may still trade: looked for once, though they are asked for at each news."""
        return tuple(one for one in self.items if one.works)

    def by_account(self, names: tuple[str, ...]) -> dict[str, "Orders"]:
        """The part of a shared list for each of these accounts."""
        parts: dict[str, list[Order]] = {name.casefold(): [] for name in names}
        for one in self.items:
            parts.setdefault((one.account or "").casefold(), []).append(one)
        whole = self.whole and not parts.get("")
        return {name: Orders(tuple(parts[name.casefold()]), whole, shared=True) for name in names}


@dataclass(frozen=True, slots=True)
class Executions:
    """Fills of one account."""

    items: tuple[Execution, ...] = ()
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Profit:
    """Realised and open profit of one account, money; the push connection tells them."""

    account: str | None
    realised: Decimal | None = None
    unrealised: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Profits:
    """Profits of some accounts."""

    items: tuple[Profit, ...] = ()


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Which paths of the API may be read by GET, as far as its catalogue tells."""

    paths: frozenset[str] = frozenset()


Value = Accounts | Positions | Orders | Executions | Quote | MarketInfo | Watermarks | Status | Profits | Endpoints
