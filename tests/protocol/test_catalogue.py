"""The declaration itself is checked, and every command's tests are made from it."""

import pytest

from crosstrade_desk.protocol.catalogue import COMMANDS, SPECS, CommandSpec, Field, Optional, Use, When
from crosstrade_desk.protocol.command import Command, compose
from crosstrade_desk.protocol.message import Message, Reading, read
from crosstrade_desk.protocol.problems import Problems
from crosstrade_desk.protocol.secret import Secret

USES = [(spec, use) for spec in COMMANDS for use in spec.uses]
FIELDS = {use.field.name: use.field for _, use in USES}
KEY = Secret("abcd1234")

each_command = pytest.mark.parametrize("spec", COMMANDS, ids=lambda spec: spec.token)
each_use = pytest.mark.parametrize(("spec", "use"), USES, ids=[f"{s.token}-{u.field.name}" for s, u in USES])


def minimal(spec: CommandSpec) -> dict[str, str]:
    return {use.field.name: use.field.example for use in spec.uses if not isinstance(use.need, Optional | When)}


def variants(spec: CommandSpec) -> list[dict[str, str]]:
    """The minimal texts; with each optional field; and with each value that calls for further fields."""
    found = [minimal(spec)]
    found += [{**minimal(spec), u.field.name: u.field.example} for u in spec.uses if isinstance(u.need, Optional)]
    whens = [use for use in spec.uses if isinstance(use.need, When)]
    for value in sorted({v for use in whens if isinstance(use.need, When) for v in use.need.values}):
        called = {u.field.name: u.field.example for u in whens if isinstance(u.need, When) and value in u.need.values}
        found.append({**minimal(spec), **called, whens[0].need.field: value})  # type: ignore[union-attr]
    return found


VARIANTS = [(spec, texts) for spec in COMMANDS for texts in variants(spec)]
each_variant = pytest.mark.parametrize(
    ("spec", "texts"), VARIANTS, ids=[f"{s.token}-{'-'.join(t.values())}" for s, t in VARIANTS]
)


def composed(spec: CommandSpec, texts: dict[str, str]) -> Command:
    command = compose(spec, texts)
    assert isinstance(command, Command), command
    return command


@each_command
def test_a_command_names_each_field_once_and_explains_itself(spec: CommandSpec) -> None:
    names = [use.field.name for use in spec.uses]
    assert len(names) == len(set(names))
    assert spec.token == spec.token.upper()
    assert spec.title
    assert spec.explanation.endswith(".")
    assert spec.source


@pytest.mark.parametrize("field", FIELDS.values(), ids=FIELDS)
def test_a_field_has_a_label_an_explanation_a_source_and_an_example_that_is_canonical(field: Field) -> None:
    assert field.title
    assert field.explanation.endswith(".")
    assert field.source
    assert field.type.format(field.type.parse(field.example)) == field.example


def test_no_field_is_declared_twice() -> None:
    assert all(use.field is FIELDS[use.field.name] for _, use in USES)


def test_exits_never_open() -> None:
    assert not [spec.token for spec in COMMANDS if spec.exits and spec.opens]


@each_variant
def test_text_to_command_to_text_is_the_same(spec: CommandSpec, texts: dict[str, str]) -> None:
    command = composed(spec, texts)
    assert command.texts == texts
    found = read(Message(command).wire(KEY).decode())
    assert isinstance(found, Reading)
    assert found.command == command
    assert found.key == KEY


@each_variant
def test_the_sentence_says_every_value(spec: CommandSpec, texts: dict[str, str]) -> None:
    said = composed(spec, texts).sentence.lower()
    words = {
        "DAY": "good for the day",
        "GTC": "till cancelled",
        "0.5": "50 %",
        "STOPMARKET": "stop",
        "STOPLIMIT": "stop limit",
    }
    for text in texts.values():
        assert words.get(text, text).lower() in said


def test_many_accounts_are_counted_first_and_named_last() -> None:
    names = ",".join(f"APEX-{number}" for number in range(1, 9))
    said = composed(SPECS["PLACE"], {**minimal(SPECS["PLACE"]), "account": names}).sentence
    assert said.startswith("Buy 1 MES 12-26 at market on 8 accounts: 8 contracts in total, good for the day (APEX-1, ")
    assert said.endswith("APEX-8)")
    assert "on 8 accounts" in composed(SPECS["FLATTEN"], {"account": names}).sentence


@each_variant
def test_the_masked_text_is_the_wire_text_but_for_the_key(spec: CommandSpec, texts: dict[str, str]) -> None:
    message = Message(composed(spec, texts))
    assert message.masked.replace("••••", KEY.reveal()) == message.wire(KEY).decode()


@each_use
def test_a_missing_field_is_named_if_it_is_needed_and_not_missed_if_it_is_optional(spec: CommandSpec, use: Use) -> None:
    for texts in variants(spec):
        if use.field.name in texts:
            found = compose(spec, {**texts, use.field.name: " "})
            if isinstance(use.need, Optional):
                assert isinstance(found, Command)
            else:
                assert isinstance(found, Problems)
                assert use.field.name in {problem.field for problem in found.items}


@each_use
@pytest.mark.parametrize("smuggled", ["x;command=FLATTENEVERYTHING", "a=b", "1\n2", "\x1b[2J", "1\u202e2"])
def test_a_value_that_could_hide_another_field_is_a_problem_at_its_field(
    spec: CommandSpec, use: Use, smuggled: str
) -> None:
    for texts in variants(spec):
        if use.field.name in texts:
            found = compose(spec, {**texts, use.field.name: smuggled})
            assert isinstance(found, Problems)
            assert use.field.name in {problem.field for problem in found.items}


@each_command
def test_every_missing_field_is_told_at_once(spec: CommandSpec) -> None:
    found = compose(spec, {})
    needed = set(minimal(spec))
    assert {p.field for p in found.items} == needed if isinstance(found, Problems) else not needed


@each_command
def test_a_field_of_another_command_is_a_problem(spec: CommandSpec) -> None:
    for name, field in FIELDS.items():
        if spec.use(name) is None:
            found = compose(spec, {**minimal(spec), name: field.example})
            assert isinstance(found, Problems)
            assert found.of(name)
