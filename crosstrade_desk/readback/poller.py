"""Reads by asking again and again: the schedule over the client, within the budget."""

import asyncio
import math
import time
from collections.abc import Callable
from typing import Any, Final, Protocol

from crosstrade_desk.readback.answers import Failed, Trouble
from crosstrade_desk.readback.budget import Budget
from crosstrade_desk.readback.plan import Call, Subject, View
from crosstrade_desk.readback.reader import Feed, Listener, News
from crosstrade_desk.readback.routes import Ask
from crosstrade_desk.readback.schedule import Due, Schedule
from crosstrade_desk.readback.values import Orders

AT_ONCE: Final = 2
"""Calls on their way at most: a slow one, which may take 20 s, must not keep the others waiting."""
_BREATH_S: Final = 0.05  # between two looks at the schedule at least


class Source(Protocol):
    """What answers: the client."""

    async def read(self, ask: Ask[Any]) -> Any: ...


class Poller:
    """A `Reader` that polls. `share` is the part of the usual budget, 1.0 token a second on average; `budget` that of
    a former poller of the same key.

    What `feed` pushes is asked for less often, or no more, until the feed falls silent.
    """

    def __init__(
        self,
        source: Source,
        on_news: Listener,
        share: float = 1.0,
        clock: Callable[[], float] = time.monotonic,
        feed: Feed | None = None,
        budget: Budget | None = None,
    ) -> None:
        self._source, self._on_news, self._clock, self._feed = source, on_news, clock, feed
        self._budget, self._schedule = budget or Budget(clock(), share), Schedule(share)
        self._changed = asyncio.Event()

    async def run(self) -> None:
        """Reads until it is cancelled."""
        async with asyncio.TaskGroup() as workers:
            for _ in range(AT_ONCE):
                workers.create_task(self._work())
            if self._feed:
                workers.create_task(self._feed.run(self))

    async def _work(self) -> None:
        while True:
            due = self._taken()
            if due:
                await self._make(due)
            else:
                await self._pause()

    def _taken(self) -> Due | None:
        """The most urgent call for which there is a token now; it counts as made from here on."""
        now = self._clock()
        for due in self._schedule.due(now):
            if self._budget.grants(due.priority, now):
                self._schedule.asked(due, now)
                return due
        return None

    async def _make(self, due: Due) -> None:
        asked = self._clock()
        found = await self._source.read(due.ask)
        now = self._clock()
        if isinstance(found, Failed) and found.trouble is Trouble.BUSY:
            self._budget.refused(now, found.wait_s)
        else:
            self._budget.answered()
        self._schedule.answered(due, found, now)
        self._wake()
        if due.is_shared and isinstance(found, Orders):
            await self._tell_each(found, asked)
        elif not (due.is_shared and not self._schedule.shares):  # else they are now read account by account
            self._on_news(News(due.call, due.subject, asked, found))

    async def _tell_each(self, found: Orders, asked: float) -> None:
        """Tells what one answer brought of every account. The window has its turn after each of them."""
        for name, part in found.by_account(self._schedule.view.accounts).items():
            self._on_news(News(Call.ORDERS, Subject(account=name), asked, part))
            await asyncio.sleep(0)

    async def _pause(self) -> None:
        """Waits until something may be due, or until something happens."""
        now = self._clock()
        opens = (self._budget.opens_at(due.priority, now) for due in self._schedule.due(now))
        at = min((self._schedule.next_at(now), *opens))
        self._changed.clear()
        try:
            async with asyncio.timeout(None if at == math.inf else max(_BREATH_S, at - now)):
                await self._changed.wait()
        except TimeoutError:
            return

    def _wake(self) -> None:
        self._changed.set()

    def look(self, view: View) -> None:
        """Reads what the trader looks at from now on."""
        others = set(view.accounts) - set(self._schedule.view.accounts)
        self._schedule.view = view
        if others and self._schedule.shares:
            self._schedule.soon(Call.ORDERS, self._clock())
        if self._feed:
            self._feed.look(view)
        self._wake()

    def acted(self, *sent: Subject) -> None:
        """A message left: more is asked of its accounts for 10 s. It is counted as a request: it may be one."""
        self.spent()
        self._schedule.acted(self._clock(), *sent)
        self._wake()

    def soon(self, call: Call, account: str = "", *, first: bool = False) -> None:
        """Something tells that a call would bring news, of one account or of all. `first`: before anything else."""
        self._schedule.soon(call, self._clock(), account, first=first)
        self._wake()

    def retry(self) -> None:
        """Reads again after the key was refused."""
        self._schedule.retry()
        if self._feed:
            self._feed.retry()
        self._wake()

    # --- what the feed tells ---

    def pushed(self, news: News) -> None:
        """Something was pushed, or the push connection is in trouble."""
        if not isinstance(news.found, Failed):
            self._schedule.pushed(news.call, news.asked)
        self._on_news(news)

    def reread(self) -> None:
        """Orders, fills or positions may have changed."""
        for call in (Call.POSITIONS, Call.ORDERS, Call.EXECUTIONS):
            self.soon(call)

    def spent(self) -> None:
        """A request was made beside those of the schedule."""
        self._budget.spent(self._clock())

    def usual_s(self, call: Call) -> float:
        """Seconds between two reads of a call as a rule: what an age is judged by."""
        return self._schedule.usual_s(call)
