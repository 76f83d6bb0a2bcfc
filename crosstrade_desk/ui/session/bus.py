"""Lock and sleep on Linux, as D-Bus tells them.

Without a bus, or when it dies, a line in the log is all: the desk's own look at the clocks stays.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Final, Literal

from jeepney import HeaderFields, MatchRule, Message, MessageType
from jeepney.bus import get_bus
from jeepney.bus_messages import message_bus
from jeepney.io.asyncio import DBusConnection

from crosstrade_desk.calling.bus import OPEN_LIMIT_S, opened
from crosstrade_desk.desk.away import Away

Bus = Literal["SYSTEM", "SESSION"]
BUSES: Final[tuple[Bus, ...]] = ("SYSTEM", "SESSION")
_LOG: Final = logging.getLogger("crosstrade_desk.session")


@dataclass(frozen=True, slots=True)
class Watched:
    """A signal, who may give it, and what it means if it says `body`."""

    bus: Bus
    sender: str
    interface: str
    member: str
    body: tuple[object, ...]
    means: Away


def _screen(name: str) -> Watched:
    return Watched("SESSION", name, name, "ActiveChanged", (True,), Away.LOCKED)


# `Lock` may be that of another user's session on the same computer: entries then go off once too often.
WATCHED: Final = (
    Watched(
        "SYSTEM", "org.freedesktop.login1", "org.freedesktop.login1.Manager", "PrepareForSleep", (True,), Away.SLEPT
    ),
    Watched("SYSTEM", "org.freedesktop.login1", "org.freedesktop.login1.Session", "Lock", (), Away.LOCKED),
    _screen("org.freedesktop.ScreenSaver"),
    _screen("org.gnome.ScreenSaver"),
    _screen("org.cinnamon.ScreenSaver"),
    _screen("org.mate.ScreenSaver"),
    _screen("org.xfce.ScreenSaver"),
)


async def watch(bus: Bus, on_away: Callable[[Away], None]) -> None:
    """Calls `on_away` at each of the signals, until it is cancelled or the bus is gone."""
    async with aclosing(_found(bus)) as found:
        async for away in found:
            on_away(away)


async def _found(bus: Bus) -> AsyncGenerator[Away, None]:
    try:
        async with asyncio.timeout(OPEN_LIMIT_S):
            connection = await opened(get_bus(bus))
        try:
            await _subscribe(connection, bus)
            while True:
                if away := meaning(bus, await connection.receive()):
                    yield away
        finally:
            connection.writer.close()
    except Exception as fault:  # noqa: BLE001 - whatever a bus or its bytes do, it is no reason to halt entries
        _LOG.info("the %s bus tells nothing of lock and sleep: %r", bus.lower(), fault)


async def _subscribe(connection: DBusConnection, bus: Bus) -> None:
    """Greets the bus and names the signals. What it answers comes with the signals and is passed over."""
    await connection.send(message_bus.Hello())
    for signal in WATCHED:
        if signal.bus == bus:
            rule = MatchRule(type="signal", sender=signal.sender, interface=signal.interface, member=signal.member)
            await connection.send(message_bus.AddMatch(rule))


def meaning(bus: Bus, message: Message) -> Away | None:
    """What a message says of the trader; None for all others. Who sent it is looked at by the bus."""
    if message.header.message_type is not MessageType.signal:
        return None
    fields = message.header.fields
    said = (bus, fields.get(HeaderFields.interface), fields.get(HeaderFields.member), message.body)
    return next((s.means for s in WATCHED if (s.bus, s.interface, s.member, s.body) == said), None)
