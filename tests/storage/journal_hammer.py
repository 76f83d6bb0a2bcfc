"""Writes rows into a journal as fast as it takes them, in a process of its own, and prints the number of each.

usage: journal_hammer.py PATH [ROWS]     without ROWS it goes on until it is killed
"""

import asyncio
import itertools
import sys
from pathlib import Path

from crosstrade_desk.protocol.problems import Invalid
from crosstrade_desk.storage.journal import open_journal
from support.journals import BLOCKED, ENDING, INTENT


async def main(path: str, rows: str = "") -> None:
    journal = open_journal(Path(path))
    assert not isinstance(journal, Invalid), journal
    for turn in range(int(rows)) if rows else itertools.count():
        row = await (journal.note(INTENT, BLOCKED) if turn % 5 == 4 else journal.begin(INTENT))
        assert isinstance(row, int), row
        sys.stdout.write(f"{row}\n")
        sys.stdout.flush()
        if turn % 5 < 3:
            fault = await journal.finish(row, ENDING)
            assert fault is None, fault
    await journal.close()


asyncio.run(main(*sys.argv[1:]))
