"""The matrix of part 2.0 of the webhook reference, copied from it by hand, and the least message of each command."""

from typing import NamedTuple

from support.stage import Step, buy, limit

COLUMNS = (
    *("account", "instrument", "action", "qty", "order_type", "limit_price", "stop_price", "tif"),
    *("oco_id", "order_id", "strategy", "strategy_id"),
)
MATRIX = {
    "PLACE": "R R R R R C C R O O O O",
    "FLATPLACE": "R R R R R C C R O O O O",
    "CLOSEPOSITION": "R R - Q - - - - - - - -",  # Q: under the name quantity
    "REVERSE": "R R - - - - - - - - - -",
    "REVERSEPOSITION": "R R R R R C C R O O O O",
    "FLATTEN": "O O - - - - - - - - - -",
    "FLATTENEVERYTHING": "- - - - - - - - - - - -",
    "CANCEL": "- - - - - - - - - R - O",
    "CANCELORDERS": "R O - - - - - - - - - -",
    "CANCELALLORDERS": "- - - - - - - - - - - -",
    "CANCELREPLACE": "R R R R R C C R O R O O",
    "CHANGE": "- - - O - O O - - R - O",
    "CLOSESTRATEGY": "- - - - - - - - - - - R",
    "CANCELANDBRACKET": "R R R R - - - - - - - -",
}
CLOSING = (
    *("CLOSEPOSITION", "FLATTEN", "FLATTENEVERYTHING", "CLOSESTRATEGY", "CANCEL"),
    *("CANCELORDERS", "CANCELALLORDERS", "CHANGE", "CANCELANDBRACKET"),
)
OPENING = ("PLACE", "FLATPLACE", "REVERSE", "REVERSEPOSITION", "CANCELREPLACE")

# What the practice exchange answers
MISSING = "Check message format, missing required field: "
NOT_FOUND = "Order linked to '{}' not found or already terminal."
KILLED = "Blocked: the kill switch is on"
OUTSIDE = "Blocked: outside of the trading window"
ONLY_CLOSING = "Blocked: only closing orders pass now"

VALUES = {
    "account": "Sim101",
    "instrument": "MES 12-26",
    "action": "BUY",
    "qty": "1",
    "order_type": "MARKET",
    "limit_price": "95",
    "stop_price": "105",
    "tif": "DAY",
    "oco_id": "oco-12",
    "order_id": "brk-0007",
    "strategy": "scalp-2t",
    "strategy_id": "run-42",
}
BESIDE = {"CHANGE": {"limit_price": "95"}, "CANCELANDBRACKET": {"stop_loss": "95"}}
SCENE: tuple[Step, ...] = (buy(2, "strategy=scalp-2t; strategy_id=run-42;"), buy(1, f"{limit(90)} order_id=brk-0007;"))
"""In it the least message of each command is accepted and has something to do."""


class Cell(NamedTuple):
    """One cell of the matrix."""

    token: str
    field: str
    need: str


CELLS = tuple(
    Cell(token, field, need)
    for token, needs in MATRIX.items()
    for field, need in zip(COLUMNS, needs.split(), strict=True)
)


def message(token: str, fields: dict[str, str]) -> str:
    return " ".join(f"{name}={text};" for name, text in {"command": token, **fields}.items())


def least(token: str) -> dict[str, str]:
    """The least fields of a command: name -> text."""
    required = {field: VALUES[field] for its, field, need in CELLS if its == token and need == "R"}
    return required | BESIDE.get(token, {})
