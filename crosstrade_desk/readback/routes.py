"""Everything that may be asked: a list of routes that only read. The key would allow trading; this list does not. Pure.

Source: docs api; the paths of `orders` and `executions` per account, vendor's AGENTS.md.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Generic, Literal, TypeVar
from urllib.parse import quote

from crosstrade_desk.readback import answers
from crosstrade_desk.readback.values import (
    Accounts,
    Endpoints,
    Executions,
    MarketInfo,
    Orders,
    Positions,
    Quote,
    Status,
    Value,
    Watermarks,
)

T_co = TypeVar("T_co", bound=Value, covariant=True)
PREFIX: Final = "/v1/api"
_NONE: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, eq=False)
class Route(Generic[T_co]):
    """One route. `parse` makes a value of its payload, None if it is none."""

    path: str
    parse: Callable[[object], T_co | None]
    method: Literal["GET"] = "GET"


SNAPSHOT: Final[Route[Accounts]] = Route("/accounts/snapshot", answers.accounts)
ACCOUNTS: Final[Route[Accounts]] = Route("/accounts", answers.accounts)
ACCOUNT: Final[Route[Accounts]] = Route("/accounts/{account}", answers.account)
WATERMARKS: Final[Route[Watermarks]] = Route("/accounts/{account}/watermarks", answers.watermarks)
POSITIONS: Final[Route[Positions]] = Route("/positions", answers.positions)
ACCOUNT_POSITIONS: Final[Route[Positions]] = Route("/accounts/{account}/positions", answers.positions)
POSITION: Final[Route[Positions]] = Route("/accounts/{account}/position", answers.position)
ORDERS: Final[Route[Orders]] = Route("/accounts/{account}/orders", answers.orders)
ALL_ORDERS: Final[Route[Orders]] = Route("/orders", answers.all_orders)
"""Is read only where the catalogue of the API names it. Source: docs api/orders/get-all-orders, vendor's CLAUDE.md."""
ENDPOINTS: Final[Route[Endpoints]] = Route("/_endpoints", answers.endpoints)
ORDER: Final[Route[Orders]] = Route("/accounts/{account}/orders/{orderId}", answers.order)
STATUS: Final[Route[Status]] = Route("/accounts/{account}/orders/{orderId}/status", answers.status)
EXECUTIONS: Final[Route[Executions]] = Route("/accounts/{account}/executions", answers.executions)
QUOTE: Final[Route[Quote]] = Route("/market/quote", answers.quote)
MARKET_INFO: Final[Route[MarketInfo]] = Route("/market/info", answers.market_info)

ROUTES: Final[tuple[Route[Value], ...]] = (
    SNAPSHOT,
    ACCOUNTS,
    ACCOUNT,
    WATERMARKS,
    POSITIONS,
    ACCOUNT_POSITIONS,
    POSITION,
    ORDERS,
    ALL_ORDERS,
    ENDPOINTS,
    ORDER,
    STATUS,
    EXECUTIONS,
    QUOTE,
    MARKET_INFO,
)
_SEGMENT: Final = r"(?!\.{1,2}(?:/|$))[A-Za-z0-9._~%-]+"
_ALLOWED: Final = tuple(
    (route.method, re.compile(PREFIX + re.sub(r"\{\w+\}", lambda _: _SEGMENT, route.path))) for route in ROUTES
)


def may_be_sent(method: str, path: str) -> bool:
    """Whether a request, as it is about to leave, is one of those on the list. `path` is without its query."""
    return any(method == allowed and pattern.fullmatch(path) for allowed, pattern in _ALLOWED)


@dataclass(frozen=True, slots=True)
class Ask(Generic[T_co]):
    """One question: a route with what it is about. `path` fills the braces of the route, `query` comes behind it."""

    route: Route[T_co]
    path: Mapping[str, str] = field(default_factory=lambda: _NONE)
    query: Mapping[str, str] = field(default_factory=lambda: _NONE)

    @property
    def target(self) -> str:
        """Path and query as they are sent, every value escaped."""
        filled = self.route.path.format(**{name: quote(value, safe="") for name, value in self.path.items()})
        query = "&".join(f"{name}={quote(value, safe='')}" for name, value in self.query.items())
        return f"{PREFIX}{filled}{f'?{query}' if query else ''}"
