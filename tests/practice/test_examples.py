"""Every example message of the webhook reference runs on the practice exchange and does what its part says."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import NamedTuple

import pytest

from crosstrade_desk.practice.windows import Window
from support.examples import EXAMPLES, SEED
from support.post import KEY
from support.stage import No, Stage, Step, buy, entry, limit, sell, stop

TEN = datetime(2026, 8, 3, 14, tzinfo=UTC)  # ten in New York; MNQ1! is MNQ 09-26
PRICES = {
    "MES": "6410.00",
    "ES": "6410.00",
    "MNQ": "23100.00",
    "NQ": "23100.00",
    "MCL": "64.50",
    "MGC": "4100.0",
    "M2K": "2450.0",
    "MYM": "45000",
}
MES, MES_2, MES_3 = (f"account=Sim10{number}; instrument=MES 09-26;" for number in (1, 2, 3))
MNQ, MCL, MGC, M2K, MYM, ES, NQ = (
    f"account=Sim101; instrument={name};"
    for name in ("MNQ 09-26", "MCL 10-26", "MGC 12-26", "M2K 09-26", "MYM 09-26", "ES 12-26", "NQ 12-26")
)
RUN_42 = "strategy=scalp-2t; strategy_id=run-42;"


class Scene(NamedTuple):
    """An example in its scene: the steps before it and after it, and the positions and working orders then."""

    part: str
    before: Sequence[Step]
    held: Mapping[str, int]
    book: Sequence[str] = ()
    then: Sequence[Step] = ()
    error: str = ""
    warning: Mapping[str, str] = {}


NOTHING = {"warning": "nothing to do"}
SCENES = (
    Scene("1.2", [], {}, ["Sim101 MES 09-26: SELL 2 LIMIT limit 6412.50 GTC"]),
    Scene("1.2", [], {"Sim101 MES 09-26": -2}, then=[timedelta(days=2), Decimal("6412.50")]),
    Scene(
        "2.1 PLACE",
        [],
        {},
        ["Sim101 MNQ 09-26: brk-0007: ENTRY1 of scalp-2t#1: BUY 3 STOPLIMIT stop 23110.25 limit 23112.00 DAY"],
    ),
    Scene(
        "2.1 PLACE",
        [],
        {"Sim101 MNQ 09-26": 3},
        [
            "Sim101 MNQ 09-26: STOP1 of scalp-2t#1: SELL 2 STOPMARKET stop 23109.00 GTC (A)",
            "Sim101 MNQ 09-26: TARGET1 of scalp-2t#1: SELL 2 LIMIT limit 23112.00 GTC (A)",
            "Sim101 MNQ 09-26: STOP2 of scalp-2t#1: SELL 1 STOPMARKET stop 23109.00 GTC (B)",
            "Sim101 MNQ 09-26: TARGET2 of scalp-2t#1: SELL 1 LIMIT limit 23113.00 GTC (B)",
        ],
        then=[Decimal("23111.00")],
    ),
    Scene(
        "2.2 FLATPLACE",
        [buy(2, at=MCL), sell(2, limit("65.00"), at=MCL), buy(1, at=MES), buy(1, limit(6400), at=MES)],
        {"Sim101 MCL 10-26": -1, "Sim101 MES 09-26": 1},
        ["Sim101 MES 09-26: BUY 1 LIMIT limit 6400 DAY"],
    ),
    Scene("2.2 FLATPLACE", [], {"Sim101 MCL 10-26": -1}),
    Scene(
        "2.3 CLOSEPOSITION",
        [buy(3, at=MGC), sell(3, stop("4090.0"), at=MGC)],
        {"Sim101 MGC 12-26": 1},
        ["Sim101 MGC 12-26: SELL 3 STOPMARKET stop 4090.0 DAY"],
    ),
    Scene(
        "2.4 REVERSE",
        [buy(4, at=ES), sell(4, stop(6400), at=ES), buy(1, at=MES)],
        {"Sim101 ES 12-26": -4, "Sim101 MES 09-26": 1},
    ),
    Scene(
        "2.4 REVERSE",
        [buy(1, limit(6400), at=ES)],
        {},
        ["Sim101 ES 12-26: BUY 1 LIMIT limit 6400 DAY"],
        warning=NOTHING,
    ),
    Scene(
        "2.5 REVERSEPOSITION",
        [buy(2, "strategy=trend-1;", at=NQ)],
        {"Sim101 NQ 12-26": -1},
        [
            "Sim101 NQ 12-26: STOP1 of trend-1#7: BUY 1 STOPMARKET stop 23110.00 GTC (A)",
            "Sim101 NQ 12-26: TARGET1 of trend-1#7: BUY 1 LIMIT limit 23080.00 GTC (A)",
        ],
    ),
    Scene("2.5 REVERSEPOSITION", [], {}, warning=NOTHING),
    Scene(
        "2.6 FLATTEN",
        [
            sell(2, at=MES),
            buy(2, stop(6420), at=MES),
            buy(1, at=ES),
            sell(1, stop(6400), at=ES),
            buy(1, limit(23000), at=MNQ),
            sell(1, at=MES_2),
        ],
        {"Sim101 ES 12-26": 1, "Sim102 MES 09-26": -1},
        ["Sim101 ES 12-26: SELL 1 STOPMARKET stop 6400 DAY", "Sim101 MNQ 09-26: BUY 1 LIMIT limit 23000 DAY"],
    ),
    Scene(
        "2.7 FLATTENEVERYTHING",
        [buy(2, RUN_42, at=MES), sell(1, at=MES_2), buy(1, limit(23000), at=MNQ), buy(1, limit(6400), at=MES_3)],
        {},
    ),
    Scene(
        "2.8 CANCEL",
        [buy(2, RUN_42, at=MES), buy(1, "strategy=AtmStrategy1; strategy_id=run-43;", at=MES)],
        {"Sim101 MES 09-26": 3},
        [
            "Sim101 MES 09-26: STOP2 of run-42: SELL 1 STOPMARKET stop 6408.00 GTC (A)",
            "Sim101 MES 09-26: TARGET2 of run-42: SELL 1 LIMIT limit 6412.00 GTC (A)",
            "Sim101 MES 09-26: STOP1 of run-43: SELL 1 STOPMARKET stop 6406.00 GTC (B)",
            "Sim101 MES 09-26: TARGET1 of run-43: SELL 1 LIMIT limit 6418.00 GTC (B)",
        ],
    ),
    Scene("2.8 CANCEL", [], {}, error="Order linked to 'TARGET1' not found or already terminal."),
    Scene(
        "2.9 CANCELORDERS",
        [
            buy(1, RUN_42, at=MES),
            buy(1, limit(6400), at=MES),
            buy(1, limit(6400), at=ES),
            buy(1, limit(6400), at=MES_2),
        ],
        {"Sim101 MES 09-26": 1},
        ["Sim101 ES 12-26: BUY 1 LIMIT limit 6400 DAY", "Sim102 MES 09-26: BUY 1 LIMIT limit 6400 DAY"],
    ),
    Scene(
        "2.10 CANCELALLORDERS",
        [buy(1, RUN_42, at=MES), buy(1, limit(6400), at=ES), buy(1, limit(6400), at=MES_2)],
        {"Sim101 MES 09-26": 1},
    ),
    Scene(
        "2.11 CANCELREPLACE",
        [buy(1, f"{limit('6385.00')} order_id=brk-0007;", at=MES), buy(1, limit(6380), at=MES)],
        {},
        ["Sim101 MES 09-26: BUY 1 LIMIT limit 6380 DAY", "Sim101 MES 09-26: brk-0007: BUY 2 LIMIT limit 6390.25 DAY"],
    ),
    Scene("2.11 CANCELREPLACE", [], {}, error="Order linked to 'brk-0007' not found or already terminal."),
    Scene(
        "2.12 CHANGE",
        [buy(1, RUN_42, at=MES)],
        {"Sim101 MES 09-26": 1},
        [
            "Sim101 MES 09-26: STOP1 of run-42: SELL 1 STOPMARKET stop 6377.75 GTC (A)",
            "Sim101 MES 09-26: TARGET1 of run-42: SELL 1 LIMIT limit 6411.00 GTC (A)",
        ],
    ),
    Scene(
        "2.13 CLOSESTRATEGY",
        [
            buy(2, RUN_42, at=MES),
            buy(1, "strategy=AtmStrategy1; strategy_id=run-43;", at=MES),
            buy(1, limit(6400), at=MES),
        ],
        {"Sim101 MES 09-26": 1},
        [
            "Sim101 MES 09-26: STOP1 of run-43: SELL 1 STOPMARKET stop 6406.00 GTC (A)",
            "Sim101 MES 09-26: TARGET1 of run-43: SELL 1 LIMIT limit 6418.00 GTC (A)",
            "Sim101 MES 09-26: BUY 1 LIMIT limit 6400 DAY",
        ],
    ),
    Scene(
        "2.14 CANCELANDBRACKET",
        [
            buy(2, "take_profit=6420.00; stop_loss=6400.00;", at=MES),
            buy(1, limit(6390), at=MES),
            buy(1, limit(6390), at=ES),
        ],
        {"Sim101 MES 09-26": 2},
        [
            "Sim101 ES 12-26: BUY 1 LIMIT limit 6390 DAY",
            "Sim101 MES 09-26: SELL 2 STOPMARKET stop 6398.50 GTC (A)",
            "Sim101 MES 09-26: SELL 2 LIMIT limit 6440.00 GTC (A)",
        ],
    ),
    Scene(
        "3.1 several accounts",
        [sell(2, at=MES), buy(1, limit(6400), at=MES_2), sell(3, at=MES_3)],
        {"Sim101 MES 09-26": 1, "Sim102 MES 09-26": 1, "Sim103 MES 09-26": 1},
    ),
    Scene(
        "3.2 flatten_first",
        [buy(3, "strategy=AtmStrategy1;", at=MNQ), buy(1, limit(23000), at=MNQ), buy(1, limit(6400), at=MES)],
        {"Sim101 MNQ 09-26": -2},
        ["Sim101 MES 09-26: BUY 1 LIMIT limit 6400 DAY"],
    ),
    Scene("3.3 require_market_position", [], {"Sim101 MES 09-26": 1}),
    Scene("3.3 require_market_position", [buy(2, at=MES)], {"Sim101 MES 09-26": 3}),
    Scene(
        "3.3 require_market_position",
        [sell(2, at=MES)],
        {"Sim101 MES 09-26": -2},
        error="Blocked: Sim101 is short in MES 09-26, required is flat or long",
    ),
    Scene("3.4 max_positions", [buy(5, at=MES)], {"Sim101 MES 09-26": 5, "Sim101 M2K 09-26": 1}),
    Scene(
        "3.4 max_positions",
        [buy(5, at=MES), sell(1, at=MYM)],
        {"Sim101 MES 09-26": 5, "Sim101 MYM 09-26": -1},
        error="Blocked: Sim101 has 2 open positions, allowed are 2",
    ),
    Scene(
        "3.5 bracket",
        [],
        {"Sim101 MES 09-26": -1},
        [
            "Sim101 MES 09-26: BUY 1 STOPLIMIT stop 6430.00 limit 6431.00 GTC (A)",
            "Sim101 MES 09-26: BUY 1 LIMIT limit 6380.00 GTC (A)",
        ],
    ),
    Scene("3.5 bracket", [], {}, then=[Decimal("6380.00")]),
    Scene("3.6 relative prices", [], {}, ["Sim101 MES 09-26: BUY 1 LIMIT limit 6408.00 DAY"]),
    Scene(
        "3.6 relative prices",
        [],
        {"Sim101 MES 09-26": 1},
        [
            "Sim101 MES 09-26: SELL 1 STOPMARKET stop 6403.00 GTC (A)",
            "Sim101 MES 09-26: SELL 1 LIMIT limit 6433.75 GTC (A)",
        ],
        then=[Decimal("6408.00")],
    ),
    Scene(
        "3.7 cancel_after",
        [],
        {},
        ["Sim101 MES 09-26: BUY 1 LIMIT limit 6401.75 DAY"],
        then=[timedelta(minutes=9, seconds=59)],
    ),
    Scene("3.7 cancel_after", [], {}, then=[timedelta(minutes=10)]),
    Scene("3.8 windows", [], {"Sim101 MES 09-26": 1}),
    Scene("3.8 windows", [time(15, 30)], {}, error="Blocked: only closing orders pass now"),
    Scene("3.8 windows", [time(15, 55)], {}, error="Blocked: outside of the trading window"),
    Scene("3.8 windows", [time(9, 34)], {}, error="Blocked: outside of the trading window"),
    Scene(
        "3.9 bypass_trade_windows",
        [buy(1, at=MES), sell(1, at=MES_2), Window(time(18), time(19)), No("command=FLATTEN;")],
        {"Sim102 MES 09-26": -1},
    ),
    Scene("3.10 delay", [], {"Sim101 MES 09-26": 1}),
    Scene("3.11 rate_limit", [EXAMPLES["3.11 rate_limit"]], {"Sim101 MES 09-26": 2}),
    Scene(
        "3.11 rate_limit",
        [EXAMPLES["3.11 rate_limit"]] * 2,
        {"Sim101 MES 09-26": 2},
        error="Blocked: rate limit of 2 in 300 s reached for id 'open-range'",
    ),
    Scene(
        "3.13 kill_switch",
        [buy(1, at=MES), buy(1, limit(6400), at=ES)],
        {"Sim101 MES 09-26": 1},
        ["Sim101 ES 12-26: BUY 1 LIMIT limit 6400 DAY"],
        then=[No(sell(1, at=MES)), No("command=FLATTENEVERYTHING;")],
    ),
    Scene(
        "3.14 notes", [sell(2, at=MES), buy(2, stop(6420), at=MES), entry("BUY", 1, at=MES_2)], {"Sim102 MES 09-26": 1}
    ),
)


def test_every_example_has_a_scene() -> None:
    assert {scene.part for scene in SCENES} == set(EXAMPLES)


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.part)
def test_an_example_does_what_the_reference_says(scene: Scene) -> None:
    stage = Stage(TEN, PRICES)
    answer = stage.run([*scene.before, EXAMPLES[scene.part]])
    expected = {"success": False, "error": scene.error} if scene.error else {"success": True, **scene.warning}
    assert (answer.status, answer.json_body) == (200, expected)
    stage.do(scene.then)
    assert (stage.net, stage.book) == (scene.held, list(scene.book))


def test_the_first_example_of_the_documentation_runs_as_it_stands() -> None:
    stage = Stage(TEN, PRICES)
    assert stage.raw(SEED.replace("your-secret-key", KEY.reveal()).encode()).json_body == {"success": True}
    assert (stage.net, stage.book) == ({"Sim105 MES 03-25": 1}, [])
