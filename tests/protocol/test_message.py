"""Command <-> wire text: exact bytes, tolerant reading, no smuggled field, no key in sight."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosstrade_desk.protocol.catalogue import COMMANDS, NAMES, PLACE
from crosstrade_desk.protocol.command import Command, compose
from crosstrade_desk.protocol.message import ADDRESS, KEYS, MOST_FIELDS, Message, mask, parse_extras, read, write_extras
from crosstrade_desk.protocol.problems import Kind, Problems
from crosstrade_desk.protocol.secret import Secret
from crosstrade_desk.protocol.spec import CommandSpec
from support.examples import EXAMPLES, SEED, fields_of
from support.marker import MARKER
from support.texts import FIELD_TEXT

KEY = Secret(MARKER)
ORDER = {
    "account": "Sim105",
    "instrument": "MES 03-25",
    "action": "BUY",
    "qty": "1",
    "order_type": "MARKET",
    "tif": "DAY",
}


def place(**changed: str) -> Command:
    command = compose(PLACE, {**ORDER, **changed})
    assert isinstance(command, Command), command
    return command


def test_the_example_of_the_documentation_reads_back_to_the_same_command() -> None:
    assert read(SEED).command == place()
    assert read(SEED).key is None, "it only stands for a key"


@pytest.mark.parametrize("part", EXAMPLES)
def test_every_example_of_the_reference_reads_composes_and_reads_back(part: str) -> None:
    found = read(f"key={MARKER}; {EXAMPLES[part]}")
    assert isinstance(found.command, Command), found.command
    assert (found.key, found.notes, found.extras) == (KEY, (), {})
    written = Message(found.command).wire(KEY).decode()
    assert read(written).command == found.command
    wanted = {"key": MARKER, **fields_of(EXAMPLES[part])}
    assert fields_of(written) == wanted
    assert list(fields_of(written))[:2] == list(wanted)[:2]


def test_the_bytes_are_the_documented_form() -> None:
    assert (
        Message(place()).wire(KEY)
        == (
            f"key={MARKER};\ncommand=PLACE;\naccount=Sim105;\ninstrument=MES 03-25;\naction=BUY;\nqty=1;\n"
            "order_type=MARKET;\ntif=DAY;"
        ).encode()
    )


@pytest.mark.parametrize(
    "text",
    [
        "key=k123;command=place;account=Sim105;instrument=mes 3-25;action=buy;qty=1;order_type=market;tif=day;",
        "KEY=k123; Command=PLACE; ACCOUNT=Sim105; Instrument=MES 03-25; action=Buy; QTY=1; ORDER_TYPE=Market; TIF=Day;",
        "tif=DAY;\r\norder_type=MARKET;\nqty=1;\naction=BUY;\r\ninstrument=MES 03-25;\r\naccount=Sim105;command=PLACE;",
        ";; command = PLACE ; account = Sim105;instrument = MES 03-25;action=BUY;qty=1 ;\torder_type=MARKET;tif=DAY;",
    ],
)
def test_any_case_any_order_and_any_white_space_read_the_same(text: str) -> None:
    assert read(text).command == place()


@pytest.mark.parametrize(
    ("text", "field", "hint"),
    [
        ("", "command", "missing"),
        ("command=JUMP;", "command", "no command “JUMP”"),
        ("command=KILLSWITCH; kill_switch=on;", "command", "message of its own"),
        ("command=FLATTEN; kill_switch=on;", "command", "message of its own"),
        ("kill_switch=maybe;", "kill_switch", "on or off"),
        ("kill_switch=on; account=Sim101;", "account", "no field account"),
        ('{"command": "PLACE"}', "", "JSON"),
        ("command=PLACE", "", "not closed"),
        ("command=FLATTENEVERYTHING; hello;", "", "no field"),
        ("command=FLATTENEVERYTHING; command=FLATTENEVERYTHING;", "command", "twice"),
        ("command=FLATTENEVERYTHING; spaß=1;", "", "no field name"),
        ("command=FLATTENEVERYTHING; account=Sim101;", "account", "no field account"),
        ("command=FLATTENEVERYTHING; key=;", "key", "empty"),
        ("command=FLATTENEVERYTHING; flaten_first=true;", "flaten_first", "Did you mean flatten_first?"),
        ("command=FLATTENEVERYTHING; key=a b c d;", "key", "blanks"),
        ("command=PLACE; limit_price=1; order_type=MARKET;", "limit_price", "not used with MARKET"),
    ],
)
def test_a_fault_is_told_at_its_field(text: str, field: str, hint: str) -> None:
    assert hint in problems(text).of(field)


def problems(text: str) -> Problems:
    found = read(text).command
    assert isinstance(found, Problems), found
    return found


def test_a_missing_semicolon_costs_no_field() -> None:
    found = read("command=PLACE; account=Sim105; tif=gtc\nflatten_first=true;\naction=BUY\nqty=2")
    assert found.texts == {"account": "Sim105", "tif": "gtc", "flatten_first": "true", "action": "BUY", "qty": "2"}
    assert "missing before flatten_first=true" in problems("command=PLACE; tif=gtc\nflatten_first=true;").of("")


def test_a_flat_json_object_gives_its_fields_and_is_still_no_message() -> None:
    found = read('{"command": "PLACE", "account": "Sim105", "qty": 2, "flatten_first": true, "x": {"y": 1}}')
    assert found.texts == {"account": "Sim105", "qty": "2", "flatten_first": "true"}
    assert "JSON" in problems('{"command": "FLATTENEVERYTHING"}').of("")


def test_what_could_not_be_read_is_kept_piece_by_piece_without_the_key() -> None:
    found = read(f"command=FLATTEN; qty=1; qty=5; hello; key={MARKER}; key={MARKER}; fl fi=x;")
    assert found.rest == ("qty=5", "hello", "key=••••", "fl fi=x")


def test_a_close_takes_a_quantity_or_a_share_but_not_both() -> None:
    found = problems("command=CLOSEPOSITION; account=Sim101; instrument=MES 12-26; quantity=1; percent=0.5;")
    assert "not both" in found.of("percent")


def test_the_wrong_name_for_the_amount_to_close_is_read_with_a_remark() -> None:
    found = read("command=CLOSEPOSITION; account=Sim101; instrument=MES 12-26; qty=1;")
    assert isinstance(found.command, Command)
    assert found.command.texts["quantity"] == "1"
    assert [(note.field, note.message) for note in found.notes] == [
        ("quantity", "qty is read as quantity here: write quantity.")
    ]
    both = problems("command=CLOSEPOSITION; account=Sim101; instrument=MES 12-26; qty=1; quantity=2;")
    assert "It calls it quantity" in both.of("qty")


def test_comment_lines_are_left_out_with_a_remark() -> None:
    found = read(f"// long entry\n{SEED}\n  # end")
    assert found.command == place()
    assert "Comment" in found.notes[0].message


def test_unknown_fields_are_kept_and_a_broken_message_keeps_what_was_read() -> None:
    found = read("command=PLACE; account=Sim105; colour=red; qty=x; tif=DAY; empty=;")
    assert found.extras == {"colour": "red"}
    assert found.texts == {"account": "Sim105", "qty": "x", "tif": "DAY"}
    assert read("account=Sim105; colour=red;").texts == {"account": "Sim105"}


@pytest.mark.parametrize("name", ["instrument", "action", "qty", "account", "limit_price", "notes"])
def test_a_variable_of_tradingview_is_a_problem_at_its_field(name: str) -> None:
    text = f"{SEED.replace('MARKET', 'LIMIT')} limit_price=1; notes=x;"
    was = {**ORDER, "limit_price": "1", "notes": "x"}[name]
    found = problems(text.replace(f"{name}={was}", f"{name}={{{{strategy.order.{name}}}}}"))
    assert f"{{{{strategy.order.{name}}}}} is filled in by TradingView" in found.of(name)
    assert {p.field for p in found.items} == {name}


def test_a_text_with_far_too_many_fields_is_told_and_not_looked_at_further() -> None:
    found = problems("x1=1;" + ";".join(f"flaten_first{n}=1" for n in range(50_000)) + ";")
    assert f"at most {MOST_FIELDS}" in found.of("")
    assert len(found.items) <= MOST_FIELDS + 2


@pytest.mark.parametrize(("count", "taken"), [(MOST_FIELDS, MOST_FIELDS), (MOST_FIELDS + 1, 0)])
def test_json_with_far_too_many_fields_fills_nothing(count: int, taken: int) -> None:
    assert len(read(json.dumps({f"x{n}": n for n in range(count)})).extras) == taken


@pytest.mark.parametrize("text", ["a=1", "a=1; b= two words ;", " a = 1 ;\nb=2"])
def test_extra_fields_are_read_as_they_are_typed_and_written_as_they_are_read(text: str) -> None:
    found, faults = parse_extras(text)
    assert faults == ()
    assert found["a"] == "1"
    assert parse_extras(write_extras(found)) == (found, ())


@pytest.mark.parametrize("text", ["a", "=1", "a=1; a=2", "ä=1"])
def test_extra_fields_that_cannot_be_read_are_told(text: str) -> None:
    _, faults = parse_extras(text)
    assert faults
    assert all(fault.kind in (Kind.GRAMMAR, Kind.TWICE) for fault in faults)


def test_all_problems_are_told_at_once() -> None:
    found = problems("command=PLACE; account=; instrument=MNQ; action=HOLD; qty=1.5; order_type=LIMIT; tif=IOC;")
    assert {p.field for p in found.items} == {"account", "instrument", "action", "qty", "limit_price", "tif"}


@given(
    st.sampled_from(COMMANDS),
    st.dictionaries(st.sampled_from(sorted(NAMES)), FIELD_TEXT),
)
def test_a_message_never_reads_back_as_anything_but_the_command_composed(
    spec: CommandSpec, texts: dict[str, str]
) -> None:
    command = compose(spec, texts)
    if isinstance(command, Command):
        found = read(Message(command).wire(KEY).decode())
        assert (found.command, found.key) == (command, KEY)
        assert Message(command).rest.count(";") == len(command.texts) + (not spec.control)


@given(st.fixed_dictionaries({name: st.one_of(st.just(text), FIELD_TEXT) for name, text in ORDER.items()}))
def test_an_order_form_never_smuggles_a_field(texts: dict[str, str]) -> None:
    command = compose(PLACE, texts)
    if isinstance(command, Command):
        assert read(Message(command).wire(KEY).decode()).command == command
        assert list(command.texts) == list(ORDER)


@given(st.dictionaries(st.text(max_size=12), FIELD_TEXT, max_size=4))
def test_extra_fields_never_smuggle_another(extras: dict[str, str]) -> None:
    typed, faults = parse_extras("".join(f"{name}={text};" for name, text in extras.items()))
    command = compose(PLACE, ORDER, extras=typed)
    if isinstance(command, Command) and not faults:
        found = read(Message(command).wire(KEY).decode())
        assert found.command == command
        assert set(fields_of(Message(command).rest)) == {"command", *ORDER, *typed}


@given(st.text(max_size=300))
def test_reading_never_raises(text: str) -> None:
    found = read(text).command
    assert isinstance(found, Command) or found.items


@given(st.text(alphabet="key=;: MARKET\n", max_size=80))
def test_no_problem_and_no_repr_shows_the_key(around: str) -> None:
    found = read(f"{around};key={MARKER};{around}")
    assert MARKER not in repr(found)
    message = Message(place())
    assert MARKER not in str(message) + repr(message) + message.masked


_WORDS = ["key", "KEY", "\u212aey", "\u017fecret", "SECRET", "token", "Bearer ", "abcdefgh", "12", "ß"]
_SIGNS = ["/v1/send/", "/v1//SEND/", "=", ": ", '"', ";", "/", " ", "\n", "authorization:", "authorızation="]


@pytest.mark.parametrize(
    "name",
    [
        "key=",
        "\u212aey=",
        "secret: ",
        "\u017fecret=",
        "Token=",
        "bearer ",
        "/v1/send/",
        "AUTHORIZATION: Basic ",
        "k%65y=",
    ],
)
def test_each_trace_of_a_key_is_enough_by_itself(name: str) -> None:
    assert "abcdef12" not in mask(f"it said {name}abcdef12")


@given(st.lists(st.sampled_from([*_WORDS, *_SIGNS]), max_size=12).map("".join))
def test_mask_looks_for_traces_first_and_misses_nothing_by_that(text: str) -> None:
    expected = text
    for pattern in KEYS:
        expected = pattern.sub(r"\1••••", expected)
    assert mask(text) == ADDRESS.sub(r"\1/••••/••••", expected)


@pytest.mark.parametrize(
    "text",
    [
        f"key={MARKER};",
        f"KEY = {MARKER} ;",
        f'{{"key": "{MARKER}"}}',
        f"https://app.crosstrade.io/v1/send/abcdef12/{MARKER}",
        f"POST /v1/send/{MARKER}/x HTTP/1.1",
        f"wrong key {MARKER}",
    ],
)
def test_mask_hides_the_key_and_the_address_wherever_they_stand(text: str) -> None:
    assert MARKER not in mask(text, MARKER)
    assert "••••" in mask(text, MARKER)
