"""Carries one message that the gate let through: journal, sender, outcome, and telling each at its time."""

import asyncio
import itertools
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any, Final, Protocol

from crosstrade_desk.desk import kill_switch
from crosstrade_desk.desk.attempts import Blocked
from crosstrade_desk.desk.events import Listener, Place, Retrying, RowBegun, RowEnded
from crosstrade_desk.desk.notices import Level, Notice
from crosstrade_desk.desk.tasks import TaskOwner
from crosstrade_desk.desk.times import UNTIMED, Point, Stopwatch, Times
from crosstrade_desk.protocol.command import Command
from crosstrade_desk.protocol.message import Message
from crosstrade_desk.protocol.problems import Invalid
from crosstrade_desk.sending.outcome import Accepted, NotSent, Outcome, Refused, Unknown
from crosstrade_desk.sending.sender import Sender
from crosstrade_desk.storage.rows import BLOCKED, Ending, Intent, Row

SEND_TASK: Final = "send "
JOURNAL_LIMIT_S: Final = 3.0
REPEAT_FOR_S: Final = 10.0
_PAUSES_S: Final = (0.25, 0.5, 1.0)  # between the tries of an exit; the last one for all that follow
_WITHDRAWN: Final = "Withdrawn before it left: an exit was pressed, entries went off, or the connection changed."
_NO_JOURNAL: Final = "Not sent, because the journal could not be written."
_LOOK: Final = "Look whether you are flat: a target that was filling may have opened another position."
_IN_PART: Final = "Refused at least in part. Something of it may have been carried out: look in NinjaTrader. It said:"


class Journal(Protocol):
    """What the desk needs of the journal. The calls give a sentence instead of raising when the disk says no."""

    async def begin(self, intent: Intent) -> int | Invalid: ...

    async def finish(self, row_id: int, ending: Ending) -> Invalid | None: ...

    async def note(self, intent: Intent, ending: Ending) -> int | Invalid: ...

    def page(self, newest_first_offset: int, count: int) -> list[Row]: ...


@dataclass(frozen=True, slots=True)
class Clock:
    """Microseconds since the epoch (UTC), and monotonic seconds."""

    utc_us: Callable[[], int] = lambda: time.time_ns() // 1000
    monotonic: Callable[[], float] = time.monotonic

    def today(self) -> date:
        """The day in UTC: what an instrument without a month is read by, here and everywhere."""
        return datetime.fromtimestamp(self.utc_us() / 1_000_000, UTC).date()


@dataclass(slots=True, eq=False)
class Line:
    """One place with its sender, and the sends that are on their way through it."""

    place: Place
    sender: Sender
    sends: set[asyncio.Task[Any]] = field(default_factory=set)
    in_panic: bool = False
    killed: bool = False  # CrossTrade's kill switch is known to be on


@dataclass(slots=True, eq=False)
class Flight:
    """An entry between the gate and the wire. It can be withdrawn until its text has left."""

    _withdrawn: bool = False
    _task: asyncio.Task[Any] | None = None

    def withdraw(self) -> None:
        """An exit overtook it, or entries went off: it leaves no more, unless it has left already."""
        self._withdrawn = True
        if self._task:
            self._task.cancel()  # the sender swallows it, and says truthfully what became of the text

    def is_withdrawn(self) -> bool:
        """Whether it was called back, be it too late."""
        return self._withdrawn

    def begins(self) -> None:
        """The sender has it from now on."""
        self._task = asyncio.current_task()

    def has_left(self) -> None:
        """It is too late to call it back."""
        self._task = None


class _Showing:
    """Tells a row once it is kept *and* its text has left: showing it takes milliseconds no order should wait for."""

    def __init__(self, tell: Listener, command: Command, watch: Stopwatch) -> None:
        self._tell, self._command, self.watch = tell, command, watch
        self._row: Row | None = None
        self._has_left = False

    def kept(self, row: Row) -> None:
        self.watch.note(Point.KEPT)
        self._row = row
        self._show()

    def left(self) -> None:
        self._has_left = True
        self._show()

    def _show(self) -> None:
        if self._row and self._has_left:
            row, self._row = self._row, None
            self._tell(RowBegun(row, self._command))


