"""Months, weekdays and the days on which exchanges are open."""

from calendar import FRIDAY, MONDAY, THURSDAY
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosstrade_desk.protocol.trading_days import EUREX, LONDON, US, Calendar, month_from, nth_weekday

DAYS = st.dates(date(2015, 1, 1), date(2099, 12, 31))
CALENDARS = st.sampled_from([US, LONDON, EUREX])


@pytest.mark.parametrize(("count", "found"), [(0, (2026, 1)), (-1, (2025, 12)), (11, (2026, 12)), (-25, (2023, 12))])
def test_months_are_counted_over_the_turn_of_the_year(count: int, found: tuple[int, int]) -> None:
    assert month_from(2026, 1, count) == found


@pytest.mark.parametrize(
    ("nth", "weekday", "year", "month", "day"),
    [
        (3, FRIDAY, 2026, 9, 18),
        (1, MONDAY, 2026, 6, 1),
        (1, MONDAY, 2026, 9, 7),
        (-1, THURSDAY, 2026, 12, 31),
        (-1, MONDAY, 2026, 5, 25),
    ],
)
def test_a_weekday_of_a_month_is_found(nth: int, weekday: int, year: int, month: int, day: int) -> None:
    assert nth_weekday(nth, weekday, year, month) == date(year, month, day)


US_2026 = "01-01 01-19 02-16 04-03 05-25 06-19 07-03 09-07 11-26 12-25"  # New York Stock Exchange and CME, published


def test_the_american_holidays_of_a_year_are_those_that_were_published() -> None:
    assert US.holidays(2026) == {date.fromisoformat(f"2026-{day}") for day in US_2026.split()}


@pytest.mark.parametrize(
    ("calendar", "closed", "still_open"),
    [
        (US, "2023-01-02", "2021-12-31"),  # a New Year's Day on Sunday goes to Monday, one on Saturday is lost
        (US, "2027-06-18", "2021-06-18"),  # Juneteenth is a holiday since 2022
        (US, "2027-12-24", "2026-12-24"),
        (US, "2024-03-29", "2024-04-01"),  # Good Friday, but not Easter Monday
        (US, "2026-09-05", "2026-09-08"),  # a Saturday
        (LONDON, "2024-04-01", "2024-07-04"),
        (LONDON, "2026-08-31", "2026-09-07"),
        (LONDON, "2026-05-04", "2026-05-01"),
        (EUREX, "2026-05-01", "2026-05-25"),
        (EUREX, "2025-12-31", "2025-12-30"),
    ],
)
def test_a_holiday_is_no_trading_day(calendar: Calendar, closed: str, still_open: str) -> None:
    assert not calendar.is_open(date.fromisoformat(closed))
    assert calendar.is_open(date.fromisoformat(still_open))


@pytest.mark.parametrize("easter", ["2008-03-23", "2016-03-27", "2019-04-21", "2025-04-20", "2038-04-25", "2049-04-18"])
def test_easter_is_found(easter: str) -> None:
    sunday = date.fromisoformat(easter)
    assert sunday.replace(day=sunday.day - 2) in US.holidays(sunday.year)


def test_trading_days_are_counted_over_weekends_and_holidays() -> None:
    thanksgiving = date(2026, 11, 26)
    assert US.shift(thanksgiving, 1) == date(2026, 11, 27)
    assert US.shift(thanksgiving, 2) == date(2026, 11, 30)
    assert US.shift(thanksgiving, -4) == date(2026, 11, 20)
    assert US.on_or_before(thanksgiving) == date(2026, 11, 25)
    assert US.on_or_before(date(2026, 11, 25)) == date(2026, 11, 25)
    assert US.nth_last(3, 2026, 11) == date(2026, 11, 25)


@given(CALENDARS, DAYS, st.integers(1, 40))
def test_so_many_days_on_and_back_again_is_the_same_open_day(calendar: Calendar, day: date, count: int) -> None:
    start = calendar.on_or_before(day)
    there = calendar.shift(start, count)
    assert calendar.is_open(there)
    assert there > start
    assert calendar.shift(there, -count) == start
