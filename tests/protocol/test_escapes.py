"""What hides the letters of a key, of its name or of an address hides nothing from the masking."""

import html
import itertools
import json
import time
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosstrade_desk.protocol.echoes import Echoes
from crosstrade_desk.protocol.escapes import _ODD, _plain, dotted, undone
from crosstrade_desk.protocol.leaks import take_secrets
from crosstrade_desk.protocol.message import mask
from crosstrade_desk.protocol.secret import Secret
from support.marker import MARKER

HIDDEN = {
    "a quoted sign": ("key%3D{};", "key%3D••••;"),
    "a sign quoted twice": ("key%253D{};", "key%253D••••;"),
    "a quoted letter": ("a=1&k%65y={}", "a=1&k%65y=••••"),
    "a letter as JSON escapes it": (r'{{"k\u0065y": "{}", "x": 1}}', r'{{"k\u0065y": "••••", "x": 1}}'),
    "a sign as JSON escapes it": (r"key\u003d{}; x", r"key\u003d••••; x"),
    "a wide sign": ("key＝{}; x", "key＝••••; x"),
    "a wide colon": ("key：{} x", "key：•••• x"),
    "wide letters": ("ｋｅｙ={};x", "ｋｅｙ=••••;x"),
    "a wide sign, quoted": ("key%EF%BC%9D{}; x", "key%EF%BC%9D••••; x"),
    "a zero-width letter inside": ("k\u200bey={};x", "k\u200bey=••••;x"),
    "a zero-width letter behind": ("key\u2060={};x", "key\u2060=••••;x"),
    "a zero-width letter, written out": (r"ke\u200by={};x", r"ke\u200by=••••;x"),
    "a zero-width letter, quoted": ("ke%E2%80%8By={};x", "ke%E2%80%8By=••••;x"),
    "a zero-width letter of HTML": ("ke&#8203;y={};", "ke&#8203;y=••••;"),
    "a zero-width letter by its name": ("ke&ZeroWidthSpace;y={};", "ke&ZeroWidthSpace;y=••••;"),
    "quotes of HTML": ("&quot;key&quot;:{} x", "&quot;key&quot;:•••• x"),
    "numbered quotes of HTML": ("&#34;token&#x22;:&#34;{}&#34;", "&#34;token&#x22;:&#34;••••&#34;"),
    "a doubled slash": ("POST /v1//send/U/{} HTTP", "POST /v1//send/••••/•••• HTTP"),
    "a quoted letter of the way": ("POST /v1/sen%64/U/{} HTTP", "POST /v1/sen%64/••••/•••• HTTP"),
    "an address quoted twice": ("x %252Fv1%252Fsend%252FU%252F{} x", "x %252Fv1%252Fsend%252F••••%252F•••• x"),
    "a password of HTTP": ("Authorization: Basic {}\nHost: x", "Authorization: Basic ••••\nHost: x"),
    "a bare password of HTTP": ('"authorization": "{}"', '"authorization": "••••"'),
}


@pytest.mark.parametrize(("form", "shown"), HIDDEN.values(), ids=HIDDEN)
def test_a_name_or_an_address_is_found_whatever_hides_it_and_nothing_else_changes(form: str, shown: str) -> None:
    form, shown = (text.replace("{{", "{").replace("}}", "}") for text in (form, shown))
    for secret in (MARKER, "abc"):
        text = form.replace("{}", secret)
        taken = take_secrets(text)
        assert (mask(text), taken.text) == (shown, shown)
        assert taken.leaks


@pytest.mark.parametrize(
    "text", ["key%3D%24KEY;", "key＝$KEY;", "k%65y=••••;", "100%25 &amp; more \u200b &quot;x&quot;"]
)
def test_what_only_stands_for_a_key_is_none_however_it_is_written(text: str) -> None:
    assert (take_secrets(text).text, take_secrets(text).leaks) == (text, ())


@pytest.mark.parametrize("text", ["key=ab%41cdefgh;", r"key=ab\u0041cdefgh;"])
def test_a_key_that_stands_in_the_open_is_taken_as_it_stands(text: str) -> None:
    taken = take_secrets(text)
    assert taken.key == Secret(text[4:-1])
    assert taken.text == "key=••••;"


def test_a_hidden_key_is_taken_without_what_hid_it() -> None:
    taken = take_secrets("k%65y=ab%41c&amp;de\u200bfgh;x=abAc&defgh;")
    assert taken.key == Secret("abAc&defgh")
    assert taken.text == "k%65y=••••;x=••••;"


KEY = "Zq8x?Tr4>Lm~N0"


def _bold(letter: str) -> str:
    return chr(ord(letter) - 97 + 0x1D41A) if "a" <= letter <= "z" else letter


CLOTHES: dict[str, Callable[[str], str]] = {
    "quoted": lambda key: "".join(f"%{ord(letter):02X}" for letter in key),
    "hex": lambda key: key.encode().hex(),
    "big hex": lambda key: key.encode().hex().upper(),
    "base64": lambda key: b64encode(key.encode()).decode().rstrip("="),
    "base64 for addresses": lambda key: urlsafe_b64encode(key.encode()).decode().rstrip("="),
    "base64, quoted": lambda key: quote(b64encode(key.encode()).decode().rstrip("="), safe=""),
    "JSON": lambda key: "".join(f"\\u{ord(letter):04x}" for letter in key),
    "HTML": lambda key: "".join(f"&#{ord(letter)};" for letter in key),
    "wide": lambda key: "".join(chr(ord(letter) + 0xFEE0) for letter in key),
    "circled": lambda key: "".join(chr(ord(c) - 97 + 0x24D0) if "a" <= c <= "z" else c for c in key),
    "split": "\u200b".join,
    "split by a soft hyphen": "\xad".join,
    "split by a selector": "\ufe0f".join,
    "split, written out": "\\u200b".join,
    "split, written out twice": "\\\\u200b".join,
    "split, quoted": "%E2%80%8B".join,
    "split, as HTML": "&#x200b;".join,
    "split, by name": "&shy;".join,
    "split and quoted": lambda key: "\u2060".join(f"%{ord(letter):02x}" for letter in key),
    "split within HTML": lambda key: "\u200b".join("".join(f"&#x{ord(letter):x};" for letter in key)),
    "split within JSON": lambda key: "\u202e".join("".join(f"\\u{ord(letter):04x}" for letter in key)),
    "JSON in circled letters": lambda key: "".join(f"\\ⓤ{ord(letter):04x}" for letter in key),
    "bold letters as JSON writes them": lambda key: json.dumps("".join(map(_bold, key)))[1:-1],
    "bold letters as JSON writes them in capitals": lambda key: json.dumps("".join(map(_bold, key)))[1:-1].upper(),
}


