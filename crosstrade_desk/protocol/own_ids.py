"""Where order ids of the program's own go in a message, and where they do not count. Pure.

Source: docs webhooks/commands (`order_id`: any text, unique), api/orders (the id of the placement is looked up).
"""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from crosstrade_desk.protocol.command import Command
from crosstrade_desk.protocol.own_text import is_own
from crosstrade_desk.protocol.spec import CommandSpec
from crosstrade_desk.protocol.vocabulary import ORDER_ID


def with_own_id(spec: CommandSpec, texts: Mapping[str, str], own: str) -> dict[str, str]:
    """The texts of a placing command with `own` as their order id, if it is one that has none.

    Several accounts would all get the same id, which must be unique: such a message gets none.
    """
    needs_one = _places(spec) and not texts.get(ORDER_ID.name, "").strip() and "," not in texts.get("account", "")
    return {**texts, ORDER_ID.name: own} if needs_one else dict(texts)


def _places(spec: CommandSpec) -> bool:
    use = spec.use(ORDER_ID.name)
    return use is not None and use.field is ORDER_ID


def own_id_of(command: Command) -> str:
    """The id that the program gave to the order of a placing command, "" if it gave none."""
    text = command.texts.get(ORDER_ID.name, "")
    return text if _places(command.spec) and is_own(text) else ""


def without_own_text(spec: CommandSpec, texts: Mapping[str, str]) -> dict[str, str]:
    """The texts of a message that is to be sent once more: its order gets another id of its own."""
    gone = _places(spec) and is_own(texts.get(ORDER_ID.name, ""))
    return {name: text for name, text in texts.items() if not (gone and name == ORDER_ID.name)}


def without_own_id(command: Command) -> Command:
    """The command without an id that the program made: two presses of the same order are the same without it."""
    if not own_id_of(command):
        return command
    kept = {name: value for name, value in command.values.items() if name != ORDER_ID.name}
    return replace(command, values=MappingProxyType(kept))
