"""A fault of the program itself, wherever it shows: told once, kept with its trace and without secrets, entries off."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from support import faulty_program, stumbling_program
from support.marker import MARKER


def ran(program: str, way: str, tmp_path: Path) -> subprocess.CompletedProcess[str]:
    home, tests = tmp_path / "home", Path(program).parents[1]
    path = f"{tests}{os.pathsep}{tests.parent}"  # this tree's program, whichever one is installed
    env = {**os.environ, "CROSSTRADE_DESK_HOME": str(home), "PYTHONPATH": path, "QT_QPA_PLATFORM": "offscreen"}
    return subprocess.run(
        [sys.executable, program, way], env=env, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize("way", faulty_program.WAYS)
def test_a_fault_halts_entries_is_told_and_is_kept_masked(way: str, tmp_path: Path) -> None:
    home, done = tmp_path / "home", ran(faulty_program.__file__, way, tmp_path)
    assert done.returncode == 7, done.stderr
    log = (home / "logs" / "crosstrade-desk.log").read_text()
    assert "ZeroDivisionError" in log
    assert "in fail" in log
    assert MARKER not in log + done.stdout + done.stderr


@pytest.mark.parametrize("way", stumbling_program.WAYS)
def test_a_fault_of_reading_stops_reading_and_nothing_else(way: str, tmp_path: Path) -> None:
    """The program sends an entry and an exit while reading is stopped, and reads again when it is asked to."""
    home, done = tmp_path / "home", ran(stumbling_program.__file__, way, tmp_path)
    assert done.returncode == 7, done.stdout + done.stderr
    log = (home / "logs" / "crosstrade-desk.log").read_text()
    assert "a fault of reading" in log
    assert "ZeroDivisionError" in log
    assert "a fault of the program" not in log
    assert MARKER not in log + done.stdout + done.stderr
