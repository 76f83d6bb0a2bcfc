"""The table of accidents in ARCHITECTURE.md and the tests beside this one name the same."""

import re
from pathlib import Path

import pytest

from support import source

_ROW = re.compile(
    r"^\| (\d\d) \| ([^|]+) \| ([^|]+) \| `(test_accident_(\d\d)_\w+)`(?:; `(tests/[\w/]+\.py)`)? \|$", re.M
)
_TEST = re.compile(r"^def (test_accident_(\d\d)_\w+)\(", re.M)
_FILE = re.compile(r"`([a-z_]+/[a-z_/]+\.py)`")
_NUMBERS = [f"{number:02}" for number in range(1, 43)]


def rows() -> dict[str, re.Match[str]]:
    text = (source.PACKAGE / "ARCHITECTURE.md").read_text(encoding="utf-8")
    found = list(_ROW.finditer(text))
    assert [row[1] for row in found] == _NUMBERS
    return {row[1]: row for row in found}


def named() -> set[tuple[str, str]]:
    """The tests of accidents that there are: number and name."""
    texts = (path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    return {(found[2], found[1]) for text in texts for found in _TEST.finditer(text)}


def test_every_accident_has_a_test_and_no_test_another_number() -> None:
    assert sorted({number for number, _ in named()}) == _NUMBERS


@pytest.mark.parametrize("number", _NUMBERS)
def test_what_the_table_names_is_there(number: str) -> None:
    row = rows()[number]
    assert row[5] == number
    assert (number, row[4]) in named()
    assert row[6] is None or (source.ROOT / row[6]).is_file()
    assert [
        name for name in _FILE.findall(row[3]) if not (source.ROOT / name).is_file() and name not in source.modules()
    ] == []
