"""The columns of each table, and how values are written in them."""

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from crosstrade_desk.desk.accounts import Classes
from crosstrade_desk.protocol.contracts import contracts
from crosstrade_desk.readback.values import Account, Execution, Order, Position
from crosstrade_desk.ui.reading.prices import price
from crosstrade_desk.ui.reading.rows_model import NOTHING, Column

_SIDES: Final = {True: "BUY", False: "SELL", None: ""}


def average(value: Decimal | None, instrument: str | None) -> str:
    """An average price, which falls between two ticks: with a decimal more than the tick has (or six)."""
    contract = contracts().get((instrument or "").split(" ")[0])
    places = 1 + _places(contract.tick) if contract else _USUAL_PLACES
    if value is None or _places(value) <= places:
        return price(value)
    return f"{round(value, places).normalize():f}"


def _places(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


_USUAL_PLACES: Final = 6
_CURRENCIES: Final = {  # NinjaTrader's names
    "usdollar": "$",
    "euro": "€",
    "britishpound": "£",
    "swissfranc": "CHF ",
    "japaneseyen": "¥",
    "canadiandollar": "C$",
    "australiandollar": "A$",
}


def money(value: Decimal | None, currency: str | None) -> str:
    """An amount with two decimals and the sign of its currency; a real minus, which is as wide as a digit."""
    if value is None:
        return ""
    sign = _CURRENCIES.get((currency or "").casefold(), f"{currency} " if currency else "")
    return f"{'−' if round(value, 2) < 0 else ''}{sign}{abs(value):,.2f}"


def gain(value: Decimal | None) -> str:
    """The colour of a profit or loss."""
    return "text" if not value else "good" if value > 0 else "bad"


def side(position: Position) -> str:
    """The side in words, so that it does not hang on a colour."""
    return "" if position.side is None else position.side.upper()


def _whole(value: int | None) -> str:
    return "" if value is None else str(value)


def _held(position: Position) -> str:
    return "text" if not position.signed else "long" if position.signed > 0 else "short"


def positions(
    currency: Callable[[str | None], str | None], is_leaving: Callable[[Position], bool]
) -> tuple[Column[Position], ...]:
    """The columns of positions; `currency` is that of an account, None if it is not known.

    Of a position that an exit is closing nothing is claimed until it is read again.
    """
    return (
        Column("Account", lambda p: p.account or "", 64, rests=True),
        Column("Instrument", lambda p: p.instrument or "", 66),
        Column(
            "Side",
            lambda p: "exiting…" if is_leaving(p) else side(p),
            58,
            tone=_held,
        ),
        Column("Size", lambda p: _whole(p.quantity), 40, is_number=True),
        Column(
            "Average",
            lambda p: average(p.average, p.instrument),
            66,
            is_number=True,
            full=lambda p: price(p.average),
            goes=True,
        ),
        Column("Last", lambda p: price(p.last), 66, is_number=True, goes=True),
        Column(
            "Open P&L",
            lambda p: "reading…" if is_leaving(p) else money(p.open_profit, currency(p.account)),
            76,
            is_number=True,
            tone=lambda p: gain(p.open_profit),
        ),
    )


def _buys(order: Order | Execution) -> str:
    return "text" if order.buys is None else "long" if order.buys else "short"


def _size(order: Order) -> str:
    """Its size, and how much of it is filled if anything is: `3 of 10`."""
    return f"{order.filled} of {_whole(order.quantity)}" if order.filled else _whole(order.quantity)


def orders(is_orphan: Callable[[Order], bool]) -> tuple[Column[Order], ...]:
    """The columns of working orders. An exit without a position says so: it would open one when it fills."""
    return (
        Column("Account", lambda o: o.account or "", 66, gives=True),
        Column(
            "State",
            lambda o: "no position!" if is_orphan(o) else o.state or "",
            70,
            rests=True,
            tone=lambda o: "warn" if is_orphan(o) else "text",
            full=lambda o: (
                f"{o.state or NOTHING}: there is no position for it to close." if is_orphan(o) else o.state or ""
            ),
        ),
        Column("Instrument", lambda o: o.instrument or "", 66),
        Column("Side", lambda o: _SIDES[o.buys] or (o.action or "").upper(), 44, tone=_buys),
        Column("Size", _size, 40, is_number=True),
        Column("Limit", lambda o: price(o.limit or None), 46, is_number=True),
        Column("Stop", lambda o: price(o.stop or None), 46, is_number=True),
        Column("Type", lambda o: o.kind or "", 44, gives=True, goes=True),
        Column("Name", lambda o: o.name or "", 40, goes=True),
    )


FILLS: Final[tuple[Column[Execution], ...]] = (
    Column("Time", lambda e: f"{e.at.astimezone():%H:%M:%S}" if e.at else "", 66),
    Column("Account", lambda e: e.account or "", 74, rests=True),
    Column("Instrument", lambda e: e.instrument or "", 66),
    Column("Side", lambda e: _SIDES[e.buys], 44, tone=_buys),
    Column("Size", lambda e: _whole(e.quantity), 40, is_number=True),
    Column("Price", lambda e: price(e.price), 66, is_number=True),
    Column("Name", lambda e: e.name or "", 60, goes=True),
)


def accounts(classes: Callable[[], Classes]) -> tuple[Column[Account], ...]:
    """The columns of accounts; their kind follows from the trader's patterns."""
    return (
        Column("Account", lambda a: a.name or "", 74, rests=True),
        Column("Kind", lambda a: classes().of(a.name or "").value, 86, gives=True, goes=True),
        Column("Connection", lambda a: a.connection or a.status or "", 88, tone=_connected, gives=True, goes=True),
        Column("Cash", lambda a: money(a.money.cash, a.currency), 76, is_number=True),
        Column(
            "Day P&L",
            lambda a: money(a.money.realised, a.currency),
            70,
            is_number=True,
            tone=lambda a: gain(a.money.realised),
        ),
        Column(
            "Open P&L",
            lambda a: money(a.money.unrealised, a.currency),
            70,
            is_number=True,
            tone=lambda a: gain(a.money.unrealised),
        ),
    )


def _connected(account: Account) -> str:
    return "text" if (account.connection or "").casefold() == "connected" else "warn"


def order_words(order: Order) -> str:
    """Which order it is, in a line: `Sim101: BUY 2 MES 12-26, Limit 6390.25, Working`."""
    what = " ".join(filter(None, [_SIDES[order.buys], _size(order), order.instrument or ""]))
    prices = " ".join(filter(None, [order.kind or "", price(order.limit or None), price(order.stop or None)]))
    return f"{order.account or '?'}: {', '.join(filter(None, [what, prices, order.state or '']))}"
