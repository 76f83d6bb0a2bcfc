"""Posts messages to a practice exchange that needs no socket and no clock."""

from datetime import datetime, timedelta
from typing import Any

from crosstrade_desk.practice.exchange import Exchange
from crosstrade_desk.practice.panel import Panel
from crosstrade_desk.practice.webhook import Answer, Relay
from crosstrade_desk.protocol.secret import Secret

KEY = Secret("the-right-key-1")


class Post:
    """Posts messages to one exchange; `key=...;` is put in front."""

    def __init__(self, exchange: Exchange, start: datetime, refusal_status: int = 200) -> None:
        self.exchange, self.now = exchange, start
        self.panel = Panel()
        self.relay = Relay(exchange, KEY, self.panel, refusal_status=refusal_status)

    def raw(self, body: bytes, content_type: str | None = "text/plain") -> Answer:
        found = self.relay.receive(content_type, body)
        if isinstance(found, Answer):
            return found
        self.now += timedelta(seconds=found.wait_s)
        return self.relay.carry_out(found, self.now)

    def __call__(self, text: str, **more: Any) -> Answer:
        return self.raw(f"key={KEY.reveal()};{text}".encode(), **more)

    def held(self) -> dict[str, int]:
        return {p.account: p.quantity for p in self.exchange.positions if p.quantity}
