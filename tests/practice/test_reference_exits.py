"""Part 2 of the webhook reference, rule by rule: the commands that close, cancel and protect."""

from decimal import Decimal

import pytest

from support.reference import MISSING, NOT_FOUND
from support.stage import ATM, BUY_90, ES, HERE, JOIN, NOTHING, SIM102, Rule, buy, command, limit, played, sell, stop

STOP_98 = "SELL 4 STOPMARKET stop 98 DAY"


def close(more: str = "") -> str:
    return command("CLOSEPOSITION", f"{HERE} {more}")


def protect(qty: int, fields: str, action: str = "BUY") -> str:
    return command("CANCELANDBRACKET", f"{HERE} action={action}; qty={qty}; {fields}")


CLOSEPOSITION = (
    Rule("2.3 quantity closes that many", [buy(4), close("quantity=1;")], net=3),
    Rule("2.3 percent closes that share", [buy(4), close("percent=0.25;")], net=3),
    Rule("2.3 quantity wins over percent", [buy(4), close("percent=1; quantity=1;")], net=3),
    Rule("2.3 a share is rounded up", [buy(4), close("percent=0.26;")], net=2),
    Rule("2.3 ten percent of one closes one", [sell(1), close("percent=0.1;")]),
    Rule("2.3 a share counts what remains", [buy(4), close("percent=0.5;"), close("percent=0.5;")], net=1),
    Rule("2.3 a quantity too big is clamped to what is open", [buy(4), close("quantity=9;")]),
    Rule(
        "2.3 a full close cancels the orders of the account in the instrument alone",
        [
            buy(4, "take_profit=110; stop_loss=90;"),
            buy(1, limit(95)),
            buy(1, limit(90), at=ES),
            buy(1, limit(90), at=SIM102),
            close(),
        ],
        book=["Sim101 ES 12-26: BUY 1 LIMIT limit 90 DAY", "Sim102 MES 12-26: BUY 1 LIMIT limit 90 DAY"],
    ),
    Rule("2.3 a share that comes to all is a full close", [buy(1), sell(1, stop(98)), close("percent=0.1;")]),
    Rule("2.3 a quantity that comes to all is a full close", [buy(2), sell(1, stop(98)), close("quantity=2;")]),
    Rule(
        "2.3 a partial close keeps stops and targets",
        [buy(4), sell(4, stop(98)), close("quantity=3;")],
        net=1,
        book=[STOP_98],
    ),
    Rule("2.3 a partial close of a short buys", [sell(4), close("quantity=3;")], net=-1),
    Rule(
        "2.3 with nothing open no order is cancelled",
        [buy(1, limit(90)), close()],
        book=[BUY_90],
        error="No positions found for instrument 'MES 12-26'",
    ),
    Rule(
        "2.3 qty is taken for quantity, with a warning",
        [buy(4), close("qty=1;")],
        net=3,
        warning=("qty is read as quantity here: write quantity"),
    ),
    *(
        Rule(f"2.3 {field} is out of its range", [buy(4), close(f"{field};")], net=4, error=error, status=400)
        for field, error in (
            ("quantity=0", "quantity: A quantity is 1 to 100000"),
            ("quantity=1.5", "quantity: A quantity is a whole number, without point, comma or blank"),
            ("percent=0", "percent: A share is above 0 and at most 1: 0.5 closes half"),
            ("percent=1.01", "percent: A share is above 0 and at most 1: 0.5 closes half"),
        )
    ),
)
ES_2 = "account=Sim102; instrument=ES 12-26;"
SPREAD = (buy(1), sell(2, at=ES), sell(3, at=SIM102), buy(4, at=ES_2))
ELSEWHERE = ("Sim101 ES 12-26", "Sim102 MES 12-26", "Sim102 ES 12-26")


def flatten(name: str, fields: str, net: int, *others: int, warning: str = "") -> Rule:
    left = {place: quantity for place, quantity in zip(ELSEWHERE, others, strict=True) if quantity}
    return Rule(f"2.6 {name}", [*SPREAD, command("FLATTEN", fields)], net=net, others=left, warning=warning)


