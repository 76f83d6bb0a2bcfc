"""What is due when, and what an answer changes about that. Pure: time is an argument, in monotonic seconds.

`plan.py` has the tables; this only carries them out.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, assert_never

from crosstrade_desk.readback.answers import Failed
from crosstrade_desk.readback.budget import Priority
from crosstrade_desk.readback.plan import (
    AFTER_EVERY_S,
    AFTER_S,
    PLAN,
    REACTIONS,
    SILENT_S,
    About,
    Call,
    Reach,
    Reaction,
    Subject,
    View,
)
from crosstrade_desk.readback.routes import Ask
from crosstrade_desk.readback.values import Status, Value

_MOST_BY_ID: Final = 2  # orders that are asked for one by one; more are cheaper to find in the list
_FIRST_LOOKBACK_S: Final = 900  # the most there is. Source: docs api/executions
_LOOKBACK_S: Final = 60
_OVERLAP_S: Final = 30


@dataclass(frozen=True, slots=True)
class Due:
    """One call that is to be made now. `urgency`: how many of its intervals have gone by."""

    call: Call
    subject: Subject
    ask: Ask[Value]
    priority: Priority
    urgency: float = 1.0


@dataclass(slots=True)
class _Track:
    """Where one call stands: when it was last made and about what, and the moments at which it is wanted besides."""

    subject: Subject | None = None
    asked: float = -math.inf
    marks: list[float] = field(default_factory=list)
    in_flight: bool = False
    gone: bool = False


class Schedule:
    """Knows what is due. Whoever uses it calls `asked` for each call made, and `answered` with what came of it.

    Nothing queues: a read that could not be made is due once, however long that lasts. `share` is the part of the usual
    budget that there is: with half of it everything is read half as often.
    """

    def __init__(self, share: float = 1.0) -> None:
        self.view = View()
        self._share = share
        self._acted = -math.inf
        self._tracks: dict[Call, _Track] = {call: _Track() for call in PLAN if call is not Call.STATUS}
        self._sent: dict[Subject, _Track] = {}
        self._no_status = self._stopped = False
        self._pushed: dict[Call, float] = {}  # when a push last brought it
        self._fills_asked: dict[str, float] = {}  # account -> when its fills were last asked for with success
        self._paused_until = -math.inf
        self._only: Call | None = None
        self._in_a_row = 0

    # --- what happened ---

    def acted(self, now: float, *sent: Subject) -> None:
        """A message left. `sent` are the copies of a placing message that are to be followed by their order id."""
        self._acted = now
        for call, track in self._tracks.items():
            track.marks += [now + mark for mark in PLAN[call].marks]
        for subject in () if self._no_status else sent:
            self._sent[subject] = _Track(subject, marks=[now + mark for mark in PLAN[Call.STATUS].marks])
        for oldest in list(self._sent)[: max(0, len(self._sent) - _MOST_BY_ID)]:
            del self._sent[oldest]

    def soon(self, call: Call, now: float) -> None:
        """Something tells that a call would bring news."""
        self._tracks[call].marks.append(now)

    def pushed(self, call: Call, at: float) -> None:
        """A push brought what a call would have brought, or most of it."""
        self._pushed[call] = max(at, self._pushed.get(call, -math.inf))

    def retry(self) -> None:
        """The trader asks for reading again, after the key was refused."""
        self._stopped, self._paused_until, self._only, self._in_a_row = False, -math.inf, None, 0

    def asked(self, due: Due, now: float) -> None:
        """A call is being made."""
        track = self._track(due)
        track.subject, track.asked, track.in_flight = due.subject, now, True
        track.marks = [mark for mark in track.marks if mark > now]

    def answered(self, due: Due, found: Value | Failed, now: float) -> None:
        """What came of a call."""
        track = self._track(due)
        track.in_flight = False
        if isinstance(found, Failed):
            self._react(due, REACTIONS[found.trouble], now)
            return
        self._in_a_row, self._only = 0, None
        if due.call is Call.EXECUTIONS:
            self._fills_asked[due.subject.account] = track.asked
        if isinstance(found, Status) and found.ended:
            self._sent.pop(due.subject, None)

    def _track(self, due: Due) -> _Track:
        return self._sent.get(due.subject) or _Track() if due.call is Call.STATUS else self._tracks[due.call]

    def _react(self, due: Due, reaction: Reaction, now: float) -> None:
        match reaction.reach:
            case Reach.THIS:
                self._in_a_row, self._only = 0, None
            case Reach.THIS_FOR_GOOD:
                self._give_up(due.call)
            case Reach.ALL_FOR_GOOD:
                self._stopped = True
            case Reach.ALL:
                if now >= self._paused_until:  # else this is another one of the same moment
                    pauses = reaction.pauses_s or (0.0,)
                    self._paused_until = now + pauses[min(self._in_a_row, len(pauses) - 1)]
                    self._in_a_row, self._only = self._in_a_row + 1, reaction.only
                self._track(due).marks.append(self._paused_until)
            case unreachable:
                assert_never(unreachable)

    def _give_up(self, call: Call) -> None:
        if call is Call.STATUS:
            self._no_status = True
            self._sent.clear()
        else:
            self._tracks[call].gone = True

    # --- what is due ---

    @property
    def stopped(self) -> bool:
        """Whether nothing is read until the trader asks for it."""
        return self._stopped

    def every_s(self, call: Call, now: float) -> float | None:
        """Seconds between two reads of a call now; None: it is not read by the clock."""
        poll = PLAN[call]
        if poll.after_s and now - self._acted < AFTER_S:
            return poll.after_s
        usual = poll.resting_s if self.view.resting else poll.every_s
        if poll.pushed and not self.view.resting and now - self._pushed.get(poll.pushed, -math.inf) < SILENT_S:
            usual = poll.pushed_s
        return usual / self._share if usual and self._is_wanted(call) else None

    def usual_s(self, call: Call) -> float:
        """Seconds between two reads as a rule, without what follows an action."""
        poll = PLAN[call]
        return ((poll.resting_s if self.view.resting else None) or poll.every_s or AFTER_S) / self._share

    def _is_wanted(self, call: Call) -> bool:
        return {Call.QUOTE: self.view.quote, Call.WATERMARKS: self.view.watermarks}.get(call, True)

    def due(self, now: float) -> list[Due]:
        """The calls to make now: what follows an action first, then by urgency. After a trouble one at a time."""
        if self._stopped or now < self._paused_until:
            return []
        found = sorted(self._due(now), key=lambda due: (due.priority is Priority.BACKGROUND, -due.urgency))
        if not self._in_a_row:
            return found
        tracks = (*self._tracks.values(), *self._sent.values())
        return [] if any(track.in_flight for track in tracks) else found[:1]

    def _due(self, now: float) -> Iterator[Due]:
        if self._only:
            yield self._made(self._only, Subject(), now, math.inf)
            return
        for subject, track in list(self._sent.items()):
            if not track.marks and not track.in_flight:
                del self._sent[subject]  # it was asked as often as it is to be
            elif _since(track, now) >= 0 and not track.in_flight:
                yield self._made(Call.STATUS, subject, now, 1 + _since(track, now) / AFTER_EVERY_S)
        for call, track in self._tracks.items():
            urgency = self._urgency(call, track, now)
            if urgency >= 1:
                yield self._made(call, self._subject(call), now, urgency)

    def _urgency(self, call: Call, track: _Track, now: float) -> float:
        """1 or more if the call is due: the number of its intervals that have gone by."""
        subject = self._subject(call)
        if not self._is_open(call, track):
            return 0
        every_s = self.every_s(call, now)
        if track.subject != subject or track.asked == -math.inf:
            return math.inf if every_s else 0
        gone_by = (now - track.asked) / every_s if every_s else 0
        return max(gone_by, 1.0) if _since(track, now) >= 0 else gone_by

    def _is_open(self, call: Call, track: _Track) -> bool:
        is_known = PLAN[call].about is About.NOTHING or self._subject(call) != Subject()
        return is_known and self._is_wanted(call) and not (track.gone or track.in_flight)

    def _subject(self, call: Call) -> Subject:
        match PLAN[call].about:
            case About.ACCOUNT:
                return Subject(account=self.view.account)
            case About.INSTRUMENT:
                return Subject(instrument=self.view.instrument)
            case _:
                return Subject()

    def _made(self, call: Call, subject: Subject, now: float, urgency: float) -> Due:
        poll = PLAN[call]
        path = {"account": subject.account, "orderId": subject.order_id}
        query = {"instrument": subject.instrument} if poll.about is About.INSTRUMENT else {}
        if call is Call.EXECUTIONS:
            query["lookbackTime"] = str(self._lookback_s(subject.account, now))
        follows = bool(poll.marks or poll.after_s) and now - self._acted < AFTER_S
        priority = Priority.ACTION if follows else Priority.BACKGROUND
        return Due(call, subject, Ask(poll.route, path, query), priority, urgency)

    def _lookback_s(self, account: str, now: float) -> int:
        """Long enough that no fill falls between two reads."""
        last = self._fills_asked.get(account)
        if last is None:
            return _FIRST_LOOKBACK_S
        return min(_FIRST_LOOKBACK_S, max(_LOOKBACK_S, math.ceil(now - last) + _OVERLAP_S))

    def next_at(self, now: float) -> float:
        """When something becomes due that is not yet, if nothing happens until then."""
        if self._stopped:
            return math.inf
        if now < self._paused_until:
            return self._paused_until
        moments = [mark for track in (*self._tracks.values(), *self._sent.values()) for mark in track.marks]
        moments += [at + SILENT_S for at in self._pushed.values()]
        for call, track in self._tracks.items():
            every_s = self.every_s(call, now)
            if every_s and self._is_open(call, track):
                moments.append(track.asked + every_s)
        return min((moment for moment in moments if moment > now), default=math.inf)


def _since(track: _Track, now: float) -> float:
    """Seconds since the first moment at which a call is wanted; below 0 if there is none yet."""
    return now - min(track.marks, default=math.inf)
