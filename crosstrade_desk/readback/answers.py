"""(status, body) -> what the API told, or what is the trouble. Both shapes of answer are read. Pure; nothing raises.

The rule: a failure if the status is 400 or more, `success` is false or an `error` is there; else the payload is `data`
if that is present, and the object itself if not. Source: docs api endpoint pages (flat), llms-full.txt (`data`).
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import Enum
from typing import Final, TypeVar

from crosstrade_desk.protocol.echoes import Echoes
from crosstrade_desk.protocol.secret import Secret
from crosstrade_desk.readback.values import (
    Account,
    Accounts,
    Endpoints,
    Execution,
    Executions,
    MarketInfo,
    Order,
    Orders,
    Position,
    Positions,
    Quote,
    Status,
    Watermarks,
)
from crosstrade_desk.readback.wire import built

T = TypeVar("T")
MUCH: Final = 32 * 1024  # bytes that are read in a thread: more would hold up a frame of the window


class Trouble(Enum):
    """Why nothing could be read; the value is what the trader is told."""

    OFFLINE = "NinjaTrader or the CrossTrade add-on is not connected."
    BUSY = "CrossTrade wants a pause: too many requests with this key."
    DENIED = "Reading needs a Pro plan, or the key is wrong. Sending is not touched by that."
    MISSING = "Your NinjaTrader add-on is too old to tell that: update it."
    FAULTY = "CrossTrade has no data for this."
    BROKEN = "CrossTrade reported a fault of its own."
    MOVED = "CrossTrade sent a redirect instead of data. It was not followed."
    UNREADABLE = "CrossTrade's answer could not be read."
    SLOW = "CrossTrade did not answer in time."
    UNREACHABLE = "CrossTrade could not be reached."
    REFUSED = "The program does not ask for that: it only reads."
    STUMBLED = "Reading made a mistake of its own and begins again. Sending and exits are not touched by that."
    STOPPED = "Reading stopped after mistakes of its own. Sending and exits are not touched; press Read again."
    PUSH_TAKEN = "Another program took the push. Values are asked for as before; Read again takes it back."
    PUSH_REFUSED = "CrossTrade gives no push. Values are asked for as before."
    PUSH_DOWN = "The push is down. It is tried again, and values are asked for meanwhile."


@dataclass(frozen=True, slots=True)
class Failed:
    """Nothing was read. `said`: the server's own words, "" if none; `wait_s`: how long it asked to be left alone."""

    trouble: Trouble
    said: str = ""
    status: int = 0
    wait_s: int | None = None


_STATUSES: Final = {
    401: Trouble.DENIED,
    403: Trouble.DENIED,
    404: Trouble.MISSING,
    408: Trouble.OFFLINE,
    429: Trouble.BUSY,
}
_ENVELOPES: Final = 3  # one is documented; a failure in an inner one is a failure too
_TOO_OLD: Final = "unknown api command"  # Source: docs api/orders/get-order-lifecycle


def answered(status: int, body: bytes, parse: Callable[[object], T | None], secret: Secret) -> T | Failed:
    """What `parse` makes of an answer's payload, or the trouble. The secret is in neither."""
    found = loaded(body, secret)
    if not 200 <= status < 300:
        return Failed(_trouble(status, found), _words(found), status)
    for _ in range(_ENVELOPES):
        if not isinstance(found, dict):
            break
        if found.get("success") is False or _error(found):
            trouble = Trouble.MISSING if _TOO_OLD in _words(found).lower() else Trouble.FAULTY
            return Failed(trouble, _words(found), status)
        if "data" not in found:
            break
        found = found["data"]
    value = parse(found)
    return Failed(Trouble.UNREADABLE, status=status) if value is None else value


def _trouble(status: int, found: object) -> Trouble:
    if status < 400:
        return Trouble.MOVED
    if _TOO_OLD in _words(found).lower():
        return Trouble.MISSING
    return _STATUSES.get(status, Trouble.FAULTY if status < 500 else Trouble.BROKEN)


def _error(found: dict[str, object]) -> bool:
    return bool(found.get("error"))


def _words(found: object) -> str:
    """The server's words for a failure: the `error`, and the `detail` that explains it."""
    said = (found.get(name) for name in ("error", "detail")) if isinstance(found, dict) else ()
    return ": ".join(part for part in said if isinstance(part, str) and part)


def loaded(body: bytes, secret: Secret) -> object:
    """The JSON of a body or frame with exact numbers and without the secret in any text; None if it is none.

    The step in Python at each object lets the window paint while a long answer is read in a thread.
    """

    echoes = Echoes(secret.reveal())

    def cleaned(found: dict[str, object]) -> dict[str, object]:
        return {name: _without(value, echoes) for name, value in found.items()}

    try:
        text = body.decode("utf-8-sig")
        found: object = json.loads(text, parse_float=Decimal, parse_constant=lambda _: None, object_hook=cleaned)
    except (ValueError, ArithmeticError, RecursionError):
        return None
    return _without(found, echoes)


def _without(value: object, echoes: Echoes) -> object:
    """The same without the secret in a text or in the texts of a list: a server may echo it."""
    if isinstance(value, list):
        return [_without(member, echoes) for member in value]
    return echoes.masked(value) if isinstance(value, str) else value


# --- what each route's payload is made into; None if it is nothing of the sort ---


