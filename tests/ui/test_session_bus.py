"""Lock and sleep as a real bus tells them."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest

from crosstrade_desk.desk.away import Away
from support.bus import Bus, bus

module = pytest.importorskip("crosstrade_desk.ui.session.bus", reason="Linux only")
pytestmark = pytest.mark.anyio
LOCKED = ("org.freedesktop.ScreenSaver", "ActiveChanged", "b", (True,))
ADDRESSES = {"SYSTEM": "DBUS_SYSTEM_BUS_ADDRESS", "SESSION": "DBUS_SESSION_BUS_ADDRESS"}


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Watch:
    """A watch on a bus, and what it has called out."""

    def __init__(self, made: Bus, name: str) -> None:
        self.bus = made
        self.heard: list[Away] = []
        self.task = asyncio.create_task(module.watch(name, self.heard.append))

    async def until_it_hears(self, sender: str, *signal: object) -> None:
        """Gives a signal until the watch, once it listens, calls it out.

        Not again before it had time to: a second one that is still on its way would be heard by what follows.
        """
        async with asyncio.timeout(20):
            while not self.heard:
                assert not self.task.done(), "the watch ended"
                await self.give(sender, signal)
                with suppress(TimeoutError):
                    await self.until_heard(0.5)

    async def until_heard(self, limit_s: float) -> None:
        async with asyncio.timeout(limit_s):
            while not self.heard:
                await asyncio.sleep(0.001)

    async def give(self, sender: str, *signals: object) -> None:
        await asyncio.to_thread(self.bus.give, sender, *signals)  # type: ignore[arg-type]


@asynccontextmanager
async def watched(monkeypatch: pytest.MonkeyPatch, name: str) -> AsyncIterator[Watch]:
    with bus() as made:
        monkeypatch.setenv(ADDRESSES[name], made.address)
        watch = Watch(made, name)
        yield watch
        watch.task.cancel()
        await asyncio.wait([watch.task])


def signature(signal: module.Watched) -> str | None:  # type: ignore[name-defined]
    return "b" if signal.body else None


@pytest.mark.parametrize("signal", module.WATCHED, ids=lambda signal: f"{signal.interface}.{signal.member}")
async def test_each_signal_of_the_table_is_heard_and_means_what_it_says(
    signal: module.Watched,  # type: ignore[name-defined]
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with watched(monkeypatch, signal.bus) as watch:
        await watch.until_it_hears(signal.sender, signal.interface, signal.member, signature(signal), signal.body)
        assert set(watch.heard) == {signal.means}


async def test_what_is_no_lock_and_no_sleep_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    login, manager = "org.freedesktop.login1", "org.freedesktop.login1.Manager"
    session = "org.freedesktop.login1.Session"
    async with watched(monkeypatch, "SYSTEM") as watch:
        await watch.until_it_hears(login, session, "Lock", None, ())
        watch.heard.clear()
        await watch.give(
            login,
            (manager, "PrepareForSleep", "b", (False,)),
            (manager, "PrepareForShutdown", "b", (True,)),
            (session, "Unlock", None, ()),
            (session, "Lock", "s", ("more",)),
            (manager, "PrepareForSleep", "b", (True,)),
        )
        await watch.until_heard(5)
        assert watch.heard == [Away.SLEPT], "the last one, and none before it"


async def test_only_the_owner_of_the_name_is_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    async with watched(monkeypatch, "SESSION") as watch:
        await watch.until_it_hears("org.freedesktop.ScreenSaver", *LOCKED)
        watch.heard.clear()
        await watch.give("org.example.Liar", LOCKED)
        await watch.give("", LOCKED)
        await watch.give("org.gnome.ScreenSaver", ("org.gnome.ScreenSaver", "ActiveChanged", "b", (True,)))
        await watch.until_heard(5)
        assert len(watch.heard) == 1


async def test_when_the_bus_dies_a_line_in_the_log_is_all(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "crosstrade_desk.session")
    async with watched(monkeypatch, "SESSION") as watch:
        await watch.until_it_hears("org.freedesktop.ScreenSaver", *LOCKED)
        watch.bus.process.kill()
        async with asyncio.timeout(5):
            await watch.task
        assert "the session bus tells nothing" in caplog.text


@pytest.mark.parametrize("address", [None, "", "rubbish", "tcp:host=localhost,port=1", "unix:path=/none/there"])
async def test_without_a_bus_a_line_in_the_log_is_all(
    address: str | None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "crosstrade_desk.session")
    if address is not None:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    heard: list[Away] = []
    await module.watch("SESSION", heard.append)
    assert heard == []
    assert "the session bus tells nothing" in caplog.text


async def test_a_bus_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "crosstrade_desk.session")
    monkeypatch.setattr(module, "OPEN_LIMIT_S", 0.3)
    with bus() as made:
        made.hang()
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", made.address)
        async with asyncio.timeout(5):
            await module.watch("SESSION", lambda _away: None)
    assert "TimeoutError" in caplog.text


async def test_rubbish_from_a_bus_is_a_line_in_the_log(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, tmp_path_factory: pytest.TempPathFactory
) -> None:
    caplog.set_level(logging.INFO, "crosstrade_desk.session")

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\n")
        writer.write(b"OK 1234\r\n")
        await reader.readuntil(b"BEGIN\r\n")
        writer.write(b"\xff" * 1000)
        await reader.read()
        writer.close()
        ended.set()

    ended = asyncio.Event()
    path = tmp_path_factory.mktemp("b") / "bus"
    async with await asyncio.start_unix_server(serve, path):
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={path}")
        async with asyncio.timeout(5):
            await module.watch("SESSION", lambda _away: None)
            await ended.wait()
    assert "the session bus tells nothing" in caplog.text


async def test_a_fault_of_the_listener_is_no_fault_of_the_bus(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_away: Away) -> None:
        raise ZeroDivisionError

    with bus() as made:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", made.address)
        task = asyncio.create_task(module.watch("SESSION", fail))
        async with asyncio.timeout(20):
            while not task.done():
                await asyncio.to_thread(made.give, "org.freedesktop.ScreenSaver", LOCKED)
        with pytest.raises(ZeroDivisionError):
            await task
