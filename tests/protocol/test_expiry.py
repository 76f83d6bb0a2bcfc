"""The last trading days, against those the exchanges and brokers published."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from crosstrade_desk.protocol.contracts import MONTH_LETTERS, contracts
from crosstrade_desk.protocol.expiry import RULES
from crosstrade_desk.protocol.instrument import Instrument, contract_month, parse_instrument


@pytest.mark.parametrize(
    ("contract", "last"),
    [
        ("ESH25", "2025-03-21"),
        ("MESZ26", "2026-12-18"),
        ("ESU26", "2026-09-18"),
        ("ESM26", "2026-06-18"),  # its third Friday is Juneteenth
        ("NKDU26", "2026-09-10"),
        ("6EM24", "2024-06-17"),
        ("6EU26", "2026-09-14"),
        ("6CU26", "2026-09-15"),
        ("SR3M25", "2025-09-16"),
        ("BTCZ25", "2025-12-26"),
        ("ZNM24", "2024-06-18"),
        ("ZNH26", "2026-03-20"),
        ("ZTH26", "2026-03-31"),
        ("MTNM24", "2024-05-30"),
        ("CLK20", "2020-04-21"),  # the day after the price was below zero
        ("CLN25", "2025-06-20"),
        ("CLF26", "2025-12-19"),
        ("CLH26", "2026-02-20"),
        ("CLF27", "2026-12-21"),
        ("MCLF26", "2025-12-18"),
        ("QMJ23", "2023-03-20"),
        ("NGF26", "2025-12-29"),
        ("NGZ26", "2026-11-25"),
        ("MNGZ26", "2026-11-24"),
        ("RBF26", "2025-12-31"),
        ("BZG26", "2025-12-30"),
        ("BZH26", "2026-01-30"),
        ("GCZ25", "2025-12-29"),
        ("SIH26", "2026-03-27"),
        ("MHGZ22", "2022-11-28"),
        ("MHGM23", "2023-05-26"),
        ("ZCK25", "2025-05-14"),
        ("ZMZ23", "2023-12-14"),
        ("HEZ25", "2025-12-12"),
        ("LEZ25", "2025-12-31"),
        ("GFX25", "2025-11-20"),
        ("GFK26", "2026-05-21"),
        ("FDAXH08", "2008-03-20"),  # its third Friday is Good Friday
        ("FDAXZ25", "2025-12-19"),
        ("FGBLZ25", "2025-12-08"),
        ("FGBLH26", "2026-03-06"),
        ("FGBSU26", "2026-09-08"),
        ("FVSF25", "2025-01-22"),
        ("FVSH25", "2025-03-19"),
        ("FVSV25", "2025-10-22"),
        ("VXX24", "2024-11-20"),
        ("VXZ24", "2024-12-18"),
        ("VXH25", "2025-03-18"),  # a Tuesday: the third Friday of April is Good Friday
    ],
)
def test_a_last_trading_day_is_the_one_that_was_published(contract: str, last: str) -> None:
    instrument = parse_instrument(contract)
    assert isinstance(instrument, Instrument)
    found = contract_month(instrument, date(2026, 1, 1))
    assert found is not None
    assert RULES[contracts()[instrument.root].rule](*found) == date.fromisoformat(last)


@pytest.mark.parametrize("rule", RULES)
def test_each_month_of_a_rule_ends_after_the_one_before_and_about_its_own_time(rule: str) -> None:
    months = [(year, month) for year in range(2020, 2040) for month in range(1, 13)]
    days = [RULES[rule](year, month) for year, month in months]
    assert all(before < after for before, after in pairwise(days))
    assert all(-63 < (day - date(*start, 1)).days < 112 for day, start in zip(days, months, strict=True))
    assert all(day.weekday() < 5 for day in days)


def test_a_feeder_cattle_contract_ends_in_a_week_without_a_holiday() -> None:
    ends = {month: RULES["feeder cattle"](2024, month) for month in range(1, 13)}
    assert ends[3] == date(2024, 3, 28)  # Good Friday is the day after
    assert ends[5] == date(2024, 5, 23)  # Memorial Day is the Monday of the last week
    assert ends[11] == date(2024, 11, 21)
    assert RULES["feeder cattle"](2027, 5) == date(2027, 5, 27)
    assert RULES["feeder cattle"](2023, 11) == date(2023, 11, 16)  # Thanksgiving is not the last Thursday


def test_a_crypto_contract_ends_before_the_holidays_that_london_and_america_share() -> None:
    assert RULES["last Friday"](2026, 12) == date(2026, 12, 24)
    assert RULES["last Friday"](2024, 3) == date(2024, 3, 28)
    assert RULES["last Friday"](2026, 7) == date(2026, 7, 31)


def test_the_letters_are_one_for_each_month() -> None:
    assert len(MONTH_LETTERS) == len(set(MONTH_LETTERS)) == 12
    assert list(MONTH_LETTERS) == sorted(MONTH_LETTERS)


def test_a_brent_contract_ends_by_the_holidays_of_london() -> None:
    bank_holiday = date(2026, 8, 31)
    assert RULES["Brent"](2026, 10) == bank_holiday - timedelta(days=3)
