"""A screen reader's way into the program: a real AT-SPI registry on a bus of a test's own, and a client in plain D-Bus.

Begun are a session bus (`support.bus`), at-spi-bus-launcher on it, and by that launcher the accessibility bus and
the registry. The launcher and all that it began share one process group, which is ended as a whole.
"""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
from jeepney import DBusAddress, HeaderFields, MatchRule, MessageType, Properties, new_method_call
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import DBusConnection, open_dbus_connection

from support.bus import bus

_PLACES: Final = ("/usr/libexec", "/usr/lib/at-spi2-core", "/usr/lib")
_LAUNCHER: Final = "at-spi-bus-launcher"
_ATSPI: Final = "org.a11y.atspi"
_ROOT: Final = "/org/a11y/atspi/accessible/root"
_LIMIT_S: Final = 20.0
_LABELLED_BY: Final = 2
STATES: Final = {
    "active": 1, "checked": 4, "editable": 7, "enabled": 8, "focusable": 11, "focused": 12,
    "sensitive": 24, "showing": 25, "visible": 30,
}  # fmt: skip
POLITE, ASSERTIVE = 1, 2


@dataclass(frozen=True, slots=True)
class Event:
    """What the program told: `kind` such as Announcement, who, its first number, and the text that came with it."""

    kind: str
    path: str
    detail: int
    text: str


