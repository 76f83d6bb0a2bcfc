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

    def __init__(self, connection: Any, address: str) -> None:
        self.connection, self.bus = connection, address
        self.caller = ""
        self.calls: list[tuple[str, tuple[Any, ...]]] = []
        self.codes: dict[str, int] = {}
        self.gives: dict[str, str] = {"flatten": "Ctrl+Shift+F"}
        self.session = ""
        self.mute: set[str] = set()
        self.errors: dict[str, tuple[str, str]] = {}
        self.is_hasty = False

    async def serve(self) -> None:
        while True:
            call = await self.connection.receive()
            if call.header.message_type is not jeepney.MessageType.method_call:
                continue
            member = call.header.fields[jeepney.HeaderFields.member]
            self.calls.append((member, call.body))
            self.caller = call.header.fields[jeepney.HeaderFields.sender]
            if member in self.errors:
                await self.refuse(call, *self.errors[member])
                continue
            await getattr(self, f"on_{member}")(call)

    async def on_Register(self, call: Any) -> None:  # noqa: N802 (the portal's name)
        await self.refuse(call, "org.freedesktop.DBus.Error.UnknownMethod", "old")

    async def begin_again(self, call: Any) -> None:
        """Gives its name up and takes it, as one does that is only starting."""
        for message in (jeepney.message_bus.ReleaseName(NAME), jeepney.message_bus.RequestName(NAME)):
            await self.connection.send(message)
            while (await self.connection.receive()).header.message_type is not jeepney.MessageType.method_return:
                pass
        await self.refuse(call, "org.freedesktop.DBus.Error.UnknownMethod", "old")

    async def refuse(self, call: Any, name: str, words: str) -> None:
        await self.connection.send(jeepney.new_error(call, name, "s", (words,)))

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
        reply = jeepney.new_method_return(call, "o", (path,))
        if not self.is_hasty:
            await self.connection.send(reply)
        if member not in self.mute:
            await self.signal(
                path, "org.freedesktop.portal.Request", "Response", "ua{sv}", (self.codes.get(member, 0), results)
            )
        if self.is_hasty:
            await self.connection.send(reply)

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
        portal, side = Portal(connection, made.address), Side()
        serving = asyncio.ensure_future(portal.serve())
        try:
            yield portal, side
        finally:
            await side.close()
            serving.cancel()
            await asyncio.wait([serving])
            if not serving.cancelled():
                serving.exception()  # the portal of a test may have died
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


async def test_an_answer_that_comes_before_its_request_is_named_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    async with sides(monkeypatch) as (portal, side):
        portal.is_hasty = True
        side.keys.bind({"flatten": chord("F9")})
        await side.until(side.told)
        assert side.told == [("flatten", Bound("Ctrl+Shift+F"))]


async def test_a_key_that_the_desktop_knows_and_has_on_no_key_is_not_called_bound(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with sides(monkeypatch) as (portal, side):
        portal.gives = {"flatten": ""}
        side.keys.bind({"flatten": chord("F9")})
        await side.until(side.told)
        assert isinstance(side.told[0][1], Asked)
        assert "shortcut settings" in side.told[0][1].sentence


async def test_what_the_trader_changes_in_the_desktops_settings_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    async with sides(monkeypatch) as (portal, side):
        side.keys.bind({"flatten": chord("F9"), "cancel": chord("F10")})
        await side.until(side.told, 2)
        side.told.clear()
        shortcuts = [("cancel", {"trigger_description": ("s", "Super+Q\n")})]
        await portal.signal(PATH, SHORTCUTS, "ShortcutsChanged", "oa(sa{sv})", (portal.session, shortcuts))
        await side.until(side.told, 2)
        assert isinstance(dict(side.told)["flatten"], Unsupported)
        assert dict(side.told)["cancel"] == Bound("Super+Q\\n")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("org.freedesktop.DBus.Error.UnknownMethod", "no GlobalShortcuts portal"),
        ("org.freedesktop.portal.Error.NotAllowed", "An app id is required"),
    ],
)
async def test_why_the_desktop_takes_no_session_is_told(monkeypatch: pytest.MonkeyPatch, name: str, words: str) -> None:
    async with sides(monkeypatch) as (portal, side):
        portal.errors["CreateSession"] = (name, "An app id is required.")
        side.keys.bind({"flatten": chord("F9")})
        await side.until(side.told)
        assert words in side.told[0][1].sentence


