"""What the gate remembers of former presses and outcomes. Pure; all times are monotonic seconds."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from crosstrade_desk.desk.accounts import AccountClass
from crosstrade_desk.desk.arming import Arming
from crosstrade_desk.desk.attempts import Attempt
from crosstrade_desk.desk.history import History
from crosstrade_desk.desk.limits import Limits
from crosstrade_desk.protocol.command import Command
from crosstrade_desk.protocol.own_ids import own_id_of, without_own_id

FRESH_PRESS_S: Final = 0.5  # the second press of a double click comes sooner than this
_REMEMBERED: Final = 1000
_UNKNOWN: Final = "Entries are off: the last order ended as unknown and may have arrived. Look in NinjaTrader first."


@dataclass(slots=True)
class Memory:
    """What counts of the presses of former runs.

    `unknown` is an entry that may have arrived, and that nothing was done about since.
    """

    last: float | None = None
    last_exit: tuple[Command, float] | None = None
    unknown: Command | None = None
    failures: int = 0
    entries: list[tuple[float, Command]] = field(default_factory=list)


@dataclass(slots=True)
class GateState:
    """The lock, the arm switch, the counters. `halted` says why entries are blocked for the rest of the run.

    `quoted` gives the market's price of an instrument, None if no fresh one is known; `read` a command about account
    and instrument of an order that was read back, by its id.
    `unconfirmed` says why those to CrossTrade are, until the trader confirms his limits; "" if he need not.
    `unchecked` says why they are for a moment, until it is known whether he has to; "" if it is.
    """

    limits: Limits
    arming: Arming
    history: History = field(default_factory=History)
    halted: str = ""
    quoted: Callable[[str], Decimal | None] = lambda _instrument: None
    read: Callable[[str], Command | None] = lambda _order_id: None
    unconfirmed: str = ""
    unchecked: str = ""
    in_flight: Command | None = None
    unknown: Command | None = None
    _last: float | None = None
    _moved: float | None = None
    _failures: int = 0
    _entries: deque[tuple[float, Command]] = field(default_factory=lambda: deque(maxlen=_REMEMBERED))

    def was_sent(self, attempt: Attempt) -> bool:
        """Whether an order with the very id that the program gave it was let through before."""
        return own_id_of(attempt.command) in self.history

    def subject(self, command: Command) -> Command:
        """The order that a command is about, as it was sent from here, else as it was read back, else as it says."""
        found, order_id = self.history.subject(command), command.texts.get("order_id", "")
        is_known = found is not command or command.accounts or "instrument" in command.values
        return found if is_known else self.read(order_id) or command

    def needs_arm(self, attempt: Attempt) -> bool:
        """Whether the switch has to be on for it: all that is not simulation, on CrossTrade."""
        accounts = self.subject(attempt.command).accounts  # a change names none: those of its order count
        simulated = self.limits.classes.worst(accounts) is AccountClass.SIMULATION
        return attempt.live and not simulated

    def is_fresh(self, pressed: float) -> bool:
        """Whether this is no second press of a double click. Whoever hammers has to pause."""
        if self._last is None or pressed - self._last >= FRESH_PRESS_S:
            return True
        self._last = max(self._last, pressed)
        return False

    def has_moved(self, now: float) -> bool:
        """Whether the place changed just now."""
        return self._moved is not None and now - self._moved < FRESH_PRESS_S

    def since(self, now: float, seconds: float) -> list[Command]:
        """The entries let through in the last so many seconds, without the ids that the program gave them."""
        return [command for moment, command in self._entries if now - moment < seconds]

    def let_through(self, attempt: Attempt) -> None:
        """Locks if it opens, and counts the entry."""
        self._last = attempt.now
        if attempt.command.spec.opens:
            self.in_flight = attempt.command
        self._entries.append((attempt.now, without_own_id(attempt.command)))
        self.history.note(attempt.command)
        self.arming.touch(attempt.now)

    def end(self, command: Command, now: float, *, unknown: bool, failed: bool) -> None:
        """Unlocks if this entry locked, and switches entries off if its outcome gives reason to."""
        if self.in_flight is command:
            self.in_flight = None
            self._last = now  # a click queued behind a slow answer is no fresh press
        self._failures = self._failures + 1 if failed else 0
        bare = without_own_id(command)
        if unknown or bare == self.unknown:
            self.unknown = bare if unknown else None
        self._look_at_failures(unknown=unknown)

    def _look_at_failures(self, *, unknown: bool) -> None:
        if unknown:
            self.arming.trip(_UNKNOWN)
        elif self._failures >= self.limits.failures:
            self._failures = 0
            self.arming.trip(f"Entries are off: {self.limits.failures} orders in a row were refused or not sent.")

    def take_up(self, memory: Memory) -> None:
        """Goes on where former runs left off. This run was never anywhere else, so that no press was meant for that."""
        self._moved, self._last = None, memory.last
        self.unknown, self._failures = memory.unknown, memory.failures
        self._entries.extend(memory.entries)
        self._look_at_failures(unknown=memory.unknown is not None)

    def settle(self, now: float, *, live: bool) -> None:
        """Notes a change of place: a click meant for the former place does nothing in the new one."""
        self._moved, self._failures = now, 0
        self.history = History()
        self._entries.clear()
        if self.arming.is_tripped:
            return  # only a hand switches it on again
        if live:
            self.arming.reset()
        else:
            self.arming.free()
