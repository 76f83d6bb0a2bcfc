"""One copy of an order, on a warm connection, in its own lane: bytes, repetition, cancellation, idle connections."""

import asyncio
import gc
import socket
import sys
import threading
import time
import warnings
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress

import httpx
import pytest

from crosstrade_desk import __version__
from crosstrade_desk.protocol.message import Message
from crosstrade_desk.protocol.secret import Secret
from crosstrade_desk.sending import lane, line
from crosstrade_desk.sending.http import HttpSender
from crosstrade_desk.sending.outcome import Accepted, LinkDown, LinkUp, NotSent, Outcome, Refused, Unknown
from sending.conftest import Run
from sending.orders import ENTRY, EXIT, KEY, PARTS, assert_hidden, assert_plain, endpoint, nothing, send_once, sender
from support import bad_server, certs
from support.bad_server import BadServer, Behaviour, Connection, answers, answers_once_then, closed_port, page

YES = b'{"success": true}'


async def _with(origin: str, what: Callable[[HttpSender], Awaitable[Outcome]], **limits: float) -> Outcome:
    one = sender(origin, **limits)
    try:
        return await what(one)
    finally:
        await one.close()


async def _until(true: Callable[[], object]) -> None:
    async with asyncio.timeout(5):
        while not true():
            await asyncio.sleep(0.005)


@pytest.mark.parametrize("message", [ENTRY, EXIT], ids=["entry", "exit"])
def test_the_very_bytes_of_one_send(message: object, run: Run[Outcome]) -> None:
    with BadServer(answers(200, YES), tls=certs.good()) as server:
        run(lambda: _with(server.origin, lambda one: one.send(message, nothing)))  # type: ignore[arg-type]
        (got,) = server.requests
    body = message.wire(KEY)  # type: ignore[attr-defined]
    assert got.body == body
    assert (
        got.head
        == (
            f"POST /v1/send/{PARTS[0]}/{PARTS[1]} HTTP/1.1\r\n"
            f"Host: 127.0.0.1:{server.port}\r\n"
            f"User-Agent: CrossTradeDesk/{__version__}\r\n"
            "Accept: */*\r\n"
            "Accept-Encoding: identity\r\n"
            "Content-Type: text/plain\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        ).encode()
    )


def test_cookies_are_not_kept_and_redirects_not_followed(run: Run[Outcome]) -> None:
    async def twice(one: HttpSender) -> Outcome:
        await one.send(ENTRY, nothing)
        return await one.send(ENTRY, nothing)

    with BadServer(answers(301, b"", "Set-Cookie: a=b", "Location: /v1/send/other/place")) as server:
        assert isinstance(run(lambda: _with(server.origin, twice)), Refused)
        assert server.connections == 1
        assert [got.line for got in server.requests] == [server.requests[0].line] * 2
        assert b"cookie" not in server.requests[1].headers


def test_proxy_variables_are_not_heeded(run: Run[Outcome], monkeypatch: pytest.MonkeyPatch) -> None:
    with bad_server.closed_port() as nowhere, BadServer(answers(200, YES)) as server:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, nowhere)
        assert isinstance(run(lambda: send_once(server.origin)), Accepted)


# Never a second order by accident.


@pytest.mark.parametrize("end", [Connection.close, Connection.reset])
@pytest.mark.parametrize("tls", [None, certs.good()], ids=["http", "https"])
def test_a_connection_closed_while_idle_is_replaced_before_use(end: object, tls: object, run: Run[Outcome]) -> None:
    async def after_idle(one: HttpSender) -> Outcome:
        assert isinstance(await one.send(ENTRY, nothing), Accepted)
        await _until(server.idle.is_set)
        await asyncio.sleep(0.02)
        return await one.send(ENTRY, nothing)

    with BadServer(answers_once_then(end), answers(200, YES), tls=tls) as server:  # type: ignore[arg-type]
        outcome = run(lambda: _with(server.origin, after_idle))
        assert isinstance(outcome, Accepted)
        assert len(server.posts) == 2
        assert server.connections == 2


