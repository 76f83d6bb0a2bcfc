"""What is copied for other programs: the same message, and never the secret."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from crosstrade_desk.protocol.exports import EXPORTS
from crosstrade_desk.protocol.message import Message, read
from support.catalogue import VARIANT_IDS, VARIANTS, composed
from support.marker import MARKER

BY_TITLE = {export.title: export for export in EXPORTS}
NASTY = Message(
    composed(
        VARIANTS[0][0], {**VARIANTS[0][1], "instrument": "MES1!", "notes": "it's $5 `id` \"q\" \\n {x} %s !! 'a' ü €"}
    )
)


@pytest.mark.parametrize("export", EXPORTS, ids=lambda export: export.title)
def test_an_export_says_what_must_be_put_in(export: object) -> None:
    assert "key" in export.hint.lower()  # type: ignore[attr-defined]
    assert "••••" not in export.make(NASTY)  # type: ignore[attr-defined]


@pytest.mark.parametrize(("spec", "texts"), VARIANTS, ids=VARIANT_IDS)
def test_an_alert_text_reads_back_to_the_same_command(spec: object, texts: dict[str, str]) -> None:
    command = composed(spec, texts)  # type: ignore[arg-type]
    found = read(BY_TITLE["TradingView alert text"].make(Message(command)))
    assert (found.command, found.key, found.notes) == (command, None, ())


class _Taker(BaseHTTPRequestHandler):
    got: list[tuple[str, bytes]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.got.append((self.headers["Content-Type"], body))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_words: object) -> None:
        """Says nothing."""


@pytest.fixture
def taker() -> Iterator[tuple[str, list[tuple[str, bytes]]]]:
    got: list[tuple[str, bytes]] = []
    with HTTPServer(("127.0.0.1", 0), type("Taker", (_Taker,), {"got": got})) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/", got
        server.shutdown()


Run = Callable[[str], list[str]]


@pytest.mark.parametrize(
    ("title", "run"),
    [("curl", lambda text: ["sh", "-c", text]), ("Python", lambda text: [sys.executable, "-c", text])],
    ids=["curl", "Python"],
)
@pytest.mark.parametrize("message", [NASTY, Message(composed(*VARIANTS[-2]))], ids=["nasty", "plain"])
def test_what_is_copied_sends_the_very_bytes(
    title: str, run: Run, message: Message, taker: tuple[str, list[tuple[str, bytes]]]
) -> None:
    if shutil.which("curl") is None and title == "curl":
        assert os.environ.get("CI") != "true", "needs curl"
        pytest.skip("needs curl")
    address, got = taker
    env = {**os.environ, "KEY": MARKER, "ADDRESS": address, "no_proxy": "127.0.0.1", "PYTHONWARNINGS": "error"}
    command = run(BY_TITLE[title].make(message))
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert got == [("text/plain", message.with_key(MARKER).encode())]
