"""The interface of whatever carries a message."""

from collections.abc import Callable
from typing import Protocol

from crosstrade_desk.protocol.message import Message
from crosstrade_desk.sending.outcome import Link, Outcome


class Sender(Protocol):
    """Carries messages to one place. Holds the secret; nobody above it needs to."""

    async def send(self, message: Message, on_left: Callable[[], None]) -> Outcome:
        """Carries `message` once and gives what became of it. A cancelled send ends as `NotSent` or `Unknown` too.

        `on_left` is called, at most once, when the text has been handed to the network: the moment for all work that
        may wait until then. It must not raise.
        """

    async def warm(self) -> Link:
        """Opens the connections ahead of need, or proves that they still stand. Sends no order text."""

    async def close(self) -> None:
        """Closes the connections."""
