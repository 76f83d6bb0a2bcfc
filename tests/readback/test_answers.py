"""The reading of answers: each field of the reference in both shapes, and whatever else a server may send."""

import copy
import json
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosstrade_desk.protocol.secret import Secret
from crosstrade_desk.readback import answers, routes, values
from crosstrade_desk.readback.answers import Failed, Trouble, answered
from crosstrade_desk.readback.routes import ROUTES, Route
from crosstrade_desk.readback.values import Accounts, Endpoints, Executions, Orders, Positions, Quote
from support import shapes
from support.marker import MARKER

SHAPES = [shapes.flat, shapes.wrapped]
KEY = Secret(MARKER)
ITEMS: dict[Route[Any], Callable[[Any], dict[str, Any]]] = {
    routes.SNAPSHOT: lambda payload: payload["accounts"][0]["account"],
    routes.ACCOUNTS: lambda payload: payload["accounts"][0],
    routes.POSITIONS: lambda payload: payload["positions"][0],
    routes.ACCOUNT_POSITIONS: lambda payload: payload["positions"][0],
    routes.ORDERS: lambda payload: payload["orders"][0],
    routes.ALL_ORDERS: lambda payload: payload["orders"][0],
    routes.EXECUTIONS: lambda payload: payload["executions"][0],
}
IDENTITIES = {"name", "account", "instrument", "orderId", "id", "marketPosition", "status"}
"""Without these a member of a list is not counted, or a single object is no answer: tested by themselves."""


def read(route: Route[Any], body: bytes, status: int = 200) -> Any:
    return answered(status, body, route.parse, KEY)


def one_of(found: Any) -> Any:
    return found.items[0] if isinstance(found, Accounts | Positions | Orders | Executions) else found


