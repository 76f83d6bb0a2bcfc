"""The table of contracts, and what is told from it."""

import tomllib
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosstrade_desk.protocol.contracts import (
    MONTH_LETTERS,
    Contract,
    contracts,
    current,
    front_month,
    full_year,
    last_trading_day,
    neighbours,
    roll_day,
)
from crosstrade_desk.protocol.expiry import RULES
from crosstrade_desk.resources import resources

TODAY = date(2026, 11, 23)
DAYS = st.dates(date(2021, 1, 1), date(2060, 12, 31))
CONTRACTS = st.sampled_from(list(contracts().values()))

# What one tick is worth, from the exchanges' contract specifications.
_TICK_VALUES = """
    ES 12.50 MES 1.25 NQ 5 MNQ 0.50 RTY 5 M2K 0.50 YM 5 MYM 0.50 EMD 10 NKD 25 NIY 2500
    6A 5 6B 6.25 6C 5 6E 6.25 6J 6.25 6M 5 6N 5 6S 6.25 E7 6.25 J7 6.25 M6A 1 M6B 0.625 M6E 1.25
    ZT 7.8125 ZF 7.8125 ZN 15.625 TN 15.625 ZB 31.25 UB 31.25 MTN 1.5625 MWN 3.125 ZQ 10.4175 SR1 10.4175 SR3 6.25
    2YY 1 5YY 1 10Y 1 30Y 1 BTC 25 MBT 0.50 ETH 25 MET 0.05 SOL 25 MSL 1.25 XRP 25 MXP 1.25
    CL 10 QM 12.50 MCL 1 BZ 10 NG 10 QG 12.50 MNG 1 RB 4.20 HO 4.20 PL 5 PA 50
    GC 10 QO 12.50 MGC 1 1OZ 0.25 SI 25 QI 31.25 SIL 5 HG 12.50 QC 25 MHG 1.25
    ZC 12.50 ZW 12.50 KE 12.50 ZS 12.50 ZM 10 ZL 6 ZO 12.50 XC 1.25 XW 1.25 XK 1.25 LE 10 GF 12.50 HE 10
    FDAX 25 FDXM 5 FDXS 1 FTDX 5 FESX 10 FSXE 0.50 FXXP 5 FESB 2.50 FSMI 10 FVS 5
    FGBS 5 FGBM 10 FGBL 10 FGBX 20 FBTS 10 FBTP 10 FOAT 10 FBON 10 CONF 10 VX 50
"""
TICK_VALUES = dict(zip(_TICK_VALUES.split()[::2], _TICK_VALUES.split()[1::2], strict=True))


@pytest.mark.parametrize("root", TICK_VALUES)
def test_a_tick_is_worth_what_the_exchange_says(root: str) -> None:
    assert contracts()[root].tick_value == Decimal(TICK_VALUES[root])


def test_every_root_has_its_known_tick_value() -> None:
    assert set(contracts()) == set(TICK_VALUES)


@pytest.mark.parametrize(
    ("root", "tick"),
    [
        ("ES", "0.25"),
        ("ZN", "0.015625"),
        ("ZB", "0.03125"),
        ("ZF", "0.0078125"),
        ("ZT", "0.00390625"),
        ("6E", "0.00005"),
        ("6J", "0.0000005"),
        ("ZC", "0.25"),
        ("CL", "0.01"),
        ("FDAX", "1"),
    ],
)
def test_a_tick_is_written_as_ninjatrader_does(root: str, tick: str) -> None:
    assert f"{contracts()[root].tick:f}" == tick


def test_no_root_is_on_two_exchanges() -> None:
    table = tomllib.loads((resources() / "instruments.toml").read_text(encoding="utf-8"))
    assert sum(map(len, table.values())) == len(contracts()) >= 75
    assert {contract.exchange for contract in contracts().values()} == set(table)


@pytest.mark.parametrize("contract", contracts().values(), ids=contracts().keys())
def test_a_line_of_the_table_is_whole(contract: Contract) -> None:
    assert contract.root.isascii()
    assert contract.root.isalnum()
    assert contract.root.isupper()
    assert 1 <= len(contract.root) <= 4  # longer ones could not be written as ESU6
    assert contract.name.strip() == contract.name != ""
    assert contract.currency in {"USD", "EUR", "CHF", "JPY"}
    assert contract.rule in RULES
    assert contract.tick > 0
    assert contract.point_value > 0
    assert contract.practice_price > 0
    assert type(contract.roll_days) is int
    assert 0 < contract.roll_days <= 91


@pytest.mark.parametrize("contract", contracts().values(), ids=contracts().keys())
def test_the_months_are_in_their_order_and_the_front_months_are_of_them(contract: Contract) -> None:
    for months in (contract.months, contract.front_months):
        assert months == "".join(letter for letter in MONTH_LETTERS if letter in months) != ""
    assert set(contract.front_months) <= set(contract.months)


def test_no_two_roots_bear_one_name_and_every_rule_is_used() -> None:
    assert len({contract.name for contract in contracts().values()}) == len(contracts())
    assert {contract.rule for contract in contracts().values()} == set(RULES)


