"""What is worth a second look, and what is not."""

from datetime import UTC, datetime

import pytest

from crosstrade_desk.protocol.catalogue import SPECS
from crosstrade_desk.protocol.cautions import cautions
from crosstrade_desk.protocol.command import Command, compose
from crosstrade_desk.protocol.page import minimal

TODAY = datetime(2026, 11, 25, 15, 0, tzinfo=UTC)  # 10:00 in New York
TWO = {"account": "Sim101,Sim102"}


def told(token: str, extras: dict[str, str] | None = None, now: datetime = TODAY, **texts: str) -> dict[str, str]:
    command = compose(SPECS[token], {**minimal(SPECS[token]), **texts}, extras=extras or {})
    assert isinstance(command, Command), command
    return {remark.field: remark.message for remark in cautions(command, now)}


@pytest.mark.parametrize("token", [t for t in SPECS if t not in ("FLATTEN",)])
def test_an_ordinary_message_has_none(token: str) -> None:
    assert told(token) == {}


@pytest.mark.parametrize("name", ["order_id", "strategy_id", "oco_id"])
def test_an_id_that_several_accounts_would_share(name: str) -> None:
    assert "Shared by 2 accounts" in told("PLACE", **TWO, **{name: "x-1"})[name]
    assert told("PLACE", **{name: "x-1"}) == {}


def test_a_flatten_without_account_reaches_every_account() -> None:
    assert "every account" in told("FLATTEN")["account"]
    assert told("FLATTEN", account="Sim101") == {}


@pytest.mark.parametrize(("delay", "warns"), [("4.9", False), ("5", True), ("60", True)])
def test_a_delay_longer_than_a_usual_answer(delay: str, warns: bool) -> None:
    assert ("delay" in told("PLACE", delay=delay)) == warns


def test_a_window_over_midnight_and_a_closing_time_outside_of_it() -> None:
    assert "midnight" in told("PLACE", start_time="6 PM".replace(" ", ":00 "), end_time="4:00 PM")["end_time"]
    window = {"start_time": "9:30", "end_time": "16:00"}
    assert "outside" in told("PLACE", **window, closing_only_after="16:30")["closing_only_after"]
    assert told("PLACE", **window, closing_only_after="15:30") == {}


def test_a_bracket_beside_the_one_of_an_atm_strategy() -> None:
    assert "beside this bracket" in told("PLACE", take_profit="6500", strategy="x")["strategy"]
    assert told("PLACE", take_profit="6500", strategy="x", append_atm="true") == {}


@pytest.mark.parametrize(
    ("texts", "field"),
    [
        ({"action": "BUY", "order_type": "STOPLIMIT", "stop_price": "6400", "limit_price": "6399"}, "limit_price"),
        ({"action": "SELL", "order_type": "STOPLIMIT", "stop_price": "6400", "limit_price": "6401"}, "limit_price"),
        ({"action": "BUY", "stop_loss_limit": "6401", "stop_loss_stop": "6400"}, "stop_loss_limit"),
        ({"action": "SELL", "stop_loss_limit": "6399", "stop_loss_stop": "6400"}, "stop_loss_limit"),
    ],
)
def test_a_stop_limit_that_may_never_be_filled(texts: dict[str, str], field: str) -> None:
    assert "may not be filled" in told("PLACE", **texts)[field]
    turned = {**texts, "action": {"BUY": "SELL", "SELL": "BUY"}[texts["action"]]}
    assert told("PLACE", **turned) == {}


@pytest.mark.parametrize(
    ("texts", "uncertain"),
    [
        ({"order_type": "LIMIT", "limit_price": "6400", "stop_loss": "-20 ticks"}, True),
        ({"order_type": "STOPMARKET", "stop_price": "6400", "take_profit": "1%"}, True),
        ({"order_type": "LIMIT", "limit_price": "6400", "stop_loss": "6390"}, False),
        ({"stop_loss": "-20 ticks", "take_profit": "1%"}, False),
    ],
)
def test_a_distance_whose_base_is_not_certain(texts: dict[str, str], uncertain: bool) -> None:
    assert any("or from the fill" in text for text in told("PLACE", **texts).values()) == uncertain


@pytest.mark.parametrize(
    ("texts", "field"),
    [
        ({"start_time": "10:30", "end_time": "16:00"}, "start_time"),
        ({"start_time": "9:00", "end_time": "9:59"}, "end_time"),
        ({"end_time": "10:00"}, "end_time"),
        ({"start_time": "9:30", "end_time": "16:00"}, None),
        ({"start_time": "10:00"}, None),
        ({"start_time": "18:00"}, "start_time"),
    ],
)
def test_a_window_that_is_shut_now(texts: dict[str, str], field: str | None) -> None:
    found = told("PLACE", **texts)
    assert list(found) == ([field] if field else [])
    assert all("10:00 in New York" in text for text in found.values())


@pytest.mark.parametrize("window", [("18:00", "9:00"), ("18:00", "16:00"), ("11:00", "9:00")])
def test_a_window_over_midnight_is_not_said_to_be_shut(window: tuple[str, str]) -> None:
    found = told("PLACE", start_time=window[0], end_time=window[1])
    assert all("would block it now" not in text for text in found.values())


@pytest.mark.parametrize("texts", [{"delay": "1"}, {"end_time": "16:00"}, {"require_market_position": "long"}])
def test_whatever_may_hold_up_an_exit(texts: dict[str, str]) -> None:
    assert list(told("CLOSEPOSITION", **texts)) == list(texts)
    assert "way out" in told("CLOSEPOSITION", **texts)[next(iter(texts))]


def test_a_relative_stop_limit_is_compared_in_its_own_unit() -> None:
    found = told("PLACE", order_type="STOPLIMIT", stop_price="12 ticks", limit_price="4 ticks")
    assert "may not be filled" in found["limit_price"]


def test_orders_for_tradovate_and_fields_nobody_documents() -> None:
    assert "do not go to NinjaTrader" in told("PLACE", destination="tradovate")["destination"]
    assert told("PLACE", destination="nt8") == {}
    assert "as it stands" in told("PLACE", extras={"colour": "red"})["colour"]


@pytest.mark.parametrize(
    ("instrument", "day", "hint"),
    [
        ("MES 12-26", datetime(2026, 12, 19, 15, tzinfo=UTC), "expired"),
        ("MESZ6", datetime(2026, 12, 16, 15, tzinfo=UTC), "MES 03-27"),
        ("ES DEC25", TODAY, "expired"),
        ("MES 11-26", datetime(2026, 11, 1, 15, tzinfo=UTC), "Dec"),
    ],
)
def test_a_contract_that_has_expired_or_will_soon(instrument: str, day: datetime, hint: str) -> None:
    assert hint in told("PLACE", instrument=instrument, now=day)["instrument"]


def test_remarks_stand_in_the_order_of_the_fields() -> None:
    found = told("PLACE", {"colour": "red"}, account="Sim101,Sim102", instrument="ES 03-25", order_id="x", delay="30")
    assert list(found) == ["instrument", "order_id", "delay", "colour"]
