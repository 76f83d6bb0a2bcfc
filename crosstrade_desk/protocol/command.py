"""Texts -> one frozen command, or every problem at once."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from types import MappingProxyType
from typing import Final, assert_never

from crosstrade_desk.protocol import sentence
from crosstrade_desk.protocol.catalogue import NAMES
from crosstrade_desk.protocol.fields import Value
from crosstrade_desk.protocol.mistakes import meant
from crosstrade_desk.protocol.problems import Invalid, Kind, Problem, Problems, counted, one_of, unsafe
from crosstrade_desk.protocol.rules import RULES
from crosstrade_desk.protocol.spec import Beside, CommandSpec, Group, Optional, Required, Rule, Use, When
from crosstrade_desk.protocol.texts import Choice, quoted

_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})
FIELD_NAME: Final = re.compile(r"[a-z0-9_]{1,40}")
EXTRAS: Final = "extras"  # stands for the extra fields as a whole where a problem names its field
_LONG_HEADLINE: Final = 150


@dataclass(frozen=True)
class Command:
    """A valid command. `values` hold only the fields that are set, in the order of the catalogue.

    `extras` are fields that the catalogue does not know, name -> text; they are sent as they stand. What a press asks
    for again and again is worked out once: it stands between the click and the wire.
    """

    spec: CommandSpec
    values: Mapping[str, Value]
    extras: Mapping[str, str] = field(default_factory=lambda: _NOTHING)

    @cached_property
    def texts(self) -> Mapping[str, str]:
        """Wire name -> canonical text."""
        used = (use.field for use in self.spec.uses if use.field.name in self.values)
        known = {found.name: found.type.format(self.values[found.name]) for found in used}
        return MappingProxyType(known | dict(self.extras))

    @cached_property
    def sentence(self) -> str:
        """All that the message says, in words."""
        return "; ".join((self.spec.say(self.values), *self._added())) + sentence.names_of_many(self.values)

    @property
    def headline(self) -> str:
        """The sentence without the names of many accounts, and with the options counted where they are many."""
        plain, added = self.spec.say(self.values), self._added()
        whole = "; ".join((plain, *added))
        if not added or len(whole) <= _LONG_HEADLINE:
            return whole
        counted_fields = (
            use.field for use in self.spec.uses if use.field.counts and use.field.group is not Group.ORDER
        )
        sizes = [self.texts[found.name] for found in counted_fields if found.name in self.texts]  # no mere options
        size = f" for {sizes[0]} contracts" if sizes else ""
        return f"{plain}; with {counted(len(added), 'option')}{size}"

    def _added(self) -> tuple[str, ...]:
        extras = (f"{name}={quoted(text)}" for name, text in self.extras.items())
        return (*sentence.phrases(self.spec, self.values), *extras)

    @property
    def passes(self) -> bool:
        """Whether no guard may stop it: it gets out, or it is the kill switch.

        With fields that the catalogue does not know it does not pass: they could make another order of it.
        """
        return (self.spec.exits or self.spec.control) and not self.extras

    @property
    def is_held(self) -> bool:
        """Whether the button that sends it has to be held: it reaches everything, or turns a position around.

        What opens the way out, such as turning the kill switch off, is not held up.
        """
        frees = any(self.texts.get(name) == value for name, value in self.spec.freeing)
        return (self.spec.held or self.is_wide) and not frees

    @property
    def contracts(self) -> int | None:
        """The most contracts or shares that it names for each account; None if it names none."""
        named = (self.values.get(use.field.name) for use in self.spec.uses if use.field.counts)
        return max((number for number in named if isinstance(number, int)), default=None)

    @property
    def is_idempotent(self) -> bool:
        """Whether doing it twice comes to the same as doing it once, which only exits can be."""
        return self.passes and not any(name in self.values for name in self.spec.slices)

    @property
    def is_wide(self) -> bool:
        """Whether it reaches every account, or every later message."""
        return self.spec.is_wide_alone and not self.accounts

    @property
    def delay_s(self) -> float:
        """Seconds the server waits before it does anything, and so before it may answer. Source: docs delay-timer."""
        delay = self.values.get("delay")
        return float(delay) if isinstance(delay, Decimal) else 0.0

    @property
    def title(self) -> str:
        """Its name, with what it switches if it is a switch."""
        values = [str(value).upper() for value in self.values.values()] if self.spec.control else []
        return " ".join([self.spec.title, *values])

    @property
    def in_parts(self) -> bool:
        """Whether part of it may be carried out and the rest refused: several accounts, or several steps."""
        steps = self.spec.steps or self.values.get("flatten_first") is True
        return steps or len(self.accounts) > 1 or (self.is_wide and not self.spec.control)

    @property
    def accounts(self) -> tuple[str, ...]:
        """The accounts it names; empty means all of them."""
        named = self.values.get("account", ())
        return named if isinstance(named, tuple) else ()


def is_used(use: Use, texts: Mapping[str, str]) -> bool:
    """Whether the field has a meaning beside the other texts, such as a limit price beside `order_type=LIMIT`."""
    match use.need:
        case When(other, values) | Beside(other, values):
            text = texts.get(other, "").strip().casefold()
            return text in map(str.casefold, values) if values else bool(text)
        case Required() | Optional():
            return True
        case unreachable:
            assert_never(unreachable)


def used_texts(spec: CommandSpec, texts: Mapping[str, str]) -> dict[str, str]:
    """The texts of the fields that mean something beside one another: those of a field that is off count as empty."""
    kept = {use.field.name: texts.get(use.field.name, "") for use in spec.uses}
    while unused := [use.field.name for use in spec.uses if use.field.name in kept and not is_used(use, kept)]:
        for name in unused:
            del kept[name]
    return kept


def compose(
    spec: CommandSpec,
    texts: Mapping[str, str],
    needed: tuple[str, ...] = (),
    extras: Mapping[str, str] = _NOTHING,
    rules: Sequence[Rule] = RULES,
) -> Command | Problems:
    """Gives the command that the texts (wire name -> typed text) say, or all their problems. Empty means absent.

    `needed` names optional fields that may not be absent this time. `extras` are fields the catalogue does not know.
    `rules` are what the values are held to beside their types.
    """
    given = {name: text for name, text in texts.items() if text.strip()}
    problems = [_no_such_field(spec, name) for name in given if spec.use(name) is None]
    values: dict[str, Value] = {}
    for use in spec.uses:
        match _read(spec, use, given, needed):
            case Problem() as problem:
                problems.append(problem)
            case None:
                pass
            case value:
                values[use.field.name] = value
    problems += [problem for rule in rules for problem in rule(spec, values, frozenset(given))]
    problems += [problem for name, text in extras.items() for problem in _in_extra(spec, name, text)]
    if problems:
        return Problems(tuple(problems))
    more = {name: text.strip() for name, text in extras.items() if text.strip()}
    return Command(spec, MappingProxyType(values), MappingProxyType(more))


def _no_such_field(spec: CommandSpec, name: str) -> Problem:
    other = next((use.field.name for use in spec.uses if use.alias == name), "")
    hint = f" It calls it {other}." if other else ""
    return Problem(name, f"{spec.title} has no field {name}.{hint}", Kind.UNUSED)


def _missing(use: Use) -> str:
    kind = use.field.type
    return f"Choose {one_of(kind.tokens)}." if isinstance(kind, Choice) else f"{use.field.title} is missing."


def _read(spec: CommandSpec, use: Use, given: Mapping[str, str], needed: tuple[str, ...]) -> Value | Problem | None:
    name = use.field.name
    if name not in given:
        optional = isinstance(use.need, Optional | Beside) and name not in needed
        missing = not optional and is_used(use, given)
        return Problem(name, _missing(use), Kind.MISSING) if missing else None
    if not is_used(use, given):
        return _not_used(spec, use, given)
    value = use.field.type.parse(given[name])
    return Problem(name, value.message) if isinstance(value, Invalid) else value


def _not_used(spec: CommandSpec, use: Use, given: Mapping[str, str]) -> Problem | None:
    need, title = use.need, use.field.title
    other, values = (need.field, need.values) if isinstance(need, When | Beside) else ("", ())
    parent = spec.use(other)
    if other in given and parent and isinstance(parent.field.type.parse(given[other]), Invalid):
        return None  # the other field's own problem says it all
    if other in given:
        why = f"{title} is not used with {given[other].strip().upper()[:20]}: leave it empty."
    else:
        why = f"{title} goes with {other}{f' {one_of(values)}' if values else ''} only."
    return Problem(use.field.name, why, Kind.UNUSED)


def _in_extra(spec: CommandSpec, name: str, text: str) -> Iterator[Problem]:
    # A misspelled option would be ignored by the server without a word: "flaten_first" would flatten nothing.
    if spec.control:
        yield Problem(name, f"{spec.title} takes no other field: take {name} out.", Kind.UNUSED)
    elif not FIELD_NAME.fullmatch(name):
        yield Problem(name, "A field's name is made of small letters, digits and _.", Kind.GRAMMAR)
    elif name in NAMES:
        own = spec.use(name) or name in ("key", "command")
        why = "has a place of its own" if own else f"is no field of {spec.title}: take it out"
        yield Problem(EXTRAS, f"{name} {why}.", Kind.UNUSED)
    elif near := meant(name):
        yield Problem(name, f"{name} is no field of CrossTrade's. Did you mean {near}?", Kind.UNUSED)
    if bad := unsafe(text):
        yield Problem(name, bad.message)
