"""The send gate: decides about each press, in one thread and before anything is awaited. Exits pass every guard."""

from crosstrade_desk.desk.arming import Arm, Arming
from crosstrade_desk.desk.attempts import Attempt, Blocked, Decision, Go
from crosstrade_desk.desk.gate_state import FRESH_PRESS_S, GateState, Memory
from crosstrade_desk.desk.guards import GUARDS, QUESTIONS, STANDING, TOO_SOON
from crosstrade_desk.desk.limits import Limits
from crosstrade_desk.protocol.command import Command

_NOWHERE = Blocked("connection", "Not sent: there is no connection. Press Connection and look there.")


class Gate:
    """One gate for every way in: mouse, keys, presets, command line. All times are monotonic seconds."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.state = GateState(limits or Limits(), Arming())
        self._last_exit: tuple[Command, float] | None = None

    def ask(self, attempt: Attempt) -> Decision:
        """Gives `Go` and locks, or says why not, or asks. What is asked or blocked uses nothing up."""
        if not attempt.connected:
            return _NOWHERE
        if attempt.command.passes:
            return self._exit(attempt.command, attempt.now)
        for guard in GUARDS:
            if (blocked := guard(self.state, attempt)) is not None:
                return blocked
        for question in () if attempt.answered else QUESTIONS:
            if (asked := question(self.state, attempt)) is not None:
                return asked
        self.state.let_through(attempt)
        return Go()

    def _exit(self, command: Command, now: float) -> Go | Blocked:
        """Lets an exit pass. Only one that takes a further slice each time has to be a press of its own."""
        former, self._last_exit = self._last_exit, (command, now)
        if former and not command.is_idempotent and former[0] == command and now - former[1] < FRESH_PRESS_S:
            return TOO_SOON
        return Go()

    def done(self, command: Command, now: float, *, unknown: bool = False, failed: bool = False) -> None:
        """Unlocks after the outcome of the very command that locked. `unknown`: it may have arrived; `failed`: it was
        refused, or never left."""
        self.state.end(command, now, unknown=unknown, failed=failed)

    def take_up(self, memory: Memory) -> None:
        """Goes on where former runs left off."""
        self._last_exit = memory.last_exit
        self.state.take_up(memory)

    def standing(self, attempt: Attempt) -> Blocked | None:
        """What would keep the command in however it is pressed; None if nothing. Changes nothing."""
        if not attempt.connected:
            return _NOWHERE
        if attempt.command.passes:
            return None
        found = (guard(self.state, attempt) for guard in STANDING)
        return next((blocked for blocked in found if blocked), None)

    def arm(self, now: float) -> Arm:
        """The state of the arm switch."""
        return self.state.arming.state(now)

    @property
    def busy(self) -> bool:
        """Whether an entry is on its way."""
        return self.state.in_flight is not None
