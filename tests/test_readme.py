"""The README: its links lead somewhere, its command lines are understood, its keys are the usual ones."""

import re
import shlex
from pathlib import Path

import pytest

from crosstrade_desk.cli import parser
from crosstrade_desk.desk.keymap import USUAL
from crosstrade_desk.ui.help.guide import slug

_ROOT = Path(__file__).resolve().parents[1]
_TEXT = (_ROOT / "README.md").read_text(encoding="utf-8")
_LINKS = [link for link in re.findall(r"\[[^\]]*\]\(([^)]*)\)", _TEXT) if not link.startswith("https://")]
_COMMANDS = [
    line.split("#")[0].split("run.sh")[1].strip() for line in re.findall(r"^    sh packaging/run.sh.*", _TEXT, re.M)
]


def _section(heading: str) -> str:
    return _TEXT.partition(f"## {heading}\n")[2].partition("\n## ")[0]


@pytest.mark.parametrize("link", _LINKS)
def test_every_link_leads_to_a_file_and_its_heading(link: str) -> None:
    path, _, anchor = link.partition("#")
    target = _ROOT / path if path else _ROOT / "README.md"
    assert target.is_file()
    if anchor:
        headings = re.findall(r"^#{1,6} (.+)", target.read_text(encoding="utf-8"), re.M)
        assert anchor in map(slug, headings)


def _forms(line: str) -> list[str]:
    """`journal [--csv | --json] [--since 2h]` with all that is optional, once for each alternative."""
    lone = re.search(r"\[([^\]]*\|[^\]]*)\]", line)
    forms = [line.replace(lone[0], one) for one in lone[1].split("|")] if lone else [line]
    return [re.sub(r"[\[\]]", "", form) for form in (*forms, re.sub(r"\[[^\]]*\]", "", line))]


@pytest.mark.parametrize("form", [form for line in _COMMANDS for form in _forms(line)])
def test_the_program_understands_every_command_line(form: str) -> None:
    assert parser().parse_args(shlex.split(form)).run


def test_there_are_command_lines_to_be_understood() -> None:
    assert len(_COMMANDS) > 10


def test_every_key_of_its_table_is_a_usual_key() -> None:
    rows = re.findall(r"^\| (`[^|]*) \|", _section("Keys"), re.M)
    named = [key for row in rows for key in re.findall(r"`([^`]+)`", row)]
    usual = {USUAL.text(action) for action in USUAL.chords}
    assert "Ctrl+Shift+F" in named
    assert [key for key in named if key not in usual] == ["Alt"], "which goes with each underlined letter"
