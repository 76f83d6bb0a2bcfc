"""What is due when, and what an answer changes about that. Pure: time is an argument, in monotonic seconds.

`plan.py` has the tables; this only carries them out.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, assert_never

from crosstrade_desk.readback.answers import Failed
from crosstrade_desk.readback.budget import Priority
from crosstrade_desk.readback.pauses import Pauses
from crosstrade_desk.readback.plan import (
    AFTER_EVERY_S,
    AFTER_S,
    PLAN,
    REACTIONS,
    SILENT_S,
    About,
    Call,
    Poll,
    Reach,
    Reaction,
    Subject,
    View,
)
from crosstrade_desk.readback.routes import ALL_ORDERS, Ask
from crosstrade_desk.readback.values import Endpoints, Status, Value

_MOST_BY_ID: Final = 2  # orders of one account each that are asked for one by one; others are found in the lists
_FIRST_LOOKBACK_S: Final = 900  # the most there is. Source: docs api/executions
_LOOKBACK_S: Final = 60
_OVERLAP_S: Final = 30
_AWAITED: Final = 6.0  # the urgency of the first look at an account after an action; positions pass it after 4 s
_NEVER: Final = 3.0  # the urgency of what was never read: many new accounts must not keep positions waiting


@dataclass(frozen=True, slots=True)
class Due:
    """One call that is to be made now. `urgency`: how many of its intervals have gone by."""

    call: Call
    subject: Subject
    ask: Ask[Value]
    priority: Priority
    urgency: float = 1.0

    @property
    def is_shared(self) -> bool:
        """Whether it asks about every account at once."""
        return self.ask.route is ALL_ORDERS


@dataclass(slots=True)
class _Track:
    """Where one call about one subject stands: when it was last made, and the moments at which it is wanted besides.

    `first`: before anything else.
    """

    asked: float = -math.inf
    marks: list[float] = field(default_factory=list)
    in_flight: bool = False
    first: bool = False


class Schedule:
    """Knows what is due. Whoever uses it calls `asked` for each call made, and `answered` with what came of it.

    Nothing queues: a read that could not be made is due once, however long that lasts. `share` is the part of the usual
    budget that there is: with half of it everything is read half as often.
    """

    def __init__(self, share: float = 1.0) -> None:
        self.view = View()
        self._share = share
        self._acted: dict[str, float] = {}  # account -> when something was done there last; "": in each of them
        self._tracks: dict[tuple[Call, Subject], _Track] = {}
        self._sent: dict[Subject, _Track] = {}
        self._gone: set[Call] = set()  # what is not asked any more in this session
        self._pauses = Pauses()
        self._pushed: dict[Call, float] = {}  # when a push last brought it
        self._fills_asked: dict[str, float] = {}  # account -> when its fills were last asked for with success
        self._shares: bool | None = None  # whether orders are read for all accounts at once; None: not known
        self._own: set[str] = set()  # accounts whose own list of orders is wanted besides

    # --- what happened ---

    def acted(self, now: float, *sent: Subject) -> None:
        """A message left for the accounts of `sent`, or for all. What has an order id there is followed by it."""
        accounts = {subject.account.casefold() for subject in sent} or {""}
        self._acted |= dict.fromkeys(accounts, now)
        for call, subject, track in self._every():
            if not subject.account or accounts & {"", subject.account.casefold()}:
                track.marks += [now + mark for mark in PLAN[call].marks]
        by_id = [subject for subject in sent if subject.order_id and Call.STATUS not in self._gone]
        for subject in by_id if len(by_id) == 1 else ():
            self._sent[subject] = _Track(marks=[now + mark for mark in PLAN[Call.STATUS].marks])
        for oldest in list(self._sent)[: max(0, len(self._sent) - _MOST_BY_ID)]:
            del self._sent[oldest]

    def soon(self, call: Call, now: float, account: str = "", *, first: bool = False) -> None:
        """Something tells that a call would bring news, of one account or of all. `first`: before anything else."""
        if account and call is Call.ORDERS:
            self._own.add(account.casefold())
        for subject in self._subjects(call):
            if account.casefold() in ("", subject.account.casefold()):
                track = self._track(call, subject)
                track.marks.append(now)
                track.first = track.first or first

    def pushed(self, call: Call, at: float) -> None:
        """A push brought what a call would have brought, or most of it."""
        self._pushed[call] = max(at, self._pushed.get(call, -math.inf))

    def retry(self) -> None:
        """The trader asks for reading again, after the key was refused."""
        self._pauses = Pauses()

    def asked(self, due: Due, now: float) -> None:
        """A call is being made."""
        track = self._track(due.call, due.subject)
        track.asked, track.in_flight, track.first = now, True, False
        track.marks = [mark for mark in track.marks if mark > now]

    def answered(self, due: Due, found: Value | Failed, now: float) -> None:
        """What came of a call."""
        track = self._track(due.call, due.subject)
        track.in_flight = False
        if due.call is Call.ORDERS:
            self._own.discard(due.subject.account.casefold())
        if isinstance(found, Failed):
            self._react(due, REACTIONS[found.trouble], now)
            return
        if isinstance(found, Endpoints):
            self._shares = ALL_ORDERS.path in found.paths
        self._pauses.over()
        if due.call is Call.EXECUTIONS:
            self._fills_asked[due.subject.account] = track.asked
        if isinstance(found, Status) and found.ended:
            self._sent.pop(due.subject, None)

    def _track(self, call: Call, subject: Subject) -> _Track:
        if call is Call.STATUS:
            return self._sent.get(subject) or _Track()
        return self._tracks.setdefault((call, subject), _Track())

    def _every(self) -> Iterator[tuple[Call, Subject, _Track]]:
        """What is read again and again now, in the order of its weight."""
        for call in PLAN:
            for subject in () if call is Call.STATUS else self._subjects(call):
                yield call, subject, self._track(call, subject)

    def _react(self, due: Due, reaction: Reaction, now: float) -> None:
        if due.is_shared and reaction.reach in (Reach.THIS, Reach.THIS_FOR_GOOD):
            self._shares = False  # then account by account
            return
        match reaction.reach:
            case Reach.THIS:
                self._pauses.over()
            case Reach.THIS_FOR_GOOD:
                self._give_up(due.call)
            case Reach.ALL_FOR_GOOD:
                self._pauses.stopped = True
            case Reach.ALL:
                self._pauses.after(reaction, now)
                self._track(due.call, due.subject).marks.append(self._pauses.until)
            case unreachable:
                assert_never(unreachable)

    def _give_up(self, call: Call) -> None:
        self._gone.add(call)
        if call is Call.STATUS:
            self._sent.clear()

    # --- what is due ---

    @property
    def stopped(self) -> bool:
        """Whether nothing is read until the trader asks for it."""
        return self._pauses.stopped

    def every_s(self, call: Call, subject: Subject, now: float) -> float | None:
        """Seconds between two reads of a call about a subject now; None: it is not read by the clock."""
        poll = PLAN[call]
        is_pushed = self._is_pushed(poll, now)
        if poll.after_s and self._follows(subject, now) and not (is_pushed and poll.pushed is call):
            acted = [one for one in self._subjects(call) if self._follows(one, now)]
            return poll.after_s * (1 if self._is_shared(call) else len(acted))
        usual = poll.pushed_s if is_pushed else self._rest_s(poll) if self.view.rests else poll.every_s
        return usual * self._turns(call) / self._share if usual and self._is_wanted(call) else None

    def usual_s(self, call: Call) -> float:
        """Seconds between two reads as a rule, without what follows an action."""
        poll = PLAN[call]
        usual = (self._rest_s(poll) if self.view.rests else None) or poll.every_s or AFTER_S
        return usual * self._turns(call) / self._share

    def _rest_s(self, poll: Poll) -> float | None:
        return (None if self.view.resting else poll.closed_s) or poll.resting_s

    @property
    def shares(self) -> bool:
        """Whether orders are read for all accounts at once."""
        return bool(self._shares) and len(self.view.accounts) > 1

    def _turns(self, call: Call) -> int:
        return 1 if self._is_shared(call) else max(1, len(self._subjects(call)))

    def _is_shared(self, call: Call) -> bool:
        return PLAN[call].shared is not None and self.shares

    def _is_wanted(self, call: Call) -> bool:
        return {Call.QUOTE: self.view.quote, Call.WATERMARKS: self.view.watermarks}.get(call, True)

    def _acted_at(self, subject: Subject) -> float:
        """When something was done last that a call about a subject may show."""
        if not subject.account:
            return max(self._acted.values(), default=-math.inf)
        return max(self._acted.get(name, -math.inf) for name in ("", subject.account.casefold()))

    def _is_pushed(self, poll: Poll, now: float) -> bool:
        """Whether a push brings now what lets a call be made less often, or others more."""
        latest = self._pushed.get(poll.pushed, -math.inf) if poll.pushed else -math.inf
        return not self.view.rests and now - latest < SILENT_S

    def _follows(self, subject: Subject, now: float) -> bool:
        return now - self._acted_at(subject) < AFTER_S

    def due(self, now: float) -> list[Due]:
        """The calls to make now: what follows an action first, then by urgency. After a trouble one at a time."""
        self._forget_unwanted()
        if self._pauses.stopped or now < self._pauses.until:
            return []
        found = sorted(self._due(now), key=lambda due: (due.priority is Priority.BACKGROUND, -due.urgency))
        if not self._pauses.lasts:
            return found
        tracks = (*self._tracks.values(), *self._sent.values())
        return [] if any(track.in_flight for track in tracks) else found[:1]

    def _forget_unwanted(self) -> None:
        """What the trader turns away from is read at once when he comes back to it; what is on its way is kept."""
        wanted = {(call, subject) for call in PLAN for subject in self._subjects(call)}
        for key in self._tracks.keys() - wanted:
            if not self._tracks[key].in_flight:
                del self._tracks[key]

    def _due(self, now: float) -> Iterator[Due]:
        if self._pauses.only:
            yield self._made(self._pauses.only, Subject(), now, math.inf)
            return
        for subject, track in list(self._sent.items()):
            if not track.marks and not track.in_flight:
                del self._sent[subject]  # it was asked as often as it is to be
            elif _since(track, now) >= 0 and not track.in_flight:
                urgency = 1 + _since(track, now) / AFTER_EVERY_S
                yield self._made(Call.STATUS, subject, now, urgency * PLAN[Call.STATUS].weight)
        for call, subject, track in self._every():
            urgency = self._urgency(call, subject, track, now)
            if urgency >= 1:
                weighed = urgency * PLAN[call].weight
                if self._is_awaited(call, subject, track, now):
                    weighed = max(weighed, _AWAITED + _since(track, now) / AFTER_S)
                yield self._made(call, subject, now, weighed, first=track.first)

    def _is_awaited(self, call: Call, subject: Subject, track: _Track, now: float) -> bool:
        """Whether an order of the last seconds would be seen by this call for the first time."""
        return call is Call.ORDERS and _since(track, now) >= 0 and self._follows(subject, now)

    def _urgency(self, call: Call, subject: Subject, track: _Track, now: float) -> float:
        """1 or more if the call is due: the number of its intervals that have gone by."""
        if track.in_flight or call in self._gone or not self._is_wanted(call):
            return 0
        every_s, last = self.every_s(call, subject, now), self._last(call, subject, track)
        if track.first:
            return math.inf
        if last == -math.inf and every_s:
            return _NEVER
        gone_by = (now - last) / every_s if every_s else 0
        waited = _since(track, now)
        return max(gone_by, 1 + waited / AFTER_EVERY_S) if waited >= 0 else gone_by

    def _last(self, call: Call, subject: Subject, track: _Track) -> float:
        """From when on its interval counts. What an account shows at the moment of an action tells nothing of it."""
        if PLAN[call].about is not About.ACCOUNT:
            return track.asked
        return max(track.asked, self._acted_at(subject))

    def _subjects(self, call: Call) -> tuple[Subject, ...]:
        """What a call is to be made about now, one time for each."""
        match PLAN[call].about:
            case About.NOTHING:
                return (Subject(),)
            case About.ACCOUNT:
                shared = self._is_shared(call)
                names = (name for name in self.view.accounts if name and (not shared or name.casefold() in self._own))
                return (*((Subject(),) if shared else ()), *(Subject(account=name) for name in names))
            case About.SEVERAL:
                return (Subject(),) if len(self.view.accounts) > 1 and self._shares is None else ()
            case About.INSTRUMENT:
                return (Subject(instrument=self.view.instrument),) if self.view.instrument else ()
            case About.IN_PLAY:
                instruments = (self.view.instrument, *self.view.besides)
                return tuple(Subject(instrument=name) for name in instruments if name)
            case About.SENT:
                return ()
            case unreachable:
                assert_never(unreachable)

    def _made(self, call: Call, subject: Subject, now: float, urgency: float, *, first: bool = False) -> Due:
        poll = PLAN[call]
        path = {"account": subject.account, "orderId": subject.order_id}
        query = {"instrument": subject.instrument} if poll.about in (About.INSTRUMENT, About.IN_PLAY) else {}
        if call is Call.EXECUTIONS:
            query["lookbackTime"] = str(self._lookback_s(subject.account, now))
        follows = bool(poll.marks or poll.after_s) and self._follows(subject, now)
        priority = Priority.ACTION if follows or first else Priority.BACKGROUND
        if poll.shared and not subject.account:
            return Due(call, subject, Ask(poll.shared), priority, urgency)
        return Due(call, subject, Ask(poll.route, path, query), priority, urgency)

    def _lookback_s(self, account: str, now: float) -> int:
        """Long enough that no fill falls between two reads."""
        last = self._fills_asked.get(account)
        if last is None:
            return _FIRST_LOOKBACK_S
        return min(_FIRST_LOOKBACK_S, max(_LOOKBACK_S, math.ceil(now - last) + _OVERLAP_S))

    def next_at(self, now: float) -> float:
        """When something becomes due that is not yet, if nothing happens until then."""
        if self._pauses.stopped:
            return math.inf
        if now < self._pauses.until:
            return self._pauses.until
        moments = [mark for track in (*self._tracks.values(), *self._sent.values()) for mark in track.marks]
        moments += [at + SILENT_S for at in self._pushed.values()]
        for call, subject, track in self._every():
            every_s = self.every_s(call, subject, now)
            if every_s and not track.in_flight and call not in self._gone:
                moments.append(self._last(call, subject, track) + every_s)
        return min((moment for moment in moments if moment > now), default=math.inf)


def _since(track: _Track, now: float) -> float:
    """Seconds since the first moment at which a call is wanted; below 0 if there is none yet."""
    return now - min(track.marks, default=math.inf)
