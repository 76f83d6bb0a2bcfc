"""Accidents on the way: no answer, half an answer, the wrong reading of one, and the order that is sent twice."""

import asyncio
from pathlib import Path

import pytest

from support import honest_program, source
from support.bad_server import BadServer, Connection, page
from support.keys import FLATTEN, SEND, press
from support.stage import Stage
from support.windows import Glass
from support.wired import YES, at_server, ended, orders, wired

NO = page(200, b'{"success": false, "error": "Insufficient margin"}')
BUSY = b'{"error": "try again"}'


def flattened(glass: Glass, count: int) -> list[str]:
    """Flattens and waits for its outcome: by then the program has done whatever it does by itself."""
    press(glass.window, FLATTEN)
    return ended(glass, count)


def test_accident_13_an_order_without_an_answer_is_unknown_is_not_sent_again_and_locks_nothing_but_itself(
    loop: asyncio.AbstractEventLoop,
) -> None:
    with at_server(loop, None, YES) as (glass, server):
        press(glass.window, SEND)
        assert ended(glass) == ["unknown"]
        assert "may have arrived" in glass.window.status.text()
        assert flattened(glass, 2) == ["unknown", "accepted"]
        glass.time.now += 60
        press(glass.window, SEND)
        glass.settle()
        assert [b"PLACE" in got.body for got in server.posts] == [True, False], "one order and one exit"


async def _hang_up(connection: Connection) -> None:
    await connection.close()


async def _reset(connection: Connection) -> None:
    await connection.reset()


@pytest.mark.parametrize("end", [_hang_up, _reset], ids=["closed", "reset"])
@pytest.mark.parametrize("chord", [SEND, FLATTEN], ids=["order", "exit"])
def test_accident_14_a_message_whose_connection_breaks_is_posted_once(
    loop: asyncio.AbstractEventLoop,
    end,  # type: ignore[no-untyped-def]
    chord,  # type: ignore[no-untyped-def]
) -> None:
    async def serve(connection: Connection) -> None:
        while True:
            got = await connection.request()
            if got.line.startswith(b"POST "):
                await end(connection)
                return
            await connection.write(page(200, b""))

    with BadServer(serve) as server, wired(server.origin, loop) as glass:
        press(glass.window, chord)
        assert ended(glass) == ["unknown"]
        glass.run(glass.desk._line.sender.warm())  # type: ignore[union-attr]
        assert len(server.posts) == 1


def place(glass: Glass, number: int) -> str:
    """Sends one order like no other before it, and gives the word of its outcome."""
    glass.desk.switch.arm(())  # an unknown or a third refusal switched entries off
    glass.time.now += 60
    glass.type("qty", str(number))
    press(glass.window, SEND)
    return ended(glass, number)[-1]


def test_accident_14_a_message_that_is_turned_away_for_now_is_posted_once(loop: asyncio.AbstractEventLoop) -> None:
    turns = [page(status, BUSY, "Retry-After: 0") for status in (429, 500, 502, 503, 504)]
    with at_server(loop, *turns, YES) as (glass, server):
        for number, _ in enumerate(turns, 1):
            place(glass, number)
        assert flattened(glass, len(turns) + 1)[-1] == "accepted"
        assert [b"PLACE" in got.body for got in server.posts] == [*(True for _ in turns), False]


def test_accident_14_no_library_repeats_a_post() -> None:
    assert source.lines_with("retries=") == []
    assert source.importers("httpcore", "anyio") == set()
    assert source.importers("httpx", "aiohttp") == {
        "sending/failures.py",
        "sending/http.py",
        "sending/lane.py",
        "sending/line.py",
        "readback/client.py",
        "practice/server.py",
        "practice/door.py",
        "practice/push_line.py",
    }
    assert source.importers("websockets") == {"readback/line.py"}
    assert source.importers("tenacity", "backoff", "stamina", "urllib3", "requests", "urllib.request") == set()


MAYBE = {
    "silence": None,
    "half an answer": page(200, b'{"succ', length=500)[:-1],
    "a page": page(200, b"<html>Bad gateway</html>"),
    "rubbish": b"\x00\xff\r\n\r\n",
    "500": page(500, b"oops"),
    "502": page(502, b'{"error": "bad gateway"}'),
    "504": page(504, b""),
    "yes and no": page(200, b'{"success": true, "error": "no"}'),
}


def test_accident_15_nothing_is_called_refused_that_may_have_been_carried_out(
    loop: asyncio.AbstractEventLoop,
) -> None:
    with at_server(loop, *MAYBE.values()) as (glass, _):
        for number, name in enumerate(MAYBE, 1):
            assert place(glass, number) == "unknown", name
            assert "refused" not in glass.window.status.text()


def test_accident_15_refused_is_what_says_no_in_its_own_words(loop: asyncio.AbstractEventLoop) -> None:
    with at_server(loop, NO) as (glass, _):
        press(glass.window, SEND)
        assert ended(glass) == ["refused"]
        assert "Insufficient margin" in glass.window.status.text()


@pytest.mark.parametrize("answer", [page(500, b"oops"), YES, page(200, b"")], ids=["500", "yes", "nothing said"])
def test_accident_16_the_same_again_within_seconds_is_asked_about_once_and_an_exit_never(
    loop: asyncio.AbstractEventLoop, answer: bytes
) -> None:
    with at_server(loop, answer) as (glass, server):
        press(glass.window, SEND)
        ended(glass)
        glass.desk.switch.arm(())  # after unknown the switch is off; the question must stand all the same
        glass.time.now += 5
        press(glass.window, SEND)
        glass.settle()
        assert glass.window.ask.is_asking
        assert len(server.posts) == 1
        for count in (2, 3):
            flattened(glass, count)
        assert len(server.posts) == 3


def test_accident_17_a_program_that_was_killed_sends_nothing_when_it_starts_again(tmp_path: Path) -> None:
    with BadServer(orders(None)) as server:
        assert honest_program.run("send and die", server.origin, tmp_path).returncode == -9
        assert len(server.posts) == 1
        told = honest_program.told("look", server.origin, tmp_path)
        assert len(server.posts) == 1, "the link was up again, and nothing left"
    assert told["outcomes"] == ["unknown"]
    assert "of the last run is unknown" in told["status"]


@pytest.mark.parametrize(
    ("answer", "word"),
    [(page(200, b""), "unconfirmed"), (page(200, b'{"message": "queued"}'), "unconfirmed"), (YES, "accepted")],
    ids=["nothing", "no verdict", "yes"],
)
def test_accident_20_no_more_is_claimed_than_the_answer_says(
    loop: asyncio.AbstractEventLoop, answer: bytes, word: str
) -> None:
    with at_server(loop, answer) as (glass, _):
        press(glass.window, SEND)
        assert ended(glass) == [word]
        said = glass.window.status.text().split("(")[1]
        assert not [claim for claim in ("filled", "placed", "executed", "closed") if claim in said]


def test_accident_20_a_flatten_that_had_nothing_to_close_says_so(glass: Glass, exchange: Stage) -> None:
    glass.fill()
    press(glass.window, FLATTEN)
    glass.settle()
    assert exchange.net == {}
    assert "nothing to do" in glass.window.status.text()
