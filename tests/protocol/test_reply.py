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
        (401, "<html>no</html>", No("The server did not accept the secret key: look at Connection.")),
        (
            401,
            '{"success": false, "error": "Wrong key"}',
            No("The server did not accept the secret key: look at Connection. It said: Wrong key"),
        ),
        (
            403,
            '{"error": "Plan expired"}',
            No("The server did not allow it: look at your key and your plan. It said: Plan expired"),
        ),
        (404, "Not Found", No("The server does not know this webhook address: look at Connection. Not Found")),
        (418, "", No("The server refused it with status 418.")),
        (500, '{"success": false, "error": "no"}', No("no")),
    ],
)
def test_an_answer_is_read(status: int, body: str, wanted: object) -> None:
    assert read_reply(status, body.encode()) == wanted


NO_ERRORS = ["null", '""', "false", "0", "[]", "{}", '"None"', '"null"', '" none "', '"No error"']


@pytest.mark.parametrize("error", NO_ERRORS)
def test_a_yes_with_an_empty_error_is_a_yes(error: str) -> None:
    assert read_reply(200, f'{{"success": true, "error": {error}}}'.encode()) == Yes()
    assert read_reply(200, f'{{"error": {error}}}'.encode()) == Silent()


@pytest.mark.parametrize("success", ["true", "1", "1.0", '"TRUE "', '"yes"'])
def test_a_yes_in_any_form(success: str) -> None:
    assert read_reply(200, f'\ufeff {{"Success": {success}}}'.encode()) == Yes()


@pytest.mark.parametrize("success", ["false", "0", "0.0", '" False"', '"NO"', '"0"'])
def test_a_no_in_any_form(success: str) -> None:
    for status in (200, 400, 500, 501, 505):
        assert read_reply(status, f'\ufeff{{"SUCCESS": {success}, "Error": "x"}}'.encode()) == No("x")
    for status in (502, 503, 504, 302, 303):
        assert isinstance(read_reply(status, f'{{"success": {success}}}'.encode()), Unreadable)


@pytest.mark.parametrize(
    "body",
    [
        '{"success": true, "error": "Trade blocked"}',
        '{"success": true, "error": {"code": 7}}',
        '{"success": true, "success": false}',
        '{"success": false, "Success": true}',
        '{"error": "x", "ERROR": null, "success": true}',
        '{"success": "maybe", "error": "x"}',
    ],
)
@pytest.mark.parametrize("status", [200, 400, 500])
def test_yes_and_no_at_once_is_neither(status: int, body: str) -> None:
    assert isinstance(read_reply(status, body.encode()), Unreadable)


@pytest.mark.parametrize(
    "body",
    [
        "Order placed, errors: 0",
        "errors=0",
        "status=ok&error=",
        "done; error: none.",
        "no errors",
        "not rejected",
        "without error",
        "without any errors",
        "0 failures",
        '"placed, no errors"',
        "7",
        '{"message": "Trade blocked"}',
        '{"results": [{"success": false, "error": "x", "Error": "y"}]}',
        "\ufeff",
    ],
)
def test_what_says_neither_is_silent(body: str) -> None:
    assert read_reply(200, body.encode()) == Silent()


@pytest.mark.parametrize(
    "body",
    [
        "Forbidden",
        "unauthorized key",
        "Access denied",
        "not allowed",
        '"Trade blocked"',
        "Error: no such account",
        "Order rejected .",
        "Order failed: not placed",
        '{"error": ["blocked"]}',
    ],
)
def test_a_no_in_words_is_a_no(body: str) -> None:
    assert isinstance(read_reply(200, body.encode()), No)


@pytest.mark.parametrize("status", [301, 307, 308])
def test_a_redirect_that_repeats_the_post_is_a_no(status: int) -> None:
    found = read_reply(status, b"")
    assert isinstance(found, No)
    assert "not followed" in found.reason


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (300, b""),
        (302, b""),
        (303, b"Trade blocked"),
        (304, b""),
        (500, b""),
        (500, b'{"error": "boom"}'),
        (502, b"<html>Bad gateway</html>"),
        (503, b"later"),
        (200, b"\xff\xfe\x00binary"),
        (200, '{"success": true}'.encode("utf-16")),
        (200, '{"success": true}'.encode("utf-16-be")),
        (200, b'{"success": true, "pad": "' + b"x" * 262_144 + b'"}'),
        (200, b"x" * 70_000),
        (200, b'{"success": false'),
        (200, b'"{\\"success\\": false}"'),
        (200, b'[{"success": false}]'),
        (200, b"[1, 2"),
        (200, b"\xef\xbb\xbf \n<html>error</html>"),
        (200, b"Entry placed, target order rejected"),
        (200, b')]}\',\n{"success": true, "error": null}'),
        (400, b'{"success": true}'),
        (500, b'{"success": true}'),
        (301, b'{"success": true}'),
        (200, b'{"success": ' + b"1" * 5000 + b"}"),
    ],
)
def test_an_answer_from_which_nothing_follows_is_unreadable(status: int, body: bytes) -> None:
    assert isinstance(read_reply(status, body), Unreadable)


def test_a_long_4xx_is_a_no_by_its_status() -> None:
    assert read_reply(401, b'{"success": true}' + b" " * 262_144) == No(
        "The server did not accept the secret key: look at Connection."
    )


@pytest.mark.parametrize("error", ['"\\ud800"', "9" * 4000, "[" * 900 + "]" * 900])
def test_a_strange_error_does_not_break_the_reader(error: str) -> None:
    body = f'{{"success": false, "error": {error}}}'.encode()
    for status in (200, 400, 500):
        assert not isinstance(read_reply(status, body), Yes | Silent)


@pytest.mark.parametrize("text", ["error ", "errors = ", "0 ", "without any ", " "])
def test_a_hostile_text_is_read_in_linear_time(text: str) -> None:
    assert read_reply(200, (text * (65_536 // len(text))).encode())


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
