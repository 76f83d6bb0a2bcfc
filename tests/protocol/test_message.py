"""Command <-> wire text: exact bytes, tolerant reading, no smuggled field, no key in sight."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosstrade_desk.protocol.catalogue import COMMANDS, PLACE, CommandSpec
from crosstrade_desk.protocol.command import Command, compose
from crosstrade_desk.protocol.message import Message, Reading, Unread, mask, read
from crosstrade_desk.protocol.secret import Secret
from support.marker import MARKER
from support.texts import FIELD_TEXT

KEY = Secret(MARKER)
SEED = """
    key=your-secret-key;
    command=PLACE;
    account=Sim105;
    instrument=MES 03-25;
    action=BUY;
    qty=1;
    order_type=MARKET;
    tif=DAY;
"""
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
    found = read(SEED)
    assert found == Reading(place(), Secret("your-secret-key"))


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
    found = read(text)
    assert isinstance(found, Reading), found
    assert found.command == place()


@pytest.mark.parametrize(
    ("text", "field", "hint"),
    [
        ("", "command", "missing"),
        ("command=JUMP;", "command", "no command “JUMP”"),
        ("command=PLACE", "", "not closed"),
        ("command=FLATTENEVERYTHING; hello;", "", "no field"),
        ("command=FLATTENEVERYTHING; command=FLATTENEVERYTHING;", "command", "twice"),
        ("command=FLATTENEVERYTHING; spaß=1;", "", "no field name"),
        ("command=FLATTENEVERYTHING; account=Sim101;", "account", "no such field"),
        ("command=FLATTENEVERYTHING; key=;", "key", "empty"),
        ("command=FLATTENEVERYTHING; key=a b c d;", "key", "blanks"),
        ("command=PLACE; limit_price=1; order_type=MARKET;", "limit_price", "not used with MARKET"),
    ],
)
def test_a_fault_is_told_at_its_field(text: str, field: str, hint: str) -> None:
    found = read(text)
    assert isinstance(found, Unread)
    assert hint in found.problems.of(field)


def test_a_close_takes_a_quantity_or_a_share_but_not_both() -> None:
    found = read("command=CLOSEPOSITION; account=Sim101; instrument=MES 12-26; quantity=1; percent=0.5;")
    assert isinstance(found, Unread)
    assert "not both" in found.problems.of("percent")


def test_all_problems_are_told_at_once() -> None:
    found = read("command=PLACE; account=; instrument=MNQ; action=HOLD; qty=1.5; order_type=LIMIT; tif=IOC;")
    assert isinstance(found, Unread)
    assert {p.field for p in found.problems.items} == {"account", "instrument", "action", "qty", "limit_price", "tif"}


@given(
    st.sampled_from(COMMANDS),
    st.dictionaries(st.sampled_from([*sorted(ORDER), "limit_price", "stop_price"]), FIELD_TEXT),
)
def test_a_message_never_reads_back_as_anything_but_the_command_composed(
    spec: CommandSpec, texts: dict[str, str]
) -> None:
    command = compose(spec, texts)
    if isinstance(command, Command):
        found = read(Message(command).wire(KEY).decode())
        assert found == Reading(command, KEY)
        assert Message(command).rest.count(";") == len(command.texts) + 1


@given(st.fixed_dictionaries({name: st.one_of(st.just(text), FIELD_TEXT) for name, text in ORDER.items()}))
def test_an_order_form_never_smuggles_a_field(texts: dict[str, str]) -> None:
    command = compose(PLACE, texts)
    if isinstance(command, Command):
        found = read(Message(command).wire(KEY).decode())
        assert found == Reading(command, KEY)
        assert list(command.texts) == list(ORDER)


@given(st.text(max_size=300))
def test_reading_never_raises(text: str) -> None:
    found = read(text)
    assert isinstance(found, Reading) or found.problems.items


@given(st.text(alphabet="key=;: MARKET\n", max_size=80))
def test_no_problem_and_no_repr_shows_the_key(around: str) -> None:
    found = read(f"{around};key={MARKER};{around}")
    assert MARKER not in repr(found)
    message = Message(place())
    assert MARKER not in str(message) + repr(message) + message.masked


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
