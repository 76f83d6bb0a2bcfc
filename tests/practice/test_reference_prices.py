"""Parts 3.5 to 3.7 of the webhook reference, rule by rule: brackets, relative prices, time-outs."""

from datetime import timedelta
from decimal import Decimal

import pytest

from support.stage import ATM, BUY_90, HERE, JOIN, Rule, buy, command, entry, limit, played, sell, stop


def minutes(number: int, seconds: int = 0) -> timedelta:
    return timedelta(minutes=number, seconds=seconds)


BRACKET = (
    *(
        Rule(f"3.5 {name}", [buy(2, fields)], net=2, book=book)
        for name, fields, book in (
            ("take_profit: an opposite limit, same quantity, GTC", "take_profit=105;", ["SELL 2 LIMIT limit 105 GTC"]),
            ("stop_loss: an opposite stop market", "stop_loss=95;", ["SELL 2 STOPMARKET stop 95 GTC"]),
            (
                "stop_loss_limit: an opposite stop limit, its own trigger",
                "stop_loss_limit=95;",
                ["SELL 2 STOPLIMIT stop 95 limit 95 GTC"],
            ),
            (
                "stop_loss_stop: the trigger of that",
                "stop_loss_limit=95; stop_loss_stop=96;",
                ["SELL 2 STOPLIMIT stop 96 limit 95 GTC"],
            ),
            (
                "target and stop are an OCO pair",
                "take_profit=105; stop_loss=95;",
                ["SELL 2 STOPMARKET stop 95 GTC (A)", "SELL 2 LIMIT limit 105 GTC (A)"],
            ),
            (
                "target and stop limit are an OCO pair",
                "take_profit=105; stop_loss_limit=95;",
                ["SELL 2 STOPLIMIT stop 95 limit 95 GTC (A)", "SELL 2 LIMIT limit 105 GTC (A)"],
            ),
        )
    ),
    Rule(
        "3.5 stop_loss_stop is ignored without stop_loss_limit",
        [buy(2, "stop_loss=95; stop_loss_stop=96;")],
        net=2,
        book=["SELL 2 STOPMARKET stop 95 GTC"],
        warning="stop_loss_stop is ignored here",
    ),
    Rule(
        "3.5 the exits of a sale buy",
        [sell(2, "take_profit=95; stop_loss=105;")],
        net=-2,
        book=["BUY 2 STOPMARKET stop 105 GTC (A)", "BUY 2 LIMIT limit 95 GTC (A)"],
    ),
    Rule(
        "3.5 only one of the two kinds of stop",
        [buy(2, "stop_loss=95; stop_loss_limit=95;")],
        error="stop_loss_limit: Give one kind of stop loss: at market, or with a limit",
        status=400,
    ),
    *(
        Rule(
            f"3.5 the pair ends when one trades, at {price}", [buy(2, "take_profit=105; stop_loss=95;"), Decimal(price)]
        )
        for price in (105, 95)
    ),
    Rule(
        "3.5 a stop limit can be jumped over",
        [buy(2, "stop_loss_limit=95;"), Decimal(94)],
        net=2,
        book=["SELL 2 LIMIT stop 95 limit 95 GTC"],
    ),
    Rule(
        "3.5 FLATPLACE takes a bracket",
        [buy(1), sell(2, "take_profit=95;", token="FLATPLACE")],
        net=-2,
        book=["BUY 2 LIMIT limit 95 GTC"],
    ),
    Rule(
        "3.5 closed by an opposite order, the position leaves its bracket",
        [buy(2, "take_profit=105;"), sell(2)],
        book=["SELL 2 LIMIT limit 105 GTC"],
    ),
    Rule(
        "3.5 closed with its strategy, the position leaves its bracket",
        [buy(2, f"take_profit=105; {ATM}"), command("CLOSESTRATEGY", JOIN)],
        book=["SELL 2 LIMIT limit 105 GTC"],
    ),
    Rule(
        "3.5 under the strategy, the bracket ends with that",
        [buy(2, f"take_profit=105; append_atm=true; {ATM}"), command("CLOSESTRATEGY", JOIN)],
    ),
    Rule(
        "3.5 under the strategy, the bracket ends with the position",
        [buy(2, f"take_profit=105; append_atm=true; {ATM}"), command("CLOSEPOSITION")],
    ),
    Rule(
        "3.5 append_atm needs a strategy to be under",
        [buy(2, "take_profit=105; append_atm=true;")],
        net=2,
        book=["SELL 2 LIMIT limit 105 GTC"],
        warning="append_atm is ignored here",
    ),
    *(
        Rule(
            f"3.5 the bracket of a waiting entry waits, too: {kind[:21]}",
            [buy(2, f"{kind} take_profit=115; stop_loss=85;")],
            book=[book],
        )
        for kind, book in (
            (limit(99), "BUY 2 LIMIT limit 99 DAY"),
            (stop(101), "BUY 2 STOPMARKET stop 101 DAY"),
            ("order_type=STOPLIMIT; stop_price=101; limit_price=102;", "BUY 2 STOPLIMIT stop 101 limit 102 DAY"),
        )
    ),
    Rule(
        "3.5 it goes out with the fill",
        [buy(2, f"{limit(99)} take_profit=105; stop_loss=95;"), Decimal(99)],
        net=2,
        book=["SELL 2 STOPMARKET stop 95 GTC (A)", "SELL 2 LIMIT limit 105 GTC (A)"],
    ),
    Rule(
        "3.5 it counts from the real fill price",
        [buy(2, f"{stop(101)} take_profit=8 ticks; stop_loss=-1%;"), Decimal(104)],
        net=2,
        book=["SELL 2 STOPMARKET stop 103.00 GTC (A)", "SELL 2 LIMIT limit 106.00 GTC (A)"],
    ),
    Rule(
        "3.5 it is as big as what has filled",
        [buy(25, f"{limit(99)} take_profit=8 ticks;"), Decimal(99), timedelta(seconds=2)],
        net=25,
        book=["SELL 25 LIMIT limit 101.00 GTC"],
    ),
    Rule(
        "3.5 an entry cancelled after a part of it has filled: a bracket for the part",
        [buy(25, f"{limit(99)} order_id=a; take_profit=105;"), Decimal(99), "command=CANCEL; order_id=a;"],
        net=10,
        book=["SELL 10 LIMIT limit 105 GTC"],
    ),
    Rule(
        "3.5 an entry cancelled before any of it has filled: no bracket",
        [buy(25, f"{limit(99)} order_id=a; take_profit=105;"), "command=CANCEL; order_id=a;", Decimal(99)],
    ),
)


