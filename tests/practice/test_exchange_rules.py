"""What holds for the exchange whatever is done to it, found by trying."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from crosstrade_desk.practice import markets
from crosstrade_desk.practice.exchange import ACCOUNTS, Exchange, Filter
from crosstrade_desk.practice.trades import Cancelled, Done, Event, Filled, Kind, Placed, Result, Side, Terms, Tif
from crosstrade_desk.protocol.instrument import Instrument, parse_instrument

START = datetime(2026, 11, 23, 21, 59, tzinfo=UTC)  # a minute before the day ends: DAY orders end on the way


def _instrument(text: str) -> Instrument:
    found = parse_instrument(text)
    assert isinstance(found, Instrument)
    return found


accounts = st.sampled_from(ACCOUNTS)
instruments = st.sampled_from(
    [_instrument("MES 12-26"), _instrument("MESZ6"), _instrument("CL1!"), _instrument("6E1!")]
)
quantities = st.integers(1, 5)
offsets = st.integers(-6, 6)


class Trading(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.exchange = Exchange(partial(markets.price, 11), START)
        self.net: Counter[tuple[str, str]] = Counter()
        self.cash: Counter[tuple[str, str]] = Counter()
        self.asked: dict[int, Terms] = {}
        self.ended: set[int] = set()

    def heed(self, events: tuple[Event, ...]) -> None:
        for event in events:
            if isinstance(event, Placed):
                self.asked[event.order.number] = event.order.terms
            else:
                assert event.order.number not in self.ended, "an order ends once"
                self.ended.add(event.order.number)
            if isinstance(event, Filled):
                self.heed_fill(event)

    def heed_fill(self, event: Filled) -> None:
        asked, side = self.asked[event.order.number], event.order.terms.side.value
        assert asked.limit is None or (event.price - asked.limit) * side <= 0, "never worse than the limit"
        if asked.kind is Kind.STOPMARKET:
            assert asked.stop is not None
            assert (event.price - asked.stop) * side >= 0, "never before the stop"
        assert event.order.market.on_grid(event.price)
        place = (event.order.account, event.order.market.name)
        self.net[place] += event.order.terms.signed
        self.cash[place] -= event.order.terms.signed * event.price * event.order.market.contract.point_value  # type: ignore[assignment]

    def done(self, result: Result) -> None:
        self.heed(result.events if isinstance(result, Done) else ())

    @rule(
        account=accounts,
        what=instruments,
        side=st.sampled_from(Side),
        quantity=quantities,
        kind=st.sampled_from(Kind),
        tif=st.sampled_from(Tif),
        limit=offsets,
        stop=offsets,
    )
    def place(
        self, account: str, what: Instrument, side: Side, quantity: int, kind: Kind, tif: Tif, limit: int, stop: int
    ) -> None:
        market = self.exchange.market(what)
        assert isinstance(market, markets.Market)

        def near(ticks: int) -> Decimal:
            return self.exchange.price(market) + ticks * market.contract.tick

        terms = Terms(
            side,
            quantity,
            kind,
            tif,
            near(limit) if kind in (Kind.LIMIT, Kind.STOPLIMIT) else None,
            near(stop) if kind in (Kind.STOPMARKET, Kind.STOPLIMIT) else None,
        )
        self.done(self.exchange.place(account, what, terms))

    @rule(seconds=st.integers(0, 40))
    def wait(self, seconds: int) -> None:
        self.heed(self.exchange.advance(self.exchange.now + timedelta(seconds=seconds)))

    @rule(account=accounts, what=instruments, quantity=st.none() | quantities)
    def close(self, account: str, what: Instrument, quantity: int | None) -> None:
        market = self.exchange.market(what)
        assert isinstance(market, markets.Market)
        before = self.net[account, market.name]
        self.done(self.exchange.close(account, what, quantity))
        left = max(abs(before) - (abs(before) if quantity is None else quantity), 0)
        assert abs(self.net[account, market.name]) == left

    @rule(account=st.none() | accounts, what=st.none() | instruments, short=st.sampled_from([None, True, False]))
    def flatten(self, account: str | None, what: Instrument | None, short: bool | None) -> None:
        self.done(self.exchange.flatten(Filter(account, what, short)))

    @rule()
    def flatten_everything(self) -> None:
        self.done(self.exchange.flatten_everything())
        assert not any(self.net.values())
        assert self.exchange.orders == ()

    @rule()
    def cancel_all_orders(self) -> None:
        before = +self.net
        self.done(self.exchange.cancel_all_orders())
        assert (+self.net, self.exchange.orders) == (before, ())

    @invariant()
    def a_net_position_is_the_sum_of_its_fills(self) -> None:
        held = {(p.account, p.market.name): p.quantity for p in self.exchange.positions if p.quantity}
        assert held == {place: quantity for place, quantity in self.net.items() if quantity}

    @invariant()
    def the_books_balance(self) -> None:
        for p in self.exchange.positions:
            worth = p.realised - p.quantity * p.average * p.market.contract.point_value
            assert abs(worth - self.cash[p.account, p.market.name]) < Decimal("1e-12")

    @invariant()
    def an_order_works_until_it_ends(self) -> None:
        assert {order.number for order in self.exchange.orders} == set(self.asked) - self.ended


Trading.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None, database=None)
TestTrading = Trading.TestCase


def test_nothing_else_can_happen() -> None:
    """The machine above heeds every kind of event there is."""
    assert set(Event.__args__) == {Placed, Filled, Cancelled}
