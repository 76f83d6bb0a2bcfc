"""The guards an entry passes, in order, and the questions of which at most one is asked. Pure.

A guard looks at one attempt and says nothing, or why not. The first that speaks decides.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from crosstrade_desk.desk.accounts import AccountClass
from crosstrade_desk.desk.arming import Armed, Disarmed
from crosstrade_desk.desk.attempts import Attempt, Blocked, Question
from crosstrade_desk.desk.gate_state import GateState
from crosstrade_desk.desk.history import distances_of, prices_of, root_of, total_size
from crosstrade_desk.protocol.command import Command
from crosstrade_desk.protocol.own_ids import without_own_id
from crosstrade_desk.protocol.price_rules import contract_of
from crosstrade_desk.protocol.prices import RelativePrice, Unit
from crosstrade_desk.protocol.problems import counted, listed
from crosstrade_desk.protocol.stakes import points_of

Guard = Callable[[GateState, Attempt], Blocked | None]
Ask = Callable[[GateState, Attempt], Question | None]

TOO_SOON: Final = Blocked(
    "double press", "Not sent: this press came too soon after the last order or its answer. Press again."
)
_IN_FLIGHT: Final = Blocked("in flight", "Not sent: the order before it has no answer yet. Wait for it; exits leave.")
_MOVED: Final = Blocked("change of place", "Not sent: the connection changed just before this press. Press again.")


def _halted(state: GateState, _attempt: Attempt) -> Blocked | None:
    return Blocked("halted", state.halted) if state.halted else None


def _unconfirmed(state: GateState, attempt: Attempt) -> Blocked | None:
    """Simulation accounts too: which account is one may be what was changed."""
    return Blocked("settings", state.unconfirmed) if state.unconfirmed and attempt.live else None


def _unchecked(state: GateState, attempt: Attempt) -> Blocked | None:
    """For some milliseconds, so the form does not show it."""
    return Blocked("settings", state.unchecked) if state.unchecked and attempt.live else None


def _armed(state: GateState, attempt: Attempt) -> Blocked | None:
    arm = state.arming.state(attempt.now)
    if isinstance(arm, Armed) or not (arm.tripped or state.needs_arm(attempt)):
        return None
    return Blocked("armed", f"{arm.why} Switch entries on in the band on top.")


def _confirmed(state: GateState, attempt: Attempt) -> Blocked | None:
    arm = state.arming.state(attempt.now)
    if not attempt.live or isinstance(arm, Disarmed):
        return None
    accounts = state.subject(attempt.command).accounts
    real = (name for name in accounts if state.limits.classes.of(name) is not AccountClass.SIMULATION)
    missing = tuple(name for name in real if not arm.covers(name))
    if not missing:
        return None
    were = f"{listed(missing)} {'was' if len(missing) == 1 else 'were'}"
    why = f"{were} not ticked when you switched entries on. Press ENTRIES to confirm the ticked accounts."
    return Blocked("account", why)


def _size(state: GateState, attempt: Attempt) -> Blocked | None:
    size, subject = total_size(attempt.command), state.subject(attempt.command)
    if size is None:
        return None
    root, kind = root_of(subject), state.limits.classes.worst(subject.accounts)
    most = state.limits.sizes[kind]
    if size > most:
        return Blocked("size", f"{_contracts(size)} in all, and your limit on {kind.value} accounts is {most}.")
    roots = state.limits.sizes_by_root
    if not root and roots:  # a change of an order that is not known here may be about any of them
        root = min(roots, key=lambda name: roots[name])
    most = roots.get(root, size)
    return Blocked("size", f"{_contracts(size)} in all, and your limit in {root} is {most}.") if size > most else None


def _contracts(size: int) -> str:
    return counted(size, "contract")


def _in_flight(state: GateState, attempt: Attempt) -> Blocked | None:
    """A change of a working order does not wait for a new one's answer, nor the other way round."""
    return _IN_FLIGHT if state.in_flight and attempt.command.spec.opens else None


def _unique(state: GateState, attempt: Attempt) -> Blocked | None:
    """An id names one order: two with the same one could not be told apart, nor cancelled."""
    return TOO_SOON if state.was_sent(attempt) else None


