"""Relative prices, in ticks, per cent, points and dollars."""

from decimal import Decimal

import pytest

from crosstrade_desk.practice.markets import Market
from crosstrade_desk.practice.prices import absolute
from crosstrade_desk.practice.trades import Side
from crosstrade_desk.protocol.contracts import contracts
from crosstrade_desk.protocol.prices import RelativePrice, Unit
from support.trader import BUY, SELL, Trader, fills, refused, ticks

D = Decimal


@pytest.mark.parametrize(
    ("root", "last", "amount", "unit", "found"),
    [
        ("MES", "6400.00", "12", Unit.TICKS, "6403.00"),
        ("MES", "6400.00", "-25", Unit.TICKS, "6393.75"),
        ("MES", "6400.00", "7.4", Unit.TICKS, "6401.75"),
        ("MES", "6400.00", "7.5", Unit.TICKS, "6402.00"),
        ("MES", "6400.00", "0", Unit.TICKS, "6400.00"),
        ("MES", "6400.00", "5", Unit.PERCENT, "6720.00"),
        ("MES", "6400.00", "-3.3129", Unit.PERCENT, "6188.00"),
        ("MES", "6400.00", "15", Unit.POINTS, "6415.00"),
        ("MES", "6400.00", "-0.6", Unit.POINTS, "6399.50"),
        ("MES", "6400.00", "250", Unit.DOLLARS, "6450.00"),
        ("MES", "6400.00", "-250", Unit.DOLLARS, "6350.00"),
        ("ES", "6400.00", "250", Unit.DOLLARS, "6405.00"),
        ("CL", "64.50", "-250", Unit.DOLLARS, "64.25"),
        ("ZN", "111.500000", "3", Unit.TICKS, "111.546875"),
    ],
)
def test_a_relative_price_is_counted_from_the_last_one_and_rounded_to_a_tick(
    root: str, last: str, amount: str, unit: Unit, found: str
) -> None:
    market = Market(contracts()[root], f"{root} 12-26")
    assert absolute(RelativePrice(D(amount), unit), market, D(last)) == D(found)


def test_an_absolute_price_stays_as_it_is() -> None:
    assert absolute(D("6400.10"), Market(contracts()["MES"], "MES 12-26"), D(1)) == D("6400.10")


@pytest.mark.parametrize("side", [BUY, SELL])
def test_positive_is_above_and_negative_below_whatever_the_side(trader: Trader, side: Side) -> None:
    away = 4 if side is SELL else -4
    trader.place(side, 1, limit=ticks(away))
    trader.place(side, 1, stop=ticks(-away))
    assert [(o.terms.limit, o.terms.stop) for o in trader.exchange.orders] == [
        (100 + D(away) / 4, None),
        (None, 100 - D(away) / 4),
    ]


def test_a_relative_limit_on_the_far_side_is_marketable(trader: Trader) -> None:
    assert fills(trader.buy(1, limit=ticks(4))) == [(1, "100.00")]


def test_a_relative_price_below_zero_is_refused(trader: Trader) -> None:
    assert refused(trader.place(BUY, 1, limit=RelativePrice(D(-150), Unit.PERCENT))) == "Price -50.00 is not above zero"
