"""The list of what may be asked: it only reads, and nothing gets past it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosstrade_desk.readback import routes
from crosstrade_desk.readback.routes import ROUTES, Ask, may_be_sent

PLACES = [
    "/v1/api/accounts/Sim101/orders/place",
    "/v1/api/accounts/Sim101/orders/1/cancel",
    "/v1/api/accounts/Sim101/positions/close",
    "/v1/api/positions/flatten",
    "/v1/api/orders/cancelall",
    "/v1/api/mcp",
    "/v1/send/a/b",
    "/",
]


@pytest.mark.parametrize("path", [f"/v1/api{route.path}" for route in ROUTES] + PLACES)
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "HEAD", "get", ""])
def test_no_method_but_get_is_on_the_list(method: str, path: str) -> None:
    assert not may_be_sent(method, path.replace("{account}", "Sim101").replace("{orderId}", "1"))


@pytest.mark.parametrize(
    "path",
    [
        "/v1/api/accounts/Sim101/orders/1/cancel",
        "/v1/api/positions/flatten",
        "/v1/api/accounts/Sim101/strategies",
        "/v1/api/accounts/a/b/position",
        "/v1/api/accounts/../positions",
        "/v1/api/accounts/./positions",
        "/v1/api/accounts//positions",
        "/v1/api/positions/",
        "/v2/api/positions",
        "/v1/send/a/b",
        "//evil.example/v1/api/positions",
    ],
)
def test_no_other_path_is_on_the_list(path: str) -> None:
    assert not may_be_sent("GET", path)


@given(name=st.text(max_size=30), number=st.text(max_size=30), instrument=st.text(max_size=30))
def test_no_name_makes_another_route_of_a_question(name: str, number: str, instrument: str) -> None:
    for route in ROUTES:
        ask = Ask(route, {"account": name, "orderId": number}, {"instrument": instrument})
        path, _, query = ask.target.partition("?")
        assert path.count("/") == f"/v1/api{route.path}".count("/")
        assert query.count("&") == 0
        assert query.count("=") == 1
        if may_be_sent("GET", path):
            assert "/../" not in f"{path}/"


def test_an_instrument_is_escaped_as_the_documentation_asks() -> None:
    ask = Ask(routes.QUOTE, query={"instrument": "ES 12-25"})
    assert ask.target == "/v1/api/market/quote?instrument=ES%2012-25"
