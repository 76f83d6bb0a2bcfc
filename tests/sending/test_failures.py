"""The table of httpx errors, what else may come out of the network, trust, and silence of the logs."""

import asyncio
import logging
import ssl
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from crosstrade_desk.sending import tls, verdict
from crosstrade_desk.sending.failures import FAILURES, UNREACHED
from crosstrade_desk.sending.http import HttpSender
from crosstrade_desk.sending.outcome import Accepted, NotSent, Outcome, Unknown
from sending.orders import ENTRY, KEY, NO_TRADER_WORDS, assert_plain, endpoint, nothing, sender
from support import certs, source
from support.bad_server import BadServer, answers


def _family(kind: type[httpx.RequestError]) -> Iterator[type[httpx.RequestError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from _family(child)


ALL = sorted(set(_family(httpx.RequestError)), key=lambda kind: kind.__name__)


def test_the_table_holds_what_our_connections_raise_of_httpx_and_nothing_else() -> None:
    named = {name for module in ("sending/lane.py", "sending/line.py") for name in source.names_of("httpx", module)}
    assert {kind.__name__ for kind in FAILURES} == named & {kind.__name__ for kind in ALL}


@pytest.mark.parametrize("kind", FAILURES, ids=lambda kind: kind.__name__)
def test_the_table_speaks_to_a_trader(kind: type[httpx.RequestError]) -> None:
    assert not [word for word in NO_TRADER_WORDS if word in FAILURES[kind]]


FOREIGN = [
    ssl.SSLError(1, "x"),
    OSError(104, "reset"),
    ConnectionResetError(),
    UnicodeError("x"),
    RuntimeError("x"),
    ValueError("x"),
]


class _Lane(httpx.AsyncHTTPTransport):
    """Fails with one error, before or after it has taken the order text."""

    def __init__(self, error: BaseException, *, takes: bool) -> None:
        super().__init__(verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
        self._error, self._takes = error, takes

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self._takes:
            assert isinstance(request.stream, httpx.AsyncByteStream)
            assert [part async for part in request.stream] == [ENTRY.wire(KEY)]
        raise self._error


async def _fail(error: BaseException, *, takes: bool) -> Outcome:
    one = sender("http://127.0.0.1:1")
    one._entries = _Lane(error, takes=takes)
    return await one.send(ENTRY, nothing)


@pytest.mark.anyio
@pytest.mark.parametrize("error", [*(kind("secret text") for kind in ALL), *FOREIGN], ids=lambda e: type(e).__name__)
async def test_whatever_fails_is_told_by_whether_the_text_had_begun(error: Exception) -> None:
    for takes, kind in ((False, NotSent), (True, Unknown)):
        outcome = await _fail(error, takes=takes)
        assert isinstance(outcome, kind)
        assert "secret text" not in outcome.sentence
        assert_plain(outcome)


@pytest.mark.anyio
async def test_a_connection_that_is_reset_while_it_is_made_is_called_so() -> None:
    outcome = await _fail(ConnectionResetError(), takes=False)
    assert outcome.sentence == f"{UNREACHED} Nothing was sent."


@pytest.mark.anyio
async def test_the_unforeseen_is_logged_by_its_class_alone(caplog: pytest.LogCaptureFixture) -> None:
    await _fail(KeyError("secret text"), takes=True)
    await _fail(httpx.ReadError("secret text"), takes=True)
    logged = [record.getMessage() for record in caplog.records if record.name == "crosstrade_desk.sending"]
    assert logged == ["unforeseen KeyError while sending"]


@pytest.mark.anyio
async def test_an_error_of_httpx_that_is_not_in_the_table_is_unforeseen(caplog: pytest.LogCaptureFixture) -> None:
    outcome = await _fail(httpx.PoolTimeout("secret text"), takes=True)
    assert "Something unforeseen went wrong." in outcome.sentence
    logged = [record.getMessage() for record in caplog.records if record.name == "crosstrade_desk.sending"]
    assert logged == ["unforeseen PoolTimeout while sending"]


@pytest.mark.anyio
async def test_a_wrong_reading_of_the_answer_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    def fall(status: int, body: bytes) -> None:
        raise RecursionError

    monkeypatch.setattr(verdict, "read_reply", fall)
    with BadServer(answers(200, b"x")) as server:
        one = sender(server.origin)
        outcome = await one.send(ENTRY, nothing)
        await one.close()
    assert isinstance(outcome, Unknown)
    assert_plain(outcome)


def test_nothing_that_sends_logs_an_address(caplog: pytest.LogCaptureFixture) -> None:
    async def send() -> None:
        one = sender(server.origin)
        await one.warm()
        await one.send(ENTRY, nothing)
        await one.close()

    caplog.set_level(logging.DEBUG)
    with BadServer(answers(200, b"")) as server:
        asyncio.run(send())
    assert server.posts
    assert not [record for record in caplog.records if record.name != "asyncio"]


# Trust.


def _send_trusting(context: ssl.SSLContext, origin: str) -> Outcome:
    async def send() -> Outcome:
        one = HttpSender(endpoint(origin), KEY, context)
        try:
            return await one.send(ENTRY, nothing)
        finally:
            await one.close()

    return asyncio.run(send())


def test_the_context_checks_everything() -> None:
    context = tls.trusted_context()
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2


def test_the_authority_of_ssl_cert_file_is_trusted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with BadServer(answers(200, b""), tls=certs.good()) as server:
        assert isinstance(_send_trusting(tls.trusted_context(), f"https://localhost:{server.port}"), NotSent)
        monkeypatch.setenv("SSL_CERT_FILE", str(certs.write_authority(tmp_path)))
        assert isinstance(_send_trusting(tls.trusted_context(), f"https://localhost:{server.port}"), Accepted)


@pytest.mark.skipif(not hasattr(ssl.SSLContext, "cert_store_stats"), reason="OpenSSL only")
def test_a_cert_file_that_points_nowhere_falls_back(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "nowhere.pem"))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
    bundle = certs.write_authority(tmp_path)
    monkeypatch.setattr(tls, "_BUNDLES", (tmp_path / "missing.pem", bundle))
    with BadServer(answers(200, b""), tls=certs.good()) as server:
        assert isinstance(_send_trusting(tls.trusted_context(), server.origin), Accepted)
        monkeypatch.setattr(tls, "_BUNDLES", ())
        outcome = _send_trusting(tls.trusted_context(), server.origin)
    assert isinstance(outcome, NotSent)
    assert "signed by nobody" in outcome.sentence


def test_certificates_are_loaded_in_the_call_and_not_at_a_handshake(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certs.write_authority(tmp_path)))
    context = tls.trusted_context()
    (tmp_path / "authority.pem").unlink()
    with BadServer(answers(200, b""), tls=certs.good()) as server:
        assert isinstance(_send_trusting(context, server.origin), Accepted)
