"""The trader's switch for entries, with the clocks that make it fall back and the telling of each change."""

import asyncio
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

from crosstrade_desk.desk.arming import Arm, Armed, Disarmed
from crosstrade_desk.desk.away import Away, Clocks, slept
from crosstrade_desk.desk.carrier import Clock
from crosstrade_desk.desk.events import Event, Mode
from crosstrade_desk.desk.gate import Gate
from crosstrade_desk.desk.notices import Level, Notice
from crosstrade_desk.desk.tasks import TaskOwner

WATCH_EVERY_S: Final = 1.0
_BY_HAND: Final = "Entries are off: you switched them off."
_NOWHERE: Final = "Entries went off: there is no connection."


class Switch:
    """Belongs to one desk. `withdraw` calls back the entries that have not left; `tell` takes each new state."""

    def __init__(
        self, gate: Gate, clock: Clock, tasks: TaskOwner, tell: Callable[[Event], None], withdraw: Callable[[], None]
    ) -> None:
        self._gate, self._clock, self._tasks = gate, clock, tasks
        self._tell, self._withdraw = tell, withdraw
        self._arming = gate.state.arming
        self._mode: Mode | None = None  # None while there is no connection
        self._watch: asyncio.Task[None] | None = None
        self._told: Arm | None = None
        self._looked = self._clocks()

    @property
    def state(self) -> Arm:
        """Whether entries may leave now, and to which accounts."""
        if why := self._gate.state.halted:
            return Disarmed(why, tripped=True, for_good=True)
        if self.is_live and (why := self._gate.state.unconfirmed):
            return Disarmed(why, tripped=True)
        return self._gate.arm(self._clock.monotonic())

    def falls_back_at(self) -> datetime | None:
        """The local time at which entries go off unless a hand is on the program before. None: off, or without end."""
        state = self.state
        if not isinstance(state, Armed) or state.until is None:
            return None
        left = timedelta(seconds=state.until - self._clock.monotonic())
        return (datetime.fromtimestamp(self._clock.utc_us() / 1_000_000, UTC) + left).astimezone()

    @property
    def is_live(self) -> bool:
        """Whether it guards accounts on CrossTrade, not on the practice exchange."""
        return self._mode is Mode.LIVE

    def settle(self, mode: Mode | None) -> None:
        """Notes a change of place, None for nowhere. Tells nothing yet: the place is to be told first."""
        self._mode = mode
        if mode is None:
            self._arming.disarm(_NOWHERE)
        else:
            self._gate.state.settle(self._clock.monotonic(), live=self.is_live)

    def arm(self, accounts: Iterable[str]) -> None:
        """Switches entries on: in practice for everything, else for the accounts that the trader confirmed.

        Without a connection it does nothing, nor after a fault of the program, nor on CrossTrade while the trader has
        limits to confirm.
        """
        state = self._gate.state
        if self._mode is None or state.halted or (self.is_live and state.unconfirmed):
            return
        if self.is_live:
            now = self._clock.monotonic()
            self._arming.arm(accounts, now, self._gate.state.limits.idle_s, self._latest(now))
            self._looked = self._clocks()
            if self._watch is None or self._watch.done():
                self._watch = self._tasks.start(self._fall_back_in_time(), "watch the switch for entries")
        else:
            self._arming.free()
        self.tell_change()

    def _latest(self, now: float) -> float | None:
        """The monotonic second at which the hour comes that the trader set for switching entries off."""
        off_at = self._gate.state.limits.off_at
        if off_at is None:
            return None
        today = datetime.fromtimestamp(self._clock.utc_us() / 1_000_000, UTC).astimezone()
        end = datetime.combine(today.date(), off_at).astimezone()
        if end <= today:
            end = datetime.combine(today.date() + timedelta(days=1), off_at).astimezone()
        return now + (end - today).total_seconds()

    def disarm(self, why: str) -> None:
        """Switches entries to funded and live accounts off, on CrossTrade; exits and practice still pass."""
        if self.is_live:
            self._arming.disarm(why)
            self.tell_change()

    def off(self) -> None:
        """The trader's own hand switches every entry off, simulation and practice included; exits still pass."""
        self._arming.trip(_BY_HAND)
        self.tell_change()

    def touch(self) -> None:
        """A hand is on the program: it stays armed."""
        self._arming.touch(self._clock.monotonic())

    def tell_change(self) -> None:
        """Tells the state if it is another one than was told last.

        Entries that have not left are called back if it is off, or no longer covers an account that was confirmed.
        """
        if (state := self.state) != self._told:
            former, self._told = self._told, state
            if not isinstance(state, Armed) or not state.covers_all_of(former):
                self._withdraw()
            self._tell(state)

    def away(self, how: Away) -> None:
        """The trader is away, or was: it is told, and entries on CrossTrade fall back. Exits and practice go on."""
        self._tell(how)
        if self.is_live and isinstance(self.state, Armed):
            self.disarm(how.value)
            self._tell(Notice(Level.WARNING, how.value, "entries"))

    def look_at_clocks(self) -> None:
        """Finds out whether the computer was asleep since the last look."""
        before, self._looked = self._looked, self._clocks()
        if slept(before, self._looked):
            self.away(Away.SLEPT)

    def _clocks(self) -> Clocks:
        return Clocks(self._clock.utc_us() / 1_000_000, self._clock.monotonic())

    async def _fall_back_in_time(self) -> None:
        """Lets it fall back when its time is over, or when the computer was asleep."""
        while self.is_live and isinstance(self.state, Armed):
            await asyncio.sleep(WATCH_EVERY_S)
            self.look_at_clocks()
        self.tell_change()
