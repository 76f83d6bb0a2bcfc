"""Begins rows in a journal in a process of its own, says so, and waits to be killed or told to go on.

usage: journal_child.py PATH ROWS [LARGEST_FILE]
"""

import asyncio
import resource
import sys
from pathlib import Path

from crosstrade_desk.protocol.problems import Invalid
from crosstrade_desk.storage.journal import open_journal
from crosstrade_desk.storage.rows import Ending, Intent

INTENT = Intent(1, "PRACTICE", "PLACE", "Sim101", "MES 12-26", "Buy 1 MES 12-26", "key=••••;")


async def main(path: str, rows: str, largest: str = "") -> None:
    journal = open_journal(Path(path))
    assert not isinstance(journal, Invalid), journal
    begun = [await journal.begin(INTENT) for _ in range(int(rows))]
    if largest:
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(largest), int(largest)))
        begun += [await journal.begin(INTENT) for _ in range(200)]
    sys.stdout.write(f"{begun[-1]}\n")
    sys.stdout.flush()
    sys.stdin.readline()
    for row in begun:
        if isinstance(row, int) and not largest:
            sys.stdout.write(f"{await journal.finish(row, Ending('accepted', 'Sent.', 200, '', 5))}\n")
    await journal.close()


asyncio.run(main(*sys.argv[1:]))
