"""Parts 3.1 to 3.4 of the webhook reference, rule by rule: accounts, and conditions on positions."""

import pytest

from support.reference import MATRIX, SCENE, least, message
from support.stage import ATM, BUY_90, ES, JOIN, NOTHING, SIM102, THREE, Rule, Stage, buy, command, limit, played, sell

CL = "account=Sim101; instrument=CL 12-26;"
CLOSE = command("CLOSEPOSITION")
ACCOUNTS = (
    Rule(
        "3.1 every account named gets a whole copy",
        [buy(2, "take_profit=110;", at=THREE)],
        net=2,
        others={"Sim102 MES 12-26": 2, "Sim103 MES 12-26": 2},
        book=[
            "SELL 2 LIMIT limit 110 GTC",
            "Sim102 MES 12-26: SELL 2 LIMIT limit 110 GTC",
            "Sim103 MES 12-26: SELL 2 LIMIT limit 110 GTC",
        ],
    ),
    Rule(
        "3.1 a blank behind the comma does no harm",
        [buy(1, at=THREE.replace(",", ", "))],
        net=1,
        others={"Sim102 MES 12-26": 1, "Sim103 MES 12-26": 1},
    ),
    Rule(
        "3.1 an unknown account stops no other",
        [buy(1, at="account=Nobody,Sim101,Sim102; instrument=MES 12-26;")],
        net=1,
        others={"Sim102 MES 12-26": 1},
        error="Nobody: Account 'Nobody' not found; carried out for Sim101, Sim102",
    ),
    Rule(
        "3.1 an account that is blocked stops no other",
        [buy(1), buy(1, "require_market_position=flat;", at=THREE)],
        net=1,
        others={"Sim102 MES 12-26": 1, "Sim103 MES 12-26": 1},
        error="Sim101: Blocked: Sim101 is long in MES 12-26, required is flat; carried out for Sim102, Sim103",
    ),
    Rule(
        "3.1 an id is unique across accounts, so only the first copy is taken",
        [buy(1, f"{limit(90)} order_id=a;", at=THREE)],
        book=["a: BUY 1 LIMIT limit 90 DAY"],
        error="Sim102: Order id 'a' is already in use by a working order; "
        "Sim103: Order id 'a' is already in use by a working order; carried out for Sim101",
    ),
    Rule(
        "3.1 a strategy id is unique across accounts, too",
        [buy(1, f"{limit(90)} {ATM}", at="account=Sim101,Sim102; instrument=MES 12-26;")],
        book=["ENTRY1 of run-42: BUY 1 LIMIT limit 90 DAY"],
        error="Sim102: Strategy id 'run-42' is already in use by a running strategy; carried out for Sim101",
    ),
    *(
        Rule(
            f"3.1 {token} takes several accounts",
            [buy(2, at=THREE), buy(1, limit(90), at=THREE), command(token, THREE)],
            net=net,
            others=dict.fromkeys(("Sim102 MES 12-26", "Sim103 MES 12-26"), net) if net else {},
        )
        for token, net in (("CLOSEPOSITION", 0), ("FLATTEN", 0), ("CANCELORDERS", 2), ("REVERSE", -2))
    ),
)
FLATTEN_FIRST = (
    Rule("3.2 the position is closed, then the order is placed", [buy(3), sell(2, "flatten_first=true;")], net=-2),
    Rule("3.2 without a position the order is placed, too", [sell(2, "flatten_first=true;")], net=-2),
    Rule(
        "3.2 without a position the orders are cancelled, too",
        [buy(1, limit(90)), sell(2, "flatten_first=true;")],
        net=-2,
    ),
    Rule(
        "3.2 only orders of the same account and instrument",
        [buy(1, limit(90), at=ES), buy(1, limit(90), at=SIM102), sell(2, "flatten_first=true;")],
        net=-2,
        book=["Sim101 ES 12-26: BUY 1 LIMIT limit 90 DAY", "Sim102 MES 12-26: BUY 1 LIMIT limit 90 DAY"],
    ),
    Rule(
        "3.2 orders that a strategy manages, too",
        [buy(1, ATM), buy(1, f"{limit(90)} {JOIN}"), sell(2, "flatten_first=true;")],
        net=-2,
    ),
    Rule(
        "3.2 plain CLOSEPOSITION leaves the orders where there is no position",
        [buy(1, limit(90)), CLOSE],
        book=[BUY_90],
        error="No positions found for instrument 'MES 12-26'",
    ),
    Rule(
        "3.2 FLATTEN leaves the orders where there is no position",
        [buy(1, limit(90)), command("FLATTEN", "")],
        book=[BUY_90],
        warning=NOTHING,
    ),
    Rule(
        "3.2 FLATPLACE implies it",
        [buy(3), sell(2, "flatten_first=false;", token="FLATPLACE")],
        net=-2,
        warning="flatten_first is ignored here",
    ),
)
HOLDING = {"flat": [], "long": [buy(2)], "short": [sell(2)]}
LISTS = ("flat", "long", "short", "flat,long", "long,flat", "flat,short", "short,flat", "long,short", "short,long")


