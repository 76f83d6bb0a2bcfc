"""A connection to a D-Bus. Through jeepney: Qt's own D-Bus ends the process on a mismatch. Linux only."""

import asyncio
from typing import Final

from jeepney.auth import BEGIN, Authenticator
from jeepney.io.asyncio import DBusConnection

OPEN_LIMIT_S: Final = 10.0


async def opened(address: str) -> DBusConnection:
    """A connection that has logged in and has not said hello. Raises OSError, ValueError or EOFError where it fails."""
    reader, writer = await asyncio.open_unix_connection(address)
    try:
        login = Authenticator()
        for line in login:
            writer.write(line)
            login.feed(await reader.readuntil(b"\n"))
        writer.write(BEGIN)
    except BaseException:
        writer.close()
        raise
    return DBusConnection(reader, writer)
