"""A secret is never seen, however a server writes its letters."""

import html
import json
from collections.abc import Callable
from html.entities import html5
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosstrade_desk.protocol.echoes import Echoes
from crosstrade_desk.protocol.endpoint import Endpoint
from crosstrade_desk.protocol.secret import MASK, Secret
from crosstrade_desk.sending.verdict import Reader

LETTERS = "".join(chr(code) for code in range(33, 127) if chr(code) != ";")
NAMES = {meaning: f"&{name}" for name, meaning in html5.items() if name.endswith(";") and len(meaning) == 1}
FORMS = [
    str,
    str.upper,
    str.lower,
    lambda c: f"\\u{ord(c):04x}",
    lambda c: f"\\u{ord(c):04X}",
    lambda c: f"\\x{ord(c):02x}",
    lambda c: c if c.isalnum() else f"\\{c}",
    lambda c: f"%{ord(c):02x}",
    lambda c: f"%25{ord(c):02X}",
    lambda c: f"&#{ord(c)};",
    lambda c: f"&#0{ord(c)};",
    lambda c: f"&#x{ord(c):x};",
    lambda c: f"&#X{ord(c):X};",
    lambda c: f"&amp;#{ord(c)};",
    lambda c: NAMES.get(c, c),
    html.escape,
]


PLAIN = "".join(letter for letter in LETTERS if letter not in "\\%&")
ENCODERS = [json.dumps, html.escape, quote]


@st.composite
def echoed(draw: st.DrawFn) -> tuple[str, str]:
    """A key, and its letters each written in a form of its own."""
    key = draw(st.text(PLAIN, min_size=4, max_size=40))
    return key, "".join(draw(st.sampled_from(FORMS))(letter) for letter in key)


@given(echoed())
def test_any_mix_of_escapes_is_masked(pair: tuple[str, str]) -> None:
    key, echo = pair
    assert Echoes(key).masked(f"(({echo}))").replace("\\", "") == f"(({MASK}))"


@given(st.text(LETTERS, min_size=4, max_size=40), st.sampled_from(ENCODERS), st.integers(0, 2))
def test_a_key_that_holds_escape_letters_is_masked_as_the_usual_encoders_write_it(
    key: str, encode: Callable[[str], str], times: int
) -> None:
    echo = key
    for _ in range(times):
        echo = encode(echo)
    shown = Echoes(key).masked(f"(({echo}))")
    assert MASK in shown
    assert len(shown.replace(MASK, "")) <= len('((""))') + 2 * 3 * len("&quot;")


@pytest.mark.parametrize(
    "echo",
    [
        r"Ab\/c\u0026D'9+x",
        "ab%2fc%26d%279%2bX",
        "Ab/c&amp;D&#39;9&plus;x",
        "Ab/c&D&apos;9+x",
        "AB/C&#x26;D&#x27;9\\u002Bx",
    ],
)
def test_nothing_of_an_echo_reaches_the_trader(echo: str) -> None:
    reader = Reader(Endpoint("https", "a.example", 443, "/v1/send/UserPart/HookPart"), Secret("Ab/c&D'9+x"))
    for status in (200, 400):
        body = f"Error {echo} at userpart and \\u0048OOKPART!".encode()
        outcome = reader.verdict(status, body)
        assert outcome.sentence.endswith(f"Error {MASK} at {MASK} and {MASK}!")
        assert reader.answer(status, body).text == f"Error {MASK} at {MASK} and {MASK}!"


@pytest.mark.parametrize(
    "key", ["\\" * 20 + "x", "a" * 199 + "b", "%25" * 60 + "x", "u0075" * 40, "&amp" * 50, "\\u005cab"]
)
@pytest.mark.parametrize(
    "text", ["\\", "a", "a\\", "%25", "u0075", "\\u0075", "&amp;", "&amp", "&#92;", "\\u005c", "%2525"]
)
def test_a_hostile_text_costs_little(key: str, text: str) -> None:
    assert Echoes(key).masked(text * (65_536 // len(text)))


@pytest.mark.parametrize("key", ["a\\u005cb", "ab%25cd", "x&amp;y".replace(";", ""), "\\\\\\\\"])
def test_a_key_that_looks_escaped_is_masked_as_it_stands(key: str) -> None:
    assert Echoes(key).masked(f"<{key}>") == f"<{MASK}>"
