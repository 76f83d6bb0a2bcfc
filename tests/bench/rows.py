"""What the journal's rows cost, few and a million: a start's look, the log, one row more, one letter of the filter."""

import asyncio
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, replace
from pathlib import Path

from PySide6.QtTest import QTest

from bench.table import Figure, growth
from crosstrade_desk.desk.events import RowBegun, RowEnded
from crosstrade_desk.protocol.catalogue import SPECS
from crosstrade_desk.protocol.message import Message
from crosstrade_desk.storage.journal import Journal
from crosstrade_desk.storage.rows import Row
from crosstrade_desk.storage.seals import Kept, Seal
from crosstrade_desk.ui.log.model import LogModel
from support.desks import ENTRY
from support.journals import ENDING, INTENT, opened, raw
from support.windows import Glass

_STARTS, _TIMES, _SEARCHES = 10, 30, 3
_NOW_US = 1_790_000_000_000_000


def rows(loop: asyncio.AbstractEventLoop) -> list[Figure]:
    return growth("journal rows", {number: _rows(loop, number) for number in (100, 10_000, 1_000_000)})


def _rows(loop: asyncio.AbstractEventLoop, number: int) -> Mapping[str, Sequence[float]]:
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "journal.db"
        kept = _filled(path, number)
        starts = [_start(path, kept) for _ in range(_STARTS)]
        journal = opened(path)
        glass = Glass(loop, journal=journal, path=path)
        glass.show()
        found = {"a start's look at them": starts, **_looks(glass, journal), **_more(glass, journal), **_filter(glass)}
        glass.close()
        asyncio.run(journal.close())
    return found


def _filled(path: Path, number: int) -> Kept:
    """A journal of so many rows with its true chain, as the triggers make it, and a seal over all of it."""
    asyncio.run(opened(path).close())
    with raw(path) as file:
        file.execute("PRAGMA journal_mode = MEMORY")
        file.execute("BEGIN")
        for count in range(1, number + 1):
            intent = replace(INTENT, sentence=f"Buy {1 + count % 9}", at_us=_NOW_US - (number - count) * 1_000_000)
            file.execute("INSERT INTO intents VALUES (?, 1, ?, ?, ?, ?, ?, ?, ?)", (count, *astuple(intent)))
            file.execute("INSERT INTO endings VALUES (?, ?, ?, ?, ?, ?)", (count, *astuple(ENDING)[:-1]))
        file.execute("COMMIT")
    return asyncio.run(_sealed(opened(path)))


async def _sealed(journal: Journal) -> Kept:
    kept = Kept.fresh()
    seal = await journal.seal(kept, _NOW_US)
    assert isinstance(seal, Seal)
    await journal.close()
    return kept.after(seal, stood=False)


def _start(path: Path, kept: Kept) -> float:
    """All that a start asks of the journal, and the model of its log."""
    begun = time.process_time()
    journal = opened(path)
    assert not journal.orphans()
    assert not journal.missed(kept)
    asked = journal.confirmed(), journal.cut(), LogModel(journal)
    taken = time.process_time() - begun
    assert asked
    asyncio.run(journal.close())
    return taken * 1000


def _looks(glass: Glass, journal: Journal) -> Mapping[str, Sequence[float]]:
    """The log anew, its middle and its end, each time from the file."""
    log = glass.window.log

    def seen(line: Callable[[], int]) -> float:
        log.model.show_cut(journal.cut())  # no page is remembered
        begun = time.process_time()
        log.table.scrollTo(log.model.index(line(), 0))
        log.table.grab()
        return (time.process_time() - begun) * 1000

    def anew() -> int:
        log.model.show_found(None)
        return 0

    places: dict[str, Callable[[], int]] = {
        "the log shown anew": anew,
        "its middle shown": lambda: log.model.rowCount() // 2,
        "its end shown": lambda: log.model.rowCount() - 1,
    }
    found = {work: [seen(line) for _ in range(_TIMES)] for work, line in places.items()}
    log.table.scrollToTop()
    return found


def message(glass: Glass) -> Message:
    """A valid order."""
    found = glass.desk.compose(SPECS["PLACE"], ENTRY)
    assert isinstance(found, Message)
    return found


async def answered(glass: Glass, journal: Journal, order: Message) -> None:
    """One order and its answer as they come in the program: kept, told, shown."""
    intent = replace(INTENT, at_us=time.time_ns() // 1000, accounts="Sim101", wire=order.masked)
    number = await journal.begin(intent)
    assert isinstance(number, int)
    glass.desk.tell(RowBegun(Row(number, intent, None), order.command))
    assert await journal.finish(number, ENDING) is None
    glass.desk.tell(RowEnded(Row(number, intent, ENDING), order.command))


def _more(glass: Glass, journal: Journal) -> Mapping[str, Sequence[float]]:
    order, found = message(glass), []
    for _ in range(_TIMES):
        glass.settle()
        begun = time.process_time()
        glass.run(answered(glass, journal, order))
        glass.settle()
        found.append((time.process_time() - begun) * 1000)
    return {"one row more: kept, answered, shown": found}


def _filter(glass: Glass) -> Mapping[str, Sequence[float]]:
    """A letter until all rows were looked through: what the window's thread does of it, and all threads."""
    log, window, whole = glass.window.log, [], []
    log.open_filter()
    for _ in range(_SEARCHES):
        glass.settle()
        begun = time.thread_time(), time.process_time()
        QTest.keyClicks(log.filter.line, "7")
        glass.run(_looked_through(glass))
        assert log.model.rowCount() >= (log.model.newest - _TIMES) // 9  # a quicker search has not seen all of them
        window.append((time.thread_time() - begun[0]) * 1000)
        whole.append((time.process_time() - begun[1]) * 1000)
        log.filter.clear()
    return {"a letter of the filter, in the window": window, "the same with the thread that looks": whole}


async def _looked_through(glass: Glass) -> None:
    search = glass.window.log.search
    while search.sought.is_all or search.is_looking:
        await asyncio.sleep(0.005)
