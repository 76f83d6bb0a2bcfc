"""Accidents with secrets: a keyring that blocks or cuts, and every place where a key or an address came to light."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import httpx
import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from crosstrade_desk.protocol.endpoint import Endpoint, parse_endpoint
from crosstrade_desk.protocol.exports import EXPORTS
from crosstrade_desk.protocol.problems import Invalid
from crosstrade_desk.protocol.secret import Secret, parse_key
from crosstrade_desk.sending.failures import FAILURES
from crosstrade_desk.storage.logfile import MaskingFormatter
from crosstrade_desk.ui.words import words
from support import certs, honest_program, source
from support.bad_server import BadServer, closed_port, page
from support.keys import SEND, press
from support.leaks import forms_in
from support.marker import MARKER
from support.scanner import secrets_in
from support.secret_service import secret_service
from support.windows import Glass
from support.wired import YES, at_server, ended, endpoint, orders, wired

WINDOWS_VAULT_HOLDS = 1280  # characters of one entry: 2,560 bytes of UTF-16
PLAIN = {"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}


@pytest.mark.parametrize(("state", "found"), [("locked", "Locked"), ("none", "NoKeyring")])
def test_accident_33_a_keyring_that_cannot_be_opened_says_so_and_what_to_do(child: Any, state: Any, found: str) -> None:
    with secret_service(state) as service:
        told = child("keyring", service.env).ask("read")
    assert told["state"] == found
    assert "this session only" in told["way_on"]


def test_accident_33_a_keyring_that_never_answers_keeps_nobody_waiting_for_ever(child: Any) -> None:
    with secret_service("unlocked") as service:
        store = child("keyring", service.env, limit_s=1)
        assert store.state("read") == "Absent"
        service.stop()
        assert store.state("read") == "NotAnswering"
        assert store.end() == ""


def test_accident_33_a_keyring_of_plain_text_is_no_way_out(child: Any) -> None:
    with secret_service("unlocked") as service:
        store = child("keyring", service.env, **PLAIN)
        assert [store.state(do) for do in ("read", "write")] == ["RefusedStore"] * 2


def test_accident_34_each_secret_is_an_entry_of_its_own_and_nothing_but_its_text(child: Any) -> None:
    with secret_service("unlocked") as service:
        store = child("keyring", service.env)
        assert store.state("write", "KEY", "-1") == "Stored"
        assert store.state("write", "ADDRESS", "-2") == "Stored"
        assert service.kept() == {"secret key": f"{MARKER}-1", "webhook address": f"{MARKER}-2"}


def test_accident_34_the_longest_secret_fits_into_the_smallest_vault() -> None:
    host = ".".join(["h" * 63] * 3 + ["h" * 61])
    longest = f"https://{host}:65535/v1/send/{'u' * 64}/{'t' * 128}"
    assert isinstance(parse_endpoint(longest), Endpoint)
    assert isinstance(parse_endpoint(f"{longest}t"), Invalid)
    assert isinstance(parse_endpoint(longest.replace(host, f"{host}h")), Invalid)
    assert isinstance(parse_key("k" * 200), Secret)
    assert isinstance(parse_key("k" * 201), Invalid)
    assert len(longest) <= WINDOWS_VAULT_HOLDS


def everything_that_shows(glass: Glass) -> str:
    """Every text of the window, of its hints, of its journal, and of all that can be copied."""
    window = glass.window
    found = words(window)
    for part in [window, *window.findChildren(QWidget)]:
        found += [part.toolTip(), part.accessibleName(), part.accessibleDescription(), part.windowTitle()]
    for copy in (window.log.copy_details, window.log.copy_rows):
        copy()
        found.append(QGuiApplication.clipboard().text())
    found += [export.make(message) for export in EXPORTS for message in [window.ticket._message]]  # type: ignore[arg-type]
    found += [repr(glass.desk.where), repr(glass.book.intents), repr(glass.book.endings), repr(glass.desk._line)]
    return "\n".join(found)


ECHOES = {
    "in words": page(400, f"bad key={MARKER} at /v1/send/abc123/{MARKER}".encode()),
    "as JSON": page(200, f'{{"success": false, "error": "key {MARKER}", "headers": ["{MARKER}"]}}'.encode()),
    "with a yes": page(200, f'{{"success": true, "url": "/v1/send/abc123/{MARKER}"}}'.encode()),
    "in a header": page(200, b'{"success": true}', f"X-Key: {MARKER}"),
    "in rubbish": f"{MARKER}\r\n\r\n".encode(),
}


def test_accident_35_whatever_the_server_sends_back_no_pane_no_hint_and_no_copy_holds_the_key(
    loop: asyncio.AbstractEventLoop,
) -> None:
    with at_server(loop, *ECHOES.values()) as (glass, server):
        for number, name in enumerate(ECHOES, 1):
            glass.time.now += 60
            glass.type("qty", str(number))
            press(glass.window, SEND)
            ended(glass, number)
            shown = everything_that_shows(glass)
            assert server.posts[-1].body.startswith(f"key={MARKER};".encode())
            assert "key=••••" in shown
            assert forms_in(shown.encode()) == [], name


async def _hang_up(connection: Any) -> None:
    await connection.request()


UNREACHED: dict[str, Callable[[], AbstractContextManager[Any]]] = {
    "refused": closed_port,
    "a wrong certificate": lambda: BadServer(orders(YES), tls=certs.untrusted()),
    "no such host": lambda: nullcontext("https://nowhere.invalid"),
    "hung up": lambda: BadServer(_hang_up),
}


@pytest.mark.parametrize("server", UNREACHED.values(), ids=UNREACHED)
def test_accident_36_no_fault_of_the_network_quotes_the_address_not_even_at_debug(
    loop: asyncio.AbstractEventLoop, caplog: pytest.LogCaptureFixture, server: Callable[[], Any]
) -> None:
    caplog.set_level(logging.DEBUG)
    with server() as made, wired(made if isinstance(made, str) else made.origin, loop) as glass:
        press(glass.window, SEND)
        assert ended(glass)[0] in ("not sent", "unknown")
        assert forms_in(everything_that_shows(glass).encode()) == []
    logged = "\n".join(MaskingFormatter().format(record) for record in caplog.records)
    assert forms_in((caplog.text + logged).encode()) == []
    assert "abc123" not in caplog.text + logged


def test_accident_36_nothing_uses_the_part_of_the_library_that_logs_addresses() -> None:
    used = {name for module in source.importers("httpx") for name in source.names_of("httpx", module)}
    assert used <= {
        *("AsyncBaseTransport", "AsyncByteStream", "InvalidURL", "Request", "RequestError", "Response", "URL"),
        *(kind.__name__ for kind in FAILURES),
    }


def test_accident_36_an_exception_that_quotes_the_address_is_masked_on_its_way_into_the_log_file() -> None:
    address = endpoint("https://app.crosstrade.io").url
    fault = httpx.ConnectError(f"for url '{address}'", request=httpx.Request("POST", address))
    record = logging.LogRecord("any", logging.ERROR, "", 0, "to %s", (address,), (type(fault), fault, None))
    written = MaskingFormatter().format(record)
    assert "ConnectError" in written
    assert "/v1/send/••••/••••" in written
    assert MARKER not in written
    assert "abc123" not in written


_SPEAKERS = ("socket", "httpx", "aiohttp", "http.client", "urllib.request", "ftplib", "smtplib", "ssl", "websockets")


def test_accident_37_the_program_speaks_to_the_host_it_was_given_and_to_no_other(tmp_path: Path) -> None:
    with BadServer(orders(YES)) as server:
        told = honest_program.told("look", server.origin, tmp_path)
    assert set(told["hosts"]) - {"a socket of this machine", ""} == {"127.0.0.1"}


def test_accident_37_no_part_of_it_could_phone_home() -> None:
    assert source.importers(*_SPEAKERS) <= {
        "calling/session_bus.py",
        "calling/unix.py",
        "calling/unix_door.py",
        "practice/door.py",
        "practice/push_line.py",
        "practice/server.py",
        "readback/client.py",
        "readback/line.py",
        "readback/loading.py",
        "readback/push.py",
        "sending/failures.py",
        "sending/http.py",
        "sending/lane.py",
        "sending/line.py",
        "sending/loading.py",
        "sending/tls.py",
    }
    assert source.lines_with(r"socket\.socket\((?!socket\.AF_UNIX)") == []
    assert source.importers("PySide6.QtNetwork") <= {"ui/pipe.py"}, "the pipe of Windows"
    assert source.importers("webbrowser", "sentry_sdk", "posthog", "analytics") == set()
    assert source.lines_with(r"QDesktopServices|QNetwork|QTcp|QUdp|QSsl|QHost|setOpenExternalLinks\(True") == []
    hosts = {word for line in source.lines_with(r"https?://") for word in source.hosts_in(line)}
    assert hosts <= {"app.crosstrade.io", "example.org", "127.0.0.1"}


def test_accident_38_no_file_of_the_repository_holds_what_looks_like_a_real_secret() -> None:
    files = source.tracked()
    assert len(files) > 250
    found = {
        str(path.relative_to(source.ROOT)): secrets
        for path in files
        if (secrets := secrets_in(path.read_bytes().decode("latin-1")))
    }
    assert found == {}


# In pieces, or they would be found here.
PLANTED = [
    "https://app.crosstrade.io/v1" + "/send/Qk3zR8/7hTq0PzLmW2xVb9cYd4N",
    "ke" + "y=9fK2mQ7xLp4Zr8Tv; command=PLACE;",
    "ke" + 'y = "3f9a1c5e7b2d4f6081a3c5e7f9b1d3f5"',
    "https://me:" + "hunter2@proxy.example/",
    "-----BEGIN " + "RSA PRIVATE KEY-----",
    "gh" + "p_" + "a1" * 18,
]


@pytest.mark.parametrize("text", PLANTED)
def test_accident_38_the_scanner_finds_a_secret_that_was_planted(text: str) -> None:
    assert secrets_in(f"before\n# {text} # after\n") != []


def test_accident_38_no_file_of_environment_variables_is_kept_or_recommended() -> None:
    assert [path for path in source.tracked() if path.name.startswith(".env")] == []
    pages = [path for path in source.tracked() if path.suffix == ".md"]
    assert pages
    assert [path for path in pages if "`.env" in path.read_text(encoding="utf-8")] == []
