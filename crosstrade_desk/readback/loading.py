"""Builds what reads one place. Imported after the first paint: it brings httpx along."""

import ssl
import time
from functools import partial
from typing import Any, Protocol

from crosstrade_desk.protocol.endpoint import Endpoint
from crosstrade_desk.protocol.secret import Secret
from crosstrade_desk.readback.budget import Budget
from crosstrade_desk.readback.client import Client, InThread
from crosstrade_desk.readback.poller import AT_ONCE, Poller
from crosstrade_desk.readback.push import Push
from crosstrade_desk.readback.reader import Listener


class Lender(Protocol):
    """A sender that lends its connections for reading."""

    def lend(self, at_once: int) -> Any: ...


class Source:
    """One place: what may be read there, with what, over whose connections, and with which share of the usual budget.

    The budget is the place's: a poller that begins after another one finds what that one left.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        key: Secret,
        lender: Lender,
        context: ssl.SSLContext | None,
        in_thread: InThread,
        share: float,
    ) -> None:
        self._client = Client(endpoint, key, lender.lend(AT_ONCE), in_thread)
        self._push = partial(Push, endpoint, key, context, in_thread)
        self._share, self._budget = share, Budget(time.monotonic(), share)

    def poller(self, tell: Listener, *, push: bool) -> Poller:
        """Reads the place; with `push` it keeps the push connection, too."""
        feed = self._push() if push else None
        return Poller(self._client, tell, self._share, feed=feed, budget=self._budget)
