"""Parts 3.8 to 3.14 of the webhook reference, rule by rule: when a message passes, and what is kept of it."""

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

import pytest

from crosstrade_desk.practice.windows import Window
from crosstrade_desk.protocol.catalogue import COMMANDS
from support.reference import CLOSING, KILLED, MATRIX, MISSING, ONLY_CLOSING, OPENING, OUTSIDE, SCENE, least, message
from support.stage import BUY_90, HERE, THREE, No, Rule, Stage, buy, limit, played, sell

DAY = Window(time(9, 30), time(16), time(15, 30))
HALF_PAST_THREE = time(15, 30)


def window(name: str, clock: time, fields: str, error: str = "") -> Rule:
    verdict = "is blocked" if error else "passes"
    return Rule(f"3.8 {name}: {clock:%H:%M} {verdict}", [clock, buy(1, fields)], int(not error), error=error)


NIGHT = "start_time=18:00; end_time=02:00;"
WINDOWS = (
    window("start_time", time(9, 29), "start_time=9:30;", OUTSIDE),
    window("start_time, inclusive", time(9, 30), "start_time=9:30;"),
    window("start_time alone has no end", time(23, 59), "start_time=9:30;"),
    window("end_time", time(15, 59), "end_time=16:00;"),
    window("end_time, exclusive", time(16), "end_time=16:00;", OUTSIDE),
    window("end_time alone has no beginning", time(0), "end_time=16:00;"),
    window("both", time(9, 29), "start_time=9:30; end_time=16:00;", OUTSIDE),
    window("both", time(12), "start_time=9:30; end_time=16:00;"),
    window("both", time(16), "start_time=9:30; end_time=16:00;", OUTSIDE),
    window("over midnight", time(17, 59), NIGHT, OUTSIDE),
    window("over midnight", time(23), NIGHT),
    window("over midnight", time(1), NIGHT),
    window("over midnight", time(2), NIGHT, OUTSIDE),
    *(
        window(f"a time written {text}", clock, f"start_time={text};", error)
        for texts, at in (
            (("1:30", "01:30", "1:30 AM", "1:30AM", "01:30 am"), time(1, 30)),
            (("13:30", "1:30 PM", "1:30PM", "01:30 PM", "01:30PM", "1:30 pm"), time(13, 30)),
            (("12:30 AM", "0:30", "00:30"), time(0, 30)),
            (("12:30 PM", "12:30"), time(12, 30)),
        )
        for text in texts
        for clock, error in ((at, ""), (at.replace(minute=29), OUTSIDE))
    ),
    *(
        Rule(
            f"3.8 {text} is no time",
            [buy(1, f"start_time={text};")],
            error="start_time: Write a time of day in New York, such as 9:35 AM or 15:55",
            status=400,
        )
        for text in ("24:00", "13:30 PM", "9", "9:60", "noon")
    ),
    Rule(
        "3.8 closing_only_after needs both other times",
        [buy(1, "start_time=9:30; closing_only_after=15:30;")],
        error="closing_only_after: Closing only after a time needs both other times, too",
        status=400,
    ),
    Rule(
        "3.8 message and control panel both count: the message blocks",
        [DAY, buy(1, "start_time=11:00;")],
        error=OUTSIDE,
    ),
    Rule(
        "3.8 message and control panel both count: the panel blocks",
        [Window(time(11)), buy(1, "start_time=9:30;")],
        error=OUTSIDE,
    ),
    Rule("3.8 message and control panel both count: both pass", [DAY, buy(1, "start_time=9:30;")], net=1),
    Rule(
        "3.8 before closing_only_after all pass",
        [time(15, 29), buy(1, "start_time=9:30; end_time=16:00; closing_only_after=15:30;")],
        net=1,
    ),
    Rule(
        "3.8 after the closing_only_after of a message it opens nothing",
        [HALF_PAST_THREE, buy(1, "start_time=9:30; end_time=16:00; closing_only_after=15:30;")],
        error=ONLY_CLOSING,
    ),
    Rule(
        "3.8 after it PLACE with flatten_first closes, and places nothing",
        [DAY, buy(2), buy(1, limit(90)), HALF_PAST_THREE, sell(1, "flatten_first=true;")],
        error=ONLY_CLOSING,
    ),
    Rule(
        "3.8 after it FLATPLACE is blocked whole",
        [DAY, buy(2), buy(1, limit(90)), HALF_PAST_THREE, sell(1, token="FLATPLACE")],
        net=2,
        book=[BUY_90],
        error=ONLY_CLOSING,
    ),
    Rule(
        "3.8 outside the window flatten_first does not close either",
        [DAY, buy(2), time(16), sell(1, "flatten_first=true;")],
        net=2,
        error=OUTSIDE,
    ),
    Rule(
        "3.8 the closing half still heeds the required position",
        [DAY, buy(2), HALF_PAST_THREE, sell(1, "flatten_first=true; require_market_position=short;")],
        net=2,
        error="Blocked: Sim101 is long in MES 12-26, required is short",
    ),
    *(
        Rule(
            f"3.8 after it out_of_sync={way} trades nothing",
            [
                DAY,
                buy(2),
                HALF_PAST_THREE,
                sell(1, f"sync_strategy=true; market_position=short; prev_market_position=short; out_of_sync={way};"),
            ],
            net=2,
            error=ONLY_CLOSING,
        )
        for way in ("flatten", "resync; target_quantity=3")
    ),
    Rule(
        "3.8 after it out_of_sync=resync does not trade beside flatten_first either",
        [
            DAY,
            buy(2),
            HALF_PAST_THREE,
            sell(
                1,
                "flatten_first=true; sync_strategy=true; market_position=short; prev_market_position=short; "
                "out_of_sync=resync; target_quantity=3;",
            ),
        ],
        error=ONLY_CLOSING,
    ),
    Rule(
        "3.8 the beginning of closing only belongs to it, and its end is that of the window",
        [DAY, HALF_PAST_THREE, No(buy(1)), time(15, 59), No(buy(1)), time(16), buy(1)],
        error=OUTSIDE,
    ),
)
BYPASS = (
    Rule(
        "3.9 the window of the control panel is skipped", [DAY, time(17), buy(1, "bypass_trade_windows=true;")], net=1
    ),
    Rule("3.9 that of the message is skipped", [buy(1, "start_time=11:00; bypass_trade_windows=true;")], net=1),
    Rule("3.9 closing only is skipped", [DAY, HALF_PAST_THREE, buy(1, "bypass_trade_windows=true;")], net=1),
    *(
        Rule(f"3.9 {word} counts as false", [DAY, time(17), buy(1, f"bypass_trade_windows={word};")], error=OUTSIDE)
        for word in ("yes", "1", "false")
    ),
    Rule(
        "3.9 the kill switch is not bypassed",
        ["kill_switch=on;", buy(1, "bypass_trade_windows=true;")],
        error=KILLED,
    ),
)
DELAY = (
    Rule("3.10 0 is no delay", [buy(1, "delay=0;")], net=1),
    Rule("3.10 60 is the greatest", [buy(1, "delay=60;")], net=1),
    *(
        Rule(
            f"3.10 {text} is out of its range",
            [buy(1, f"delay={text};")],
            error="delay: Seconds are a number from 0 to 60, such as 2.5",
            status=400,
        )
        for text in ("60.5", "-1", "soon")
    ),
)


