"""The contract table and the price walk."""

from datetime import date
from itertools import pairwise

import pytest

from crosstrade_desk.practice import markets
from crosstrade_desk.practice.markets import CONTRACTS, Market
from crosstrade_desk.protocol.instrument import Instrument, parse_instrument

TODAY = date(2026, 11, 23)


def find(text: str, today: date = TODAY) -> Market | None:
    instrument = parse_instrument(text)
    assert isinstance(instrument, Instrument)
    return markets.find(instrument, today)


@pytest.mark.parametrize("root", CONTRACTS)
def test_a_start_price_lies_on_the_tick_grid(root: str) -> None:
    assert CONTRACTS[root].start % CONTRACTS[root].tick == 0


def test_the_usual_roots_are_listed() -> None:
    assert " ".join(CONTRACTS) == "ES MES NQ MNQ RTY M2K YM MYM CL MCL NG GC MGC SI ZN 6E"


@pytest.mark.parametrize(
    "text", ["MES 12-26", "mes 12-26", "MES DEC26", "MES DEC 26", "MESZ6", "MESZ26", "MESZ2026", "MES1!"]
)
def test_all_notations_of_one_contract_are_one_market(text: str) -> None:
    assert find(text) == Market(CONTRACTS["MES"], "MES 12-26")


@pytest.mark.parametrize("text", ["AAPL", "XYZ 12-26", "ZZ1!"])
def test_what_is_not_listed_is_not_found(text: str) -> None:
    assert find(text) is None


def test_an_expired_contract_trades() -> None:
    assert find("MES 03-25") == Market(CONTRACTS["MES"], "MES 03-25")


@pytest.mark.parametrize(
    ("digits", "year"), [("6", 2026), ("7", 2027), ("5", 2025), ("2", 2022), ("1", 2031), ("0", 2030), ("26", 2026)]
)
def test_one_digit_means_the_nearest_year(digits: str, year: int) -> None:
    assert markets.full_year(digits, TODAY) == year


@pytest.mark.parametrize(
    ("root", "today", "front"),
    [
        ("ES", date(2026, 12, 10), (2026, 12)),
        ("ES", date(2026, 12, 11), (2027, 3)),
        ("ES", date(2026, 10, 1), (2026, 12)),
        ("CL", date(2026, 11, 23), (2027, 1)),
        ("GC", date(2026, 11, 5), (2026, 12)),
        ("GC", date(2026, 11, 23), (2027, 2)),
    ],
)
def test_the_front_month_rolls(root: str, today: date, front: tuple[int, int]) -> None:
    assert markets.front_month(CONTRACTS[root], today) == front


@pytest.mark.parametrize("root", CONTRACTS)
def test_the_walk_starts_at_the_start_price_and_stays_on_the_grid(root: str) -> None:
    market = Market(CONTRACTS[root], f"{root} 12-26")
    prices = [markets.price(1, market, step) for step in range(0, 40_000, 7)]
    assert prices[0] == CONTRACTS[root].start
    assert all(market.on_grid(price) and price > 0 for price in prices)


def test_the_walk_is_the_same_for_the_same_seed_and_another_for_another() -> None:
    mes, other = Market(CONTRACTS["MES"], "MES 12-26"), Market(CONTRACTS["MES"], "MES 03-27")

    def walk(seed: int, market: Market) -> list[object]:
        return [markets.price(seed, market, step) for step in range(60)]

    expected = walk(1, mes)
    markets._knot.cache_clear()
    assert walk(1, mes) == expected
    assert walk(2, mes) != expected
    assert walk(1, other) != expected


def test_the_walk_moves_by_a_few_ticks_a_second() -> None:
    market = Market(CONTRACTS["ES"], "ES 12-26")
    prices = [markets.price(3, market, step) for step in range(5000)]
    moves = [abs(b - a) / market.contract.tick for a, b in pairwise(prices)]
    assert 0 < sum(moves) / len(moves) < 4
    assert max(moves) <= 12
    assert max(prices) - min(prices) > 20 * market.contract.tick
