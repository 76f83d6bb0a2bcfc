"""Wayland: the desktop's GlobalShortcuts portal. The desktop asks the trader, decides the key, and may say no.

Source: XDG Desktop Portal, org.freedesktop.portal.GlobalShortcuts (version 1) and org.freedesktop.host.portal.Registry.
"""

import asyncio
import logging
import secrets
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from jeepney import DBusAddress, HeaderFields, MatchRule, Message, MessageType, new_method_call
from jeepney.bus import get_bus
from jeepney.bus_messages import message_bus
from jeepney.io.asyncio import DBusConnection

from crosstrade_desk.calling.bus import OPEN_LIMIT_S, opened
from crosstrade_desk.desk.chord import Chord
from crosstrade_desk.desk.keymap import TITLES
from crosstrade_desk.desk.tasks import TaskOwner
from crosstrade_desk.hotkeys.state import Asked, Bound, Fired, State, Told, Unsupported, Wanted

_PATH: Final = "/org/freedesktop/portal/desktop"
_NAME: Final = "org.freedesktop.portal.Desktop"
_SHORTCUTS: Final = "org.freedesktop.portal.GlobalShortcuts"
_REGISTRY: Final = "org.freedesktop.host.portal.Registry"
_APP: Final = "crosstrade-desk"
_NO_PORTAL: Final = "This desktop offers no keys for all programs (no GlobalShortcuts portal)."
_REFUSED: Final = "The desktop did not agree."
_NOT_GIVEN: Final = "The desktop gave this key to nothing."
_ENDED: Final = "The desktop has ended it."
_SAME_PRESS_S: Final = 0.75  # a press of which no release was told is over by then
_MODIFIERS: Final = {"Ctrl": "CTRL", "Alt": "ALT", "Shift": "SHIFT", "Meta": "LOGO"}
_KEYS: Final = {
    "Enter": "KP_Enter",
    "Esc": "Escape",
    "Space": "space",
    "Backspace": "BackSpace",
    "Ins": "Insert",
    "Del": "Delete",
    "PgUp": "Prior",
    "PgDown": "Next",
    "+": "plus",
    "-": "minus",
    ",": "comma",
    ".": "period",
    "/": "slash",
    ";": "semicolon",
    "=": "equal",
}
_LOG: Final = logging.getLogger("crosstrade_desk.hotkeys")


def trigger(chord: Chord) -> str:
    """A chord as the portal writes it. Source: XDG Shortcuts Specification."""
    key = _KEYS.get(chord.key, chord.key.lower() if len(chord.key) == 1 else chord.key)
    return "+".join([*(_MODIFIERS[name] for name in _MODIFIERS if name in chord.modifiers), key])


class PortalHotkeys:
    """One session of the portal at a time: its keys cannot be let go but with the session."""

    def __init__(self, tasks: TaskOwner, fired: Fired, told: Told) -> None:
        self._tasks, self._fired, self._told = tasks, fired, told
        self._task: asyncio.Task[None] | None = None

    def bind(self, wanted: Wanted) -> Mapping[str, State]:
        """Ends the former session and asks for these keys in a new one. The answers come later."""
        self.close()
        if wanted:
            self._task = self._tasks.start(self._hold(dict(wanted)), "hold the desktop's keys")
        return {action: Asked() for action in wanted}

    def close(self) -> None:
        """Lets every key go: the session ends with its connection."""
        if self._task:
            self._task.cancel()
            self._task = None

    async def _hold(self, wanted: dict[str, Chord]) -> None:
        why = _NO_PORTAL
        try:
            async with asyncio.timeout(OPEN_LIMIT_S):
                connection = await opened(get_bus("SESSION"))
            try:
                why = await _Session(connection, self._fired, self._told).run(wanted)
            finally:
                connection.writer.close()
        except Exception as fault:  # noqa: BLE001 - whatever a bus or its bytes do, it is no reason to halt entries
            _LOG.info("the desktop's keys: %r", fault)
        for action in wanted:
            self._told(action, Unsupported(why))


