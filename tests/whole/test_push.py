"""The real program with its push connection off, on, and taken by another program, on the practice exchange."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from support import push_program


def told(home: Path, *arguments: str, push: bool) -> dict[str, Any]:
    tests = Path(push_program.__file__).parents[1]
    home.mkdir()
    (home / "settings.toml").write_text(f"version = 1\npush = {str(push).lower()}\n")
    own = {"PYTHONPATH": f"{tests}{os.pathsep}{os.environ.get('PYTHONPATH', '')}", "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-W", "error", push_program.__file__, *arguments],
        env={**os.environ, **own, "CROSSTRADE_DESK_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_at_first_push_is_off_and_its_library_is_not_loaded(tmp_path: Path) -> None:
    found = told(tmp_path / "home", push=False)
    assert (found["pushed"], found["loaded"], found["sentence"]) == (0, False, "")
    assert found["asked"] >= 2


def test_with_push_quotes_come_by_themselves_and_are_not_asked_for(tmp_path: Path) -> None:
    found = told(tmp_path / "home", push=True)
    assert found["pushed"] >= 6
    assert (found["asked"], found["sentence"]) == (0, "")
    assert found["age"] in ("0 s old", "1 s old", "2 s old")


def test_another_program_is_given_way_to_and_quotes_are_asked_for_again(tmp_path: Path) -> None:
    found = told(tmp_path / "home", "second", push=True)
    assert found["pushed"] == 0
    assert found["asked"] >= 1
    assert found["sentence"] == "Another program took the push."
