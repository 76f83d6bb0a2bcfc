"""Part 3.15 of the webhook reference, rule by rule: what is newer than the first version of its pages."""

import pytest

from support.reference import MISSING, least, message
from support.stage import BUY_90, ES, NOTHING, SIM102, No, Rule, buy, limit, played, sell

HOLDING = {"flat": [], "long": [buy(2)], "short": [sell(2)]}


def synced(position: str, previous: str, more: str = "") -> str:
    """An order of a strategy that believes to have been in `previous` and to be in `position` after it."""
    return buy(1, f"sync_strategy=true; market_position={position}; prev_market_position={previous}; {more}")


def resync(target: int) -> str:
    return f"out_of_sync=resync; target_quantity={target};"


MINE = "strategy_tag=mine;"
LOCKED = "Trade blocked: MES 12-26 is managed by strategy 'mine'"
NEWER = (
    Rule(
        "3.15 a continuous contract is the front month",
        [buy(2, at="account=Sim101; instrument=MES1!;"), sell(1)],
        net=1,
    ),
    Rule("3.15 destination nt8 is the default, in any case", [buy(1, "destination=NT8;")], net=1),
    Rule(
        "3.15 another destination is rejected",
        [buy(1, "destination=mt5;")],
        error="destination: Choose nt8 or tradovate",
        status=400,
    ),
    Rule(
        "3.15 Tradovate needs a linked account",
        [buy(1, "destination=Tradovate;")],
        error="No Tradovate account is linked: the practice exchange has none",
    ),
    Rule(
        "3.15 strategy_exit_block is not known",
        [buy(1, "strategy_exit_block=true;")],
        net=1,
        warning="strategy_exit_block is ignored here",
    ),
    # the lock
    Rule("3.15 lock: the same tag passes", [buy(1, MINE), sell(2, MINE)], net=-1),
    Rule(
        "3.15 lock: another tag is blocked, and the owner named",
        [buy(1, MINE), buy(1, "strategy_tag=other;")],
        net=1,
        error=LOCKED,
    ),
    Rule("3.15 lock: no tag is blocked as well", [buy(1, MINE), buy(1)], net=1, error=LOCKED),
    Rule(
        "3.15 lock: a working order holds it, too", [buy(1, f"{limit(90)} {MINE}"), buy(1)], book=[BUY_90], error=LOCKED
    ),
    Rule(
        "3.15 lock: another account is free", [buy(1, MINE), buy(1, at=SIM102)], net=1, others={"Sim102 MES 12-26": 1}
    ),
    Rule(
        "3.15 lock: each account has locks of its own",
        [buy(1, MINE), buy(1, "strategy_tag=other;", at=SIM102), buy(1, MINE, at=SIM102)],
        net=1,
        others={"Sim102 MES 12-26": 1},
        error=LOCKED.replace("mine", "other"),
    ),
    Rule("3.15 lock: another instrument is free", [buy(1, MINE), buy(1, at=ES)], net=1, others={"Sim101 ES 12-26": 1}),
    Rule(
        "3.15 lock: the other name of the instrument is not",
        [buy(1, MINE), buy(1, at="account=Sim101; instrument=MES1!;")],
        net=1,
        error=LOCKED,
    ),
    Rule(
        "3.15 lock: flat without orders it is free again",
        [buy(1, MINE), sell(1, MINE), buy(1, "strategy_tag=other;")],
        net=1,
    ),
    Rule("3.15 lock: a position that is there already is not claimed", [buy(1), buy(1, MINE), buy(1)], net=3),
    Rule(
        "3.15 lock: an order that is there already is not claimed",
        [buy(1, limit(90)), buy(1, MINE), buy(1)],
        net=2,
        book=[BUY_90],
    ),
    Rule("3.15 lock: an order that is refused claims nothing", [No(buy(1, f"strategy=nobody; {MINE}")), buy(1)], net=1),
    *(
        Rule(
            f"3.15 lock: {token} is blocked",
            [buy(1, MINE), message(token, {"account": "Sim101", "instrument": "MES 12-26", **least(token)})],
            net=1,
            error=LOCKED,
        )
        for token in (
            "PLACE",
            "FLATPLACE",
            "CLOSEPOSITION",
            "REVERSE",
            "REVERSEPOSITION",
            "CANCELREPLACE",
            "CANCELORDERS",
            "CANCELANDBRACKET",
        )
    ),
    Rule(
        "3.15 lock: a tag has no blanks",
        [buy(1, "strategy_tag=my own;")],
        error="strategy_tag: A tag holds no blanks",
        status=400,
    ),
    # synchronisation
    *(
        Rule(f"3.15 sync: agrees when {held}", [*HOLDING[held], synced("long", held)], net=net + 1)
        for held, net in (("flat", 0), ("long", 2), ("short", -2))
    ),
    *(
        Rule(
            f"3.15 sync: {held}, not {previous}: blocked",
            [*HOLDING[held], synced("long", previous)],
            net=net,
            error="Position Out of Sync",
        )
        for held, net in (("flat", 0), ("long", 2), ("short", -2))
        for previous in HOLDING
        if previous != held
    ),
    Rule(
        "3.15 sync: out_of_sync=flatten closes instead, and cancels",
        [buy(2), buy(1, limit(90)), synced("long", "flat", "out_of_sync=flatten;")],
        error="Position Out of Sync: flattened instead",
    ),
    Rule(
        "3.15 sync: out_of_sync=flatten does nothing where they agree",
        [buy(2), synced("long", "long", "out_of_sync=flatten;")],
        net=3,
    ),
    *(
        Rule(
            f"3.15 sync: out_of_sync=resync trades to {position} {target} from {net}",
            [*before, synced(position, previous, resync(target))],
            net={"long": target, "short": -target, "flat": 0}[position],
            warning=NOTHING if net == {"long": target, "short": -target, "flat": 0}[position] else "",
        )
        for before, net, previous, position, target in (
            ([buy(2)], 2, "flat", "long", 5),
            ([buy(2)], 2, "flat", "short", 1),
            ([buy(2)], 2, "short", "flat", 0),
            ([], 0, "long", "long", 3),
            ([sell(2)], -2, "long", "long", 1),
            ([sell(2)], -2, "long", "short", 2),
        )
    ),
    Rule(
        "3.15 sync: out_of_sync=resync places the order itself where they agree",
        [buy(2), synced("long", "long", resync(9))],
        net=3,
    ),
    *(
        Rule(
            f"3.15 sync: a lock comes before {way}", [buy(2, MINE), synced("short", "short", way)], net=2, error=LOCKED
        )
        for way in ("out_of_sync=flatten;", resync(3))
    ),
    Rule(
        "3.15 sync: what resync trades is claimed, too",
        [synced("long", "short", resync(1) + MINE), buy(1)],
        net=1,
        error=LOCKED,
    ),
    *(
        Rule(
            f"3.15 sync: it needs {name}",
            [synced("long", "flat").replace(f" {name}={text};", "")],
            error=f"{MISSING}{name.upper()}",
            status=400,
        )
        for name, text in (("market_position", "long"), ("prev_market_position", "flat"))
    ),
    Rule(
        "3.15 sync: resync needs a target",
        [synced("long", "flat", "out_of_sync=resync;")],
        error=f"{MISSING}TARGET_QUANTITY",
        status=400,
    ),
    Rule(
        "3.15 sync: another out_of_sync is not known",
        [synced("long", "flat", "out_of_sync=ignore;")],
        error="out_of_sync: Choose flatten or resync",
        status=400,
    ),
    Rule(
        "3.15 sync: PLACE only",
        [synced("long", "long").replace("PLACE", "FLATPLACE")],
        net=1,
        warning="sync_strategy is ignored here; market_position is ignored here; prev_market_position is ignored here",
    ),
)


@pytest.mark.parametrize("rule", NEWER, ids=lambda rule: rule.name)
def test_newer_options(rule: Rule) -> None:
    assert played(rule) == rule
