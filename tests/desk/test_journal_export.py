"""Rows as lines, CSV and JSON: exact for programs, harmless for spreadsheets and terminals, never with a secret."""

import csv
import io
import itertools
import json
import re
import sys
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crosstrade_desk.desk.journal_export import FIELDS, as_csv, as_json, as_lines, local
from crosstrade_desk.protocol.problems import printable
from crosstrade_desk.storage.rows import Ending, Row
from support.journals import BLOCKED, ENDING, INTENT
from support.marker import MARKER

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="a zone of one's own needs tzset"),
    pytest.mark.usefixtures("new_york"),
]
ROW = Row(7, INTENT, ENDING)
FORMS = (as_lines, as_csv, as_json)


def in_csv(row: Row) -> dict[str, str]:
    names, cells = csv.reader(io.StringIO("".join(as_csv([row])), newline=""), strict=True)
    return dict(zip(names, cells, strict=True))


def test_a_line_says_it_all_with_the_zone_of_its_time() -> None:
    assert list(as_lines([ROW, Row(8, INTENT, BLOCKED), Row(9, INTENT, None)])) == [
        "      7  2025-11-24 11:00:00.000-05:00 LIVE Buy 1 | accepted after 43.0 ms | The server said yes.\n",
        f"      8  2025-11-24 11:00:00.000-05:00 LIVE Buy 1 | blocked (in flight) | {BLOCKED.sentence}\n",
        "      9  2025-11-24 11:00:00.000-05:00 LIVE Buy 1 | sending\n",
    ]


def test_json_has_every_field_as_it_was_written() -> None:
    (line,) = as_json([ROW])
    found = json.loads(line)
    assert found.pop("time") == "2025-11-24T11:00:00.000000-05:00"
    assert found == {
        "row": 7,
        "place": "LIVE",
        "command": "PLACE",
        "accounts": "Sim101,Sim102",
        "instrument": "MES 12-26",
        "sentence": "Buy 1",
        "outcome": "accepted",
        "guard": "",
        "result": "The server said yes.",
        "status": 200,
        "elapsed_us": 43_000,
        "answer": '{"success": true}',
        "message": "key=••••;\ncommand=PLACE;",
    }
    assert json.loads(next(as_json([Row(1, INTENT, None)])))["status"] is None


def test_a_time_is_the_same_instant_in_every_zone() -> None:
    when = datetime(2026, 11, 1, 5, 30, 0, 123456, tzinfo=UTC)  # half past one for the first time that night
    at_us = 1_793_511_000_123_456
    assert local(at_us) == when
    row = Row(1, replace(INTENT, at_us=at_us), None)
    assert in_csv(row)["time"] == "2026-11-01T01:30:00.123456-04:00"
    assert datetime.fromisoformat(in_csv(replace(row, intent=replace(row.intent, at_us=at_us)))["time"]) == when


def test_csv_is_by_rfc_4180() -> None:
    ending = replace(ENDING, answer='say "yes", \nplease', status=None)
    head, line = as_csv([Row(7, INTENT, ending)])
    assert head == ",".join(FIELDS) + "\r\n"
    assert line.endswith("\r\n")
    assert '"say ""yes"", \nplease"' in line
    assert '"key=••••;\ncommand=PLACE;"' in line
    found = in_csv(Row(7, INTENT, ending))
    assert (found["row"], found["answer"], found["status"]) == ("7", 'say "yes", \nplease', "")


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        (' "=1"', ' "\'=1"'),
        ("a;=1", "a;'=1"),
        ("a,\t+1", "a,\t'+1"),
        ("a\r\n-1", "a\r\n'-1"),
        ("＝1", "'＝1"),
        ("a=1;qty=-2", "a=1;qty=-2"),
        ("Buy 1 at -12 ticks", "Buy 1 at -12 ticks"),
    ],
)
def test_what_a_spreadsheet_takes_for_a_formula_has_a_sign_before_it(text: str, safe: str) -> None:
    found = in_csv(Row(1, INTENT, replace(ENDING, answer=text)))["answer"]
    assert found == "\n".join(printable(line) for line in safe.split("\n"))


CELL = st.text(st.sampled_from("=+-@＝'\",;|\t\r\n a1") | st.characters(), max_size=12)


@given(CELL)
@example(";\n=1")
def test_no_cell_begins_a_formula_whatever_separates_the_cells(text: str) -> None:
    (line,) = itertools.islice(as_csv([Row(1, INTENT, Ending("refused", text, None, text, 0))]), 1, None)
    for separator in ",;\t|":
        for record in csv.reader(io.StringIO(line, newline=""), delimiter=separator):
            assert not [cell for cell in record if re.match(r'[\s"]*[=+\-@＝＋－＠]', cell)]


@given(CELL)
def test_json_gives_any_text_back(text: str) -> None:
    found = json.loads(next(as_json([Row(1, replace(INTENT, sentence=text), ENDING)])))
    assert found["sentence"] == text


@pytest.mark.parametrize("form", FORMS)
def test_nothing_secret_is_in_any_form(form) -> None:  # type: ignore[no-untyped-def]
    echoed = f"bad line: key={MARKER}; to https://app.crosstrade.io/v1/send/me/{MARKER}"
    text = "".join(form([Row(1, INTENT, Ending("refused", echoed, 400, echoed, 5))]))
    assert MARKER not in text
    assert "bad line: key=" in text


@pytest.mark.parametrize("form", [as_lines, as_csv])
def test_text_of_a_server_moves_no_cursor(form) -> None:  # type: ignore[no-untyped-def]
    text = "".join(form([Row(1, INTENT, Ending("refused", "\x1b[2J\u202e", 400, "\x1b]0;x\x07\u202e", 5))]))
    assert "\\x1b[2J\\u202e" in text
    assert all(letter.isprintable() or letter in "\r\n" for letter in text)


@pytest.mark.parametrize("form", FORMS)
def test_rows_are_written_one_at_a_time(form) -> None:  # type: ignore[no-untyped-def]
    endless = (Row(number, INTENT, ENDING) for number in itertools.count(1))
    assert len(list(itertools.islice(form(endless), 5))) == 5
    assert next(endless).id <= 7
