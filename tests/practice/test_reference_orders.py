"""Part 2 of the webhook reference, rule by rule: the commands that place and change orders."""

from decimal import Decimal

import pytest

from support.reference import MISSING, NOT_FOUND
from support.stage import (
    ATM,
    BUY_90,
    HERE,
    JOIN,
    NOTHING,
    SIM102,
    TWO,
    Rule,
    buy,
    command,
    entry,
    limit,
    played,
    sell,
    stop,
)


def replace(action: str, qty: int, more: str = "", order_id: str = "a") -> str:
    return entry(action, qty, f"order_id={order_id}; {more}", token="CANCELREPLACE")


def change(fields: str, order_id: str = "a") -> str:
    return command("CHANGE", f"order_id={order_id}; {fields}")


PLACE = (
    Rule("2.1 a plain order starts nothing else", [buy(2)], net=2),
    Rule(
        "2.1 the fill of an entry with a template sends the template's stops and targets",
        [buy(1, f"{limit(99)} {ATM}"), Decimal(99)],
        net=1,
        book=[
            "STOP1 of run-42: SELL 1 STOPMARKET stop 95.00 GTC (A)",
            "TARGET1 of run-42: SELL 1 LIMIT limit 107.00 GTC (A)",
        ],
    ),
    Rule(
        "2.1 a template does nothing before its entry fills",
        [buy(1, f"{limit(99)} {ATM}")],
        book=["ENTRY1 of run-42: BUY 1 LIMIT limit 99 DAY"],
    ),
    Rule(
        "2.1 strategy_id alone joins the running strategy",
        [buy(1, ATM), buy(2, JOIN)],
        net=3,
        book=[
            "STOP1 of run-42: SELL 3 STOPMARKET stop 96.00 GTC (A)",
            "TARGET1 of run-42: SELL 3 LIMIT limit 108.00 GTC (A)",
        ],
    ),
    Rule("2.1 strategy_id alone needs a running strategy", [buy(1, JOIN)], error="ATM strategy 'run-42' not found"),
    Rule(
        "2.1 a template that does not exist is refused by its exact name",
        [buy(1, "strategy=atmstrategy1;")],
        error="ATM strategy template 'atmstrategy1' not found",
    ),
    Rule("2.1 a strategy that was named can be closed by that name", [buy(1, ATM), command("CLOSESTRATEGY", JOIN)]),
    Rule(
        "2.1 the quantity of the message replaces that of the template",
        [buy(5, TWO)],
        net=5,
        book=[
            "STOP1 of run-42: SELL 3 STOPMARKET stop 98.00 GTC (A)",
            "TARGET1 of run-42: SELL 3 LIMIT limit 101.00 GTC (A)",
            "STOP2 of run-42: SELL 2 STOPMARKET stop 98.00 GTC (B)",
            "TARGET2 of run-42: SELL 2 LIMIT limit 102.00 GTC (B)",
        ],
    ),
    Rule(
        "2.1 a missing quantity is named as NinjaTrader names it",
        [buy(1).replace("qty=1;", "")],
        error=f"{MISSING}QTY",
        status=400,
    ),
    Rule("2.1 buy 1 then sell 1 is flat, not short", [buy(1), sell(1)]),
    Rule("2.1 an opposite order reduces first", [buy(3), sell(1)], net=2),
    Rule("2.1 an opposite order that is bigger turns the position", [buy(1), sell(3)], net=-2),
    Rule(
        "2.1 each account has a position of its own",
        [buy(1), sell(2, at=SIM102)],
        net=1,
        others={"Sim102 MES 12-26": -2},
    ),
    Rule(
        "2.1 an opposite order leaves the stop and target of an ATM strategy as orphans",
        [buy(1, ATM), sell(1)],
        book=[
            "STOP1 of run-42: SELL 1 STOPMARKET stop 96.00 GTC (A)",
            "TARGET1 of run-42: SELL 1 LIMIT limit 108.00 GTC (A)",
        ],
    ),
    Rule("2.1 flatten_first leaves no orphans", [buy(1, ATM), sell(1, "flatten_first=true;")], net=-1),
    Rule("2.1 a buy limit above the market trades at once", [buy(1, limit(105))], net=1),
    Rule("2.1 a sell limit below the market trades at once", [sell(1, limit(95))], net=-1),
    Rule("2.1 a limit waits for its price", [buy(1, limit(99)), Decimal("99.25")], book=["BUY 1 LIMIT limit 99 DAY"]),
    Rule("2.1 a limit trades at its price", [buy(1, limit(99)), Decimal(99)], net=1),
    Rule(
        "2.1 a stop waits for its price", [buy(1, stop(101)), Decimal("100.75")], book=["BUY 1 STOPMARKET stop 101 DAY"]
    ),
    Rule("2.1 a stop trades at its price", [buy(1, stop(101)), Decimal(101)], net=1),
    Rule(
        "2.1 a stop limit becomes a limit when its stop trades",
        [buy(1, "order_type=STOPLIMIT; stop_price=101; limit_price=101.50;"), Decimal(102)],
        book=["BUY 1 LIMIT stop 101 limit 101.50 DAY"],
    ),
    Rule(
        "2.1 orders of one OCO id cancel one another",
        [sell(1, f"{limit(102)} oco_id=x;"), sell(1, f"{stop(98)} oco_id=x;"), Decimal(102)],
        net=-1,
    ),
    Rule(
        "2.1 an OCO id is not taken again after its group is done",
        [sell(1, "oco_id=x;"), sell(1, f"{limit(102)} oco_id=x;")],
        net=-1,
        error="OCO id 'x' is used up: its group has ended, take a new one",
    ),
    Rule(
        "2.1 an order id is unique across the accounts",
        [buy(1, f"{limit(90)} order_id=a;"), buy(1, f"{limit(91)} order_id=a;", at=SIM102)],
        book=["a: BUY 1 LIMIT limit 90 DAY"],
        error="Order id 'a' is already in use by a working order",
    ),
)
FLATPLACE = (
    Rule(
        "2.2 FLATPLACE closes and cancels, then places",
        [buy(4, "take_profit=110;"), buy(1, limit(90)), sell(1, token="FLATPLACE")],
        net=-1,
    ),
    Rule("2.2 FLATPLACE places without a position, too", [buy(1, limit(90)), sell(1, token="FLATPLACE")], net=-1),
    Rule(
        "2.2 FLATPLACE takes brackets and a time-out",
        [sell(1, f"{limit(101)} take_profit=95; cancel_after=5;", token="FLATPLACE"), Decimal(101)],
        net=-1,
        book=["BUY 1 LIMIT limit 95 GTC"],
    ),
)
REVERSE = (
    Rule("2.4 a long position is mirrored at its size", [buy(4), command("REVERSE")], net=-4),
    Rule("2.4 a short position is mirrored at its size", [sell(3), command("REVERSE")], net=3),
    Rule(
        "2.4 flat is no action, and orders stay",
        [buy(1, limit(90)), command("REVERSE")],
        book=[BUY_90],
        warning=NOTHING,
    ),
    Rule(
        "2.4 the orders of the instrument are cancelled", [buy(4, ATM), buy(1, limit(90)), command("REVERSE")], net=-4
    ),
    Rule(
        "2.4 nothing but account and instrument is used",
        [buy(4), command("REVERSE", f"{HERE} qty=1; action=BUY;")],
        net=-4,
        warning="qty is ignored here; action is ignored here",
    ),
)
REVERSEPOSITION = (
    Rule(
        "2.5 a position is closed, with its orders, and the rest is run as PLACE",
        [buy(4, ATM), sell(1, "take_profit=90;", token="REVERSEPOSITION")],
        net=-1,
        warning="take_profit is ignored here",
    ),
    Rule(
        "2.5 without a position nothing is done",
        [buy(1, limit(90)), sell(1, token="REVERSEPOSITION")],
        book=[BUY_90],
        warning=NOTHING,
    ),
    Rule("2.5 it does not look at the direction", [buy(4), buy(1, token="REVERSEPOSITION")], net=1),
    Rule(
        "2.5 it takes a template",
        [buy(4), sell(1, ATM, token="REVERSEPOSITION")],
        net=-1,
        book=[
            "STOP1 of run-42: BUY 1 STOPMARKET stop 104.00 GTC (A)",
            "TARGET1 of run-42: BUY 1 LIMIT limit 92.00 GTC (A)",
        ],
    ),
)
CANCELREPLACE = (
    Rule(
        "2.11 the order is cancelled and the new one takes its place and its id",
        [buy(1, f"{limit(90)} order_id=a;"), replace("SELL", 2, limit(110))],
        book=["a: SELL 2 LIMIT limit 110 DAY"],
    ),
    Rule(
        "2.11 an order that is not found: an error, and nothing is placed",
        [buy(1, limit(90)), replace("SELL", 2)],
        book=[BUY_90],
        error=NOT_FOUND.format("a"),
    ),
    Rule(
        "2.11 an order that is not active: an error, and nothing is placed",
        [buy(1, f"{limit(90)} order_id=a;"), command("CANCEL", "order_id=a;"), replace("SELL", 2)],
        error=NOT_FOUND.format("a"),
    ),
    Rule(
        "2.11 an order that has filled meanwhile: an error, and no double exposure",
        [buy(1, f"{limit(99)} order_id=a;"), Decimal(99), replace("BUY", 1)],
        net=1,
        error=NOT_FOUND.format("a"),
    ),
    Rule(
        "2.11 it needs what a PLACE needs",
        [buy(1, f"{limit(90)} order_id=a;"), replace("SELL", 2).replace("qty=2;", "")],
        book=["a: BUY 1 LIMIT limit 90 DAY"],
        error=f"{MISSING}QTY",
        status=400,
    ),
)
WORKING = "order_type=STOPLIMIT; stop_price=110; limit_price=111; order_id=a;"
CHANGE = (
    *(
        Rule(f"2.12 {name}", [buy(2, WORKING), change(fields)], book=[f"a: BUY {book} DAY"])
        for name, fields, book in (
            (
                "quantity, limit and stop can change",
                "qty=3; limit_price=108; stop_price=107;",
                "3 STOPLIMIT stop 107 limit 108",
            ),
            ("what is left out stays", "qty=3;", "3 STOPLIMIT stop 110 limit 111"),
            ("what is 0 stays", "qty=0; limit_price=0; stop_price=109;", "2 STOPLIMIT stop 109 limit 111"),
            (
                "a quantity of 0 stays, a price of 0.00 too",
                "qty=0; stop_price=0.00; limit_price=112;",
                "2 STOPLIMIT stop 110 limit 112",
            ),
        )
    ),
    *(
        Rule(
            f"2.12 nothing happens where nothing is to change: {fields}",
            [buy(2, WORKING), change(fields)],
            book=["a: BUY 2 STOPLIMIT stop 110 limit 111 DAY"],
            error=f"{MISSING}QTY",
            status=400,
        )
        for fields in ("", "qty=0;", "qty=0; limit_price=0; stop_price=0.00;")
    ),
    Rule(
        "2.12 an order of an ATM strategy is found by its name, and the stop alone moves",
        [buy(1, ATM), change(f"stop_price=97; {JOIN}", "STOP1")],
        net=1,
        book=[
            "STOP1 of run-42: SELL 1 STOPMARKET stop 97 GTC (A)",
            "TARGET1 of run-42: SELL 1 LIMIT limit 108.00 GTC (A)",
        ],
    ),
    Rule(
        "2.12 the name alone is not enough",
        [buy(1), change("stop_price=97;", "STOP1")],
        net=1,
        error=f"{MISSING}STRATEGY_ID",
        status=400,
    ),
    Rule(
        "2.12 a filled order cannot change",
        [buy(1, "order_id=a;"), change("qty=2;")],
        net=1,
        error=NOT_FOUND.format("a"),
    ),
    Rule(
        "2.12 only those three values can change",
        [buy(1, f"{limit(90)} order_id=a;"), change("limit_price=91; action=SELL; tif=GTC; order_type=MARKET;")],
        book=["a: BUY 1 LIMIT limit 91 DAY"],
        warning="action is ignored here; tif is ignored here; order_type is ignored here",
    ),
    Rule(
        "2.12 an order whose new price the market has reached trades",
        [buy(1, f"{limit(90)} order_id=a;"), change("limit_price=100;")],
        net=1,
    ),
)
RULES = (*PLACE, *FLATPLACE, *REVERSE, *REVERSEPOSITION, *CANCELREPLACE, *CHANGE)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_command_that_places_or_changes(rule: Rule) -> None:
    assert played(rule) == rule
