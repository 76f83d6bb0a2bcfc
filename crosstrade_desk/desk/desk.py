"""The use cases: compose, send, and everything that must happen around a send."""

import asyncio
import itertools
import time
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Final, Protocol

from crosstrade_desk.desk.events import Event, Listener, NoPlace, Place, RowBegun, RowEnded
from crosstrade_desk.desk.gate import Blocked, Gate, Go
from crosstrade_desk.desk.known import KnownSecrets
from crosstrade_desk.desk.notices import Level, Notice
from crosstrade_desk.desk.tasks import TaskOwner
from crosstrade_desk.protocol.command import Command, compose
from crosstrade_desk.protocol.message import Message
from crosstrade_desk.protocol.problems import Invalid, Problems
from crosstrade_desk.protocol.spec import CommandSpec
from crosstrade_desk.sending.outcome import Accepted, LinkUp, NotSent, Outcome, Refused, Unknown
from crosstrade_desk.sending.sender import Sender
from crosstrade_desk.storage.rows import Ending, Intent, Row

WARM_EVERY_S: Final = 25.0
SEND_TASK: Final = "send "
JOURNAL_LIMIT_S: Final = 3.0
_NO_JOURNAL: Final = "Not sent, because the journal could not be written."
_IN_PART: Final = "Refused at least in part. Something of it may have been carried out: look in NinjaTrader. It said:"


class Journal(Protocol):
    """What the desk needs of the journal. Each call gives a sentence instead of raising when the disk says no."""

    async def begin(self, intent: Intent) -> int | Invalid: ...

    async def finish(self, row_id: int, ending: Ending) -> Invalid | None: ...

    async def note(self, intent: Intent, ending: Ending) -> int | Invalid: ...


@dataclass(frozen=True, slots=True)
class Clock:
    """Microseconds since the epoch (UTC), and monotonic seconds."""

    utc_us: Callable[[], int] = lambda: time.time_ns() // 1000
    monotonic: Callable[[], float] = time.monotonic


@dataclass(slots=True, eq=False)
class _Line:
    """One place with its sender, and the sends that are on their way through it."""

    place: Place
    sender: Sender
    sends: set[asyncio.Task[Any]] = field(default_factory=set)


class _Showing:
    """Tells a row once it is kept *and* its text has left: showing it takes milliseconds no order should wait for."""

    def __init__(self, tell: Listener) -> None:
        self._tell = tell
        self._row: Row | None = None
        self._has_left = False

    def kept(self, row: Row) -> None:
        self._row = row
        self._show()

    def left(self) -> None:
        self._has_left = True
        self._show()

    def _show(self) -> None:
        if self._row and self._has_left:
            row, self._row = self._row, None
            self._tell(RowBegun(row))


