"""Reading through the API, as CrossTrade answers it for a NinjaTrader: the same routes, from the same exchange. Pure.

Reads only: what CrossTrade's API can do beside that, practice does by message. What the documentation does not show of
an answer is NinjaTrader's own name for it. Source: docs api.
"""

import hmac
import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Final
from urllib.parse import unquote

from crosstrade_desk.practice import api_objects as objects
from crosstrade_desk.practice.api_objects import Json
from crosstrade_desk.practice.events import Rejected
from crosstrade_desk.practice.exchange import Exchange
from crosstrade_desk.practice.faults import ReadFault
from crosstrade_desk.practice.markets import Market
from crosstrade_desk.protocol.instrument import Instrument, parse_instrument
from crosstrade_desk.protocol.secret import Secret

_JSON: Final = "application/json"
_RATE, _BURST = 3.0, 20.0  # Source: docs api/rate-limiting
_LOOKBACK_S, _LONGEST_LOOKBACK_S = 320, 900  # Source: docs api/executions


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: its path below the API as it was written, its query, and its Authorization header."""

    path: str
    query: Mapping[str, str]
    authorization: str


@dataclass(frozen=True, slots=True)
class Told:
    """What goes back."""

    status: int
    text: str
    kind: str = _JSON
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _No:
    """A refusal: status and body."""

    status: int
    body: Json


_INVALID: Final = _No(400, {"error": "Invalid request"})
_FAULTS: Final[Mapping[ReadFault, Told]] = {
    ReadFault.KEY: Told(401, '{"success": false, "error": "invalid_bearer"}'),
    ReadFault.PLAN: Told(403, '{"success": false, "error": "endpoint_not_available"}'),
    ReadFault.OLD: Told(404, '{"success": false, "error": "Unknown API command"}'),
    ReadFault.OFFLINE: Told(408, '{"success": false, "error": "The NinjaTrader add-on is not connected"}'),
    ReadFault.BUSY: Told(429, '{"error": "Rate limit exceeded"}', headers={"Retry-After": "1"}),
    ReadFault.BROKEN: Told(500, "Internal Server Error", "text/plain"),
    ReadFault.RUBBISH: Told(200, "<html><body>Welcome to the hotel's network</body></html>", "text/html"),
    ReadFault.MOVED: Told(302, "", "text/plain", {"Location": "https://example.org/"}),
}


class Api:
    """The API of one user. `fault` is what every read meets until it is set to another one."""

    def __init__(self, exchange: Exchange, key: Secret, fault: ReadFault = ReadFault.NONE) -> None:
        self.fault = fault
        self._exchange, self._key = exchange, key
        self._tokens, self._at = _BURST, 0.0

    def answer(self, asked: Asked, now: float) -> Told:
        """Answers one request at the monotonic second `now`. Never raises for what a client sends."""
        return self.denied(asked.authorization) or self.called(asked, now)

    def denied(self, authorization: str) -> Told | None:
        """What a request without the key gets."""
        scheme, _, key = authorization.partition(" ")
        is_key = hmac.compare_digest(_bytes(key.strip()), _bytes(self._key.reveal()))
        return None if scheme.lower() == "bearer" and is_key else _FAULTS[ReadFault.KEY]

    @property
    def failing(self) -> Told | None:
        """What every read gets while there is a fault."""
        return _FAULTS.get(self.fault)

    def called(self, asked: Asked, now: float) -> Told:
        """Answers one request of somebody who has shown the key."""
        if wait_s := self._wait_s(now):
            return Told(429, '{"error": "Rate limit exceeded"}', headers={"Retry-After": str(math.ceil(wait_s))})
        if self.failing:
            return self.failing
        found = self._found(asked)
        return Told(found.status, json.dumps(found.body)) if isinstance(found, _No) else Told(200, dumped(found))

    def _wait_s(self, now: float) -> float:
        """Takes a token and gives 0, or gives the seconds until there is one."""
        self._tokens, self._at = min(_BURST, self._tokens + (now - self._at) * _RATE), now
        if self._tokens < 1:
            return (1 - self._tokens) / _RATE
        self._tokens -= 1
        return 0.0

    def _found(self, asked: Asked) -> "Json | list[Json] | _No":
        parts = [unquote(part) for part in asked.path.strip("/").split("/")]
        for pattern, handler in _ROUTES.items():
            names = pattern.split("/")
            if len(names) == len(parts) and all(n in ("*", p) for n, p in zip(names, parts, strict=True)):
                given = [part for name, part in zip(names, parts, strict=True) if name == "*"]
                return handler(self, given, asked.query)
        near = get_close_matches("/".join(parts), [pattern.replace("*", "{id}") for pattern in _ROUTES], n=1, cutoff=0)
        return _No(404, {"success": False, "error": "not_found", "did_you_mean": f"/v1/api/{near[0]}"})

    # --- what each route gives; `given` are the parts of its path that vary ---

    def _snapshot(self, _given: list[str], _query: Mapping[str, str]) -> Json:
        return objects.snapshot(self._exchange)

    def _accounts(self, _given: list[str], _query: Mapping[str, str]) -> Json:
        return {"accounts": [objects.account(self._exchange, one) for one in self._exchange.accounts], "success": True}

    def _account(self, given: list[str], _query: Mapping[str, str]) -> Json | _No:
        money = next((one for one in self._exchange.accounts if one.name == self._name(given[0])), None)
        return {**objects.account(self._exchange, money), "success": True} if money else _INVALID

    def _watermarks(self, given: list[str], _query: Mapping[str, str]) -> Json | _No:
        name = self._name(given[0])  # practice has no monitors, so there are no values
        return {"success": True, "data": {"account": name, "watermarks": {}, "stats": {}}} if name else _INVALID

    def _positions(self, given: list[str], query: Mapping[str, str]) -> Json | _No:
        name = self._name(given[0]) if given else None
        if given and name is None:
            return _INVALID
        flat_too = query.get("includeFlat", "").lower() == "true"
        held = [p for p in self._exchange.positions if (p.quantity or flat_too) and name in (None, p.account)]
        listed = [objects.position(self._exchange, one) for one in held]
        return {"positions": listed, "success": True} if given else _counted(listed)

    def _position(self, given: list[str], query: Mapping[str, str]) -> Json | _No:
        instrument = parse_instrument(query.get("instrument", ""))
        at = self._exchange.find(given[0], instrument) if isinstance(instrument, Instrument) else None
        if at is None or isinstance(at, Rejected):
            return _INVALID
        return {**objects.position(self._exchange, self._exchange.position(at)), "success": True}

    def _orders(self, given: list[str], _query: Mapping[str, str]) -> Json | _No:
        name = self._name(given[0])
        if name is None:
            return _INVALID
        every = (*self._exchange.ended_orders, *self._exchange.orders)
        return {"orders": [objects.order(one) for one in every if one.account == name], "success": True}

    def _all_orders(self, _given: list[str], _query: Mapping[str, str]) -> Json:
        every = (*self._exchange.ended_orders, *self._exchange.orders)
        return {"orders": [objects.order(one) for one in every], "count": len(every), "success": True}

    def _endpoints(self, _given: list[str], _query: Mapping[str, str]) -> Json:
        paths = [f"/v1/api/{path.replace('*', '{id}')}" for path in _ROUTES]
        return {"success": True, "data": [{"method": "GET", "path": path} for path in paths]}

    def _order(self, given: list[str], _query: Mapping[str, str]) -> Json | _No:
        name, wanted = self._name(given[0]), given[1]
        every = (*self._exchange.orders, *reversed(self._exchange.ended_orders))
        found = next((one for one in every if one.account == name and wanted in (one.order_id, one.native)), None)
        return {**objects.order(found), "success": True} if found else _INVALID

    def _status(self, given: list[str], query: Mapping[str, str]) -> Json | _No:
        found = self._order(given, query)
        return found if isinstance(found, _No) else {"status": found["orderState"], "success": True}

    def _executions(self, given: list[str], query: Mapping[str, str]) -> Json | _No:
        name, text = self._name(given[0]), query.get("lookbackTime", str(_LOOKBACK_S))
        if name is None or not (text.isascii() and text.isdigit() and len(text) < 10):
            return _INVALID
        seconds = min(int(text), _LONGEST_LOOKBACK_S)
        fills = [one for one in self._exchange.fills if one.order.account == name]
        young = [one for one in fills if (self._exchange.now - one.time).total_seconds() <= seconds]
        return {"executions": [objects.execution(one) for one in young], "success": True}

    def _quote(self, _given: list[str], query: Mapping[str, str]) -> "Json | list[Json] | _No":
        markets = [self._market(name) for name in query.get("instrument", "").split(",")]
        found = [objects.quote(self._exchange, one) for one in markets if one]
        if len(found) < len(markets):
            return _INVALID
        return found[0] if len(found) == 1 else found

    def _info(self, _given: list[str], query: Mapping[str, str]) -> Json | _No:
        market = self._market(query.get("instrument", ""))
        return objects.market_info(self._exchange, market) if market else _INVALID

    # --- names ---

    def _name(self, account: str) -> str | None:
        found = self._exchange.account(account)
        return None if isinstance(found, Rejected) else found

    def _market(self, text: str) -> Market | None:
        instrument = parse_instrument(text)
        found = self._exchange.market(instrument) if isinstance(instrument, Instrument) else None
        return None if isinstance(found, Rejected) else found


_EXACT = re.compile(r'"\\u0000(-?[0-9.]+)"')


def dumped(found: Json | list[Json]) -> str:
    """The JSON with every number exact: the json module writes no `Decimal`, so each goes in as a marked text."""
    return _EXACT.sub(r"\1", json.dumps(found, default=lambda value: f"\0{value:f}"))


def _bytes(text: str) -> bytes:
    return text.encode(errors="surrogateescape")  # a header may hold any bytes


def _counted(listed: list[Json]) -> Json:
    return {"positions": listed, "count": len(listed), "success": True}


Handler = Callable[[Api, list[str], Mapping[str, str]], Json | list[Json] | _No]
# By path; `*` is a part that varies. The first that fits counts.
_ROUTES: Final[Mapping[str, Handler]] = {
    "accounts/snapshot": Api._snapshot,
    "accounts": Api._accounts,
    "accounts/*": Api._account,
    "accounts/*/watermarks": Api._watermarks,
    "accounts/*/positions": Api._positions,
    "accounts/*/position": Api._position,
    "_endpoints": Api._endpoints,
    "orders": Api._all_orders,
    "accounts/*/orders": Api._orders,
    "accounts/*/orders/*": Api._order,
    "accounts/*/orders/*/status": Api._status,
    "accounts/*/executions": Api._executions,
    "positions": Api._positions,
    "market/quote": Api._quote,
    "market/info": Api._info,
}