@dataclass(frozen=True)
class Node:
    """One accessible object of the program, asked over the bus each time."""

    reader: "Reader"
    owner: str
    path: str

    def call(self, interface: str, member: str, signature: str = "", *body: Any) -> Any:
        address = DBusAddress(self.path, self.owner, f"{_ATSPI}.{interface}")
        return self.reader.ask(new_method_call(address, member, signature or None, body))

    def get(self, interface: str, name: str) -> Any:
        address = DBusAddress(self.path, self.owner, f"{_ATSPI}.{interface}")
        return self.reader.ask(Properties(address).get(name))[0][1]

    def put(self, interface: str, name: str, signature: str, value: Any) -> None:
        address = DBusAddress(self.path, self.owner, f"{_ATSPI}.{interface}")
        self.reader.ask(Properties(address).set(name, signature, value))

    @property
    def name(self) -> str:
        return str(self.get("Accessible", "Name"))

    @property
    def description(self) -> str:
        return str(self.get("Accessible", "Description"))

    @property
    def role(self) -> str:
        return str(self.call("Accessible", "GetRoleName")[0])

    @property
    def interfaces(self) -> set[str]:
        return {name.removeprefix(f"{_ATSPI}.") for name in self.call("Accessible", "GetInterfaces")[0]}

    def has(self, state: str) -> bool:
        words = self.call("Accessible", "GetState")[0]
        return bool(words[STATES[state] // 32] >> STATES[state] % 32 & 1)

    @property
    def text(self) -> str:
        """The accessible text, of one that has any."""
        return str(self.call("Text", "GetText", "ii", 0, -1)[0])

    @property
    def value(self) -> str:
        """What a reader says after the name: its text, its number, or the line that is chosen; "" for none."""
        has = self.interfaces
        return self.text if "Text" in has else str(self.get("Value", "CurrentValue")) if "Value" in has else ""

    def children(self) -> list["Node"]:
        return [Node(self.reader, owner, path) for owner, path in self.call("Accessible", "GetChildren")[0]]

    def walk(self) -> Iterator[tuple[str, "Node"]]:
        """This, and what is shown in it, each with its role; of tables the frame alone."""
        role = self.role
        yield role, self
        if role != "table":
            for child in self.children():
                if child.has("showing"):
                    yield from child.walk()

    def cells(self) -> list[str]:
        """The names of the cells in the first row of a table."""
        return [cell.name for cell in self._row(0)]

    def _row(self, number: int) -> list["Node"]:
        columns = self.get("Table", "NColumns") if self.get("Table", "NRows") > number else 0
        found = (self.call("Table", "GetAccessibleAt", "ii", number, column)[0] for column in range(columns))
        return [Node(self.reader, owner, path) for owner, path in found]

    def labels(self) -> list["Node"]:
        """What names it beside its own name."""
        found = self.call("Accessible", "GetRelationSet")[0]
        return [Node(self.reader, *place) for kind, places in found if kind == _LABELLED_BY for place in places]

    def actions(self) -> list[str]:
        return [str(found[0]) for found in self.call("Action", "GetActions")[0]]

    def do(self, *names: str) -> None:
        """Does the first of these actions that it has."""
        found = self.actions()
        number = next(found.index(name) for name in names if name in found)
        assert self.call("Action", "DoAction", "i", number)[0]

    def write(self, text: str) -> None:
        """Puts a text in place of that which is there."""
        assert self.call("EditableText", "SetTextContents", "s", text)[0]


class Reader:
    """A client of the accessibility bus. `events` holds what the program told since `listen`."""

    def __init__(self, address: str) -> None:
        self._connection: DBusConnection = open_dbus_connection(address)
        self.events: list[Event] = []

    def ask(self, message: Any) -> Any:
        """Calls, and keeps the events that come before the answer. Raises what the answer says went wrong."""
        serial = next(self._connection.outgoing_serial)
        self._connection.send(message, serial=serial)
        end = time.monotonic() + _LIMIT_S
        while True:
            got = self._connection.receive(timeout=max(0.0, end - time.monotonic()))
            fields = got.header.fields
            if fields.get(HeaderFields.reply_serial) == serial:
                if got.header.message_type is MessageType.error:
                    raise LookupError(fields.get(HeaderFields.error_name), got.body)
                return got.body
            self._keep(got)

    def _keep(self, got: Any) -> None:
        fields = got.header.fields
        if got.header.message_type is MessageType.signal and ".Event." in fields.get(HeaderFields.interface, ""):
            kind, detail, _, (_, value), *_ = (fields[HeaderFields.member], *got.body[1:])
            self.events.append(Event(kind, fields[HeaderFields.path], detail, str(value)))

    def listen(self, *kinds: str) -> None:
        """Keeps events from now on, such as object:announcement."""
        self.ask(message_bus.AddMatch(MatchRule(type="signal", interface=f"{_ATSPI}.Event.Object")))
        registry = DBusAddress("/org/a11y/atspi/registry", f"{_ATSPI}.Registry", f"{_ATSPI}.Registry")
        for kind in kinds:
            self.ask(new_method_call(registry, "RegisterEvent", "s", (kind,)))

    def pump(self, seconds: float) -> None:
        """Takes in what is told for so long."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            try:
                self._keep(self._connection.receive(timeout=left))
            except TimeoutError:
                return

    def until(self, seen: Callable[[], Any], what: str) -> Any:
        """Waits until `seen` gives something true, and gives that. What is gone meanwhile is looked for anew."""
        end = time.monotonic() + _LIMIT_S
        while True:
            gone: object = None
            try:
                if found := seen():
                    return found
            except LookupError as fault:
                gone = fault
            assert time.monotonic() < end, f"waited {_LIMIT_S} s for {what} ({gone})"
            self.pump(0.05)

    def program(self, name: str) -> Node:
        """The root of a program, once it is there."""
        desktop = Node(self, f"{_ATSPI}.Registry", _ROOT)
        found: Node = self.until(
            lambda: next((child for child in desktop.children() if child.name == name), None), f"{name} on the bus"
        )
        return found

    def close(self) -> None:
        self._connection.close()


@dataclass(frozen=True, slots=True)
class Reading:
    """The environment of a program that is to be read, and the reader."""

    env: dict[str, str]
    reader: Reader


def launcher() -> str:
    """What starts the accessibility bus. Skips without it, and fails on CI: there it belongs to the machine."""
    found = next((path for place in _PLACES if (path := f"{place}/{_LAUNCHER}") and os.access(path, os.X_OK)), None)
    if found is None:
        reason = "needs an accessibility bus: apt-get install at-spi2-core"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return str(found)


@contextmanager
def reading() -> Iterator[Reading]:
    """A session bus with an accessibility bus of one test's own. Afterwards nothing that was begun for it runs."""
    program = launcher()
    with bus() as session:
        home = Path(session.address.split("path=", 1)[1].split(",", 1)[0]).parent
        env = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "XDG_RUNTIME_DIR": str(home),
            "GSETTINGS_BACKEND": "memory",
            "DBUS_SESSION_BUS_ADDRESS": session.address,
        }
        started = subprocess.Popen(
            [program, "--launch-immediately", "--a11y=1"], env=env, stderr=subprocess.DEVNULL, start_new_session=True
        )
        try:
            reader = Reader(_address(session.address))
            try:
                own = {"DBUS_SESSION_BUS_ADDRESS": session.address, "XDG_RUNTIME_DIR": str(home)}
                yield Reading({**own, "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1"}, reader)
            finally:
                reader.close()
        finally:
            os.killpg(started.pid, signal.SIGTERM)
            started.wait(_LIMIT_S)
            left = _gone(session.address)
    assert left == [], f"left behind: {left}"


def _address(session: str) -> str:
    """Where the accessibility bus is, as the launcher tells."""
    asked = DBusAddress("/org/a11y/bus", "org.a11y.Bus", "org.a11y.Bus")
    end = time.monotonic() + _LIMIT_S
    with open_dbus_connection(session) as connection:
        while True:
            answer = connection.send_and_get_reply(new_method_call(asked, "GetAddress"), timeout=_LIMIT_S)
            if answer.header.message_type is MessageType.method_return and answer.body[0]:
                return str(answer.body[0])
            assert time.monotonic() < end, f"no accessibility bus: {answer.body}"
            time.sleep(0.02)


def _gone(session: str) -> list[str]:
    """What still runs with the address of the session bus in its environment, a second after all was ended."""
    end = time.monotonic() + 5
    while (left := _with(session)) and time.monotonic() < end:
        time.sleep(0.02)
    return left


def _with(session: str) -> list[str]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if session.encode() in (folder / "environ").read_bytes():
                found.append((folder / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:  # not ours, or gone
            continue
    return found
