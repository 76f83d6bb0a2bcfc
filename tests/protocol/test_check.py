"""The report on a message text: the sentence or every problem, and never a secret."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosstrade_desk.protocol.check import check
from support.examples import EXAMPLES, SEED, fields_of
from support.marker import MARKER
from support.texts import FIELD_TEXT

TODAY = datetime(2026, 8, 20, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize("part", EXAMPLES)
def test_every_example_of_the_reference_is_found_valid(part: str) -> None:
    report = check(EXAMPLES[part], TODAY)
    wanted = fields_of(EXAMPLES[part])
    assert report.ok, report.problems
    assert report.command == wanted.pop("command", "KILLSWITCH")
    assert report.fields == wanted
    assert report.sentence
    assert report.as_lines()[0] == report.sentence


def test_the_report_in_json_has_the_documented_keys() -> None:
    found = json.loads(check(f"key={MARKER};{SEED.replace('key=your-secret-key;', '')} colour=red;", TODAY).as_json())
    assert found == {
        "ok": True,
        "command": "PLACE",
        "fields": {
            "key": "••••",
            "account": "Sim105",
            "instrument": "MES 03-25",
            "action": "BUY",
            "qty": "1",
            "order_type": "MARKET",
            "tif": "DAY",
            "colour": "red",
        },
        "sentence": "Buy 1 MES 03-25 at market on Sim105, good for the day; colour=red",
        "problems": [],
        "warnings": found["warnings"],
    }
    assert [warning["field"] for warning in found["warnings"]] == ["key", "instrument", "colour"]
    assert [
        warning["field"] for warning in json.loads(check(SEED, datetime(2025, 1, 2, tzinfo=UTC)).as_json())["warnings"]
    ] == []
    assert all(set(warning) == {"field", "message"} for warning in found["warnings"])


def test_an_invalid_text_gives_every_problem_and_what_was_read() -> None:
    report = check("command=place; account=Sim101; instrument=mes 3-27; action=hold; qty=1.5; tif=day;", TODAY)
    assert not report.ok
    assert report.command == "PLACE"
    assert report.sentence == ""
    assert {problem.field for problem in report.problems} == {"action", "qty", "order_type"}
    assert report.fields == {
        "account": "Sim101",
        "instrument": "MES 03-27",
        "action": "hold",
        "qty": "1.5",
        "tif": "DAY",
    }
    assert [line.split(": ")[:2] for line in report.as_lines()] == [
        ["problem", "action"],
        ["problem", "qty"],
        ["problem", "order_type"],
    ]


@pytest.mark.parametrize(
    ("was", "written", "warns"),
    [
        ("6400.00", "6400,00", True),
        ("6400.00", "+2.5 points", True),
        ("6400.00", "12ticks", False),
        ("MES 12-26", "mes  12-26", False),
        ("MES 12-26", "MES\xa012-26", True),
        ("BUY", "buy", False),
        ("qty=1", "qty=01", False),
        ("key=$KEY;", "", True),
    ],
)
def test_what_a_server_might_read_otherwise_is_told(was: str, written: str, warns: bool) -> None:
    text = (
        "key=$KEY; command=PLACE; account=Sim101; instrument=MES 12-26; action=BUY; qty=1; order_type=LIMIT; "
        "limit_price=6400.00; tif=DAY;"
    )
    report = check(text.replace(was, written), TODAY)
    assert report.ok or "\xa0" in written
    assert bool(report.warnings) == warns or not report.ok


@pytest.mark.parametrize(
    "text", ["command=ﬂatten; account=Sim101;", "\u212aill_switch=on;", "command=FLATTEN; account=Sim101\u3164;"]
)
def test_letters_that_only_look_alike_are_other_letters(text: str) -> None:
    assert not check(text, TODAY).ok


@pytest.mark.parametrize("text", ["", "hello", "command=JUMP;", "account=Sim101;", '{"a": 1}'])
def test_a_text_without_a_command_says_so(text: str) -> None:
    report = check(text, TODAY)
    assert (report.ok, report.command, report.sentence) == (False, "", "")
    assert report.problems


@pytest.mark.parametrize(
    "text",
    [
        f"key={MARKER};{EXAMPLES['2.6 FLATTEN']} notes={MARKER};",
        f"key={MARKER}; command={MARKER};",
        f"key={MARKER}; account=Sim101; notes=https://app.crosstrade.io/v1/send/a1b2c3/{MARKER};",
        f"key={MARKER}; {MARKER}={MARKER};",
        f"key={MARKER}; key={MARKER};",
        f'{{"key": "{MARKER}"}}',
    ],
)
def test_no_report_ever_holds_the_key_and_each_names_the_leak(text: str) -> None:
    report = check(text, TODAY)
    assert MARKER not in report.as_json() + repr(report) + "".join(report.as_lines())
    assert report.warnings[0].field == "key"


@given(st.lists(st.tuples(st.sampled_from([*fields_of(SEED), "colour", "notes", "key"]), FIELD_TEXT), max_size=12))
def test_no_text_breaks_it(parts: list[tuple[str, str]]) -> None:
    report = check("".join(f"{name}={text};" for name, text in parts), TODAY)
    assert report.ok == bool(report.sentence)
    assert json.loads(report.as_json())["ok"] == report.ok
    assert all(line.isprintable() for line in report.as_lines())


def test_every_line_of_a_report_can_be_printed() -> None:
    text = f"key={MARKER};command=FLATTEN;account=Sim101;instrument=MES 12-26;notes=a\u00a0b;"
    assert all(line.isprintable() for line in check(text, TODAY).as_lines())
