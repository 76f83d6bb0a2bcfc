"""How much may be asked: one bucket of tokens for every read, so that other programs on the same key have theirs. Pure.

CrossTrade gives a user 3 tokens a second and a burst of 20, over all programs together. Source: docs api/rate-limiting.
"""

from enum import Enum
from typing import Final

SHARE: Final = 1.0  # tokens a second on average: a third of what the user has
SIZE: Final = 10.0
RESERVE: Final = 6.0  # what background reads leave to those that follow an action
_UNDER: Final = 0.95  # so that the average stays under the share with the first burst counted in
_SLOW_FOR_S: Final = 60.0
_LONGEST_PAUSE_S: Final = 60.0
_PAUSES_S: Final = (1.0, 2.0, 4.0, 8.0)


class Priority(Enum):
    """What a read is for; the value is what it leaves in the bucket."""

    ACTION = 0.0  # the trader did something, and waits to see it
    BACKGROUND = RESERVE


class Budget:
    """The bucket. Times are monotonic seconds. What is not granted is not kept in mind: nothing queues here.

    In any 10 s at most `SIZE` and 10 times the share leave: under 2.0 a second with the usual share, whatever happens.
    """

    def __init__(self, now: float, share: float = SHARE) -> None:
        self._rate = share * _UNDER
        self._tokens, self._at = SIZE, now
        self._slow_until = self._closed_until = now
        self._refusals = 0

    def _fill(self, now: float) -> None:
        slow_s = max(0.0, min(now, self._slow_until) - self._at)
        self._tokens = min(SIZE, self._tokens + self._rate * (max(0.0, now - self._at) - slow_s / 2))
        self._at = max(self._at, now)

    def grants(self, priority: Priority, now: float) -> bool:
        """Takes a token, if there is one for this priority and the server has not asked for a pause."""
        self._fill(now)
        if now < self._closed_until or self._tokens < max(1.0, priority.value):
            return False
        self._tokens -= 1
        return True

    def spent(self, now: float) -> None:
        """Something else was sent with the same key: a message. It is not documented whether it counts."""
        self._fill(now)
        self._tokens = max(0.0, self._tokens - 1)

    def refused(self, now: float, wait_s: float | None) -> None:
        """The server said 429: another program needs it. A pause, then half the rate for a minute."""
        self._fill(now)
        usual = _PAUSES_S[min(self._refusals, len(_PAUSES_S) - 1)]
        self._closed_until = now + min(_LONGEST_PAUSE_S, usual if wait_s is None else wait_s)
        self._slow_until = now + _SLOW_FOR_S
        self._tokens = 0.0  # what was saved up is not there: somebody else has used it
        self._refusals += 1

    def answered(self) -> None:
        """The server answered again."""
        self._refusals = 0

    def opens_at(self, priority: Priority, now: float) -> float:
        """When a token for this priority may be there at the earliest."""
        self._fill(now)
        lacking = max(1.0, priority.value) - self._tokens
        return max(self._closed_until, now + max(0.0, lacking) / self._rate)
