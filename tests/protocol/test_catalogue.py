"""The declaration itself is checked, and every command's tests are made from it."""

import pytest

from crosstrade_desk.protocol.catalogue import COMMANDS, NAMES, SPECS, fields
from crosstrade_desk.protocol.command import Command, compose, is_used
from crosstrade_desk.protocol.fields import FieldType, InstrumentName
from crosstrade_desk.protocol.message import Message, read
from crosstrade_desk.protocol.mistakes import MISTAKES
from crosstrade_desk.protocol.numbers import Count, Fraction, Quantity, RateText, Seconds
from crosstrade_desk.protocol.page import minimal
from crosstrade_desk.protocol.prices import Price
from crosstrade_desk.protocol.problems import Invalid, Kind, Problems
from crosstrade_desk.protocol.secret import Secret
from crosstrade_desk.protocol.spec import Beside, CommandSpec, Field, Group, Optional, Use, When
from crosstrade_desk.protocol.texts import AccountList, Choice, ClockText, Flag, States, Text
from support.catalogue import COMPANIONS, USES, VARIANT_IDS, VARIANTS, composed, full, variants, with_field

KEY = Secret("abcd1234")

each_command = pytest.mark.parametrize("spec", COMMANDS, ids=lambda spec: spec.token)
each_use = pytest.mark.parametrize(("spec", "use"), USES, ids=[f"{s.token}-{u.field.name}" for s, u in USES])
each_field = pytest.mark.parametrize("field", fields(), ids=lambda field: f"{field.name}-{field.title}")
each_variant = pytest.mark.parametrize(("spec", "texts"), VARIANTS, ids=VARIANT_IDS)


def test_the_fourteen_commands_and_the_control_message_are_there() -> None:
    assert [spec.token for spec in COMMANDS if not spec.control] == list(MATRIX)
    assert [spec.token for spec in COMMANDS if spec.control] == ["KILLSWITCH"]


# The matrix of the reference (part 2.0) and its table of options (part 3), in other words: what each command has.
_ENTRY = "account instrument action qty order_type limit_price stop_price tif oco_id order_id strategy strategy_id"
_ANY = "start_time end_time closing_only_after bypass_trade_windows delay rate_limit id notes strategy_tag destination"
_BRACKET = "take_profit stop_loss stop_loss_limit stop_loss_stop append_atm cancel_after"
_IF = "require_market_position"
_SYNC = "sync_strategy market_position prev_market_position out_of_sync target_quantity"
MATRIX = {
    "PLACE": f"{_ENTRY} {_BRACKET} flatten_first {_IF} max_positions {_SYNC}",
    "FLATPLACE": f"{_ENTRY} {_BRACKET} {_IF} max_positions",
    "CLOSEPOSITION": f"account instrument quantity percent {_IF}",
    "REVERSE": "account instrument",
    "REVERSEPOSITION": f"{_ENTRY} {_IF} max_positions",
    "FLATTEN": f"account instrument market_position {_IF}",
    "FLATTENEVERYTHING": "",
    "CANCEL": "order_id strategy_id",
    "CANCELORDERS": f"account instrument {_IF}",
    "CANCELALLORDERS": "",
    "CANCELREPLACE": f"{_ENTRY} {_IF} max_positions",
    "CHANGE": "order_id strategy_id qty limit_price stop_price",
    "CLOSESTRATEGY": "strategy_id",
    "CANCELANDBRACKET": "account instrument action qty take_profit stop_loss",
}
NEEDED = {
    "PLACE": "account instrument action qty order_type tif",
    "FLATPLACE": "account instrument action qty order_type tif",
    "CLOSEPOSITION": "account instrument",
    "REVERSE": "account instrument",
    "REVERSEPOSITION": "account instrument action qty order_type tif",
    "FLATTEN": "",
    "FLATTENEVERYTHING": "",
    "CANCEL": "order_id",
    "CANCELORDERS": "account",
    "CANCELALLORDERS": "",
    "CANCELREPLACE": "account instrument action qty order_type tif order_id",
    "CHANGE": "order_id qty",
    "CLOSESTRATEGY": "strategy_id",
    "CANCELANDBRACKET": "account instrument action qty take_profit",
    "KILLSWITCH": "kill_switch",
}


