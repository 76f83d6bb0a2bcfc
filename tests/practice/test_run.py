"""The exchange as a program of its own, as a real child process."""

import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
import requests

from crosstrade_desk.practice.run import Wanted, run_practice

DRIVER = [sys.executable, "-X", "dev", "-W", "error", "-m", "crosstrade_desk", "practice"]
LIMIT_S = 20


@contextmanager
def started(*options: str) -> Iterator[subprocess.Popen[str]]:
    pipe = subprocess.PIPE
    with subprocess.Popen([*DRIVER, *options], stdin=pipe, stdout=pipe, stderr=pipe, encoding="utf-8") as process:
        try:
            yield process
        finally:
            process.kill()


def ended(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=LIMIT_S)
    return process.returncode, out, err


def first_line(process: subprocess.Popen[str]) -> dict[str, str]:
    assert process.stdout is not None
    found: dict[str, str] = json.loads(process.stdout.readline())
    return found


def post(url: str, message: str) -> requests.Response:
    return requests.post(url, data=message, headers={"Content-Type": "text/plain"}, timeout=LIMIT_S)


ORDER = "command=PLACE; account=Sim105; instrument=MES 03-25; action=BUY; qty=1; order_type=MARKET; tif=DAY;"


def test_the_first_line_says_where_it_is_and_the_others_what_came() -> None:
    with started("--json", "--with-parent") as process:
        where = first_line(process)
        assert set(where) == {"url", "key", "api"}
        assert where["api"] == f"http://{urlsplit(where['url']).netloc}/v1/api"
        assert post(where["url"], f"key={where['key']};{ORDER}").json() == {"success": True}
        assert post(where["url"], f"key=not-the-key;{ORDER}").status_code == 401
        assert post(where["url"], f"key={where['key']};{ORDER.replace('Sim105', where['key'])}").status_code == 200
        code, out, err = ended(process)
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert len(lines) == 3
    assert all(re.match(r"\d\d:\d\d:\d\d  ", line) for line in lines)
    assert "Buy 1 MES 03-25 at market on Sim105, good for the day; accepted; order 1" in lines[0]
    assert lines[1].endswith("refused with 401: The secret key is missing or wrong")
    assert "refused: Account '••••' not found" in lines[2]
    assert where["key"] not in out
    assert "not-the-key" not in out


def test_the_human_form_shows_address_and_key_once() -> None:
    with started("--key", "a-key-of-mine", "--with-parent") as process:
        assert process.stdout is not None
        head = [process.stdout.readline() for _ in range(4)]
        (url,) = re.findall(r"http://\S+", head[1])
        assert head[2].split() == ["Key", "a-key-of-mine"]
        assert "ticket" in head[3]
        assert post(url, f"key=a-key-of-mine;{ORDER}").status_code == 200
        code, out, err = ended(process)
    assert (code, err) == (0, "")
    assert "a-key-of-mine" not in out


def test_it_ends_when_standard_input_ends_and_only_if_asked() -> None:
    with started("--json", "--with-parent") as process:
        first_line(process)
        assert process.poll() is None
        assert ended(process)[0] == 0
    with started("--json") as process:
        where = first_line(process)
        assert process.stdin is not None
        process.stdin.close()
        assert post(where["url"], f"key={where['key']};{ORDER}").status_code == 200


@pytest.mark.skipif(sys.platform == "win32", reason="signals of this kind are not sent there")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("options", [("--json",), ("--json", "--with-parent")])
def test_a_signal_ends_it_in_good_order(number: signal.Signals, options: tuple[str, ...]) -> None:
    with started(*options) as process:
        where = first_line(process)
        with requests.Session() as kept:
            kept.get(f"http://{urlsplit(where['url']).netloc}/", timeout=LIMIT_S)
            os.kill(process.pid, number)
            assert process.wait(LIMIT_S) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""


def test_a_taken_port_is_a_sentence_and_exit_code_1() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, started("--port", str(taken.getsockname()[1])) as process:
        code, out, err = ended(process)
    assert (code, out) == (1, "")
    assert re.fullmatch(r"Port \d+ cannot be opened: another program uses it\.\n", err)


def test_a_given_port_is_the_port() -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with started("--json", "--with-parent", "--port", str(port)) as process:
        assert urlsplit(first_line(process)["url"]).port == port


@pytest.mark.parametrize("key", ["", "ab", "with blank", "https://app.crosstrade.io/v1/send/a/b"])
def test_a_key_that_cannot_be_is_a_sentence_and_exit_code_2(key: str) -> None:
    out, err = io.StringIO(), io.StringIO()
    assert run_practice(Wanted(key=key, as_json=True), out, err) == 2
    assert out.getvalue() == ""
    assert err.getvalue().endswith(".\n")
    assert not key or key not in err.getvalue()


def test_an_output_that_knows_few_letters_stops_no_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    with started("--json", "--with-parent") as process:
        where = first_line(process)
        refused = post(where["url"], f"key={where['key']};{ORDER.replace('Sim105', where['key'])}")
        assert refused.json()["error"] == "Account '••••' not found"
        code, out, err = ended(process)
    assert (code, err) == (0, "")
    assert r"\u2022" in out


def test_a_reader_that_goes_away_ends_it() -> None:
    with started("--json") as process:
        where = first_line(process)
        assert process.stdout is not None
        process.stdout.close()
        assert post(where["url"], f"key={where['key']};{ORDER}").json() == {"success": True}
        process.wait(LIMIT_S)