def rated(limits: str, name: str = "a", at: str = HERE) -> str:
    return buy(1, f"rate_limit={limits}; id={name};", at=at)


def full(count: int, span_s: int) -> str:
    return f"Blocked: rate limit of {count} in {span_s} s reached for id 'a'"


RATE_LIMIT = (
    Rule("3.11 n messages pass in 60 s", [rated("2"), rated("2"), rated("2")], net=2, error=full(2, 60)),
    Rule("3.11 60 s later one passes", [rated("1"), timedelta(seconds=60), rated("1")], net=2),
    Rule("3.11 59 s later it does not", [rated("1"), timedelta(seconds=59), rated("1")], net=1, error=full(1, 60)),
    Rule(
        "3.11 n/s: n in s seconds",
        [rated("2/300"), rated("2/300"), timedelta(seconds=299), rated("2/300")],
        net=2,
        error=full(2, 300),
    ),
    Rule("3.11 n/s: after s seconds", [rated("2/300"), rated("2/300"), timedelta(seconds=300), rated("2/300")], net=3),
    Rule(
        "3.11 n/s: a span of a day",
        [rated("1/86400"), timedelta(hours=23), rated("1/86400")],
        net=1,
        error=full(1, 86400),
    ),
    Rule(
        "3.11 the span slides",
        [rated("2"), timedelta(seconds=40), rated("2"), timedelta(seconds=30), rated("2"), rated("2")],
        net=3,
        error=full(2, 60),
    ),
    Rule(
        "3.11 what is blocked does not count",
        [rated("1"), timedelta(seconds=59), No(rated("1")), timedelta(seconds=1), rated("1")],
        net=2,
    ),
    Rule("3.11 each id has a count of its own", [rated("1"), rated("1", "b")], net=2),
    Rule(
        "3.11 the limit that the message carries is tested",
        [rated("5"), rated("5"), rated("3"), rated("3")],
        net=3,
        error=full(3, 60),
    ),
    Rule(
        "3.11 messages without a limit are neither blocked nor counted",
        [rated("1"), buy(1), buy(1), rated("1")],
        net=3,
        error=full(1, 60),
    ),
    Rule(
        "3.11 a message for several accounts counts once",
        [rated("2", at=THREE), rated("2", at=THREE)],
        net=2,
        others={"Sim102 MES 12-26": 2, "Sim103 MES 12-26": 2},
    ),
    Rule(
        "3.11 it counts whatever the command is",
        [buy(2), f"command=REVERSE; {HERE} rate_limit=1; id=a;", "command=FLATTENEVERYTHING; rate_limit=1; id=a;"],
        net=-2,
        error=full(1, 60),
    ),
    Rule("3.11 the largest is 1000 in 86400 s", [rated("1000/86400")], net=1),
    *(
        Rule(f"3.11 {text} is out of its range", [rated(text)], error=f"rate_limit: {error}", status=400)
        for text, error in (
            ("1001", "At most 1000 messages, and at most 86400 seconds; both at least 1"),
            ("1/86401", "At most 1000 messages, and at most 86400 seconds; both at least 1"),
            ("0", "At most 1000 messages, and at most 86400 seconds; both at least 1"),
            ("two", "Write 2 for two messages a minute, or 2/300 for two in 300 seconds"),
        )
    ),
    Rule("3.11 it needs an id", [buy(1, "rate_limit=1;")], error=f"{MISSING}ID", status=400),
    Rule("3.11 an id alone limits nothing", [buy(1, "id=a;")], net=1, warning="id is ignored here"),
)
COMMENTS = tuple(
    Rule(
        f"3.12 a line that begins with {sign} is left out",
        [f"\n{sign} long entry\n{buy(1)}\n  {sign} end"],
        net=1,
        warning="Comment lines are left out: it is not known how CrossTrade reads them",
    )
    for sign in ("//", "#")
)
KILL_SWITCH = (
    Rule("3.13 on blocks what opens", ["kill_switch=on;", buy(1)], error=KILLED),
    *(
        Rule(
            f"3.13 on blocks exits, too: {command}",
            [buy(1), "kill_switch=on;", f"command={command};"],
            net=1,
            error=KILLED,
        )
        for command in ("FLATTENEVERYTHING", f"CLOSEPOSITION; {HERE.rstrip(';')}", "CANCELALLORDERS")
    ),
    Rule("3.13 on blocks what goes to Tradovate", ["kill_switch=on;", buy(1, "destination=tradovate;")], error=KILLED),
    Rule(
        "3.13 off passes while it is on, and lets through again",
        ["KILL_SWITCH=ON;", No(buy(1)), "kill_switch=Off;", buy(1)],
        net=1,
    ),
    Rule("3.13 on twice is on", ["kill_switch=on;", "kill_switch=on;", buy(1)], error=KILLED),
    Rule(
        "3.13 positions and working orders stay, and orders go on trading",
        [buy(1), buy(1, limit(90)), buy(1, limit(99)), "kill_switch=on;", Decimal(99)],
        net=2,
        book=[BUY_90],
    ),
    Rule(
        "3.13 it is a message of its own",
        [buy(1, "kill_switch=on;")],
        error="command: Kill switch is a message of its own, without a command",
        status=400,
    ),
    Rule("3.13 it is on or off", ["kill_switch=maybe;"], error="kill_switch: Choose on or off", status=400),
    Rule("3.13 it takes no destination", ["kill_switch=off; destination=nt8;"], warning="destination is ignored here"),
)
NOTES = (Rule("3.14 a remark changes nothing", [buy(1, "notes=news at ten;")], net=1),)
RULES = (*WINDOWS, *BYPASS, *DELAY, *RATE_LIMIT, *COMMENTS, *KILL_SWITCH, *NOTES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_what_passes_when(rule: Rule) -> None:
    assert played(rule) == rule


# 3.8: New York has summer time
@pytest.mark.parametrize(("utc_hour", "passes"), [(13, True), (20, False)])
def test_a_window_follows_new_yorks_summer_time(utc_hour: int, passes: bool) -> None:
    stage = Stage(datetime(2026, 7, 1, utc_hour, 30, tzinfo=UTC))
    assert stage(buy(1, "start_time=9:30; end_time=16:00;")).json_body["success"] is passes


# 3.8: what closes and what opens
def test_every_command_opens_or_closes() -> None:
    assert sorted((*CLOSING, *OPENING)) == sorted(spec.token for spec in COMMANDS if not spec.control)


@pytest.mark.parametrize("token", MATRIX)
def test_after_closing_only_after_what_closes_passes(token: str) -> None:
    answer = Stage().run([*SCENE, DAY, HALF_PAST_THREE, message(token, least(token))])
    expected = {"success": True} if token in CLOSING else {"success": False, "error": ONLY_CLOSING}
    assert answer.json_body == expected


@pytest.mark.parametrize("token", MATRIX)
def test_outside_of_a_window_nothing_passes_but_a_new_bracket(token: str) -> None:
    answer = Stage().run([*SCENE, DAY, time(16), message(token, least(token))])
    passes = token == "CANCELANDBRACKET"  # 2.14: windows and closing only do not block it
    assert answer.json_body == ({"success": True} if passes else {"success": False, "error": OUTSIDE})


# 3.10: each copy has its own delay, so several accounts do not wait for one another
def test_the_delay_of_several_accounts_passes_once() -> None:
    stage = Stage()
    before = stage.now
    stage.do([buy(1, "delay=2.5;", at=THREE)])
    assert stage.now - before == timedelta(seconds=2.5)
    assert len(stage.net) == 3


def test_a_delayed_order_trades_at_the_price_after_it() -> None:
    stage = Stage()
    held = stage.held_back(buy(1, "delay=10;"))
    assert (held.wait_s, stage.net) == (10, {})
    stage.do([Decimal(120)])
    stage.relay.carry_out(held, stage.now + timedelta(seconds=9))
    assert [str(fill.price) for fill in stage.exchange.fills] == ["120"]


# 3.11
def test_a_thousand_messages_pass_and_no_more() -> None:
    stage = Stage()
    stage.do(["command=CANCELALLORDERS; rate_limit=1000/86400; id=a;"] * 1000)
    assert not stage("command=CANCELALLORDERS; rate_limit=1000/86400; id=a;").json_body["success"]
    stage.wait(timedelta(days=1))
    assert stage("command=CANCELALLORDERS; rate_limit=1000/86400; id=a;").json_body["success"]


# 3.14
def test_the_remark_is_kept_with_the_message() -> None:
    assert "noted: “news at ten”" in Stage()(buy(1, "notes=news at ten;")).log[0]
