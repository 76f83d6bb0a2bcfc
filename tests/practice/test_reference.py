"""Parts 1.2 and 1.3 of the webhook reference, rule by rule: the grammar, and the order of evaluation.

The files beside this one go through parts 2 and 3.
"""

import re
from collections.abc import Sequence
from datetime import time, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from crosstrade_desk.practice.webhook import Answer, Held
from crosstrade_desk.practice.windows import Window
from support.post import KEY
from support.reference import (
    KILLED,
    MATRIX,
    MISSING,
    ONLY_CLOSING,
    OUTSIDE,
)
from support.stage import ES, HERE, TEN, No, Rule, Stage, Step, buy, limit, played, sell, stop

KILL, REVIVE = "kill_switch=on;", "kill_switch=off;"
CLOSED = Window(time(18), time(19))
LATE = Window(time(9), time(16), time(9, 30))  # at ten, only what closes passes
UNKNOWN = f"command: There is no command “BUY”. Known are {', '.join(tuple(MATRIX)[:-1])} or {tuple(MATRIX)[-1]}"

# 1.2
GRAMMAR = (
    Rule("1.2 fields on one line", [buy(1)], net=1),
    Rule(
        "1.2 one field per line, indented, with an empty line before", ["\n" + buy(1).replace("; ", ";\n    ")], net=1
    ),
    Rule("1.2 no white space at all", [buy(1).replace("; ", ";")], net=1),
    Rule(
        "1.2 blanks, tabs and line breaks of both kinds around name and value",
        [buy(1).replace("=", " =\t").replace(";", " \r\n ; \n")],
        net=1,
    ),
    Rule(
        "1.2 names in any case",
        [buy(1).replace("command", "COMMAND").replace("qty", "Qty").replace("tif", "TIF")],
        net=1,
    ),
    Rule(
        "1.2 tokens in lower case",
        [buy(1).replace("PLACE", "place").replace("BUY", "buy").replace("MARKET", "market").replace("DAY", "day")],
        net=1,
    ),
    Rule(
        "1.2 tokens in mixed case",
        [buy(2, stop(101)).replace("STOPMARKET", "Stopmarket").replace("DAY", "Day")],
        book=["BUY 2 STOPMARKET stop 101 DAY"],
    ),
    Rule(
        "1.2 fields in any order",
        ["tif=DAY; order_type=MARKET; qty=1; action=BUY; instrument=MES 12-26; account=Sim101; command=PLACE;"],
        net=1,
    ),
    Rule(
        "1.2 a value with blanks, commas, slashes, percent, colon, minus and point",
        [buy(1, "notes=9:30 AM, +1.5 % / MES 12-26 (a-b);")],
        net=1,
    ),
    Rule(
        "1.2 the last field is closed, too",
        [buy(1).rstrip("; ")],
        error="The last field is not closed by “;”",
        status=400,
    ),
    Rule(
        "1.2 a field has a name and a value",
        [buy(1, "nonsense;")],
        error="“nonsense” is no field: write name=value;",
        status=400,
    ),
    Rule("1.2 a name is letters, digits and _", [buy(1, "my-name=1;")], error="“my-name” is no field name", status=400),
    Rule("1.2 a decimal point", [buy(1, limit("99.50"))], book=["BUY 1 LIMIT limit 99.50 DAY"]),
    *(
        Rule(
            f"1.2 a decimal comma is wrong: {fields}",
            [buy(1, fields)],
            error=f"{name}: A number has no comma: write {right}",
            status=400,
        )
        for name, fields, right in (
            ("limit_price", limit("99,50"), "99.50"),
            ("stop_price", stop("100,5"), "100.5"),
            ("take_profit", "take_profit=0,4%;", "0.4%"),
            ("stop_loss", "stop_loss=-7,5 ticks;", "-7.5 ticks"),
            ("delay", "delay=2,5;", "2.5"),
        )
    ),
    Rule(
        "1.2 a decimal comma in a share is wrong",
        [buy(2), f"command=CLOSEPOSITION; {HERE} percent=0,5;"],
        net=2,
        error="percent: A number has no comma: write 0.5",
        status=400,
    ),
    Rule(
        "1.2 a decimal comma in a field without a meaning is no fault",
        [buy(1, "limit_price=99,5;")],
        net=1,
        warning="limit_price is ignored here",
    ),
    *(
        Rule(f"1.2 a flag is the word true: {word}", [buy(1), sell(1, f"flatten_first={word};")], net=-1)
        for word in ("true", "TRUE", "True")
    ),
    *(
        Rule(
            f"1.2 any other word counts as false: {word}",
            [buy(1), sell(1, f"flatten_first={word};")],
            warning="flatten_first counts as false: it is not true",
        )
        for word in ("yes", "1", "on", "truee", "t")
    ),
    Rule("1.2 false is false", [buy(1), sell(1, "flatten_first=false;")]),
    Rule(
        "1.2 several commands in one body are an error",
        [buy(1), "command=CANCELALLORDERS; command=FLATTENEVERYTHING;"],
        net=1,
        error="command: command is given twice",
        status=400,
    ),
    Rule("1.2 a name given twice is an error", [buy(1, "QTY=1;")], error="qty: qty is given twice", status=400),
    Rule("1.2 an unknown name is ignored and noted", [buy(1, "colour=red;")], net=1, warning="colour is ignored here"),
    Rule(
        "1.2 a misspelled name is unknown",
        [buy(1), sell(1, "flaten_first=true;")],
        warning="flaten_first is ignored here",
    ),
    Rule(
        "1.2 a known name without a meaning here is ignored and noted",
        [buy(1, "market_position=short; percent=0.5;")],
        net=1,
        warning="percent is ignored here; market_position is ignored here",
    ),
    Rule(
        "1.2 what only such a name gives a meaning to is ignored, too",
        [
            buy(
                1,
                "sync_strategy=no; market_position=long; prev_market_position=long; out_of_sync=resync; "
                "target_quantity=5;",
            )
        ],
        net=1,
        warning="sync_strategy counts as false: it is not true; market_position is ignored here; "
        "prev_market_position is ignored here; out_of_sync is ignored here; target_quantity is ignored here",
    ),
    Rule(
        "1.2 an unknown name is noted of a kill switch, too",
        ["kill_switch=off; colour=red; notes=x;"],
        warning="notes is ignored here; colour is ignored here",
    ),
    Rule("1.2 an empty value is as if absent", [buy(1, "limit_price=; oco_id= ; rate_limit=;kill_switch=;")], net=1),
    Rule(
        "1.2 an empty value of a required field is missing",
        [buy(1).replace("qty=1", "qty=")],
        error=f"{MISSING}QTY",
        status=400,
    ),
    Rule("1.2 an unknown command is an error", ["command=BUY;"], error=UNKNOWN, status=400),
    Rule(
        "1.2 no command at all is an error",
        [HERE],
        error=f"{MISSING}COMMAND",
        status=400,
    ),
)


