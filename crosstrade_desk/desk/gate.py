"""The send gate: one order of guards, pure, with time as an argument. Exits pass every guard but "where to?"."""

from dataclasses import dataclass
from typing import Final

from crosstrade_desk.protocol.command import Command

FRESH_PRESS_S: Final = 0.4  # the second press of a double click comes sooner than this


@dataclass(frozen=True, slots=True)
class Go:
    """The command may leave now. An entry has locked the gate until `Gate.done`."""


@dataclass(frozen=True, slots=True)
class Blocked:
    """Nothing was sent. `rule` names the guard, `sentence` tells the trader."""

    rule: str
    sentence: str


class Gate:
    """Decides about each press, in one thread and before anything is awaited."""

    def __init__(self) -> None:
        self._in_flight: Command | None = None
        self._last_go: float | None = None
        self._moved: float | None = None
        self._halted = ""

    def ask(self, command: Command, *, connected: bool, now: float) -> Go | Blocked:
        """Gives `Go` and locks, or says why not. `now` is a monotonic time in seconds."""
        if not connected:
            return Blocked("connection", "Not sent: there is no connection yet. Press Connection and look there.")
        if command.spec.exits:
            return Go()
        blocked = self._against_entry(now)
        if blocked is None:
            self._in_flight, self._last_go = command, now
        return blocked or Go()

    def _against_entry(self, now: float) -> Blocked | None:
        if self._halted:
            return Blocked("halted", self._halted)
        if self._in_flight is not None:
            return Blocked("in flight", "Not sent: the order before it has no answer yet.")
        if self._last_go is not None and now - self._last_go < FRESH_PRESS_S:
            return Blocked("double press", "Not sent: this press came too soon after the last one.")
        if self._moved is not None and now - self._moved < FRESH_PRESS_S:
            return Blocked("change of place", "Not sent: the connection changed just before this press. Press again.")
        return None

    def done(self, command: Command) -> None:
        """Unlocks after the outcome of the very command that locked."""
        if self._in_flight is command:
            self._in_flight = None

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
