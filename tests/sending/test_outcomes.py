"""One order against a server that behaves in every way: the outcome is true, its words plain, nothing hidden shows."""

import asyncio
import json
import ssl
import time
from dataclasses import dataclass

import pytest

from crosstrade_desk.sending.outcome import Accepted, NotSent, Outcome, Refused, Unknown
from sending.conftest import Run
from sending.orders import ENTRY, KEY, PARTS, assert_plain, nothing, send_once, sender
from support import bad_server, certs
from support.bad_server import BadServer, Behaviour, answers, page, says
from support.marker import MARKER

YES = b'{"success": true}'
JUNK = b"lorem ipsum " * 180_000  # 2 MB
BLOCKED = b"Trade blocked: account Sim101 is over its daily loss"


@dataclass(frozen=True)
class Case:
    name: str
    behaviour: Behaviour
    outcomes: tuple[type[Outcome], ...]
    words: str = ""

    def __str__(self) -> str:
        return self.name


CASES = [
    Case("silence before reading", bad_server.silence, (Unknown,), "No answer within 0.4 s."),
    Case("read, then silence", bad_server.read_then_silence, (Unknown,), "No answer within 0.4 s."),
    # Whether the text had begun to leave is a race here; both ends are true, and the request never arrived.
    Case("reset first", bad_server.reset_first, (NotSent, Unknown)),
    Case("hang up first", bad_server.hang_up_first, (NotSent, Unknown)),
    Case("reset after the request", bad_server.reset_after, (Unknown,), "The connection broke"),
    Case("hang up after the request", bad_server.hang_up_after, (Unknown,), "The server hung up too early"),
    Case("half a body", says(page(200, YES, length=5000)), (Unknown,)),
    Case("half a body of a no", says(page(401, b"Invalid", length=5000)), (Unknown,)),
    Case("half a status line", says(b"HTTP/1.1 20"), (Unknown,)),
    Case("half the headers", says(b"HTTP/1.1 200 OK\r\nContent-Le"), (Unknown,)),
    Case("garbage", says(b"\x00\x01 garbage \xff\r\n\r\n"), (Unknown,)),
    Case("endless header", says(b"HTTP/1.1 200 OK\r\nX: " + b"a" * 300_000), (Unknown,)),
    Case("another protocol", says(b"SSH-2.0-OpenSSH_9.2\r\n"), (Unknown,)),
    Case("dripping body", bad_server.drips(b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n"), (Unknown,), "No answer"),
    Case("dripping headers", bad_server.drips(b"HTTP/1.1 200 OK\r\nX-Slow: "), (Unknown,), "No answer"),
    Case("2 MB of junk", answers(200, JUNK), (Unknown,), "far too long"),
    Case("2 MB that say yes", answers(200, json.dumps({"success": True, "pad": "p" * 2_000_000}).encode()), (Unknown,)),
    Case("over 256 KiB", answers(200, YES + b" " * (256 * 1024)), (Unknown,), "far too long"),
    Case("256 KiB", answers(200, YES + b" " * (256 * 1024 - len(YES))), (Accepted,), "accepted"),
    Case("2 MB of a no", answers(400, JUNK), (Refused,), "found the message faulty"),
    Case("redirect 303", answers(303, b"", "Location: /done"), (Unknown,), "redirect (303)"),
    Case("binary", answers(200, bytes(range(256))), (Unknown,), "no text"),
    Case("labelled gzip", answers(200, b"\x1f\x8b\x08\x00junk\xff", "Content-Encoding: gzip"), (Unknown,), "no text"),
    Case("redirect", answers(301, b"", "Location: https://elsewhere.example/x"), (Refused,), "redirect (301)"),
    Case("redirect 307", answers(307, b"", "Location: /v1/send/other/place"), (Refused,), "not followed"),
    Case("400", answers(400, b'{"error": "Invalid quantity"}'), (Refused,), "Invalid quantity"),
    Case("401", answers(401, b"Invalid key"), (Refused,), "secret key"),
    Case("404", answers(404, b"<html>not here</html>"), (Refused,), "does not know this webhook address"),
    Case("408", answers(408, b""), (Refused,), "add-on is not connected"),
    Case("415", answers(415, b""), (Refused,), "takes no messages of this kind"),
    Case("429", answers(429, b"slow down", "Retry-After: 30"), (Refused,), "pause"),
    Case(
        "500 that says no",
        answers(500, b'{"success": false, "error": "No such account"}'),
        (Refused,),
        "No such account",
    ),
    Case("500 HTML", answers(500, b"<html>Oops</html>"), (Unknown,), "fault of its own"),
    Case("503 that says yes", answers(503, YES), (Unknown,)),
    Case("200 yes", answers(200, YES), (Accepted,), "accepted"),
    Case(
        "200 yes with a remark",
        answers(200, b'{"success": true, "warning": "late\\nbar"}'),
        (Accepted,),
        "accepted it and said: late bar.",
    ),
    Case("200 no", answers(200, b'{"success": false, "error": "No such account"}'), (Refused,), "No such account"),
    Case("200 blank no", answers(200, b'{"success": false, "error": " "}'), (Refused,), "no reason"),
    Case("200 text no", answers(200, BLOCKED), (Refused,), "Trade blocked"),
    Case("200 text", answers(200, b"OK"), (Accepted,), "neither yes nor no"),
    Case("200 empty", answers(200, b""), (Accepted,), "neither yes nor no"),
    Case("204", says(b"HTTP/1.1 204 No Content\r\n\r\n"), (Accepted,), "neither yes nor no"),
    Case("deep JSON no", answers(400, b'{"error": ' + b"[" * 900 + b"]" * 900 + b"}"), (Refused, Unknown)),
]

ECHOES = [
    Case("echo in text", answers(400, f"bad: key={MARKER}; at /v1/send/{PARTS[0]}/{PARTS[1]}".encode()), (Refused,)),
    Case("echo bare", answers(200, f"error {MARKER} {PARTS[0]} {PARTS[1]}".encode()), (Refused,)),
    Case("echo in JSON", answers(200, json.dumps({"success": False, "error": f"no: {MARKER}!"}).encode()), (Refused,)),
    Case("echo in a warning", answers(200, json.dumps({"success": True, "warning": MARKER}).encode()), (Accepted,)),
    Case("echo unread", answers(500, f"<p>{MARKER} {PARTS[1]}".encode()), (Unknown,)),
    Case("echo cut off", says(page(200, f"took {MARKER}".encode(), length=900)), (Unknown,)),
    Case("echo at the cut", answers(500, b"x" * (65_536 - 9) + MARKER.encode() * 3), (Unknown,)),
    *(
        Case(f"echo at the window's end, {shift}", answers(500, b"a" * shift + MARKER.encode() * 9000), (Unknown,))
        for shift in range(0, 24, 5)
    ),
]


@pytest.mark.parametrize("tls", [None, certs.good()], ids=["http", "https"])
@pytest.mark.parametrize("case", [*CASES, *ECHOES], ids=str)
def test_the_outcome_is_true_and_plain(case: Case, tls: ssl.SSLContext | None, run: Run[Outcome]) -> None:
    with BadServer(case.behaviour, tls=tls) as server:
        begun = time.perf_counter()
        outcome = run(lambda: send_once(server.origin))
        assert time.perf_counter() - begun < 3, "the answer's time limit did not hold"
        assert isinstance(outcome, case.outcomes), outcome
        assert case.words in outcome.sentence
        assert_plain(outcome)
        assert len(server.posts) <= 1, "an order left twice"
        assert server.connections == 1


def test_an_accepted_order_has_a_verdict_or_is_shown_without(run: Run[Outcome]) -> None:
    for body, verdict in ((YES, True), (b"", False), (b"OK", False)):
        with BadServer(answers(200, body)) as server:
            outcome = run(lambda: send_once(server.origin))
        assert isinstance(outcome, Accepted)
        assert outcome.word == ("accepted" if verdict else "unconfirmed")
        assert ("look in NinjaTrader." in outcome.sentence) is not verdict
        assert (outcome.verdict, outcome.answer.status, outcome.answer.text) == (verdict, 200, body.decode())


def test_half_an_answer_is_kept_with_its_unknown(run: Run[Outcome]) -> None:
    with BadServer(says(page(200, YES, length=5000))) as server:
        outcome = run(lambda: send_once(server.origin))
    assert isinstance(outcome, Unknown)
    assert outcome.answer
    assert (outcome.answer.status, outcome.answer.text) == (200, YES.decode())


def test_a_long_answer_is_cut(run: Run[Outcome]) -> None:
    with BadServer(answers(200, JUNK)) as server:
        outcome = run(lambda: send_once(server.origin))
    assert isinstance(outcome, Unknown)
    assert outcome.answer
    assert len(outcome.answer.text) == 65_536


def test_an_endless_answer_ends_at_its_limit(run: Run[Outcome]) -> None:
    async def endless(connection: bad_server.Connection) -> None:
        await connection.request()
        await connection.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            await connection.write(b"x" * 65_536)
            await asyncio.sleep(0.001)  # lets the loop see that the other side has gone

    with BadServer(endless, tls=certs.good()) as server:
        begun = time.perf_counter()
        outcome = run(lambda: send_once(server.origin, answer_limit_s=15))
        assert time.perf_counter() - begun < 5
    assert isinstance(outcome, Unknown)
    assert "far too long" in outcome.sentence


_REMARK = b"1;" + b"a" * 500 + b"\r\n"
FLOODS = {
    "tiny chunks": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n" * 2000),
    "tiny chunks with remarks": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", (_REMARK + b"x\r\n") * 250),
    "interim answers": (b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 500),
    "interim answers with many headers": (b"", (b"HTTP/1.1 103 E\r\n" + b"X: y\r\n" * 2000 + b"\r\n") * 20),
}


@pytest.mark.parametrize("tls", [None, certs.good()], ids=["http", "https"])
@pytest.mark.parametrize("flood", FLOODS.values(), ids=FLOODS)
def test_an_answer_in_thousands_of_parts_is_unknown_and_ends_before_it_holds_the_loop_up(
    flood: tuple[bytes, bytes], tls: ssl.SSLContext | None, run: Run[Outcome]
) -> None:
    async def endless(connection: bad_server.Connection) -> None:
        await connection.request()
        await connection.write(flood[0])
        while True:
            await connection.write(flood[1])
            await asyncio.sleep(0)  # lets the loop see that the other side has gone

    with BadServer(endless, tls=tls) as server:
        begun = time.perf_counter()
        outcome = run(lambda: send_once(server.origin, answer_limit_s=5))
        assert time.perf_counter() - begun < 2, "it was read on until the time limit"
        assert len(server.posts) == 1
    assert isinstance(outcome, Unknown)


@pytest.mark.parametrize(("chunks", "size"), [(450, 1), (870, 300)], ids=["some tiny ones", "many fair ones"])
def test_an_answer_in_hundreds_of_chunks_is_read_and_so_is_the_next_one(
    chunks: int, size: int, run: Run[list[Outcome]]
) -> None:
    said = YES.ljust(chunks * size)
    parts = [said[at : at + size] for at in range(0, len(said), size)]
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    answer = head + b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"

    async def answering(connection: bad_server.Connection) -> None:
        while True:
            await connection.request()
            await connection.write(answer)

    async def three(origin: str) -> list[Outcome]:
        one = sender(origin, answer_limit_s=5)
        try:
            return [await one.send(ENTRY, nothing) for _ in range(3)]
        finally:
            await one.close()

    with BadServer(answering) as server:
        assert [outcome.word for outcome in run(lambda: three(server.origin))] == ["accepted"] * 3
        assert server.connections == 1


def test_a_long_reason_is_cut_to_one_sentence(run: Run[Outcome]) -> None:
    with BadServer(answers(400, json.dumps({"error": "No.\r\n\u202e" * 500}).encode())) as server:
        outcome = run(lambda: send_once(server.origin))
    assert isinstance(outcome, Refused)
    assert len(outcome.sentence) == 300
    assert outcome.sentence.startswith("No. \\u202eNo.")


def test_a_closed_port_is_not_sent(run: Run[Outcome]) -> None:
    with bad_server.closed_port() as origin:
        outcome = run(lambda: send_once(origin))
    assert isinstance(outcome, NotSent)
    assert "refused the connection" in outcome.sentence
    assert_plain(outcome)


@pytest.mark.parametrize(
    ("context", "words"),
    [
        (certs.wrong_host, "another name"),
        (certs.expired, "expired"),
        (certs.untrusted, "signed by nobody"),
    ],
)
def test_a_certificate_that_is_not_right_is_not_sent(context: object, words: str, run: Run[Outcome]) -> None:
    with BadServer(answers(200, YES), tls=context()) as server:  # type: ignore[operator]
        outcome = run(lambda: send_once(server.origin))
        assert isinstance(outcome, NotSent)
        assert words in outcome.sentence
        assert_plain(outcome)
        assert server.requests == []


def test_a_server_that_speaks_no_tls_is_not_sent(run: Run[Outcome]) -> None:
    with BadServer(says(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as server:
        outcome = run(lambda: send_once(server.origin.replace("http:", "https:"), connect_limit_s=0.4))
        assert isinstance(outcome, NotSent)
        assert_plain(outcome)
        assert server.requests == []


def test_a_handshake_that_hangs_is_not_sent(run: Run[Outcome]) -> None:
    with BadServer(bad_server.silence) as server:
        outcome = run(lambda: send_once(server.origin.replace("http:", "https:"), connect_limit_s=0.2))
    assert isinstance(outcome, NotSent)
    assert "within 0.2 s." in outcome.sentence


@pytest.mark.parametrize("host", ["nowhere.invalid", "xn--a.invalid"])
def test_a_name_that_does_not_exist_is_not_sent(host: str, run: Run[Outcome]) -> None:
    outcome = run(lambda: send_once(f"https://{host}"))
    assert isinstance(outcome, NotSent)
    assert "name" in outcome.sentence
    assert_plain(outcome)


def test_an_https_address_without_trust_is_not_sent(run: Run[Outcome]) -> None:
    from crosstrade_desk.sending.http import HttpSender  # noqa: PLC0415
    from sending.orders import ENTRY, endpoint  # noqa: PLC0415

    with BadServer(answers(200, YES), tls=certs.good()) as server:
        outcome = run(lambda: HttpSender(endpoint(server.origin), KEY, None).send(ENTRY, nothing))
        assert isinstance(outcome, NotSent)
        assert server.requests == []
