"""Whether entries may leave at all: the arm switch and everything that makes it fall back. Pure; times are seconds."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, assert_never


@dataclass(frozen=True, slots=True)
class Armed:
    """Entries may leave. `accounts` were confirmed when it was armed; None: all, as in practice.

    `until` is the monotonic second at which it falls back unless something is done before; None: it does not.
    """

    accounts: frozenset[str] | None
    until: float | None

    def covers(self, account: str) -> bool:
        """Whether the account was confirmed."""
        return self.accounts is None or account.casefold() in self.accounts

    def covers_all_of(self, former: "Arm | None") -> bool:
        """Whether every account that was confirmed before still is."""
        if self.accounts is None or not isinstance(former, Armed):
            return True
        return former.accounts is not None and former.accounts <= self.accounts


@dataclass(frozen=True, slots=True)
class Disarmed:
    """Entries to accounts other than simulation are blocked. `tripped`: something went wrong, and all entries are.

    `for_good`: no hand switches them on again in this run.
    """

    why: str
    tripped: bool = False
    for_good: bool = False


Arm = Armed | Disarmed
_AT_FIRST: Final = "Entries to funded and live accounts are off."
IDLE: Final = "Entries went off: nothing was done for a while."


class Arming:
    """The switch for entries."""

    def __init__(self) -> None:
        self._idle_s = 0.0
        self._latest: float | None = None
        self._state: Arm = Disarmed(_AT_FIRST)

    def state(self, now: float) -> Arm:
        """The state at a moment. One that has run out is disarmed from then on."""
        match self._state:
            case Armed(_, until) if until is not None and now >= until:
                self._state = Disarmed(IDLE)
            case Armed() | Disarmed():
                pass
            case unreachable:
                assert_never(unreachable)
        return self._state

    @property
    def is_tripped(self) -> bool:
        """Whether something went wrong, so that all entries are off until a hand switches them on."""
        return isinstance(self._state, Disarmed) and self._state.tripped

    def reset(self) -> None:
        """As at first: whatever it was, it has to be armed anew."""
        self._state = Disarmed(_AT_FIRST)

    def free(self) -> None:
        """Arms for everything and without end: practice costs nothing."""
        self._state = Armed(None, None)

    def arm(self, accounts: Iterable[str], now: float, idle_s: float, latest: float | None = None) -> None:
        """Arms for the accounts that the trader confirmed, for `idle_s` without a hand on the program at a time.

        It ends at `latest`, however much is done.
        """
        self._idle_s, self._latest = idle_s, latest
        self._state = Armed(frozenset(name.casefold() for name in accounts), self._end(now))

    def _end(self, now: float) -> float:
        return now + self._idle_s if self._latest is None else min(now + self._idle_s, self._latest)

    def touch(self, now: float) -> None:
        """Something was done: an armed switch stays armed as long again."""
        state = self.state(now)
        if isinstance(state, Armed) and state.until is not None:
            self._state = Armed(state.accounts, self._end(now))

    def disarm(self, why: str) -> None:
        """Falls back. A tripped switch stays tripped: the trader must see why, and arm anew."""
        if not self.is_tripped:
            self._state = Disarmed(why)

    def trip(self, why: str) -> None:
        """Falls back so that no entry leaves, simulation included."""
        self._state = Disarmed(why, tripped=True)
