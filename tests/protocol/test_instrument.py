"""Instrument notations, read and written."""

from datetime import date
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosstrade_desk.protocol.contracts import contracts
from crosstrade_desk.protocol.instrument import (
    Instrument,
    Notation,
    contract_month,
    dated,
    parse_instrument,
    written,
)
from crosstrade_desk.protocol.problems import Invalid
from support.texts import FIELD_TEXT


@pytest.mark.parametrize(
    ("typed", "text", "root", "month", "year", "notation"),
    [
        ("MES 12-26", "MES 12-26", "MES", 12, "26", Notation.MONTH_NUMBER),
        ("mes  12-26", "MES 12-26", "MES", 12, "26", Notation.MONTH_NUMBER),
        ("CL 4-26", "CL 04-26", "CL", 4, "26", Notation.MONTH_NUMBER),
        ("ES SEP26", "ES SEP26", "ES", 9, "26", Notation.MONTH_NAME),
        ("es mar 25", "ES MAR25", "ES", 3, "25", Notation.MONTH_NAME),
        ("ESU6", "ESU6", "ES", 9, "6", Notation.MONTH_LETTER),
        ("esh26", "ESH26", "ES", 3, "26", Notation.MONTH_LETTER),
        ("RTYH2026", "RTYH2026", "RTY", 3, "2026", Notation.MONTH_LETTER),
        ("6EZ6", "6EZ6", "6E", 12, "6", Notation.MONTH_LETTER),
        ("M2KZ26", "M2KZ26", "M2K", 12, "26", Notation.MONTH_LETTER),
        ("MES1!", "MES1!", "MES", None, None, Notation.CONTINUOUS),
        ("aapl", "AAPL", "AAPL", None, None, Notation.STOCK),
        ("BRK.B", "BRK.B", "BRK.B", None, None, Notation.STOCK),
    ],
)
def test_a_notation_is_read_and_kept_as_it_was_written(
    typed: str, text: str, root: str, month: int | None, year: str | None, notation: Notation
) -> None:
    assert parse_instrument(typed) == Instrument(root, notation, text, month, year)


@pytest.mark.parametrize(
    "text",
    [
        "MES 13-26",
        "MES 0-26",
        "MES12-26",
        "MES 12/26",
        "12-26",
        "MES 12-2026",
        "ＭＥＳ 12-26",
        "ESU026",
        "RTYH0000",
        "ESZ1999",
        "ESZ9999",
        "?",
    ],
)
def test_anything_else_is_told_how_to_write_it(text: str) -> None:
    found = parse_instrument(text)
    assert isinstance(found, Invalid)
    assert "MES 12-26" in found.message


@pytest.mark.parametrize(
    ("text", "hint"), [("ESZ", "year"), ("CLF", "year"), ("6EZ", "year"), ("6J26", "Write a contract")]
)
def test_a_forgotten_year_or_month_makes_no_stock_and_no_other_future(text: str, hint: str) -> None:
    found = parse_instrument(text)
    assert isinstance(found, Invalid)
    assert hint in found.message


@pytest.mark.parametrize("root", contracts())
def test_a_bare_futures_root_is_never_sent(root: str) -> None:
    found = parse_instrument(root.lower())
    assert isinstance(found, Invalid)
    assert f"{root} 12-26" in found.message


@given(FIELD_TEXT)
def test_reading_never_raises_and_its_text_reads_the_same(text: str) -> None:
    found = parse_instrument(text)
    if isinstance(found, Instrument):
        assert parse_instrument(found.text) == found


TODAY = date(2026, 11, 23)
ROOTS = st.sampled_from(list(contracts()))
MONTHS = st.integers(1, 12)


def parsed(text: str) -> Instrument:
    found = parse_instrument(text)
    assert isinstance(found, Instrument)
    return found


@pytest.mark.parametrize(
    ("notation", "digits", "text"),
    [
        (Notation.MONTH_NUMBER, 2, "RTY 03-26"),
        (Notation.MONTH_NAME, 2, "RTY MAR26"),
        (Notation.MONTH_LETTER, 1, "RTYH6"),
        (Notation.MONTH_LETTER, 2, "RTYH26"),
        (Notation.MONTH_LETTER, 4, "RTYH2026"),
        (Notation.MONTH_NAME, 4, "RTY MAR26"),
        (Notation.CONTINUOUS, 2, "RTY1!"),
    ],
)
def test_a_contract_is_written_in_each_notation(notation: Notation, digits: Literal[1, 2, 4], text: str) -> None:
    assert notation is not Notation.STOCK
    assert written("RTY", 2026, 3, notation, digits).text == text


@given(
    ROOTS,
    st.integers(2000, 2099),
    MONTHS,
    st.sampled_from([Notation.MONTH_NUMBER, Notation.MONTH_NAME, Notation.MONTH_LETTER]),
    st.sampled_from([2, 4]),
)
def test_what_is_written_in_a_notation_reads_back_as_the_same_contract(
    root: str,
    year: int,
    month: int,
    notation: Literal[Notation.MONTH_NUMBER, Notation.MONTH_NAME, Notation.MONTH_LETTER],
    digits: Literal[2, 4],
) -> None:
    instrument = written(root, year, month, notation, digits)
    assert parse_instrument(instrument.text) == instrument
    assert (instrument.root, contract_month(instrument, TODAY)) == (root, (year, month))


@given(ROOTS, st.dates(date(2024, 1, 1), date(2090, 1, 1)), st.integers(-4, 5), MONTHS)
def test_one_digit_of_a_year_reads_back_as_the_same_contract_in_its_decade(
    root: str, today: date, ahead: int, month: int
) -> None:
    year = today.year + ahead
    instrument = written(root, year, month, Notation.MONTH_LETTER, 1)
    assert parse_instrument(instrument.text) == instrument
    assert contract_month(instrument, today) == (year, month)


@given(ROOTS, MONTHS)
def test_a_continuous_contract_reads_back_as_its_root(root: str, month: int) -> None:
    instrument = written(root, 2026, month, Notation.CONTINUOUS)
    assert parse_instrument(instrument.text) == instrument == Instrument(root, Notation.CONTINUOUS, f"{root}1!")


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("MES 12-26", "MES 12-26"),
        ("MES DEC26", "MES 12-26"),
        ("MESZ6", "MES 12-26"),
        ("MESH7", "MES 03-27"),
        ("MESZ2026", "MES 12-26"),
        ("MES1!", "MES 12-26"),
        ("CL1!", "CL 01-27"),
        ("XYZZ6", "XYZ 12-26"),
    ],
)
def test_any_future_is_given_its_dated_form(text: str, form: str) -> None:
    assert dated(parsed(text), TODAY) == parsed(form)


@pytest.mark.parametrize("text", ["AAPL", "XYZ1!"])
def test_what_has_no_month_stays_as_it_is(text: str) -> None:
    assert dated(parsed(text), TODAY) == parsed(text)


def test_a_continuous_contract_means_the_front_month_of_the_day() -> None:
    assert dated(parsed("MES1!"), date(2026, 12, 10)).text == "MES 03-27"
