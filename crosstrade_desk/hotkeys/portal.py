"""Wayland: the desktop's GlobalShortcuts portal. The desktop asks the trader, decides the key, and may say no.

Keys can be bound once in a session, and are let go with it alone. So other keys need a new session, in which the
desktop may ask anew; one is kept while the same keys are wanted, and while a key of the program is being bound.

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
from crosstrade_desk.protocol.problems import printable

_PATH: Final = "/org/freedesktop/portal/desktop"
_NAME: Final = "org.freedesktop.portal.Desktop"
_SHORTCUTS: Final = "org.freedesktop.portal.GlobalShortcuts"
_REGISTRY: Final = "org.freedesktop.host.portal.Registry"
_BUS: Final = "org.freedesktop.DBus"
_ABSENT: Final = frozenset(f"{_BUS}.Error.Unknown{what}" for what in ("Method", "Interface", "Object"))
_APP: Final = "crosstrade-desk"
_NO_PORTAL: Final = "This desktop offers no keys for all programs (no GlobalShortcuts portal)."
_SILENT: Final = "The desktop did not answer."
_REFUSED: Final = "The desktop did not agree."
_NOT_GIVEN: Final = "The desktop did not take this key. Choose another one."
_NO_TRIGGER: Final = "The desktop knows it, and has no key for it yet: give it one in the desktop's shortcut settings."
_ENDED: Final = "The desktop ended this key. Untick it and tick it again to ask once more."
_ANSWER_LIMIT_S: Final = 30.0  # the portal itself may have to be started
_LONGEST: Final = 200
_SAME_PRESS_S: Final = 0.75  # a press of which no release was told is over by then
_MODIFIERS: Final = {"Ctrl": "CTRL", "Alt": "ALT", "Shift": "SHIFT", "Meta": "LOGO"}
_SIGNS: Final = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
_SIGN_NAMES: Final = (
    "exclam quotedbl numbersign dollar percent ampersand apostrophe parenleft parenright asterisk plus comma minus "
    "period slash colon semicolon less equal greater question at bracketleft backslash bracketright asciicircum "
    "underscore grave braceleft bar braceright asciitilde"
)
_KEYS: Final = {
    "Enter": "KP_Enter",
    "Esc": "Escape",
    "Space": "space",
    "Backspace": "BackSpace",
    "Ins": "Insert",
    "Del": "Delete",
    "PgUp": "Prior",
    "PgDown": "Next",
    **dict(zip(_SIGNS, _SIGN_NAMES.split(), strict=True)),
}
_LOG: Final = logging.getLogger("crosstrade_desk.hotkeys")


def trigger(chord: Chord) -> str:
    """A chord as the portal writes it. Source: XDG Shortcuts Specification."""
    key = _KEYS.get(chord.key, chord.key.lower() if len(chord.key) == 1 else chord.key)
    return "+".join([*(_MODIFIERS[name] for name in _MODIFIERS if name in chord.modifiers), key])


class PortalHotkeys:
    """One session of the portal at a time: its keys cannot be let go but with the session."""

    asks = True

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
        stands = Unsupported(_NO_PORTAL)
        try:
            async with asyncio.timeout(OPEN_LIMIT_S):
                connection = await opened(get_bus("SESSION"))
            stands = Unsupported(_ENDED)
            try:
                stands = await _Session(connection, wanted, self._fire, self._tell).run()
            finally:
                connection.writer.close()
        except TimeoutError:
            stands = Unsupported(_SILENT)
        except Exception as fault:  # noqa: BLE001 - whatever a bus or its bytes do, it is no reason to halt entries
            _LOG.info("the desktop's keys: %r", fault)
        for action in wanted:
            self._tell(action, stands)

    def _fire(self, action: str) -> None:
        self._call(self._fired, action)

    def _tell(self, action: str, state: State) -> None:
        self._call(self._told, action, state)

    def _call(self, listener: Callable[..., None], *said: object) -> None:
        try:
            listener(*said)
        except Exception as fault:  # noqa: BLE001 - a bug of the listener is no fault of the bus: it surfaces as a bug
            self._tasks.report(fault)


class _Session:
    """A session from its asking to its end."""

    def __init__(self, connection: DBusConnection, wanted: dict[str, Chord], fired: Fired, told: Told) -> None:
        self._connection, self._wanted, self._fired, self._told = connection, wanted, fired, told
        self._down: dict[str, float] = {}
        self._me = self._portal = self._session = ""
        self._answers: dict[object, tuple[int, dict[str, Any]] | None] = {}  # by the path of the request
        self._has_ended = False
        self._signals: dict[str, Callable[..., None]] = {
            "Activated": self._on_activated,
            "Deactivated": self._on_deactivated,
            "ShortcutsChanged": self._on_changed,
        }

    async def run(self) -> Unsupported:
        """Holds the keys until the desktop ends them. Gives why it ended, or why there was none of it."""
        hello = await self._call(message_bus.Hello())
        self._me = str(hello.body[0]).removeprefix(":").replace(".", "_")
        owner = MatchRule(type="signal", sender=_BUS, interface=_BUS, member="NameOwnerChanged")
        owner.add_arg_condition(0, _NAME)
        for rule in (MatchRule(type="signal", sender=_NAME), owner):
            await self._call(message_bus.AddMatch(rule))
        registered = await self._call(
            _to(_REGISTRY, "Register", "sa{sv}", (_APP, {}))
        )  # older ones know none: no matter
        self._portal = str(registered.header.fields.get(HeaderFields.sender))
        if self._portal == _BUS:
            return Unsupported(_NO_PORTAL)
        why = await self._begin()
        while why is None and not self._has_ended:
            await self._next()
        return why or Unsupported(_ENDED)

    async def _begin(self) -> Unsupported | None:
        token = f"ctd{secrets.token_hex(8)}"
        made = await self._ask("CreateSession", "a{sv}", lambda o: ({**o, "session_handle_token": ("s", token)},))
        if isinstance(made, Unsupported):
            return made
        self._session = str(made.get("session_handle", ("s", ""))[1])
        shortcuts = [
            (action, {"description": ("s", TITLES.get(action, action)), "preferred_trigger": ("s", trigger(chord))})
            for action, chord in self._wanted.items()
        ]
        bound = await self._ask("BindShortcuts", "oa(sa{sv})sa{sv}", lambda o: (self._session, shortcuts, "", o))
        if isinstance(bound, Unsupported):
            return bound
        self._on_changed(bound.get("shortcuts", ("", ()))[1])
        return None

    async def _ask(
        self, member: str, signature: str, body: Callable[[dict[str, Any]], tuple[Any, ...]]
    ) -> dict[str, Any] | Unsupported:
        """Makes a request and waits for the desktop's answer, however long the trader takes.

        The answer may come before the reply that names the request: its name is known beforehand.
        """
        token = f"ctd{secrets.token_hex(8)}"
        path = f"{_PATH}/request/{self._me}/{token}"
        self._answers = {path: None}
        reply = await self._call(_to(_SHORTCUTS, member, signature, body({"handle_token": ("s", token)})))
        if reply.header.message_type is MessageType.error:
            return Unsupported(_refusal(reply))
        while (answer := self._answers[path]) is None:
            if self._has_ended:
                return Unsupported(_ENDED)
            await self._next()
        code, results = answer
        return results if code == 0 else Unsupported(_REFUSED)

    async def _call(self, message: Message) -> Message:
        serial = next(self._connection.outgoing_serial)
        async with asyncio.timeout(_ANSWER_LIMIT_S):
            await self._connection.send(message, serial=serial)
            while (found := await self._next()).header.fields.get(HeaderFields.reply_serial) != serial:
                pass
        return found

    async def _next(self) -> Message:
        """The next message. What the desktop says in a signal is taken in."""
        message = await self._connection.receive()
        fields = message.header.fields
        if message.header.message_type is MessageType.signal and fields.get(HeaderFields.sender) in (
            self._portal,
            _BUS,
        ):
            self._heed(fields.get(HeaderFields.path), fields.get(HeaderFields.member), message.body)
        return message

    def _heed(self, path: object, member: object, body: tuple[Any, ...]) -> None:
        if member == "NameOwnerChanged":
            self._has_ended |= bool(self._portal) and body[1] == self._portal
        elif member == "Closed" and path == self._session:
            self._has_ended = True
        elif member == "Response" and path in self._answers:
            self._answers[path] = (int(body[0]), dict(body[1]))
        elif member in self._signals and body[0] == self._session:
            self._signals[str(member)](*body[1:])

    def _on_activated(self, action: str, *_: object) -> None:
        now = time.monotonic()
        former, self._down[action] = self._down.get(action, -_SAME_PRESS_S), now
        if now - former >= _SAME_PRESS_S:  # some desktops repeat it while the key is held
            self._fired(action)

    def _on_deactivated(self, action: str, *_: object) -> None:
        self._down.pop(action, None)

    def _on_changed(self, shortcuts: list[tuple[str, dict[str, Any]]]) -> None:
        """The desktop says which of its keys there are, now or since its settings were changed."""
        given = dict(shortcuts)
        for action in self._wanted:
            self._told(action, _state(given.get(action)))


def _state(about: dict[str, Any] | None) -> State:
    """What the desktop made of a key, None where it does not know it."""
    if about is None:
        return Unsupported(_NOT_GIVEN)
    key = _cut(about.get("trigger_description", ("s", ""))[1])
    return Bound(key) if key else Asked(_NO_TRIGGER)


def _cut(said: object) -> str:
    return printable(str(said)[:_LONGEST])


def _refusal(reply: Message) -> str:
    """What the desktop says to a call that it does not take."""
    if reply.header.fields.get(HeaderFields.error_name) in _ABSENT:
        return _NO_PORTAL
    return f"The desktop refused it: {_cut(reply.body[0] if reply.body else '').rstrip('.')}."


def _to(interface: str, member: str, signature: str, body: tuple[Any, ...]) -> Message:
    return new_method_call(DBusAddress(_PATH, bus_name=_NAME, interface=interface), member, signature, body)