@pytest.mark.parametrize("wear", CLOTHES.values(), ids=CLOTHES)
@pytest.mark.parametrize("key", [KEY, f"{KEY}a", f"{KEY}ab"])
def test_a_known_key_is_found_in_all_its_clothes(key: str, wear: Callable[[str], str]) -> None:
    assert Echoes(key).masked(f"100% ({wear(key)}) &amp;") == "100% (••••) &amp;"
    assert mask(f"é ({wear(key)})", key) == "é (••••)"


@pytest.mark.parametrize("encode", [b64encode, urlsafe_b64encode])
@pytest.mark.parametrize("before", ["", "k", "ke", "key", "the trader's key="])
@pytest.mark.parametrize("behind", ["", ";", ";a", ";command=PLACE;"])
def test_a_known_key_is_found_in_the_base64_of_a_whole_text(
    encode: Callable[[bytes], bytes], before: str, behind: str
) -> None:
    for key in (KEY, f"{KEY}a", f"{KEY}ab"):
        shown = Echoes(key).masked(encode(f"{before}{key}{behind}".encode()).decode())
        kept = [len(part) for part in shown.split("••••")]
        assert len(kept) == 2
        assert sum(kept) <= -(-(len(before) + len(behind)) * 8 // 6) + 4, (
            "at most a letter's half at each end, and padding"
        )


@pytest.mark.parametrize("key", ["5<%142mb12\\p<#1", "a%41&lt\\u0041<b", "&amp%25<\\x"])
def test_a_key_full_of_signs_is_found_where_it_is_escaped_in_two_ways(key: str) -> None:
    for first, second in itertools.permutations((html.escape, lambda text: json.dumps(text)[1:-1]), 2):
        assert Echoes(key).masked(f"({first(second(key))})") == "(••••)"


def test_every_odd_letter_of_unicode_is_looked_for() -> None:
    letters = map(chr, range(0x110000))
    assert [f"{ord(letter):x}" for letter in letters if _plain(letter) != letter and not _ODD.match(letter)] == []


@given(st.text(st.sampled_from('key=ab;\\u%26&#5 \u200b＝é•/"') | st.characters(), max_size=80))
def test_a_letter_knows_its_place(text: str) -> None:
    for layer in undone(text):
        places = [layer.span(at, at + 1) for at in range(len(layer.letters))]
        assert places == sorted(places)
        assert all(0 <= low < high <= len(text) for low, high in places)
        kept = [
            (letter, text[low]) for letter, (low, high) in zip(layer.letters, places, strict=True) if high == low + 1
        ]
        assert all(letter == was or _plain(was) == letter for letter, was in kept)


@given(st.text(max_size=80), st.integers(0, 2), st.sampled_from([json.dumps, html.escape, quote]))
def test_a_text_without_a_secret_is_kept_letter_by_letter(text: str, times: int, encode: Callable[[str], str]) -> None:
    for _ in range(times):
        text = encode(text)
    words = ("key", "secret", "token", "bearer", "author", "v1")
    if not any(word in layer.casefold() for layer in (text, *(it.letters for it in undone(text))) for word in words):
        assert mask(text, MARKER) == take_secrets(text).text == Echoes(MARKER).masked(text) == text


def test_dots_stand_once_where_finds_overlap() -> None:
    assert dotted("abcdefgh", [(4, 6), (1, 3), (2, 5), (7, 8)]) == "a••••••••h".replace("••••••••h", "••••g••••")


HOSTILE = ["%25", "\\", "&amp;", "&", "%", "\u200b", "k%65y=", "k\u200bey", "/v1//", "/", "%2F", "＝", "&#", "author ",
           "authorization ", "authorization:a", "%E2%80", "\\u00", "key%3D\\", "/v1%2Fsend//"]  # fmt: skip


@pytest.mark.parametrize("shape", HOSTILE)
def test_a_hostile_text_four_times_as_long_takes_about_four_times_as_long(shape: str) -> None:
    echoes = Echoes(MARKER, "\\" * 20)

    def took(text: str) -> float:
        spans = []
        for _ in range(2):
            begun = time.thread_time()
            mask(text), take_secrets(text), echoes.masked(text)
            spans.append(time.thread_time() - begun)
        return min(spans)

    short, long = (shape * (count // len(shape)) for count in (4_000, 16_000))
    assert took(long) < 10 * max(took(short), 0.002)


@pytest.mark.parametrize("text", ["key=abcd\ud800efgh;", "k%65y=abcd\ud800efgh;", r"\ud800 k\u0065y=abcd\ud800efgh;"])
def test_half_a_letter_breaks_nothing(text: str) -> None:
    assert "efgh" not in take_secrets(text).text
    assert "efgh" not in mask(text, "ab\ud800cdefg")
