"""The markets and the price walk."""

from datetime import date
from itertools import pairwise

import pytest

from crosstrade_desk.practice import markets
from crosstrade_desk.practice.markets import Market
from crosstrade_desk.protocol.contracts import Contract, contracts
from crosstrade_desk.protocol.instrument import Instrument, Notation, parse_instrument

TODAY = date(2026, 11, 23)


def find(text: str, today: date = TODAY) -> Market | None:
    instrument = parse_instrument(text)
    assert isinstance(instrument, Instrument)
    return markets.find(instrument, today)


@pytest.mark.parametrize("contract", contracts().values(), ids=contracts().keys())
def test_a_start_price_lies_on_the_grid_and_beyond_the_reach_of_the_walk(contract: Contract) -> None:
    ticks = contract.practice_price / contract.tick
    assert ticks == ticks.to_integral_value()
    assert ticks > 2 * sum(height for _, height in markets._WAVES)


@pytest.mark.parametrize("root", contracts())
def test_every_known_root_is_traded_in_practice(root: str) -> None:
    found = find(f"{root}1!")
    assert found is not None
    assert found.contract is contracts()[root]
    assert find(found.name) == found


@pytest.mark.parametrize(
    "text", ["MES 12-26", "mes 12-26", "MES DEC26", "MES DEC 26", "MESZ6", "MESZ26", "MESZ2026", "MES1!"]
)
def test_all_notations_of_one_contract_are_one_market(text: str) -> None:
    assert find(text) == Market(contracts()["MES"], "MES 12-26")


@pytest.mark.parametrize("text", ["AAPL", "XYZ 12-26", "ZZ1!"])
def test_what_is_not_listed_is_not_found(text: str) -> None:
    assert find(text) is None


def test_a_stock_is_not_the_future_of_its_name() -> None:
    assert markets.find(Instrument("ES", Notation.STOCK, "ES"), TODAY) is None


def test_an_expired_contract_trades() -> None:
    assert find("MES 03-25") == Market(contracts()["MES"], "MES 03-25")


@pytest.mark.parametrize("root", ["ES", "CL", "ZN", "6J", "VX"])
def test_the_walk_starts_at_the_practice_price_and_stays_on_the_grid(root: str) -> None:
    market = Market(contracts()[root], f"{root} 12-26")
    prices = [markets.price(1, market, step) for step in range(0, 40_000, 7)]
    assert prices[0] == contracts()[root].practice_price
    assert all(market.on_grid(price) and price > 0 for price in prices)


def test_the_walk_is_the_same_for_the_same_seed_and_another_for_another() -> None:
    mes, other = Market(contracts()["MES"], "MES 12-26"), Market(contracts()["MES"], "MES 03-27")

    def walk(seed: int, market: Market) -> list[object]:
        return [markets.price(seed, market, step) for step in range(60)]

    expected = walk(1, mes)
    markets._knot.cache_clear()
    assert walk(1, mes) == expected
    assert walk(2, mes) != expected
    assert walk(1, other) != expected


def test_the_walk_moves_by_a_few_ticks_a_second() -> None:
    market = Market(contracts()["ES"], "ES 12-26")
    prices = [markets.price(3, market, step) for step in range(5000)]
    moves = [abs(b - a) / market.contract.tick for a, b in pairwise(prices)]
    assert 0 < sum(moves) / len(moves) < 4
    assert max(moves) <= 12
    assert max(prices) - min(prices) > 20 * market.contract.tick