@pytest.mark.parametrize("rule", GRAMMAR, ids=lambda rule: rule.name)
def test_a_message_is_read_by_the_grammar(rule: Rule) -> None:
    assert played(rule) == rule


# 1.2: field order is free, for the key, too
@pytest.mark.parametrize("text", [f"{buy(1)} key={KEY.reveal()};", f"\n {buy(1)}\n KEY = {KEY.reveal()} ;\n"])
def test_the_key_may_stand_anywhere(text: str) -> None:
    stage = Stage()
    assert stage.raw(text.encode()).json_body == {"success": True}
    assert stage.net == {"Sim101 MES 12-26": 1}


# 1.1, Q1
@pytest.mark.parametrize(("content_type", "status"), [("application/json", 415), ("text/plain", 400)])
def test_json_is_not_taken(content_type: str, status: int) -> None:
    body = f'{{"key": "{KEY.reveal()}", "command": "FLATTENEVERYTHING"}}'.encode()
    assert Stage().raw(body, content_type).status == status


# 1.3: of two things that speak against a message the earlier one is told, and counts
EVALUATION = (
    Rule(
        "1.3 syntax before the kill switch",
        [KILL, buy(1).replace("qty=1", "qty=x")],
        error="qty: A quantity is a whole number such as 1",
        status=400,
    ),
    Rule(
        "1.3 destination is judged with the syntax",
        [KILL, buy(1, "destination=mars;")],
        error="destination: Choose nt8 or tradovate",
        status=400,
    ),
    Rule(
        "1.3 kill switch before rate limit: what it blocks is not counted",
        [KILL, No(buy(1, "rate_limit=1; id=a;")), REVIVE, buy(1, "rate_limit=1; id=a;")],
        net=1,
    ),
    Rule("1.3 kill switch before windows", [KILL, CLOSED, buy(1)], error=KILLED),
    Rule("1.3 kill switch before routing to Tradovate", [KILL, buy(1, "destination=tradovate;")], error=KILLED),
    Rule("1.3 kill switch before accounts", [KILL, buy(1, at="account=Nobody; instrument=MES 12-26;")], error=KILLED),
    Rule(
        "1.3 rate limit before windows: what they block is counted",
        [CLOSED, No(buy(1, "rate_limit=1; id=a;")), Window(), buy(1, "rate_limit=1; id=a;")],
        error="Blocked: rate limit of 1 in 60 s reached for id 'a'",
    ),
    Rule("1.3 windows before accounts", [CLOSED, buy(1, at="account=Nobody; instrument=MES 12-26;")], error=OUTSIDE),
    Rule("1.3 windows before positions", [CLOSED, buy(1, "require_market_position=long;")], error=OUTSIDE),
    Rule(
        "1.3 closing only before accounts",
        [LATE, buy(1, at="account=Nobody; instrument=MES 12-26;")],
        error=ONLY_CLOSING,
    ),
    Rule("1.3 closing only before positions", [LATE, buy(1, "require_market_position=long;")], error=ONLY_CLOSING),
    Rule(
        "1.3 account before positions",
        [buy(1, "require_market_position=long;", at="account=Nobody; instrument=MES 12-26;")],
        error="Account 'Nobody' not found",
    ),
    Rule(
        "1.3 instrument before positions",
        [buy(1, "require_market_position=long;", at="account=Sim101; instrument=AAPL;")],
        error="Instrument 'AAPL' not found",
    ),
    Rule(
        "1.3 required position before the number of positions",
        [buy(1, at=ES), buy(1, "require_market_position=long; max_positions=1;")],
        others={"Sim101 ES 12-26": 1},
        error="Blocked: Sim101 is flat in MES 12-26, required is long",
    ),
    Rule(
        "1.3 number of positions before synchronisation",
        [
            buy(1, at=ES),
            buy(1, "max_positions=1; sync_strategy=true; market_position=long; prev_market_position=long;"),
        ],
        others={"Sim101 ES 12-26": 1},
        error="Blocked: Sim101 has 1 open positions, allowed are 1",
    ),
    Rule(
        "1.3 synchronisation before the strategy lock",
        [buy(1, "strategy_tag=mine;"), buy(1, "sync_strategy=true; market_position=long; prev_market_position=flat;")],
        net=1,
        error="Position Out of Sync",
    ),
    Rule(
        "1.3 required position before flatten_first",
        [buy(1), sell(2, "flatten_first=true; require_market_position=flat;")],
        net=1,
        error="Blocked: Sim101 is long in MES 12-26, required is flat",
    ),
    Rule(
        "1.3 strategy lock before flatten_first",
        [buy(1, "strategy_tag=mine;"), sell(2, "flatten_first=true;")],
        net=1,
        error="Trade blocked: MES 12-26 is managed by strategy 'mine'",
    ),
    *(
        Rule(
            f"1.3 the lock is claimed only after the check of {name}",
            [*before, No(buy(1, f"strategy_tag=mine; {fields}")), buy(1, f"strategy_tag=other; {limit(90)}")],
            book=["BUY 1 LIMIT limit 90 DAY"],
            others=others,
        )
        for name, before, fields, others in (
            ("the position", [], "require_market_position=long;", {}),
            ("the number of positions", [buy(1, at=ES)], "max_positions=1;", {"Sim101 ES 12-26": 1}),
        )
    ),
)


