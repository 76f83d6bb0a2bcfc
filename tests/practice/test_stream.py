"""What the practice exchange says on its push connection; no socket here."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from crosstrade_desk.practice.api import Api
from crosstrade_desk.practice.exchange import Exchange
from crosstrade_desk.practice.faults import ReadFault
from crosstrade_desk.practice.stream import CALLS, Goodbye, Stream
from crosstrade_desk.protocol.secret import Secret
from crosstrade_desk.readback.routes import ROUTES

START = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
MES = ["MES 12-26"]


class Box:
    """A stream and its clock."""

    def __init__(self) -> None:
        self.exchange = Exchange(lambda market, step: Decimal(6400), START)
        self.api = Api(self.exchange, Secret("a-key-of-tests"))
        self.stream, self.now = Stream(self.exchange, self.api, 0.0), 0.0

    def say(self, body: Any, text: str | None = None) -> dict[str, Any]:
        answer = self.stream.hear(json.dumps(body) if text is None else text, self.now)
        assert isinstance(answer, str), answer
        found: dict[str, Any] = json.loads(answer)
        return found

    def pushed(self) -> list[dict[str, Any]]:
        return [json.loads(text) for text in self.stream.due(self.now)]

    def until(self, end: float) -> list[tuple[float, dict[str, Any]]]:
        found = []
        while self.now < end:
            found += [(self.now, frame) for frame in self.pushed()]
            self.now += 0.25
        return found


@pytest.fixture
def box() -> Box:
    return Box()


def test_nothing_is_pushed_before_it_was_asked_for(box: Box) -> None:
    assert box.until(5) == []


def test_quotes_of_what_is_subscribed_are_pushed_each_second(box: Box) -> None:
    assert box.say({"action": "subscribe", "instruments": MES})["status"] == "subscribed"
    found = box.until(3)
    assert [at for at, _ in found] == [0, 1, 2]
    quote = {"instrument": "MES 12-26", "bid": 6400, "ask": 6400.25, "last": 6400, "volume": 0}
    assert [frame["quotes"] for _, frame in found] == [[quote]] * 3
    box.say({"action": "unsubscribe", "instruments": MES})
    assert box.until(6) == []


@pytest.mark.parametrize(("interval", "times"), [(1000, [0, 1, 2]), (2000, [0, 2]), (1, [at / 4 for at in range(12)])])
def test_profits_are_pushed_at_the_interval_that_was_asked_for(box: Box, interval: int, times: list[float]) -> None:
    assert box.say({"action": "streamPnl", "enabled": True, "interval": interval})["status"] == "streaming"
    found = box.until(3)
    assert [at for at, _ in found] == times
    first = found[0][1]
    assert first["epoch"] == START.timestamp() * 1000
    assert first["accounts"][0] == {"account": "Sim101", "realizedProfitLoss": 0, "unrealizedProfitLoss": 0}
    box.say({"action": "streamPnl", "enabled": False})
    assert box.until(6) == []


def test_every_frame_has_the_next_number(box: Box) -> None:
    numbers = [box.say({"action": "ping"})["seq"], box.say({"action": "subscribe", "instruments": MES})["seq"]]
    numbers += [frame["seq"] for _, frame in box.until(3)]
    assert numbers == [1, 2, 3, 4, 5]


def test_an_unknown_instrument_is_said_and_the_others_stay(box: Box) -> None:
    box.say({"action": "subscribe", "instruments": MES})
    assert "XXX 12-26" in box.say({"action": "subscribe", "instruments": ["NQ 12-26", "XXX 12-26"]})["error"]
    assert [quote["instrument"] for quote in box.pushed()[0]["quotes"]] == MES


def test_more_than_a_burst_of_changes_is_refused_and_passes_later(box: Box) -> None:
    answers = [box.say({"action": "subscribe", "instruments": MES}) for _ in range(6)]
    assert [answer.get("error") for answer in answers] == [None] * 5 + ["Rate limit exceeded"]
    box.now = 3.0
    assert box.say({"action": "unsubscribe", "instruments": MES})["status"] == "unsubscribed"


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "5", '{"action": 5}', '{"action": "buy"}', '{"action": "subscribe"}', "[" * 100_000,
     '{"action": "subscribe", "instruments": 5}', '{"action": "subscribe", "instruments": [5, null]}',
     '{"action": "streamPnl", "interval": "soon"}', '{"action": "streamPnl", "interval": true}',
     '{"action": "subscribe", "origin": "tradovate", "events": ["orders"]}'],
)  # fmt: skip
def test_what_makes_no_sense_is_answered_with_an_error(box: Box, text: str) -> None:
    assert box.say(None, text)["error"]
    assert box.until(2) == []


def test_every_route_that_reads_can_be_called_by_its_name(box: Box) -> None:
    for name in CALLS:
        args = {"account": "Sim101", "instrument": "MES 12-26", "orderId": "none"}
        answer = box.say({"action": "rpc", "id": name, "api": name, "args": args})
        assert answer["id"] == name
        is_missing = name in ("GetOrder", "GetOrderStatus")
        assert ("error" in answer["data"]) == is_missing, answer
        box.now += 1
    assert {path.replace("{account}", "*") for path in CALLS.values()} <= {
        route.path[1:].replace("{account}", "*") for route in ROUTES
    }


def test_an_rpc_reads_and_nothing_else(box: Box) -> None:
    for name in ("PlaceOrder", "FlattenEverything", "Cancel", "", None, 5):
        answer = box.say({"action": "rpc", "id": 1, "api": name, "args": {}})
        assert answer["data"] == {"success": False, "error": "Unknown API command"}
    found = box.say({"action": "rpc", "id": 2, "api": "GetAllPositions", "args": {}})
    assert found["data"] == {"positions": [], "count": 0, "success": True}


def test_an_rpc_costs_what_a_request_costs_and_ten_too_many_end_the_connection(box: Box) -> None:
    ask = json.dumps({"action": "rpc", "id": 1, "api": "GetAllPositions", "args": {}})
    answers = [box.stream.hear(ask, 0.0) for _ in range(30)]
    assert [isinstance(one, str) and "Rate limit" in one for one in answers[:29]] == [False] * 20 + [True] * 9
    assert answers[29] == Goodbye(1008, "Rate limit exceeded")


def test_while_reading_is_at_fault_nothing_is_pushed(box: Box) -> None:
    box.say({"action": "subscribe", "instruments": MES})
    box.api.fault = ReadFault.OFFLINE
    assert box.until(3) == []
    box.api.fault = ReadFault.NONE
    assert [at for at, _ in box.until(5)] == [3, 4]
