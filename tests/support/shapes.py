"""What the API's reference shows of each answer, written by hand: flat, as the endpoint pages have it."""

import json
from typing import Any

from crosstrade_desk.readback import routes
from crosstrade_desk.readback.routes import Route

_MONEY = [
    "buyingPower",
    "cashValue",
    "commission",
    "dailyLossLimit",
    "dailyProfitTrigger",
    "excessInitialMargin",
    "excessIntradayMargin",
    "excessMaintenanceMargin",
    "excessPositionMargin",
    "fee",
    "grossRealizedProfitLoss",
    "initialMargin",
    "intradayMargin",
    "longOptionValue",
    "longStockValue",
    "lookAheadMaintenanceMargin",
    "maintenanceMargin",
    "netLiquidation",
    "netLiquidationByCurrency",
    "positionMargin",
    "realizedProfitLoss",
    "shortOptionValue",
    "shortStockValue",
    "sodCashValue",
    "sodLiquidatingValue",
    "totalCashBalance",
    "trailingMaxDrawdown",
    "unrealizedProfitLoss",
    "weeklyLossLimit",
    "weeklyProfitLoss",
    "weeklyProfitTrigger",
]
ACCOUNT: dict[str, Any] = {
    "id": 3,
    "name": "Sim101",
    "displayName": "My simulation",
    "primaryUser": None,
    "provider": "Simulator",
    "denomination": "UsDollar",
    "status": "Enabled",
    "dailyLossLimit": 500.5,
    "minCashValue": 1000,
    "maxOrderSize": 7,
    "maxPositionSize": 9,
    "connection": "NinjaTrader.Cbi.Connection",
    "connectionStatus": "Connected",
    "lastTransactionSum": 0,
    "isAccountFlat": False,
    "item": {name: number + 0.25 for number, name in enumerate(_MONEY)},
}
POSITION: dict[str, Any] = {
    "type": "NinjaTrader.Cbi.Position",
    "account": "Sim101",
    "instrument": "MES 12-26",
    "instrumentType": "Future",
    "marketPosition": "Short",
    "quantity": 2,
    "averagePrice": 6412.375,
    "marketPrice": 6410.25,
    "unrealizedProfitLoss": 21.25,
}
ORDER: dict[str, Any] = {
    "account": "Sim101",
    "orderId": "9f3c0a71",
    "instrument": "MES 12-26",
    "instrumentType": "Future",
    "orderType": "StopLimit",
    "orderState": "CancelPending",
    "quantity": 4,
    "averageFillPrice": 6411.5,
    "filled": 1,
    "fromEntrySignal": "Entry",
    "gtd": "2099-12-01T00:00:00.0000000",
    "hasOverfill": False,
    "isBacktestOrder": False,
    "limitPrice": 6411.25,
    "limitPriceChanged": 6411.25,
    "name": "Stop1",
    "oco": "oco-1",
    "orderAction": "SellShort",
    "stopPrice": 6411.0,
    "timeInForce": "Gtc",
    "time": "2026-09-26T18:09:38.3736787",
    "epoch": 1790446178373,
}
EXECUTION: dict[str, Any] = {
    "id": "d6e3f0c1a2b34455d6e3f0c1a2b34455",
    "type": "NinjaTrader.Cbi.Execution",
    "time": "2026-09-26T18:09:38.3736787",
    "epoch": 1790446178373,
    "name": "Exit",
    "orderId": "9f3c0a71",
    "account": "Sim101",
    "serverName": "Sim101",
    "instrument": "MES 12-26",
    "instrumentType": "Future",
    "position": -2,
    "marketPosition": "Short",
    "positionStrategy": 0,
    "price": 6411.5,
    "quantity": 1,
}
QUOTE: dict[str, Any] = {
    "instrument": "MES 12-26",
    "description": "Micro E-mini S&P 500",
    "type": "Future",
    "bid": 6410.25,
    "ask": 6410.5,
    "last": 6410.25,
    "open": 6400,
    "high": 6420.75,
    "low": 6390.0,
    "close": 6401.5,
    "volume": 123456,
    "tickSize": 0.25,
    "pointValue": 5,
    "tickValue": 1.25,
    "exchange": "Globex",
    "expiration": "2026-12-01",
    "tradingHours": "CME US Index Futures ETH",
    "quoteTime": "09/26/2026 01:51:54 PM",
    "quoteTimeUtc": "2026-09-26 18:51:54",
    "epoch": 1790448714,
    "dataSource": {"status": "Live", "connectedFeeds": ["Live"]},
    "isMarketOpen": True,
}
INFO: dict[str, Any] = {
    "timestamp": "2026-09-26T18:51:54.1234567Z",
    "instrument": "MES 12-26",
    "timeZone": "Central Standard Time",
    "status": {"isOpen": True, "state": "Open"},
    "session": {
        "label": "Current Session",
        "utcStart": "2026-09-25T22:00:00.0000000Z",
        "utcEnd": "2026-09-26T21:00:00.0000000Z",
        "localStart": "2026-09-25T17:00:00.0000000",
        "localEnd": "2026-09-26T16:00:00.0000000",
        "countdown": "02:08:06",
        "action": "Until Close",
        "secondsRemaining": 7686.25,
    },
    "upcoming": {"utcStart": "2026-09-27T22:00:00.0000000Z", "utcEnd": "2026-09-28T21:00:00.0000000Z"},
}
WATERMARKS: dict[str, Any] = {
    "account": "Sim101",
    "watermarks": {"pnlhigh": 100.5, "netliqhigh": 50100.25, "unrealhigh": 60},
    "stats": {
        "pnl": 90.5,
        "total": 95.25,
        "unrealized": 4.75,
        "poscount": 1,
        "netliq": 50095.25,
        "pnlhigh": 100.5,
        "netliqhigh": 50100.25,
        "unrealhigh": 60,
    },
}
# The payload of each route, and how to get from it to the object whose fields are read.
PAYLOADS: dict[Route[Any], dict[str, Any]] = {
    routes.SNAPSHOT: {
        "type": "snapshot",
        "timestamp": "2026-09-26T13:51:54-05:00",
        "epoch": 1790448714000,
        "accounts": [{"account": ACCOUNT, "positions": [POSITION]}],
    },
    routes.ACCOUNTS: {"accounts": [ACCOUNT]},
    routes.ACCOUNT: ACCOUNT,
    routes.WATERMARKS: WATERMARKS,
    routes.POSITIONS: {"positions": [POSITION | {"tag": None}], "count": 1},
    routes.ACCOUNT_POSITIONS: {"positions": [POSITION]},
    routes.POSITION: POSITION,
    routes.ORDERS: {"orders": [ORDER]},
    routes.ALL_ORDERS: {"orders": [ORDER], "count": 1},
    routes.ENDPOINTS: {"endpoints": [{"method": "GET", "path": "/v1/api/orders"}]},
    routes.ORDER: ORDER,
    routes.STATUS: {"status": "Filled"},
    routes.EXECUTIONS: {"executions": [EXECUTION]},
    routes.QUOTE: QUOTE,
    routes.MARKET_INFO: INFO,
}


def flat(payload: Any) -> bytes:
    """As the endpoint pages have it: the fields at the top, and `success` among them."""
    return json.dumps({**payload, "success": True} if isinstance(payload, dict) else payload).encode()


def wrapped(payload: Any) -> bytes:
    """As the machine documents have it: the payload is `data`."""
    return json.dumps({"success": True, "data": payload}).encode()
