"""The manual page says all that the command line knows."""

import shutil
import subprocess

import pytest

from crosstrade_desk import __version__
from crosstrade_desk.cli import parser
from support.scripts import script

man = script("linux/man_page.py")
PAGE = man["page"]("2026-11-26")
COMMANDS = dict(man["commands"](parser()))


def _typed(text: str) -> str:
    return text.replace("-", r"\-")


def test_it_names_version_and_day():
    assert f'"2026-11-26" "CrossTrade Desk {__version__}"' in PAGE.splitlines()[0]


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_has_its_own_part_with_every_option(name):
    part = PAGE.split(f".SS {_typed(name)}\n", 1)[1].split("\n.S", 1)[0]
    for action in man["shown"](COMMANDS[name]):
        assert _typed(", ".join(action.option_strings) or str(action.metavar)) in part


def test_what_the_help_hides_is_not_in_it():
    assert "with\\-parent" not in PAGE


def test_the_macros_take_no_word_of_it_for_their_own(tmp_path):
    if shutil.which("man") is None:
        pytest.skip("needs man-db")
    path = tmp_path / "page.1"
    path.write_text(PAGE, encoding="utf-8")
    done = subprocess.run(
        ["man", "--warnings", "-l", str(path)],
        capture_output=True,
        text=True,
        check=True,
        env={"PATH": "/usr/bin:/bin"},
    )
    assert done.stderr == ""
    assert "crosstrade-desk" in done.stdout
