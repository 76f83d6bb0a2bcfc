"""The practice exchange right behind the window: no socket, prices by hand, and positions that can be looked at."""

import json
from collections.abc import Callable

from crosstrade_desk.protocol.endpoint import Endpoint
from crosstrade_desk.protocol.message import Message
from crosstrade_desk.sending.outcome import Link, LinkUp, Outcome
from crosstrade_desk.sending.verdict import Reader
from support.post import KEY
from support.stage import Stage

_READER = Reader(Endpoint("http", "127.0.0.1", 80, "/v1/send/some/where"), KEY)


class Staged:
    """A sender that posts to a stage and reads its answers as the real one does."""

    def __init__(self) -> None:
        self.stage = Stage()

    async def send(self, message: Message, on_left: Callable[[], None]) -> Outcome:
        answer = self.stage.raw(message.wire(KEY))
        on_left()
        return _READER.verdict(answer.status, json.dumps(dict(answer.json_body)).encode())

    async def warm(self) -> Link:
        return LinkUp(1.0)

    async def close(self) -> None:
        """There is nothing to close."""
