"""The secrets the program holds are found in whatever comes in and in whatever would go out."""

import html
import json
from collections.abc import Callable
from urllib.parse import quote

import pytest

from crosstrade_desk.desk.known import KnownSecrets
from crosstrade_desk.protocol.catalogue import PLACE
from crosstrade_desk.protocol.command import Command, compose
from crosstrade_desk.protocol.secret import Secret
from support.catalogue import minimal
from support.marker import MARKER


def knowing(*words: str) -> KnownSecrets:
    known = KnownSecrets()
    known.add(*map(Secret, words))
    return known


def command(**more: str) -> Command:
    found = compose(PLACE, {**minimal(PLACE), **more})
    assert isinstance(found, Command), found
    return found


@pytest.mark.parametrize("text", [MARKER, f"my {MARKER.upper()} is", f"{MARKER}{MARKER}"])
def test_a_secret_in_a_field_keeps_the_message_in(text: str) -> None:
    found = knowing(MARKER).problems(command(notes=text))
    assert found is not None
    assert [problem.field for problem in found.items] == ["notes"]
    assert MARKER not in str(found)
    assert knowing(MARKER).problems(command(notes="mine")) is None


def test_a_secret_in_a_field_that_the_catalogue_does_not_know_keeps_the_message_in() -> None:
    found = compose(PLACE, minimal(PLACE), extras={"colour": MARKER})
    assert isinstance(found, Command)
    assert knowing(MARKER).problems(found) is not None


@pytest.mark.parametrize("text", [f"look: {MARKER}.", f"İ{MARKER}", f"{MARKER.swapcase()} twice {MARKER}"])
def test_a_bare_secret_in_a_text_from_outside_is_taken_out_and_named(text: str) -> None:
    taken = knowing(MARKER).take(text)
    assert MARKER.casefold() not in taken.text.casefold()
    assert [leak.field for leak in taken.leaks] == ["key"]


def test_a_text_without_a_secret_stays_as_it_is() -> None:
    taken = knowing(MARKER).take("command=PLACE;")
    assert (taken.text, taken.leaks) == ("command=PLACE;", ())


def test_a_secret_so_short_that_it_is_a_usual_word_keeps_no_order_in() -> None:
    assert knowing("Sim101").problems(command(account="Sim101")) is None
    assert knowing("12").masked("MES 12-26") == "MES 12-26"


@pytest.mark.parametrize("encode", [json.dumps, html.escape, quote])
def test_a_secret_is_found_as_other_programs_escape_it(encode: Callable[[str], str]) -> None:
    secret = 'a"b/c&d=1+2\\3'
    taken = knowing(secret).take(f"look: {encode(secret)}.")
    assert "1+2" not in taken.text
    assert "1%2B2" not in taken.text
    assert taken.leaks
