"""The exchange as a child of the window."""

import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from crosstrade_desk.practice.child import Child, start_child
from crosstrade_desk.protocol.problems import Invalid

DRIVER = [sys.executable, "-X", "dev", "-W", "error", str(Path(__file__).with_name("driver.py"))]
ORDER = "command=PLACE; account=Sim105; instrument=MES 03-25; action=BUY; qty=1; order_type=MARKET; tif=DAY;"
LIMIT_S = 20


def is_open(port: int) -> bool:
    with socket.socket() as sock:
        return sock.connect_ex(("127.0.0.1", port)) == 0


def closes(port: int) -> bool:
    give_up = time.monotonic() + LIMIT_S
    while is_open(port) and time.monotonic() < give_up:
        time.sleep(0.02)
    return not is_open(port)


def program(text: str) -> list[str]:
    return [sys.executable, "-c", text]


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
    first = '{"url": "http://127.0.0.1:1/v1/send/a/b", "key": "abcd", "api": ""}'
    child = start_child(program(f"import time; print('{first}', flush=True); time.sleep(600)"))
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
