"""A practice exchange with prices by hand, and what happens on it as a list of steps that ends in a state.

Messages stand in it as they go over the wire, without their key. The usual place is MES 12-26 in Sim101.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from typing import NamedTuple

from crosstrade_desk.practice.exchange import Exchange
from crosstrade_desk.practice.markets import Market
from crosstrade_desk.practice.orders import Order
from crosstrade_desk.practice.webhook import Answer, Held
from crosstrade_desk.practice.windows import NEW_YORK, Window
from support.post import KEY, Post

TEN = datetime(2026, 11, 23, 15, tzinfo=UTC)  # ten in New York, on a Monday
USUAL = "Sim101 MES 12-26"
HERE, SIM102 = "account=Sim101; instrument=MES 12-26;", "account=Sim102; instrument=MES 12-26;"
THREE, ES = "account=Sim101,Sim102,Sim103; instrument=MES 12-26;", "account=Sim101; instrument=ES 12-26;"
ATM = "strategy=AtmStrategy1; strategy_id=run-42;"  # stop 4 points away, target 8
TWO = "strategy=scalp-2t; strategy_id=run-42;"  # stops 2 points away, targets 1 and 2
JOIN = "strategy_id=run-42;"
NOTHING = "nothing to do"
BUY_90 = "BUY 1 LIMIT limit 90 DAY"  # what `buy(1, limit(90))` is in the book


def command(token: str, fields: str = HERE) -> str:
    return f"command={token}; {fields}"


def entry(action: str, qty: int, more: str = "", *, at: str = HERE, token: str = "PLACE") -> str:
    """A message that enters an order, at market for the day unless `more` says otherwise."""
    kind = "" if "order_type=" in more else "order_type=MARKET; "
    tif = "" if "tif=" in more else "tif=DAY; "
    return f"command={token}; {at} action={action}; qty={qty}; {kind}{tif}{more}"


buy, sell = partial(entry, "BUY"), partial(entry, "SELL")


def limit(price: str | int) -> str:
    return f"order_type=LIMIT; limit_price={price};"


def stop(price: str | int) -> str:
    return f"order_type=STOPMARKET; stop_price={price};"


class No(str):
    """A message that must be refused, where the others must be accepted."""

    __slots__ = ()


Step = str | Decimal | timedelta | time | Window
"""A message is posted; all prices are this from now on, for a second; a span goes by; a time in New York comes; the
control panel is given a window."""


class Quotes:
    """Prices by hand, by root, until one is told for all markets; 100 for a root that has none."""

    def __init__(self, prices: Mapping[str, str]) -> None:
        self.prices = prices
        self.all: Decimal | None = None

    def __call__(self, market: Market, _step: int) -> Decimal:
        return self.all or Decimal(self.prices.get(market.contract.root, "100.00"))


class Stage(Post):
    """One exchange from `start` on. `prices` are those of single roots."""

    def __init__(self, start: datetime = TEN, prices: Mapping[str, str] | None = None) -> None:
        self.quotes = Quotes(prices or {})
        super().__init__(Exchange(self.quotes, start), start)

    def do(self, steps: Iterable[Step]) -> None:
        """Takes each step; its messages must be answered as expected."""
        for step in steps:
            answer = self._take(step)
            assert answer is None or answer.json_body["success"] is not isinstance(step, No), (step, answer)

    def run(self, steps: Sequence[Step]) -> Answer:
        """As `do`, but for the last message, whatever is answered to that: the answer is what it gives."""
        last = max(number for number, step in enumerate(steps) if isinstance(step, str))
        self.do(steps[:last])
        answer = self._take(steps[last])
        assert answer is not None
        self.do(steps[last + 1 :])
        return answer

    def _take(self, step: Step) -> Answer | None:
        match step:
            case str():
                return self(step)
            case Window():
                self.panel.window = step
            case Decimal():
                self.quotes.all = step
                self.wait(timedelta(seconds=1))
            case timedelta():
                self.wait(step)
            case time():
                here = self.now.astimezone(NEW_YORK)
                then = datetime.combine(here.date(), step, NEW_YORK)
                self.wait((then if then >= here else then + timedelta(days=1)) - here)
        return None

    def held_back(self, text: str) -> Held:
        """A good message that is not carried out yet."""
        found = self.relay.receive("text/plain", f"key={KEY.reveal()};{text}".encode())
        assert isinstance(found, Held), found
        return found

    def wait(self, span: timedelta) -> None:
        self.now += span
        self.exchange.advance(self.now)

    @property
    def net(self) -> dict[str, int]:
        """Every open position, by place."""
        return {f"{p.account} {p.market.name}": p.quantity for p in self.exchange.positions if p.quantity}

    @property
    def book(self) -> list[str]:
        """Every working order in words, oldest first: `brk-0007: BUY 2 LIMIT limit 98 DAY`, its place before it if
        that is not the usual one, and a letter behind it for the OCO group that it has company in."""
        orders = self.exchange.orders
        groups = [_group(order) for order in orders]
        ties = [group for group in dict.fromkeys(groups) if group[1] is not None and groups.count(group) > 1]
        return [_words(order) + _tie(order, ties) for order in orders]


def _group(order: Order) -> tuple[str, str | int | None]:
    return order.account, order.oco


def _tie(order: Order, ties: Sequence[tuple[str, str | int | None]]) -> str:
    return f" ({'ABCDEFGH'[ties.index(_group(order))]})" if _group(order) in ties else ""


def _words(order: Order) -> str:
    place = f"{order.account} {order.market.name}"
    name = f"{order.name} of {order.strategy_id}" if order.name else ""
    filled = f", {order.filled} filled" if order.filled else ""
    return ": ".join(filter(None, (place.replace(USUAL, ""), order.order_id, name, order.terms.text))) + filled


class Rule(NamedTuple):
    """A rule by its name, the steps that show it, and what is so after them.

    `net` and `book` are positions and working orders of the usual place, `others` positions elsewhere. `error`,
    `warning` and `status` are those of the answer to the last message.
    """

    name: str
    steps: Sequence[Step]
    net: int = 0
    book: Sequence[str] = ()
    others: Mapping[str, int] = {}
    error: str = ""
    warning: str = ""
    status: int = 200


def played(rule: Rule) -> Rule:
    """The rule with what is really so after its steps."""
    stage = Stage()
    answer = stage.run(rule.steps)
    body = {"success": True, "error": "", "warning": "", **answer.json_body}
    assert set(body) == {"success", "error", "warning"}
    assert body["success"] is not bool(body["error"])
    others = dict(stage.net)
    return Rule(
        rule.name,
        rule.steps,
        others.pop(USUAL, 0),
        stage.book or (),
        others,
        str(body["error"]),
        str(body["warning"]),
        answer.status,
    )
