"""What a program is told that called for an order."""

import time

import pytest

from crosstrade_desk.calling.talk import Answer, Call
from crosstrade_desk.desk.calls import Calls
from crosstrade_desk.desk.wishes import ORDER, Wish, leaving
from crosstrade_desk.protocol.message import Message
from crosstrade_desk.protocol.secret import Secret
from support.desks import Bench
from support.marker import MARKER

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(("live", "rule"), [(False, "secret"), (True, "place")])
async def test_a_key_in_the_place_of_a_name_is_not_repeated_to_who_called(live: bool, rule: str) -> None:
    bench = Bench()
    bench.connect()
    bench.desk.known.add(Secret(MARKER))
    message = leaving("flatten", (MARKER,), None, everything=False)
    assert isinstance(message, Message)
    said = await Calls(bench.desk).on_order(Call(ORDER, time.monotonic() + 1, Wish(message, live=live).texts))
    assert isinstance(said, Answer)
    assert said.texts["rule"] == rule
    assert MARKER not in str(said)
    assert "••••" in said.texts["order"]
    assert (bench.wire.carried, bench.book.intents) == ([], [])
