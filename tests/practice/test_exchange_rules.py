"""What holds for the exchange whatever is done to it, found by trying."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from crosstrade_desk.practice import markets
from crosstrade_desk.practice.events import (
    Cancelled,
    Changed,
    Done,
    Event,
    Filled,
    OrderRejected,
    PartFilled,
    Placed,
    Result,
)
from crosstrade_desk.practice.exchange import Exchange, Filter
from crosstrade_desk.practice.floor import SLICE
from crosstrade_desk.practice.orders import Order
from crosstrade_desk.practice.prices import margin
from crosstrade_desk.practice.session import ACCOUNTS, Place
from crosstrade_desk.practice.trades import Bracket, Change, Entry, Kind, Side, Terms, Tif
from crosstrade_desk.protocol.instrument import Instrument
from crosstrade_desk.protocol.prices import RelativePrice, Unit
from support.trader import instrument, ticks

START = datetime(2026, 11, 23, 21, 59, tzinfo=UTC)  # a minute before the day ends: DAY orders end on the way

accounts = st.sampled_from(ACCOUNTS[:2])
instruments = st.sampled_from([instrument(text) for text in ("MES 12-26", "MESZ6", "6E1!")])
sides = st.sampled_from(Side)
quantities = st.integers(1, 5) | st.integers(1, 3 * SLICE) | st.just(SLICE)
prices = st.integers(-5, 5).map(ticks) | st.builds(
    RelativePrice, st.sampled_from([Decimal("0.02")]), st.just(Unit.PERCENT)
)
order_ids = st.sampled_from(["", *"abcdef"])
brackets = (
    st.none()
    | st.builds(
        Bracket,
        take_profit=st.none() | prices,
        stop_loss=prices,
        append_atm=st.sampled_from([False, False, True]),
    )
    | st.builds(Bracket, take_profit=prices, stop_loss_limit=prices, stop_loss_stop=st.none() | prices)
)


def _entry(side: Side, away: tuple[int, int], templates: tuple[str, str], **more: Any) -> Entry:
    """Limit and stop are `away` ticks on the side where they rest; below 0 they meet the market."""
    limit, stop = ticks(-side.value * away[0]), ticks(side.value * away[1])
    return Entry(side, limit=limit, stop=stop, strategy=templates[0], strategy_id=templates[1], **more)


_entries = partial(
    st.builds,
    _entry,
    side=sides,
    quantity=quantities,
    tif=st.sampled_from(Tif),
    away=st.tuples(st.integers(-1, 9), st.integers(-1, 9)),
    templates=st.sampled_from(
        [("", ""), ("runner", ""), ("AtmStrategy1", "s"), ("scalp-2t", "t"), ("", "s"), ("", "t")]
    ),
    order_id=order_ids,
    oco_id=st.sampled_from(["", "", *"uvwxyz"]),
    bracket=brackets,
)
entries = _entries(kind=st.sampled_from(Kind)) | _entries(
    kind=st.just(Kind.LIMIT), cancel_after=st.none() | st.just(1), quantity=st.integers(SLICE, 3 * SLICE)
)
changes = st.builds(Change, st.none() | quantities, st.none() | prices, st.none() | prices)
picks = st.integers(0, 20)

busy = precondition(lambda machine: len(machine.exchange.orders) > 6)
"""For rules that end many orders: without it most orders would not live long enough for anything to happen to them."""

Group = tuple[str, str | int]


class Trading(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.exchange = Exchange(partial(markets.price, 11), START)
        self.net: Counter[tuple[str, str]] = Counter()
        self.cash: Counter[tuple[str, str]] = Counter()
        self.terms: dict[int, Terms] = {}
        self.filled: Counter[int] = Counter()
        self.ended: set[int] = set()
        self.group_filled: Counter[Group] = Counter()
        self.group_size: dict[Group, int] = {}
        self.done_groups: set[Group] = set()
        self.held: dict[str, int] = {}

    # What happens is heeded

    def heed(self, events: tuple[Event, ...]) -> None:
        for event in events:
            number = event.order.number
            assert number not in self.ended, "an order ends once, and nothing happens to it later"
            assert (number in self.terms) is not isinstance(event, Placed | OrderRejected), (
                "it is placed once, and first"
            )
            if isinstance(event, Placed) and event.order.name == "ENTRY1":
                self.held[event.order.strategy_id] = 0
            if isinstance(event, Placed | Changed):
                self.heed_terms(event.order)
            elif isinstance(event, Filled | PartFilled):
                self.heed_fill(event)
            if isinstance(event, Filled | Cancelled | OrderRejected):
                self.ended.add(number)
            assert event.text.isprintable()

    def heed_terms(self, order: Order) -> None:
        self.terms[order.number] = order.terms
        if order.oco is not None:
            group = (order.account, order.oco)
            assert group not in self.done_groups, "a group that is used up comes to no new life"
            size = order.terms.quantity - self.filled[order.number] + self.group_filled[group]
            self.group_size[group] = max(self.group_size.get(group, 0), size)

    def heed_fill(self, event: Filled | PartFilled) -> None:
        order, terms, side = event.order, self.terms[event.order.number], event.order.terms.side
        assert terms.limit is None or (event.price - terms.limit) * side.value <= 0, "never worse than the limit"
        if terms.kind is Kind.STOPMARKET:
            assert terms.stop is not None
            assert (event.price - terms.stop) * side.value >= 0, "never before the stop"
        assert order.market.on_grid(event.price)
        self.heed_quantity(event)
        place = (order.account, order.market.name)
        self.net[place] += side.value * event.quantity
        worth = side.value * event.quantity * event.price * order.market.contract.point_value
        self.cash[place] -= worth  # type: ignore[assignment]
        assert event.position.quantity == self.net[place]
        if order.strategy_id in self.held:
            signed = event.quantity if order.name.startswith("ENTRY") else -event.quantity
            self.held[order.strategy_id] = max(0, self.held[order.strategy_id] + signed)

    def heed_quantity(self, event: Filled | PartFilled) -> None:
        number, order = event.order.number, event.order
        self.filled[number] += event.quantity
        assert self.filled[number] == order.filled
        asked = self.terms[number].quantity
        assert self.filled[number] == asked if isinstance(event, Filled) else self.filled[number] < asked
        if order.oco is not None:
            group = (order.account, order.oco)
            assert group not in self.done_groups, "of an OCO group one fills"
            self.group_filled[group] += event.quantity
            assert self.group_filled[group] <= self.group_size[group], "an OCO group never fills more than its size"
            if isinstance(event, Filled):
                self.done_groups.add(group)

    def told(self, result: Result) -> Result:
        self.heed(result.events)
        return result

    def at(self, account: str, what: Instrument) -> Place:
        place = self.exchange.find(account, what)
        assert isinstance(place, Place)
        return place

    def pick(self, number: int) -> tuple[str, str]:
        """How to find one of the orders that have a name or an id."""
        known = [(order.name or order.order_id, order.strategy_id) for order in self.exchange.orders]
        known = [marks for marks in known if marks[0]]
        return known[number % len(known)] if known else ("nobody", "")

    def net_at(self, at: Place) -> int:
        return self.net[at.account, at.market.name]

    # What can be done

    @rule(account=accounts, what=instruments, entry=entries)
    def place(self, account: str, what: Instrument, entry: Entry) -> None:
        before = self.exchange.orders, self.exchange.positions, self.exchange.strategies
        result = self.told(self.exchange.place(self.at(account, what), entry))
        if not isinstance(result, Done):
            assert (self.exchange.orders, self.exchange.positions, self.exchange.strategies) == before

    @rule(account=accounts, what=instruments, side=sides, quantity=quantities, bracket=brackets)
    def enter(self, account: str, what: Instrument, side: Side, quantity: int, bracket: Bracket | None) -> None:
        self.told(self.exchange.place(self.at(account, what), Entry(side, quantity, Kind.MARKET, bracket=bracket)))

    @rule(
        account=accounts,
        what=instruments,
        side=sides,
        above=st.integers(1, 5),
        below=st.integers(1, 5),
        sizes=st.tuples(quantities, quantities),
        oco_id=st.sampled_from("uvwxyz"),
        bracket=brackets,
    )
    def straddle(
        self,
        account: str,
        what: Instrument,
        side: Side,
        above: int,
        below: int,
        sizes: tuple[int, int],
        oco_id: str,
        bracket: Bracket | None,
    ) -> None:
        """Two of an OCO group around the market, a limit and a stop."""
        at = self.at(account, what)
        for way, away, size in ((1, above, sizes[0]), (-1, below, sizes[1])):
            kind = Kind.LIMIT if side.value != way else Kind.STOPMARKET
            price = ticks(way * away)
            entry = Entry(side, size, kind, Tif.GTC, limit=price, stop=price, oco_id=oco_id, bracket=bracket)
            self.told(self.exchange.place(at, entry))

    @busy
    @rule(account=accounts, what=instruments, entry=entries)
    def flat_place(self, account: str, what: Instrument, entry: Entry) -> None:
        at = self.at(account, what)
        earlier = {order.number for order in self.exchange.working(at)}
        self.told(self.exchange.flat_place(at, entry))
        assert earlier <= self.ended

    @busy
    @rule(account=accounts, what=instruments)
    def flatten_first(self, account: str, what: Instrument) -> None:
        at = self.at(account, what)
        self.told(self.exchange.flatten_first(at))
        assert (self.net_at(at), self.exchange.working(at)) == (0, ())

    @busy
    @rule(account=accounts, what=instruments, entry=entries)
    def reverse_position(self, account: str, what: Instrument, entry: Entry) -> None:
        at = self.at(account, what)
        before = self.net_at(at)
        result = self.told(self.exchange.reverse_position(at, entry))
        assert before or result == Done()

    @busy
    @rule(account=accounts, what=instruments)
    def reverse(self, account: str, what: Instrument) -> None:
        at = self.at(account, what)
        before = self.net_at(at)
        self.told(self.exchange.reverse(at))
        assert self.net_at(at) == -before

    @rule(seconds=st.integers(0, 5) | st.just(3600))
    def wait(self, seconds: int) -> None:
        self.heed(self.exchange.advance(self.exchange.now + timedelta(seconds=seconds)))

    @rule(account=accounts, what=instruments, quantity=st.none() | quantities)
    def close(self, account: str, what: Instrument, quantity: int | None) -> None:
        at = self.at(account, what)
        before = self.net_at(at)
        self.told(self.exchange.close(at, quantity))
        left = max(abs(before) - (abs(before) if quantity is None else quantity), 0)
        assert abs(self.net_at(at)) == left

    @busy
    @rule(account=st.none() | accounts, what=st.none() | instruments, short=st.sampled_from([None, True, False]))
    def flatten(self, account: str | None, what: Instrument | None, short: bool | None) -> None:
        self.told(self.exchange.flatten(Filter(account, what, short)))
        for p in self.exchange.positions:
            if account in (None, p.account) and what is None and short in (None, p.quantity < 0):
                assert p.quantity == 0

    @busy
    @rule()
    def flatten_everything(self) -> None:
        self.told(self.exchange.flatten_everything())
        assert not any(self.net.values())
        assert self.exchange.orders == ()
        assert self.exchange.strategies == ()

    @precondition(lambda self: self.exchange.orders)
    @rule(number=picks)
    def cancel(self, number: int) -> None:
        order_id, strategy_id = self.pick(number)
        result = self.told(self.exchange.cancel(order_id, strategy_id))
        assert isinstance(result, Done) is (order_id != "nobody")
        assert not [
            o for o in self.exchange.orders if order_id in (o.order_id, o.name) and o.strategy_id == strategy_id
        ]

    @busy
    @rule(account=st.none() | accounts, what=st.none() | instruments)
    def cancel_orders(self, account: str | None, what: Instrument | None) -> None:
        before = +self.net
        self.told(self.exchange.cancel_orders(account, what))
        if account is None and what is None:
            assert (+self.net, self.exchange.orders) == (before, ())

    @precondition(lambda self: self.exchange.orders)
    @rule(number=picks, change=changes)
    def change(self, number: int, change: Change) -> None:
        order_id, strategy_id = self.pick(number)
        self.told(self.exchange.change(order_id, change, strategy_id))

    @rule(account=accounts, what=instruments, entry=entries)
    def cancel_replace(self, account: str, what: Instrument, entry: Entry) -> None:
        before = +self.net, self.exchange.orders
        known = any(entry.order_id in (o.order_id, o.name) for o in self.exchange.orders)
        result = self.told(self.exchange.cancel_replace(self.at(account, what), entry))
        assert known or not isinstance(result, Done)
        assert known or (+self.net, self.exchange.orders) == before

    @precondition(lambda self: self.exchange.strategies)
    @rule(strategy_id=st.sampled_from(["s", "t"]))
    def close_strategy(self, strategy_id: str) -> None:
        before = Counter(self.net)
        result = self.told(self.exchange.close_strategy(strategy_id))
        assert all(abs(self.net[place]) <= abs(before[place]) for place in self.net), "closing opens nothing"
        if isinstance(result, Done):
            assert not [o for o in self.exchange.orders if o.strategy_id == strategy_id]

    @busy
    @rule(account=accounts, what=instruments, side=sides, quantity=quantities, bracket=brackets)
    def cancel_and_bracket(
        self, account: str, what: Instrument, side: Side, quantity: int, bracket: Bracket | None
    ) -> None:
        at = self.at(account, what)
        before = abs(self.net_at(at))
        result = self.told(self.exchange.cancel_and_bracket(at, side, quantity, bracket or Bracket()))
        if isinstance(result, Done):
            size = min(quantity, before) if before else quantity
            assert all(order.left <= size for order in self.exchange.working(at))

    # What always holds

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
        assert {order.number for order in self.exchange.orders} == set(self.terms) - self.ended

    @invariant()
    def the_ids_of_working_orders_have_no_twins(self) -> None:
        marks = [order.order_id for order in self.exchange.orders if order.order_id]
        marks += [f"{order.name} of {order.strategy_id}" for order in self.exchange.orders if order.name]
        assert len(marks) == len(set(marks))

    @invariant()
    def the_filled_part_is_less_than_the_quantity_of_a_working_order(self) -> None:
        for order in self.exchange.orders:
            assert 0 <= order.filled == self.filled[order.number] < order.terms.quantity

    @invariant()
    def nothing_works_that_the_price_has_reached(self) -> None:
        for order in self.exchange.orders:
            rests = order.terms.kind is Kind.LIMIT and order.filled  # its next part comes in the next second
            assert rests or margin(order.terms, self.exchange.price(order.market)) < 0

    @invariant()
    def nothing_works_past_its_end(self) -> None:
        assert all(order.ends is None or self.exchange.now < order.ends for order in self.exchange.orders)

    @invariant()
    def no_member_of_a_group_works_once_one_has_filled(self) -> None:
        assert not [o for o in self.exchange.orders if (o.account, o.oco) in self.done_groups]

    @invariant()
    def a_strategy_holds_what_its_orders_traded(self) -> None:
        for strategy in self.exchange.strategies:
            assert strategy.held == self.held[strategy.id]

    @invariant()
    def an_order_of_a_strategy_has_one_that_runs(self) -> None:
        running = {strategy.id for strategy in self.exchange.strategies}
        assert {order.strategy_id for order in self.exchange.orders} <= running | {""}


Trading.TestCase.settings = settings(
    max_examples=settings().max_examples * 3 // 10, stateful_step_count=40, deadline=None, database=None
)
TestTrading = Trading.TestCase


def test_nothing_else_can_happen() -> None:
    """The machine above heeds every kind of event there is."""
    assert set(Event.__args__) == {Placed, PartFilled, Filled, Changed, Cancelled, OrderRejected}
