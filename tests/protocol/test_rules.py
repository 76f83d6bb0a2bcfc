"""What does not go together in one message, and at which field it is told."""

import pytest

from crosstrade_desk.protocol.catalogue import SPECS
from crosstrade_desk.protocol.command import Command, compose, used_texts
from crosstrade_desk.protocol.page import minimal
from crosstrade_desk.protocol.problems import Kind, Problems

ENTRIES = ("PLACE", "FLATPLACE")
LIMIT = {"order_type": "LIMIT", "limit_price": "6400"}


def found(token: str, **texts: str) -> Command | Problems:
    return compose(SPECS[token], {**minimal(SPECS[token]), **texts})


def faults(token: str, **texts: str) -> dict[str, str]:
    problems = found(token, **texts)
    return {p.field: p.message for p in problems.items} if isinstance(problems, Problems) else {}


@pytest.mark.parametrize("token", ENTRIES)
def test_there_is_one_kind_of_stop_loss(token: str) -> None:
    assert "one kind" in faults(token, stop_loss="6300", stop_loss_limit="6299")["stop_loss_limit"]
    assert not faults(token, stop_loss_limit="6299", stop_loss_stop="6300")


def test_a_close_takes_a_quantity_or_a_share() -> None:
    assert "not both" in faults("CLOSEPOSITION", quantity="1", percent="0.5")["percent"]


@pytest.mark.parametrize("token", ["FLATTEN", "CANCELORDERS"])
def test_a_condition_on_the_position_needs_account_and_instrument(token: str) -> None:
    scope = {"account": "Sim101", "instrument": "MES 12-26"}
    assert not faults(token, **scope, require_market_position="long")
    for name in scope:
        if name not in minimal(SPECS[token]):
            rest = {other: text for other, text in scope.items() if other != name}
            assert "one position" in faults(token, **rest, require_market_position="long")[name]


@pytest.mark.parametrize("token", ["CLOSEPOSITION", "FLATTEN", "REVERSEPOSITION"])
def test_a_flat_position_cannot_be_closed(token: str) -> None:
    scope = {"account": "Sim101", "instrument": "MES 12-26"}
    assert "does nothing" in faults(token, **scope, require_market_position="flat")["require_market_position"]
    assert not faults(token, **scope, require_market_position="flat,long")
    assert not faults("CANCELORDERS", **scope, require_market_position="flat")


def test_a_field_that_is_off_turns_off_those_that_it_gives_a_meaning() -> None:
    texts = {"sync_strategy": "", "out_of_sync": "resync", "target_quantity": "3", "qty": "1"}
    used = used_texts(SPECS["PLACE"], texts)
    assert "out_of_sync" not in used
    assert "target_quantity" not in used
    assert used["qty"] == "1"


def test_a_price_is_not_called_unused_beside_a_faulty_order_type() -> None:
    assert list(faults("PLACE", order_type="LIMT", limit_price="6400")) == ["order_type"]


def test_a_bracket_under_an_atm_strategy_needs_a_bracket_and_a_strategy() -> None:
    assert "strategy only" in faults("PLACE", append_atm="true", take_profit="6500")["append_atm"]
    assert "neither" in faults("PLACE", append_atm="true", strategy="x")["append_atm"]
    assert not faults("PLACE", append_atm="true", strategy="x", stop_loss="6300")


@pytest.mark.parametrize("token", ["CANCEL", "CHANGE"])
@pytest.mark.parametrize("name", ["ENTRY1", "EXIT2", "STOP1", "simstop3", "TARGET12"])
def test_an_order_of_an_atm_strategy_needs_the_strategys_id(token: str, name: str) -> None:
    assert name.upper() in faults(token, order_id=name)["strategy_id"]
    assert not faults(token, order_id=name, strategy_id="run-42")
    assert not faults(token, order_id=f"my-{name}")


@pytest.mark.parametrize("zero", [{}, {"qty": "0"}, {"qty": "0", "limit_price": "0", "stop_price": "0"}])
def test_a_change_changes_something(zero: dict[str, str]) -> None:
    problems = compose(SPECS["CHANGE"], {"order_id": "a-1", **zero})
    assert isinstance(problems, Problems)
    assert [(p.field, p.kind) for p in problems.items] == [("qty", Kind.MISSING)]
    assert isinstance(compose(SPECS["CHANGE"], {"order_id": "a-1", **zero, "stop_price": "6400"}), Command)


def test_closing_only_after_needs_both_other_times() -> None:
    for given in ({}, {"start_time": "9:30"}, {"end_time": "16:00"}):
        assert "both" in faults("PLACE", closing_only_after="15:00", **given)["closing_only_after"]
    assert not faults("PLACE", closing_only_after="15:00", start_time="9:30", end_time="16:00")


