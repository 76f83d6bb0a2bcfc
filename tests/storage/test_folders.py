"""Where files go, and what is said when they cannot."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from crosstrade_desk.protocol.problems import Invalid
from crosstrade_desk.storage.folders import Folders, folders

posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")


def test_one_named_folder_holds_everything(tmp_path):
    home = tmp_path / "a" / "home"
    assert folders({"CROSSTRADE_DESK_HOME": str(home)}) == Folders(home, home, home / "logs")
    assert (home / "logs").is_dir()


@posix
def test_made_folders_belong_to_the_user_alone_whatever_the_umask(tmp_path):
    before = os.umask(0)
    try:
        folders({"CROSSTRADE_DESK_HOME": str(tmp_path / "a" / "home")})
    finally:
        os.umask(before)
    made = [path for path in tmp_path.rglob("*") if path.is_dir()]
    assert len(made) == 3
    assert {path.stat().st_mode & 0o777 for path in made} == {0o700}


def test_a_relative_home_is_meant_from_the_current_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = folders({"CROSSTRADE_DESK_HOME": "here/../there"})
    assert isinstance(found, Folders)
    assert found.data == tmp_path / "there"


@pytest.mark.skipif(sys.platform != "linux", reason="XDG folders")
def test_an_empty_home_counts_as_unset(tmp_path, monkeypatch):
    for name in ("CONFIG", "DATA", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name))
    found = folders({"CROSSTRADE_DESK_HOME": ""})
    assert isinstance(found, Folders)
    assert (found.config, found.data) == (tmp_path / "CONFIG/CrossTrade Desk", tmp_path / "DATA/CrossTrade Desk")
    assert found.logs.is_relative_to(tmp_path / "STATE/CrossTrade Desk")


@pytest.mark.parametrize("below", ["", "/deeper"])
def test_a_home_that_is_a_file_is_said(tmp_path, below):
    (tmp_path / "file").write_text("")
    found = folders({"CROSSTRADE_DESK_HOME": f"{tmp_path}/file{below}"})
    assert isinstance(found, Invalid)
    assert f"{tmp_path}/file" in found.message


def test_a_log_folder_that_cannot_be_keeps_nobody_out(tmp_path):
    (tmp_path / "logs").write_text("kept")
    assert folders({"CROSSTRADE_DESK_HOME": str(tmp_path)}) == Folders(tmp_path, tmp_path, tmp_path / "logs")
    assert (tmp_path / "logs").read_text() == "kept"


@posix
def test_a_home_that_cannot_be_written_is_said():
    # Root may write anywhere, so the child becomes nobody once it has imported what it needs.
    code = (
        "import os; from crosstrade_desk.storage.folders import folders\n"
        "if os.geteuid() == 0: os.setuid(65534)\n"
        "print(folders(os.environ))"
    )
    with tempfile.TemporaryDirectory() as home:
        Path(home).chmod(0o555)
        said = subprocess.check_output([sys.executable, "-c", code], env={"CROSSTRADE_DESK_HOME": home}, text=True)
    assert said.startswith(f"Invalid(message='The folder {home} cannot be written to.")
