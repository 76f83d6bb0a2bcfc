"""The way in that Windows takes, run where the tests run: Qt's local server, called from another process."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtNetwork import QLocalServer

from crosstrade_desk.calling.talk import LINE_LIMIT, Answer, Call
from crosstrade_desk.desk.tasks import TaskOwner
from crosstrade_desk.ui import pipe

ASK = (
    "import sys, time; from pathlib import Path; from crosstrade_desk.ui.pipe import ask\n"
    "print(ask(Path(sys.argv[1]), sys.argv[2], time.monotonic() + float(sys.argv[3])))"
)
RAW = (
    "import sys; from pathlib import Path; from PySide6.QtNetwork import QLocalSocket\n"
    "from crosstrade_desk.ui.pipe import name_of\n"
    "line = QLocalSocket(); line.connectToServer(name_of(Path(sys.argv[1]))); assert line.waitForConnected(2000)\n"
    "line.write(eval(sys.argv[2])); line.waitForBytesWritten(2000)\n"
    "while line.waitForReadyRead(5000): print(bytes(line.readAll().data()).decode(), end='')"
)


class House:
    """A program that can be called by its pipe, on the loop of the window."""

    def __init__(self, loop: asyncio.AbstractEventLoop, folder: Path) -> None:
        self.loop, self.folder = loop, folder
        self.shown = 0
        self.is_closing = False
        self.bugs: list[BaseException] = []
        self.tasks = TaskOwner(loop, self.bugs.append)
        self.door = pipe.Door(folder)

    async def show(self, _call: Call) -> Answer:
        self.shown += 1
        return Answer(True, "Shown.")

    def serve(self) -> None:
        def start(work, name):  # type: ignore[no-untyped-def]
            if self.is_closing:
                work.close()
                return None
            return self.tasks.start(work, name)

        self.run(self.door.serve({"show": self.show}, start))

    def run(self, work):  # type: ignore[no-untyped-def]
        task = self.loop.create_task(work)
        task.add_done_callback(lambda _task: self.loop.stop())
        self.loop.run_forever()
        return task.result()

    def other(self, code: str, *words: str) -> str:
        """Runs code in another process while the window's loop runs, and gives what it printed."""

        async def running() -> str:
            process = await asyncio.to_thread(
                subprocess.run,
                [sys.executable, "-c", code, str(self.folder), *words],
                capture_output=True,
                text=True,
                timeout=20,
                check=False,
            )
            assert process.stderr == ""
            return process.stdout.strip()

        return str(self.run(running()))

    def close(self) -> None:
        self.door.close()
        self.run(self.tasks.close(0))
        assert self.bugs == []


@pytest.fixture
def house(loop: asyncio.AbstractEventLoop, tmp_path: Path) -> Iterator[House]:
    made = House(loop, tmp_path)
    yield made
    made.close()


def test_a_call_is_answered_and_done_once(house: House) -> None:
    house.serve()
    assert house.other(ASK, "show", "2") == str(Answer(True, "Shown."))
    assert house.shown == 1


def test_nobody_there_ending_and_hanging_are_told_apart(house: House) -> None:
    assert house.other(ASK, "show", "2") == "NoAnswer.ABSENT"
    house.serve()
    house.is_closing = True
    assert house.other(ASK, "show", "2") == "NoAnswer.ENDED"
    hung = [sys.executable, "-c", ASK, str(house.folder), "show", "0.5"]  # the loop does not run meanwhile
    began = time.monotonic()
    assert subprocess.run(hung, capture_output=True, text=True, check=True).stdout == "NoAnswer.SILENT\n"
    assert time.monotonic() - began < 10


@pytest.mark.parametrize(
    ("sent", "said"),
    [("b'rubbish\\n'", "no call"), (f"b'x' * {LINE_LIMIT + 1}", "at most"), (f"b'x' * {LINE_LIMIT * 20}", "at most")],
)
def test_garbage_is_answered_with_a_sentence_and_the_next_call_is_served(house: House, sent: str, said: str) -> None:
    house.serve()
    assert said in house.other(RAW, sent)
    assert house.other(ASK, "show", "2") == str(Answer(True, "Shown."))


def test_a_slow_caller_is_hung_up_on(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipe, "TIME_LIMIT_S", 0.2)
    house.serve()
    began = time.monotonic()
    assert house.other(RAW, "b'{'") == ""
    assert time.monotonic() - began < 5
    assert house.other(ASK, "show", "2") == str(Answer(True, "Shown."))


def test_only_this_user_may_open_the_pipe(house: House) -> None:
    house.serve()
    (server,) = house.door.findChildren(QLocalServer)
    assert server.socketOptions() == QLocalServer.SocketOption.UserAccessOption


def test_each_folder_has_a_pipe_of_its_own(tmp_path: Path) -> None:
    assert pipe.name_of(tmp_path / "one") != pipe.name_of(tmp_path / "two")
    assert pipe.name_of(tmp_path / "one") == pipe.name_of(tmp_path / "two" / ".." / "one")
