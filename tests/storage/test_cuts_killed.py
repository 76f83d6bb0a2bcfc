"""The program dies in the midst of a cut, anywhere: no row is lost, none is twice in the end, both files verify."""

import asyncio
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from crosstrade_desk.protocol.secret import Secret
from crosstrade_desk.storage.cuts import newest_cut
from crosstrade_desk.storage.journal_reading import Reading, open_to_read
from crosstrade_desk.storage.seals import Kept, Sealed, kept_of
from crosstrade_desk.storage.verify import Whole, sealed, verify
from support.cuts import fill

HERE = Path(__file__).parent
DAYS, BEFORE, A_DAY = 150, 125, 4
UNKNOWN = (7, 300)
OLD = set(range(1, DAYS * A_DAY + 1))
_LONGEST_S = 0.4  # of a cut on this machine, with opening


def child(path: Path) -> "subprocess.Popen[str]":
    environ = os.environ | {"PYTHONPATH": f"{HERE.parent}:{HERE.parents[1]}"}
    command = [sys.executable, str(HERE / "cut_child.py"), str(path), str(BEFORE)]
    return subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def rows(path: Path) -> list[int]:
    reading = open_to_read(path)
    assert isinstance(reading, Reading)
    with reading:
        return [row.id for row in reading.rows()]


def look(path: Path) -> tuple[list[int], list[int], bool]:
    """Rows of the journal and of the archives it names, and whether a cut is unfinished. Both must verify."""
    kept = kept_of(Secret(path.with_name("journal.db.kept").read_text()))
    assert isinstance(kept, Kept)
    assert isinstance(verify(path), Whole), verify(path)
    assert isinstance(sealed(path, kept), Sealed)
    reading = open_to_read(path)
    assert isinstance(reading, Reading)
    with reading:
        cut = newest_cut(reading.connection)
    there = sorted(path.parent.glob("journal-*.db"))
    for archive in there:
        assert isinstance(verify(archive, archive=True), Whole)
    return rows(path), [row for archive in there for row in rows(archive)], not cut.is_done


def killed_again_and_again(path: Path, times: int, chance: random.Random) -> int:
    """Gives how often a cut was interrupted while rows were being removed."""
    halves = 0
    for _ in range(times):
        process = child(path)
        assert process.stdout
        assert process.stdout.readline() == "begun\n", process.communicate()[1]
        time.sleep(chance.uniform(0, _LONGEST_S))  # when it dies is what is tried
        process.kill()
        process.communicate()
        here, there, is_half = look(path)
        halves += is_half
        assert {*here, *there} >= OLD
        assert len(here) == len(set(here))
        assert len(there) == len(set(there))
    return halves


def ended(path: Path) -> None:
    out, err = child(path).communicate(timeout=60)
    assert out == "begun\ndone\n", err
    here, there, is_half = look(path)
    assert not is_half
    assert {*here} & {*there} == {*UNKNOWN}
    assert {*here, *there} >= OLD
    assert there == [*range(1, BEFORE * A_DAY + 1)]
    assert not list(path.parent.glob("*-cut"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "journal.db"
    asyncio.run(fill(path, DAYS, A_DAY, UNKNOWN))
    path.with_name("journal.db.kept").write_text(Kept.fresh().secret().reveal())
    return path


@pytest.mark.parametrize(
    ("stop", "nth"),
    [
        ("_begin", 1),
        ("_copy", 2),
        ("_finish", 1),
        ("announce", 1),
        ("digest_of", 1),  # announced, and not in its place
        ("_sync_folder", 1),
        ("put_in_place", 1),
        ("_put", 2),  # of the first removal, not committed
        ("_put", 4),
    ],
)
def test_a_death_at_each_step_of_a_cut_loses_no_row_and_leaves_none_twice(path: Path, stop: str, nth: int) -> None:
    environ = os.environ | {"PYTHONPATH": f"{HERE.parent}:{HERE.parents[1]}"}
    command = [sys.executable, str(HERE / "cut_child.py"), str(path), str(BEFORE), stop, str(nth)]
    process = subprocess.run(command, env=environ, capture_output=True, text=True, check=False, timeout=60)
    assert process.returncode == 9, process.stderr
    here, there, _ = look(path)
    assert {*here, *there} >= OLD
    ended(path)


@pytest.mark.long
def test_a_kill_at_any_time_of_a_cut_loses_no_row_and_leaves_none_twice(path: Path) -> None:
    killed_again_and_again(path, 25, random.Random(7))
    ended(path)
