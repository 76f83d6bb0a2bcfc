"""The socket of the running program, called by real clients: well-behaved, clumsy, slow and hostile ones."""

import asyncio
import errno
import os
import socket
import stat
import threading
import time
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import pytest

from crosstrade_desk.calling import unix_door
from crosstrade_desk.calling.talk import LINE_LIMIT, Answer, Call, NoAnswer, call_by, call_line, read_answer
from crosstrade_desk.calling.unix import ask
from crosstrade_desk.calling.unix_door import Door
from crosstrade_desk.desk.tasks import TaskOwner

pytestmark = [pytest.mark.anyio, pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="no such sockets")]


class House:
    """A program that can be called, and what it was asked for."""

    def __init__(self, folder: Path, door: Door) -> None:
        self.folder, self.door = folder, door
        self.shown = 0
        self.is_closing = False
        self.bugs: list[BaseException] = []
        self.tasks = TaskOwner(asyncio.get_running_loop(), self.bugs.append)

    async def serve(self) -> None:
        await self.door.serve({"show": self.show, "fail": self.fail}, self.start)

    async def show(self, _call: Call) -> Answer:
        self.shown += 1
        return Answer(True, "Shown.")

    async def fail(self, _call: Call) -> Answer:
        raise ZeroDivisionError

    def start(self, work: Coroutine[Any, Any, None], name: str) -> object:
        if self.is_closing:
            work.close()
            return None
        return self.tasks.start(work, name)

    async def ask(self, verb: str = "show", within_s: float = 2.0) -> Answer | NoAnswer:
        return await asyncio.to_thread(ask, self.folder, verb, time.monotonic() + within_s)

    async def raw(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_unix_connection(str(self.folder / "socket"))


@asynccontextmanager
async def house(folder: Path) -> AsyncIterator[House]:
    door = Door(folder)
    made = House(folder, door)
    try:
        await made.serve()
        yield made
    finally:
        door.close()
        await made.tasks.close(0)


async def test_a_call_is_answered_and_done_once(tmp_path: Path) -> None:
    async with house(tmp_path) as made:
        assert await made.ask() == Answer(True, "Shown.")
        assert made.shown == 1
        assert made.bugs == []


async def test_an_unknown_verb_is_answered_with_a_sentence(tmp_path: Path) -> None:
    async with house(tmp_path) as made:
        found = await made.ask("buy everything")
        assert isinstance(found, Answer)
        assert not found.ok
        assert made.shown == 0


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
async def test_only_this_user_can_open_the_socket(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        async with house(tmp_path):
            assert stat.S_IMODE((tmp_path / "socket").stat().st_mode) == 0o600
    finally:
        os.umask(before)


async def test_another_user_who_listens_there_is_told_nothing_and_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with house(tmp_path) as made:
        other = os.geteuid() + 1
        monkeypatch.setattr(os, "geteuid", lambda: other)
        assert await made.ask() is NoAnswer.ABSENT
        assert made.shown == 0


@pytest.mark.parametrize("length", [1, 60, 200])
async def test_a_data_folder_may_lie_as_deep_as_it_likes(tmp_path: Path, length: int) -> None:
    deep = tmp_path / ("ü" * (length // 2)) / ("d" * length)
    deep.mkdir(parents=True)
    async with house(deep) as made:
        assert await made.ask() == Answer(True, "Shown.")
        assert [path.name for path in deep.iterdir()] == ["socket"]
    assert list(deep.iterdir()) == []


async def test_where_nobody_is_nothing_is_said(tmp_path: Path) -> None:
    assert ask(tmp_path / "none", "show", time.monotonic() + 2) is NoAnswer.ABSENT
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(tmp_path / "socket"))
    assert ask(tmp_path, "show", time.monotonic() + 2) is NoAnswer.ABSENT


async def test_the_socket_of_a_killed_program_is_no_hindrance(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(tmp_path / "socket"))
        dead.listen()
    async with house(tmp_path) as made:
        assert await made.ask() == Answer(True, "Shown.")


async def test_a_file_in_the_sockets_place_is_left_alone_and_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "socket").write_text("the trader's")
    async with house(tmp_path) as made:
        assert await made.ask() is NoAnswer.ABSENT
    assert (tmp_path / "socket").read_text() == "the trader's"
    assert "is no socket" in caplog.text


@contextmanager
def hung(folder: Path) -> Iterator[socket.socket]:
    """A program that is there and hangs: the system takes calls for it."""
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(folder / "socket"))
        listening.listen()
        yield listening


async def test_a_program_that_is_there_and_does_not_answer_is_silent_until_the_time_is_over(tmp_path: Path) -> None:
    with hung(tmp_path):
        began = time.monotonic()
        assert ask(tmp_path, "show", began + 0.4) is NoAnswer.SILENT
        assert 0.3 < time.monotonic() - began < 2


async def test_a_full_queue_is_silence_too(tmp_path: Path) -> None:
    with hung(tmp_path), ExitStack() as stack:
        for _ in range(10_000):
            caller = stack.enter_context(socket.socket(socket.AF_UNIX))
            caller.setblocking(False)
            if caller.connect_ex(str(tmp_path / "socket")):
                break
        assert ask(tmp_path, "show", time.monotonic() + 0.4) is NoAnswer.SILENT


async def test_what_was_called_while_it_hung_is_not_done_when_it_wakes(tmp_path: Path) -> None:
    """The caller was told that nothing was done; carried out later it would be a surprise."""
    async with house(tmp_path) as made:
        assert ask(tmp_path, "show", time.monotonic() + 0.4) is NoAnswer.SILENT, "the loop does not run meanwhile"
        reader, writer = await made.raw()
        writer.write(call_line(call_by("show", time.monotonic() + 0.2)))
        assert read_answer(await reader.readline()) == Answer(False, "Not done: the call came too late.")
        assert made.shown == 0
        writer.close()
        assert await made.ask() == Answer(True, "Shown.")
        assert made.shown == 1


async def test_one_that_is_ending_hangs_up(tmp_path: Path) -> None:
    async with house(tmp_path) as made:
        made.is_closing = True
        assert await made.ask() is NoAnswer.ENDED


@pytest.mark.parametrize(
    "sent",
    [
        b"\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"\x00\xff" * 100 + b"\n",
        b"[" * (LINE_LIMIT - 1) + b"\n",
        b"x" * (LINE_LIMIT + 1),
        b"x" * 1_000_000,
        b'{"verb": "show"',
    ],
    ids=["empty", "web", "binary", "brackets", "too long", "much too long", "cut off"],
)
async def test_garbage_is_answered_or_hung_up_on_and_the_next_call_is_served(tmp_path: Path, sent: bytes) -> None:
    async with house(tmp_path) as made:
        reader, writer = await made.raw()
        try:
            writer.write(sent)
            writer.write_eof()
            found = read_answer(await reader.read())
            assert isinstance(found, Answer)
            assert not found.ok
        except OSError:
            assert len(sent) > LINE_LIMIT, "only what was not read to its end may reset the connection"
        finally:
            writer.close()
        assert await made.ask() == Answer(True, "Shown.")
        assert made.shown == 1
        assert made.bugs == []


async def test_a_slow_caller_is_hung_up_on_and_keeps_nobody_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unix_door, "TIME_LIMIT_S", 0.3)
    async with house(tmp_path) as made:
        slow = [await made.raw() for _ in range(20)]
        for _, writer in slow:
            writer.write(b'{"verb"')
        assert await made.ask() == Answer(True, "Shown.")
        async with asyncio.timeout(5):
            for reader, writer in slow:
                assert await reader.read() == b""
                writer.close()
        assert made.bugs == []