class Carrier:
    """Carries messages on the loop's thread. Every outcome reaches the journal and, as an event, the listeners."""

    def __init__(self, journal: Journal, tasks: TaskOwner, clock: Clock, tell: Listener) -> None:
        self._journal, self._tasks, self._clock, self._tell = journal, tasks, clock, tell
        self._unkept = itertools.count(-1, -1)

    def watch(self, pressed: float | None = None) -> Stopwatch:
        """For a message that was pressed at a time of the monotonic clock, and has passed the gate now."""
        watch = Stopwatch(self._clock.monotonic)
        watch.note(Point.PRESSED, pressed)
        watch.note(Point.PASSED)
        return watch

    async def entry(
        self, message: Message, line: Line, flight: Flight, watch: Stopwatch, done: Callable[[Outcome], None]
    ) -> None:
        """Journals the intent, then sends. What cannot be journalled does not leave, nor what is withdrawn meanwhile.

        `done` gets the outcome before anything is told, or the window would still think the gate locked.
        """
        intent = self._intent(message.command, message.masked, line.place)
        outcome: Outcome = NotSent(_NO_JOURNAL)
        elapsed_us = 0
        showing = _Showing(self._tell, message.command, watch)
        try:
            row = await self._in_time(self._begin(intent), message.command)
            if not isinstance(row, Invalid):
                showing.kept(row)
                outcome, elapsed_us = await self._flown(message, line, flight, showing)
        finally:
            done(outcome)
        ending = _ending_at(line, outcome, elapsed_us, message.command)
        if isinstance(row, Invalid):
            self._end_unkept(intent, ending, message.command)
        else:
            await self._finish(row, ending, message.command, watch.times())

    async def _flown(self, message: Message, line: Line, flight: Flight, showing: _Showing) -> tuple[Outcome, int]:
        if flight.is_withdrawn():
            showing.left()
            return NotSent(_WITHDRAWN), 0

        def left() -> None:
            flight.has_left()
            showing.left()

        flight.begins()
        outcome, elapsed_us = await self._timed(line.sender, message, left, showing.watch)
        flight.has_left()
        showing.left()
        if flight.is_withdrawn() and isinstance(outcome, NotSent):
            outcome = NotSent(_WITHDRAWN)
        return outcome, elapsed_us

    async def exit(
        self, message: Message, line: Line, superseded: asyncio.Event, watch: Stopwatch, done: Callable[[Outcome], None]
    ) -> None:
        """Sends at once, with the journal beside it: no disk may stand in the way out, nor in that of `done`.

        While it surely never left it is tried again, until `superseded` or for `REPEAT_FOR_S`.
        """
        command = message.command
        intent, showing = self._intent(command, message.masked, line.place), _Showing(self._tell, command, watch)
        beginning = self._tasks.start(self._begin(intent, showing), f"{SEND_TASK}journal of an exit")
        outcome, elapsed_us = await self._until_left(message, line, showing, superseded)
        done(outcome)
        ending = _ending_at(line, outcome, elapsed_us, message.command)
        if beginning is None:  # the program is ending: nothing may be started beside it any more
            row = await self._begin(intent, showing)
        else:
            kept, _ = await asyncio.wait([beginning], timeout=JOURNAL_LIMIT_S)
            row = beginning.result() if kept else Invalid("It does not answer.")
            if not kept:
                self._tasks.start(self._end_late(beginning, ending, command, told=True), f"{SEND_TASK}late row")
        if isinstance(row, Invalid):
            self._end_unkept(intent, ending, message.command)
        else:
            await self._finish(row, ending, message.command, watch.times())

    async def _until_left(
        self, message: Message, line: Line, showing: _Showing, superseded: asyncio.Event
    ) -> tuple[Outcome, int]:
        started, number = self._clock.monotonic(), 0
        while True:
            outcome, elapsed_us = await self._timed(line.sender, message, showing.left, showing.watch)
            showing.left()
            left_s = REPEAT_FOR_S - (self._clock.monotonic() - started)
            # A switch is not thrown again by itself: the trader may have thrown it the other way meanwhile.
            is_once = superseded.is_set() or message.command.spec.control
            number += 1
            if not isinstance(outcome, NotSent) or left_s <= 0 or is_once:
                return _after_tries(outcome, number, REPEAT_FOR_S - left_s), elapsed_us
            self._tell(Retrying(message, number, left_s, outcome.sentence))
            await _paused(superseded, min(left_s, _PAUSES_S[min(number, len(_PAUSES_S)) - 1]))
            if superseded.is_set() or self._tasks.is_closing:
                # A try now would meet the entry that came in between.
                return _after_tries(outcome, number, self._clock.monotonic() - started), elapsed_us

    async def blocked(self, message: Message, place: Place | None, why: Blocked) -> None:
        """Keeps an attempt that the gate did not let through, and tells the row."""
        intent = self._intent(message.command, message.masked, place)
        ending = Ending(BLOCKED, why.sentence, None, "", 0, why.rule)
        number = await self._journal.note(intent, ending)
        if not isinstance(number, Invalid):
            self._tell(RowBegun(Row(number, intent, ending), message.command))

    async def _timed(
        self, sender: Sender, message: Message, tell_left: Callable[[], None], watch: Stopwatch
    ) -> tuple[Outcome, int]:
        def left() -> None:
            watch.note(Point.LEFT)
            tell_left()

        started = watch.note(Point.CALLED)
        outcome = await sender.send(message, left)
        return outcome, round((watch.note(Point.ANSWERED) - started) * 1_000_000)

    async def _begin(self, intent: Intent, showing: _Showing | None = None) -> Row | Invalid:
        begun = await self._journal.begin(intent)
        if isinstance(begun, Invalid):
            self._tell(Notice(Level.PROBLEM, f"The journal could not be written: {begun.message}", "journal"))
            return begun
        row = Row(begun, intent, None)
        if showing:
            showing.kept(row)
        return row

    async def _in_time(self, beginning: Coroutine[Any, Any, Row | Invalid], command: Command) -> Row | Invalid:
        """The row if the journal answers in time. A row that comes later is completed as not sent."""
        task: asyncio.Task[Row | Invalid] | None = self._tasks.start(beginning, f"{SEND_TASK}journal of an entry")
        if task is None:
            return Invalid("The program is ending.")
        done, _ = await asyncio.wait([task], timeout=JOURNAL_LIMIT_S)
        if not done:
            ending = Ending(NotSent.word, _NO_JOURNAL, None, "", 0)
            self._tasks.start(self._end_late(task, ending, command), f"{SEND_TASK}late row")
            self._tell(Notice(Level.PROBLEM, "The journal does not answer. Is the disk all right?", "journal"))
            return Invalid("It does not answer.")
        return task.result()

    async def _end_late(
        self, beginning: asyncio.Task[Row | Invalid], ending: Ending, command: Command, *, told: bool = False
    ) -> None:
        row = await beginning
        if isinstance(row, Row):
            if not told:
                self._tell(RowBegun(row, command))
            await self._finish(row, ending, command)

    async def _finish(self, begun: Row, ending: Ending, command: Command, times: Times = UNTIMED) -> None:
        row = replace(begun, ending=ending)
        fault = await self._journal.finish(row.id, ending)
        if fault:
            self._tell(
                Notice(Level.PROBLEM, f"The outcome could not be written to the journal: {fault.message}", "journal")
            )
        self._tell(RowEnded(row, command, kept=fault is None, times=times))

    def _end_unkept(self, intent: Intent, ending: Ending, command: Command) -> None:
        self._tell(RowEnded(Row(next(self._unkept), intent, ending), command, kept=False))

    def _intent(self, command: Command, masked: str, place: Place | None) -> Intent:
        return Intent(
            at_us=self._clock.utc_us(),
            place=place.mode.value if place else "",
            command=command.spec.token,
            accounts=",".join(command.accounts),
            instrument=command.texts.get("instrument", ""),
            sentence=command.sentence,
            wire=masked,
        )