def _fresh(state: GateState, attempt: Attempt) -> Blocked | None:
    return None if state.is_fresh(attempt.pressed) else TOO_SOON


def _moved(state: GateState, attempt: Attempt) -> Blocked | None:
    return _MOVED if state.has_moved(attempt.now) else None


def _rate(state: GateState, attempt: Attempt) -> Blocked | None:
    limits = state.limits
    if len(state.since(attempt.now, limits.entries_in_s)) < limits.entries:
        return None
    return Blocked(
        "rate", f"Not sent: {limits.entries} entries in {limits.entries_in_s:g} s are your limit. Wait a little."
    )


def _burst(state: GateState, attempt: Attempt) -> Blocked | None:
    """The circuit breaker: a hand does not send so many orders in so short a time."""
    limits = state.limits
    if len(state.since(attempt.now, limits.burst_s)) < limits.burst:
        return None
    state.arming.trip(f"Entries are off: {limits.burst} orders within {limits.burst_s:g} s look like a mistake.")
    why = f"Not sent: {limits.burst} orders within {limits.burst_s:g} s look like a mistake. Entries are off."
    return Blocked("burst", why)


# Known before anything is pressed.
STANDING: Final[tuple[Guard, ...]] = (_halted, _unconfirmed, _armed, _confirmed, _size)
# In this order. What locks comes before what counts, so that a blocked press uses nothing up.
GUARDS: Final[tuple[Guard, ...]] = (*STANDING, _unchecked, _in_flight, _unique, _fresh, _moved, _rate, _burst)


def _after_unknown(state: GateState, attempt: Attempt) -> Question | None:
    if without_own_id(attempt.command) != state.unknown:
        return None
    return Question("after unknown", "The very same order ended as unknown and may have arrived. Send it again?")


def _same_again(state: GateState, attempt: Attempt) -> Question | None:
    if without_own_id(attempt.command) not in state.since(attempt.now, state.limits.same_s):
        return None
    return Question(
        "same again", f"The very same order was sent less than {state.limits.same_s:g} s ago. Send it again?"
    )


def _unusual_size(state: GateState, attempt: Attempt) -> Question | None:
    size, root = total_size(attempt.command), root_of(attempt.command)
    usual = state.history.usual_size(root)
    if size is None or usual is None or size < state.limits.unusual * usual:
        return None
    return Question("unusual size", f"{_contracts(size)} of {root} are {size // usual} times your usual {usual}. Send?")


def _far_price(state: GateState, attempt: Attempt) -> Question | None:
    distances, prices = distances_of(attempt.command), prices_of(attempt.command)
    if not (distances or prices):
        return None
    subject = state.subject(attempt.command)
    last, words = _compared(state, subject)
    for distance in distances:
        if _percent(distance, last, subject) > state.limits.far:
            return Question("far price", f"{distance.words[0].upper()}{distance.words[1:]} is far away. Send?")
    for price in prices.values():
        if last and abs(price - last) * 100 > last * state.limits.far:
            away = abs(price - last) * 100 / last
            return Question("far price", f"{price:f} is {away:.0f} % away from {words}, {last:f}. Send?")
    return None


def _percent(distance: RelativePrice, last: Decimal | None, subject: Command) -> Decimal:
    """How far a distance is of the last price; 0 where that cannot be told."""
    if distance.unit is Unit.PERCENT:
        return abs(distance.amount)
    points = points_of(distance, last, contract_of(subject.values))
    return points * 100 / last if points and last else Decimal(0)


def _compared(state: GateState, subject: Command) -> tuple[Decimal | None, str]:
    """What prices are held against: the market's, if a fresh quote is known, else the last one used in the root."""
    root, name = root_of(subject), subject.texts.get("instrument", "")
    if quoted := state.quoted(name):
        return quoted, f"the market in {name}"
    return state.history.last_price(root), f"your last price in {root}"


# At most one is asked: the first that has something to ask.
QUESTIONS: Final[tuple[Ask, ...]] = (_after_unknown, _same_again, _unusual_size, _far_price)
