"""What a frame of the push connection tells: the shapes that were seen, those that may come, and rubbish."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosstrade_desk.readback import frames
from crosstrade_desk.readback.frames import Frame
from crosstrade_desk.readback.values import Profit, Quote
from sending.orders import KEY, assert_hidden
from support.marker import MARKER


def frame(body: Any) -> Frame | None:
    return frames.frame(json.dumps(body).encode(), KEY)


SEEN = {"instrument": "ES 09-26", "last": 6410.25, "bid": 6410.0, "ask": 6410.25, "volume": 1234}


def test_quotes_are_read_exactly_and_unknown_fields_passed_over() -> None:
    found = frame({"type": "marketData", "quotes": [SEEN | {"spread": 1, "depth": [{}]}], "seq": 7, "more": {}})
    quote = Quote("ES 09-26", last=Decimal("6410.25"), bid=Decimal("6410.0"), ask=Decimal("6410.25"))
    assert found == Frame((quote,), seq=7)


@pytest.mark.parametrize(
    "listed",
    [
        None,
        {},
        "x",
        [None, 1, "x", []],
        [{}],
        [{"last": 1}],
        [{"instrument": "ES 09-26"}],
        [SEEN | {"bid": "x", "ask": None, "last": True}],
    ],
)
def test_a_quote_without_name_or_price_is_none(listed: Any) -> None:
    assert frame({"type": "marketData", "quotes": listed}) == Frame()


def test_one_bad_quote_costs_that_quote_only() -> None:
    found = frame({"type": "marketData", "quotes": [5, SEEN]})
    assert found
    assert [quote.last for quote in found.quotes] == [Decimal("6410.25")]


@pytest.mark.parametrize(
    "element",
    [
        {"account": "Sim101", "realizedProfitLoss": 12.5, "unrealizedProfitLoss": -3},
        {"name": "Sim101", "realizedPnl": 12.5, "unrealizedPnl": -3},
        {"accountName": "Sim101", "realized": "12.5", "unrealized": "-3"},
        {"name": "Sim101", "realizedPnL": 12.5, "openPnl": -3, "totalPnl": 9.5},
        {"account": {"name": "Sim101", "item": {"realizedProfitLoss": 12.5, "unrealizedProfitLoss": -3}}},
        {"account": "Sim101", "pnl": {"realized": 12.5, "unrealized": -3}},
    ],
)
def test_profits_are_found_under_each_name_that_they_may_have(element: dict[str, Any]) -> None:
    found = frame({"type": "pnlUpdate", "epoch": 1790448714123, "accounts": [element]})
    made = datetime(2026, 9, 26, 18, 51, 54, 123000, UTC)
    assert found == Frame(profits=(Profit("Sim101", Decimal("12.5"), Decimal(-3)),), made=made)


@pytest.mark.parametrize(
    "element",
    [
        {},
        {"account": "Sim101"},
        {"realizedPnl": 1},
        {"account": 5, "realizedPnl": 1},
        {"account": "Sim101", "realizedPnl": True},
    ],
)
def test_a_profit_without_account_or_amount_is_none(element: dict[str, Any]) -> None:
    assert frame({"type": "pnlUpdate", "accounts": [element]}) == Frame()


def test_a_missing_profit_is_not_zero() -> None:
    found = frame({"type": "pnlUpdate", "accounts": [{"account": "Sim101", "unrealizedPnl": 1}]})
    assert found == Frame(profits=(Profit("Sim101", None, Decimal(1)),))


@pytest.mark.parametrize(
    "body",
    [
        {"type": "resync"},
        {"type": "orderUpdate", "order": {}},
        {"type": "executionUpdate"},
        {"type": "positionUpdate", "accountId": 1, "position": {}},
        {"type": "executionReportUpdate"},
        {"type": "status", "state": "ready", "dropped": 3},
        {"type": "marketData", "quotes": [], "dropped": True},
    ],
)
def test_what_may_have_changed_something_calls_for_another_read(body: dict[str, Any]) -> None:
    found = frame(body)
    assert found
    assert found.changed


@pytest.mark.parametrize(
    "body",
    [
        {"type": "status", "state": "syncing"},
        {"status": "subscribed", "instruments": ["ES 09-26"]},
        {"type": "pong"},
        {"type": "news of next year", "quotes": [SEEN], "accounts": [{"account": "Sim101", "realized": 1}]},
        {"id": "5", "data": {"success": False}},
        {"error": "Rate limit exceeded", "dropped": 0},
        {"type": ["marketData"], "quotes": [SEEN]},
        {},
    ],
)
def test_a_frame_of_another_kind_tells_nothing(body: dict[str, Any]) -> None:
    assert frame(body) == Frame()


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"[]", b"5", b"null", b"\xff\xfe\x00", b"<html>", b"[" * 100_000, b'{"a":1e999999999}']
)
def test_rubbish_is_none_or_nothing(raw: bytes) -> None:
    assert frames.frame(raw, KEY) in (None, Frame())


_FIELDS = ["type", "quotes", "accounts", "epoch", "seq", "dropped", "instrument", "last", "account", "realized", "name"]
_LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
_ANY = st.recursive(_LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(_FIELDS), inner))


@given(_ANY)
def test_no_json_at_all_raises(body: Any) -> None:
    for kind in ("marketData", "pnlUpdate", "resync"):
        frame({"type": kind, "quotes": body, "accounts": body, "epoch": body, "seq": body, "dropped": body})
        frame(body)


def test_the_key_is_in_nothing_that_is_told() -> None:
    body = {
        "type": "marketData",
        "quotes": [SEEN | {"instrument": f"ES {MARKER}", "description": [MARKER], "exchange": MARKER}],
    }
    assert_hidden(frame(body))
    assert_hidden(frame({"type": "pnlUpdate", "accounts": [{"account": MARKER, "realized": 1}]}))


def test_no_more_than_some_hundred_members_are_looked_at() -> None:
    found = frame({"type": "marketData", "quotes": [SEEN] * 5000})
    assert found
    assert len(found.quotes) == 500


def test_what_is_said_are_subscriptions_and_nothing_else() -> None:
    assert json.loads(frames.subscribe("ES 09-26")) == {"action": "subscribe", "instruments": ["ES 09-26"]}
    assert json.loads(frames.unsubscribe("ES 09-26")) == {"action": "unsubscribe", "instruments": ["ES 09-26"]}
    assert json.loads(frames.stream_profits(1000)) == {"action": "streamPnl", "enabled": True, "interval": 1000}
