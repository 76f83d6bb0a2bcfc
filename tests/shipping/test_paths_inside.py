"""A release that names a folder of the machine that built it is found out, wherever the name stands."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from support.scripts import script

main = script("pyinstaller/paths_inside.py")["main"]
WORD = "/home/builder/"


def _in_a_file(folder: Path) -> str:
    (folder / "deep").mkdir()
    (folder / "deep/library.so").write_bytes(b"\x7fELF\0" + WORD.encode() + b"\xff\0")
    return "deep/library.so"


def _in_an_archive(folder: Path) -> str:
    with zipfile.ZipFile(folder / "base.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("module.pyc", WORD * 50)
    return "base.zip/module.pyc"


def _in_a_link(folder: Path) -> str:
    (folder / "link").symlink_to(f"{WORD}elsewhere")
    return "link"


@pytest.mark.parametrize("hide", [_in_a_file, _in_an_archive, _in_a_link])
def test_the_place_is_named(hide: Callable[[Path], str], tmp_path, capsys):
    place = hide(tmp_path)
    assert main(tmp_path, [WORD]) == 1
    assert capsys.readouterr().out == f"{place}: {WORD}\n"


def test_a_release_without_it_passes(tmp_path, capsys):
    (tmp_path / "library.so").write_bytes(b"/usr/lib")
    assert main(tmp_path, [WORD]) == 0
    assert capsys.readouterr().out == ""