def required(held: str, wanted: str) -> Rule:
    """Buying one while `held`, if the position is one of those wanted."""
    net = {"flat": 0, "long": 2, "short": -2}[held]
    steps = [*HOLDING[held], buy(1, f"require_market_position={wanted};")]
    states = wanted.lower().replace("/", ",").split(",")
    if held in states:
        return Rule(f"3.3 {wanted}: passes when {held}", steps, net=net + 1)
    error = f"Blocked: Sim101 is {held} in MES 12-26, required is {' or '.join(sorted(states))}"
    return Rule(f"3.3 {wanted}: blocked when {held}", steps, net=net, error=error)


REQUIRE_MARKET_POSITION = (
    *(required(held, wanted) for wanted in (*LISTS, "flat/short", "Long,FLAT") for held in HOLDING),
    Rule(
        "3.3 only the position of that account and instrument counts",
        [buy(1, at=ES), buy(1, at=SIM102), buy(1, "require_market_position=flat;")],
        net=1,
        others={"Sim101 ES 12-26": 1, "Sim102 MES 12-26": 1},
    ),
    *(
        Rule(
            f"3.3 {fields} is no list of one or two",
            [buy(1, f"require_market_position={fields};")],
            error=f"require_market_position: {error}",
            status=400,
        )
        for fields, error in (
            ("open", "Write long, flat or short, or two of them with a comma between"),
            ("long,flat,short", "Name one state, or two different ones. All three are no condition"),
        )
    ),
    *(
        Rule(
            f"3.3 it needs account and instrument: {fields}",
            [buy(1), f"command={fields} require_market_position=long;"],
            net=1,
            error=". ".join(
                f"{name}: A condition on the position needs an {name}: CrossTrade looks at one position"
                for name in ("account", "instrument")
                if name not in fields
            ),
            status=400,
        )
        for fields in (
            "FLATTEN;",
            "FLATTEN; account=Sim101;",
            "FLATTEN; instrument=MES 12-26;",
            "CANCELORDERS; account=Sim101;",
        )
    ),
    Rule(
        "3.3 with flatten_first the state before it counts",
        [buy(1), sell(1, "flatten_first=true; require_market_position=long;")],
        net=-1,
    ),
)
MAX_POSITIONS = (
    Rule(
        "3.4 an order for a further instrument is blocked when the count is reached",
        [buy(1, at=ES), sell(3, at=CL), buy(1, "max_positions=2;")],
        others={"Sim101 ES 12-26": 1, "Sim101 CL 12-26": -3},
        error="Blocked: Sim101 has 2 open positions, allowed are 2",
    ),
    Rule(
        "3.4 it passes below the count: instruments are counted, not contracts",
        [buy(5, at=ES), buy(1, "max_positions=2;")],
        net=1,
        others={"Sim101 ES 12-26": 5},
    ),
    Rule(
        "3.4 adding to an instrument that is open is not blocked",
        [buy(1), buy(1, at=ES), buy(1, "max_positions=1;")],
        net=2,
        others={"Sim101 ES 12-26": 1},
    ),
    Rule("3.4 a reversal is not blocked", [buy(1), sell(2, "max_positions=1;", token="REVERSEPOSITION")], net=-2),
    Rule(
        "3.4 positions of other accounts do not count",
        [buy(1, at=SIM102), buy(1, "max_positions=1;")],
        net=1,
        others={"Sim102 MES 12-26": 1},
    ),
    Rule(
        "3.4 positions that are closed and orders that wait do not count",
        [buy(1, at=ES), sell(1, at=ES), buy(1, limit(90), at=CL), buy(1, "max_positions=1;")],
        net=1,
        book=["Sim101 CL 12-26: BUY 1 LIMIT limit 90 DAY"],
    ),
    *(
        Rule(f"3.4 {text} is no whole number above zero", [buy(1, f"max_positions={text};")], error=error, status=400)
        for text, error in (
            ("0", "max_positions: A number of positions is 1 to 1000"),
            ("1.5", "max_positions: A number of positions is a whole number, without point, comma or blank"),
        )
    ),
)
RULES = (*ACCOUNTS, *FLATTEN_FIRST, *REQUIRE_MARKET_POSITION, *MAX_POSITIONS)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_accounts_and_conditions(rule: Rule) -> None:
    assert played(rule) == rule


# 3.3: with which commands it goes
CONDITIONAL = ("PLACE", "FLATPLACE", "CANCELREPLACE", "CANCELORDERS", "CLOSEPOSITION", "REVERSEPOSITION", "FLATTEN")


@pytest.mark.parametrize("token", MATRIX)
def test_a_required_position_holds_up_the_commands_it_goes_with(token: str) -> None:
    stage = Stage()
    stage.do(SCENE)
    before = stage.net, stage.book
    fields = {"account": "Sim101", "instrument": "MES 12-26"} if token in CONDITIONAL else {}
    body = stage(message(token, {**fields, **least(token), "require_market_position": "short"})).json_body
    if token in CONDITIONAL:
        assert body["error"] == "Blocked: Sim101 is long in MES 12-26, required is short"
        assert (stage.net, stage.book) == before
    else:
        assert body == {"success": True, "warning": "require_market_position is ignored here"}