@pytest.mark.parametrize("token", MATRIX)
def test_a_command_has_the_fields_of_the_reference_and_no_others(token: str) -> None:
    names = {use.field.name for use in SPECS[token].uses}
    assert names == set(f"{MATRIX[token]} {_ANY}".split())


@pytest.mark.parametrize("token", NEEDED)
def test_a_command_needs_what_the_reference_says(token: str) -> None:
    assert set(minimal(SPECS[token])) == set(NEEDED[token].split())


@each_command
def test_a_command_names_each_field_once_and_explains_itself(spec: CommandSpec) -> None:
    names = [use.field.name for use in spec.uses]
    assert len(names) == len(set(names))
    assert spec.token == spec.token.upper()
    assert spec.title
    assert spec.explanation.endswith(".")
    assert spec.source


@each_field
def test_a_field_has_a_label_an_explanation_a_source_and_an_example_that_is_canonical(field: Field) -> None:
    assert field.title
    assert field.explanation.endswith(".")
    assert field.source
    assert field.type.format(field.type.parse(field.example)) == field.example


@each_field
def test_an_option_adds_its_phrase_and_an_order_field_none(field: Field) -> None:
    assert bool(field.phrase) == (field.group is not Group.ORDER)
    assert "{}" in field.phrase or isinstance(field.type, Flag) or not field.phrase


def test_a_need_names_a_field_of_its_command_that_stands_before_it() -> None:
    for spec, use in USES:
        if isinstance(use.need, When | Beside):
            names = [other.field.name for other in spec.uses]
            other = spec.use(use.need.field)
            assert other is not None
            if use.need.field != "strategy":  # the bracket stands before the ATM strategy that it may belong to
                assert names.index(use.need.field) < names.index(use.field.name)
            for value in use.need.values:
                assert not isinstance(other.field.type.parse(value), Invalid)


def test_exits_never_open() -> None:
    assert not [spec.token for spec in COMMANDS if spec.exits and spec.opens]


@each_variant
def test_text_to_command_to_text_is_the_same(spec: CommandSpec, texts: dict[str, str]) -> None:
    command = composed(spec, texts)
    assert command.texts == texts
    found = read(Message(command).wire(KEY).decode())
    assert (found.command, found.spec, found.key, found.notes) == (command, spec, KEY, ())


@each_variant
def test_the_sentence_says_every_value(spec: CommandSpec, texts: dict[str, str]) -> None:
    command = composed(spec, texts)
    said = command.sentence.lower()
    words = {
        "DAY": "good for the day",
        "GTC": "till cancelled",
        "STOPMARKET": "stop",
        "STOPLIMIT": "stop limit",
        "on": "kill switch on",
    }
    for use in spec.uses:
        value = command.values.get(use.field.name)
        if isinstance(use.field.type, Flag):
            assert (use.field.phrase.lower() in said) == bool(value)
        elif use.field.name == "action" and spec.token == "CANCELANDBRACKET":
            assert "the long position" in said
        elif value is not None:
            text = use.field.type.say(value)
            assert words.get(text, text).lower() in said


def test_an_option_that_is_off_is_not_said() -> None:
    assert "closing" not in composed(SPECS["PLACE"], {**minimal(SPECS["PLACE"]), "flatten_first": "false"}).sentence


def test_many_options_are_counted_on_the_button_and_said_in_the_sentence() -> None:
    command = composed(SPECS["PLACE"], full(SPECS["PLACE"]))
    plain, _, count = command.headline.partition("; ")
    assert plain == "Buy 1 MES 12-26 at limit 6412.50 on Sim101, good for the day"
    size = command.texts["target_quantity"]
    assert count == f"with {command.sentence.count('; ')} options for {size} contracts"
    few = composed(SPECS["PLACE"], {**minimal(SPECS["PLACE"]), "take_profit": "6440.00"})
    assert few.headline == few.sentence


