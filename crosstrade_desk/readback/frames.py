"""What is said over the push connection, and what its frames tell. Pure; nothing raises, whatever a server sends.

Only subscriptions are said: the connection would carry trading too, and this list does not. What the documentation does
not show of a frame is read under every name that it may have. Source: docs api/websocket-api; field reports of
`seq`, `dropped`, `resync` and the updates.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final

from crosstrade_desk.protocol.secret import Secret
from crosstrade_desk.readback.answers import loaded
from crosstrade_desk.readback.values import Profit, Quote
from crosstrade_desk.readback.wire import built, moment, number, text, whole

_MOST: Final = 500  # quotes or accounts of one frame that are looked at
_DEEPEST: Final = 3  # objects inside each other in which the fields of an account are looked for


def subscribe(instrument: str) -> str:
    """Asks for the quotes of an instrument."""
    return json.dumps({"action": "subscribe", "instruments": [instrument]})


def unsubscribe(instrument: str) -> str:
    """Wants no more of them."""
    return json.dumps({"action": "unsubscribe", "instruments": [instrument]})


def stream_profits(every_ms: int) -> str:
    """Asks for the profits of all accounts."""
    return json.dumps({"action": "streamPnl", "enabled": True, "interval": every_ms})


@dataclass(frozen=True, slots=True)
class Frame:
    """What one frame tells. `made`: when the server wrote it, by its clock; `seq`: its number, one up each.

    `changed`: orders, fills or positions are to be read again, because something became of them or frames were lost.
    """

    quotes: tuple[Quote, ...] = ()
    profits: tuple[Profit, ...] = ()
    changed: bool = False
    made: datetime | None = None
    seq: int | None = None


_CHANGES: Final = ("resync", "orderUpdate", "executionUpdate", "positionUpdate", "executionReportUpdate")


def frame(raw: bytes, secret: Secret) -> Frame | None:
    """Reads a frame; None for what is no JSON object. The secret is in nothing of it."""
    found = loaded(raw, secret)
    if not isinstance(found, dict):
        return None
    kind = found.get("type")
    lost = whole(found.get("dropped"))
    return Frame(
        tuple(_quotes(found.get("quotes"))) if kind == "marketData" else (),
        tuple(_profits(found.get("accounts"))) if kind == "pnlUpdate" else (),
        kind in _CHANGES or found.get("dropped") is True or bool(lost),
        moment(found.get("epoch")),
        whole(found.get("seq")),
    )


def _objects(listed: object) -> Iterator[dict[str, object]]:
    yield from (one for one in (listed[:_MOST] if isinstance(listed, list) else ()) if isinstance(one, dict))


def _quotes(listed: object) -> Iterator[Quote]:
    """The quotes that say of what they are, and at least one price."""
    for one in _objects(listed):
        quote = built(Quote, one)
        if quote.instrument and not (quote.bid is None and quote.ask is None and quote.last is None):
            yield quote


_ACCOUNT: Final = ("account", "accountname", "name")
_REALISED: Final = ("realizedprofitloss", "realizedpnl", "realized")
_UNREALISED: Final = ("unrealizedprofitloss", "unrealizedpnl", "unrealized", "openpnl")
_NAMES: Final = MappingProxyType(
    {name: at for at, names in enumerate((_ACCOUNT, _REALISED, _UNREALISED)) for name in names}
)


def _profits(listed: object) -> Iterator[Profit]:
    """The profits that say whose they are, and at least one amount."""
    for one in _objects(listed):
        told: list[object] = [None, None, None]
        for name, value in _leaves(one, _DEEPEST):
            at = _NAMES.get(name.lower())
            if at is not None and told[at] is None:
                told[at] = value
        profit = Profit(text(told[0]), number(told[1]), number(told[2]))
        if profit.account and not (profit.realised is None and profit.unrealised is None):
            yield profit


def _leaves(found: dict[str, object], depth: int) -> Iterator[tuple[str, object]]:
    """Names and values of an object and of those inside it, as deep as wanted; the object's own first."""
    yield from ((name, value) for name, value in found.items() if not isinstance(value, dict))
    for inner in found.values() if depth > 1 else ():
        if isinstance(inner, dict):
            yield from _leaves(inner, depth - 1)
