"""Goes on with the cut of a journal, or makes one, in a process of its own, until it is done or killed.

usage: cut_child.py PATH BEFORE_DAY [STEP NTH]     (the key and the newest seal stand in PATH.kept, as in a keyring)

With a name of a step it dies in that step, the NTH time, without a word to anybody.
"""

import asyncio
import os
import sys
from pathlib import Path

from crosstrade_desk.protocol.secret import Secret
from crosstrade_desk.storage import archiving, cutting, journal
from crosstrade_desk.storage.archiving import Archiving
from crosstrade_desk.storage.files import write_whole
from crosstrade_desk.storage.seals import Kept, kept_of
from support import cuts
from support.cuts import Run


async def main(path: Path, before: int) -> None:
    ring = path.with_name("journal.db.kept")
    kept = kept_of(Secret(ring.read_text()))
    assert isinstance(kept, Kept)
    run = await Run.begin(path, kept)
    assert write_whole(ring, run.kept.secret().reveal().encode()) is None
    sys.stdout.write("begun\n")
    sys.stdout.flush()
    if not run.journal.cut().is_done:
        await run.go_on()
    await run.cut(before)
    await run.journal.close()
    sys.stdout.write("done\n")


def die_at(step: str, nth: int) -> None:
    """The process ends, as by a kill, at the end of the named step: of removing, before it is committed."""
    where = {
        "_begin": Archiving,
        "_copy": Archiving,
        "_finish": Archiving,
        "announce": journal,
        "digest_of": archiving,
        "put_in_place": cuts,
        "_sync_folder": archiving,
        "_put": cutting,
    }[step]
    real, left = getattr(where, step), [nth]

    def dying(*args: object) -> object:
        result = real(*args)
        left[0] -= 1
        if not left[0]:
            os._exit(9)
        return result

    setattr(where, step, dying)


if len(sys.argv) > 3:
    die_at(sys.argv[3], int(sys.argv[4]))
asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
