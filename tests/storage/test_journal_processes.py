"""Several processes on one journal, and processes that are killed in the midst of writing: the chain stays whole."""

import contextlib
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crosstrade_desk.protocol.problems import Invalid
from crosstrade_desk.storage import verify as verify_module
from crosstrade_desk.storage.journal_reading import Reading, open_to_read
from crosstrade_desk.storage.verify import Whole, verify

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX")
HERE = Path(__file__).parent
START_S = 0.4  # in which a process has surely begun to open the journal


@contextlib.contextmanager
def hammer(path: Path, *rows: str) -> Iterator[subprocess.Popen[str]]:
    """Another process that writes into the journal."""
    with subprocess.Popen(
        [sys.executable, "-W", "error", str(HERE / "journal_hammer.py"), str(path), *rows],
        env={**os.environ, "PYTHONPATH": f"{HERE.parents[1]}:{HERE.parent}"},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def rows_in(path: Path) -> dict[int, str]:
    """Each row of the journal with its outcome."""
    reading = open_to_read(path)
    assert isinstance(reading, Reading)
    with reading:
        found = {row.id: row.outcome for row in reading.rows()}
    assert not reading.fault
    return found


def test_two_processes_write_one_chain(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    with hammer(path, "1500") as one, hammer(path, "1500") as other:
        mine, its = [[int(line) for line in process.communicate(timeout=60)[0].split()] for process in (one, other)]
        assert (one.returncode, other.returncode) == (0, 0)
    assert max(mine[0], its[0]) < min(mine[-1], its[-1]), "they wrote one after the other"
    assert sorted(mine + its) == list(range(1, 3001))
    found = verify(path)
    assert isinstance(found, Whole), found
    assert (found.rows, found.tail) == (3000, True)


OPENER = """
import sys
from pathlib import Path
from crosstrade_desk.storage.journal_file import Opened, open_file
print(flush=True)
for path in map(str.strip, sys.stdin):
    opened = open_file(Path(path))
    print(opened.session if isinstance(opened, Opened) else opened, flush=True)
"""


def test_programs_that_create_one_journal_at_once_all_get_it(tmp_path: Path) -> None:
    with contextlib.ExitStack() as stack:
        command = [sys.executable, "-c", OPENER]
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "bufsize": 1}
        programs = [stack.enter_context(subprocess.Popen(command, **pipes)) for _ in range(3)]
        for each in programs:
            each.stdout.readline()
        for turn in range(20):
            for each in programs:
                each.stdin.write(f"{tmp_path / str(turn)}\n")
            assert sorted(each.stdout.readline() for each in programs) == ["1\n", "2\n", "3\n"]
        for each in programs:
            each.stdin.close()


def test_a_journal_that_is_being_written_is_whole_at_every_moment(tmp_path: Path) -> None:
    path, seen = tmp_path / "journal.db", []
    with hammer(path) as process:
        assert process.stdout
        process.stdout.readline()
        while len(seen) < 40:
            found = verify(path)
            assert isinstance(found, Whole), found
            seen.append(found.rows)
            process.stdout.readline()
    assert seen == sorted(seen)
    assert seen[-1] > seen[0]


def test_what_is_written_while_it_is_verified_is_no_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "journal.db"

    def write() -> None:
        with hammer(path, "20") as process:
            process.communicate(timeout=20)

    def opened_and_overtaken(*args: Any) -> Reading | Invalid | None:
        reading = open_to_read(*args)
        write()
        return reading

    write()
    monkeypatch.setattr(verify_module, "open_to_read", opened_and_overtaken)
    found = verify(path)
    assert isinstance(found, Whole), found
    assert found.rows == 20


def killed_at_random(path: Path, chance: random.Random) -> list[int]:
    """What a process had begun when it was killed: in the midst of opening, or after some rows."""
    with hammer(path) as process:
        assert process.stdout
        lines = chance.choice((0, 1, 5, 40))
        begun = [int(process.stdout.readline()) for _ in range(lines)]
        time.sleep(chance.random() * (0.004 if lines else START_S))
        process.kill()
        return begun + [int(line) for line in process.stdout.read().split("\n")[:-1]]


@pytest.mark.parametrize("kills", [30, pytest.param(300, marks=pytest.mark.long)])
def test_a_killed_process_leaves_a_whole_chain_with_every_row_it_had_begun(tmp_path: Path, kills: int) -> None:
    path, chance, begun = tmp_path / "journal.db", random.Random(kills), list[int]()
    for _ in range(kills):
        begun += killed_at_random(path, chance)
        found = verify(path)
        assert isinstance(found, Whole), found
    rows = rows_in(path)
    assert len(begun) == len(set(begun)) > kills
    assert rows.keys() >= set(begun)
    assert list(rows) == list(range(1, len(rows) + 1))
