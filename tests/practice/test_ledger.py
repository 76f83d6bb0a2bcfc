"""The money of the accounts and the fills, as they can be read."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from crosstrade_desk.practice.ledger import KEPT, START_CASH, Account
from crosstrade_desk.practice.trades import Tif
from support.trader import BUY, ES, SELL, Trader, events

D = Decimal


def test_cash_holds_what_is_realised_and_equity_what_is_open_too(trader: Trader, tape: Any) -> None:
    tape.prices = ["100.00", "102.00"]
    trader.buy(3)
    trader.sell(1, of=ES)
    trader.wait(1)
    trader.sell(1)
    account, other, *_ = trader.exchange.accounts
    assert account == Account("Sim101", START_CASH + 10, D(10), D(20 - 100))
    assert account.equity == START_CASH - 70
    assert other == Account("Sim102", START_CASH, D(0), D(0))


def test_the_days_profit_starts_anew_with_the_day_and_cash_does_not(trader: Trader, tape: Any) -> None:
    tape.prices = ["100.00", *["102.00"] * (7 * 3600 - 1), "103.00"]
    trader.buy(2)
    trader.wait(1)
    trader.sell(1)
    trader.wait(7 * 3600 - 2)
    assert trader.exchange.accounts[0].realised == D(10)
    trader.wait(1)
    assert (trader.exchange.accounts[0].realised, trader.exchange.accounts[0].cash) == (D(0), START_CASH + 10)
    trader.sell(1)
    assert (trader.exchange.accounts[0].realised, trader.exchange.accounts[0].cash) == (D(15), START_CASH + 25)


def test_fills_are_kept_with_their_times_and_what_they_left(trader: Trader, tape: Any) -> None:
    tape.prices = ["100.00", "99.00"]
    began = trader.exchange.now
    trader.buy(15, limit="99.00", order_id="a", tif=Tif.GTC)
    trader.wait(2)
    trader.sell(5)
    assert [(f.number, f.order.number, f.side, f.quantity, f.price, f.position) for f in trader.exchange.fills] == [
        (1, 1, BUY, 10, D("99.00"), 10),
        (2, 1, BUY, 5, D("99.00"), 15),
        (3, 2, SELL, 5, D("99.00"), 10),
    ]
    assert [f.time - began for f in trader.exchange.fills] == [timedelta(seconds=s) for s in (1, 2, 2)]


def test_only_the_last_fills_and_ended_orders_are_kept(trader: Trader) -> None:
    for _ in range(KEPT // 2 + 1):
        trader.buy(1)
        events(trader.exchange.close(trader.at()))
    assert (len(trader.exchange.fills), trader.exchange.fills[0].number) == (KEPT, 3)
    assert (len(trader.exchange.ended_orders), trader.exchange.ended_orders[0].number) == (KEPT, 3)
