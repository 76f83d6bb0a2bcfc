"""The push side of the API: what CrossTrade says over one WebSocket, from the same exchange. Pure.

What the documentation does not show of a frame is our reading. Source: docs api/websocket-api, and field reports of it.
"""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final
from urllib.parse import quote

from crosstrade_desk.practice import api_objects as objects
from crosstrade_desk.practice.api import Api, Asked, dumped
from crosstrade_desk.practice.api_objects import Json
from crosstrade_desk.practice.events import Rejected
from crosstrade_desk.practice.exchange import Exchange
from crosstrade_desk.practice.markets import Market
from crosstrade_desk.protocol.instrument import Instrument, parse_instrument

QUOTES_S: Final = 1.0
_FASTEST_MS, _SLOWEST_MS, _USUAL_MS = 250, 60_000, 1000
_MOST_INSTRUMENTS: Final = 20
_CHANGES, _CHANGE_S = 5.0, 3.0  # a burst of changes, and seconds until there is one more. Source: API overview
_MOST_VIOLATIONS: Final = 10
_POLICY: Final = 1008
_BUSY: Final[Json] = {"error": "Rate limit exceeded"}

# What may be called by its name: the routes that read. `{…}` is an argument; all others are the query.
CALLS: Final[Mapping[str, str]] = {
    "ListAccounts": "accounts",
    "GetAccount": "accounts/{account}",
    "GetWatermarks": "accounts/{account}/watermarks",
    "ListPositions": "accounts/{account}/positions",
    "GetAllPositions": "positions",
    "GetPosition": "accounts/{account}/position",
    "ListOrders": "accounts/{account}/orders",
    "GetOrder": "accounts/{account}/orders/{orderId}",
    "GetOrderStatus": "accounts/{account}/orders/{orderId}/status",
    "ListExecutions": "accounts/{account}/executions",
    "GetQuote": "market/quote",
    "MarketInfo": "market/info",
}


@dataclass(frozen=True, slots=True)
class Goodbye:
    """The connection is to be closed."""

    code: int
    reason: str


class Stream:
    """One connection. Times are monotonic seconds; frames are texts, numbered from 1."""

    def __init__(self, exchange: Exchange, api: Api, now: float) -> None:
        self._exchange, self._api = exchange, api
        self._markets: dict[str, Market] = {}
        self._quotes_at, self._profits_at = now, math.inf
        self._every_s = 0.0
        self._changes, self._changed = _CHANGES, now
        self._violations = self._seq = 0

    # --- what a client says ---

    def hear(self, text: str, now: float) -> str | Goodbye:
        """The frame that answers a message. Never raises for what a client sends."""
        try:
            said = json.loads(text)
        except (ValueError, RecursionError):
            said = None
        act = _ACTIONS.get(str(said.get("action"))) if isinstance(said, dict) else None
        answer = act(self, said, now) if act else {"error": "Invalid message"}
        if self._violations >= _MOST_VIOLATIONS:
            return Goodbye(_POLICY, "Rate limit exceeded")
        return self._framed(answer)

    def _framed(self, body: Json) -> str:
        self._seq += 1
        return dumped({**body, "seq": self._seq})

    def _ping(self, _said: Json, _now: float) -> Json:
        return {"type": "pong"}

    def _subscribe(self, said: Json, now: float) -> Json:
        names = _names(said)
        if "events" in said:
            return {"error": "tradovate_not_linked"}
        if not self._may_change(now):
            return _BUSY
        markets = {name: self._market(name) for name in names}
        unknown = [name for name, market in markets.items() if market is None]
        if not names or unknown or len(self._markets | markets) > _MOST_INSTRUMENTS:
            return {"error": f"Unknown instruments: {', '.join(unknown)[:200]}" if unknown else "Invalid instruments"}
        self._markets |= {name: market for name, market in markets.items() if market}
        self._quotes_at = now
        return {"status": "subscribed", "instruments": list(self._markets)}

    def _unsubscribe(self, said: Json, now: float) -> Json:
        if not self._may_change(now):
            return _BUSY
        for name in _names(said):
            self._markets.pop(name, None)
        return {"status": "unsubscribed", "instruments": list(self._markets)}

    def _may_change(self, now: float) -> bool:
        self._changes, self._changed = min(_CHANGES, self._changes + (now - self._changed) / _CHANGE_S), now
        if self._changes < 1:
            return False
        self._changes -= 1
        return True

    def _stream_profits(self, said: Json, now: float) -> Json:
        every_ms = said.get("interval", _USUAL_MS)
        if not isinstance(every_ms, int) or isinstance(every_ms, bool):
            return {"error": "Invalid interval"}
        self._every_s = min(max(every_ms, _FASTEST_MS), _SLOWEST_MS) / 1000
        self._profits_at = now if said.get("enabled") is True else math.inf
        return {"status": "streaming" if said.get("enabled") is True else "stopped"}

    def _call(self, said: Json, now: float) -> Json:
        given = said.get("args", {})
        path = CALLS.get(str(said.get("api")))
        answer: Json = {"id": said.get("id") if isinstance(said.get("id"), str | int) else None}
        if path is None or not isinstance(given, dict):
            return answer | {"data": {"success": False, "error": "Unknown API command"}}
        args = {str(name): str(value) for name, value in given.items()}
        escaped = {name: quote(args.get(name, ""), safe="") for name in ("account", "orderId")}
        told = self._api.called(Asked(path.format(**escaped), args, ""), now)
        self._violations = self._violations + 1 if told.status == 429 else 0
        return answer | {"data": _loaded(told.text)}

    def _market(self, name: str) -> Market | None:
        instrument = parse_instrument(name)
        found = self._exchange.market(instrument) if isinstance(instrument, Instrument) else None
        return None if isinstance(found, Rejected) else found

    # --- what is pushed ---

    @property
    def next_at(self) -> float:
        """When something is to be pushed next."""
        return min(self._quotes_at if self._markets else math.inf, self._profits_at)

    def due(self, now: float) -> list[str]:
        """The frames to push now; none while reading is at fault."""
        found: list[Json] = []
        if self._markets and now >= self._quotes_at:
            self._quotes_at = now + QUOTES_S
            quotes = [objects.pushed_quote(self._exchange, one) for one in self._markets.values()]
            found.append({"type": "marketData", "quotes": quotes})
        if now >= self._profits_at:
            self._profits_at = now + self._every_s
            profits = [objects.pushed_profit(one) for one in self._exchange.accounts]
            found.append({"type": "pnlUpdate", "epoch": objects.epoch_ms(self._exchange), "accounts": profits})
        return [] if self._api.failing else [self._framed(body) for body in found]


def _names(said: Json) -> list[str]:
    listed = said.get("instruments")
    return [one for one in listed if isinstance(one, str)] if isinstance(listed, list) else []


def _loaded(text: str) -> Any:
    """An answer's JSON with its numbers as they were written; a page that is none goes along as a text."""
    try:
        return json.loads(text, parse_float=Decimal)
    except ValueError:
        return {"success": False, "error": text}


Act = Callable[[Stream, Json, float], Json]
_ACTIONS: Final[Mapping[str, Act]] = {
    "ping": Stream._ping,
    "subscribe": Stream._subscribe,
    "unsubscribe": Stream._unsubscribe,
    "streamPnl": Stream._stream_profits,
    "rpc": Stream._call,
}
