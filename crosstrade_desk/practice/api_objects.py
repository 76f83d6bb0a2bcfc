"""The JSON objects of the API, made of what the exchange holds. Pure. Source: docs api/accounts, positions, orders,
executions, market; fields of an order past `limitPriceChanged` are NinjaTrader's own.
"""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from crosstrade_desk.practice.exchange import Exchange
from crosstrade_desk.practice.ledger import Account, Fill, Position
from crosstrade_desk.practice.markets import Market
from crosstrade_desk.practice.orders import Order, day_end
from crosstrade_desk.practice.trades import Kind, Side, Tif

Json = dict[str, Any]
_DAY: Final = timedelta(days=1)
_KINDS: Final = {
    Kind.MARKET: "Market",
    Kind.LIMIT: "Limit",
    Kind.STOPMARKET: "StopMarket",
    Kind.STOPLIMIT: "StopLimit",
}
_TIFS: Final = {Tif.DAY: "Day", Tif.GTC: "Gtc"}
_ACTIONS: Final = {Side.BUY: "Buy", Side.SELL: "Sell"}
_NOT_SUPPLIED: Final = (
    *("commission", "fee", "dailyLossLimit", "dailyProfitTrigger", "weeklyLossLimit", "weeklyProfitTrigger"),
    *("excessInitialMargin", "excessIntradayMargin", "excessMaintenanceMargin", "excessPositionMargin"),
    *("initialMargin", "intradayMargin", "lookAheadMaintenanceMargin", "maintenanceMargin", "positionMargin"),
    *("longOptionValue", "longStockValue", "shortOptionValue", "shortStockValue", "trailingMaxDrawdown"),
)


def _number(value: Decimal | None) -> Decimal:
    """A number as NinjaTrader gives it: 0 where there is none."""
    return value or Decimal(0)


def _side(quantity: int) -> str:
    return "Flat" if not quantity else "Long" if quantity > 0 else "Short"


def _ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)


def _local(at: datetime) -> str:
    """NinjaTrader's local time, here UTC: without offset, with seven decimals."""
    return f"{at:%Y-%m-%dT%H:%M:%S.%f}0"


def account(exchange: Exchange, money: Account) -> Json:
    """One account with its balances."""
    held = [one for one in exchange.positions if one.account == money.name and one.quantity]
    return {
        "id": [one.name for one in exchange.accounts].index(money.name) + 1,
        "name": money.name,
        "displayName": money.name,
        "primaryUser": None,
        "provider": "Simulator",
        "denomination": "UsDollar",
        "status": "Enabled",
        "dailyLossLimit": 0,
        "minCashValue": 0,
        "maxOrderSize": 0,
        "maxPositionSize": 0,
        "connection": "NinjaTrader.Cbi.Connection",
        "connectionStatus": "Connected",
        "lastTransactionSum": 0,
        "isAccountFlat": not held,
        "item": {
            **dict.fromkeys(_NOT_SUPPLIED, 0),
            "buyingPower": _number(money.cash),
            "cashValue": _number(money.cash),
            "grossRealizedProfitLoss": _number(money.realised),
            "netLiquidation": _number(money.equity),
            "netLiquidationByCurrency": _number(money.equity),
            "realizedProfitLoss": _number(money.realised),
            "sodCashValue": _number(money.cash - money.realised),
            "sodLiquidatingValue": _number(money.cash - money.realised),
            "totalCashBalance": _number(money.cash),
            "unrealizedProfitLoss": _number(money.open),
            "weeklyProfitLoss": _number(money.realised),
        },
    }


def position(exchange: Exchange, held: Position) -> Json:
    """One position; its quantity has no sign."""
    price = exchange.price(held.market)
    return {
        "type": "NinjaTrader.Cbi.Position",
        "account": held.account,
        "instrument": held.market.name,
        "instrumentType": "Future",
        "marketPosition": _side(held.quantity),
        "quantity": abs(held.quantity),
        "averagePrice": _number(held.average),
        "marketPrice": _number(price),
        "unrealizedProfitLoss": _number(held.open_profit(price)),
        "tag": None,
    }


def snapshot(exchange: Exchange) -> Json:
    """Every account with its positions."""
    held = [one for one in exchange.positions if one.quantity]
    return {
        "type": "snapshot",
        "timestamp": exchange.now.isoformat(),
        "epoch": _ms(exchange.now),
        "accounts": [
            {
                "account": account(exchange, money),
                "positions": [position(exchange, one) for one in held if one.account == money.name],
            }
            for money in exchange.accounts
        ],
    }