def test_the_table_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        contracts()["ES"] = contracts()["MES"]  # type: ignore[index]  # that it is refused is the point
    assert contracts() is contracts()


@pytest.mark.parametrize(
    ("digits", "year"), [("6", 2026), ("7", 2027), ("5", 2025), ("2", 2022), ("1", 2031), ("0", 2030), ("26", 2026)]
)
def test_one_digit_means_the_nearest_year(digits: str, year: int) -> None:
    assert full_year(digits, TODAY) == year


def test_four_digits_are_the_year() -> None:
    assert full_year("2031", TODAY) == 2031


@pytest.mark.parametrize(
    ("root", "today", "front"),
    [
        ("ES", "2026-12-09", (2026, 12)),
        ("ES", "2026-12-10", (2027, 3)),  # the Thursday of the week before the third Friday
        ("ES", "2016-09-07", (2016, 9)),
        ("ES", "2016-09-08", (2016, 12)),  # a roll date that NinjaTrader announced
        ("ES", "2019-06-13", (2019, 9)),
        ("CL", "2026-11-14", (2026, 12)),
        ("CL", "2026-11-23", (2027, 1)),
        ("CL", "2026-12-16", (2027, 2)),
        ("GC", "2026-08-05", (2026, 12)),  # October gold is passed over
        ("GC", "2026-11-23", (2026, 12)),
        ("GC", "2026-11-30", (2027, 2)),  # its first notice day
        ("ZN", "2026-02-27", (2026, 6)),
        ("SR3", "2026-05-01", (2026, 6)),
        ("SR3", "2026-06-18", (2026, 9)),
        ("BZ", "2026-11-23", (2027, 1)),
        ("ZS", "2026-07-01", (2026, 11)),
        ("VX", "2026-12-16", (2027, 1)),
    ],
)
def test_the_front_month_rolls(root: str, today: str, front: tuple[int, int]) -> None:
    assert front_month(contracts()[root], date.fromisoformat(today)) == front


@given(CONTRACTS, DAYS)
def test_the_front_month_is_alive_and_never_goes_back(contract: Contract, today: date) -> None:
    front = front_month(contract, today)
    assert today < roll_day(contract, *front) <= last_trading_day(contract, *front)
    assert front <= front_month(contract, today + timedelta(days=1))


@given(CONTRACTS, DAYS)
def test_the_next_contract_is_the_front_month_from_the_roll_day_on(contract: Contract, today: date) -> None:
    first, second = current(contract, today, 2)
    assert front_month(contract, roll_day(contract, *first) - timedelta(days=1)) == first
    assert front_month(contract, roll_day(contract, *first)) == second


@given(CONTRACTS, DAYS, st.integers(1, 8))
def test_the_current_contracts_begin_with_the_front_month_and_go_on_in_time(
    contract: Contract, today: date, count: int
) -> None:
    found = current(contract, today, count)
    assert found[0] == front_month(contract, today)
    assert len(found) == count
    assert all(before < after for before, after in pairwise(found))
    assert all(MONTH_LETTERS[month - 1] in contract.front_months for _, month in found)


def test_three_contracts_are_current_unless_asked_otherwise() -> None:
    assert current(contracts()["MGC"], TODAY) == ((2026, 12), (2027, 2), (2027, 4))


@pytest.mark.parametrize(
    ("price", "tick", "below", "above"),
    [
        ("6412.30", "0.25", "6412.25", "6412.50"),
        ("6412.3", "0.25", "6412.25", "6412.50"),
        ("0.1", "0.25", "0.00", "0.25"),
        ("45200.5", "1", "45200", "45201"),
        ("45203", "5", "45200", "45205"),
        ("1.170031", "0.00005", "1.17000", "1.17005"),
        ("0.0066501", "0.0000005", "0.0066500", "0.0066505"),
        ("111.51", "0.015625", "111.500000", "111.515625"),
        ("3420.05", "0.1", "3420.0", "3420.1"),
    ],
)
def test_a_price_off_the_grid_has_two_neighbours(price: str, tick: str, below: str, above: str) -> None:
    found = neighbours(Decimal(price), Decimal(tick))
    assert found is not None
    assert tuple(f"{neighbour:f}" for neighbour in found) == (below, above)


@pytest.mark.parametrize("price", ["6412.25", "6412.2500", "6412", "6.5E3", "0"])
def test_a_price_on_the_grid_has_none(price: str) -> None:
    assert neighbours(Decimal(price), Decimal("0.25")) is None


@given(st.decimals("0", "999999", places=7), CONTRACTS)
def test_a_price_lies_between_its_neighbours(price: Decimal, contract: Contract) -> None:
    found = neighbours(price, contract.tick)
    if found is None:
        assert (price / contract.tick).to_integral_value() * contract.tick == price
        return
    below, above = found
    assert below < price < above
    assert above - below == contract.tick
    assert neighbours(below, contract.tick) is neighbours(above, contract.tick) is None
