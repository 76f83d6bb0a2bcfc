"""Order ids that the program makes, so that an order can be found again by the message that placed it. Pure.

Source: docs webhooks/commands (`order_id`: any text, unique), api/orders (the id of the placement is looked up).
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from crosstrade_desk.protocol.command import Command
from crosstrade_desk.protocol.spec import CommandSpec
from crosstrade_desk.protocol.vocabulary import ORDER_ID

_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"
_OWN = re.compile(r"desk-[0-9a-z]{11}-[0-9a-z]{4}")


def own_id(utc_us: int, chance: int) -> str:
    """An id that no other order has: made of the time in microseconds and a random number, such as `desk-…-4k1z`."""
    return f"desk-{_base36(utc_us, 11)}-{_base36(chance, 4)}"


def _base36(number: int, length: int) -> str:
    digits = []
    for _ in range(length):
        number, digit = divmod(number, 36)
        digits.append(_DIGITS[digit])
    return "".join(reversed(digits))


def with_own_id(spec: CommandSpec, texts: Mapping[str, str], own: str) -> dict[str, str]:
    """The texts of a placing command with `own` as their order id, if it is one that has none.

    Several accounts would all get the same id, which must be unique: such a message gets none.
    """
    use = spec.use(ORDER_ID.name)
    is_placing = use is not None and use.field is ORDER_ID
    needs_one = is_placing and not texts.get(ORDER_ID.name, "").strip() and "," not in texts.get("account", "")
    return {**texts, ORDER_ID.name: own} if needs_one else dict(texts)


def without_own_id(command: Command) -> Command:
    """The command without an id that the program made: two presses of the same order are the same without it."""
    if not _OWN.fullmatch(command.texts.get(ORDER_ID.name, "")):
        return command
    kept = {name: value for name, value in command.values.items() if name != ORDER_ID.name}
    return replace(command, values=MappingProxyType(kept))
