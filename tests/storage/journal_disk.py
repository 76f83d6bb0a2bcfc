"""Writes into a journal until the disk takes no more, makes room, and writes on. Prints what happened as JSON.

usage: journal_disk.py limit FOLDER     a limit on the size of files stands for the disk
       journal_disk.py filled FOLDER    the folder is a small disk of its own
"""

import asyncio
import json
import resource
import sys
import time
from pathlib import Path

from crosstrade_desk.storage.journal import Journal, open_journal
from crosstrade_desk.storage.verify import Whole, verify
from support.journals import BLOCKED, INTENT

BALLAST = 400_000


def take_room(kind: str, folder: Path) -> None:
    if kind == "limit":
        resource.setrlimit(resource.RLIMIT_FSIZE, (BALLAST, resource.RLIM_INFINITY))


def make_room(kind: str, folder: Path) -> None:
    if kind == "limit":
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    else:
        (folder / "ballast").unlink()


async def until_it_refuses(journal: Journal) -> dict[str, object]:
    begun = 0
    while True:
        started = time.monotonic()
        row = await journal.begin(INTENT)
        if not isinstance(row, int):
            return {"begun": begun, "said": row.message, "took_s": time.monotonic() - started}
        begun = row


async def main(kind: str, place: str) -> None:
    folder = Path(place)
    path = folder / "journal.db"
    if kind == "filled":
        (folder / "ballast").write_bytes(b"x" * BALLAST)
    journal = open_journal(path)
    assert isinstance(journal, Journal), journal
    take_room(kind, folder)
    found = await until_it_refuses(journal)
    noted = await journal.note(INTENT, BLOCKED)
    found |= {"noted": noted if isinstance(noted, int) else noted.message, "count": journal.count()}
    found["whole when full"] = isinstance(verify(path), Whole)
    make_room(kind, folder)
    found["after"] = [await journal.begin(INTENT) for _ in range(3)]
    await journal.close()
    last = verify(path)
    sys.stdout.write(json.dumps(found | {"rows": last.rows if isinstance(last, Whole) else last.sentence}))


asyncio.run(main(*sys.argv[1:]))