def test_many_accounts_are_counted_first_and_named_last() -> None:
    names = ",".join(f"APEX-{number}" for number in range(1, 9))
    said = composed(SPECS["PLACE"], {**minimal(SPECS["PLACE"]), "account": names, "delay": "2"}).sentence
    assert said.startswith("Buy 1 MES 12-26 at market on 8 accounts: 8 contracts in total, good for the day; after")
    assert said.endswith("(APEX-1, APEX-2, APEX-3, APEX-4, APEX-5, APEX-6, APEX-7, APEX-8)")
    assert "on 8 accounts" in composed(SPECS["FLATTEN"], {"account": names}).sentence


@each_variant
def test_the_masked_text_is_the_wire_text_but_for_the_key(spec: CommandSpec, texts: dict[str, str]) -> None:
    message = Message(composed(spec, texts))
    assert message.masked.replace("••••", KEY.reveal()) == message.wire(KEY).decode()
    assert message.masked.startswith("key=••••;\n" + ("kill_switch=" if spec.control else f"command={spec.token};"))


@each_use
def test_a_missing_field_is_named_if_it_is_needed_and_not_missed_if_it_is_optional(spec: CommandSpec, use: Use) -> None:
    for texts in variants(spec):
        if use.field.name not in texts:
            continue
        found = compose(spec, {**texts, use.field.name: " "})
        missing = [p.field for p in found.items if p.kind is Kind.MISSING] if isinstance(found, Problems) else []
        called = is_used(use, texts) and not isinstance(use.need, Optional | Beside)
        if called:
            assert use.field.name in missing
        elif use.field.name not in spec.one_of and use.field.name != "strategy_id":
            assert use.field.name not in missing


@pytest.mark.parametrize("spec", [spec for spec in COMMANDS if spec.one_of], ids=lambda spec: spec.token)
def test_where_one_of_several_is_needed_any_of_them_will_do(spec: CommandSpec) -> None:
    bare = {name: text for name, text in minimal(spec).items() if name not in spec.one_of}
    found = compose(spec, bare)
    assert isinstance(found, Problems)
    assert [(p.field, p.kind) for p in found.items] == [(spec.one_of[0], Kind.MISSING)]
    for name in spec.one_of:
        use = spec.use(name)
        assert use is not None
        assert isinstance(compose(spec, {**bare, name: use.field.example}), Command)


@each_command
def test_every_missing_field_is_told_at_once(spec: CommandSpec) -> None:
    found = compose(spec, {})
    needed = set(minimal(spec))
    assert {p.field for p in found.items} == needed if isinstance(found, Problems) else not needed


SMUGGLED = ["x;command=FLATTENEVERYTHING", "a=b", "1\n2", "\x1b[2J", "1\u202e2", "{{ticker}}"]
BAD: dict[type[FieldType], list[str]] = {
    AccountList: [",", "Sim101,", "Sim101,sim101", "https://example.org/v1/send/a/b", "A" * 65],
    InstrumentName: ["MNQ", "MES 13-26", "mes1", "1", "MES 12-2026", "ES SEB26", "MES12-26"],
    Choice: ["", "HOLD", "BUY SELL", "1", "LONGS"],
    Quantity: ["-1", "1.5", "1,5", "1e3", "0x10", "１", "100001", "9" * 400, "one"],
    Count: ["-1", "1.5", "1e3", "one", "9" * 400],
    Fraction: ["0", "1.1", "50%", "-0.5", "half", "0.5.5"],
    Price: ["-1", "6,412", "6,412.50", "abc", "1e3", "NaN", "Infinity", "5 pips", "-12ticks!", "$", "1 2", "--1 tick"],
    Text: ["A" * 401, "https://example.org"],
    Flag: ["yes", "1", "on", "truee", "ja"],
    States: ["up", "flat,flat", "long,short,flat", "flat;long", ",", "long,"],
    ClockText: ["24:00", "9", "9:60", "13:30 PM", "0:30 AM", "9:35 AMM", "9.35", "noon"],
    Seconds: ["-1", "61", "60.1", "1s", "NaN"],
    RateText: ["0", "1001", "5/0", "5/86401", "1/2/3", "-1", "2/5m", "a/b"],
}


def test_there_are_bad_texts_for_every_field_type() -> None:
    assert {type(field.type) for field in fields()} == set(BAD)