def _members(payload: object, name: str) -> tuple[list[object], bool] | None:
    """The list of a payload, bare or named, and whether as many came as it counted. No list at all is no empty list."""
    if isinstance(payload, list):
        return payload, True
    listed = payload.get(name) if isinstance(payload, dict) else None
    if not isinstance(payload, dict) or not isinstance(listed, list):
        return None
    count = payload.get("count", len(listed))
    return listed, count == len(listed)


def _built(kind: type[T], members: list[object], named: Callable[[T], object]) -> tuple[tuple[T, ...], bool]:
    """The members that are objects and say whose they are, and whether those are all."""
    found = tuple(value for value in (built(kind, one) for one in members if isinstance(one, dict)) if named(value))
    return found, len(found) == len(members)


def positions(payload: object) -> Positions | None:
    """The positions of `GET /positions` and `GET /accounts/{account}/positions`."""
    listed = _members(payload, "positions")
    if listed is None:
        return None
    found, all_named = _built(Position, listed[0], lambda one: one.account and one.instrument)
    return Positions(found, listed[1] and all_named)


def position(payload: object) -> Positions | None:
    """The one of `GET /accounts/{account}/position`, as a list of one."""
    return positions([payload]) if isinstance(payload, dict) and "marketPosition" in payload else None


def orders(payload: object) -> Orders | None:
    """The orders of one account."""
    listed = _members(payload, "orders")
    if listed is None:
        return None
    found, all_named = _built(Order, listed[0], lambda one: one.id)
    made = Orders(found, listed[1] and all_named)
    _ = made.working  # looked for here, where a long list is read in a thread
    return made


def all_orders(payload: object) -> Orders | None:
    """The orders of every account."""
    found = orders(payload)
    return found and replace(found, shared=True)


def order(payload: object) -> Orders | None:
    """The one of `GET …/orders/{orderId}`, as a list of one."""
    return orders([payload]) if isinstance(payload, dict) and "orderId" in payload else None


def executions(payload: object) -> Executions | None:
    """The fills of one account."""
    listed = _members(payload, "executions")
    if listed is None:
        return None
    found, all_named = _built(Execution, listed[0], lambda one: one.id)
    return Executions(found, listed[1] and all_named)


def accounts(payload: object) -> Accounts | None:
    """The accounts of `GET /accounts` and of the snapshot, where each stands beside its positions."""
    listed = _members(payload, "accounts")
    if listed is None:
        return None
    members = [{"name": one} if isinstance(one, str) else one for one in listed[0]]
    inner = [one.get("account", one) if isinstance(one, dict) else one for one in members]
    found, all_named = _built(Account, inner, lambda one: one.name)
    return Accounts(found, _beside(members), listed[1] and all_named)


def _beside(members: list[object]) -> Positions:
    lists = [one.get("positions") if isinstance(one, dict) else None for one in members]
    found = [positions(listed) or Positions(whole=False) for listed in lists]
    return Positions(tuple(one for part in found for one in part.items), all(part.whole for part in found))


def account(payload: object) -> Accounts | None:
    """The one of `GET /accounts/{account}`, as a list of one."""
    return accounts([payload]) if isinstance(payload, dict) and "name" in payload else None


def quote(payload: object) -> Quote | None:
    """The quote of one instrument; of a list the first."""
    one = payload[0] if isinstance(payload, list) and payload else payload
    return built(Quote, one) if isinstance(one, dict) else None


def market_info(payload: object) -> MarketInfo | None:
    """The session of one instrument."""
    return built(MarketInfo, payload) if isinstance(payload, dict) else None


def watermarks(payload: object) -> Watermarks | None:
    """The Account Manager's values."""
    return built(Watermarks, payload) if isinstance(payload, dict) else None


def status(payload: object) -> Status | None:
    """Where one order stands."""
    return built(Status, payload) if isinstance(payload, dict) and "status" in payload else None


def endpoints(payload: object) -> Endpoints | None:
    """The paths that a catalogue offers for GET. Its form is not documented: a path may be a name, a value or part of
    a text with its method; one that stands there without any method counts.
    """
    return Endpoints(frozenset(_offered(payload, ""))) if isinstance(payload, dict | list) else None


_VERB: Final = re.compile(r"\b(GET|POST|PUT|PATCH|DELETE)\b", re.IGNORECASE)
_PATH: Final = re.compile(r"/v1/api(/[\w{}/-]+)")
_DEEPEST: Final = 12


def _offered(found: object, around: str, depth: int = 0) -> Iterator[str]:
    """`around`: the texts beside a value, where its method may stand."""
    if isinstance(found, str):
        verbs = {verb.upper() for verb in _VERB.findall(f"{around} {found}")}
        if not verbs or "GET" in verbs:
            yield from (path.rstrip("/") for path in _PATH.findall(found))
    elif isinstance(found, list) and depth < _DEEPEST:
        for member in found:
            yield from _offered(member, around, depth + 1)
    elif isinstance(found, dict) and depth < _DEEPEST:
        beside = " ".join(_short(value) for value in found.values())
        for name, value in found.items():
            yield from _offered(name, _short(value) if isinstance(value, dict | list) else "", depth + 1)
            yield from _offered(value, beside, depth + 1)


def _short(value: object) -> str:
    """The texts in which a method may stand: a short text, the members of a list, the names of an object."""
    if isinstance(value, str):
        return value if len(value) < 10 else ""
    return " ".join(one for one in value if isinstance(one, str)) if isinstance(value, dict | list) else ""
