"""How an installed program starts itself again, and what the command line says of an installation."""

import os
import sys

import pytest

from crosstrade_desk import __version__
from crosstrade_desk.cli import main
from crosstrade_desk.own import own_command
from support.scripts import script


def test_with_python_it_is_the_module_and_nothing_from_the_folder_it_stands_in():
    assert own_command() == [sys.executable, "-P", "-m", "crosstrade_desk"]


@pytest.mark.parametrize(
    ("system", "running", "started"),
    [
        ("linux", "/opt/desk/crosstrade-desk", "/opt/desk/crosstrade-desk"),
        ("darwin", "/A/Contents/MacOS/crosstrade-desk", "/A/Contents/MacOS/crosstrade-desk"),
        ("win32", "/desk/CrossTrade Desk.exe", "/desk/crosstrade-desk.exe"),
        ("win32", "/desk/crosstrade-desk.exe", "/desk/crosstrade-desk.exe"),
    ],
)
def test_frozen_it_is_the_program_with_an_output(system, running, started, monkeypatch):
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(sys, "executable", running)
    assert own_command() == [started]


@pytest.mark.parametrize(("former", "left"), [("/usr/local/lib", "/usr/local/lib"), (None, None), ("", None)])
def test_the_bundles_libraries_are_not_forced_on_other_programs(former, left, monkeypatch):
    monkeypatch.setenv("LD_LIBRARY_PATH", "/opt/desk/_internal")
    if former is not None:
        monkeypatch.setenv("LD_LIBRARY_PATH_ORIG", former)
    script("pyinstaller/entry.py")["give_back_library_path"]()
    assert os.environ.get("LD_LIBRARY_PATH") == left
    assert "LD_LIBRARY_PATH_ORIG" not in os.environ


def test_about_says_which_version_and_why_no_keyring_keeps_anything(capsys):
    assert main(["about"]) == 0
    said = capsys.readouterr().out
    assert __version__ in said
    assert "No system keyring is running." in said


@pytest.mark.skipif(sys.platform != "linux", reason="menus of Linux desktops")
def test_the_menu_entry_comes_and_goes_by_the_command_line(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    entry = tmp_path / "applications/crosstrade-desk.desktop"
    assert main(["install-desktop-entry"]) == 0
    assert f'Exec="{sys.executable}" "-P" "-m" "crosstrade_desk"' in entry.read_text()
    assert main(["install-desktop-entry", "--remove"]) == 0
    assert not entry.exists()
    assert capsys.readouterr().out == f"Written: {entry}\nRemoved: {entry}\n"


def test_where_menus_are_no_files_it_says_so(monkeypatch, capsys):
    monkeypatch.setattr(sys, "platform", "darwin")
    assert main(["install-desktop-entry"]) == 1
    assert "the installer makes it" in capsys.readouterr().err