class Desk:
    """Composes, guards, journals, sends, and tells its listeners. Lives on one loop's thread; nothing here blocks."""

    def __init__(self, journal: Journal, tasks: TaskOwner, clock: Clock | None = None) -> None:
        self._journal = journal
        self._tasks = tasks
        self._clock = clock or Clock()
        self._gate = Gate()
        self._line: _Line | None = None
        self._listeners: list[Listener] = []
        self._unkept = itertools.count(-1, -1)
        self.known = KnownSecrets()
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
        command = compose(spec, texts, needed, extras)
        if isinstance(command, Problems):
            return command
        return self.known.problems(command) or Message(command)

    @property
    def busy(self) -> bool:
        """Whether an entry is on its way, so that another one would be blocked."""
        return self._gate.busy

    def halt(self, sentence: str) -> None:
        """Blocks entries for the rest of this run; exits still pass."""
        self._gate.halt(sentence)
        self.tell(Notice(Level.PROBLEM, sentence, "fault"))

    def connect(self, place: Place, sender: Sender) -> None:
        """Sends through `sender` from now on. Sends on their way through the former one are let finish."""
        self._retire()
        self._line = _Line(place, sender)
        self._gate.settle(self._clock.monotonic())
        self.where = place
        self.tell(place)
        self._tasks.start(self._keep_warm(self._line), "keep warm")

    def disconnect(self, why: NoPlace) -> None:
        """Sends nowhere from now on."""
        self._retire()
        self.where = why
        self.tell(why)

    def _retire(self) -> None:
        if self._line:
            self._tasks.start(_close_when_idle(self._line), f"{SEND_TASK}rest of the former line")
            self._line = None

    def send(self, message: Message) -> Go | Blocked:
        """Sends `message` once, or says why not. Returns before anything is awaited; the outcome comes as an event."""
        if self._tasks.is_closing:
            return Blocked("closing", "Not sent: the program is ending.")
        decision = self._gate.ask(message.command, connected=self._line is not None, now=self._clock.monotonic())
        if isinstance(decision, Blocked):
            self.tell(Notice(Level.WARNING, decision.sentence, "send"))
        elif self._line:
            self.entries += not message.command.spec.exits
            self._start(message, self._line)
        return decision

    def _start(self, message: Message, line: _Line) -> None:
        carry = self._carry_exit if message.command.spec.exits else self._carry_entry
        task = self._tasks.start(carry(message, line), f"{SEND_TASK}{message.command.spec.token}")
        if task:
            line.sends.add(task)
            task.add_done_callback(line.sends.discard)

    async def _carry_entry(self, message: Message, line: _Line) -> None:
        """Journals the intent, then sends. What cannot be journalled does not leave."""
        command, intent = message.command, self._intent(message, line.place)
        outcome: Outcome = NotSent(_NO_JOURNAL)
        elapsed_us = 0
        showing = _Showing(self.tell)
        try:
            row = await self._in_time(self._begin(intent))
            if not isinstance(row, Invalid):
                showing.kept(row)
                outcome, elapsed_us = await self._timed(line.sender, message, showing)
        finally:  # before anything is told, or the window would still think the gate locked
            self._gate.done(command, self._clock.monotonic(), unknown=isinstance(outcome, Unknown))
        ending = ending_of(outcome, elapsed_us, command)
        if isinstance(row, Invalid):
            self._end_unkept(intent, ending)
        else:
            await self._finish(row, ending)

    async def _carry_exit(self, message: Message, line: _Line) -> None:
        """Sends at once, with the journal beside it: no disk may stand in the way out."""
        intent, showing = self._intent(message, line.place), _Showing(self.tell)
        beginning = self._tasks.start(self._begin(intent, showing), f"{SEND_TASK}journal of an exit")
        outcome, elapsed_us = await self._timed(line.sender, message, showing)
        ending = ending_of(outcome, elapsed_us, message.command)
        done, _ = await asyncio.wait([beginning], timeout=JOURNAL_LIMIT_S) if beginning else (set(), None)
        row = next(iter(done)).result() if done else Invalid("It does not answer.")
        if isinstance(row, Invalid):
            self._end_unkept(intent, ending)
        else:
            await self._finish(row, ending)

    async def _timed(self, sender: Sender, message: Message, showing: "_Showing") -> tuple[Outcome, int]:
        started = self._clock.monotonic()
        outcome = await sender.send(message, showing.left)
        elapsed_us = round((self._clock.monotonic() - started) * 1_000_000)
        showing.left()
        return outcome, elapsed_us

    async def _begin(self, intent: Intent, showing: "_Showing | None" = None) -> Row | Invalid:
        begun = await self._journal.begin(intent)
        if isinstance(begun, Invalid):
            self.tell(Notice(Level.PROBLEM, f"The journal could not be written: {begun.message}", "journal"))
            return begun
        row = Row(begun, intent, None)
        if showing:
            showing.kept(row)
        return row

    async def _in_time(self, beginning: Coroutine[Any, Any, Row | Invalid]) -> Row | Invalid:
        """The row if the journal answers in time. A row that comes later is completed as not sent."""
        task: asyncio.Task[Row | Invalid] | None = self._tasks.start(beginning, f"{SEND_TASK}journal of an entry")
        if task is None:
            return Invalid("The program is ending.")
        done, _ = await asyncio.wait([task], timeout=JOURNAL_LIMIT_S)
        if not done:
            self._tasks.start(self._end_late(task), f"{SEND_TASK}late row")
            self.tell(Notice(Level.PROBLEM, "The journal does not answer. Is the disk all right?", "journal"))
            return Invalid("It does not answer.")
        return task.result()

    async def _end_late(self, beginning: asyncio.Task[Row | Invalid]) -> None:
        row = await beginning
        if isinstance(row, Row):
            self.tell(RowBegun(row))
            await self._finish(row, Ending(NotSent.word, _NO_JOURNAL, None, "", 0))

    async def _finish(self, begun: Row, ending: Ending) -> None:
        row = replace(begun, ending=ending)
        fault = await self._journal.finish(row.id, ending)
        if fault:
            self.tell(Notice(Level.PROBLEM, f"The outcome could not be kept: {fault.message}", "journal"))
        self.tell(RowEnded(row, kept=fault is None))

    def _end_unkept(self, intent: Intent, ending: Ending) -> None:
        self.tell(RowEnded(Row(next(self._unkept), intent, ending), kept=False))

    def _intent(self, message: Message, place: Place) -> Intent:
        command = message.command
        return Intent(
            at_us=self._clock.utc_us(),
            place=place.mode.value,
            command=command.spec.token,
            accounts=",".join(command.accounts),
            instrument=command.texts.get("instrument", ""),
            sentence=command.sentence,
            wire=message.masked,
        )

    async def _keep_warm(self, line: _Line) -> None:
        is_open = False
        while self._line is line:
            link = await line.sender.warm()
            if isinstance(link, LinkUp) and not is_open:
                is_open = True
                link = await line.sender.warm()  # the first opened the connections: its time says nothing of an order's
            if self._line is line:
                self.tell(link)
            await asyncio.sleep(WARM_EVERY_S)

    async def close(self, grace_s: float) -> None:
        """Takes no more sends, waits up to `grace_s` for those on their way, and closes the connection."""
        await self._tasks.close(grace_s, wait_for=SEND_TASK)
        if self._line:
            await self._line.sender.close()
            self._line = None


async def _close_when_idle(line: _Line) -> None:
    if line.sends:
        await asyncio.wait(line.sends)
    await line.sender.close()


def ending_of(outcome: Outcome, elapsed_us: int, command: Command) -> Ending:
    """The outcome of a command as the journal keeps it."""
    match outcome:
        case Refused(sentence, answer) if command.in_parts:
            return Ending(outcome.word, f"{_IN_PART} {sentence}", answer.status, answer.text, elapsed_us)
        case Accepted(sentence, answer) | Refused(sentence, answer):
            return Ending(outcome.word, sentence, answer.status, answer.text, elapsed_us)
        case NotSent(sentence):
            return Ending(outcome.word, sentence, None, "", elapsed_us)
        case Unknown(sentence, answer):
            status, text = (answer.status, answer.text) if answer else (None, "")
            return Ending(outcome.word, sentence, status, text, elapsed_us)