def at_price(name: str, text: str, expected: str) -> Rule:
    """A sell limit above the market of 100, or a buy limit below it."""
    side = "SELL" if Decimal(expected) > 100 else "BUY"
    return Rule(f"3.6 {name}: {text}", [entry(side, 1, limit(text))], book=[f"{side} 1 LIMIT limit {expected} DAY"])


RELATIVE = (
    *(
        at_price("percent", text, expected)
        for text, expected in (
            ("5%", "105.00"),
            ("5 %", "105.00"),
            ("5.2%", "105.25"),
            ("-3.3129 %", "96.75"),
            ("+1.5%", "101.50"),
        )
    ),
    *(
        at_price("ticks", text, expected)
        for text, expected in (
            ("1 tick", "100.25"),
            ("1 ticks", "100.25"),
            ("1tick", "100.25"),
            ("12ticks", "103.00"),
            ("7.5 ticks", "102.00"),
            ("-25 ticks", "93.75"),
            ("+4 Ticks", "101.00"),
        )
    ),
    *(
        at_price("points", text, expected)
        for text, expected in (
            ("15 points", "115.00"),
            ("1 point", "101.00"),
            ("15points", "115.00"),
            ("-2.5 points", "97.50"),
        )
    ),
    *(
        at_price("dollars, 5 to a point", text, expected)
        for text, expected in (
            ("250 dollars", "150.00"),
            ("5 dollar", "101.00"),
            ("250dollars", "150.00"),
            ("250 $", "150.00"),
            ("$250", "150.00"),
            ("-$25", "95.00"),
            ("-25 dollars", "95.00"),
        )
    ),
    *(
        Rule(f"3.6 the nearest tick: {text}", [sell(1, limit(text))], book=[f"SELL 1 LIMIT limit {expected} DAY"])
        for text, expected in (
            ("0.37%", "100.25"),
            ("0.38%", "100.50"),
            ("1.6 ticks", "100.50"),
        )
    ),
    Rule(
        "3.6 negative is below the market for a sale, too",
        [sell(1, stop("-8 ticks"))],
        book=["SELL 1 STOPMARKET stop 98.00 DAY"],
    ),
    Rule(
        "3.6 positive is above the market for a purchase, too",
        [buy(1, stop("8 ticks"))],
        book=["BUY 1 STOPMARKET stop 102.00 DAY"],
    ),
    Rule(
        "3.6 a sale's target needs a negative value, its stop a positive one",
        [sell(1, "take_profit=-8 ticks; stop_loss_limit=1.25%; stop_loss_stop=4 ticks;")],
        net=-1,
        book=["BUY 1 STOPLIMIT stop 101.00 limit 101.25 GTC (A)", "BUY 1 LIMIT limit 98.00 GTC (A)"],
    ),
    Rule(
        "3.6 both prices of a stop limit",
        [buy(1, "order_type=STOPLIMIT; stop_price=4 ticks; limit_price=8 ticks;")],
        book=["BUY 1 STOPLIMIT stop 101.00 limit 102.00 DAY"],
    ),
    Rule(
        "3.6 the base is the last price", [Decimal(120), buy(1, limit("-10%"))], book=["BUY 1 LIMIT limit 108.00 DAY"]
    ),
    Rule(
        "3.6 a change counts from the last price, too",
        [buy(1, f"{limit(90)} order_id=a;"), Decimal(120), "command=CHANGE; order_id=a; limit_price=-10%;"],
        book=["a: BUY 1 LIMIT limit 108.00 DAY"],
    ),
    Rule(
        "3.6 a new bracket counts from the last price, not from the entry",
        [buy(1), Decimal(120), f"command=CANCELANDBRACKET; {HERE} action=BUY; qty=1; stop_loss=-8 ticks;"],
        net=1,
        book=["SELL 1 STOPMARKET stop 118.00 GTC"],
    ),
)
CANCEL_AFTER = (
    Rule("3.7 until then the order works", [buy(1, f"{limit(90)} cancel_after=10;"), minutes(9, 59)], book=[BUY_90]),
    Rule("3.7 then it is cancelled", [buy(1, f"{limit(90)} cancel_after=10;"), minutes(10), Decimal(90)]),
    Rule("3.7 FLATPLACE takes it", [buy(1, f"{limit(90)} cancel_after=10;", token="FLATPLACE"), minutes(10)]),
    Rule(
        "3.7 filled before, the position stays",
        [buy(1, f"{limit(90)} cancel_after=10;"), Decimal(90), minutes(10)],
        net=1,
    ),
    Rule("3.7 1 minute", [buy(1, f"{limit(90)} cancel_after=1;"), minutes(1)]),
    Rule("3.7 60 minutes", [buy(1, f"{limit(90)} cancel_after=60;"), minutes(59, 59)], book=[BUY_90]),
    *(
        Rule(f"3.7 {text} is out of its range", [buy(1, f"{limit(90)} cancel_after={text};")], error=error, status=400)
        for text, error in (
            ("0", "cancel_after: A number of minutes is 1 to 60"),
            ("61", "cancel_after: A number of minutes is 1 to 60"),
            ("2.5", "cancel_after: A number of minutes is a whole number, without point, comma or blank"),
        )
    ),
    *(
        Rule(
            f"3.7 it is not for {kind.split('=')[1].split(';')[0]}",
            [buy(1, f"{kind} cancel_after=10;"), minutes(10)],
            net=net,
            book=book,
            warning="cancel_after is ignored here",
        )
        for kind, net, book in (
            ("order_type=MARKET;", 1, ()),
            (stop(110), 0, ["BUY 1 STOPMARKET stop 110 DAY"]),
            ("order_type=STOPLIMIT; stop_price=110; limit_price=111;", 0, ["BUY 1 STOPLIMIT stop 110 limit 111 DAY"]),
        )
    ),
    Rule(
        "3.7 it is not for REVERSEPOSITION",
        [buy(1), sell(1, f"{limit(110)} cancel_after=10;", token="REVERSEPOSITION"), minutes(10)],
        book=["SELL 1 LIMIT limit 110 DAY"],
        warning="cancel_after is ignored here",
    ),
)
RULES = (*BRACKET, *RELATIVE, *CANCEL_AFTER)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_brackets_prices_and_time_outs(rule: Rule) -> None:
    assert played(rule) == rule
