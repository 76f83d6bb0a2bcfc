"""What CrossTrade looks at, for one account's copy of a message, before NinjaTrader gets it. Pure.

Source: docs advanced-options pages named below; the order in which they are asked is our reading.
"""

from collections.abc import Callable
from typing import Final, cast

from crosstrade_desk.practice import guards
from crosstrade_desk.practice.events import Done, Rejected, Result
from crosstrade_desk.practice.exchange import Exchange
from crosstrade_desk.practice.guards import Stand
from crosstrade_desk.practice.operations import Clone
from crosstrade_desk.practice.panel import Panel
from crosstrade_desk.practice.session import Place
from crosstrade_desk.practice.trades import Entry, Kind, Side

Check = Callable[[Exchange, Panel, Place, Clone], Rejected | None]


def _position(exchange: Exchange, _panel: Panel, at: Place, clone: Clone) -> Rejected | None:
    wanted = cast("tuple[str, ...]", clone.values.get("require_market_position", ()))
    return guards.wrong_position(exchange, at, [Stand(word) for word in wanted]) if wanted else None


def _positions(exchange: Exchange, _panel: Panel, at: Place, clone: Clone) -> Rejected | None:
    most = clone.number("max_positions")
    return None if most is None else guards.too_many_positions(exchange, at, most)


def _sync(exchange: Exchange, _panel: Panel, at: Place, clone: Clone) -> Rejected | None:
    """Blocks where the strategy is wrong about the position, unless it says what to do then."""
    return None if clone.text("out_of_sync") else _out_of_sync(exchange, at, clone)


def _out_of_sync(exchange: Exchange, at: Place, clone: Clone) -> Rejected | None:
    # Source: docs webhooks/strategy-synchronization.
    if clone.values.get("sync_strategy") is not True:
        return None
    return guards.out_of_sync(exchange, at, Stand(clone.text("prev_market_position")))


def _lock(exchange: Exchange, panel: Panel, at: Place, clone: Clone) -> Rejected | None:
    return panel.locks.blocked(exchange, at, clone.text("strategy_tag"))


CHECKS: Final[tuple[Check, ...]] = (_position, _positions, _sync, _lock)


def correction(exchange: Exchange, at: Place, clone: Clone) -> Result | None:
    """What is done instead of a message whose strategy is wrong about the position; None if it is right.

    It trades, so all checks have to pass before. Source: docs webhooks/strategy-synchronization.
    """
    wrong = _out_of_sync(exchange, at, clone)
    if wrong is None:
        return None
    if clone.text("out_of_sync") == "resync":
        return _traded_to_target(exchange, at, clone)
    return Rejected(f"{wrong.text}: flattened instead", exchange.flatten_first(at).events)


_SIGN: Final = {"long": 1, "short": -1, "flat": 0}


def _traded_to_target(exchange: Exchange, at: Place, clone: Clone) -> Result:
    target = _SIGN[clone.text("market_position")] * (clone.number("target_quantity") or 0)
    missing = target - exchange.position(at).quantity
    if not missing:
        return Done()
    return exchange.place(at, Entry(Side.BUY if missing > 0 else Side.SELL, abs(missing), Kind.MARKET))
