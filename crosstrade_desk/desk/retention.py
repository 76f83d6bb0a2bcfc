"""Moves rows that are old into archives, in the background: a piece at a time, and none while a message is on its way.

Whole months are moved. Only a run that seals the journal does it, as each cut is made with the key of the seals. What
it began and did not end goes on in the next run. Archives are the trader's: nothing here removes one.
"""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, Protocol

from crosstrade_desk.desk.carrier import SEND_TASK
from crosstrade_desk.desk.events import Event
from crosstrade_desk.desk.notices import Level, Notice
from crosstrade_desk.desk.preferences import Preferences
from crosstrade_desk.desk.tasks import TaskOwner
from crosstrade_desk.protocol.problems import Invalid
from crosstrade_desk.storage.archiving import Archiving, put_in_place
from crosstrade_desk.storage.cuts import Cut, Point
from crosstrade_desk.storage.cutting import Archived, Rule, further, movable, settle
from crosstrade_desk.storage.seals import Kept
from crosstrade_desk.storage.settings import Settings

FIRST_S: Final = 60.0  # after the start: the morning's first orders come first
EVERY_S: Final = 3600.0
REST_S: Final = 0.01  # between two pieces, so that they take half of a thread at most
_SETTLED_EVERY: Final = 200  # pieces: some 20 MB
_DAY_US: Final = 86_400_000_000
_ABOUT: Final = "archive"
_FOREIGN: Final = Invalid(
    "The journal's newest cut does not match: another hand made or changed it. No rows are moved. "
    "crosstrade-desk journal --verify tells more."
)


class Cuttable(Protocol):
    """What is needed of the journal."""

    @property
    def session(self) -> int: ...

    def cut(self) -> Cut: ...

    async def announce(self, kept: Kept, archived: Archived, at_us: int) -> Cut | Invalid: ...

    async def remove(self, kept: Kept, point: Point, at_us: int) -> Cut | Invalid: ...


def rule_of(settings: Settings, now_us: int) -> Rule:
    """What the settings call old: months (UTC) that ended `days_kept` days ago, and what is more than `size_mb`."""
    now = datetime.fromtimestamp(now_us / 1_000_000, UTC)
    month = (now - timedelta(days=settings.days_kept)).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return Rule(round(month.timestamp()) * 1_000_000, settings.size_mb * 1_000_000, now_us - _DAY_US)


class Retention:
    """Belongs to one window. `key` gives the key while the journal is sealed and fits its seals, else None."""

    def __init__(  # noqa: PLR0913, PLR0917 - each is another part of the program
        self,
        path: Path,
        journal: Cuttable,
        key: Callable[[], Kept | None],
        preferences: Preferences,
        tasks: TaskOwner,
        tell: Callable[[Event], None],
        now_us: Callable[[], int],
    ) -> None:
        self._path, self._journal, self._key, self._preferences = path, journal, key, preferences
        self._tasks, self._tell, self._now_us = tasks, tell, now_us

    async def run(self) -> None:
        """Looks every hour, for ever."""
        await asyncio.sleep(FIRST_S)
        while True:
            await self.look()
            await asyncio.sleep(EVERY_S)

    async def look(self) -> None:
        """Moves what is old, if anything is."""
        if (kept := self._key()) is None:
            return
        found: Cut | Invalid | None = self._journal.cut()
        if isinstance(found, Cut) and not kept.may_follow(found):
            found = _FOREIGN
        if isinstance(found, Cut) and found.is_done:
            found = await self._written(kept)
        if isinstance(found, Cut):
            found = await self._removed(kept, found)
        if isinstance(found, Invalid):
            self._say(found.message, Level.WARNING)

    async def _written(self, kept: Kept) -> Cut | Invalid | None:
        """Has the archive written and announced; None if there is nothing to move."""
        rule = rule_of(self._preferences.current, self._now_us())
        until = await self._tasks.in_thread(movable, self._path, self._journal.session, kept, rule)
        if until is None or isinstance(until, Invalid):
            return until
        work = Archiving(self._path, until)
        try:
            archived = await self._each(work.step, lambda: f"Archiving old rows: {work.rows:,} of {until.row:,} …")
        except asyncio.CancelledError:
            await self._tasks.in_thread(work.give_up)  # the program is ending
            raise
        is_written = isinstance(archived, Archived)
        return await self._journal.announce(kept, archived, self._now_us()) if is_written else archived

    async def _each(self, step: Callable[[], Any], words: Callable[[], str]) -> Any:
        """Takes one step after the other, each when nothing is on its way, until one gives another thing than True."""
        said = time.monotonic()
        while True:
            await self._idle()
            if (found := await self._tasks.in_thread(step)) is not True:
                return found
            if time.monotonic() - said > 1:
                said = time.monotonic()
                self._say(words())

    async def _removed(self, kept: Kept, cut: Cut) -> Cut | Invalid:
        """Removes what the announced archive has."""
        if fault := await self._tasks.in_thread(put_in_place, self._path, cut):
            return fault
        pieces = 0
        while not cut.is_done:
            await self._idle()
            point = await self._tasks.in_thread(further, self._path, cut)
            if not isinstance(point, Point):
                return point or Invalid(f"The journal holds nothing more of what is in {cut.archive}.")
            await self._idle()
            found = await self._journal.remove(kept, point, self._now_us())
            if isinstance(found, Invalid):
                return found
            cut, pieces = found, pieces + 1
            if (pieces % _SETTLED_EVERY == 0 or cut.is_done) and (fault := await self._settled(cut)):
                return fault
        self._say(f"Rows up to {cut.point.row:,} are in {cut.archive} now, beside the journal.")
        return cut

    async def _settled(self, cut: Cut) -> Invalid | None:
        self._tell(cut)
        return await self._tasks.in_thread(settle, self._path)

    async def _idle(self) -> None:
        """Rests, and waits until nothing is on its way."""
        await asyncio.sleep(REST_S)
        await self._tasks.none_of(SEND_TASK)

    def _say(self, words: str, level: Level = Level.INFO) -> None:
        self._tell(Notice(level, words, _ABOUT))
