"""Builds what reads one place. Imported after the first paint: it brings httpx along."""

import ssl
from functools import partial
from typing import Any, Protocol

from crosstrade_desk.protocol.endpoint import Endpoint
from crosstrade_desk.protocol.secret import Secret
from crosstrade_desk.readback.client import Client, InThread
from crosstrade_desk.readback.poller import AT_ONCE, Poller
from crosstrade_desk.readback.push import Push
from crosstrade_desk.readback.reader import Listener


class Lender(Protocol):
    """A sender that lends its connections for reading."""

    def lend(self, at_once: int) -> Any: ...


class Source:
    """One place: what may be read there, with what and over whose connections."""

    def __init__(
        self, endpoint: Endpoint, key: Secret, lender: Lender, context: ssl.SSLContext | None, in_thread: InThread
    ) -> None:
        self._client = Client(endpoint, key, lender.lend(AT_ONCE), in_thread)
        self._push = partial(Push, endpoint, key, context, in_thread)

    def poller(self, tell: Listener, share: float, *, push: bool) -> Poller:
        """Reads the place with `share` of the usual budget; with `push` it keeps the push connection, too."""
        return Poller(self._client, tell, share, feed=self._push() if push else None)
