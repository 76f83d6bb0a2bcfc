"""The desktop's portal, played by a hand-made one on a real bus of its own."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from crosstrade_desk.desk.chord import Chord, parse_chord
from crosstrade_desk.desk.tasks import TaskOwner
from crosstrade_desk.hotkeys.state import Asked, Bound, State, Unsupported
from support.bus import bus

module = pytest.importorskip("crosstrade_desk.hotkeys.portal", reason="Linux only")
jeepney = pytest.importorskip("jeepney")
aio = pytest.importorskip("jeepney.io.asyncio")
pytestmark = pytest.mark.anyio
NAME, PATH = "org.freedesktop.portal.Desktop", "/org/freedesktop/portal/desktop"
SHORTCUTS = "org.freedesktop.portal.GlobalShortcuts"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def chord(text: str) -> Chord:
    found = parse_chord(text)
    assert isinstance(found, Chord)
    return found


class Portal:
    """A portal that answers as it is told to: `codes` by member, `gives` the shortcuts it agrees to."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.calls: list[tuple[str, tuple[Any, ...]]] = []
        self.codes: dict[str, int] = {}
        self.gives: dict[str, str] = {"flatten": "Ctrl+Shift+F"}
        self.session = ""
        self.mute: set[str] = set()

    async def serve(self) -> None:
        while True:
            call = await self.connection.receive()
            if call.header.message_type is not jeepney.MessageType.method_call:
                continue
            member = call.header.fields[jeepney.HeaderFields.member]
            self.calls.append((member, call.body))
            await getattr(self, f"on_{member}")(call)

    async def on_Register(self, call: Any) -> None:  # noqa: N802 (the portal's name)
        await self.connection.send(jeepney.new_error(call, "org.freedesktop.DBus.Error.UnknownMethod", "s", ("old",)))

    async def on_CreateSession(self, call: Any) -> None:  # noqa: N802 (the portal's name)
        token = call.body[0]["session_handle_token"][1]
        self.session = f"{PATH}/session/me/{token}"
        await self.answer(call, call.body[0], {"session_handle": ("s", self.session)})

    async def on_BindShortcuts(self, call: Any) -> None:  # noqa: N802 (the portal's name)
        given = [(name, {"trigger_description": ("s", key)}) for name, key in self.gives.items()]
        await self.answer(call, call.body[3], {"shortcuts": ("a(sa{sv})", given)})

    async def answer(self, call: Any, options: dict[str, Any], results: dict[str, Any]) -> None:
        fields = call.header.fields
        member = fields[jeepney.HeaderFields.member]
        sender = fields[jeepney.HeaderFields.sender].removeprefix(":").replace(".", "_")
        path = f"{PATH}/request/{sender}/{options['handle_token'][1]}"
        await self.connection.send(jeepney.new_method_return(call, "o", (path,)))
        if member not in self.mute:
            await self.signal(
                path, "org.freedesktop.portal.Request", "Response", "ua{sv}", (self.codes.get(member, 0), results)
            )

    async def signal(self, path: str, interface: str, member: str, signature: str, body: tuple[Any, ...]) -> None:
        where = jeepney.DBusAddress(path, interface=interface)
        await self.connection.send(jeepney.new_signal(where, member, signature, body))

    async def press(self, action: str, member: str = "Activated", session: str = "") -> None:
        await self.signal(PATH, SHORTCUTS, member, "osta{sv}", (session or self.session, action, 1, {}))

    async def end(self) -> None:
        await self.signal(self.session, "org.freedesktop.portal.Session", "Closed", "a{sv}", ({},))


class Side:
    """The program's side, and what it was told."""

    def __init__(self) -> None:
        self.fired: list[str] = []
        self.told: list[tuple[str, State]] = []
        self.bugs: list[BaseException] = []
        self.tasks = TaskOwner(asyncio.get_running_loop(), self.bugs.append)
        self.keys = module.PortalHotkeys(self.tasks, self.fired.append, lambda *told: self.told.append(told))

    async def until(self, what: list[Any], count: int = 1) -> None:
        async with asyncio.timeout(20):
            while len(what) < count:
                await asyncio.sleep(0.002)

    async def close(self) -> None:
        self.keys.close()
        await self.tasks.close(0)
        assert self.bugs == []


@asynccontextmanager
async def sides(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[Portal, Side]]:
    with bus() as made:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", made.address)
        connection = await aio.open_dbus_connection(made.address)
        async with aio.DBusRouter(connection) as router:
            await aio.Proxy(jeepney.message_bus, router).RequestName(NAME)
        portal, side = Portal(connection), Side()
        serving = asyncio.ensure_future(portal.serve())
        try:
            yield portal, side
        finally:
            await side.close()
            serving.cancel()
            await asyncio.wait([serving])
            await connection.close()


