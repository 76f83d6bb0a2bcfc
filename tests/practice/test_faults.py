"""Faults on request: how they are asked for, and what a real client sees of each."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import requests

from crosstrade_desk.practice.faults import Fault, Wish, parse_wish, wished
from crosstrade_desk.practice.windows import NEW_YORK
from crosstrade_desk.protocol.problems import Invalid
from support.practice import running

ORDER = "command=PLACE; account=Sim101; instrument=MES 12-26; action=BUY; qty=1; order_type=MARKET; tif=DAY;"
LIMIT_S = 20


@pytest.mark.parametrize(
    ("notes", "wish"),
    [
        ("practice: hang up", Wish(Fault.HANG_UP)),
        ("Practice:  Hang   UP", Wish(Fault.HANG_UP)),
        ("practice: delay", Wish(Fault.DELAY, 30)),
        ("practice:delay 12", Wish(Fault.DELAY, 12)),
        ("practice: refuse", Wish(Fault.REFUSE)),
        ("practice: explode", None),
        ("news at ten", None),
        ("hang up", None),
        ("", None),
    ],
)
def test_a_fault_is_asked_for_in_the_notes(notes: str, wish: Wish | None) -> None:
    assert wished(notes) == wish


def test_what_is_no_fault_is_told_with_what_there_is() -> None:
    found = parse_wish("explode")
    assert isinstance(found, Invalid)
    assert all(fault.value in found.message for fault in Fault)
    assert parse_wish("") is None


Seen = Callable[[requests.Response], bool]


def refuses(status: int, word: str) -> Seen:
    return lambda response: response.status_code == status and word in response.json()["error"]


@pytest.mark.parametrize(
    ("fault", "seen", "carried_out"),
    [
        ("refuse", refuses(200, "Refused"), False),
        ("offline", refuses(408, "not connected"), False),
        ("busy", refuses(429, "Rate limit exceeded"), False),
        ("broken", lambda response: response.status_code == 500, True),
        ("rubbish", lambda response: response.status_code == 200 and response.text.startswith("<html>"), True),
    ],
)
def test_an_answer_that_was_asked_for(fault: str, seen: Seen, carried_out: bool) -> None:
    with running() as server:
        assert seen(server.post(f"{ORDER} notes=practice: {fault};"))
        assert server.post("command=FLATTEN;").json()["success"] is True
        assert server.log_holds("bought 1") is carried_out


@pytest.mark.parametrize(("fault", "carried_out"), [("hang up", True), ("drop", False)])
def test_no_answer_at_all_whether_it_was_carried_out_or_not(fault: str, carried_out: bool) -> None:
    with running() as server:
        with pytest.raises(requests.ConnectionError):
            server.post(f"{ORDER} notes=practice: {fault};")
        assert server.log_holds("bought 1") is carried_out


def test_a_late_answer_comes_after_the_message_was_carried_out() -> None:
    with running() as server:
        begun = time.monotonic()
        assert server.post(f"{ORDER} notes=practice: delay 1;").json() == {"success": True}
        assert time.monotonic() - begun >= 1


def test_a_fault_for_every_message_and_another_status_for_refusals() -> None:
    with running("--fault", "refuse", "--refusal-status", "422") as server:
        assert server.post(ORDER).status_code == 422
        assert server.post(f"{ORDER} notes=practice: offline;").status_code == 408


def test_a_trading_window_of_the_control_panel_and_bypassing_it() -> None:
    with running("--window", _elsewhen()) as server:
        assert "outside of the trading window" in server.post(ORDER).json()["error"]
        assert server.post(f"{ORDER} bypass_trade_windows=true;").json() == {"success": True}


def _elsewhen() -> str:
    """A window of an hour in New York that it is not now."""
    hour = (datetime.now(UTC).astimezone(NEW_YORK).hour + 12) % 24
    return f"{hour}:00-{(hour + 1) % 24}:00"
