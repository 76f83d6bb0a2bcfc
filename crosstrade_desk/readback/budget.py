"""How much may be asked: one budget for every read, so that other programs on the same key have theirs. Pure.

CrossTrade gives a user 3 tokens a second and a burst of 20, over all programs together. Source: docs api/rate-limiting.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Final

SHARE: Final = 1.0  # tokens a second on average: a third of what the user has
_SLOW_FOR_S: Final = 60.0
_LONGEST_PAUSE_S: Final = 60.0
_PAUSES_S: Final = (1.0, 2.0, 4.0, 8.0)


@dataclass(slots=True)
class _Bucket:
    """`rate` tokens a second, at most `size` of them. Background reads leave `reserve` to those after an action."""

    rate: float
    size: float
    reserve: float
    tokens: float

    def fill(self, seconds: float) -> None:
        self.tokens = min(self.size, self.tokens + self.rate * seconds)

    def needs(self, priority: "Priority") -> float:
        return 1.0 if priority is Priority.ACTION else 1.0 + self.reserve


class Priority(Enum):
    """What a read is for."""

    ACTION = "the trader did something, and waits to see it"
    BACKGROUND = "whatever else is on screen"


class Budget:
    """Two buckets that must both hold a token. Times are monotonic seconds. What is not granted does not queue here.

    The first keeps the average: it begins with 10 and may save up a minute's worth, so an hour has at most 0.99 x 3600
    and 10. The second keeps the pace: 5 and 1.45 a second are under 20 in any 10 seconds.
    """

    def __init__(self, now: float, share: float = SHARE) -> None:
        average, pace = _Bucket(0.99 * share, 60, 2, 10), _Bucket(1.45 * share, 5, 1, 5)
        self._buckets = (average, pace)
        self._at = self._slow_until = self._closed_until = now
        self._refusals = 0

    def _fill(self, now: float) -> None:
        passed_s = max(0.0, now - self._at)
        slow_s = max(0.0, min(now, self._slow_until) - self._at)
        for bucket in self._buckets:
            bucket.fill(passed_s - slow_s / 2)
        self._at = max(self._at, now)

    def grants(self, priority: Priority, now: float) -> bool:
        """Takes a token, if there is one for this priority and the server has not asked for a pause."""
        self._fill(now)
        if now < self._closed_until or any(bucket.tokens < bucket.needs(priority) for bucket in self._buckets):
            return False
        self._spend(1)
        return True

    def _spend(self, tokens: float) -> None:
        for bucket in self._buckets:
            bucket.tokens = max(0.0, bucket.tokens - tokens)

    def spent(self, now: float) -> None:
        """Something else was sent with the same key: a message. It is not documented whether it counts."""
        self._fill(now)
        self._spend(1)

    def refused(self, now: float, wait_s: float | None) -> None:
        """The server said 429: another program needs it. A pause, then half the rate for a minute."""
        self._fill(now)
        usual = _PAUSES_S[min(self._refusals, len(_PAUSES_S) - 1)]
        self._closed_until = now + min(_LONGEST_PAUSE_S, usual if wait_s is None else wait_s)
        self._slow_until = now + _SLOW_FOR_S
        self._spend(self._buckets[0].size)  # what was saved up is not there: somebody else has used it
        self._refusals += 1

    def answered(self) -> None:
        """The server answered again."""
        self._refusals = 0

    def opens_at(self, priority: Priority, now: float) -> float:
        """When a token for this priority may be there at the earliest."""
        self._fill(now)
        waits = (max(0.0, bucket.needs(priority) - bucket.tokens) / bucket.rate for bucket in self._buckets)
        return max(self._closed_until, now + max(waits))