async def test_a_caller_that_leaves_before_its_answer_is_no_fault(tmp_path: Path) -> None:
    async with house(tmp_path) as made:
        for _ in range(20):
            _, writer = await made.raw()
            writer.write(call_line(call_by("show", time.monotonic() + 2)))
            writer.close()
        while made.shown < 20:
            await asyncio.sleep(0)
        assert await made.ask() == Answer(True, "Shown.")
        assert made.bugs == []


async def test_a_fault_of_a_handler_is_reported_and_its_caller_is_hung_up_on(tmp_path: Path) -> None:
    async with house(tmp_path) as made:
        assert await made.ask("fail") is NoAnswer.ENDED
        assert [type(bug) for bug in made.bugs] == [ZeroDivisionError]
        assert await made.ask() == Answer(True, "Shown.")


async def test_a_server_that_talks_for_ever_is_not_listened_to_for_ever(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "socket"))
        server.listen()

        def talk() -> None:
            line, _ = server.accept()
            with line:
                try:
                    while True:
                        line.sendall(b"x" * 1000)
                except OSError:
                    return

        talker = threading.Thread(target=talk)
        talker.start()
        assert await asyncio.to_thread(ask, tmp_path, "show", time.monotonic() + 2) is NoAnswer.SILENT
        talker.join(5)
        assert not talker.is_alive()


async def test_a_flood_of_connections_holds_no_more_than_a_few_files_and_a_call_still_comes_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unix_door, "TIME_LIMIT_S", 0.1)
    async with house(tmp_path) as made:
        with ExitStack() as flood:
            for _ in range(60):
                line = flood.enter_context(socket.socket(socket.AF_UNIX))
                line.connect(str(tmp_path / "socket"))
            await asyncio.sleep(0.05)
            calls = [task for task in asyncio.all_tasks() if task.get_name() == "call"]
            assert len(calls) == unix_door.MOST
            assert await made.ask() == Answer(True, "Shown.")
        assert made.bugs == []


async def test_a_process_without_a_free_file_takes_the_call_once_it_has_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    loop, faults = asyncio.get_running_loop(), 2
    accept, complaints = loop.sock_accept, []
    loop.set_exception_handler(lambda _loop, context: complaints.append(context))

    async def scarce(listening: socket.socket) -> Any:
        nonlocal faults
        if faults:
            faults -= 1
            raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))
        return await accept(listening)

    monkeypatch.setattr(loop, "sock_accept", scarce)
    async with house(tmp_path) as made:
        assert await made.ask() == Answer(True, "Shown.")
        assert (made.bugs, complaints, faults) == ([], [], 0)
    assert "a call could not be taken: Too many open files" in caplog.text
