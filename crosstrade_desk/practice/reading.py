"""Reads a message as the server does, more kindly than the ticket: what has no meaning is left out with a remark."""

from dataclasses import dataclass

from crosstrade_desk.protocol.command import Command, compose
from crosstrade_desk.protocol.message import read
from crosstrade_desk.protocol.numbers import Fraction, Seconds
from crosstrade_desk.protocol.prices import Price
from crosstrade_desk.protocol.problems import Kind, Problem, Problems
from crosstrade_desk.protocol.rules import DOCUMENTED
from crosstrade_desk.protocol.spec import CommandSpec
from crosstrade_desk.protocol.texts import Flag


@dataclass(frozen=True, slots=True)
class Taken:
    """A message as the server takes it. `notes` say what was left out or read otherwise.

    `stranger` is the instrument as it was written if nothing else is wrong: NinjaTrader, not the parser, refuses it.
    """

    command: Command | Problems
    notes: tuple[str, ...] = ()
    stranger: str = ""


def take(text: str) -> Taken:
    """Reads a posted text. Unknown fields, and known ones without a meaning here, are ignored and noted."""
    reading = read(text)
    if reading.spec is None:
        return Taken(reading.command)
    texts = dict(reading.texts)
    notes = [note.message.removesuffix(".") for note in reading.notes]
    notes += _read_flags(reading.spec, texts)
    notes += [f"{name} is ignored here" for name in (*_drop_unused(reading.spec, texts), *reading.extras)]
    faults = [p for p in _problems(reading.command) if p.kind in (Kind.GRAMMAR, Kind.TWICE)]
    faults += _decimal_commas(reading.spec, texts)
    command = compose(reading.spec, texts, rules=DOCUMENTED)
    if faults:
        named = {fault.field for fault in faults}
        command = Problems((*faults, *(p for p in _problems(command) if p.field not in named)))
    only = {(p.field, p.kind) for p in _problems(command)} == {("instrument", Kind.BAD)}
    return Taken(command, tuple(notes), texts["instrument"] if only else "")


def _problems(found: Command | Problems) -> tuple[Problem, ...]:
    return found.items if isinstance(found, Problems) else ()


def _read_flags(spec: CommandSpec, texts: dict[str, str]) -> list[str]:
    """Takes out flags that are no `true`: they count as false. Source: docs advanced-options/bypass-trade-windows."""
    notes = []
    for use in spec.uses:
        word = texts.get(use.field.name, "").strip().lower()
        if isinstance(use.field.type, Flag) and word not in ("", "true", "false"):
            del texts[use.field.name]
            notes.append(f"{use.field.name} counts as false: it is not true")
    return notes


def _drop_unused(spec: CommandSpec, texts: dict[str, str]) -> list[str]:
    """Takes out fields without a meaning here, then those that had one only beside them; gives their names."""
    dropped: list[str] = []
    while unused := [p.field for p in _problems(compose(spec, texts, rules=())) if p.kind is Kind.UNUSED]:
        for name in unused:
            del texts[name]
        dropped += unused
    return dropped


def _decimal_commas(spec: CommandSpec, texts: dict[str, str]) -> list[Problem]:
    """The ticket reads a decimal comma and sends a point; on the wire it is wrong. Source: docs webhooks/commands."""
    decimals = (use.field.name for use in spec.uses if isinstance(use.field.type, Price | Fraction | Seconds))
    wrong = ((name, text) for name in decimals if "," in (text := texts.get(name, "")))
    return [Problem(name, f"A number has no comma: write {text.replace(',', '.')}.") for name, text in wrong]
