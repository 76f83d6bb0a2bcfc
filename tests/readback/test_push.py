"""The push connection over real sockets: against the practice exchange, and against servers that do their worst."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from decimal import Decimal
from typing import Any

import pytest
import requests

from crosstrade_desk.practice.faults import ReadFault
from crosstrade_desk.practice.server import PracticeServer
from crosstrade_desk.protocol.endpoint import Endpoint, parse_endpoint
from crosstrade_desk.readback import frames, patience, push
from crosstrade_desk.readback.answers import Failed, Trouble
from crosstrade_desk.readback.line import LONGEST, opened
from crosstrade_desk.readback.patience import End, Ended
from crosstrade_desk.readback.plan import Call, Subject, View
from crosstrade_desk.readback.push import Push
from crosstrade_desk.readback.reader import News
from crosstrade_desk.readback.values import Profits, Quote
from sending.orders import KEY, assert_hidden, endpoint
from support import certs
from support.bad_push import (
    BINARY,
    TEXT,
    deaf_no_more,
    goodbye,
    packed,
    refuses,
    sends,
    told,
    unmasked,
    upgraded,
)
from support.bad_server import (
    BadServer,
    Behaviour,
    Connection,
    closed_port,
    hang_up_after,
    page,
    reset_after,
    says,
    silence,
)
from support.marker import MARKER

pytestmark = pytest.mark.anyio
MES = View("Sim101", "MES 12-26")
QUOTE = {"instrument": "MES 12-26", "last": 6410.25, "bid": 6410, "ask": 6410.25}
LIMIT_S = 20


@pytest.fixture(autouse=True)
def no_long_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "PAUSES_S", (0.02,))


class Taken:
    """Takes what is pushed, while `Push` runs within `async with`."""

    def __init__(self, feed: Push, view: View = MES) -> None:
        self.news: list[News] = []
        self.rereads = self.requests = 0
        self._happened = asyncio.Event()
        self.feed = feed
        feed.look(view)

    async def __aenter__(self) -> "Taken":
        self.task = asyncio.get_running_loop().create_task(self.feed.run(self))
        return self

    async def __aexit__(self, *_: object) -> None:
        self.task.cancel()
        await asyncio.wait([self.task], timeout=LIMIT_S)
        assert self.task.cancelled(), self.task

    def pushed(self, news: News) -> None:
        assert_hidden(news)
        self.news.append(news)
        self._happened.set()

    def reread(self) -> None:
        self.rereads += 1
        self._happened.set()

    def spent(self) -> None:
        self.requests += 1
        self._happened.set()

    async def until(self, holds: Callable[[], Any]) -> None:
        async with asyncio.timeout(LIMIT_S):
            while not holds():
                self._happened.clear()
                await self._happened.wait()

    def brought(self, call: Call) -> list[Any]:
        return [one.found for one in self.news if one.call is call]

    @property
    def troubles(self) -> list[Trouble]:
        return [one.trouble for one in self.brought(Call.PUSH)]


def at(origin: str, context: ssl.SSLContext | None = None) -> Push:
    return Push(endpoint(origin), KEY, context or certs.client(), asyncio.to_thread)


async def line_to(*behaviours: Behaviour, wanted: Call = Call.QUOTE) -> Taken:
    """Runs until a server has pushed something of a kind; gives what was taken until then."""
    with BadServer(*behaviours, tls=certs.good()) as server:
        async with Taken(at(server.origin)) as taken:
            await taken.until(lambda: taken.brought(wanted))
            return taken


# --- with the practice exchange ---


@pytest.fixture
async def practice() -> AsyncIterator[PracticeServer]:
    server = PracticeServer()
    assert await server.start(key=KEY, seed=3) is None
    yield server
    await server.stop()


def into(server: PracticeServer) -> Push:
    found = parse_endpoint(server.url)
    assert isinstance(found, Endpoint)
    return Push(found, server.key, None, asyncio.to_thread)


async def test_quotes_and_profits_come_by_themselves(practice: PracticeServer) -> None:
    async with Taken(into(practice)) as taken:
        await taken.until(lambda: taken.brought(Call.QUOTE) and taken.brought(Call.SNAPSHOT))
        quote, profits = taken.brought(Call.QUOTE)[0], taken.brought(Call.SNAPSHOT)[0]
    assert isinstance(quote, Quote)
    assert quote.instrument == "MES 12-26"
    assert quote.ask == (quote.bid or 0) + Decimal("0.25")
    assert isinstance(profits, Profits)
    assert [(one.account, one.realised) for one in profits.items][:2] == [("Sim101", 0), ("Sim102", 0)]
    assert taken.requests == 1


async def test_the_profit_that_is_pushed_is_that_of_the_position(practice: PracticeServer) -> None:
    order = "command=PLACE;account=Sim102;instrument=MES 12-26;action=BUY;qty=3;order_type=MARKET;tif=DAY;"
    message = f"key={KEY.reveal()};{order}"
    plain = {"Content-Type": "text/plain"}
    answer = await asyncio.to_thread(requests.post, practice.url, data=message, headers=plain, timeout=LIMIT_S)
    assert answer.json() == {"success": True}

    def opened_profit() -> set[Decimal]:
        return {
            one.unrealised for found in taken.brought(Call.SNAPSHOT) for one in found.items if one.account == "Sim102"
        }

    async with Taken(into(practice)) as taken:
        await taken.until(lambda: opened_profit() - {Decimal(0)})
    assert all(value % Decimal("3.75") == 0 for value in opened_profit()), "three contracts, 1.25 a tick"


async def test_another_instrument_is_followed_and_the_former_one_let_go(
    practice: PracticeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(push, "CHANGE_S", 0.1)
    async with Taken(into(practice)) as taken:
        await taken.until(lambda: taken.brought(Call.QUOTE))
        taken.feed.look(View("Sim101", "NQ 12-26"))
        await taken.until(lambda: taken.brought(Call.QUOTE)[-1].instrument == "NQ 12-26")
        count = len(taken.news)
        await taken.until(lambda: len(taken.news) > count + 3)
        later = [one for one in taken.news[count:] if one.call is Call.QUOTE]
    assert {one.subject for one in later} == {Subject(instrument="NQ 12-26")}
    assert {one.found.instrument for one in later} == {"NQ 12-26"}


async def test_what_was_on_its_way_for_the_former_instrument_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(push, "_TELL_S", 1.0)
    with BadServer(sends(told(type="marketData", quotes=[QUOTE])), tls=certs.good()) as server:
        async with Taken(at(server.origin)) as taken:
            await taken.until(lambda: taken.rereads)
            await asyncio.sleep(0.5)  # the frame is there, and told at 1 s
            taken.feed.look(View("Sim101", "NQ 12-26"))
            await asyncio.sleep(1)
    assert taken.news == []


async def test_its_end_frees_the_place_at_once(practice: PracticeServer) -> None:
    async with Taken(into(practice)) as taken:
        await taken.until(lambda: taken.news)
    async with asyncio.timeout(3):
        while practice._pushing._line is not None:
            await asyncio.sleep(0.02)


async def test_without_an_instrument_profits_come_all_the_same(practice: PracticeServer) -> None:
    async with Taken(into(practice), View("Sim101", "")) as taken:
        await taken.until(lambda: len(taken.brought(Call.SNAPSHOT)) >= 2)
    assert taken.brought(Call.QUOTE) == []


async def test_a_second_program_is_given_way_to_and_not_thrown_off_in_turn(practice: PracticeServer) -> None:
    async with Taken(into(practice)) as first:
        await first.until(lambda: first.news)
        async with Taken(into(practice)) as second:
            await first.until(lambda: first.troubles)
            count = len(second.news)
            await second.until(lambda: len(second.news) > count + 3)
        assert (first.troubles, second.troubles) == ([Trouble.PUSH_TAKEN], [])
        assert first.brought(Call.PUSH)[0].said == "Session active elsewhere"
        assert first.requests == 1
        first.feed.retry()
        count = len(first.news)
        await first.until(lambda: len(first.news) > count)
    assert first.requests == 2, "the trader asked for it"


@pytest.mark.parametrize("fault", [ReadFault.KEY, ReadFault.PLAN, ReadFault.OLD])
async def test_what_is_refused_is_not_asked_for_again(practice: PracticeServer, fault: ReadFault) -> None:
    practice._api.fault = fault
    async with Taken(into(practice)) as taken:
        await taken.until(lambda: taken.troubles)
        practice._api.fault = ReadFault.NONE
        await asyncio.sleep(0.3)  # five times the pause after which a fault is tried again
        assert (taken.troubles, taken.requests) == ([Trouble.PUSH_REFUSED], 1)


@pytest.mark.parametrize("fault", [ReadFault.OFFLINE, ReadFault.BROKEN, ReadFault.RUBBISH, ReadFault.MOVED])
async def test_what_may_pass_is_tried_again(practice: PracticeServer, fault: ReadFault) -> None:
    practice._api.fault = fault
    async with Taken(into(practice)) as taken:
        await taken.until(lambda: len(taken.troubles) >= 3)
        practice._api.fault = ReadFault.NONE
        await taken.until(lambda: taken.brought(Call.QUOTE))
    assert set(taken.troubles) == {Trouble.PUSH_DOWN}


async def test_an_exchange_that_comes_back_is_subscribed_again_and_what_was_missed_is_read() -> None:
    server = PracticeServer()
    assert await server.start(key=KEY) is None
    async with Taken(into(server)) as taken:
        await taken.until(lambda: taken.brought(Call.QUOTE))
        await server.stop()
        await taken.until(lambda: taken.troubles)
        again = PracticeServer()
        again._path = server._path
        assert await again.start(server._port, KEY) is None
        count = len(taken.brought(Call.QUOTE))
        await taken.until(lambda: len(taken.brought(Call.QUOTE)) > count)
        assert taken.rereads == 2
    await again.stop()


# --- the handshake ---


async def test_the_key_goes_into_the_handshakes_header_and_nowhere_else() -> None:
    with BadServer(sends(told(type="marketData", quotes=[QUOTE])), tls=certs.good()) as server:
        async with Taken(at(server.origin)) as taken:
            await taken.until(lambda: taken.brought(Call.QUOTE))
        got = server.requests[0]
    assert got.line == b"GET /ws/stream HTTP/1.1"
    assert got.headers[b"authorization"] == f"Bearer {MARKER}".encode()
    assert got.head.count(MARKER.encode()) == 1
    assert b"origin" not in got.headers
    assert b"sec-websocket-extensions" not in got.headers, "nothing is unpacked"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_not_followed_and_the_key_goes_nowhere_else(status: int) -> None:
    with (
        BadServer(refuses(200), tls=certs.good()) as other,
        BadServer(refuses(status, b"", f"Location: {other.origin}/ws/stream"), tls=certs.good()) as server,
    ):
        found = await opened(endpoint(server.origin), KEY, certs.client())
        assert (found, other.connections) == (Ended(End.LOST, "", status), 0)
        location = refuses(status, b"", f"Location: {server.origin}/ws/other")
        with BadServer(location, tls=certs.good()) as same:
            assert isinstance(await opened(endpoint(same.origin), KEY, certs.client()), Ended)
            assert len(same.requests) == 1


@pytest.mark.parametrize("context", [certs.untrusted, certs.wrong_host, certs.expired])
async def test_a_server_nobody_trusts_gets_no_key(context: Any) -> None:
    with BadServer(sends(), tls=context()) as server:
        assert await opened(endpoint(server.origin), KEY, certs.client()) == Ended(End.LOST)
        assert server.requests == []


async def test_without_a_context_no_server_is_trusted() -> None:
    with BadServer(sends(), tls=certs.good()) as server:
        assert await opened(endpoint(server.origin), KEY, None) == Ended(End.LOST)
        assert server.requests == []


@pytest.mark.parametrize(
    ("behaviour", "ended"),
    [
        (refuses(401, b'{"error": "invalid_bearer"}'), Ended(End.REFUSED, '{"error": "invalid_bearer"}', 401)),
        (refuses(403, b""), Ended(End.REFUSED, "", 403)),
        (refuses(404, b""), Ended(End.REFUSED, "", 404)),
        (refuses(426, b""), Ended(End.REFUSED, "", 426)),
        (refuses(200, b"<html>"), Ended(End.LOST, "<html>", 200)),
        (refuses(408, b""), Ended(End.LOST, "", 408)),
        (refuses(429, b"", "Retry-After: 17"), Ended(End.LOST, "", 429, 17.0)),
        (refuses(429, b"", "Retry-After: soon"), Ended(End.LOST, "", 429)),
        (refuses(503, b""), Ended(End.LOST, "", 503)),
        (reset_after, Ended(End.LOST)),
        (hang_up_after, Ended(End.LOST)),
        (says(b"SSH-2.0\r\n"), Ended(End.LOST)),
        (says(page(101, b"", "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Accept: x")), Ended(End.LOST)),
        (refuses(401, f"Bearer {MARKER} ".encode() * 9), None),
    ],
)
async def test_each_bad_handshake_is_its_end(behaviour: Behaviour, ended: Ended | None) -> None:
    with BadServer(behaviour, tls=certs.good()) as server:
        found = await opened(endpoint(server.origin), KEY, certs.client())
    assert_hidden(found)
    assert found == ended or ended is None


async def test_a_closed_port_is_lost() -> None:
    with closed_port() as origin:
        assert await opened(endpoint(origin), KEY, None) == Ended(End.LOST)


async def test_a_server_that_never_answers_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crosstrade_desk.readback.line._OPEN_S", 0.3)
    with BadServer(silence) as server:
        assert await opened(endpoint(server.origin), KEY, None) == Ended(End.LOST)


# --- what a server may do afterwards ---


@pytest.mark.parametrize("code", [1000, 1001, 1008, 1011, 4001])
async def test_session_active_elsewhere_is_given_way_to_whatever_its_code(code: int) -> None:
    taken = await line_to(sends(goodbye(code, "Session Active Elsewhere")), wanted=Call.PUSH)
    assert taken.news[-1].found == Failed(Trouble.PUSH_TAKEN, "Session Active Elsewhere", code)


async def test_the_key_in_a_goodbye_is_masked() -> None:
    taken = await line_to(sends(goodbye(4000, f"bye {MARKER}")), wanted=Call.PUSH)
    assert taken.news[-1].found == Failed(Trouble.PUSH_DOWN, "bye ••••", 4000)


async def test_a_server_that_always_says_goodbye_is_not_fought() -> None:
    with BadServer(sends(told(type="status"), goodbye(1000, "")), tls=certs.good()) as server:
        async with Taken(at(server.origin)) as taken:
            await taken.until(lambda: Trouble.PUSH_TAKEN in taken.troubles)
            await asyncio.sleep(0.3)
        assert server.connections == 3
    assert taken.troubles == [Trouble.PUSH_DOWN, Trouble.PUSH_DOWN, Trouble.PUSH_TAKEN]


@pytest.mark.parametrize(
    "rubbish",
    [
        packed(TEXT, b"{"),
        packed(TEXT, b"\xff\xfe\x00"),
        packed(TEXT, b"[1, 2]"),
        packed(TEXT, b""),
        packed(BINARY, bytes(range(256))),
        told(type="from the future", quotes=7, accounts="x", seq="y", epoch=[], dropped={}),
        told(type="marketData", quotes={"instrument": "MES 12-26"}),
        told(id="1", error="what?"),
    ],
)
async def test_rubbish_is_passed_over_and_the_next_frame_is_read(rubbish: bytes) -> None:
    taken = await line_to(sends(rubbish, told(type="marketData", quotes=[QUOTE])))
    assert [quote.last for quote in taken.brought(Call.QUOTE)] == [Decimal("6410.25")]
    assert taken.troubles == []


GOOD = sends(told(type="marketData", quotes=[QUOTE]))


@pytest.mark.parametrize(
    "bad",
    [
        sends(packed(TEXT, b" " * (LONGEST + 1))),
        sends(b"\xff" * 64),
        sends(bytes([0x81, 127]) + (2**40).to_bytes(8, "big")),
        sends(bytes([0xC1, 3]) + b"abc"),
        upgraded(Connection.reset),
        upgraded(Connection.close),
    ],
    ids=["oversize", "no frame", "terabyte", "packed", "reset", "hung up"],
)
async def test_a_broken_connection_is_made_anew(bad: Behaviour) -> None:
    taken = await line_to(bad, GOOD)
    assert taken.troubles == [Trouble.PUSH_DOWN]


async def test_a_server_that_breaks_the_rules_and_does_not_hang_up_is_left() -> None:
    with BadServer(sends(bytes([0xFF]) * 64), tls=certs.good()) as server:
        line = await opened(endpoint(server.origin), KEY, certs.client(), beat_s=60)
        assert not isinstance(line, Ended)
        async with asyncio.timeout(8):
            assert await line.hear() == Ended(End.LOST)


async def test_a_half_open_connection_is_found_out_by_its_silence_to_a_ping() -> None:
    async def deaf(connection: Connection) -> None:
        await asyncio.sleep(60)

    with BadServer(upgraded(deaf), tls=certs.good()) as server:
        line = await opened(endpoint(server.origin), KEY, certs.client(), beat_s=0.1)
        assert not isinstance(line, Ended)
        async with asyncio.timeout(5):
            assert await line.hear() == Ended(End.LOST)
        await line.say("into the void")
        await line.close()


async def test_a_connection_that_only_answers_pings_is_kept() -> None:
    server = PracticeServer()
    assert await server.start(key=KEY) is None
    found = parse_endpoint(server.url)
    assert isinstance(found, Endpoint)
    line = await opened(found, KEY, None, beat_s=0.05)
    assert not isinstance(line, Ended)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.5):
            await line.hear()
    await line.close()
    await server.stop()


async def test_quotes_of_other_instruments_are_not_told() -> None:
    others = [{**QUOTE, "instrument": name} for name in ("ES 12-26", "MES 03-27", "")]
    own = {**QUOTE, "instrument": "MES DEC26", "last": 7}
    taken = await line_to(sends(told(type="marketData", quotes=[own, *others]), told(type="marketData", quotes=others)))
    assert [quote.last for quote in taken.brought(Call.QUOTE)] == [7], "whatever notation it is written in"
    assert taken.news[-1].subject == Subject(instrument="MES 12-26")


async def test_of_many_frames_the_newest_is_told_a_few_times_a_second() -> None:
    flood = [told(type="marketData", quotes=[QUOTE | {"last": number}]) for number in range(3000)]
    with BadServer(sends(b"".join(flood)), tls=certs.good()) as server:
        async with Taken(at(server.origin)) as taken:
            await taken.until(lambda: any(quote.last == 2999 for quote in taken.brought(Call.QUOTE)))
    assert len(taken.brought(Call.QUOTE)) < 20


async def test_a_long_frame_is_read_in_a_thread_and_a_short_one_at_once() -> None:
    in_threads: list[object] = []

    async def in_thread(work: Callable[..., Any], *args: Any) -> Any:
        in_threads.append(work)
        return await asyncio.to_thread(work, *args)

    long = told(type="marketData", quotes=[QUOTE | {"last": 1, "pad": "\\" * 40_000}])
    with BadServer(sends(long, told(type="marketData", quotes=[QUOTE | {"last": 2}])), tls=certs.good()) as server:
        feed = Push(endpoint(server.origin), KEY, certs.client(), in_thread)
        async with Taken(feed) as taken:
            await taken.until(lambda: any(quote.last == 2 for quote in taken.brought(Call.QUOTE)))
    assert in_threads.count(frames.frame) == 1


async def test_accounts_that_come_in_frames_of_their_own_are_told_together() -> None:
    single = [
        told(type="pnlUpdate", accounts=[{"account": name, "realized": 5}]) for name in ("Sim101", "Sim102", "Sim101")
    ]
    taken = await line_to(sends(b"".join(single)), wanted=Call.SNAPSHOT)
    assert [one.account for one in taken.brought(Call.SNAPSHOT)[0].items] == ["Sim101", "Sim102"]


async def test_frames_that_piled_up_on_the_way_do_not_pass_for_fresh() -> None:
    accounts = [{"account": "Sim101", "realized": 5}]
    now = asyncio.get_running_loop().time

    async def slow(connection: Connection) -> None:
        await connection.write(told(type="pnlUpdate", epoch=1790448714_000, accounts=accounts))
        await asyncio.sleep(1)  # the wire is stuck: what was written at 40.1 s comes at 41 s
        await connection.write(told(type="pnlUpdate", epoch=1790448714_100, accounts=accounts))
        await deaf_no_more(connection)

    with BadServer(upgraded(slow), tls=certs.good()) as server:
        async with Taken(at(server.origin)) as taken:
            begun = now()
            await taken.until(lambda: len(taken.news) == 2)
    first, second = (one.asked for one in taken.news)
    assert first >= begun
    assert second - first == pytest.approx(0.1, abs=0.02)


@pytest.mark.parametrize(
    "hints",
    [
        [told(type="resync")],
        [told(type="positionUpdate")],
        [told(type="status", seq=1), told(type="status", seq=3)],
        [told(type="status", dropped=4)],
    ],
)
async def test_a_hint_that_something_was_missed_has_it_read_once(
    hints: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(push, "_REREAD_S", 0.2)

    async def later(connection: Connection) -> None:
        await asyncio.sleep(0.3)
        await connection.write(b"".join(hints * 20))
        await connection.write(told(type="marketData", quotes=[QUOTE]))
        await deaf_no_more(connection)

    taken = await line_to(upgraded(later))
    assert taken.rereads == 2, "once when it connected, and once for all of these"


async def test_numbers_in_a_row_call_for_nothing() -> None:
    row = [told(type="status", seq=number) for number in (5, 6, 7, 7, 1, 2)]
    assert (await line_to(sends(*row, told(type="marketData", quotes=[QUOTE])))).rereads == 1


async def test_subscriptions_change_one_at_a_time_and_the_newest_wish_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(push, "CHANGE_S", 0.3)
    heard = bytearray()

    async def listen(connection: Connection) -> None:
        while data := await connection._reader.read(4096):
            heard.extend(data)

    with BadServer(upgraded(listen), tls=certs.good()) as server:
        async with Taken(at(server.origin)) as taken:
            for instrument in ("ES 12-26", "NQ 12-26", "CL 01-27", "MNQ 12-26"):
                await taken.until(lambda: taken.rereads)
                taken.feed.look(View("Sim101", instrument))
                await asyncio.sleep(0.02)
            await asyncio.sleep(1.5)
    said = [(one["action"], one.get("instruments")) for one in unmasked(bytes(heard))]
    assert said == [
        ("streamPnl", None),
        ("subscribe", ["ES 12-26"]),
        ("subscribe", ["MNQ 12-26"]),
        ("unsubscribe", ["ES 12-26"]),
    ]


async def test_a_fault_of_its_own_is_logged_by_its_class_and_tried_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError(MARKER)

    with BadServer(GOOD, tls=certs.good()) as server:
        with monkeypatch.context() as patched:
            patched.setattr(push.frames, "frame", broken)
            async with Taken(at(server.origin)) as taken:
                await taken.until(lambda: len(taken.troubles) >= 2)
        assert set(taken.troubles) == {Trouble.PUSH_DOWN}
    assert "ExceptionGroup while values are pushed" in caplog.text