def test_a_window_has_a_width() -> None:
    assert "same" in faults("PLACE", start_time="1:00 PM", end_time="13:00")["end_time"]


@pytest.mark.parametrize(
    ("token", "texts", "field"),
    [
        ("PLACE", {"strategy": "x"}, "strategy"),
        ("CLOSESTRATEGY", {}, "strategy_id"),
        ("CANCEL", {"strategy_id": "x"}, "strategy_id"),
        ("PLACE", {"order_type": "LIMIT", "limit_price": "-2 ticks"}, "limit_price"),
    ],
)
def test_tradovate_takes_no_atm_strategy_and_no_relative_limit(token: str, texts: dict[str, str], field: str) -> None:
    assert "Tradovate" in faults(token, destination="tradovate", **texts)[field]
    assert not faults(token, destination="nt8", **texts)


def test_cancel_after_goes_with_a_limit_order_only() -> None:
    assert not faults("PLACE", **LIMIT, cancel_after="10")
    for kind in ({"order_type": "MARKET"}, {"order_type": "STOPLIMIT", "limit_price": "1", "stop_price": "1"}):
        assert "not used with" in faults("PLACE", **kind, cancel_after="10")["cancel_after"]


@pytest.mark.parametrize(
    ("texts", "field", "hint"),
    [
        ({"action": "BUY", **LIMIT, "take_profit": "6399"}, "take_profit", "above the entry at 6400"),
        ({"action": "BUY", **LIMIT, "take_profit": "6400"}, "take_profit", "above the entry"),
        ({"action": "BUY", **LIMIT, "stop_loss": "6401"}, "stop_loss", "below the entry"),
        ({"action": "SELL", **LIMIT, "take_profit": "6401"}, "take_profit", "below the entry"),
        ({"action": "SELL", **LIMIT, "stop_loss": "6399"}, "stop_loss", "above the entry"),
        ({"action": "BUY", **LIMIT, "stop_loss_limit": "6401"}, "stop_loss_limit", "below the entry"),
        (
            {"action": "BUY", **LIMIT, "stop_loss_limit": "6390", "stop_loss_stop": "6402"},
            "stop_loss_stop",
            "below the entry",
        ),
        (
            {"action": "BUY", "order_type": "STOPMARKET", "stop_price": "6450", "stop_loss": "6460"},
            "stop_loss",
            "at 6450",
        ),
        (
            {
                "action": "SELL",
                "order_type": "STOPLIMIT",
                "stop_price": "6350",
                "limit_price": "6340",
                "stop_loss": "1",
            },
            "stop_loss",
            "at 6350",
        ),
        ({"action": "BUY", "take_profit": "-10 ticks"}, "take_profit", "the distance is positive"),
        ({"action": "BUY", "stop_loss": "250 dollars"}, "stop_loss", "the distance is negative"),
        ({"action": "SELL", "take_profit": "0.4%"}, "take_profit", "the distance is negative"),
        ({"action": "SELL", "stop_loss": "-20 points"}, "stop_loss", "the distance is positive"),
        ({"action": "BUY", "take_profit": "0 ticks"}, "take_profit", "wrong side"),
        ({"action": "BUY", "take_profit": "6400", "stop_loss": "6410"}, "stop_loss", "below the take profit"),
        ({"action": "SELL", "take_profit": "6400", "stop_loss_limit": "6390"}, "stop_loss_limit", "above the take"),
    ],
)
@pytest.mark.parametrize("token", ENTRIES)
def test_a_bracket_price_on_the_wrong_side_is_told(token: str, texts: dict[str, str], field: str, hint: str) -> None:
    assert hint in faults(token, **texts)[field]


@pytest.mark.parametrize(
    "texts",
    [
        {"action": "BUY", **LIMIT, "take_profit": "6440", "stop_loss": "6390"},
        {"action": "SELL", **LIMIT, "take_profit": "6390", "stop_loss": "6440"},
        {"action": "BUY", "take_profit": "20 ticks", "stop_loss": "-20 ticks"},
        {"action": "SELL", "take_profit": "-250 dollars", "stop_loss": "0.4%"},
        {"action": "BUY", "take_profit": "6440"},
        {"action": "BUY", "order_type": "LIMIT", "limit_price": "-8 ticks", "take_profit": "1", "stop_loss": "0.5"},
    ],
)
def test_a_bracket_on_the_right_side_is_let_through(texts: dict[str, str]) -> None:
    assert not faults("PLACE", **texts)


@pytest.mark.parametrize(
    ("action", "target", "stop", "field"),
    [
        ("BUY", "6400", "6410", "stop_loss"),
        ("SELL", "6410", "6400", "stop_loss"),
        ("BUY", "-4 ticks", "-10 ticks", "take_profit"),
        ("SELL", "-4 ticks", "-10 ticks", "stop_loss"),
    ],
)
def test_a_new_bracket_lies_around_the_position(action: str, target: str, stop: str, field: str) -> None:
    assert field in faults("CANCELANDBRACKET", action=action, take_profit=target, stop_loss=stop)


