"""What each field type takes, what it makes of it, and what it says of the rest."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosstrade_desk.protocol.catalogue import COMMANDS
from crosstrade_desk.protocol.fields import AccountList, Fraction, Price, Quantity
from crosstrade_desk.protocol.problems import Invalid
from support.texts import FIELD_TEXT

TYPES = list({use.field.type for spec in COMMANDS for use in spec.uses})


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("6412.50", "6412.50"),
        ("6412,50", "6412.50"),
        (" 6412.5 ", "6412.5"),
        (".25", "0.25"),
        ("0,012", "0.012"),
        ("1.123456789", "1.123456789"),
        ("6412,5", "6412.5"),
        ("118,25", "118.25"),
    ],
)
def test_a_price_takes_point_or_comma_as_the_decimal_sign(text: str, value: str) -> None:
    assert Price().parse(text) == Decimal(value)
    assert Price().format(Price().parse(text)) == value  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("6,412.50", "without a thousands separator"),
        ("6.412,50", "without a thousands separator"),
        ("1 234.5", "without a thousands separator"),
        ("6'412.50", "without a thousands separator"),
        ("6,412", "6412 or 6.412"),
        ("1,234,567", "without a thousands separator"),
        ("-12", "above zero"),
        ("+12", "without a sign"),
        ("0", "above zero"),
        ("0.00", "above zero"),
        ("1e3", "no number"),
        ("NaN", "no number"),
        ("Infinity", "no number"),
        ("１２", "no number"),
        ("12 ticks", "no number"),
        ("1..2", "no number"),
        ("5.", "no number"),
        ("9" * 40, "no number"),
    ],
)
def test_a_price_is_judged_as_a_whole_and_says_what_is_wrong(text: str, hint: str) -> None:
    found = Price().parse(text)
    assert isinstance(found, Invalid)
    assert hint in found.message


@pytest.mark.parametrize(("text", "value"), [("1", 1), ("007", 7), (" 12 ", 12), ("100000", 100_000)])
def test_a_quantity_is_a_whole_number(text: str, value: int) -> None:
    assert Quantity().parse(text) == value


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("0", "1 to 100000"),
        ("100001", "1 to 100000"),
        ("9" * 5000, "1 to 100000"),
        ("1.5", "without point"),
        ("1,000", "without point"),
        ("-1", "no sign"),
        ("1e3", "whole number"),
        ("two", "whole number"),
        ("²", "whole number"),
        ("１", "whole number"),
    ],
)
def test_a_quantity_says_what_is_wrong(text: str, hint: str) -> None:
    found = Quantity().parse(text)
    assert isinstance(found, Invalid)
    assert hint in found.message


def test_accounts_are_a_list_with_commas_and_no_account_trades_twice() -> None:
    assert AccountList().parse(" Sim101 , APEX-123_4 ") == ("Sim101", "APEX-123_4")
    for text in ("Sim101,sim101", "sim101,Sim101", "A,B,a"):
        twice = AccountList().parse(text)
        assert isinstance(twice, Invalid)
        assert "twice" in twice.message


@pytest.mark.parametrize("text", [",", "Sim101,", ",Sim101", "a" * 65, "https://x.example/v1", "Sim;101", "Sim=1"])
def test_accounts_refuse(text: str) -> None:
    assert isinstance(AccountList().parse(text), Invalid)


@pytest.mark.parametrize("text", ["0", "1.01", "50", "-0.5"])
def test_a_share_is_above_zero_and_at_most_one(text: str) -> None:
    assert isinstance(Fraction().parse(text), Invalid)


@given(FIELD_TEXT, st.sampled_from(TYPES))
def test_a_canonical_text_reads_back_to_the_same_value_and_cannot_hold_another_field(text: str, kind: object) -> None:
    value = kind.parse(text)  # type: ignore[attr-defined]
    if isinstance(value, Invalid):
        assert value.message.endswith((".", "?"))
        return
    canonical = kind.format(value)  # type: ignore[attr-defined]
    assert kind.parse(canonical) == value  # type: ignore[attr-defined]
    assert not set(canonical) & set(";=\r\n\0")
    assert canonical == canonical.strip()
