"""Clients that share no line with the ticket trade on the practice exchange, with every command there is."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from typing import NamedTuple

import pytest

from crosstrade_desk.protocol.catalogue import COMMANDS, CONTROLS
from support.examples import fields_of
from support.practice import Running, running

MES, MES_2, MES_3 = (f"account=Sim10{number}; instrument=MES 12-26;" for number in (1, 2, 3))
ES = "account=Sim101; instrument=ES 12-26;"
MARKET = "order_type=MARKET; tif=DAY;"
FAR_BELOW = "order_type=LIMIT; limit_price=-5%; tif=GTC;"  # further than the price walks in a day


class Act(NamedTuple):
    """One message of the session, the words that its line of the log must hold, and the error of its answer if any."""

    message: str
    told: tuple[str, ...]
    error: str = ""


# The prices walk meanwhile, so no order of it may depend on where they are.
SESSION = (
    Act(f"command=PLACE; {MES} action=BUY; qty=2; {MARKET}", ("BUY 2 MARKET DAY placed", "now long 2 at")),
    Act(
        f"command=CANCELANDBRACKET; {MES} action=BUY; qty=5; take_profit=5%; stop_loss=-5%;",
        ("SELL 2 STOPMARKET", "SELL 2 LIMIT", "GTC placed"),
    ),
    Act(f"command=PLACE; {MES} action=BUY; qty=1; {FAR_BELOW} order_id=low-1;", ("(low-1)", "BUY 1 LIMIT")),
    Act("command=CHANGE; order_id=low-1; qty=3;", ("(low-1)", "now BUY 3 LIMIT", "as asked")),
    Act(
        f"command=CANCELREPLACE; {MES} action=BUY; qty=4; {FAR_BELOW} order_id=low-1;",
        ("cancelled, it is replaced", "BUY 4 LIMIT", "placed"),
    ),
    Act("command=CANCEL; order_id=low-1;", ("(low-1)", "cancelled, as asked")),
    Act(
        "command=CANCEL; order_id=low-1;",
        ("refused",),
        error="Order linked to 'low-1' not found or already terminal.",
    ),
    Act(f"command=CLOSEPOSITION; {MES} quantity=1;", ("sold 1 at", "now long 1 at")),
    Act(f"command=REVERSE; {MES}", ("cancelled, its position is closed", "now flat", "now short 1 at")),
    Act(f"command=REVERSEPOSITION; {MES} action=BUY; qty=2; {MARKET}", ("now flat", "now long 2 at")),
    Act(
        f"command=FLATPLACE; {MES} action=SELL; qty=1; {MARKET} strategy=trend-1; strategy_id=run-1;",
        ("now flat", "now short 1 at", "(STOP1 of run-1)", "(TARGET1 of run-1)"),
    ),
    Act(
        "command=CLOSESTRATEGY; strategy_id=run-1;",
        ("(STOP1 of run-1)", "cancelled, its strategy is closed", "now flat"),
    ),
    Act(f"command=PLACE; {ES} action=BUY; qty=1; {FAR_BELOW}", ("ES 12-26: BUY 1 LIMIT",)),
    Act("command=CANCELORDERS; account=Sim101;", ("ES 12-26: cancelled, as asked",)),
    Act(f"command=PLACE; {MES_2} action=BUY; qty=1; {FAR_BELOW}", ("Sim102 MES 12-26: BUY 1 LIMIT",)),
    Act("command=CANCELALLORDERS;", ("Sim102 MES 12-26: cancelled, as asked",)),
    Act(f"command=PLACE; {MES_2} action=BUY; qty=1; {MARKET}", ("Sim102", "now long 1 at")),
    Act("command=FLATTEN; account=Sim102;", ("Sim102 MES 12-26: sold 1", "now flat")),
    Act(f"command=PLACE; {MES} action=BUY; qty=1; {MARKET}", ("Sim101", "now long 1 at")),
    Act(f"command=PLACE; {MES_3} action=SELL; qty=1; {MARKET}", ("Sim103", "now short 1 at")),
    Act("command=FLATTENEVERYTHING;", ("Sim101 MES 12-26: sold 1", "Sim103 MES 12-26: bought 1", "now flat")),
    Act("kill_switch=on;", ("accepted",)),
    Act("command=FLATTENEVERYTHING;", ("refused",), error="Blocked: the kill switch is on"),
    Act("kill_switch=off;", ("accepted",)),
    Act("command=FLATTENEVERYTHING;", ("accepted", "nothing to do")),
)

Client = Callable[[Running, str], tuple[int, object]]


def by_requests(server: Running, text: str) -> tuple[int, object]:
    answer = server.post(text)
    return answer.status_code, answer.json()


def by_curl(server: Running, text: str) -> tuple[int, object]:
    """The command line; the message goes in by standard input, so that no list of processes shows the key."""
    head = ["--header", "Content-Type: text/plain", "--data-binary", "@-", "--write-out", "\n%{http_code}"]
    done = subprocess.run(
        ["curl", "--silent", "--show-error", "--max-time", "20", *head, server.url],
        input=f"key={server.key};{text}",
        capture_output=True,
        text=True,
        check=True,
    )
    body, _, status = done.stdout.rpartition("\n")
    return int(status), json.loads(body)


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")


def token_of(message: str) -> str:
    fields = fields_of(message)
    control = next((spec.token for name, spec in CONTROLS.items() if name in fields), "")
    return control or fields["command"]


def test_the_session_uses_every_command() -> None:
    assert {token_of(act.message) for act in SESSION if not act.error} == {spec.token for spec in COMMANDS}


@pytest.mark.parametrize("client", [by_requests, by_curl], ids=["requests", "curl"])
def test_another_client_works_with_every_command(client: Client) -> None:
    if client is by_curl and shutil.which("curl") is None:
        assert os.environ.get("CI") != "true", "needs curl"
        pytest.skip("needs curl")
    with running() as server:
        for act in SESSION:
            nothing = {"warning": "nothing to do"} if "nothing to do" in act.told else {}
            expected = {"success": False, "error": act.error} if act.error else {"success": True, **nothing}
            assert (act.message, *client(server, act.message)) == (act.message, 200, expected)
        lines = iter(server.whole_log())
        for act in SESSION:
            assert any(all(words in line for words in act.told) for line in lines), f"not told, or not in turn: {act}"
        assert not any(server.key in line for line in server.log)
