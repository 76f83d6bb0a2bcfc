"""What is known now of accounts, positions, orders, fills and prices, and how old it is. Pure: time is an argument.

Only a read that came out says anything: a failure takes nothing away, lets nothing look younger, and never means flat.
Source: docs/api part 12.6 of our reference.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import Enum, Flag, auto
from functools import lru_cache
from typing import Any, Final, Generic, TypeVar, assert_never

from crosstrade_desk.protocol.instrument import canonical
from crosstrade_desk.readback.answers import Failed, Trouble
from crosstrade_desk.readback.plan import REACTIONS, Call, Reach, Subject
from crosstrade_desk.readback.reader import News
from crosstrade_desk.readback.values import (
    Accounts,
    Endpoints,
    Execution,
    Executions,
    MarketInfo,
    Orders,
    Position,
    Positions,
    Profits,
    Quote,
    Status,
    Value,
    Watermarks,
)

T = TypeVar("T", bound=Value)
MOST_FILLS: Final = 5000
_MOST_INFOS: Final = 50
_GREY_AFTER: Final = 2  # intervals
_GONE_AFTER: Final = 3
_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)
_KEPT_S: Final = 60.0  # a value is shown so long at least


class Age(Enum):
    """How old a value is: as good as now, older than it should be, or too old to be shown."""

    FRESH = "fresh"
    GREY = "grey"
    GONE = "gone"


class Flat(Enum):
    """Whether there is no position."""

    YES = "flat"
    NO = "not flat"
    UNKNOWN = "not known"


class Changed(Flag):
    """What an answer changed that calls for another read."""

    NOTHING = 0
    POSITIONS = auto()
    FILLS = auto()


@dataclass(frozen=True, slots=True)
class Shown(Generic[T]):
    """A value as it may be shown. It is None if there is none, or if it is gone; then `–` stands in its place.

    `asked` is the monotonic second of the question that it answers.
    """

    value: T | None
    asked: float
    age_s: float
    age: Age

    @property
    def is_fresh(self) -> bool:
        """Whether it is as good as now."""
        return self.age is Age.FRESH


@dataclass(frozen=True, slots=True)
class _Read(Generic[T]):
    value: T
    subject: Subject
    asked: float


@lru_cache(maxsize=1024)
def is_account(name: str | None, other: str | None) -> bool:
    """Whether two names are the same account: CrossTrade does not look at their case."""
    return name is not None and other is not None and name.casefold() == other.casefold()


class Known:
    """The last good answers. `usual_s` gives the seconds between two reads of a call."""

    def __init__(self, usual_s: Callable[[Call], float]) -> None:
        self._usual_s = usual_s
        self._accounts: _Read[Accounts] | None = None
        self._positions: _Read[Positions] | None = None
        self._orders: dict[str, _Read[Orders]] = {}  # by account
        self._quote: _Read[Quote] | None = None
        self._infos: dict[str, _Read[MarketInfo]] = {}  # by instrument
        self._watermarks: dict[str, _Read[Watermarks]] = {}
        self._fills: dict[str, Execution] = {}
        self.moved: frozenset[str] = frozenset()  # the accounts whose positions the last read of them changed
        self.trouble: Failed | None = None  # what keeps all from being read
        self._troubles: dict[tuple[Call, str], Failed] = {}  # what keeps one thing from being read, on an account

    # --- taking in ---

    def take(self, news: News) -> Changed:
        """Takes in an answer, and says what else it makes worth reading."""
        if news.pushed and not isinstance(news.found, Failed):
            self._troubles.pop((Call.PUSH, ""), None)  # what keeps the rest from being read is not over by that
            return self._keep(news.found, news.subject, news.asked)
        if isinstance(news.found, Failed):
            if REACTIONS[news.found.trouble].reach in (Reach.ALL, Reach.ALL_FOR_GOOD):
                self.trouble = news.found
            elif news.call is not Call.STATUS:  # that an order is not found is told by its follow-up
                self._troubles[news.call, news.subject.account] = news.found
            return Changed.NOTHING
        self._troubles.pop((news.call, news.subject.account), None)
        self.trouble = None
        return self._keep(news.found, news.subject, news.asked)

    def _keep(self, found: Value, subject: Subject, asked: float) -> Changed:
        match found:
            case Accounts():
                return self._keep_accounts(found, subject, asked)
            case Positions():
                return self._keep_positions(found, asked)
            case Orders():
                self._orders[subject.account.casefold()] = _Read(found, subject, asked)
            case Executions():
                return self._keep_fills(found)
            case Quote():
                self._quote = _newer(self._quote, _Read(found, subject, asked))
            case Profits():
                self._keep_profits(found)
            case MarketInfo():
                self._infos[subject.instrument] = _Read(found, subject, asked)
                _forget_oldest(self._infos, _MOST_INFOS)
            case Watermarks():
                self._watermarks[subject.account.casefold()] = _Read(found, subject, asked)
            case Status() | Endpoints():
                pass  # of one order: its follow-up has it; of no account
            case unreachable:
                assert_never(unreachable)
        return Changed.NOTHING

    def _keep_accounts(self, found: Accounts, subject: Subject, asked: float) -> Changed:
        self._accounts = _Read(found, subject, asked)
        return self._keep_positions(found.positions, asked) if found.positions.whole else Changed.NOTHING

    def _keep_profits(self, found: Profits) -> None:
        if self._accounts:  # whose age stays that of their balances
            self._accounts = replace(self._accounts, value=self._accounts.value.with_profits(found))

    def _keep_positions(self, found: Positions, asked: float) -> Changed:
        former = self._positions
        if former and former.asked > asked:
            return Changed.NOTHING  # a slow answer: a later question was answered before
        self._positions = _Read(found, Subject(), asked)
        different = _held(former.value) ^ _held(found) if former else frozenset()
        self.moved = frozenset(account for account, _, _ in different if account)
        return Changed.POSITIONS if different else Changed.NOTHING

    def _keep_fills(self, found: Executions) -> Changed:
        by_time = sorted(found.items, key=lambda one: one.at or _LONG_AGO)
        fresh = {one.id: one for one in by_time if one.id and one.id not in self._fills}
        self._fills |= fresh
        _forget_oldest(self._fills, MOST_FILLS)
        return Changed.FILLS if fresh else Changed.NOTHING

    # --- what may be shown ---

    @property
    def troubles(self) -> dict[Call, Failed]:
        """What keeps one thing from being read, on one account at least."""
        return {call: failed for (call, _), failed in self._troubles.items()}

    @property
    def offline(self) -> bool:
        """Whether NinjaTrader or its add-on was not there when it was last asked."""
        return self.trouble is not None and self.trouble.trouble is Trouble.OFFLINE

    def accounts(self, now: float) -> Shown[Accounts]:
        """All accounts with their balances."""
        return self._shown(Call.SNAPSHOT, self._accounts, now)

    def positions(self, now: float) -> Shown[Positions]:
        """The open positions of all accounts."""
        return self._shown(Call.POSITIONS, self._positions, now)

    def orders(self, account: str, now: float) -> Shown[Orders]:
        """The orders of an account, if they were read."""
        return self._shown(Call.ORDERS, self._orders.get(account.casefold()), now)

    def quote(self, instrument: str, now: float) -> Shown[Quote]:
        """The quote of an instrument, as it was asked for, if it is the one that was read last."""
        return self._shown(Call.QUOTE, self._about(self._quote, Subject(instrument=instrument)), now)

    def info(self, instrument: str, now: float) -> Shown[MarketInfo]:
        """The session of an instrument."""
        return self._shown(Call.INFO, self._infos.get(instrument), now)

    def watermarks(self, account: str, now: float) -> Shown[Watermarks]:
        """The Account Manager's values of an account."""
        return self._shown(Call.WATERMARKS, self._watermarks.get(account.casefold()), now)

    def fills(self) -> tuple[Execution, ...]:
        """The fills that were seen in this run, on any account, in the order of their times; they do not age."""
        return tuple(sorted(self._fills.values(), key=lambda one: one.at or _LONG_AGO))

    @staticmethod
    def _about(read: _Read[T] | None, subject: Subject) -> _Read[T] | None:
        return read if read and read.subject == subject else None

    def _shown(self, call: Call, read: _Read[T] | None, now: float) -> Shown[T]:
        if read is None:
            return Shown(None, -math.inf, math.inf, Age.GONE)
        age_s, usual_s = now - read.asked, self._usual_s(call)
        if age_s > max(_KEPT_S, _GONE_AFTER * usual_s):
            return Shown(None, read.asked, age_s, Age.GONE)
        grey = self.offline or age_s > _GREY_AFTER * usual_s
        return Shown(read.value, read.asked, age_s, Age.GREY if grey else Age.FRESH)

    # --- what may be concluded ---

    def position(self, account: str, instrument: str, now: float, today: date) -> Shown[Positions]:
        """The positions of one account in one instrument: one, or none if it is flat there."""
        shown = self.positions(now)
        if shown.value is None:
            return shown
        wanted = canonical(instrument, today)
        fits = [one for one in shown.value.items if is_account(one.account, account)]
        found = tuple(one for one in fits if canonical(one.instrument, today) == wanted)
        return replace(shown, value=Positions(found, shown.value.whole))

    def flat(self, account: str, instrument: str, now: float, today: date, since: float = -math.inf) -> Flat:
        """Whether an account is flat in an instrument, by a fresh read that was asked for after `since`."""
        shown = self.position(account, instrument, now, today)
        if shown.value is None or shown.age is not Age.FRESH or shown.asked < since:
            return Flat.UNKNOWN
        sizes = [one.signed for one in shown.value.items]
        if any(sizes):
            return Flat.NO
        return Flat.YES if shown.value.whole and None not in sizes else Flat.UNKNOWN

    def size(self, account: str, instrument: str, now: float, today: date) -> int | None:
        """Contracts held, below 0 when short: what an order's size may be made of. None unless it is fresh and told."""
        shown = self.position(account, instrument, now, today)
        if shown.value is None or shown.age is not Age.FRESH or not shown.value.whole:
            return None
        sizes = [one.signed for one in shown.value.items]
        return None if None in sizes else sum(size for size in sizes if size is not None)


def _forget_oldest(kept: dict[str, Any], most: int) -> None:
    while len(kept) > most:
        del kept[next(iter(kept))]


def _newer(former: _Read[Quote] | None, read: _Read[Quote]) -> _Read[Quote]:
    """The later of two quotes: an answer that was slow does not take the place of what was pushed meanwhile."""
    if former is None or former.subject != read.subject:
        return read
    latest, other = (read, former) if read.asked >= former.asked else (former, read)
    return replace(latest, value=latest.value.with_facts(other.value))


def _held(found: Positions) -> frozenset[tuple[str | None, str | None, int | None]]:
    return frozenset((one.account, one.instrument, one.signed) for one in found.items if _is_open(one))


def _is_open(position: Position) -> bool:
    return position.signed != 0
