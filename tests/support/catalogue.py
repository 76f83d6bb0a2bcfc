"""Texts for every command, made from the catalogue: the least, each option by itself, and all that go together."""

from collections.abc import Iterator

from crosstrade_desk.protocol.catalogue import COMMANDS
from crosstrade_desk.protocol.command import Command, compose, is_used
from crosstrade_desk.protocol.page import minimal
from crosstrade_desk.protocol.spec import Beside, CommandSpec, Optional, Use, When

# What a rule, not the need of a single field, wants beside a field.
COMPANIONS = {
    "closing_only_after": ("start_time", "end_time"),
    "append_atm": ("take_profit",),
    "require_market_position": ("account", "instrument"),
}
USES = [(spec, use) for spec in COMMANDS for use in spec.uses]


def composed(spec: CommandSpec, texts: dict[str, str]) -> Command:
    command = compose(spec, texts)
    assert isinstance(command, Command), command
    return command


def with_field(spec: CommandSpec, use: Use, texts: dict[str, str] | None = None) -> dict[str, str]:
    """The least texts that hold this field, with whatever it calls for."""
    found = minimal(spec) if texts is None else dict(texts)
    found[use.field.name] = use.field.example
    match use.need:
        case When(other, values) | Beside(other, values):
            parent = _use(spec, other)
            found = with_field(spec, parent, found)
            found[other] = values[0] if values else found[other]
        case _:
            pass
    for name in COMPANIONS.get(use.field.name, ()):
        found.setdefault(name, _use(spec, name).field.example)
    for called in spec.uses:
        if isinstance(called.need, When) and is_used(called, found):
            found.setdefault(called.field.name, called.field.example)
    return found


def _use(spec: CommandSpec, name: str) -> Use:
    found = spec.use(name)
    assert found is not None, f"{spec.token} has no {name}"
    return found


def full(spec: CommandSpec) -> dict[str, str]:
    """Texts with every field that goes together with those before it."""
    found = minimal(spec)
    for use in spec.uses:
        more = with_field(spec, use, found)
        if isinstance(compose(spec, more), Command):
            found = more
    return found


def _values(spec: CommandSpec) -> Iterator[dict[str, str]]:
    """With each value of a field that calls for others."""
    for use in spec.uses:
        if isinstance(use.need, When | Beside):
            for value in use.need.values:
                texts = with_field(spec, use)
                texts[use.need.field] = value
                for called in spec.uses:
                    if isinstance(called.need, When) and is_used(called, texts):
                        texts.setdefault(called.field.name, called.field.example)
                yield texts


def variants(spec: CommandSpec) -> list[dict[str, str]]:
    """The least texts, each option by itself, each value that calls for further fields, and the full texts."""
    each = [with_field(spec, use) for use in spec.uses if isinstance(use.need, Optional | Beside | When)]
    return [minimal(spec), *each, *_values(spec), full(spec)]


VARIANTS = [(spec, texts) for spec in COMMANDS for texts in variants(spec)]
VARIANT_IDS = [f"{spec.token}-{'-'.join(sorted(set(texts) - set(minimal(spec))))}" for spec, texts in VARIANTS]