@pytest.mark.parametrize("rule", EVALUATION, ids=lambda rule: rule.name)
def test_a_message_is_evaluated_in_order(rule: Rule) -> None:
    assert played(rule) == rule


def test_the_content_type_comes_before_the_key() -> None:
    assert Stage().raw(b"key=wrong;", "application/json").status == 415


@pytest.mark.parametrize("text", ["nonsense", "kill_switch=on;", buy(1, "qty=2;")])
def test_the_key_comes_before_all_else_in_the_message(text: str) -> None:
    stage = Stage()
    assert stage.raw(f"key=wrong-key;{text}".encode()).status == 401
    assert not stage.panel.killed


def after(stage: Stage, held: Held) -> Answer:
    return stage.relay.carry_out(held, stage.now + timedelta(seconds=10))


@pytest.mark.parametrize(
    ("before", "meanwhile", "error"),
    [
        ((), (KILL,), KILLED),
        ((KILL,), (REVIVE,), ""),
        ((), (CLOSED,), OUTSIDE),
        ((CLOSED,), (Window(),), ""),
        ((), (LATE,), ONLY_CLOSING),
        ((), (buy(1),), "Blocked: Sim101 is long in MES 12-26, required is flat"),
        ((buy(1),), (sell(1),), ""),
    ],
)
def test_the_delay_comes_before_kill_switch_windows_and_positions(
    before: Sequence[Step], meanwhile: Sequence[Step], error: str
) -> None:
    stage = Stage()
    stage.do(before)
    held = stage.held_back(buy(1, "delay=10; require_market_position=flat;"))
    stage.do(meanwhile)
    assert after(stage, held).json_body == ({"success": False, "error": error} if error else {"success": True})


def test_the_delay_comes_before_the_rate_limit() -> None:
    stage = Stage()
    held = stage.held_back(buy(1, "delay=10; rate_limit=1/5; id=a;"))
    assert stage(buy(1, "rate_limit=1/5; id=a;")).json_body == {"success": True}
    assert after(stage, held).json_body == {"success": True}


def test_relative_prices_are_worked_out_after_the_delay() -> None:
    stage = Stage()
    held = stage.held_back(buy(1, f"delay=10; {limit('-4 ticks')}"))
    stage.do([Decimal(120)])
    assert after(stage, held).json_body == {"success": True}
    assert stage.book == ["BUY 1 LIMIT limit 119.00 DAY"]


def test_every_part_has_its_rules() -> None:
    files = Path(__file__).parent.glob("test_reference*.py")
    found = {part for file in files for part in re.findall(r'Rule\(\s*f?"(\d\.\d+) ', file.read_text(encoding="utf-8"))}
    assert found == {"1.2", "1.3", *(f"2.{part}" for part in range(1, 15)), *(f"3.{part}" for part in range(1, 16))}


def test_the_stage_begins_at_ten_in_new_york() -> None:
    assert Window(time(10), time(10, 1)).passage(TEN) is Window().passage(TEN)