@each_use
def test_a_bad_value_is_a_problem_at_its_field(spec: CommandSpec, use: Use) -> None:
    texts = with_field(spec, use)
    for bad in [*BAD[type(use.field.type)], *SMUGGLED]:
        if not bad.strip():
            continue
        found = compose(spec, {**texts, use.field.name: bad})
        assert isinstance(found, Problems), bad
        assert use.field.name in {problem.field for problem in found.items}, bad


@each_command
def test_a_field_of_another_command_is_a_problem(spec: CommandSpec) -> None:
    for field in fields():
        if spec.use(field.name) is None:
            found = compose(spec, {**minimal(spec), field.name: field.example})
            assert isinstance(found, Problems)
            assert [p.kind for p in found.items if p.field == field.name] == [Kind.UNUSED]


@each_use
def test_a_field_that_another_one_calls_for_is_a_problem_without_it(spec: CommandSpec, use: Use) -> None:
    if not isinstance(use.need, When | Beside):
        return
    texts = {**minimal(spec), use.field.name: use.field.example}
    texts.pop(use.need.field, None)
    found = compose(spec, texts)
    assert isinstance(found, Problems)
    assert use.field.name in {p.field for p in found.items if p.kind is Kind.UNUSED}


def test_a_field_the_catalogue_does_not_know_is_sent_as_it_stands() -> None:
    spec = SPECS["PLACE"]
    command = compose(spec, minimal(spec), extras={"colour": " deep red "})
    assert isinstance(command, Command)
    assert Message(command).rest.endswith("\ncolour=deep red;")
    assert command.sentence.endswith("; colour=“deep red”")
    assert read(Message(command).masked).command == command


@pytest.mark.parametrize(
    ("name", "text", "hint"),
    [
        ("flaten_first", "true", "Did you mean flatten_first?"),
        ("max_position", "2", "Did you mean max_positions?"),
        ("percentage", "0.5", "Did you mean percent?"),
        ("sl", "6390", "Did you mean stop_loss?"),
        ("flatfirst", "true", "Did you mean flatten_first?"),
        ("atm_strategy", "x", "Did you mean strategy?"),
        ("quantity", "2", "is no field of Place order"),
        ("qty", "2", "place of its own"),
        ("key", "abcdefgh", "place of its own"),
        ("colour", "red;command=FLATTENEVERYTHING", "“;”"),
        ("colour", "{{close}}", "TradingView"),
        ("co=lour", "red", "small letters"),
        ("colour;command", "red", "small letters"),
        ("", "red", "small letters"),
    ],
)
def test_an_extra_field_is_refused_if_it_is_a_misspelling_or_could_hide_another(
    name: str, text: str, hint: str
) -> None:
    found = compose(SPECS["PLACE"], minimal(SPECS["PLACE"]), extras={name: text})
    assert isinstance(found, Problems)
    assert hint in found.of("extras" if name in NAMES else name)


@pytest.mark.parametrize("name", ["strategy_exit_block", "trail_offset", "peg_difference", "comment", "colour"])
def test_names_seen_elsewhere_count_as_unknown_and_not_as_misspelled(name: str) -> None:
    assert name not in NAMES
    assert isinstance(compose(SPECS["PLACE"], minimal(SPECS["PLACE"]), extras={name: "x"}), Command)


def test_a_usual_mistake_is_no_field_and_means_one() -> None:
    assert not set(MISTAKES) & NAMES
    assert set(MISTAKES.values()) <= NAMES


def test_companions_are_wanted() -> None:
    """The test's own table says no more than the rules do."""
    for name in COMPANIONS:
        spec, use = next((s, u) for s, u in USES if u.field.name == name)
        texts = with_field(spec, use)
        for companion in COMPANIONS[name]:
            if spec.use(companion) and companion not in minimal(spec):
                assert isinstance(compose(spec, {k: v for k, v in texts.items() if k != companion}), Problems)


def test_a_change_says_first_what_becomes_of_the_order() -> None:
    found = compose(SPECS["CHANGE"], {"order_id": "4f1c0d2e9b7a4c55", "qty": "2", "limit_price": "6500"})
    assert isinstance(found, Command)
    assert found.sentence == "Change quantity to 2 and limit to 6500 of order 4f1c0d2e9b7a4c55"
