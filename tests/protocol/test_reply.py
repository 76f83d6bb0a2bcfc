"""What an answer says: yes only from a yes, no only from a no."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosstrade_desk.protocol.reply import No, Silent, Unreadable, Yes, read_reply


@pytest.mark.parametrize(
    ("status", "body", "wanted"),
    [
        (200, '{"success": true}', Yes()),
        (201, '{"success": true, "error": null}', Yes()),
        (200, '{"success": "true"}', Yes()),
        (200, '{"success": true, "warning": "late"}', Yes("late")),
        (200, "", Silent()),
        (204, "", Silent()),
        (200, "OK", Silent()),
        (200, "placed, no errors", Silent()),
        (200, '{"id": 7}', Silent()),
        (200, "[]", Silent()),
        (200, "null", Silent()),
        (200, '{"success": false, "error": "Position Out of Sync"}', No("Position Out of Sync")),
        (200, '{"success": "false"}', No("The server said no and gave no reason.")),
        (200, '{"success": true, "error": "Trade blocked"}', No("Trade blocked")),
        (
            200,
            '{"error": "invalid_account", "detail": "Account X not found"}',
            No("invalid_account: Account X not found"),
        ),
        (
            200,
            "Trade blocked: MES 12-26 is managed by strategy 'a'",
            No("Trade blocked: MES 12-26 is managed by strategy 'a'"),
        ),
        (200, "Instrument 'MNQ' not found", No("Instrument 'MNQ' not found")),
        (400, '{"success": false, "error": "Invalid request"}', No("Invalid request")),
        (408, "", No("The NinjaTrader add-on is not connected to CrossTrade.")),
        (429, '{"error": "Rate limit exceeded"}', No("Rate limit exceeded")),
        (401, "<html>no</html>", No("The server did not accept the secret key.")),
        (418, "", No("The server refused it with status 418.")),
        (500, '{"success": false, "error": "no"}', No("no")),
    ],
)
def test_an_answer_is_read(status: int, body: str, wanted: object) -> None:
    assert read_reply(status, body.encode()) == wanted


def test_a_redirect_is_a_no() -> None:
    found = read_reply(301, b"")
    assert isinstance(found, No)
    assert "not followed" in found.reason


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, b""),
        (502, b"<html>Bad gateway</html>"),
        (503, b"later"),
        (200, b"\xff\xfe\x00binary"),
        (200, b"x" * 2_000_000),
        (400, b'{"success": true}'),
        (500, b'{"success": true}'),
    ],
)
def test_an_answer_from_which_nothing_follows_is_unreadable(status: int, body: bytes) -> None:
    assert isinstance(read_reply(status, body), Unreadable)


def test_a_long_yes_is_still_a_yes() -> None:
    assert read_reply(200, json.dumps({"success": True, "pad": "x" * 2_000_000}).encode()) == Yes()


@pytest.mark.parametrize("depth", [400, 985, 992, 1000, 100_000])
@pytest.mark.parametrize("head", [b"", b'{"success": false, "error": '])
def test_nesting_without_end_does_not_break_the_reader(head: bytes, depth: int) -> None:
    body = head + b"[" * depth + b"]" * depth + (b"}" if head else b"")
    assert not isinstance(read_reply(200, body), Yes)


@given(st.integers(100, 999), st.binary(max_size=200))
def test_no_answer_raises_and_only_a_2xx_can_be_a_yes(status: int, body: bytes) -> None:
    if not 200 <= status < 300:
        assert isinstance(read_reply(status, body), No | Unreadable)


@given(
    st.recursive(
        st.none() | st.booleans() | st.text() | st.floats(),
        lambda kids: st.dictionaries(st.sampled_from(["success", "error", "detail", "warning", "x"]), kids),
    )
)
def test_no_json_raises(body: object) -> None:
    assert read_reply(200, json.dumps(body).encode())
