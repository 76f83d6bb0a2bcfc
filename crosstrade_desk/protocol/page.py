"""The help page of all commands and fields, made from the catalogue: `resources/help/commands.md`."""

from collections.abc import Iterator
from typing import Final, assert_never

from crosstrade_desk.protocol.catalogue import COMMANDS, fields
from crosstrade_desk.protocol.command import Command, compose
from crosstrade_desk.protocol.message import Message
from crosstrade_desk.protocol.problems import one_of
from crosstrade_desk.protocol.secret import MASK
from crosstrade_desk.protocol.spec import Beside, CommandSpec, Field, Group, Optional, Required, Use, When
from crosstrade_desk.protocol.texts import Choice

_HEAD: Final = """\
# Commands

Every command the ticket can send, with its fields. Choose one in the ticket and it shows just these; this page is for
looking things up. The names are what stands in a message. Every message also holds `key`, which the program adds when
it sends.
"""


def commands_page() -> str:
    """The whole page, as Markdown."""
    commands = (_command(spec) for spec in COMMANDS)
    options = (_group(group) for group in Group if group is not Group.ORDER)
    return "\n".join((_HEAD, *commands, "## Options\n", *options)).rstrip() + "\n"


def _command(spec: CommandSpec) -> str:
    lines = [f"## {spec.title}", "", spec.explanation, ""]
    lines += [f"Needs add-on {spec.add_on} or later.", ""] if spec.add_on else []
    lines += ["| Field | | What it is |", "|---|---|---|", *_rows(spec), ""]
    if groups := _groups(spec):
        lines += [f"Options: {groups}.", ""]
    return "\n".join([*lines, *_example(spec)])


def _rows(spec: CommandSpec) -> Iterator[str]:
    if not spec.control:
        yield f"| `command` | needed | `{spec.token}` |"
    for use in spec.uses:
        if use.field.group is Group.ORDER:
            yield f"| `{use.field.name}` | {_need(use)} | {_about(use.field)} |"


def _about(field: Field) -> str:
    values = f" {one_of(tuple(f'`{token}`' for token in field.type.tokens))}." if isinstance(field.type, Choice) else ""
    add_on = f" Add-on {field.add_on} or later." if field.add_on else ""
    return f"{field.explanation}{values}{add_on}"


def _need(use: Use) -> str:
    match use.need:
        case Required():
            return "needed"
        case Optional():
            return "optional"
        case When(other, values):
            return f"needed with {_other(other, values)}"
        case Beside(other, values):
            return f"only with {_other(other, values)}"
        case unreachable:
            assert_never(unreachable)


def _other(name: str, values: tuple[str, ...]) -> str:
    return f"`{name}` {one_of(values)}" if values else f"`{name}`"


def _groups(spec: CommandSpec) -> str:
    used = {use.field.group for use in spec.uses} - {Group.ORDER}
    return ", ".join(_in_group(spec, group) for group in Group if group in used)


def _in_group(spec: CommandSpec, group: Group) -> str:
    mine = [use.field.name for use in spec.uses if use.field.group is group]
    whole = [field.name for field in fields() if field.group is group]
    return group.short if mine == whole else f"{group.short} ({', '.join(f'`{name}`' for name in mine)})"


def _group(group: Group) -> str:
    lines = [f"### {group.heading}", "", "| Field | | What it is |", "|---|---|---|"]
    for field in fields():
        if field.group is group:
            use = next(use for spec in COMMANDS for use in spec.uses if use.field is field)
            lines.append(f"| `{field.name}` | {_need(use)} | {_about(field)} Such as `{field.example}`. |")
    return "\n".join([*lines, ""])


def minimal(spec: CommandSpec) -> dict[str, str]:
    """The least texts with which a command is whole, from the examples of its fields."""
    first = spec.one_of[:1]
    needed = (use.field for use in spec.uses if isinstance(use.need, Required) or use.field.name in first)
    return {field.name: field.example for field in needed}


def _example(spec: CommandSpec) -> list[str]:
    command = compose(spec, minimal(spec))
    assert isinstance(command, Command), f"{spec.token} is not whole: {command}"  # noqa: S101 - else it contradicts itself
    wire = Message(command).rest.strip().replace("\n", " ")
    return [f"    key={MASK}; {wire}", "", f"{command.sentence}.", ""]
