"""The use cases: compose, arm, send, get out, and everything that must happen around a send.

The one place where every way in meets: mouse, keys, presets, command line. Decisions fall before anything is awaited.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Mapping
from decimal import Decimal
from functools import partial
from types import MappingProxyType
from typing import Any, Final

from crosstrade_desk.desk import panic
from crosstrade_desk.desk.attempts import Attempt, Blocked, Decision, Go, Question
from crosstrade_desk.desk.away import Clocks
from crosstrade_desk.desk.carrier import SEND_TASK, Carrier, Clock, Flight, Journal, Line
from crosstrade_desk.desk.events import Asked, Event, Listener, NoPlace, Place
from crosstrade_desk.desk.former import RECENT, presses, remembered
from crosstrade_desk.desk.gate import Gate
from crosstrade_desk.desk.habits import MOST, entries
from crosstrade_desk.desk.history import meets
from crosstrade_desk.desk.known import KnownSecrets
from crosstrade_desk.desk.limits import Limits
from crosstrade_desk.desk.notices import Level, Notice
from crosstrade_desk.desk.own_orders import OwnOrders
from crosstrade_desk.desk.switch import Switch
from crosstrade_desk.desk.tasks import TaskOwner
from crosstrade_desk.protocol.command import Command, compose
from crosstrade_desk.protocol.message import Message
from crosstrade_desk.protocol.problems import Problems
from crosstrade_desk.protocol.spec import CommandSpec
from crosstrade_desk.sending.outcome import LinkUp, NotSent, Outcome, Refused, Unknown
from crosstrade_desk.sending.sender import Sender

Done = Callable[[Outcome], None]
WARM_EVERY_S: Final = 25.0
_OF_THE_SWITCH: Final = ("armed", "account", "burst")  # what they say is over once entries go on
_CLOSING: Final = Blocked("closing", "Not sent: the program is ending.")


class Desk:
    """Composes, guards, journals, sends, and tells its listeners. Lives on one loop's thread; nothing here blocks."""

    def __init__(
        self, journal: Journal, tasks: TaskOwner, clock: Clock | None = None, limits: Limits | None = None
    ) -> None:
        self._journal = journal
        self._tasks = tasks
        self._clock = clock or Clock()
        self._gate = Gate(limits)
        self._carrier = Carrier(journal, tasks, self._clock, self.tell)
        self._line: Line | None = None
        self._listeners: list[Listener] = []
        self._repeating: dict[asyncio.Event, Message] = {}
        self._flights: set[Flight] = set()
        self._learning: asyncio.Task[None] | None = None
        self.switch = Switch(self._gate, self._clock, tasks, self.tell, self._withdraw)
        self.known = KnownSecrets()
        self.own_orders = OwnOrders(self._clock.utc_us)
        self.where: Place | NoPlace | None = None
        self.entries = 0  # how many were let through in this run

    def listen(self, listener: Listener) -> None:
        self._listeners.append(listener)

    def tell(self, event: Event) -> None:
        """Tells every listener. A fault of one of them is reported and stops neither the others nor an order."""
        for listener in self._listeners:
            try:
                listener(event)
            except Exception as fault:  # noqa: BLE001 - a window that cannot paint must not keep an exit from leaving
                self._tasks.report(fault)

    def compose(
        self,
        spec: CommandSpec,
        texts: Mapping[str, str],
        needed: tuple[str, ...] = (),
        extras: Mapping[str, str] = MappingProxyType({}),
    ) -> Message | Problems:
        """Gives the frozen message that the texts say, or all their problems.

        `needed` names optional fields that may not be empty here, because the message would reach wider without them.
        """
        command = compose(spec, self.own_orders.named(spec, texts), needed, extras)
        if isinstance(command, Problems):
            return command
        return self.known.problems(command) or Message(command)

    # --- where to ---

    def connect(self, place: Place, sender: Sender) -> None:
        """Sends through `sender` from now on. Sends on their way through the former one are let finish."""
        self._retire()
        self._line = line = Line(place, sender)
        self.switch.settle(place.mode)
        self.where = place
        self.tell(place)
        self.switch.tell_change()
        self._learning = self._tasks.start(self._learn(line), "learn habits")
        self._tasks.start(self._keep_warm(line), "keep warm")

    def disconnect(self, why: NoPlace) -> None:
        """Sends nowhere from now on."""
        self._retire()
        self.where = why
        self.switch.settle(None)
        self.tell(why)
        self.switch.tell_change()

    def _retire(self) -> None:
        self._withdraw()
        if self._line:
            self._tasks.start(_close_when_idle(self._line), f"{SEND_TASK}rest of the former line")
            self._line = None

    async def _learn(self, line: Line) -> None:
        found = await self._tasks.in_thread(entries, self._journal.page(0, MOST), line.place.mode.value)
        if self._line is line:
            self._gate.state.history.recall(found)

    async def take_up(self) -> None:
        """Has the gate go on where other runs left off just now: for a run that lives for one message only."""
        if (line := self._line) and self._learning:
            await self._learning
            now = Clocks(self._clock.utc_us() / 1_000_000, self._clock.monotonic())
            former = presses(self._journal.page(0, RECENT), line.place.mode.value, now)
            self._gate.take_up(remembered(former, now.monotonic - self.limits.idle_s))

    def _look_at_link(self, line: Line, outcome: Outcome) -> None:
        """What did not leave says more about the link than the last look at it."""
        if isinstance(outcome, NotSent) and self._line is line:
            self._tasks.start(self._tell_link(line), "look at the link")

    async def _tell_link(self, line: Line) -> None:
        link = await line.sender.warm()
        if self._line is line:
            self.tell(link)

    async def _keep_warm(self, line: Line) -> None:
        is_open = False
        while self._line is line:
            link = await line.sender.warm()
            if isinstance(link, LinkUp) and not is_open:
                is_open = True
                link = await line.sender.warm()  # the first opened the connections: its time says nothing of an order's
            if self._line is line:
                self.tell(link)
            await asyncio.sleep(WARM_EVERY_S)

    # --- the limits ---

    @property
    def limits(self) -> Limits:
        """The limits in force."""
        return self._gate.state.limits

    def set_limits(self, limits: Limits) -> None:
        """Holds entries to other limits from now on."""
        self._gate.state.limits = limits

    def watch_quotes(self, quoted: Callable[[str], Decimal | None]) -> None:
        """Holds prices against the market's, which `quoted` gives by instrument; None: no fresh one is known."""
        self._gate.state.quoted = quoted

    def watch_orders(self, read: Callable[[str], Command | None]) -> None:
        """Holds a change to account and root of the order it names, which `read` gives by its id; None: not known."""
        self._gate.state.read = read

    @property
    def unconfirmed(self) -> str:
        """Why entries to CrossTrade wait for the trader to confirm his limits; "" if they do not."""
        return self._gate.state.unconfirmed

    @property
    def unchecked(self) -> str:
        """Why an entry to CrossTrade has to come a moment later: who can say what was confirmed is being asked."""
        return self._gate.state.unchecked

    def await_check(self, sentence: str) -> None:
        """Blocks entries to CrossTrade for a moment, and tells nobody, until it is called with ""."""
        self._gate.state.unchecked = sentence

    def hold_back(self, sentence: str) -> None:
        """Blocks entries to CrossTrade until it is called with ""; exits and practice pass."""
        if self._gate.state.unconfirmed != sentence:
            self._gate.state.unconfirmed = sentence
            self.tell(Notice(Level.PROBLEM, sentence, "limits"))
            self.switch.tell_change()

    def halt(self, sentence: str) -> None:
        """Blocks entries for the rest of this run; exits still pass."""
        if self._gate.state.halted != sentence:  # a listener that fails on the notice would bring the next
            self._gate.state.halted = sentence
            self._withdraw()
            self.tell(Notice(Level.PROBLEM, sentence, "fault"))
            self.switch.tell_change()

    # --- sending ---

    def standing(self, message: Message) -> Blocked | None:
        """What would keep a message in however it is pressed; None if nothing."""
        return self._gate.standing(self._attempt(message, answered=False))

    def waited_s(self, called_us: int) -> float:
        """For how many seconds a call has waited that was made at a time in microseconds of UTC; 0 for none."""
        return max(0.0, (self._clock.utc_us() - called_us) / 1_000_000) if called_us else 0.0

    @property
    def busy(self) -> bool:
        """Whether an entry is on its way, so that another one would be blocked."""
        return self._gate.busy

    def send(
        self, message: Message, *, answered: bool = False, done: Done | None = None, waited_s: float = 0.0
    ) -> Decision:
        """Sends `message` once, or says why not, or asks. Returns before anything is awaited; the rest comes as events.

        `answered`: the question that this very message raised was answered with yes. `done`, of a program that called,
        gets the outcome; it cannot be asked, so nobody is, and the row says what the question was. It was pressed
        `waited_s` ago: of many calls that a held key made, none that waited for another is a fresh press.
        """
        if self._tasks.is_closing:
            return _CLOSING
        pressed = self._clock.monotonic()
        self.switch.look_at_clocks()  # a press may come before the first tick after waking
        decision = self._gate.ask(self._attempt(message, answered, waited_s))
        match decision:
            case Blocked():
                self._block(message, decision)
            case Question(rule, sentence) if done:
                self._block(message, Blocked(rule, f"Not sent: {sentence}"))
            case Question():
                self.tell(Asked(message, decision))
            case Go():
                self._go(message, done or _nobody, pressed)
        self.switch.tell_change()
        return decision

    def _attempt(self, message: Message, answered: bool, waited_s: float = 0.0) -> Attempt:
        line = self._line
        return Attempt(
            message.command, line is not None, self.switch.is_live, self._clock.monotonic(), answered, waited_s
        )

    def _block(self, message: Message, why: Blocked) -> None:
        self.tell(Notice(Level.WARNING, why.sentence, "entries" if why.rule in _OF_THE_SWITCH else "send"))
        place = self._line.place if self._line else None
        self._tasks.start(self._carrier.blocked(message, place, why), f"{SEND_TASK}row of a blocked one")

    def _go(self, message: Message, done: Done, pressed: float) -> None:
        if (line := self._line) is None:
            return
        self.entries += not message.command.passes
        self.own_orders.sent(message.command)
        self._supersede(message.command)
        name = message.command.spec.token
        if message.command.passes:
            self._withdraw()
            ended = partial(_each, (partial(self._look_at_link, line), done))
            self._start(self._exit(message, ended, line=line, pressed=pressed), name, line)
        else:
            self._start(self._entry(message, line, done, pressed), name, line)

    def _start(self, work: Coroutine[Any, Any, None], name: str, line: Line) -> None:
        if task := self._tasks.start(work, f"{SEND_TASK}{name}", at_once=True):
            line.sends.add(task)
            task.add_done_callback(line.sends.discard)

    def _supersede(self, command: Command) -> None:
        """Ends the repeating of exits that a new order would meet, or that the same exit takes over."""
        for superseded, exiting in self._repeating.items():
            if exiting.command == command or (command.spec.opens and meets(command, exiting.command)):
                superseded.set()

    def _withdraw(self) -> None:
        """Calls back the entries whose text has not left yet: whoever gets out must not be overtaken by them."""
        for flight in self._flights:
            flight.withdraw()

    def panic(self) -> Decision:
        """Cancels every order, flattens everything, then blocks, and switches entries off at once."""
        cancel, *_ = panic.messages()
        decision = _CLOSING if self._tasks.is_closing else self._gate.ask(self._attempt(cancel, answered=True))
        if isinstance(decision, Go) and (line := self._line):
            self._gate.state.arming.trip(panic.OFF)
            self._withdraw()
            self.switch.tell_change()
            if not line.in_panic:
                self._start(self._panic(line), "PANIC", line)
        elif isinstance(decision, Blocked):
            self._block(cancel, decision)
        return decision

    async def _panic(self, line: Line) -> None:
        line.in_panic = True
        try:
            await panic.run(partial(self._exit, line=line), self.tell)
        finally:
            line.in_panic = False

    def _entry(self, message: Message, line: Line, done: Done, pressed: float) -> Coroutine[Any, Any, None]:
        """An entry that can be called back from now on, not only from the first step of its task."""
        flight = Flight()
        self._flights.add(flight)
        return self._flying(message, line, flight, done, pressed)

    async def _flying(self, message: Message, line: Line, flight: Flight, done: Done, pressed: float) -> None:
        ended = partial(_each, (partial(self._on_outcome, message, line, flight), done))
        try:
            await self._carrier.entry(message, line, flight, self._carrier.watch(pressed), ended)
        finally:
            self._flights.discard(flight)

    def _on_outcome(self, message: Message, line: Line, flight: Flight, outcome: Outcome) -> None:
        self._look_at_link(line, outcome)
        # What was called back is no failure, and what happened at a former place says nothing of this one.
        counts = line is self._line and not (flight.is_withdrawn() and isinstance(outcome, NotSent))
        unknown, failed = isinstance(outcome, Unknown), isinstance(outcome, NotSent | Refused)
        now = self._clock.monotonic()
        self._gate.done(message.command, now, unknown=counts and unknown, failed=counts and failed)
        self.switch.tell_change()

    def _exit(
        self, message: Message, done: Done, *, line: Line, pressed: float | None = None
    ) -> Coroutine[Any, Any, None]:
        """An exit whose repeating can be ended from now on, not only from the first step of its task."""
        superseded = asyncio.Event()
        self._repeating[superseded] = message
        return self._leaving(message, done, line, superseded, pressed)

    async def _leaving(
        self, message: Message, done: Done, line: Line, superseded: asyncio.Event, pressed: float | None
    ) -> None:
        try:
            await self._carrier.exit(message, line, superseded, self._carrier.watch(pressed), done)
        finally:
            del self._repeating[superseded]

    async def close(self, grace_s: float) -> None:
        """Takes no more sends, waits up to `grace_s` for those on their way, and closes the connection."""
        await self._tasks.close(grace_s, wait_for=SEND_TASK)
        if self._line:
            await self._line.sender.close()
            self._line = None


def _each(listeners: Iterable[Done], outcome: Outcome) -> None:
    for listener in listeners:
        listener(outcome)


def _nobody(_outcome: Outcome) -> None:
    """Nobody called: the events tell all."""


async def _close_when_idle(line: Line) -> None:
    if line.sends:
        await asyncio.wait(line.sends)
    await line.sender.close()