def _after_tries(outcome: Outcome, tries: int, seconds: float) -> Outcome:
    """The outcome of the last try; of what never left, with how often that was tried."""
    if not isinstance(outcome, NotSent) or tries == 1:
        return outcome
    return NotSent(f"{tries} tries in {seconds:.0f} s. {outcome.sentence}")


async def _paused(stop: asyncio.Event, seconds: float) -> None:
    """Waits, but no longer than until `stop`."""
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return


def _ending_at(line: Line, outcome: Outcome, elapsed_us: int, command: Command) -> Ending:
    line.killed = kill_switch.after(command, outcome, line.killed)
    ending = ending_of(outcome, elapsed_us, command)
    if not kill_switch.blocks(command, outcome, line.killed):
        return ending
    said = outcome.sentence if kill_switch.is_named(outcome) else ending.sentence
    return replace(ending, sentence=f"{kill_switch.BLOCKS} {kill_switch.WAY_OUT} {said}")


def ending_of(outcome: Outcome, elapsed_us: int, command: Command) -> Ending:
    """The outcome of a command as the journal keeps it."""
    match outcome:
        case Refused(sentence, answer) if command.in_parts:
            return Ending(outcome.word, f"{_IN_PART} {sentence}", answer.status, answer.text, elapsed_us)
        case Accepted(sentence, answer) if command.spec.closes:
            return Ending(outcome.word, f"{sentence} {_LOOK}", answer.status, answer.text, elapsed_us)
        case Accepted(sentence, answer) | Refused(sentence, answer):
            return Ending(outcome.word, sentence, answer.status, answer.text, elapsed_us)
        case NotSent(sentence):
            return Ending(outcome.word, sentence, None, "", elapsed_us)
        case Unknown(sentence, answer):
            status, text = (answer.status, answer.text) if answer else (None, "")
            return Ending(outcome.word, sentence, status, text, elapsed_us)