FLATTEN = (
    flatten("no filter: every position in every account", "", 0, 0, 0, 0),
    flatten("account: all positions of it", "account=Sim101;", 0, 0, -3, 4),
    flatten("account and instrument: that position", HERE, 0, -2, -3, 4),
    flatten("instrument: in all accounts", "instrument=MES 12-26;", 0, -2, 0, 4),
    flatten("market_position=long: all long ones, all accounts", "market_position=long;", 0, -2, -3, 0),
    flatten("market_position=short: all short ones, all accounts", "market_position=short;", 1, 0, 0, 4),
    flatten("account and side: what fits both", "account=Sim102; market_position=short;", 1, -2, 0, 4),
    flatten("instrument and side: what fits both", "instrument=ES 12-26; market_position=long;", 1, -2, -3, 0),
    flatten("all three: what fits them all", f"{HERE} market_position=short;", 1, -2, -3, 4, warning=NOTHING),
    Rule(
        "2.6 orders of the instruments that are flattened go, orders without a position stay",
        [
            buy(4),
            sell(4, stop(98)),
            sell(1, at=ES),
            buy(1, stop(110), at=ES),
            buy(1, limit(90), at=SIM102),
            command("FLATTEN", "market_position=long;"),
        ],
        others={"Sim101 ES 12-26": -1},
        book=["Sim101 ES 12-26: BUY 1 STOPMARKET stop 110 DAY", "Sim102 MES 12-26: BUY 1 LIMIT limit 90 DAY"],
    ),
    Rule(
        "2.6 a position that is flat cannot be asked for",
        [buy(1), command("FLATTEN", "market_position=flat;")],
        net=1,
        error="market_position: Choose long or short",
        status=400,
    ),
)
FLATTENEVERYTHING = (
    Rule(
        "2.7 all positions and all orders in all accounts",
        [
            *SPREAD,
            buy(1, f"{limit(90)} {ATM}"),
            buy(1, limit(90), at="account=Sim103; instrument=CL 12-26;"),
            command("FLATTENEVERYTHING", ""),
        ],
    ),
    Rule(
        "2.7 an account does not narrow it",
        [*SPREAD, command("FLATTENEVERYTHING", "account=Sim101;")],
        warning="account is ignored here",
    ),
)
CANCEL = (
    Rule(
        "2.8 the order with the id given at PLACE is cancelled, and no other",
        [
            buy(1, f"{limit(90)} order_id=a;"),
            buy(1, f"{limit(91)} order_id=b;", at=SIM102),
            command("CANCEL", "order_id=a;"),
        ],
        book=["Sim102 MES 12-26: b: BUY 1 LIMIT limit 91 DAY"],
    ),
    *(
        Rule(
            f"2.8 {name} is found by that name in its strategy",
            [
                buy(1, ATM),
                buy(1, f"{limit(90)} {JOIN}"),
                sell(1, f"{limit(120)} {JOIN}"),
                command("CANCEL", f"order_id={name}; {JOIN}"),
            ],
            net=1,
            book=book,
        )
        for name, book in (
            (
                "ENTRY2",
                [
                    "STOP1 of run-42: SELL 1 STOPMARKET stop 96.00 GTC (A)",
                    "TARGET1 of run-42: SELL 1 LIMIT limit 108.00 GTC (A)",
                    "EXIT1 of run-42: SELL 1 LIMIT limit 120 DAY",
                ],
            ),
            (
                "exit1",
                [
                    "STOP1 of run-42: SELL 1 STOPMARKET stop 96.00 GTC (A)",
                    "TARGET1 of run-42: SELL 1 LIMIT limit 108.00 GTC (A)",
                    "ENTRY2 of run-42: BUY 1 LIMIT limit 90 DAY",
                ],
            ),
            ("STOP1", ["ENTRY2 of run-42: BUY 1 LIMIT limit 90 DAY", "EXIT1 of run-42: SELL 1 LIMIT limit 120 DAY"]),
            ("TARGET1", ["ENTRY2 of run-42: BUY 1 LIMIT limit 90 DAY", "EXIT1 of run-42: SELL 1 LIMIT limit 120 DAY"]),
        )
    ),
    *(
        Rule(
            f"2.8 {name} needs its strategy_id",
            [buy(1), command("CANCEL", f"order_id={name};")],
            net=1,
            error=f"{MISSING}STRATEGY_ID",
            status=400,
        )
        for name in ("ENTRY1", "EXIT1", "STOP2", "SIMSTOP1", "TARGET12")
    ),
    Rule(
        "2.8 an order that is not there is an error",
        [buy(1, f"{limit(90)} order_id=a;"), command("CANCEL", "order_id=b;")],
        book=["a: BUY 1 LIMIT limit 90 DAY"],
        error=NOT_FOUND.format("b"),
    ),
    Rule(
        "2.8 an order that has filled is an error",
        [buy(1, "order_id=a;"), command("CANCEL", "order_id=a;")],
        net=1,
        error=NOT_FOUND.format("a"),
    ),
    Rule(
        "2.8 account is no field of it",
        [buy(1, f"{limit(90)} order_id=a;", at=SIM102), command("CANCEL", "order_id=a; account=Sim101;")],
        warning="account is ignored here",
    ),
)
BOTH = [buy(1), buy(1, limit(90)), buy(1, limit(90), at=ES), buy(1, limit(90), at=SIM102)]
CANCELORDERS = (
    Rule(
        "2.9 without an instrument all orders of the account go, positions stay",
        [*BOTH, command("CANCELORDERS", "account=Sim101;")],
        net=1,
        book=["Sim102 MES 12-26: BUY 1 LIMIT limit 90 DAY"],
    ),
    Rule(
        "2.9 with an instrument only those",
        [*BOTH, command("CANCELORDERS")],
        net=1,
        book=["Sim101 ES 12-26: BUY 1 LIMIT limit 90 DAY", "Sim102 MES 12-26: BUY 1 LIMIT limit 90 DAY"],
    ),
    Rule(
        "2.9 it takes a required position",
        [buy(1, limit(90)), command("CANCELORDERS", f"{HERE} require_market_position=long;")],
        book=[BUY_90],
        error="Blocked: Sim101 is flat in MES 12-26, required is long",
    ),
    Rule(
        "2.9 the account is required",
        [buy(1, limit(90)), command("CANCELORDERS", "instrument=MES 12-26;")],
        book=[BUY_90],
        error=f"{MISSING}ACCOUNT",
        status=400,
    ),
)
CANCELALLORDERS = (
    Rule("2.10 all orders in all accounts go, positions stay", [*BOTH, command("CANCELALLORDERS", "")], net=1),
)
CLOSESTRATEGY = (
    Rule(
        "2.13 its position and its orders, and no other's",
        [buy(2, ATM), buy(1), buy(1, limit(90)), command("CLOSESTRATEGY", JOIN)],
        net=1,
        book=[BUY_90],
    ),
    Rule(
        "2.13 a strategy that does not run is an error",
        [buy(1), command("CLOSESTRATEGY", JOIN)],
        net=1,
        error="ATM strategy 'run-42' not found",
    ),
    Rule(
        "2.13 Tradovate rejects it",
        [buy(1), command("CLOSESTRATEGY", f"{JOIN} destination=tradovate;")],
        net=1,
        error="strategy_id: Tradovate knows no ATM strategies",
        status=400,
    ),
)
CANCELANDBRACKET = (
    Rule(
        "2.14 every order of the instrument in the account goes, and the pair is one OCO group",
        [
            buy(2, "take_profit=110; stop_loss=90;"),
            buy(1, f"{limit(90)} order_id=a;"),
            buy(1, limit(90), at=ES),
            buy(1, limit(90), at=SIM102),
            protect(2, "take_profit=104; stop_loss=98;"),
        ],
        net=2,
        book=[
            "Sim101 ES 12-26: BUY 1 LIMIT limit 90 DAY",
            "Sim102 MES 12-26: BUY 1 LIMIT limit 90 DAY",
            "SELL 2 STOPMARKET stop 98 GTC (A)",
            "SELL 2 LIMIT limit 104 GTC (A)",
        ],
    ),
    Rule(
        "2.14 the exits of a short buy",
        [sell(2), protect(2, "take_profit=96; stop_loss=102;", "SELL")],
        net=-2,
        book=["BUY 2 STOPMARKET stop 102 GTC (A)", "BUY 2 LIMIT limit 96 GTC (A)"],
    ),
    Rule("2.14 a stop alone", [buy(2), protect(2, "stop_loss=98;")], net=2, book=["SELL 2 STOPMARKET stop 98 GTC"]),
    Rule("2.14 a target alone", [buy(2), protect(2, "take_profit=104;")], net=2, book=["SELL 2 LIMIT limit 104 GTC"]),
    Rule(
        "2.14 one of the two is needed",
        [buy(2), sell(2, limit(110)), protect(2, "")],
        net=2,
        book=["SELL 2 LIMIT limit 110 DAY"],
        error=f"{MISSING}TAKE_PROFIT",
        status=400,
    ),
    Rule(
        "2.14 the size is clamped to the position",
        [buy(2), protect(9, "stop_loss=98;")],
        net=2,
        book=["SELL 2 STOPMARKET stop 98 GTC"],
    ),
    Rule(
        "2.14 a smaller size is taken",
        [buy(2), protect(1, "stop_loss=98;")],
        net=2,
        book=["SELL 1 STOPMARKET stop 98 GTC"],
    ),
    Rule(
        "2.14 without a position the pair is entered at the quantity given",
        [protect(3, "take_profit=104; stop_loss=98;")],
        book=["SELL 3 STOPMARKET stop 98 GTC (A)", "SELL 3 LIMIT limit 104 GTC (A)"],
    ),
    Rule(
        "2.14 such a straddle enters with one of the two",
        [protect(3, "take_profit=104; stop_loss=98;"), Decimal(98)],
        net=-3,
    ),
    Rule(
        "2.14 a strategy lock holds it up",
        [buy(2, "strategy_tag=mine;"), protect(2, "stop_loss=98;")],
        net=2,
        error="Trade blocked: MES 12-26 is managed by strategy 'mine'",
    ),
    Rule(
        "2.14 a stop that is refused leaves the position bare",
        [buy(2, "stop_loss=90;"), protect(2, "stop_loss=101;")],
        net=2,
        error="A sell stop at 101 is above the market at 100.00",
    ),
)
RULES = (
    *CLOSEPOSITION,
    *FLATTEN,
    *FLATTENEVERYTHING,
    *CANCEL,
    *CANCELORDERS,
    *CANCELALLORDERS,
    *CLOSESTRATEGY,
    *CANCELANDBRACKET,
)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_command_that_closes_cancels_or_protects(rule: Rule) -> None:
    assert played(rule) == rule
