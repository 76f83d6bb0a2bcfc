"""Secrets in texts from outside are found, taken out and named, and never quoted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosstrade_desk.protocol.leaks import take_secrets
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
    ],
)
def test_a_key_is_taken_out_and_named(text: str) -> None:
    taken = take_secrets(text)
    assert taken.key == Secret(MARKER)
    assert [leak.field for leak in taken.leaks] == ["key"]
    assert MARKER not in taken.text
    assert "••••" in taken.text


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
    "text", [SEED, "key=••••;", "key=$KEY;", "key=<secret>;", "key=xxxxxxxx;", "monkey=banana;", "command=FLATTEN;", ""]
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
