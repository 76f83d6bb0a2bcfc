"""Each command of the catalogue as an operation of the exchange, for one account. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, cast

from crosstrade_desk.practice.events import Rejected, Result
from crosstrade_desk.practice.exchange import Exchange, Filter
from crosstrade_desk.practice.session import Place
from crosstrade_desk.practice.trades import Bracket, Change, Entry, Kind, Price, Side, Tif
from crosstrade_desk.protocol.fields import Value
from crosstrade_desk.protocol.instrument import Instrument

Values = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Clone:
    """One account's copy of a message. `account` is None for a command that names none."""

    values: Values
    account: str | None

    def text(self, name: str) -> str:
        return str(self.values.get(name, ""))

    def price(self, name: str) -> Price | None:
        return cast("Price | None", self.values.get(name))

    def number(self, name: str) -> int | None:
        return cast("int | None", self.values.get(name))

    @property
    def instrument(self) -> Instrument | None:
        return cast("Instrument | None", self.values.get("instrument"))

    @property
    def side(self) -> Side:
        return Side[self.text("action")]

    @property
    def bracket(self) -> Bracket | None:
        found = Bracket(
            self.price("take_profit"),
            self.price("stop_loss"),
            self.price("stop_loss_limit"),
            self.price("stop_loss_stop"),
            append_atm=self.values.get("append_atm") is True,
        )
        return None if found == Bracket(append_atm=found.append_atm) else found

    @property
    def entry(self) -> Entry:
        return Entry(
            self.side,
            self.number("qty") or 0,
            Kind[self.text("order_type")],
            Tif[self.text("tif")],
            self.price("limit_price"),
            self.price("stop_price"),
            order_id=self.text("order_id"),
            oco_id=self.text("oco_id"),
            strategy=self.text("strategy"),
            strategy_id=self.text("strategy_id"),
            bracket=self.bracket,
            cancel_after=self.number("cancel_after"),
        )


Operation = Callable[[Exchange, Clone], Result]
Placed = Callable[[Exchange, Place, Clone], Result]


def place_of(exchange: Exchange, clone: Clone) -> Place | Rejected | None:
    """Where a clone acts; None if it names no account or no instrument."""
    if clone.account is None or clone.instrument is None:
        return None
    return exchange.find(clone.account, clone.instrument)


def _at(operation: Placed) -> Operation:
    """An operation on one account and instrument, refused where either is unknown."""

    def run(exchange: Exchange, clone: Clone) -> Result:
        at = place_of(exchange, clone)
        if at is None:
            return Rejected("account and instrument are needed")
        return at if isinstance(at, Rejected) else operation(exchange, at, clone)

    return run


def _place(exchange: Exchange, at: Place, clone: Clone) -> Result:
    if clone.values.get("flatten_first") is True:
        return exchange.flat_place(at, clone.entry)
    return exchange.place(at, clone.entry)


def _close(exchange: Exchange, at: Place, clone: Clone) -> Result:
    return exchange.close(at, clone.number("quantity"), cast("Decimal | None", clone.values.get("percent")))


def _flatten(exchange: Exchange, clone: Clone) -> Result:
    short = {"short": True, "long": False}.get(clone.text("market_position"))
    return exchange.flatten(Filter(clone.account, clone.instrument, short))


def _change(exchange: Exchange, clone: Clone) -> Result:
    change = Change(clone.number("qty"), clone.price("limit_price"), clone.price("stop_price"))
    return exchange.change(clone.text("order_id"), change, clone.text("strategy_id"))


def _cancel_and_bracket(exchange: Exchange, at: Place, clone: Clone) -> Result:
    return exchange.cancel_and_bracket(at, clone.side, clone.number("qty") or 0, clone.bracket or Bracket())


# Complete against the catalogue: tests/practice/test_webhook.py.
OPERATIONS: Final[Mapping[str, Operation]] = {
    "PLACE": _at(_place),
    "FLATPLACE": _at(lambda exchange, at, clone: exchange.flat_place(at, clone.entry)),
    "CLOSEPOSITION": _at(_close),
    "REVERSE": _at(lambda exchange, at, _clone: exchange.reverse(at)),
    "REVERSEPOSITION": _at(lambda exchange, at, clone: exchange.reverse_position(at, clone.entry)),
    "FLATTEN": _flatten,
    "FLATTENEVERYTHING": lambda exchange, _clone: exchange.flatten_everything(),
    "CANCEL": lambda exchange, clone: exchange.cancel(clone.text("order_id"), clone.text("strategy_id")),
    "CANCELORDERS": lambda exchange, clone: exchange.cancel_orders(clone.account, clone.instrument),
    "CANCELALLORDERS": lambda exchange, _clone: exchange.cancel_orders(),
    "CANCELREPLACE": _at(lambda exchange, at, clone: exchange.cancel_replace(at, clone.entry)),
    "CHANGE": _change,
    "CLOSESTRATEGY": lambda exchange, clone: exchange.close_strategy(clone.text("strategy_id")),
    "CANCELANDBRACKET": _at(_cancel_and_bracket),
}
# What no trading window holds up, though it is no exit. Source: docs commands/cancel-and-bracket.
WINDOWLESS: Final = frozenset({"CANCELANDBRACKET"})
