"""A fault of the program itself, wherever it shows: told once, kept with its trace and without secrets, entries off."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from support import faulty_program
from support.marker import MARKER


@pytest.mark.parametrize("way", faulty_program.WAYS)
def test_a_fault_halts_entries_is_told_and_is_kept_masked(way: str, tmp_path: Path) -> None:
    home, tests = tmp_path / "home", Path(faulty_program.__file__).parents[1]
    env = {**os.environ, "CROSSTRADE_DESK_HOME": str(home), "PYTHONPATH": str(tests), "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, faulty_program.__file__, way],
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 7, done.stderr
    log = (home / "logs" / "crosstrade-desk.log").read_text()
    assert "ZeroDivisionError" in log
    assert "in fail" in log
    assert MARKER not in log + done.stdout + done.stderr
