"""The entry that a program without a package puts into the menu of a Linux desktop."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from crosstrade_desk.protocol.problems import Invalid
from crosstrade_desk.storage.menu_entry import install, installed, remove


def _env(folder: Path) -> dict[str, str]:
    return {"XDG_DATA_HOME": str(folder / "share")}


def _started(entry: Path) -> list[str]:
    """The words that a desktop reads out of `Exec`: first as a value of the file, then as a command line."""
    value = next(line for line in entry.read_text(encoding="utf-8").splitlines() if line.startswith("Exec="))[5:]
    value = value.replace("\\\\", "\\")
    words, letters, quoted = [], iter(value), False
    for letter in letters:
        if letter == '"':
            quoted = not quoted
            words += [""] if quoted else []
        elif quoted:
            words[-1] += next(letters) if letter == "\\" else letter
    return [word.replace("%%", "%") for word in words]


@pytest.mark.parametrize(
    "word",
    [
        "/opt/desk/crosstrade-desk",
        "/home/Jo Doe/desk",
        "/tmp/100%/f",
        '/tmp/"x"',
        "/tmp/$HOME`id`",
        "/tmp/back\\slash",
        "/tmp/é",
    ],
)
def test_the_menu_starts_the_very_program_wherever_it_lies(word, tmp_path):
    entry = install([word, "-P"], _env(tmp_path))
    assert isinstance(entry, Path)
    assert _started(entry) == [word, "-P"]
    if validate := shutil.which("desktop-file-validate"):
        done = subprocess.run([validate, entry], capture_output=True, text=True, check=False)
        assert done.stdout + done.stderr == ""


def test_entry_and_icon_are_written_and_removed(tmp_path):
    entry, icon = installed(_env(tmp_path))
    assert install(["/opt/desk"], _env(tmp_path)) == entry == tmp_path / "share/applications/crosstrade-desk.desktop"
    assert icon.read_bytes().lstrip().startswith(b"<svg")
    assert remove(_env(tmp_path)) == entry
    assert not entry.exists()
    assert not icon.exists()


def test_a_second_time_changes_nothing_and_removing_twice_is_no_fault(tmp_path):
    entry = install(["/opt/desk"], _env(tmp_path))
    text = entry.read_bytes()
    assert install(["/opt/desk"], _env(tmp_path)) == entry
    assert entry.read_bytes() == text
    assert remove(_env(tmp_path)) == remove(_env(tmp_path)) == entry


@pytest.mark.parametrize("named", ["", "relative/share"])
def test_without_a_whole_path_the_usual_folder_is_taken(named, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    entry, _ = installed({"XDG_DATA_HOME": named})
    assert entry == tmp_path / ".local/share/applications/crosstrade-desk.desktop"


def test_a_path_with_a_line_break_is_refused_as_it_would_write_a_line_of_its_own(tmp_path):
    refused = install(["/tmp/x\nHidden=true"], _env(tmp_path))
    assert isinstance(refused, Invalid)
    assert not installed(_env(tmp_path))[0].exists()


@pytest.mark.skipif(os.name == "nt", reason="POSIX files")
def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "share").write_text("a file")
    assert install(["/opt/desk"], _env(tmp_path)) == Invalid("The menu entry cannot be written. Not a directory.")