class _Session:
    """A session from its asking to its end."""

    def __init__(self, connection: DBusConnection, fired: Fired, told: Told) -> None:
        self._connection, self._fired, self._told = connection, fired, told
        self._down: dict[str, float] = {}
        self._me = ""
        self._session = ""

    async def run(self, wanted: dict[str, Chord]) -> str:
        """Holds the keys until the desktop ends them. Gives why it ended, or why there was none of it."""
        hello = await self._call(message_bus.Hello())
        self._me = str(hello.body[0]).removeprefix(":").replace(".", "_")
        await self._call(message_bus.AddMatch(MatchRule(type="signal", sender=_NAME)))
        await self._call(_to(_REGISTRY, "Register", "sa{sv}", (_APP, {})))  # older portals know none: no matter
        token = f"ctd{secrets.token_hex(8)}"
        made = await self._ask("CreateSession", "a{sv}", lambda o: ({**o, "session_handle_token": ("s", token)},))
        if made is None:
            return _NO_PORTAL
        self._session = str(made.get("session_handle", ("s", ""))[1])
        shortcuts = [
            (action, {"description": ("s", TITLES.get(action, action)), "preferred_trigger": ("s", trigger(chord))})
            for action, chord in wanted.items()
        ]
        bound = await self._ask("BindShortcuts", "oa(sa{sv})sa{sv}", lambda o: (self._session, shortcuts, "", o))
        if bound is None:
            return _REFUSED
        given = {str(name): about for name, about in bound.get("shortcuts", ("", ()))[1]}
        for action in wanted:
            key = str(given.get(action, {}).get("trigger_description", ("s", ""))[1])
            self._told(action, Bound(key) if action in given else Unsupported(_NOT_GIVEN))
        while not self._is_end(message := await self._connection.receive()):
            self._listen(message)
        return _ENDED

    async def _ask(
        self, member: str, signature: str, body: Callable[[dict[str, Any]], tuple[Any, ...]]
    ) -> dict[str, Any] | None:
        """Makes a request and waits for the desktop's answer, however long the trader takes. None: no."""
        token = f"ctd{secrets.token_hex(8)}"
        path = f"{_PATH}/request/{self._me}/{token}"
        reply = await self._call(_to(_SHORTCUTS, member, signature, body({"handle_token": ("s", token)})))
        if reply.header.message_type is MessageType.error:
            return None
        while True:
            message = await self._connection.receive()
            fields = message.header.fields
            if fields.get(HeaderFields.path) == path and fields.get(HeaderFields.member) == "Response":
                code, results = message.body
                return dict(results) if code == 0 else None
            self._listen(message)

    async def _call(self, message: Message) -> Message:
        serial = next(self._connection.outgoing_serial)
        await self._connection.send(message, serial=serial)
        while True:
            found = await self._connection.receive()
            if found.header.fields.get(HeaderFields.reply_serial) == serial:
                return found
            self._listen(found)

    def _listen(self, message: Message) -> None:
        fields = message.header.fields
        if fields.get(HeaderFields.interface) != _SHORTCUTS or not self._session:
            return
        session, action, *_ = message.body
        if session != self._session:
            return
        member = fields.get(HeaderFields.member)
        if member == "Activated":
            self._on_activated(str(action))
        elif member == "Deactivated":
            self._down.pop(str(action), None)

    def _on_activated(self, action: str) -> None:
        now = time.monotonic()
        former, self._down[action] = self._down.get(action, -_SAME_PRESS_S), now
        if now - former >= _SAME_PRESS_S:  # some desktops repeat it while the key is held
            self._fired(action)

    def _is_end(self, message: Message) -> bool:
        fields = message.header.fields
        closed = fields.get(HeaderFields.member) == "Closed" and fields.get(HeaderFields.path) == self._session
        return closed and message.header.message_type is MessageType.signal


def _to(interface: str, member: str, signature: str, body: tuple[Any, ...]) -> Message:
    return new_method_call(DBusAddress(_PATH, bus_name=_NAME, interface=interface), member, signature, body)
