"""Short words for long tests of the practice exchange: `buy(2)`, `sell(1, limit="101")`, `wait(3)`, `held()`."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from crosstrade_desk.practice.events import Cancelled, Done, Event, Filled, PartFilled, Rejected, Result
from crosstrade_desk.practice.exchange import Exchange
from crosstrade_desk.practice.session import Place
from crosstrade_desk.practice.trades import Bracket, Entry, Kind, Price, Side
from crosstrade_desk.protocol.instrument import Instrument, parse_instrument
from crosstrade_desk.protocol.prices import RelativePrice, Unit


def instrument(text: str) -> Instrument:
    found = parse_instrument(text)
    assert isinstance(found, Instrument)
    return found


MES, ES = instrument("MES 12-26"), instrument("ES 12-26")
BUY, SELL = Side.BUY, Side.SELL


def ticks(amount: int | str) -> RelativePrice:
    return RelativePrice(Decimal(amount), Unit.TICKS)


def price(given: Price | str | None) -> Price | None:
    return Decimal(given) if isinstance(given, str) else given


def entry(side: Side, quantity: int, **more: Any) -> Entry:
    """The kind follows from the prices given; `take_profit`, `stop_loss` and the like make a bracket."""
    kinds = {(False, False): Kind.MARKET, (True, False): Kind.LIMIT, (False, True): Kind.STOPMARKET}
    kind = kinds.get(("limit" in more, "stop" in more), Kind.STOPLIMIT)
    exits = {name: more.pop(name) for name in tuple(more) if name in Bracket.__slots__}
    more |= {name: price(more[name]) for name in ("limit", "stop") if name in more}
    return Entry(side, quantity, kind, bracket=bracket(**exits) if exits else None, **more)


def bracket(*, append_atm: bool = False, **exits: Any) -> Bracket:
    return Bracket(append_atm=append_atm, **{name: price(given) for name, given in exits.items()})


class Trader:
    """One who trades MES in Sim101 unless told otherwise (`account`, `of`)."""

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange

    def at(self, account: str = "Sim101", of: Instrument = MES) -> Place:
        place = self.exchange.find(account, of)
        assert isinstance(place, Place)
        return place

    def place(self, side: Side, quantity: int, *, account: str = "Sim101", of: Instrument = MES, **more: Any) -> Result:
        return self.exchange.place(self.at(account, of), entry(side, quantity, **more))

    def buy(self, quantity: int, **more: Any) -> tuple[Event, ...]:
        return events(self.place(BUY, quantity, **more))

    def sell(self, quantity: int, **more: Any) -> tuple[Event, ...]:
        return events(self.place(SELL, quantity, **more))

    def wait(self, seconds: int) -> tuple[Event, ...]:
        return self.exchange.advance(self.exchange.now + timedelta(seconds=seconds))

    def held(self) -> dict[str, int]:
        return {f"{p.account} {p.market.name}": p.quantity for p in self.exchange.positions if p.quantity}

    @property
    def net(self) -> int:
        return self.exchange.position(self.at()).quantity

    def working(self) -> list[int]:
        return [order.number for order in self.exchange.orders]

    def book(self) -> list[str]:
        """The working orders in words, such as `STOP1 SELL 2 STOPMARKET stop 98.00 GTC`."""
        return [f"{order.name} {order.terms.text}".strip() for order in self.exchange.orders]


def events(result: Result) -> tuple[Event, ...]:
    assert isinstance(result, Done), result
    return result.events


def refused(result: Result) -> str:
    assert isinstance(result, Rejected), result
    return result.text


def fills(found: tuple[Event, ...]) -> list[tuple[int, str]]:
    return [(e.order.number, str(e.price)) for e in found if isinstance(e, Filled | PartFilled)]


def cancelled(found: tuple[Event, ...]) -> list[int]:
    return [e.order.number for e in found if isinstance(e, Cancelled)]


def texts(found: tuple[Event, ...]) -> list[str]:
    return [event.text for event in found]
