"""Instrument notations, read and written."""

import pytest
from hypothesis import given

from crosstrade_desk.protocol.instrument import FUTURES_ROOTS, Instrument, Notation, parse_instrument
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
    "text", ["MES 13-26", "MES 0-26", "MES12-26", "MES 12/26", "12-26", "MES 12-2026", "ＭＥＳ 12-26", "?"]
)
def test_anything_else_is_told_how_to_write_it(text: str) -> None:
    found = parse_instrument(text)
    assert isinstance(found, Invalid)
    assert "MES 12-26" in found.message


@pytest.mark.parametrize("root", sorted(FUTURES_ROOTS))
def test_a_bare_futures_root_is_never_sent(root: str) -> None:
    found = parse_instrument(root.lower())
    assert isinstance(found, Invalid)
    assert f"{root} 12-26" in found.message


@given(FIELD_TEXT)
def test_reading_never_raises_and_its_text_reads_the_same(text: str) -> None:
    found = parse_instrument(text)
    if isinstance(found, Instrument):
        assert parse_instrument(found.text) == found
