"""Texts -> one frozen command, or every problem at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import assert_never

from crosstrade_desk.protocol import sentence
from crosstrade_desk.protocol.catalogue import CommandSpec, Optional, Required, Use, When
from crosstrade_desk.protocol.fields import Value
from crosstrade_desk.protocol.problems import Invalid, Problem, Problems


@dataclass(frozen=True, slots=True)
class Command:
    """A valid command. `values` hold only the fields that are set, in the order of the catalogue."""

    spec: CommandSpec
    values: Mapping[str, Value]

    @property
    def texts(self) -> dict[str, str]:
        """Wire name -> canonical text."""
        return {
            use.field.name: use.field.type.format(self.values[use.field.name])
            for use in self.spec.uses
            if use.field.name in self.values
        }

    @property
    def sentence(self) -> str:
        return self.spec.say(self.values)

    @property
    def headline(self) -> str:
        """The sentence without the names of many accounts, which stand in brackets at its end."""
        names = sentence.names_of_many(self.values)
        return self.sentence.removesuffix(names) if names else self.sentence

    @property
    def is_idempotent(self) -> bool:
        """Whether doing it twice comes to the same as doing it once, which only exits can be."""
        return self.spec.exits and not any(name in self.values for name in self.spec.slices)

    @property
    def accounts(self) -> tuple[str, ...]:
        """The accounts it names; empty means all of them."""
        named = self.values.get("account", ())
        return named if isinstance(named, tuple) else ()


def is_used(use: Use, texts: Mapping[str, str]) -> bool:
    """Whether the field has a meaning beside the other texts, such as a limit price beside `order_type=LIMIT`."""
    match use.need:
        case When(field, values):
            return texts.get(field, "").strip().upper() in values
        case Required() | Optional():
            return True
        case unreachable:
            assert_never(unreachable)


def compose(spec: CommandSpec, texts: Mapping[str, str], needed: tuple[str, ...] = ()) -> Command | Problems:
    """Gives the command that the texts (wire name -> typed text) say, or all their problems. Empty means absent.

    `needed` names optional fields that may not be absent this time.
    """
    given = {name: text for name, text in texts.items() if text.strip()}
    problems = [Problem(name, f"{spec.token} has no such field.") for name in given if spec.use(name) is None]
    values: dict[str, Value] = {}
    for use in spec.uses:
        match _read(use, given, needed):
            case Problem() as problem:
                problems.append(problem)
            case None:
                pass
            case value:
                values[use.field.name] = value
    for rule in spec.rules:
        problems.extend(rule(values))
    return Problems(tuple(problems)) if problems else Command(spec, MappingProxyType(values))


def _read(use: Use, given: Mapping[str, str], needed: tuple[str, ...]) -> Value | Problem | None:
    name = use.field.name
    if name not in given:
        optional = isinstance(use.need, Optional) and name not in needed
        missing = not optional and is_used(use, given)
        return Problem(name, f"{use.field.title} is missing.") if missing else None
    if not is_used(use, given):
        return _not_used(use, given)
    value = use.field.type.parse(given[name])
    return Problem(name, value.message) if isinstance(value, Invalid) else value


def _not_used(use: Use, given: Mapping[str, str]) -> Problem | None:
    other = use.need.field if isinstance(use.need, When) else ""
    if other not in given:
        return None  # the other field's own problem says it all
    return Problem(
        use.field.name, f"{use.field.title} is not used with {given[other].strip().upper()[:20]}: leave it empty."
    )