@pytest.mark.parametrize(
    ("instrument", "price", "near"),
    [
        ("MES 12-26", "6412.30", ("6412.25", "6412.50")),
        ("ESZ6", "6412.1", ("6412.00", "6412.25")),
        ("CL1!", "64.005", ("64.00", "64.01")),
        ("ZN 12-26", "111.5", None),
        ("ZN 12-26", "111.51", ("111.500000", "111.515625")),
        ("6E 12-26", "1.17003", ("1.17000", "1.17005")),
        ("AAPL", "201.337", None),
        ("XYZ 12-26", "1.2345", None),
    ],
)
@pytest.mark.parametrize("name", ["limit_price", "take_profit"])
def test_a_price_between_two_ticks_is_told_with_both_neighbours(
    instrument: str, price: str, near: tuple[str, str] | None, name: str
) -> None:
    texts = {"order_type": "LIMIT", "limit_price": "0.5" if instrument != "ESZ6" else "1", "instrument": instrument}
    told = faults("PLACE", **{**texts, name: price}).get(name, "")
    if near is None:
        assert told == ""
    else:
        assert f"Nearest: {near[0]} and {near[1]}." in told


@pytest.mark.parametrize(
    ("token", "texts", "field"),
    [
        ("FLATTEN", {"account": "A", "instrument": "{{ticker}}", "require_market_position": "long"}, "instrument"),
        ("PLACE", {"closing_only_after": "15:00", "start_time": "x", "end_time": "16:00"}, "start_time"),
        ("PLACE", {"append_atm": "true", "strategy": "x", "stop_loss": "x"}, "stop_loss"),
        ("CANCEL", {"order_id": "STOP1", "strategy_id": "{{x}}"}, "strategy_id"),
        ("CHANGE", {"qty": "x"}, "qty"),
    ],
)
def test_a_field_that_cannot_be_read_is_not_called_missing_as_well(
    token: str, texts: dict[str, str], field: str
) -> None:
    assert list(faults(token, **texts)) == [field]
    problems = found(token, **texts)
    assert isinstance(problems, Problems)
    assert len(problems.items) == 1


@pytest.mark.parametrize(
    ("instrument", "price", "two_ways"),
    [
        ("BTC 12-26", "110.000", True),
        ("MES 12-26", "6.500", True),
        ("NG 12-26", "3.150", False),
        ("MES 12-26", "6412.500", False),
        ("MES 12-26", "6.5", False),
    ],
)
def test_a_point_that_may_be_meant_to_group_is_told(instrument: str, price: str, two_ways: bool) -> None:
    told = faults("PLACE", instrument=instrument, order_type="LIMIT", limit_price=price).get("limit_price", "")
    assert ("two ways" in told) == two_ways


@pytest.mark.parametrize("kind", ["STOPMARKET", "STOPLIMIT"])
@pytest.mark.parametrize(
    ("action", "stop", "wrong"),
    [
        ("BUY", "-12 ticks", True),
        ("SELL", "12 ticks", True),
        ("BUY", "12 ticks", False),
        ("SELL", "-1%", False),
        ("BUY", "0 ticks", True),
    ],
)
def test_a_stop_entry_lies_beyond_the_market(kind: str, action: str, stop: str, wrong: bool) -> None:
    limit = {"limit_price": stop} if kind == "STOPLIMIT" else {}
    assert ("stop_price" in faults("PLACE", order_type=kind, action=action, stop_price=stop, **limit)) == wrong


def test_a_trigger_past_the_target_and_a_target_before_the_worst_fill_are_told() -> None:
    assert "stop_loss_stop" in faults("PLACE", take_profit="6440", stop_loss_limit="6390", stop_loss_stop="6450")
    entry = {"order_type": "STOPLIMIT", "stop_price": "6400", "limit_price": "6410"}
    assert "at 6410" in faults("PLACE", **entry, take_profit="6405")["take_profit"]
    assert "at 6400" in faults("PLACE", **entry, stop_loss="6405")["stop_loss"]


@pytest.mark.parametrize("name", ["STOP1", "target2", "ENTRY10"])
def test_a_new_order_is_not_named_as_an_atm_strategy_names_its_own(name: str) -> None:
    assert "Choose another id" in faults("PLACE", order_id=name)["order_id"]
    assert "name the strategy" in faults("CANCELREPLACE", order_id=name)["strategy_id"]


def test_a_distance_is_never_off_the_grid() -> None:
    assert not faults("PLACE", order_type="LIMIT", limit_price="-7.5 ticks")
