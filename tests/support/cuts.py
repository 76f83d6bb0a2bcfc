"""What the tests of the journal's cuts share: a journal of many days, sealed, and the way of one cut."""

from dataclasses import dataclass, replace
from pathlib import Path

from crosstrade_desk.protocol.problems import Invalid
from crosstrade_desk.storage.archiving import Archiving, put_in_place
from crosstrade_desk.storage.cuts import Cut
from crosstrade_desk.storage.cutting import Archived, Rule, further, movable
from crosstrade_desk.storage.journal import Journal
from crosstrade_desk.storage.newest import newest, note
from crosstrade_desk.storage.rows import Ending
from crosstrade_desk.storage.seals import Kept, Seal
from support.journals import BLOCKED, ENDING, INTENT, opened

DAY_US = 86_400_000_000
START_US = INTENT.at_us
LOST = Ending("unknown", "No answer came.", None, "", 5)


async def fill(path: Path, days: int, a_day: int = 4, unknown: tuple[int, ...] = ()) -> None:
    """Rows of so many days, `a_day` each: the first of each day blocked, those in `unknown` with that outcome."""
    journal = opened(path)
    for number in range(1, days * a_day + 1):
        intent = replace(INTENT, at_us=START_US + (number - 1) // a_day * DAY_US)
        if number % a_day == 1:
            await journal.note(intent, BLOCKED)
        else:
            row = await journal.begin(intent)
            assert row == number
            await journal.finish(row, LOST if number in unknown else ENDING)
    assert await journal.confirm(START_US, "first") is None
    assert await journal.confirm(START_US, "limits") is None
    await journal.close()


@dataclass
class Run:
    """One run of the program on a journal, with the key of its seals."""

    path: Path
    kept: Kept
    journal: Journal

    @classmethod
    async def begin(cls, path: Path, kept: Kept) -> "Run":
        """Opens the journal, writes a row, and seals."""
        run = cls(path, kept, opened(path))
        await run.journal.note(replace(INTENT, at_us=START_US + 1000 * DAY_US), BLOCKED)
        await run.seal()
        return run

    async def seal(self) -> None:
        seal = await self.journal.seal(self.kept, START_US)
        assert isinstance(seal, Seal)
        self.kept = self.kept.after(seal, stood=True)
        self.journal.sync()
        reader = self.journal._reader
        mark = newest(reader)
        assert mark
        note(self.path, mark, reader)

    def rule(self, before_day: int, most_bytes: int = 0, today: int = 999) -> Rule:
        return Rule(START_US + before_day * DAY_US, most_bytes, START_US + today * DAY_US)

    def archive(self, rule: Rule) -> Archived | None:
        until = movable(self.path, self.journal.session, self.kept, rule)
        assert not isinstance(until, Invalid), until
        if until is None:
            return None
        work = Archiving(self.path, until)
        while (found := work.step()) is True:
            pass
        assert found is None or isinstance(found, Archived), found
        return found

    async def announced(self, before_day: int, most_bytes: int = 0, today: int = 999) -> Cut | None:
        """A cut whose archive is written and announced, and of which nothing is removed yet."""
        archived = self.archive(self.rule(before_day, most_bytes, today))
        if archived is None:
            return None
        cut = await self.journal.announce(self.kept, archived, START_US)
        assert isinstance(cut, Cut), cut
        return cut

    async def cut(self, before_day: int, most_bytes: int = 0, today: int = 999) -> Cut | None:
        """All of one cut."""
        return await self.go_on() if await self.announced(before_day, most_bytes, today) else None

    async def go_on(self) -> Cut:
        """What is left of a cut that was announced."""
        cut = self.journal.cut()
        assert put_in_place(self.path, cut) is None
        while not cut.is_done:
            point = further(self.path, cut)
            assert point, point
            assert not isinstance(point, Invalid), point
            found = await self.journal.remove(self.kept, point, START_US)
            assert isinstance(found, Cut), found
            cut = found
        return cut