def field_paths(kind: type, prefix: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Each field of a value and its path in the JSON."""
    for item in fields(kind):
        path = tuple(item.metadata["wire"].split("."))
        if item.name == "money":
            yield from ((("money", *names), ("item", *rest)) for names, rest in field_paths(values.Balances))
        else:
            yield (*prefix, item.name), path


def attribute(value: Any, names: tuple[str, ...]) -> Any:
    for name in names:
        value = getattr(value, name)
    return value


def inner(route: Route[Any], payload: Any) -> dict[str, Any]:
    return ITEMS.get(route, lambda whole: whole)(payload)


def as_read(raw: object, found: object) -> bool:
    """Whether a value is what its JSON says."""
    match found:
        case datetime():
            sent = datetime.fromisoformat(raw[:26] + "+00:00") if isinstance(raw, str) else None
            number = raw if isinstance(raw, int) else 0
            at = sent or datetime.fromtimestamp(number / (1000 if number > 10**11 else 1), UTC)
            return abs((found - at).total_seconds()) < 0.001
        case Decimal():
            return found == Decimal(str(raw))
        case _:
            return found == raw


CASES = [
    (route, names, path)
    for route in ROUTES
    if route is not routes.ENDPOINTS  # which has no fields, see the tests of its forms
    for names, path in field_paths(type(one_of(route.parse(shapes.PAYLOADS[route]))))
]
IDS = [f"{route.path}-{'.'.join(path)}" for route, _, path in CASES]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(("route", "names", "path"), CASES, ids=IDS)
def test_each_field_of_the_reference_is_read_in_both_shapes(
    route: Route[Any], names: tuple[str, ...], path: tuple[str, ...], shape: Callable[[Any], bytes]
) -> None:
    raw: Any = inner(route, shapes.PAYLOADS[route])
    for name in path:
        raw = raw[name]
    found = attribute(one_of(read(route, shape(shapes.PAYLOADS[route]))), names)
    assert found is not None
    assert as_read(raw, found), (raw, found)


def changed(route: Route[Any], path: tuple[str, ...], change: Callable[[dict[str, Any], str], object]) -> bytes:
    payload = copy.deepcopy(shapes.PAYLOADS[route])
    holder = inner(route, payload)
    for name in path[:-1]:
        holder = holder[name]
    change(holder, path[-1])
    return shapes.flat(payload)


WRONG: list[object] = [None, [], {}, [1], {"a": 1}, "", "?", True, -1, 1e300, "NaN"]


@pytest.mark.parametrize(
    ("route", "names", "path"),
    [case for case in CASES if case[2][-1] not in IDENTITIES],
    ids=[name for name, case in zip(IDS, CASES, strict=True) if case[2][-1] not in IDENTITIES],
)
def test_a_field_that_is_missing_or_no_value_costs_that_field_alone(
    route: Route[Any], names: tuple[str, ...], path: tuple[str, ...]
) -> None:
    whole = one_of(read(route, shapes.flat(shapes.PAYLOADS[route])))
    gone = one_of(read(route, changed(route, path, lambda holder, name: holder.pop(name))))
    assert attribute(gone, names) is None
    for wrong in WRONG:
        bad = one_of(read(route, changed(route, path, lambda holder, name, it=wrong: holder.update({name: it}))))
        for other in (n for r, n, _ in CASES if r is route and n != names):
            assert attribute(bad, other) == attribute(whole, other) == attribute(gone, other)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.path)
def test_unknown_fields_are_passed_over(route: Route[Any]) -> None:
    payload = copy.deepcopy(shapes.PAYLOADS[route])
    before = read(route, shapes.flat(payload))
    inner(route, payload).update({"new": {"deep": [1, None]}, "": 0, "Quantity": 7})
    payload["newer"] = "x"
    assert read(route, shapes.flat(payload)) == before


def no_float(value: Any) -> bool:
    if is_dataclass(value) and not isinstance(value, type):
        return all(no_float(getattr(value, item.name)) for item in fields(value))
    return all(map(no_float, value)) if isinstance(value, tuple) else not isinstance(value, float)


NAMES = sorted({name for _, _, path in CASES for name in path} | {"data", "success", "error", "accounts", "count"})
NAMES += ["positions", "orders", "executions", "account", "item"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(["Long", "1.5"]),
    lambda inside: (
        st.lists(inside, max_size=4) | st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=5), inside, max_size=6)
    ),
    max_leaves=25,
)


@given(found=JSON, status=st.sampled_from([200, 200, 200, 204, 302, 400, 401, 404, 408, 429, 500, 503]))
def test_whatever_json_comes_is_a_value_or_a_failure_and_never_a_float(found: Any, status: int) -> None:
    body = json.dumps(found).encode()
    for route in ROUTES:
        told = read(route, body, status)
        assert isinstance(told, Failed) or status < 300
        assert no_float(told) or isinstance(told, Failed)


NASTY = [b"", b"[" * 90_000, b"9" * 9000, b'{"quantity":1e999999999}', b'{"last":1e-99999999999999999999}']


@given(body=st.binary(max_size=60) | st.sampled_from(NASTY))
def test_whatever_bytes_come_nothing_is_raised(body: bytes) -> None:
    for route in ROUTES:
        told = read(route, body)
        assert isinstance(told, Failed) or no_float(told)


# --- lists that say less than they seem to ---


@pytest.mark.parametrize("route", [routes.POSITIONS, routes.ORDERS, routes.EXECUTIONS, routes.ACCOUNTS])
@pytest.mark.parametrize(
    "body", [b"{}", b'{"success": true}', b"null", b'"x"', b"3", b'{"positions": null}', b"<html>"]
)
def test_no_list_is_no_empty_list(route: Route[Any], body: bytes) -> None:
    assert read(route, body) == Failed(Trouble.UNREADABLE, status=200)


@pytest.mark.parametrize("member", [None, 3, "x", [], {}, {"account": "Sim101"}, {"instrument": "MES 12-26"}])
def test_a_list_with_a_member_nobody_understands_is_not_whole(member: Any) -> None:
    found = read(routes.POSITIONS, shapes.flat({"positions": [shapes.POSITION, member]}))
    assert (len(found.items), found.whole) == (1, False)


def test_a_list_that_is_shorter_than_its_count_is_not_whole() -> None:
    assert not read(routes.POSITIONS, shapes.flat({"positions": [], "count": 1})).whole
    assert read(routes.POSITIONS, shapes.flat({"positions": [], "count": 0})).whole


def test_a_bare_list_counts_in_both_shapes() -> None:
    for body in (shapes.flat([shapes.POSITION]), shapes.wrapped([shapes.POSITION])):
        assert read(routes.POSITIONS, body).items[0].signed == -2


def test_the_snapshot_has_the_positions_of_every_account() -> None:
    found = read(routes.SNAPSHOT, shapes.flat(shapes.PAYLOADS[routes.SNAPSHOT]))
    assert (found.positions.items[0].signed, found.positions.whole) == (-2, True)
    assert not read(routes.ACCOUNTS, shapes.flat({"accounts": ["Sim101"]})).positions.whole
    assert read(routes.ACCOUNTS, shapes.flat({"accounts": ["Sim101"]})).items[0].name == "Sim101"


def test_several_quotes_are_a_list_of_which_the_first_counts() -> None:
    assert read(routes.QUOTE, shapes.flat([shapes.QUOTE, {}])) == read(routes.QUOTE, shapes.flat(shapes.QUOTE))


# --- numbers ---


@pytest.mark.parametrize(
    ("text", "price"),
    [
        ("6412.10", Decimal("6412.10")),
        ("0.1", Decimal("0.1")),
        ("6412.1000000000003638", Decimal("6412.1000000000003638")),
        ('"6412.25"', Decimal("6412.25")),
        ("-3", Decimal(-3)),
        ("NaN", None),
        ("Infinity", None),
        ("1e400", None),
        ("1e-400", None),
        ("true", None),
        ('"1_0"', None),
    ],
)
def test_a_price_is_exact_or_none(text: str, price: Decimal | None) -> None:
    found = read(routes.QUOTE, f'{{"last": {text}}}'.encode())
    assert isinstance(found, Quote)
    assert found.last == price


@pytest.mark.parametrize(
    ("text", "count"), [("3", 3), ("3.0", 3), ("3.5", None), ('"3"', 3), ("true", None), ("9" * 40, None)]
)
def test_a_quantity_is_whole_or_none(text: str, count: int | None) -> None:
    body = f'{{"positions": [{{"account": "A", "instrument": "I", "quantity": {text}}}]}}'.encode()
    assert read(routes.POSITIONS, body).items[0].quantity == count


@pytest.mark.parametrize(
    ("side", "quantity", "signed"),
    [
        ("Long", 2, 2),
        ("SHORT", 2, -2),
        ("Flat", 0, 0),
        ("Flat", None, 0),
        ("Long", None, None),
        ("", 2, None),
        ("Long", -2, None),
    ],
)
def test_the_size_of_a_position_is_told_by_side_and_quantity(side: str, quantity: int | None, signed: Any) -> None:
    assert values.Position(side=side, quantity=quantity).signed == signed


@pytest.mark.parametrize("epoch", [1790448714, 1790448714000])
def test_an_epoch_is_read_in_seconds_and_in_milliseconds(epoch: int) -> None:
    found = read(routes.QUOTE, json.dumps({"epoch": epoch}).encode())
    assert found.at == datetime.fromtimestamp(1790448714, UTC)


# --- failures ---


@pytest.mark.parametrize(
    ("status", "body", "trouble", "said"),
    [
        (400, b'{"error":"Invalid request"}', Trouble.FAULTY, "Invalid request"),
        (200, b'{"success":false,"error":"invalid_account","detail":"No x"}', Trouble.FAULTY, "invalid_account: No x"),
        (200, b'{"error":"No position"}', Trouble.FAULTY, "No position"),
        (401, b'{"success":false,"error":"invalid_bearer"}', Trouble.DENIED, "invalid_bearer"),
        (403, b"", Trouble.DENIED, ""),
        (404, b'{"error":"not found","did_you_mean":"/v1/api/x"}', Trouble.MISSING, "not found"),
        (400, b'{"error":"Unknown API command"}', Trouble.MISSING, "Unknown API command"),
        (200, b'{"success":false,"error":"Unknown API command: X"}', Trouble.MISSING, "Unknown API command: X"),
        (408, b'{"success":false,"error":"offline"}', Trouble.OFFLINE, "offline"),
        (429, b'{"error":"Rate limit exceeded"}', Trouble.BUSY, "Rate limit exceeded"),
        (500, b"Internal Server Error", Trouble.BROKEN, ""),
        (503, b'{"error":{"a":1}}', Trouble.BROKEN, ""),
        (301, b"", Trouble.MOVED, ""),
        (200, b"<html>", Trouble.UNREADABLE, ""),
    ],
)
def test_each_error_of_the_reference_is_its_trouble(status: int, body: bytes, trouble: Trouble, said: str) -> None:
    for route in ROUTES:
        assert read(route, body, status) == Failed(trouble, said, status)


@pytest.mark.parametrize("escape", [str, lambda text: "".join(f"\\u{ord(letter):04x}" for letter in text)])
def test_a_key_that_a_server_echoes_is_in_no_value(escape: Callable[[str], str]) -> None:
    body = f'{{"accounts": [{{"name": "A {escape(MARKER)}"}}]}}'.encode()
    assert read(routes.ACCOUNTS, body).items[0].name == "A ••••"


CATALOGUES = {
    "objects": [{"method": "GET", "path": "/v1/api/orders"}, {"method": "POST", "path": "/v1/api/orders/cancelall"}],
    "methods": {"endpoints": [{"path": "/v1/api/orders", "methods": ["GET", "HEAD"]}]},
    "openapi": {"paths": {"/v1/api/orders": {"get": {"summary": "x"}}, "/v1/api/send": {"post": {}}}},
    "lines": ["GET /v1/api/orders", "POST /v1/api/positions/flatten"],
    "names only": {"data": ["/v1/api/orders", "/v1/api/orders/"]},
    "whole addresses": ["GET https://app.crosstrade.io/v1/api/orders"],
}


@pytest.mark.parametrize("catalogue", CATALOGUES.values(), ids=CATALOGUES)
def test_a_catalogue_of_any_form_tells_what_may_be_read(catalogue: Any) -> None:
    found = answers.endpoints(catalogue)
    assert found is not None
    assert found.paths == {"/orders"}


@pytest.mark.parametrize(
    "catalogue",
    [
        [{"method": "POST", "path": "/v1/api/orders"}],
        {"paths": {"/v1/api/orders": {"post": {}}}},
        ["DELETE /v1/api/orders", "GET /v1/api/accounts/{account}/orders", "GET /orders", 3, None, [[]]],
    ],
)
def test_a_path_that_is_only_for_writing_or_another_one_is_not_offered(catalogue: Any) -> None:
    found = answers.endpoints(catalogue)
    assert found is not None
    assert "/orders" not in found.paths


def test_a_catalogue_that_is_none_or_nested_without_end_offers_nothing() -> None:
    assert answers.endpoints("orders") is None
    assert answers.endpoints(None) is None
    deep: Any = "GET /v1/api/orders"
    for _ in range(50):
        deep = [deep]
    assert answers.endpoints(deep) == Endpoints()


def test_one_list_of_all_accounts_is_told_account_by_account() -> None:
    listed = [{"orderId": "1", "account": "Sim101"}, {"orderId": "2", "account": "SIM102"}, {"orderId": "3"}]
    found = answers.all_orders({"orders": listed[:2], "count": 2})
    assert found is not None
    parts = found.by_account(("Sim101", "Sim102", "Sim103"))
    assert {name: [one.id for one in part.items] for name, part in parts.items()} == {
        "Sim101": ["1"],
        "Sim102": ["2"],
        "Sim103": [],
    }
    assert all(part.whole and part.shared for part in parts.values())
    nameless = answers.all_orders({"orders": listed})
    assert nameless is not None
    assert not any(part.whole for part in nameless.by_account(("Sim101", "Sim102")).values())
