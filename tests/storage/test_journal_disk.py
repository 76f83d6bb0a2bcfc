"""A disk that is full and a file that another program holds: said in time and in plain words, and nothing is lost."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from crosstrade_desk.protocol.problems import Invalid
from crosstrade_desk.storage.journal_reading import Reading, open_to_read
from crosstrade_desk.storage.verify import Whole, verify
from support.journals import BLOCKED, ENDING, INTENT, opened

pytestmark = [pytest.mark.anyio, pytest.mark.skipif(sys.platform == "win32", reason="POSIX")]
HERE = Path(__file__).parent
LIMIT_S = 1.0
HELD = Invalid("Another program holds the journal.")


def can_mount() -> bool:
    """Whether this user may have a small disk of his own, in a namespace of his own."""
    if not (unshare := shutil.which("unshare")):
        return False
    small = [unshare, "-rm", "sh", "-c", "mount -t tmpfs none /mnt"]
    return subprocess.run(small, capture_output=True, check=False).returncode == 0


def in_child(*words: str, within: tuple[str, ...] = ()) -> dict[str, Any]:
    done = subprocess.run(
        [*within, sys.executable, "-W", "error", str(HERE / "journal_disk.py"), *words],
        env={**os.environ, "PYTHONPATH": f"{HERE.parents[1]}:{HERE.parent}"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def check(found: dict[str, Any], said: str) -> None:
    assert (found["said"], found["noted"]) == (said, said)
    assert found["took_s"] < LIMIT_S
    assert found["count"] == found["begun"] > 10, "what was begun stays, and nothing else is there"
    assert found["whole when full"]
    assert found["after"] == [found["begun"] + more for more in (1, 2, 3)]
    assert found["rows"] == found["begun"] + 3


def test_a_file_that_may_not_grow_is_said_and_all_goes_on_when_it_may_again(tmp_path: Path) -> None:
    check(in_child("limit", str(tmp_path)), "The disk did not take it.")


@pytest.mark.skipif(not can_mount(), reason="no disk of its own for this user")
def test_a_disk_that_is_full_is_said_and_all_goes_on_when_there_is_room_again(tmp_path: Path) -> None:
    mount = 'mount -t tmpfs -o size=900k none "$0" && exec "$@"'
    within = ("unshare", "-rm", "sh", "-c", mount, str(tmp_path))
    check(in_child("filled", str(tmp_path), within=within), "The disk is full.")


@pytest.mark.skipif(not can_mount(), reason="no disk of its own for this user")
def test_a_journal_on_a_disk_that_cannot_be_written_is_read_and_checked(tmp_path: Path) -> None:
    asyncio.run(_one_row(tmp_path / "journal.db"))
    code = (
        "import sys; from pathlib import Path; from crosstrade_desk.storage.verify import verify\n"
        "print(verify(Path(sys.argv[1]) / 'journal.db').rows)"
    )
    mount = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"'
    within = ("unshare", "-rm", "sh", "-c", mount, str(tmp_path))
    said = subprocess.check_output([*within, sys.executable, "-c", code, str(tmp_path)], text=True, timeout=20)
    assert said == "1\n"


async def _one_row(path: Path) -> None:
    journal = opened(path)
    await journal.begin(INTENT)
    await journal.close()


@contextmanager
def held(path: Path) -> Iterator[None]:
    """While another process has the journal for itself."""
    code = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "c.execute('BEGIN EXCLUSIVE'); print('held', flush=True); sys.stdin.readline()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "held\n"
        yield
        process.kill()


async def test_a_journal_that_another_program_holds_is_said_in_time_to_all_who_wait(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    journal = opened(path)
    row = await journal.begin(INTENT)
    assert isinstance(row, int)
    with held(path):
        started = time.monotonic()
        assert await journal.begin(INTENT) == HELD
        assert time.monotonic() - started < LIMIT_S
        started = time.monotonic()
        many = await asyncio.gather(*(journal.begin(INTENT) for _ in range(20)), journal.note(INTENT, BLOCKED))
        assert set(many) == {HELD}
        assert await journal.finish(row, ENDING) == HELD
        assert time.monotonic() - started < 2 * LIMIT_S
        reading = open_to_read(path)
        assert isinstance(reading, Reading)
        with reading:
            assert len(list(reading.rows())) == 1, "it can still be read"
    assert await journal.finish(row, ENDING) is None
    assert await journal.begin(INTENT) == 2
    await journal.close()
    found = verify(path)
    assert isinstance(found, Whole), found
    assert found.rows == 2


async def test_a_short_hold_is_waited_for_again_after_a_long_one(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    journal = opened(path)
    with held(path):
        assert set(await asyncio.gather(*(journal.begin(INTENT) for _ in range(3)))) == {HELD}
    waits = journal._opened.connection.execute("PRAGMA busy_timeout").fetchone()
    assert waits == (0,)
    assert await journal.begin(INTENT) == 1
    assert journal._opened.connection.execute("PRAGMA busy_timeout").fetchone() == (500,)
    await journal.close()
