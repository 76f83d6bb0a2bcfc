"""One push connection, from the handshake to its end. The only module here that knows websockets.

The key goes into the handshake's headers, to the host it was given for and to no other: redirects are not followed.
"""

import asyncio
import logging
import ssl
from datetime import UTC, datetime
from typing import Final

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException
from websockets.protocol import State

from crosstrade_desk import __version__
from crosstrade_desk.protocol.endpoint import Endpoint
from crosstrade_desk.protocol.secret import Secret
from crosstrade_desk.protocol.untrusted import Untrusted
from crosstrade_desk.readback.patience import End, Ended
from crosstrade_desk.readback.retry_after import asked_pause

PATH: Final = "/ws/stream"  # Source: docs api/websocket-api
LONGEST: Final = 1024 * 1024  # bytes of a frame; a thousand quotes are a tenth of that
BEAT_S: Final = 20.0  # between two pings, and for the answer to one
_OPEN_S: Final = 10.0
_CLOSE_S: Final = 1.0
_LOOK_S: Final = 2.0
_LONGEST_SENTENCE: Final = 300
_ELSEWHERE: Final = "elsewhere"  # of “Session active elsewhere”. Source: field report of docs api/websocket-api
_AGAIN: Final = (408, 425, 429)  # a pause mends these; another 4xx stays what it is
_log = logging.getLogger("crosstrade_desk.readback")
# At DEBUG websockets writes the key to its log: it gets one that is heard nowhere, whatever level others are set to.
_MUTE: Final = logging.Logger("push", logging.CRITICAL + 1)


class _Straight(connect):
    """Follows no redirect: the header with the key would go along."""

    def process_redirect(self, exc: Exception) -> Exception | str:
        return exc


class Line:
    """A connection that stands. Belongs to one event loop; nothing blocks, and nothing but a cancellation is raised."""

    def __init__(self, connection: ClientConnection, words: Untrusted) -> None:
        self._connection, self._words = connection, words

    async def say(self, message: str) -> None:
        """Sends a text. On a connection that has ended nothing happens: `hear` tells."""
        try:
            await self._connection.send(message)
        except (ConnectionClosed, OSError):
            return

    async def hear(self) -> bytes | Ended:
        """The next frame, or the end."""
        try:
            return await self._heard()
        except ConnectionClosed as end:
            return self._ended(end)
        except Exception as error:  # noqa: BLE001 - what cannot be read must stop nothing else
            return _unforeseen(error)

    async def _heard(self) -> bytes:
        while True:
            try:
                async with asyncio.timeout(_LOOK_S):
                    return await self._connection.recv(decode=False)
            except TimeoutError:
                # After a breach of the protocol websockets waits for the server to hang up; some never do.
                if self._connection.state is not State.OPEN:
                    await self.close()

    def _ended(self, end: ConnectionClosed) -> Ended:
        if end.rcvd is None or end.rcvd_then_sent is False:
            return Ended(End.LOST)
        why = End.TAKEN if _ELSEWHERE in end.rcvd.reason.casefold() else End.CLOSED
        return Ended(why, self._words.line(end.rcvd.reason, _LONGEST_SENTENCE), end.rcvd.code)

    async def close(self) -> None:
        """Says goodbye and closes, within a second."""
        try:
            await self._connection.close()
        except (WebSocketException, OSError):
            return


async def opened(
    endpoint: Endpoint, secret: Secret, context: ssl.SSLContext | None, beat_s: float = BEAT_S
) -> Line | Ended:
    """Connects to the host of a webhook address, or says why not. `context` is needed for https alone."""
    words = Untrusted(secret.reveal(), *endpoint.parts)
    try:
        return Line(await _connected(endpoint, secret, context, beat_s), words)
    except InvalidStatus as refusal:
        return _refused(refusal, words)
    except (WebSocketException, OSError, TimeoutError):
        return Ended(End.LOST)
    except Exception as error:  # noqa: BLE001 - the same
        return _unforeseen(error)


async def _connected(
    endpoint: Endpoint, secret: Secret, context: ssl.SSLContext | None, beat_s: float
) -> ClientConnection:
    is_tls = endpoint.scheme == "https"
    trust = context or ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # trusts nobody
    return await _Straight(
        endpoint.origin.replace("http", "ws", 1) + PATH,
        additional_headers={"Authorization": f"Bearer {secret.reveal()}"},
        user_agent_header=f"CrossTradeDesk/{__version__}",
        ssl=trust if is_tls else None,
        proxy=None,
        compression=None,  # a small frame could unpack to any size
        max_size=LONGEST,
        open_timeout=_OPEN_S,
        close_timeout=_CLOSE_S,
        ping_interval=beat_s,
        ping_timeout=beat_s,
        logger=_MUTE,
    )


def _refused(refusal: InvalidStatus, words: Untrusted) -> Ended:
    status = refusal.response.status_code
    said = words.line((refusal.response.body or b"").decode("utf-8", "replace"), _LONGEST_SENTENCE)
    headers = refusal.response.headers
    wait_s = asked_pause(headers.get("Retry-After"), headers.get("Date"), datetime.now(UTC))
    why = End.REFUSED if 400 <= status < 500 and status not in _AGAIN else End.LOST
    return Ended(why, said, status, wait_s or 0)


def _unforeseen(error: Exception) -> Ended:
    _log.error("unforeseen %s on the push connection", type(error).__name__)  # by its class: its text may quote the key
    return Ended(End.LOST)
