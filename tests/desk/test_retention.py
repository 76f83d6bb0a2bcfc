"""Old rows are moved in the background: only under a key, only while nothing is on its way, and to the end."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crosstrade_desk.desk import retention
from crosstrade_desk.desk.carrier import SEND_TASK
from crosstrade_desk.desk.events import Event
from crosstrade_desk.desk.notices import Level, Notice
from crosstrade_desk.desk.preferences import Preferences
from crosstrade_desk.desk.retention import Retention, rule_of
from crosstrade_desk.desk.tasks import TaskOwner
from crosstrade_desk.storage.confirmed import SAFE
from crosstrade_desk.storage.cuts import NO_CUT, Cut
from crosstrade_desk.storage.seals import Kept
from crosstrade_desk.storage.settings import Settings
from crosstrade_desk.storage.settings_file import load
from crosstrade_desk.storage.verify import Whole, verify
from support.cuts import DAY_US, START_US, Run, fill

pytestmark = pytest.mark.anyio
NOW_US = START_US + 100 * DAY_US  # 2026-03-04; the first row is of 2025-11-24
SETTINGS = replace(Settings(), days_kept=60)


class Table:
    def __init__(self, run: Run, settings: Settings) -> None:
        self.run = run
        self.told: list[Event] = []
        self.bugs: list[BaseException] = []
        self.tasks = TaskOwner(asyncio.get_running_loop(), self.bugs.append)
        self.key: Kept | None = run.kept
        preferences = Preferences(None, settings, self.tasks, lambda _why: None)
        self.retention = Retention(
            run.path, run.journal, lambda: self.key, preferences, self.tasks, self.told.append, lambda: NOW_US
        )

    @property
    def said(self) -> list[str]:
        return [it.text for it in self.told if isinstance(it, Notice)]


@asynccontextmanager
async def table(
    path: Path, days: int = 50, kept: Kept | None = None, settings: Settings = SETTINGS
) -> AsyncIterator[Table]:
    if kept is None:
        await fill(path, days)
    made = Table(await Run.begin(path, kept or Kept.fresh()), settings)
    yield made
    await made.tasks.close(0)
    await made.run.journal.close()
    assert made.bugs == []
    assert isinstance(verify(path), Whole)
    assert [*path.parent.glob("*-cut")] == []


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.db"


async def test_months_that_are_old_are_moved_and_it_is_said_where_to(path: Path) -> None:
    async with table(path) as it:
        await it.retention.look()
        cut = it.run.journal.cut()
        assert (cut.point.row, cut.archive) == (38 * 4, "journal-2025-12.db")  # up to the end of December
        assert cut.is_done
        assert cut in it.told
        assert it.said[-1] == "Rows up to 152 are in journal-2025-12.db now, beside the journal."
        assert isinstance(verify(path.with_name(cut.archive), archive=True), Whole)
        await it.retention.look()
        assert it.run.journal.cut() == cut


async def test_without_a_key_nothing_is_moved(path: Path) -> None:
    async with table(path) as it:
        it.key = None
        await it.retention.look()
        assert it.run.journal.cut() == NO_CUT


async def test_nothing_is_moved_while_a_message_is_on_its_way(path: Path) -> None:
    async with table(path) as it:
        answered = asyncio.Event()
        it.tasks.start(answered.wait(), f"{SEND_TASK}PLACE")
        looking = it.tasks.start(it.retention.look(), "move old rows")
        assert looking
        await asyncio.wait({looking}, timeout=0.3)
        assert it.run.journal.cut() == NO_CUT
        assert [*path.parent.glob("journal.db-cut")] == []
        answered.set()
        await looking
        assert it.run.journal.cut().is_done


async def test_a_message_that_comes_in_the_midst_of_it_is_waited_for(path: Path) -> None:
    async with table(path) as it:
        answered = asyncio.Event()
        removed = 0
        remove = it.run.journal.remove

        async def counted(kept: Kept, point: object, at_us: int) -> object:
            nonlocal removed
            removed += 1
            it.tasks.start(answered.wait(), f"{SEND_TASK}PLACE")
            return await remove(kept, point, at_us)  # type: ignore[arg-type]

        it.run.journal.remove = counted  # type: ignore[assignment,method-assign]
        looking = it.tasks.start(it.retention.look(), "move old rows")
        assert looking
        await asyncio.wait({looking}, timeout=0.6)
        assert removed == 1
        answered.set()
        await looking
        assert removed > 1
        assert it.run.journal.cut().is_done


async def test_what_a_former_run_began_goes_on(path: Path) -> None:
    async with table(path) as it:
        archived = it.run.archive(rule_of(SETTINGS, NOW_US))
        assert archived
        assert isinstance(await it.run.journal.announce(it.run.kept, archived, NOW_US), Cut)
        kept = it.run.kept
        path.with_name("journal.db-cut").rename(path.with_name("aside"))
    path.with_name("aside").rename(path.with_name("journal.db-cut"))
    async with table(path, kept=kept) as it:
        await it.retention.look()
        assert it.run.journal.cut().is_done
        assert it.run.journal.cut().archive == archived.name


async def test_an_archive_that_was_changed_stops_it_with_a_sentence(path: Path) -> None:
    async with table(path) as it:
        archived = it.run.archive(rule_of(SETTINGS, NOW_US))
        assert archived
        assert isinstance(await it.run.journal.announce(it.run.kept, archived, NOW_US), Cut)
        path.with_name("journal.db-cut").unlink()
        await it.retention.look()
        (notice,) = it.told
        assert isinstance(notice, Notice)
        assert notice.level is Level.WARNING
        assert "cannot be read" in notice.text
        assert it.run.journal.cut().point.row == 0


async def test_the_end_of_the_program_leaves_nothing_half_done(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with table(path) as it:
        begun = asyncio.Event()
        loop = asyncio.get_running_loop()
        real = retention.Archiving.step

        def step(self: retention.Archiving) -> object:
            if self.rows > 50:
                loop.call_soon_threadsafe(begun.set)
            return real(self)

        monkeypatch.setattr(retention.Archiving, "step", step)
        it.tasks.start(it.retention.look(), "move old rows")
        await asyncio.wait_for(begun.wait(), 5)
        await it.tasks.close(0)
        assert it.run.journal.cut() == NO_CUT


@pytest.mark.parametrize(
    ("days", "now", "before"),
    [
        (60, "2026-03-04T15:00", "2026-01-01"),
        (63, "2026-03-04T00:00", "2025-12-01"),
        (62, "2026-03-04T00:00", "2026-01-01"),
        (400, "2026-11-26T08:00", "2025-10-01"),
    ],
)
def test_a_month_is_old_when_its_last_day_is(days: int, now: str, before: str) -> None:
    now_us = round(datetime.fromisoformat(f"{now}+00:00").timestamp()) * 1_000_000
    rule = rule_of(replace(Settings(), days_kept=days, size_mb=70), now_us)
    assert datetime.fromtimestamp(rule.before_us / 1_000_000, UTC) == datetime.fromisoformat(f"{before}T00:00+00:00")
    assert rule.most_bytes == 70_000_000
    assert rule.today_us == now_us - DAY_US


def kept_rows(path: Path) -> set[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as file:
        return set(file.execute("SELECT i.id, i.wire, e.outcome FROM intents i LEFT JOIN endings e USING (id)"))


async def test_the_least_that_another_hand_may_write_moves_rows_and_destroys_none(path: Path, tmp_path: Path) -> None:
    """So what is old is not among the limits that the trader confirms."""
    assert not {"days_kept", "size_mb"} & set(SAFE)
    file = tmp_path / "settings.toml"
    file.write_text("version = 1\ndays_kept = 30\nsize_mb = 20\n")
    least = load(file)
    assert (least.settings.days_kept, least.settings.size_mb, least.problems) == (30, 20, ())
    await fill(path, 95)
    before = kept_rows(path)
    async with table(path, kept=Kept.fresh(), settings=least.settings) as it:
        await it.retention.look()
        archive = path.with_name(it.run.journal.cut().archive)
        assert isinstance(verify(archive, archive=True), Whole)
    assert len(kept_rows(path)) < len(before), "rows were moved"
    assert before <= kept_rows(path) | kept_rows(archive)


@pytest.mark.parametrize("line", ["days_kept = 29", "days_kept = 0", "size_mb = 19", "size_mb = -1"])
def test_less_than_that_is_the_usual_value(tmp_path: Path, line: str) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(f"version = 1\n{line}\n")
    assert load(file).settings == Settings()
