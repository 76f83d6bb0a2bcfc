"""What CrossTrade itself keeps for a user: the kill switch, the windows of the control panel, rates, tags. Pure."""

from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from crosstrade_desk.practice.guards import StrategyLocks
from crosstrade_desk.practice.windows import Window
from crosstrade_desk.protocol.numbers import Rate

_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(slots=True)
class Rates:
    """Counts messages by the id they carry. The limit of the arriving message is the one that is tested.

    Source: docs advanced-options/rate-limiting; that the span slides is our reading.
    """

    _seen: dict[str, deque[datetime]] = field(default_factory=dict)
    _forgotten: datetime = _LONG_AGO

    def passes(self, name: str, rate: Rate, now: datetime) -> bool:
        """Whether one more message passes now; if so it is counted."""
        self._forget(now - timedelta(days=1))  # no limit looks back further
        seen = self._seen.setdefault(name, deque())
        since = now - timedelta(seconds=rate.span_s)
        if sum(moment > since for moment in seen) >= rate.count:
            return False
        seen.append(now)
        return True

    def _forget(self, before: datetime) -> None:
        """Drops what was seen up to a moment, and the ids of which nothing is left."""
        if before < self._forgotten:
            return
        self._forgotten = before + timedelta(hours=1)  # once an hour will do
        for name, seen in list(self._seen.items()):
            while seen and seen[0] <= before:
                seen.popleft()
            if not seen:
                del self._seen[name]


@dataclass(slots=True)
class Panel:
    """The control panel of one user."""

    window: Window = field(default_factory=Window)
    killed: bool = False
    rates: Rates = field(default_factory=Rates)
    locks: StrategyLocks = field(default_factory=StrategyLocks)
