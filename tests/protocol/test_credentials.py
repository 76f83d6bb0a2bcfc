"""Webhook address and key: what is taken, what is refused, and that neither is ever shown."""

import copy
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosstrade_desk.protocol.endpoint import Endpoint, is_loopback, parse_endpoint
from crosstrade_desk.protocol.problems import Invalid
from crosstrade_desk.protocol.secret import Secret, parse_key
from support.marker import MARKER

ADDRESS = f"https://app.crosstrade.io/v1/send/abcdef12/{MARKER}"


def endpoint(text: str) -> Endpoint:
    found = parse_endpoint(text)
    assert isinstance(found, Endpoint), found
    return found


@pytest.mark.parametrize(
    "text", [ADDRESS, f"  {ADDRESS}\n", f'"{ADDRESS}"', f"{ADDRESS}/", ADDRESS.replace("https", "HTTPS")]
)
def test_a_pasted_address_is_taken(text: str) -> None:
    found = endpoint(text)
    assert found.url == ADDRESS
    assert found.is_crosstrade


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("", "missing"),
        ("hello", "https://"),
        (f"http://app.crosstrade.io/v1/send/abcdef/{MARKER}", "Plain http"),
        (f"ftp://app.crosstrade.io/v1/send/abcdef/{MARKER}", "https://"),
        ("https://app.crosstrade.io/", "/v1/send/"),
        (f"https://app.crosstrade.io/v1/send/{MARKER}", "/v1/send/"),
        (f"https://user:pw@app.crosstrade.io/v1/send/a/{MARKER}", "/v1/send/"),
        (f"https://app.crosstrade.io/v1/send/a/{MARKER}?x=1", "/v1/send/"),
        (f"https://app.crosstrade.io/v1/send/../{MARKER}", "/v1/send/"),
        (f"https://app.crosstrade.io/v1/send/a/{MARKER}\n.evil.example", "no blanks"),
        (f"https://app.crosstr\u0430de.io/v1/send/a/{MARKER}", "special letters"),
        (f"https://999.1.1.1/v1/send/a/{MARKER}", "https://"),
        (f"https://a..b/v1/send/a/{MARKER}", "https://"),
        (f"https://{{x}}.com/v1/send/a/{MARKER}", "https://"),
        (f"https://a^b.com/v1/send/a/{MARKER}", "https://"),
        (f"https://[::1/v1/send/a/{MARKER}", "not a web address"),
        (f"https://app.crosstrade.io:99999/v1/send/a/{MARKER}", "not a web address"),
    ],
)
def test_a_wrong_address_is_told_without_showing_it(text: str, hint: str) -> None:
    found = parse_endpoint(text)
    assert isinstance(found, Invalid)
    assert hint in found.message
    assert MARKER not in found.message


@pytest.mark.parametrize(
    "host", ["app.crosstrade.io.evil.example", "crosstrade.io", "localhost:8443", "app.crosstrade.io:8443"]
)
def test_another_host_is_not_crosstrade(host: str) -> None:
    assert not endpoint(f"https://{host}/v1/send/a/b").is_crosstrade


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "localhost", "[::1]"])
def test_plain_http_passes_on_loopback_only(host: str) -> None:
    assert endpoint(f"http://{host}:8080/v1/send/a/b").url == f"http://{host}:8080/v1/send/a/b"


def test_loopback_is_not_fooled() -> None:
    assert not any(is_loopback(host) for host in ("127.0.0.1.evil.example", "localhost.evil.example", "10.0.0.1", ""))


def test_neither_shows_itself() -> None:
    found, key = endpoint(ADDRESS), Secret(MARKER)
    for shown in (repr(found), str(found), found.shown, repr(key), str(key), f"{key}", f"{key!r}"):
        assert MARKER not in shown


@pytest.mark.parametrize("spread", [copy.copy, copy.deepcopy, pickle.dumps], ids=["copy", "deepcopy", "pickle"])
def test_a_secret_is_not_copied_or_pickled(spread: object) -> None:
    with pytest.raises(TypeError):
        spread(Secret(MARKER))  # type: ignore[operator]


@pytest.mark.parametrize(
    "text",
    [MARKER, f"  {MARKER} ", f"key={MARKER};", f"key = {MARKER}", f"key={MARKER}; command=PLACE; x=1;", f"{MARKER};"],
)
def test_a_key_is_found_in_what_people_paste(text: str) -> None:
    assert parse_key(text) == Secret(MARKER)


@pytest.mark.parametrize(
    "text", ["", " ", "key=;", "a b c d e", "abc", "ключ-ключ", f"{MARKER} {MARKER}", "x" * 201, ADDRESS, "ab\x00cd"]
)
def test_a_wrong_key_is_told_without_showing_it(text: str) -> None:
    found = parse_key(text)
    assert isinstance(found, Invalid)
    assert MARKER not in found.message


@given(st.text(max_size=60))
def test_no_paste_raises(text: str) -> None:
    assert parse_key(text) is not None
    assert parse_endpoint(text) is not None
