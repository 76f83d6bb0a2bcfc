"""The API of the practice exchange: who is answered, with what, and how often."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
import requests

from crosstrade_desk.practice.api import Api, Asked, Told, dumped
from crosstrade_desk.practice.exchange import Exchange
from crosstrade_desk.practice.faults import ReadFault, parse_wish
from crosstrade_desk.protocol.secret import Secret
from support.post import Post
from support.practice import running

KEY = Secret("the-right-key-1")
ORDER = "account=Sim101; instrument=MES 12-26; qty=2; tif=DAY;"


class Client:
    """Asks without a socket; the time is the second of the exchange."""

    def __init__(self, exchange: Exchange) -> None:
        self.api = Api(exchange, KEY)
        self.now = 1000.0

    def __call__(self, path: str, authorization: str = "Bearer the-right-key-1", **query: str) -> Told:
        return self.api.answer(Asked(path, query, authorization), self.now)

    def json(self, path: str, **query: str) -> Any:
        self.now += 1
        found = self(path, **query)
        assert found.status == 200, found
        return json.loads(found.text)


@pytest.fixture
def client(exchange: Exchange) -> Client:
    return Client(exchange)


@pytest.fixture
def post(exchange: Exchange, start: datetime) -> Post:
    return Post(exchange, start)


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Bearer the-right-key-2", "Basic the-right-key-1", "é", "Bearer é\udcff"]
)
def test_only_the_key_of_this_exchange_is_answered(client: Client, header: str) -> None:
    told = client("/positions", header)
    assert (told.status, json.loads(told.text)) == (401, {"success": False, "error": "invalid_bearer"})
    assert client("/positions", "bearer the-right-key-1").status == 200


def test_twenty_at_once_and_three_a_second_are_answered(client: Client) -> None:
    assert [client("/positions").status for _ in range(22)] == [200] * 20 + [429] * 2
    assert client("/positions").headers == {"Retry-After": "1"}
    client.now += 1
    assert [client("/positions").status for _ in range(4)] == [200] * 3 + [429]


def test_a_wrong_path_says_what_was_perhaps_meant(client: Client) -> None:
    told = client("/postions")
    assert (told.status, json.loads(told.text)["did_you_mean"]) == (404, "/v1/api/positions")


def test_prices_are_written_as_they_are(client: Client, post: Post) -> None:
    post(f"command=PLACE; {ORDER} action=BUY; order_type=LIMIT; limit_price=99.75;")
    [order] = client.json("/accounts/sim101/orders")["orders"]
    assert (order["limitPrice"], order["orderState"], order["account"]) == (99.75, "Working", "Sim101")
    assert '"limitPrice": 99.75,' in client("/accounts/Sim101/orders").text


@pytest.mark.parametrize("number", ["5123.333333333333333333333333", "0.1", "-3.50", "0", "100"])
def test_no_number_loses_a_digit_on_its_way_into_the_json(number: str) -> None:
    written = dumped({"a": [Decimal(number)], "b": number})
    assert written == f'{{"a": [{number}], "b": "{number}"}}'


def test_flat_positions_are_listed_on_request_only(client: Client, post: Post) -> None:
    post(f"command=PLACE; {ORDER} action=BUY; order_type=MARKET;")
    post("command=FLATTEN; account=Sim101;")
    assert client.json("/positions") == {"positions": [], "count": 0, "success": True}
    [flat] = client.json("/positions", includeFlat="true")["positions"]
    assert (flat["marketPosition"], flat["quantity"]) == ("Flat", 0)
    assert client.json("/accounts/Sim102/positions", includeFlat="true") == {"positions": [], "success": True}


def test_fills_are_those_of_the_last_seconds(client: Client, post: Post, exchange: Exchange) -> None:
    post(f"command=PLACE; {ORDER} action=BUY; order_type=MARKET;")
    exchange.advance(datetime(2026, 11, 23, 15, 6, tzinfo=UTC))
    assert client.json("/accounts/Sim101/executions")["executions"] == []
    [fill] = client.json("/accounts/Sim101/executions", lookbackTime="9000")["executions"]
    assert (fill["quantity"], fill["position"], fill["marketPosition"]) == (2, 2, "Long")
    exchange.advance(datetime(2026, 11, 23, 15, 16, tzinfo=UTC))
    assert client.json("/accounts/Sim101/executions", lookbackTime="9000")["executions"] == [], "900 s are the most"


def test_several_quotes_are_a_list(client: Client) -> None:
    names = [one["instrument"] for one in client.json("/market/quote", instrument="MES 12-26,ES1!")]
    assert names == ["MES 12-26", "ES 12-26"]


@pytest.mark.parametrize("fault", list(ReadFault))
def test_a_fault_of_reading_is_asked_for_by_its_word(fault: ReadFault) -> None:
    assert parse_wish(f"Reading  {fault.value}") is fault


def test_the_program_answers_reads_at_the_address_that_it_prints_and_rehearses_their_faults() -> None:
    with running("--fault", "reading plan") as exchange:
        origin = exchange.url.split("/v1/")[0]
        headers = {"Authorization": f"Bearer {exchange.key}"}

        def ask(**more: str) -> requests.Response:
            return requests.get(f"{origin}/v1/api/positions", headers=headers | more, timeout=20)

        assert ask().status_code == 403
        exchange.post("command=CANCELALLORDERS; notes=practice: reading works;")
        assert ask().json() == {"positions": [], "count": 0, "success": True}
        assert ask(Origin="https://evil.example").status_code == 403
        assert ask(Host="evil.example").status_code == 403
        assert requests.post(f"{origin}/v1/api/positions/flatten", headers=headers, timeout=20).status_code == 405
