"""The days on which exchanges are open, and counting in them. Pure.

A holiday is known by its rule. A closing decreed for one day, such as a state funeral, is not known.
"""

from calendar import MONDAY, SATURDAY, SUNDAY, THURSDAY
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Final

DAY: Final = timedelta(days=1)


def month_from(year: int, month: int, count: int) -> tuple[int, int]:
    """Year and month so many months later, or earlier if negative."""
    years, index = divmod(year * 12 + month - 1 + count, 12)
    return years, index + 1


def nth_weekday(nth: int, weekday: int, year: int, month: int) -> date:
    """The first (1), second ... weekday of a month, the last one if `nth` is -1. Monday is 0, as in `calendar`."""
    if nth < 0:
        following = date(*month_from(year, month, 1), 1)
        return nth_weekday(1, weekday, following.year, following.month) - 7 * DAY
    first = date(year, month, 1)
    return first + ((weekday - first.weekday()) % 7 + 7 * (nth - 1)) * DAY


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days of one exchange: Monday to Friday without the holidays that `holidays` gives for a year."""

    holidays: Callable[[int], frozenset[date]]

    def is_open(self, day: date) -> bool:
        return day.weekday() < SATURDAY and day not in self.holidays(day.year)

    def on_or_before(self, day: date) -> date:
        """The day itself if it is open, else the last open one before it."""
        return day if self.is_open(day) else self.shift(day, -1)

    def shift(self, day: date, count: int) -> date:
        """The open day that is `count` open days after a day, or before it if negative. `day` need not be open."""
        step = DAY if count > 0 else -DAY
        for _ in range(abs(count)):
            day += step
            while not self.is_open(day):
                day += step
        return day

    def nth_last(self, nth: int, year: int, month: int) -> date:
        """The last (1), second last (2) ... open day of a month."""
        return self.shift(date(*month_from(year, month, 1), 1), -nth)


@cache
def _good_friday(year: int) -> date:
    """Two days before Easter, by the Gregorian computus as Oudin wrote it."""
    golden, century = year % 19, year // 100
    epact = (century - century // 4 - (8 * century + 13) // 25 + 19 * golden + 15) % 30
    moon = epact - (epact // 28) * (1 - (29 // (epact + 1)) * ((21 - golden) // 11))
    sunday = moon - (year + year // 4 + moon + 2 - century + century // 4) % 7
    return date(year, 3, 1) + (sunday + 27 - 2) * DAY


def _observed(day: date) -> date:
    return day + {SATURDAY: -DAY, SUNDAY: DAY}.get(day.weekday(), 0 * DAY)


@cache
def _us(year: int) -> frozenset[date]:
    fixed = [(1, 1), (7, 4), (12, 25)] + ([(6, 19)] if year >= 2022 else [])
    movable = [(3, MONDAY, 1), (3, MONDAY, 2), (-1, MONDAY, 5), (1, MONDAY, 9), (4, THURSDAY, 11)]
    return frozenset(
        [_good_friday(year)]
        + [_observed(date(year, month, day)) for month, day in fixed]
        + [nth_weekday(nth, weekday, year, month) for nth, weekday, month in movable]
    )


@cache
def _london(year: int) -> frozenset[date]:
    # Days in lieu of a Christmas at the weekend are left out: no contract here ends on one.
    bank = [nth_weekday(1, MONDAY, year, 5), nth_weekday(-1, MONDAY, year, 5), nth_weekday(-1, MONDAY, year, 8)]
    return frozenset([date(year, 1, 1), date(year, 12, 25), date(year, 12, 26), *_easter(year), *bank])


@cache
def _eurex(year: int) -> frozenset[date]:
    fixed = [(1, 1), (5, 1), (12, 24), (12, 25), (12, 26), (12, 31)]
    return frozenset([*_easter(year), *(date(year, month, day) for month, day in fixed)])


def _easter(year: int) -> tuple[date, date]:
    return _good_friday(year), _good_friday(year) + 3 * DAY


US: Final = Calendar(_us)
LONDON: Final = Calendar(_london)
EUREX: Final = Calendar(_eurex)
