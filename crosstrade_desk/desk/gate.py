"""The send gate: one order of guards, pure, with time as an argument. Exits pass every guard but "where to?"."""

from dataclasses import dataclass
from typing import Final

from crosstrade_desk.protocol.command import Command

FRESH_PRESS_S: Final = 0.5  # the second press of a double click comes sooner than this

_NOWHERE: Final = "Not sent: there is no connection. Press Connection and look there."
_IN_FLIGHT: Final = "Not sent: the order before it has no answer yet."
_TOO_SOON: Final = "Not sent: this press came too soon after the last order or its answer."
_MOVED: Final = "Not sent: the connection changed just before this press. Press again."
_ONCE_MORE: Final = (
    "Not sent: the same order has just ended as unknown and may have arrived. "
    "Look in NinjaTrader; press once more if it is not there."
)


@dataclass(frozen=True, slots=True)
class Go:
    """The command may leave now. An entry has locked the gate until `Gate.done`."""


@dataclass(frozen=True, slots=True)
class Blocked:
    """Nothing was sent. `rule` names the guard, `sentence` tells the trader."""

    rule: str
    sentence: str


class Gate:
    """Decides about each press, in one thread and before anything is awaited. All times are monotonic seconds."""

    def __init__(self) -> None:
        self._in_flight: Command | None = None
        self._unknown: Command | None = None
        self._last: float | None = None
        self._last_exit: tuple[Command, float] | None = None
        self._moved: float | None = None
        self._halted = ""

    def ask(self, command: Command, *, connected: bool, now: float) -> Go | Blocked:
        """Gives `Go` and locks, or says why not."""
        if not connected:
            return Blocked("connection", _NOWHERE)
        if command.spec.exits:
            return self._exit(command, now)
        blocked = self._against_entry(now) or self._after_unknown(command, now)
        if blocked is None:
            self._in_flight, self._last = command, now
        return blocked or Go()

    def _exit(self, command: Command, now: float) -> Go | Blocked:
        """Lets an exit pass. Only one that takes a further slice each time has to be a press of its own."""
        former, self._last_exit = self._last_exit, (command, now)
        if former and not command.is_idempotent and former[0] == command and now - former[1] < FRESH_PRESS_S:
            return Blocked("double press", _TOO_SOON)
        return Go()

    def _against_entry(self, now: float) -> Blocked | None:
        if self._halted:
            return Blocked("halted", self._halted)
        if self._in_flight is not None:
            return Blocked("in flight", _IN_FLIGHT)
        if self._last is not None and now - self._last < FRESH_PRESS_S:
            self._last = now  # whoever hammers has to pause
            return Blocked("double press", _TOO_SOON)
        if self._moved is not None and now - self._moved < FRESH_PRESS_S:
            return Blocked("change of place", _MOVED)
        return None

    def _after_unknown(self, command: Command, now: float) -> Blocked | None:
        if command != self._unknown:
            return None
        self._unknown, self._last = None, now
        return Blocked("after unknown", _ONCE_MORE)

    def done(self, command: Command, now: float, *, unknown: bool = False) -> None:
        """Unlocks after the outcome of the very command that locked. `unknown`: it may have arrived."""
        if self._in_flight is command:
            self._in_flight, self._last = None, now  # a click queued behind a slow answer is no fresh press
            self._unknown = command if unknown else None

    def settle(self, now: float) -> None:
        """Notes a change of place: a click meant for the former place does nothing in the new one."""
        self._moved = now

    def halt(self, sentence: str) -> None:
        """Blocks entries until the program is started again; exits still pass."""
        self._halted = sentence

    @property
    def busy(self) -> bool:
        """Whether an entry is on its way."""
        return self._in_flight is not None
