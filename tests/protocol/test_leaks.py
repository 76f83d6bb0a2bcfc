"""Secrets in texts from outside are found, taken out and named, and never quoted."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosstrade_desk.protocol.check import check
from crosstrade_desk.protocol.leaks import take_secrets
from crosstrade_desk.protocol.message import mask, parse_extras, read
from crosstrade_desk.protocol.secret import Secret
from support.examples import SEED
from support.marker import MARKER

ADDRESS = f"https://app.crosstrade.io/v1/send/abcdef12/{MARKER}"


@pytest.mark.parametrize(
    "text",
    [
        f"key={MARKER};command=FLATTENEVERYTHING;",
        f"command=FLATTENEVERYTHING;\n KEY = {MARKER} ;",
        f'{{"key": "{MARKER}", "command": "PLACE"}}',
        f"# my key={MARKER};",
        f"account=key={MARKER};",
        f"secret_key={MARKER};",
        f"Authorization: Bearer {MARKER}",
        f"curl -d 'key={MARKER};command=PLACE;' x",
        f"apikey={MARKER};",
        f'"authToken": "{MARKER}"',
    ],
)
def test_a_key_is_taken_out_and_named(text: str) -> None:
    taken = take_secrets(text)
    assert taken.key == Secret(MARKER)
    assert [leak.field for leak in taken.leaks] == ["key"]
    assert MARKER not in taken.text
    assert "••••" in taken.text


@pytest.mark.parametrize("key", ["abcd,Zq8xTr4LmN0pWv", "ab'cd}Zq8xTr4", "a=b/c+d==Zq8x", 'q"uoted"Zq8x'])
def test_a_key_of_a_message_reaches_to_its_semicolon(key: str) -> None:
    taken = take_secrets(f"key={key};command=FLATTEN;account=Sim101;")
    assert taken.key == Secret(key)
    assert taken.text == "key=••••;command=FLATTEN;account=Sim101;"


@pytest.mark.parametrize("value", ["/v1/send/a/b", f"{ADDRESS}", "https://app.crosstrade.io/v1/send/abc/TOK"])
def test_taking_an_address_out_takes_nothing_else(value: str) -> None:
    text = f"command=FLATTEN; notes={value};account=Sim101 ;flatten_first=true;"
    assert take_secrets(text).text.endswith(";account=Sim101 ;flatten_first=true;")


def test_what_is_taken_out_never_rewrites_another_field() -> None:
    text = "command=FLATTEN;account=Sim10155;notes=key: Sim1;"
    assert take_secrets(text).text == "command=FLATTEN;account=Sim10155;notes=key: ••••;"


SHAPES = [
    "\n",
    "a-",
    "key",
    "key=",
    "key=a",
    "a ",
    "\t\n",
    " \n",
    "a=1;",
    "{",
    '"',
    "/v1/send/",
    "https://",
    "token_",
    "•",
]
READERS: list[Callable[[str], object]] = [
    take_secrets, read, parse_extras, mask, lambda text: check(text, datetime(2026, 11, 25, tzinfo=UTC)),
]  # fmt: skip


def shortest(work: Callable[[str], object], text: str) -> float:
    """The processor time of the quickest of three runs: what else the machine does is no part of it."""
    spans = []
    for _ in range(3):
        begun = time.thread_time()
        work(text)
        spans.append(time.thread_time() - begun)
    return min(spans)


@pytest.mark.parametrize("shape", [*SHAPES, "key=a{n:07};"])
def test_a_text_four_times_as_long_takes_about_four_times_as_long(shape: str) -> None:
    short, long = (
        "command=FLATTEN;" + "".join(shape.replace("{n:07}", f"{n:07}") for n in range(count))
        for count in (5_000, 20_000)
    )
    for work in READERS:
        floor = 0.002  # seconds, below which the clock and not the text is measured; squares would take 16 times
        assert shortest(work, long) < 10 * max(shortest(work, short), floor), work


def test_the_key_is_taken_out_wherever_else_it_stands() -> None:
    taken = take_secrets(f"key={MARKER}; notes={MARKER}; command=FLATTEN;")
    assert MARKER not in taken.text


@pytest.mark.parametrize("text", [ADDRESS, f"curl {ADDRESS} -d x", f"notes={ADDRESS};", f'"{ADDRESS}"'])
def test_a_webhook_address_is_taken_out_and_named(text: str) -> None:
    taken = take_secrets(text)
    assert taken.endpoint is not None
    assert taken.endpoint.url == ADDRESS
    assert [leak.field for leak in taken.leaks] == [""]
    assert MARKER not in taken.text


@pytest.mark.parametrize(
    "text",
    [
        SEED,
        "key=••••;",
        "key=$KEY;",
        "key=<secret>;",
        "key=xxxxxxxx;",
        "monkey=banana;",
        "command=FLATTEN;",
        "",
        "https://app.crosstrade.io/v1/send/••••/••••",
    ],
)
def test_what_only_stands_for_a_key_is_none(text: str) -> None:
    taken = take_secrets(text)
    assert (taken.key, taken.endpoint, taken.leaks) == (None, None, ())


@given(st.text(max_size=60), st.text(max_size=60))
def test_whatever_stands_around_it_the_key_goes(before: str, after: str) -> None:
    taken = take_secrets(f"{before};key={MARKER};{after}")
    assert MARKER not in taken.text
    assert MARKER not in repr(taken)
    assert taken.leaks


@pytest.mark.parametrize("slash", ["/", "\\/", "%2F", "%2f"])
def test_an_address_is_taken_out_however_its_slashes_are_written(slash: str) -> None:
    taken = take_secrets("see " + ADDRESS.replace("/", slash) + " there")
    assert MARKER not in taken.text
    assert "abcdef12" not in taken.text
    assert [leak.field for leak in taken.leaks] == [""]
    assert mask(ADDRESS.replace("/", slash)).count("••••") == 2


def test_an_address_that_json_escaped_can_be_kept() -> None:
    taken = take_secrets('{"url": "' + ADDRESS.replace("/", "\\/") + '"}')
    assert taken.endpoint is not None
    assert taken.endpoint.url == ADDRESS
