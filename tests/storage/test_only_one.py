"""The lock on a data folder: one process has it, and it falls with that process."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from crosstrade_desk.protocol.problems import Invalid
from crosstrade_desk.storage.only_one import hold_alone, running_folder
from crosstrade_desk.storage.sessions import Sessions

HOLD = (
    "import sys; from pathlib import Path; from crosstrade_desk.storage.only_one import hold_alone\n"
    "held = hold_alone(Path(sys.argv[1])); print(type(held).__name__, flush=True); sys.stdin.readline()"
)


def other(data: Path) -> subprocess.Popen[str]:
    """Another process that tries to hold the folder, and stays."""
    return subprocess.Popen(
        [sys.executable, "-c", HOLD, str(data)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline().strip()


def test_one_process_holds_a_folder_and_another_folder_is_free(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    for folder in (here, there):
        folder.mkdir()
    held = hold_alone(here)
    assert isinstance(held, Sessions)
    with other(here) as second, other(there) as elsewhere:
        assert said(second) == "NoneType"
        assert said(elsewhere) == "Sessions"
    held.close()
    with other(here) as next_one:
        assert said(next_one) == "Sessions"


def test_the_lock_of_a_killed_process_falls_with_it(tmp_path: Path) -> None:
    with other(tmp_path) as first:
        assert said(first) == "Sessions"
        assert hold_alone(tmp_path) is None
        first.kill()
    held = hold_alone(tmp_path)
    assert isinstance(held, Sessions)
    held.close()


@pytest.mark.skipif(os.name != "posix", reason="no such modes")
def test_a_link_in_place_of_the_folder_leaves_what_it_leads_to_alone(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o755)
    elsewhere.chmod(0o755)
    running_folder(tmp_path).symlink_to(elsewhere)
    found = hold_alone(tmp_path)
    assert isinstance(found, Invalid)
    assert "running is a link" in found.message
    assert stat.S_IMODE(elsewhere.stat().st_mode) == 0o755
    assert [*elsewhere.iterdir()] == []


@pytest.mark.skipif(os.name != "posix", reason="no such modes")
@pytest.mark.parametrize("mode", [0o700, 0o755, 0o777])
def test_the_folder_of_lock_and_socket_is_the_users_alone_whatever_it_was(tmp_path: Path, mode: int) -> None:
    before = os.umask(0)
    try:
        folder = running_folder(tmp_path)
        folder.mkdir()
        folder.chmod(mode)
        held = hold_alone(tmp_path)
    finally:
        os.umask(before)
    assert isinstance(held, Sessions)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "lock").stat().st_mode) == 0o600
    held.close()


def test_what_cannot_be_found_out_is_told(tmp_path: Path) -> None:
    running_folder(tmp_path).write_text("a file")
    found = hold_alone(tmp_path)
    assert isinstance(found, Invalid)
    assert "cannot be found out" in found.message