async def test_a_portal_that_dies_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    async with sides(monkeypatch) as (portal, side):
        side.keys.bind({"flatten": chord("F9")})
        await side.until(side.told)
        portal.connection.writer.close()
        await side.until(side.told, 2)
        assert "ended" in side.told[1][1].sentence


async def test_a_portal_that_is_started_for_it_is_none_that_dies(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bus tells of each owner that the name had and has: first of none."""
    async with sides(monkeypatch) as (portal, side):
        monkeypatch.setattr(portal, "on_Register", portal.begin_again)
        side.keys.bind({"flatten": chord("F9")})
        await side.until(side.told)
        assert side.told == [("flatten", Bound("Ctrl+Shift+F"))]


async def test_a_portal_that_says_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_ANSWER_LIMIT_S", 0.2)
    async with sides(monkeypatch) as (portal, side):
        monkeypatch.setattr(portal, "on_CreateSession", lambda _call: asyncio.sleep(0))
        side.keys.bind({"flatten": chord("F9")})
        await side.until(side.told)
        assert "did not answer" in side.told[0][1].sentence


async def test_another_program_that_plays_the_portal_fires_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """It may send what it likes to the program itself; the desktop's name is not its own."""
    async with sides(monkeypatch) as (portal, side):
        side.keys.bind({"flatten": chord("F9")})
        await side.until(side.told)
        liar = await aio.open_dbus_connection(portal.bus)
        where = jeepney.DBusAddress(PATH, interface=SHORTCUTS)
        for body in (("osta{sv}", (portal.session, "flatten", 1, {})), ("s", ("rubbish",))):
            message = jeepney.new_signal(where, "Activated", *body)
            message.header.fields[jeepney.HeaderFields.destination] = portal.caller
            await liar.send(message)
        async with aio.DBusRouter(liar) as router:
            await aio.Proxy(jeepney.message_bus, router).GetId()  # what came before it is through
        await portal.press("flatten", "Deactivated")
        await portal.press("flatten")
        await side.until(side.fired)
        await liar.close()
        assert side.fired == ["flatten"]
        assert len(side.told) == 1


async def test_a_bug_of_the_listener_surfaces_as_one_and_the_keys_live_on(monkeypatch: pytest.MonkeyPatch) -> None:
    async with sides(monkeypatch) as (portal, side):
        fire = side.fired.append

        def fail_first(action: str) -> None:
            fire(action)
            if len(side.fired) == 1:
                raise ZeroDivisionError

        side.keys = module.PortalHotkeys(side.tasks, fail_first, lambda *told: side.told.append(told))
        side.keys.bind({"flatten": chord("F9")})
        await side.until(side.told)
        for _ in range(2):
            await portal.press("flatten")
            await portal.press("flatten", "Deactivated")
        await side.until(side.fired, 2)
        assert [type(bug) for bug in side.bugs] == [ZeroDivisionError]
        side.bugs.clear()


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
    [
        ("Ctrl+Shift+F", "CTRL+SHIFT+f"),
        ("Alt+Meta+PgUp", "ALT+LOGO+Prior"),
        ("F9", "F9"),
        ("Ctrl++", "CTRL+plus"),
        ("Ctrl+[", "CTRL+bracketleft"),
        ("Ctrl+~", "CTRL+asciitilde"),
    ],
)
def test_a_chord_is_written_as_the_portal_wants_it(text: str, wanted: str) -> None:
    assert module.trigger(chord(text)) == wanted
