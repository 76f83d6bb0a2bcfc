"""Writes rows into a journal as fast as it takes them, in a process of its own, and prints the number of each.

usage: journal_hammer.py PATH [ROWS]     without ROWS it goes on until it is killed
"""

import asyncio
import itertools
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

from crosstrade_desk.protocol.problems import Invalid
from crosstrade_desk.storage.journal import open_journal
from support.journals import BLOCKED, ENDING, INTENT

T = TypeVar("T")
HELD = Invalid("Another program holds the journal.")  # on a slow disk, for longer than one write waits


async def taken(write: Callable[[], Awaitable[T | Invalid]]) -> T:
    """What a write gives, once no other program is in its way."""
    while (found := await write()) == HELD:
        continue
    assert not isinstance(found, Invalid), found
    return found


async def main(path: str, rows: str = "") -> None:
    journal = open_journal(Path(path))
    assert not isinstance(journal, Invalid), journal
    for turn in range(int(rows)) if rows else itertools.count():
        row = await taken(lambda: journal.note(INTENT, BLOCKED) if turn % 5 == 4 else journal.begin(INTENT))  # noqa: B023
        sys.stdout.write(f"{row}\n")
        sys.stdout.flush()
        if turn % 5 < 3:
            await taken(lambda: journal.finish(row, ENDING))  # noqa: B023
    await journal.close()


asyncio.run(main(*sys.argv[1:]))
