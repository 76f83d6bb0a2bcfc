"""The exchange as a child of the window."""

import gc
import json
import os
import signal
import socket
import subprocess
import sys
import time
import tracemalloc
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from crosstrade_desk.practice.child import Child, start_child
from crosstrade_desk.protocol.endpoint import parse_endpoint
from crosstrade_desk.protocol.problems import Invalid
from crosstrade_desk.protocol.secret import Secret

DRIVER = [sys.executable, "-P", "-X", "dev", "-W", "error", "-m", "crosstrade_desk"]
ORDER = "command=PLACE; account=Sim105; instrument=MES 03-25; action=BUY; qty=1; order_type=MARKET; tif=DAY;"
LIMIT_S = 20


def is_open(port: int) -> bool:
    with socket.socket() as sock:
        return sock.connect_ex(("127.0.0.1", port)) == 0


def closes(port: int) -> bool:
    give_up = time.monotonic() + LIMIT_S
    while is_open(port) and time.monotonic() < give_up:
        time.sleep(0.02)  # between two looks: a closed port tells nobody
    return not is_open(port)


def program(text: str) -> list[str]:
    return [sys.executable, "-P", "-c", text]


def says(first: str, then: str = "time.sleep(600)") -> list[str]:
    return program(f"import sys, time; sys.stdout.write({first!r}); sys.stdout.flush(); {then}")


def line(url: str = "http://127.0.0.1:1/v1/send/a/b", key: str = "abcd") -> str:
    return json.dumps({"url": url, "key": key, "api": ""}) + "\n"


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_it_trades_and_stops() -> None:
    child = start_child(DRIVER)
    assert isinstance(child, Child)
    assert child.running
    assert child.key.reveal() not in repr(child)
    message = f"key={child.key.reveal()};{ORDER}"
    answer = requests.post(child.url, data=message, headers={"Content-Type": "text/plain"}, timeout=LIMIT_S)
    assert answer.json() == {"success": True}
    child.stop()
    child.stop()
    assert not child.running
    assert child._process.returncode == 0
    assert closes(urlsplit(child.url).port or 0)


def test_its_log_never_fills_a_pipe() -> None:
    child = start_child(DRIVER)
    assert isinstance(child, Child)
    with requests.Session() as session:
        for _ in range(200):
            nonsense = f"key={child.key.reveal()};{'nonsense;' * 100}"
            answer = session.post(child.url, data=nonsense, headers={"Content-Type": "text/plain"}, timeout=LIMIT_S)
            assert answer.status_code == 400
    child.stop()


def test_a_child_that_does_not_end_is_killed() -> None:
    child = start_child(says(line()))
    assert isinstance(child, Child)
    child.stop(limit_s=0.1)
    assert not child.running


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (["/no/such/program"], "The practice exchange cannot be started: No such file or directory."),
        (program("pass"), "The practice exchange ended before it was ready."),
        (program("print('hello')"), "The practice exchange did not say where it is."),
        (program("print('[]')"), "The practice exchange did not say where it is."),
        (program('print(\'{"url": "x", "key": "y", "api": "z"}\')'), "The practice exchange did not say where it is."),
        (program("import time; time.sleep(600)"), "The practice exchange was not ready within 0.3 s."),
    ],
)
def test_what_cannot_start_is_a_sentence(args: list[str], sentence: str) -> None:
    assert start_child(args, limit_s=0.3 if "sleep" in args[-1] else 15) == Invalid(sentence)


def test_a_killed_parent_takes_its_child_along() -> None:
    parent = program(
        "import time, sys; from crosstrade_desk.practice.child import start_child;"
        f"child = start_child({DRIVER!r}); print(child.url, flush=True); time.sleep(600)"
    )
    with subprocess.Popen(parent, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        port = urlsplit(process.stdout.readline()).port or 0
        assert is_open(port)
        process.kill()
        process.wait(LIMIT_S)
    assert closes(port)


def test_it_is_this_program_that_is_started_wherever_the_window_was(tmp_path: Path, monkeypatch: Any) -> None:
    for name in ("crosstrade_desk", "json", "aiohttp"):
        (tmp_path / f"{name}.py").write_text("from pathlib import Path; Path(__file__).with_suffix('.ran').touch()")
    monkeypatch.chdir(tmp_path)
    child = start_child([sys.executable, "-P", "-m", "crosstrade_desk"])
    assert isinstance(child, Child)
    child.stop()
    assert not list(tmp_path.glob("*.ran"))


def test_what_it_says_is_kept_parsed() -> None:
    child = start_child(says(line()))
    assert isinstance(child, Child)
    assert child.endpoint == parse_endpoint(child.url)
    assert child.key == Secret("abcd")
    child.stop(0)


@pytest.mark.parametrize(
    "first",
    [
        line(url="https://app.crosstrade.io/v1/send/a/b"),
        line(url="https://127.0.0.1:1/v1/send/a/b"),
        line(url="http://example.org/v1/send/a/b"),
        line(url="<http://127.0.0.1:1/v1/send/a/b>"),
        line(key=" abcd"),
        line(key="key=abcd;"),
        line(key="ab;d"),
        line(key="abc\ud800"),
        line().replace('"api": ""', '"api": 5'),
        "[" * 50_000 + "\n",
        "[" * 10_000 + "\n",
        "9" * 50_000 + "\n",
        "\0\x01\x02\n",
        "\ufeff{}\n",
        line().rstrip() + " " * 100_000 + "\n",
    ],
)
def test_what_is_no_place_and_key_is_a_sentence(first: str) -> None:
    assert start_child(says(first)) == Invalid("The practice exchange did not say where it is.")


def test_a_line_without_an_end_is_neither_waited_for_nor_kept() -> None:
    tracemalloc.start()
    try:
        found = start_child(says("", "[sys.stdout.write('x' * 1_000_000) for _ in range(10)]; time.sleep(600)"))
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()
    assert found == Invalid("The practice exchange did not say where it is.")


def test_what_it_writes_later_is_not_kept_either() -> None:
    tracemalloc.start()
    try:
        child = start_child(says(line(), "[sys.stdout.write('x' * 1_000_000) for _ in range(20)]"))
        assert isinstance(child, Child)
        child._process.wait(LIMIT_S)
        child.stop()
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.skipif(sys.platform != "linux", reason="/proc")
@pytest.mark.parametrize("stopped", [True, False])
def test_a_child_killed_from_outside_leaves_nothing(stopped: bool) -> None:
    before = open_files()
    for _ in range(3):
        child = start_child(says(line()))
        assert isinstance(child, Child)
        os.kill(child.pid, signal.SIGKILL)
        if stopped:
            child.stop()
        else:  # as a window that starts another one in its place
            child._tender.join(LIMIT_S)
        assert not child.running
        assert open_files() == before
        del child
        gc.collect()  # what was left open would warn here