async def test_a_key_is_asked_for_and_held_only_once_the_desktop_agreed(monkeypatch: pytest.MonkeyPatch) -> None:
    async with sides(monkeypatch) as (portal, side):
        assert side.keys.bind({"flatten": chord("Ctrl+Shift+F")}) == {"flatten": Asked()}
        await side.until(side.told)
        assert side.told == [("flatten", Bound("Ctrl+Shift+F"))]
        assert [member for member, _ in portal.calls] == ["Register", "CreateSession", "BindShortcuts"]
        shortcuts = portal.calls[2][1][1]
        assert shortcuts == [("flatten", {"description": ("s", "Flatten"), "preferred_trigger": ("s", "CTRL+SHIFT+f")})]
        await portal.press("flatten")
        await side.until(side.fired)


async def test_a_press_that_is_held_fires_once_and_again_after_its_release(monkeypatch: pytest.MonkeyPatch) -> None:
    async with sides(monkeypatch) as (portal, side):
        side.keys.bind({"flatten": chord("F9")})
        await side.until(side.told)
        for _ in range(5):
            await portal.press("flatten")
        await portal.press("flatten", "Deactivated")
        await portal.press("flatten")
        await side.until(side.fired, 2)
        assert side.fired == ["flatten", "flatten"]


async def test_a_desktop_that_tells_of_no_release_fires_again_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_SAME_PRESS_S", 0.0)
    async with sides(monkeypatch) as (portal, side):
        side.keys.bind({"flatten": chord("F9")})
        await side.until(side.told)
        await portal.press("flatten")
        await portal.press("flatten")
        await side.until(side.fired, 2)


@pytest.mark.parametrize("member", ["CreateSession", "BindShortcuts"])
async def test_a_no_of_the_desktop_is_told(monkeypatch: pytest.MonkeyPatch, member: str) -> None:
    async with sides(monkeypatch) as (portal, side):
        portal.codes[member] = 1
        side.keys.bind({"flatten": chord("F9")})
        await side.until(side.told)
        assert isinstance(side.told[0][1], Unsupported)


async def test_a_key_that_the_desktop_gave_to_nothing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    async with sides(monkeypatch) as (portal, side):
        portal.gives = {"cancel": "F10"}
        side.keys.bind({"flatten": chord("F9"), "cancel": chord("F10")})
        await side.until(side.told, 2)
        assert isinstance(dict(side.told)["flatten"], Unsupported)
        assert dict(side.told)["cancel"] == Bound("F10")


async def test_while_the_desktop_asks_the_trader_nothing_is_claimed(monkeypatch: pytest.MonkeyPatch) -> None:
    async with sides(monkeypatch) as (portal, side):
        portal.mute = {"BindShortcuts"}
        side.keys.bind({"flatten": chord("F9")})
        await side.until(portal.calls, 3)
        assert side.told == []


async def test_a_session_that_the_desktop_ends_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    async with sides(monkeypatch) as (portal, side):
        side.keys.bind({"flatten": chord("F9")})
        await side.until(side.told)
        await portal.end()
        await side.until(side.told, 2)
        assert isinstance(side.told[1][1], Unsupported)


async def test_a_press_for_another_session_does_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    async with sides(monkeypatch) as (portal, side):
        side.keys.bind({"flatten": chord("F9")})
        await side.until(side.told)
        await portal.press("flatten", session=f"{PATH}/session/other/1")
        await portal.press("flatten", "Deactivated")
        await portal.press("flatten")
        await side.until(side.fired)
        assert side.fired == ["flatten"]


async def test_new_keys_are_asked_for_in_a_new_session_and_none_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    async with sides(monkeypatch) as (portal, side):
        side.keys.bind({"flatten": chord("F9")})
        await side.until(side.told)
        first = portal.session
        side.keys.bind({"flatten": chord("F10")})
        await side.until(side.told, 2)
        assert portal.session != first
        side.keys.bind({})
        await portal.press("flatten")
        async with asyncio.timeout(20):
            while not side.tasks.is_empty:
                await asyncio.sleep(0.002)
        assert side.fired == []


async def test_without_a_portal_or_a_bus_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    with bus() as made:
        for address in (made.address, "unix:path=/nowhere/at/all", "disabled:"):
            monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
            side = Side()
            side.keys.bind({"flatten": chord("F9")})
            await side.until(side.told)
            assert "no GlobalShortcuts portal" in side.told[0][1].sentence
            await side.close()


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("Ctrl+Shift+F", "CTRL+SHIFT+f"), ("Alt+Meta+PgUp", "ALT+LOGO+Prior"), ("F9", "F9"), ("Ctrl++", "CTRL+plus")],
)
def test_a_chord_is_written_as_the_portal_wants_it(text: str, wanted: str) -> None:
    assert module.trigger(chord(text)) == wanted