def order(one: Order) -> Json:
    """One order, working or ended."""
    terms = one.terms
    return {
        "account": one.account,
        "orderId": one.native,
        "instrument": one.market.name,
        "instrumentType": "Future",
        "orderType": _KINDS[terms.kind],
        "orderState": one.state.value,
        "quantity": terms.quantity,
        "averageFillPrice": _number(one.average),
        "filled": one.filled,
        "fromEntrySignal": "",
        "gtd": "2099-12-01T00:00:00.0000000",
        "hasOverfill": False,
        "isBacktestOrder": False,
        "limitPrice": _number(terms.limit),
        "limitPriceChanged": _number(terms.limit),
        "name": one.name,
        "oco": "" if one.oco is None else str(one.oco),
        "orderAction": _ACTIONS[terms.side],
        "stopPrice": _number(terms.stop),
        "stopPriceChanged": _number(terms.stop),
        "quantityChanged": terms.quantity,
        "timeInForce": _TIFS[terms.tif],
        "time": _local(one.placed),
        "epoch": _ms(one.placed),
    }


def execution(fill: Fill) -> Json:
    """One fill."""
    return {
        "id": f"{fill.number:032x}",
        "type": "NinjaTrader.Cbi.Execution",
        "time": _local(fill.time),
        "epoch": _ms(fill.time),
        "name": fill.order.name,
        "orderId": fill.order.native,
        "account": fill.order.account,
        "serverName": "Simulator",
        "instrument": fill.order.market.name,
        "instrumentType": "Future",
        "position": fill.position,
        "marketPosition": _side(fill.side.value),
        "positionStrategy": 0,
        "price": _number(fill.price),
        "quantity": fill.quantity,
    }


def quote(exchange: Exchange, market: Market) -> Json:
    """Prices now. In practice one asks a tick more than was traded last and bids that; nothing of the day is kept."""
    contract, last = market.contract, exchange.price(market)
    return {
        "instrument": market.name,
        "description": contract.name,
        "type": "Future",
        "bid": _number(last),
        "ask": _number(last + contract.tick),
        "last": _number(last),
        "open": _number(contract.practice_price),
        "high": _number(max(last, contract.practice_price)),
        "low": _number(min(last, contract.practice_price)),
        "close": _number(contract.practice_price),
        "volume": 0,
        "tickSize": _number(contract.tick),
        "pointValue": _number(contract.point_value),
        "tickValue": _number(contract.tick_value),
        "exchange": contract.exchange,
        "expiration": None,
        "tradingHours": "practice, around the clock",
        "quoteTime": f"{exchange.now:%m/%d/%Y %I:%M:%S %p}",
        "quoteTimeUtc": f"{exchange.now:%Y-%m-%d %H:%M:%S}",
        "epoch": int(exchange.now.timestamp()),
        "dataSource": {"status": "Live", "connectedFeeds": ["Live"]},
        "isMarketOpen": True,
    }


_PUSHED: Final = ("instrument", "bid", "ask", "last", "volume")


def pushed_quote(exchange: Exchange, market: Market) -> Json:
    """Prices now as they are pushed: less of them. Source: field reports."""
    found = quote(exchange, market)
    return {name: found[name] for name in _PUSHED}


def pushed_profit(money: Account) -> Json:
    """Profits of an account as they are pushed. No page shows their names: those of the account's own are taken."""
    return {
        "account": money.name,
        "realizedProfitLoss": _number(money.realised),
        "unrealizedProfitLoss": _number(money.open),
    }


def epoch_ms(exchange: Exchange) -> int:
    """The exchange's time, as frames carry it."""
    return _ms(exchange.now)


def market_info(exchange: Exchange, market: Market) -> Json:
    """The session: practice trades around the clock, and counts a new day from 22:00 UTC."""
    now, end = exchange.now, day_end(exchange.now)
    left_s = round((end - now).total_seconds(), 3)
    return {
        "success": True,
        "timestamp": f"{_local(now)}Z",
        "instrument": market.name,
        "timeZone": "UTC",
        "status": {"isOpen": True, "state": "Open"},
        "session": {
            "label": "Current Session",
            "utcStart": f"{_local(end - _DAY)}Z",
            "utcEnd": f"{_local(end)}Z",
            "localStart": _local(end - _DAY),
            "localEnd": _local(end),
            "countdown": f"{int(left_s) // 3600:02}:{int(left_s) // 60 % 60:02}:{int(left_s) % 60:02}",
            "action": "Until Close",
            "secondsRemaining": left_s,
        },
        "upcoming": {"utcStart": f"{_local(end)}Z", "utcEnd": f"{_local(end + _DAY)}Z"},
    }