@pytest.mark.parametrize("goes_on", ["the wall's", "monotonic"])
@pytest.mark.parametrize("message", [ENTRY, EXIT], ids=["entry", "exit"])
def test_a_connection_that_rested_over_sleep_is_not_used(
    message: Message, goes_on: str, run: Run[Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its way may be gone without a word (a router that forgot it): the order would wait ten seconds for nothing."""

    async def answers_once(connection: Connection) -> None:
        await connection.request()
        await connection.write(page(200, YES))
        await connection.request()
        await asyncio.sleep(9)

    async def after_sleep(one: HttpSender) -> Outcome:
        assert isinstance(await one.send(message, nothing), Accepted)
        slept_s = (61, 0) if goes_on == "the wall's" else (0, 61)
        monkeypatch.setattr(line, "_clocks", lambda: (time.time() + slept_s[0], time.monotonic() + slept_s[1]))
        return await one.send(message, nothing)

    with BadServer(answers_once, answers(200, YES)) as server:
        assert isinstance(run(lambda: _with(server.origin, after_sleep)), Accepted)
        assert (len(server.posts), server.connections) == (2, 2)


@pytest.mark.parametrize("tls", [None, certs.good()], ids=["http", "https"])
def test_a_connection_that_still_has_to_write_is_not_used_again(tls: object, run: Run[Outcome]) -> None:
    """Its server answered before it took the whole text: the next order would wait behind the rest."""

    async def answers_early(connection: Connection) -> None:
        await connection._reader.readuntil(b"\r\n\r\n")
        await connection.write(page(200, YES))
        await asyncio.sleep(9)

    async def second(one: HttpSender) -> Outcome:
        url, content = f"{server.origin}/", b"x" * _LONG
        request = httpx.Request("POST", url, content=content, extensions={"timeout": {"connect": 1}})
        await (await one._entries.handle_async_request(request)).aread()
        return await one.send(ENTRY, nothing)

    with BadServer(answers_early, answers(200, YES), tls=tls) as server:  # type: ignore[arg-type]
        assert isinstance(run(lambda: _with(server.origin, second)), Accepted)


_LONG = 32_000_000  # bytes


class _Long(Message):
    """An order that no system takes in one piece."""

    def wire(self, key: Secret) -> bytes:
        return super().wire(key) + b"x" * _LONG


def _early(data: bytes) -> Behaviour:
    """Answers once it has the head, and takes nothing more."""

    async def serve(connection: Connection) -> None:
        await connection._reader.readuntil(b"\r\n\r\n")
        await connection.write(data)
        await asyncio.sleep(9)

    return serve


@pytest.mark.parametrize("tls", [None, certs.good()], ids=["http", "https"])
@pytest.mark.parametrize("message", [ENTRY, EXIT], ids=["entry", "exit"])
@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        (page(200, YES), Unknown),
        (page(200, b""), Unknown),
        (page(200, b'{"success": false, "error": "no"}'), Unknown),
        (page(503, b""), Unknown),
        (page(307, b""), Unknown),
        (page(413, b""), Refused),
        (page(404, b""), Refused),
        (page(404, b"cut", length=9), Unknown),
        (page(404, b'{"success": true}'), Unknown),
    ],
    ids=["yes", "nothing", "no", "gateway", "moved", "too long", "no such address", "cut", "yes and no"],
)
def test_an_answer_before_the_order_has_left_whole_is_believed_only_if_it_is_a_plain_refusal(
    said: bytes, outcome: type[Outcome], message: Message, tls: object, run: Run[Outcome]
) -> None:
    """What it answers is not known; and nobody may get the rest of the order after it."""
    with BadServer(_early(said), tls=tls) as server:  # type: ignore[arg-type]
        found = run(lambda: _with(server.origin, lambda one: one.send(_Long(message.command), nothing)))
        assert isinstance(found, outcome), found
        assert_plain(found)
        assert "before it had the whole" in found.sentence or outcome is Refused


def test_the_rest_of_an_order_does_not_leave_after_an_early_answer(run: Run[Outcome]) -> None:
    took: list[int] = []
    answered = threading.Event()

    async def answers_early(connection: Connection) -> None:
        await connection._reader.readuntil(b"\r\n\r\n")
        await connection.write(page(413, b""))
        await _until(answered.is_set)  # until then it takes nothing, or all might have left before the answer is there
        with suppress(ConnectionError):  # it may be reset
            while part := await connection._reader.read(65536):
                took.append(len(part))

    async def sent(one: HttpSender) -> Outcome:
        outcome = await one.send(_Long(ENTRY.command), nothing)
        answered.set()
        await _until(server.idle.is_set)
        return outcome

    with BadServer(answers_early) as server:
        assert isinstance(run(lambda: _with(server.origin, sent)), Refused)
        assert sum(took) < _LONG


def test_an_order_is_not_repeated_when_the_connection_ends_under_it(run: Run[Outcome]) -> None:
    async def read_and_end(connection: Connection) -> None:
        await connection.request()
        await connection.reset()

    async def second(one: HttpSender) -> Outcome:
        assert isinstance(await one.send(ENTRY, nothing), Accepted)
        return await one.send(ENTRY, nothing)

    with BadServer(answers_once_then(read_and_end), answers(200, YES)) as server:
        assert isinstance(run(lambda: _with(server.origin, second)), Unknown)
        assert (len(server.posts), server.connections) == (2, 1)


@pytest.mark.parametrize("tls", [None, certs.good()], ids=["http", "https"])
def test_what_the_system_refuses_whole_is_not_sent(
    tls: object, run: Run[Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks_right_after(sock: socket.socket) -> bool:
        sock.shutdown(socket.SHUT_WR)
        return False

    async def into_a_closed_end(one: HttpSender) -> Outcome:
        await one.warm()
        monkeypatch.setattr(line, "_is_readable", breaks_right_after)
        return await one.send(ENTRY, lambda: told.append("left"))

    told: list[str] = []
    with BadServer(answers(200, YES), tls=tls) as server:  # type: ignore[arg-type]
        outcome = run(lambda: _with(server.origin, into_a_closed_end))
        assert isinstance(outcome, NotSent)
        assert_plain(outcome)
        assert (server.posts, told) == ([], [])


def test_of_several_addresses_that_failed_the_first_reason_is_told() -> None:
    both = OSError("Multiple exceptions: [Errno 111] Connect call failed ('::1', 9, 0, 0), [Errno 111] Connect call …")
    assert isinstance(lane._telling(both), ConnectionRefusedError)
    assert lane._telling(OSError("no number")).errno is None


@pytest.mark.parametrize("scheme", ["http:", "https:"])
def test_a_sender_that_was_closed_while_it_connects_sends_nothing(scheme: str, run: Run[Outcome]) -> None:
    async def closed(one: HttpSender) -> Outcome:
        task = asyncio.get_running_loop().create_task(one.send(ENTRY, nothing))
        await asyncio.sleep(0)
        await one.close()
        outcome = await task
        await _until(lambda: server.connections and not server._tasks)
        return outcome

    with BadServer(answers(200, YES)) as server:
        assert isinstance(run(lambda: _with(server.origin.replace("http:", scheme), closed)), NotSent)
        assert server.requests == []


def test_closing_ends_within_a_handshake_that_hangs(run: Run[Outcome]) -> None:
    async def never_answers(connection: Connection) -> None:
        await connection.request()

    async def closed(one: HttpSender) -> Outcome:
        task = asyncio.get_running_loop().create_task(one.send(ENTRY, nothing))
        await _until(lambda: server.connections)
        await _until(lambda: one._entries._lines)
        async with asyncio.timeout(5):
            await one.close()
        return await task

    with BadServer(never_answers) as server:
        outcome = run(lambda: _with(server.origin.replace("http:", "https:"), closed))
        assert outcome == NotSent("The connection was closed before anything left. Nothing was sent.")


def test_the_text_is_never_given_out_twice(run: Run[Outcome]) -> None:
    from crosstrade_desk.sending.http import _Parcel, _TwiceError  # noqa: PLC0415

    async def twice() -> None:
        parcel = _Parcel(1, nothing)
        async with asyncio.timeout(5) as parcel.deadline:
            assert [part async for part in parcel] == [b""]
            with pytest.raises(_TwiceError):
                [part async for part in parcel]

    run(twice)


def test_a_warm_connection_is_used_again(run: Run[Outcome]) -> None:
    async def many(one: HttpSender) -> Outcome:
        assert isinstance(await one.warm(), LinkUp)
        for message in (ENTRY, EXIT) * 5:
            outcome = await one.send(message, nothing)
        return outcome

    with BadServer(answers(200, YES), tls=certs.good()) as server:
        run(lambda: _with(server.origin, many))
        assert (len(server.posts), server.connections) == (10, 2)


def test_a_warm_order_searches_the_disk_for_no_module(run: Run[Outcome], monkeypatch: pytest.MonkeyPatch) -> None:
    searched: list[str] = []

    class Watch:
        @staticmethod
        def find_spec(name: str, _path: object = None, _target: object = None) -> None:
            searched.append(name)

    async def twice(one: HttpSender) -> Outcome:
        await one.send(ENTRY, nothing)
        monkeypatch.setattr(sys, "meta_path", [Watch, *sys.meta_path])
        return await one.send(ENTRY, nothing)

    with BadServer(answers(200, YES), tls=certs.good()) as server:
        run(lambda: _with(server.origin, twice))
    assert searched == []


# Getting out always works.


def test_an_exit_goes_through_while_fifty_entries_hang(run: Run[Outcome]) -> None:
    async def serve(connection: Connection) -> None:
        while True:
            got = await connection.request()
            if b"command=FLATTEN" in got.body or got.line.startswith(b"HEAD"):
                await connection.write(page(200, YES if got.body else b""))

    async def out(one: HttpSender) -> Outcome:
        await one.warm()
        async with asyncio.TaskGroup() as group:
            entries = [group.create_task(one.send(ENTRY, nothing)) for _ in range(50)]
            await _until(lambda: len(server.posts) == 50)
            before = server.connections
            begun = time.perf_counter()
            outcome = await one.send(EXIT, nothing)
            assert time.perf_counter() - begun < 0.25
            assert server.connections == before, "the exit had to open a connection"
            assert not any(entry.done() for entry in entries)
            for entry in entries:
                entry.cancel()
        assert all(isinstance(entry.result(), Unknown) for entry in entries)
        return outcome

    with BadServer(serve, tls=certs.good()) as server:
        assert isinstance(run(lambda: _with(server.origin, out, answer_limit_s=10, connect_limit_s=10)), Accepted)


@pytest.fixture
def name_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Names are looked up only while it is set."""
    answers, look_up = threading.Event(), socket.getaddrinfo

    def waiting(*what: object, **how: object) -> object:
        assert answers.wait(9)
        return look_up(*what, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", waiting)
    answers.set()
    yield answers
    answers.set()


async def _gone(one: HttpSender) -> None:
    """Both lanes were open, and nothing of them stands any more."""
    assert isinstance(await one.warm(), LinkUp)
    for lines in (one._entries._idle, one._exits._idle):
        for former in list(lines):
            former.abort()
    await _until(lambda: not one._exits._lines)


@pytest.mark.parametrize("tls", [None, certs.good()], ids=["http", "https"])
def test_an_exit_whose_line_is_gone_waits_for_no_name_that_hundreds_of_entries_look_up(
    tls: object, run: Run[Outcome], name_server: threading.Event
) -> None:
    async def out(one: HttpSender) -> Outcome:
        await _gone(one)
        name_server.clear()
        async with asyncio.TaskGroup() as group:
            entries = [group.create_task(one.send(ENTRY, nothing)) for _ in range(200)]
            await asyncio.sleep(0)
            outcome, *others = await asyncio.gather(*(one.send(EXIT, nothing) for _ in range(3)))
            assert not any(entry.done() for entry in entries)
            assert all(isinstance(other, Accepted) for other in others), "nor do exits at once wait for one another"
            for entry in entries:
                entry.cancel()
            name_server.set()
        assert all(isinstance(entry.result(), NotSent) for entry in entries)
        return outcome

    with BadServer(answers(200, YES), tls=tls) as server:  # type: ignore[arg-type]
        origin = server.origin.replace("127.0.0.1", "localhost")
        assert isinstance(run(lambda: _with(origin, out)), Accepted)
        assert len(server.posts) == 3


def test_an_exit_looks_the_name_up_where_nothing_is_left_at_the_former_address(run: Run[Outcome]) -> None:
    async def moved(one: HttpSender) -> Outcome:
        await _gone(one)
        one._exits._address = "127.0.0.2"  # nobody listens there
        return await one.send(EXIT, nothing)

    with BadServer(answers(200, YES)) as server:
        origin = server.origin.replace("127.0.0.1", "localhost")
        assert isinstance(run(lambda: _with(origin, moved)), Accepted)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere 127.0.0.2 is no address of this computer")
def test_an_exit_that_meets_another_host_at_the_former_address_is_not_sent_and_the_next_looks_the_name_up(
    run: Run[list[Outcome]],
) -> None:
    async def moved(one: HttpSender, port: int) -> list[Outcome]:
        await _gone(one)
        with BadServer(answers(200, YES), tls=certs.wrong_host(), at=("127.0.0.2", port)):
            one._exits._address = "127.0.0.2"
            return [await one.send(EXIT, nothing) for _ in range(2)]

    with BadServer(answers(200, YES), tls=certs.good()) as server:
        origin = server.origin.replace("127.0.0.1", "localhost")
        port = int(origin.rpartition(":")[2])
        first, second = run(lambda: _with(origin, lambda one: moved(one, port)))
        assert isinstance(first, NotSent)
        assert isinstance(second, Accepted)
        assert len(server.posts) == 1


# Cancelled.


def test_cancelled_before_anything_left_is_not_sent(run: Run[Outcome]) -> None:
    async def cancelled(one: HttpSender) -> Outcome:
        task = asyncio.get_running_loop().create_task(one.send(ENTRY, nothing))
        await asyncio.sleep(0)  # it has begun and waits for its connection
        task.cancel()
        return await task

    with BadServer(answers(200, YES)) as server:
        outcome = run(lambda: _with(server.origin, cancelled))
        assert isinstance(outcome, NotSent)
        assert_plain(outcome)
        assert server.requests == []


def test_cancelled_during_the_handshake_is_not_sent(run: Run[Outcome]) -> None:
    async def cancelled(one: HttpSender) -> Outcome:
        task = asyncio.get_running_loop().create_task(one.send(ENTRY, nothing))
        await _until(lambda: server.connections)
        await asyncio.sleep(0.05)
        task.cancel()
        return await task

    with warnings.catch_warnings(), BadServer(bad_server.silence) as server:
        warnings.simplefilter("ignore", ResourceWarning)  # asyncio leaves the socket of a cancelled handshake to the gc
        outcome = run(lambda: _with(server.origin.replace("http:", "https:"), cancelled))
        gc.collect()
        assert isinstance(outcome, NotSent)


def test_cancelled_under_way_is_unknown_and_the_task_stays_usable(run: Run[Outcome]) -> None:
    async def send_and_go_on(one: HttpSender) -> Outcome:
        outcome = await one.send(ENTRY, nothing)
        task = asyncio.current_task()
        assert task
        assert task.cancelling() == 0
        with pytest.raises(TimeoutError):  # a cancellation left over would come out of here as CancelledError
            async with asyncio.timeout(0.01):
                await asyncio.sleep(1)
        return outcome

    async def cancelled(one: HttpSender) -> Outcome:
        task = asyncio.get_running_loop().create_task(send_and_go_on(one))
        await _until(lambda: server.posts)
        task.cancel()
        task.cancel()
        return await task

    with BadServer(bad_server.read_then_silence) as server:
        outcome = run(lambda: _with(server.origin, cancelled, answer_limit_s=10))
        assert isinstance(outcome, Unknown)
        assert_plain(outcome)


def test_a_time_limit_around_a_send_gets_an_outcome(run: Run[Outcome]) -> None:
    async def limited(one: HttpSender) -> Outcome:
        async with asyncio.timeout(0.2):
            return await one.send(ENTRY, nothing)

    with BadServer(bad_server.read_then_silence) as server:
        assert isinstance(run(lambda: _with(server.origin, limited, answer_limit_s=10)), Unknown)


# The link, and the end.


def test_warm_opens_both_lanes_and_never_touches_the_send_path(run: Run[Outcome]) -> None:
    async def warm() -> LinkUp | LinkDown:
        one = sender(server.origin)
        try:
            await one.warm()
            return await one.warm()
        finally:
            await one.close()

    with BadServer(answers(500, b"never"), tls=certs.good()) as server:
        link = run(warm)  # type: ignore[arg-type]
        assert isinstance(link, LinkUp)
        assert 0 < link.round_trip_ms < 2000
        assert server.connections == 2
        assert [got.line for got in server.requests] == [b"HEAD / HTTP/1.1"] * 4
        assert not any(part.encode() in got.head for got in server.requests for part in PARTS)


@pytest.mark.parametrize("status", [204, 301, 404, 405, 503])
def test_any_status_is_a_link(status: int, run: Run[Outcome]) -> None:
    async def serve(connection: Connection) -> None:
        while True:
            await connection.request()
            await connection.write(f"HTTP/1.1 {status} Said\r\nContent-Length: 0\r\n\r\n".encode())

    with BadServer(serve) as server:
        one = sender(server.origin)
        assert isinstance(run(one.warm), LinkUp)  # type: ignore[arg-type]
        run(one.close)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("behaviour", "tls"),
    [(bad_server.hang_up_after, None), (bad_server.silence, None), (answers(200, b""), certs.untrusted())],
    ids=["hangs up", "silent", "untrusted"],
)
def test_a_link_that_is_down_says_so(behaviour: object, tls: object, run: Run[Outcome]) -> None:
    with BadServer(behaviour, tls=tls) as server:  # type: ignore[arg-type]
        one = sender(server.origin, connect_limit_s=0.1)
        link = run(one.warm)  # type: ignore[arg-type]
        run(one.close)  # type: ignore[arg-type]
    assert isinstance(link, LinkDown)
    assert link.sentence.endswith(".")
    assert_hidden(link)


def test_a_closed_port_is_a_link_down(run: Run[Outcome]) -> None:
    with bad_server.closed_port() as origin:
        link = run(sender(origin).warm)  # type: ignore[arg-type]
    assert link == LinkDown("The server refused the connection: nothing listens there.")


def test_closing_ends_what_is_under_way_and_lets_nothing_more_out(run: Run[Outcome]) -> None:
    async def closed(one: HttpSender) -> Outcome:
        task = asyncio.get_running_loop().create_task(one.send(ENTRY, nothing))
        await _until(lambda: server.posts)
        await one.close()
        assert isinstance(await task, Unknown)
        assert isinstance(await one.warm(), LinkDown)
        return await one.send(ENTRY, nothing)

    with BadServer(bad_server.read_then_silence) as server:
        outcome = run(lambda: _with(server.origin, closed, answer_limit_s=10))
        assert isinstance(outcome, NotSent)
        assert_plain(outcome)
        assert len(server.posts) == 1


def test_a_sender_shows_nothing_of_its_secrets() -> None:
    assert_hidden(
        sender("http://127.0.0.1:1"), HttpSender(endpoint("https://127.0.0.1"), KEY, None).__dict__["_reader"]
    )


@pytest.mark.parametrize("message", [ENTRY, EXIT], ids=["entry", "exit"])
@pytest.mark.anyio
async def test_it_tells_when_the_text_has_left_and_before_the_answer_comes(message: Message) -> None:
    told: list[str] = []

    async def answer(connection: Connection) -> None:
        await connection.request()
        told.append("request")
        await connection.write(page(200, b'{"success": true}'))

    with BadServer(answer) as server:
        one = sender(server.origin)
        await one.send(message, lambda: told.append("left"))
        told.append("answer")
        await one.close()
    assert sorted(told[:2]) == ["left", "request"]
    assert told[2:] == ["answer"]


@pytest.mark.anyio
async def test_what_never_left_is_not_told_to_have_left() -> None:
    told: list[str] = []
    with closed_port() as origin:
        one = sender(origin)
        await one.send(ENTRY, lambda: told.append("left"))
        await one.close()
    assert told == []


@pytest.mark.parametrize("turns", range(1, 10))
def test_a_connection_that_is_called_off_while_it_opens_leaves_no_socket_open(turns: int) -> None:
    async def called_off() -> None:
        async with await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            made = lane.Lane(certs.client())
            request = httpx.Request("HEAD", f"http://127.0.0.1:{port}/", extensions={"timeout": {"connect": 3}})
            opening = asyncio.create_task(made.handle_async_request(request))
            for _ in range(turns):
                await asyncio.sleep(0)
            opening.cancel()
            await asyncio.gather(opening, return_exceptions=True)
            await made.aclose()

    with warnings.catch_warnings(record=True, action="always", category=ResourceWarning) as caught:
        asyncio.run(called_off())
        gc.collect()
    assert [str(one.message) for one in caught] == []
