"""What each field type takes, what it makes of it, and what it says of the rest."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosstrade_desk.protocol.catalogue import fields
from crosstrade_desk.protocol.numbers import Fraction, Quantity, Rate, RateText, Seconds
from crosstrade_desk.protocol.prices import Price, RelativePrice, Unit
from crosstrade_desk.protocol.problems import Invalid
from crosstrade_desk.protocol.texts import AccountList, ClockText, Flag, States
from support.texts import FIELD_TEXT

TYPES = list({field.type for field in fields()})


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
        ("-12", "add its unit, such as -12 ticks"),
        ("+12", "add its unit"),
        ("0", "above zero"),
        ("0.00", "above zero"),
        ("1e3", "Write a price in digits"),
        ("NaN", "Write a price in digits"),
        ("Infinity", "Write a price in digits"),
        ("１２", "no number"),
        ("12 pips", "“pips” is no unit"),
        ("$12 ticks", "“$ticks” is no unit"),
        ("100%", "less than 100%"),
        ("1,200 ticks", "two ways"),
        ("1000000 ticks", "less than 1000000 ticks"),
        ("1..2", "no number"),
        ("5.", "no number"),
        ("9" * 40, "no number"),
    ],
)
def test_a_price_is_judged_as_a_whole_and_says_what_is_wrong(text: str, hint: str) -> None:
    found = Price().parse(text)
    assert isinstance(found, Invalid)
    assert hint in found.message


@pytest.mark.parametrize(
    ("text", "amount", "unit", "canonical"),
    [
        ("5%", "5", Unit.PERCENT, "5%"),
        ("5 %", "5", Unit.PERCENT, "5%"),
        ("5.2%", "5.2", Unit.PERCENT, "5.2%"),
        ("-3.3129 %", "-3.3129", Unit.PERCENT, "-3.3129%"),
        ("+1.5%", "1.5", Unit.PERCENT, "1.5%"),
        ("0,4 percent", "0.4", Unit.PERCENT, "0.4%"),
        ("1 tick", "1", Unit.TICKS, "1 tick"),
        ("1 ticks", "1", Unit.TICKS, "1 tick"),
        ("1tick", "1", Unit.TICKS, "1 tick"),
        ("12ticks", "12", Unit.TICKS, "12 ticks"),
        ("7.5 Ticks", "7.5", Unit.TICKS, "7.5 ticks"),
        ("-25 ticks", "-25", Unit.TICKS, "-25 ticks"),
        ("- 1 tick", "-1", Unit.TICKS, "-1 tick"),
        ("0 ticks", "0", Unit.TICKS, "0 ticks"),
        ("15 points", "15", Unit.POINTS, "15 points"),
        ("250 dollars", "250", Unit.DOLLARS, "250 dollars"),
        ("250$", "250", Unit.DOLLARS, "250 dollars"),
        ("-$250", "-250", Unit.DOLLARS, "-250 dollars"),
        ("1 dollar", "1", Unit.DOLLARS, "1 dollar"),
    ],
)
def test_a_price_may_be_a_distance_from_the_last_price(text: str, amount: str, unit: Unit, canonical: str) -> None:
    found = Price().parse(text)
    assert found == RelativePrice(Decimal(amount), unit)
    assert Price().format(found) == canonical


def test_a_distance_says_its_side() -> None:
    assert RelativePrice(Decimal(-12), Unit.TICKS).words == "12 ticks below the last price"
    assert RelativePrice(Decimal("0.4"), Unit.PERCENT).words == "0.4% above the last price"
    assert RelativePrice(Decimal(0), Unit.POINTS).words == "the last price"


def test_zero_is_a_price_only_where_it_means_as_it_is() -> None:
    assert Price(keep=True).parse("0") == 0
    assert isinstance(Price().parse("0"), Invalid)


@pytest.mark.parametrize(
    ("text", "hour", "minute"),
    [
        ("1:30", 1, 30),
        ("01:30", 1, 30),
        ("13:30", 13, 30),
        ("1:30 AM", 1, 30),
        ("1:30am", 1, 30),
        ("01:30 PM", 13, 30),
        ("12:00 AM", 0, 0),
        ("12:30 PM", 12, 30),
        ("0:00", 0, 0),
        ("23:59", 23, 59),
    ],
)
def test_a_clock_time_is_read_in_every_documented_form_and_sent_as_it_was_written(
    text: str, hour: int, minute: int
) -> None:
    found = ClockText().parse(text)
    assert not isinstance(found, Invalid)
    assert (found.time.hour, found.time.minute, found.text) == (hour, minute, text.upper())


def test_a_rate_has_a_minute_unless_it_says_otherwise() -> None:
    assert RateText().parse("2") == Rate(2)
    assert Rate(2).span_s == 60
    found = RateText().parse("2 / 300")
    assert found == Rate(2, 300)
    assert RateText().format(Rate(2, 300)) == "2/300"
    assert RateText().parse("1000/86400") == Rate(1000, 86_400)


def test_position_states_are_read_with_comma_or_slash_and_sent_with_a_comma() -> None:
    for text in ("Long, flat", "long/flat", "LONG,FLAT"):
        found = States().parse(text)
        assert found == ("long", "flat")
        assert States().format(found) == "long,flat"


def test_a_flag_is_true_or_false_and_never_a_guess() -> None:
    assert Flag().parse(" TRUE ") is True
    assert Flag().parse("False") is False
    assert isinstance(Flag().parse("yes"), Invalid)


def test_a_delay_may_have_parts_of_a_second_and_ends_at_sixty() -> None:
    assert Seconds(60).parse("2,5") == Decimal("2.5")
    assert Seconds(60).parse("60") == 60
    assert isinstance(Seconds(60).parse("60.01"), Invalid)


@pytest.mark.parametrize(("text", "value"), [("1", 1), ("007", 7), (" 12 ", 12), ("100000", 100_000)])
def test_a_quantity_is_a_whole_number(text: str, value: int) -> None:
    assert Quantity().parse(text) == value


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("0", "1 to 100000"),
        ("100001", "1 to 100000"),
        ("9" * 500, "1 to 100000"),
        ("9" * 5000, "5000 letters long"),
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
