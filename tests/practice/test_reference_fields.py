"""Part 2.0 of the webhook reference, and the table at the head of part 3: which command takes which field."""

import pytest

from crosstrade_desk.protocol.catalogue import COMMANDS
from support.reference import CELLS, MATRIX, MISSING, OPENING, SCENE, VALUES, Cell, least, message
from support.stage import Stage


def test_the_matrix_is_whole() -> None:
    assert set(MATRIX) == {spec.token for spec in COMMANDS if not spec.control}


@pytest.mark.parametrize("token", MATRIX)
def test_the_least_message_is_accepted(token: str) -> None:
    answer = Stage().run([*SCENE, message(token, least(token))])
    assert (answer.status, answer.json_body) == (200, {"success": True})
    assert answer.log[2:] != ("nothing to do",)


@pytest.mark.parametrize("cell", [cell for cell in CELLS if cell.need == "R"], ids="-".join)
def test_a_required_field_that_is_missing_is_named(cell: Cell) -> None:
    stage = Stage()
    stage.do(SCENE)
    before = stage.net, stage.book
    answer = stage(message(cell.token, {name: text for name, text in least(cell.token).items() if name != cell.field}))
    error = f"{MISSING}{cell.field.upper()}"
    assert (answer.status, answer.json_body) == (400, {"success": False, "error": error})
    assert (stage.net, stage.book) == before


@pytest.mark.parametrize("cell", [cell for cell in CELLS if cell.need == "-"], ids="-".join)
def test_a_field_that_is_not_used_changes_nothing_and_is_noted(cell: Cell) -> None:
    plain, more = Stage(), Stage()
    plain.run([*SCENE, message(cell.token, least(cell.token))])
    answer = more.run([*SCENE, message(cell.token, {**least(cell.token), cell.field: VALUES[cell.field]})])
    assert answer.json_body == {"success": True, "warning": f"{cell.field} is ignored here"}
    assert (more.net, more.book) == (plain.net, plain.book)


PRICES = {
    "MARKET": (),
    "LIMIT": ("limit_price",),
    "STOPMARKET": ("stop_price",),
    "STOPLIMIT": ("limit_price", "stop_price"),
}


@pytest.mark.parametrize("kind", PRICES)
@pytest.mark.parametrize("token", [token for token in MATRIX if "C" in MATRIX[token]])
def test_a_price_is_needed_by_the_kinds_that_have_one_and_ignored_by_the_others(token: str, kind: str) -> None:
    both = {"limit_price": "95", "stop_price": "105"}
    fields = {**least(token), "order_type": kind}
    needed = PRICES[kind]
    answer = Stage().run([*SCENE, message(token, {**fields, **both})])
    ignored = "; ".join(f"{name} is ignored here" for name in both if name not in needed)
    assert answer.json_body == {"success": True, **({"warning": ignored} if ignored else {})}
    for name in needed:
        answer = Stage().run([*SCENE, message(token, {**fields, **{n: both[n] for n in needed if n != name}})])
        error = f"{MISSING}{name.upper()}"
        assert (answer.status, answer.json_body["error"]) == (400, error)


def test_the_placing_commands_are_those_with_prices_on_condition() -> None:
    assert {token for token in MATRIX if "C" in MATRIX[token]} == set(OPENING) - {"REVERSE"}


# Which option goes with which command: the table at the head of part 3, and 2.14, 3.7, 3.15 for the exceptions in it
ENTRIES = ("PLACE", "FLATPLACE", "REVERSEPOSITION", "CANCELREPLACE")
OPTIONS = {
    "flatten_first": (("PLACE",), "true", {}),
    "max_positions": (ENTRIES, "3", {}),
    "take_profit": (("PLACE", "FLATPLACE", "CANCELANDBRACKET"), "110", {}),
    "stop_loss": (("PLACE", "FLATPLACE", "CANCELANDBRACKET"), "95", {}),
    "stop_loss_limit": (("PLACE", "FLATPLACE"), "95", {}),
    "stop_loss_stop": (("PLACE", "FLATPLACE"), "96", {"stop_loss_limit": "95"}),
    "append_atm": (("PLACE", "FLATPLACE"), "true", {"strategy": "scalp-2t", "take_profit": "110"}),
    "cancel_after": (("PLACE", "FLATPLACE"), "5", {"order_type": "LIMIT", "limit_price": "95"}),
    "sync_strategy": (("PLACE",), "true", {"market_position": "long", "prev_market_position": "long"}),
    "percent": (("CLOSEPOSITION",), "0.5", {}),
    "quantity": (("CLOSEPOSITION",), "1", {}),
    "market_position": (("FLATTEN",), "long", {}),
}
FOR_ANY = {
    "start_time": "9:00",
    "end_time": "16:00",
    "closing_only_after": "15:00",
    "bypass_trade_windows": "true",
    "delay": "1",
    "rate_limit": "5",
    "id": "a",
    "notes": "x",
    "destination": "nt8",
    "strategy_tag": "mine",
}


@pytest.mark.parametrize("option", OPTIONS)
@pytest.mark.parametrize("token", MATRIX)
def test_an_option_goes_with_its_commands_and_is_ignored_by_the_others(token: str, option: str) -> None:
    commands, value, beside = OPTIONS[option]
    body = Stage().run([*SCENE, message(token, {**least(token), **beside, option: value})]).json_body
    ignored = f"{option} is ignored here" in str(body.get("warning", "")).split("; ")
    assert (body["success"], ignored) == (True, token not in commands)


@pytest.mark.parametrize("token", MATRIX)
def test_the_other_options_go_with_every_command(token: str) -> None:
    scene = [f"{step} strategy_tag=mine;" for step in SCENE]
    assert Stage().run([*scene, message(token, {**least(token), **FOR_ANY})]).json_body == {"success": True}
