"""Finds idle connections that hold bytes nobody asked for, which the next order would read as its answer.

The one place that looks inside httpcore, h11, anyio and asyncio, because none of them shows what it has buffered.
httpcore itself looks at the socket alone.
"""

from typing import Any


async def drop_stale(pool: Any) -> None:
    """Closes the idle connections of an httpcore pool that hold surplus bytes. Does not pause where there are none."""
    while stale := [one for one in pool.connections if one.is_idle() and not one.is_closed() and _holds_surplus(one)]:
        for connection in stale:
            await connection.aclose()


def _holds_surplus(connection: Any) -> bool:
    """True as well if the libraries have changed inside: a new handshake is the price, not a wrong outcome."""
    try:
        http = connection._connection
        surplus, ended = http._h11_state.trailing_data
        return bool(surplus) or ended or _is_buffered(http._network_stream._stream)
    except AttributeError:
        return True


def _is_buffered(stream: Any) -> bool:
    """Whether anything was received and not yet read: in TLS, in anyio's queue, or by Windows while reading paused."""
    plain = getattr(stream, "transport_stream", stream)
    if plain is not stream and (stream._read_bio.pending or stream._ssl_object.pending()):
        return True
    received_in_pause = getattr(plain._transport, "_pending_data_length", -1)
    return bool(plain._protocol.read_queue) or received_in_pause != -1
