"""Answers that no page shows: read where they can be, else a quiet sentence. Never a fault, never flat by mistake."""

import gzip
from typing import Any

import pytest

from crosstrade_desk.protocol.secret import Secret
from crosstrade_desk.readback import routes
from crosstrade_desk.readback.answers import Failed, Trouble, answered
from crosstrade_desk.readback.client import LONGEST
from crosstrade_desk.readback.routes import ROUTES, Ask, Route
from readback.test_client import read
from support import certs, unheard
from support.bad_server import BadServer, answers
from support.marker import MARKER

KEY = Secret(MARKER)


def positions(body: bytes) -> Any:
    return answered(200, body, routes.POSITIONS.parse, KEY)


@pytest.mark.parametrize("name", unheard.READABLE)
def test_what_can_be_read_is_read(name: str) -> None:
    found = positions(unheard.READABLE[name])
    assert [one.signed for one in found.items] == [2]
    assert found.whole


@pytest.mark.parametrize("name", unheard.HALF)
def test_a_list_that_may_lack_something_is_not_whole(name: str) -> None:
    found = positions(unheard.HALF[name])
    assert [one.signed for one in found.items] == [2]
    assert not found.whole


@pytest.mark.parametrize("name", unheard.UNREADABLE)
def test_what_cannot_be_read_is_said_so_and_is_no_empty_list(name: str) -> None:
    assert positions(unheard.UNREADABLE[name]) == Failed(Trouble.UNREADABLE, status=200)


@pytest.mark.parametrize("name", unheard.FAILING)
def test_a_failure_is_one_wherever_it_stands(name: str) -> None:
    found = positions(unheard.FAILING[name])
    assert isinstance(found, Failed)
    assert found.trouble is Trouble.FAULTY


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.path)
def test_no_route_stumbles_over_any_of_them(route: Route[Any]) -> None:
    for body in unheard.EVERY.values():
        for status in (200, 204, 206, 299, 400, 500):
            answered(status, body, route.parse, KEY)


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("status", "body", "headers"),
    [
        (200, b"", []),
        (204, b"", []),
        (200, b"<html>Sign in to the hotel's network</html>", ["Content-Type: text/html"]),
        (200, gzip.compress(b'{"positions": []}'), ["Content-Encoding: gzip"]),
        (200, b'{"positions": [' + b" " * LONGEST + b"]}", []),
    ],
    ids=["empty", "no content", "page", "zipped", "huge"],
)
async def test_over_the_wire_each_has_its_quiet_sentence(status: int, body: bytes, headers: list[str]) -> None:
    with BadServer(answers(status, body, *headers), tls=certs.good()) as server:
        found = await read(server.origin, Ask(routes.POSITIONS), limit_s=10)
    assert isinstance(found, Failed)
    assert found.trouble is Trouble.UNREADABLE
