"""The last trading day of a contract month, by the exchanges' rules. Pure.

Regular holidays count (`trading_days`). Where an exchange closes out of turn or decrees otherwise, a day differs.
Source: contract specifications of CME Group, Eurex and Cboe.
"""

from calendar import FRIDAY, THURSDAY, WEDNESDAY
from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Final

from crosstrade_desk.protocol.trading_days import DAY, EUREX, LONDON, US, Calendar, month_from, nth_weekday

Rule = Callable[[int, int], date]  # year and contract month to the last trading day


def _last_day(nth: int, earlier: int, year: int, month: int) -> date:
    """The last (1), second last (2) ... trading day of the month that is so many months earlier."""
    return US.nth_last(nth, *month_from(year, month, -earlier))


def _weekday(nth: int, weekday: int, calendar: Calendar, year: int, month: int) -> date:
    """The first, second ... (or last, -1) such weekday of the month, or the trading day before it."""
    return calendar.on_or_before(nth_weekday(nth, weekday, year, month))


def _before_third_wednesday(days: int, later: int, year: int, month: int) -> date:
    """So many trading days before the third Wednesday of the month that is so many months later."""
    return US.shift(nth_weekday(3, WEDNESDAY, *month_from(year, month, later)), -days)


def _nikkei(year: int, month: int) -> date:
    """The trading day before the second Friday."""
    return US.shift(nth_weekday(2, FRIDAY, year, month), -1)


def _treasury(year: int, month: int) -> date:
    """The seventh trading day before the last one of the month."""
    return US.shift(US.nth_last(1, year, month), -7)


def _crude(earlier: int, year: int, month: int) -> date:
    """The third trading day (and `earlier` more) before the last one up to the 25th of the month before."""
    return US.shift(US.on_or_before(date(*month_from(year, month, -1), 25)), -3 - earlier)


def _brent(year: int, month: int) -> date:
    """The last London business day two months earlier; for February the second last, before New Year's Eve."""
    return LONDON.nth_last(2 if month == 2 else 1, *month_from(year, month, -2))


def _grain(year: int, month: int) -> date:
    """The trading day before the 15th."""
    return US.shift(date(year, month, 15), -1)


def _hogs(year: int, month: int) -> date:
    """The tenth trading day of the month."""
    return US.shift(date(year, month, 1) - DAY, 10)


def _feeder_cattle(year: int, month: int) -> date:
    """The last Thursday, in November the one before Thanksgiving; a week earlier if a holiday falls into its week."""
    day = nth_weekday(4 if month == 11 else -1, THURSDAY, year, month)  # in November Thanksgiving, which is a holiday
    while US.shift(day, -4) != day - 6 * DAY or not US.is_open(day):
        day -= 7 * DAY
    return day


def _bund(year: int, month: int) -> date:
    """The second exchange day before the delivery day, which is the 10th or the next exchange day."""
    delivery = EUREX.shift(date(year, month, 10) - DAY, 1)
    return EUREX.shift(delivery, -2)


def _vix(year: int, month: int) -> date:
    """30 days before the last trading day of the stock options of the next month, usually a Wednesday."""
    return US.on_or_before(_weekday(3, FRIDAY, US, *month_from(year, month, 1)) - 30 * DAY)


def _vstoxx(year: int, month: int) -> date:
    """30 days before the third Friday of the next month, usually a Wednesday."""
    return EUREX.on_or_before(nth_weekday(3, FRIDAY, *month_from(year, month, 1)) - 30 * DAY)


RULES: Final[Mapping[str, Rule]] = {
    "third Friday": partial(_weekday, 3, FRIDAY, US),
    "third Friday, Eurex": partial(_weekday, 3, FRIDAY, EUREX),
    "last Friday": partial(_weekday, -1, FRIDAY, US),  # crypto; the Fridays closed in America are closed in London
    "Nikkei": _nikkei,
    "day before third Wednesday": partial(_before_third_wednesday, 1, 0),
    "2 days before third Wednesday": partial(_before_third_wednesday, 2, 0),
    "day before third Wednesday, 3 months later": partial(_before_third_wednesday, 1, 3),
    "last day": partial(_last_day, 1, 0),
    "third last day": partial(_last_day, 3, 0),
    "last day of month before": partial(_last_day, 1, 1),
    "second last day of month before": partial(_last_day, 2, 1),
    "third last day of month before": partial(_last_day, 3, 1),
    "fourth last day of month before": partial(_last_day, 4, 1),
    "Treasury": _treasury,
    "crude": partial(_crude, 0),
    "day before crude": partial(_crude, 1),
    "Brent": _brent,
    "day before the 15th": _grain,
    "tenth day": _hogs,
    "feeder cattle": _feeder_cattle,
    "Bund": _bund,
    "VIX": _vix,
    "VSTOXX": _vstoxx,
}
