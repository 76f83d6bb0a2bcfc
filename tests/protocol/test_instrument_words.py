"""What the ticket says about an instrument."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosstrade_desk.protocol.catalogue import SPECS
from crosstrade_desk.protocol.command import Command, compose
from crosstrade_desk.protocol.contracts import contracts
from crosstrade_desk.protocol.instrument import Instrument, Notation, parse_instrument
from crosstrade_desk.protocol.instrument_words import about, cautions, price_example
from crosstrade_desk.protocol.prices import Price

TODAY = date(2026, 11, 23)


def parsed(text: str) -> Instrument:
    found = parse_instrument(text)
    assert isinstance(found, Instrument)
    return found


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("MES 12-26", "Micro E-mini S&P 500, Dec 2026, last day Dec 18, tick 0.25 = 1.25 USD"),
        ("ESZ6", "E-mini S&P 500, Dec 2026, last day Dec 18, tick 0.25 = 12.50 USD"),
        ("6J DEC26", "Japanese Yen, Dec 2026, last day Dec 14, tick 0.0000005 = 6.25 USD"),
        ("NQ 03-27", "E-mini Nasdaq-100, Mar 2027, last day Mar 19, tick 0.25 = 5 USD"),
        ("NIYZ6", "Nikkei 225 in yen, Dec 2026, last day Dec 10, tick 5 = 2500 JPY"),
        ("ZNZ26", "10-Year Treasury Note, Dec 2026, last day Dec 21, tick 0.015625 = 15.625 USD"),
        ("FDXS 12-26", "Micro-DAX, Dec 2026, last day Dec 18, tick 1 = 1 EUR"),
        ("CL1!", "WTI Crude Oil, front month Jan 2027, last day Dec 21 2026, tick 0.01 = 10 USD"),
        ("ES 11-26", "E-mini S&P 500, Nov 2026, tick 0.25 = 12.50 USD"),
        ("XYZ 12-26", ""),
        ("XYZ1!", ""),
        ("AAPL", ""),
    ],
)
def test_a_future_is_told_in_one_line(text: str, line: str) -> None:
    assert about(parsed(text), TODAY) == line


@pytest.mark.parametrize(
    ("text", "today", "caution"),
    [
        ("MESU6", "2026-09-19", "MES 09-26 expired on Fri Sep 18 2026. The front month is MES 12-26."),
        ("ES MAR25", "2026-11-23", "ES 03-25 expired on Fri Mar 21 2025. The front month is ES 12-26."),
        ("ES 12-26", "2026-12-10", "ES 12-26 expires on Fri Dec 18 2026, in 8 days: most people trade ES 03-27 now."),
        ("ES 12-26", "2026-12-17", "ES 12-26 expires on Fri Dec 18 2026, tomorrow: most people trade ES 03-27 now."),
        ("ES 12-26", "2026-12-18", "ES 12-26 expires on Fri Dec 18 2026, today: most people trade ES 03-27 now."),
        ("GC 10-26", "2026-10-27", "GC 10-26 expires on Wed Oct 28 2026, tomorrow: most people trade GC 12-26 now."),
        ("ES 11-26", "2026-11-23", "ES has no regular Nov contract: choose Mar, Jun, Sep or Dec."),
        ("GCF7", "2026-11-23", "GC has no regular Jan contract: choose Feb, Apr, Jun, Aug, Oct or Dec."),
        ("ES 11-25", "2026-11-23", "ES has no regular Nov contract: choose Mar, Jun, Sep or Dec."),
    ],
)
def test_what_speaks_against_a_contract_is_said(text: str, today: str, caution: str) -> None:
    assert cautions(parsed(text), date.fromisoformat(today)) == (caution,)


@pytest.mark.parametrize(
    ("text", "today"),
    [
        ("ES 12-26", "2026-12-09"),
        ("ES 03-27", "2026-12-18"),
        ("GC 10-26", "2026-09-01"),
        ("AAPL", "2026-11-23"),
    ],
)
def test_nothing_is_said_without_cause(text: str, today: str) -> None:
    assert cautions(parsed(text), date.fromisoformat(today)) == ()


@given(st.sampled_from(list(contracts())), st.dates(date(2021, 1, 1), date(2060, 12, 31)))
def test_the_front_month_never_draws_a_caution(root: str, today: date) -> None:
    instrument = parsed(f"{root}1!")
    assert instrument.notation is Notation.CONTINUOUS
    assert cautions(instrument, today) == ()
    assert about(instrument, today).startswith(f"{contracts()[root].name}, front month ")


@pytest.mark.parametrize("text", ["XYZ 11-26", "XYZ1!", "XYZZ6"])
def test_a_future_that_is_not_known_is_told(text: str) -> None:
    (told,) = cautions(parsed(text), date(2026, 11, 23))
    assert told == "XYZ is no future that is known here: neither its tick nor its month is checked."


PRICES = [use.field.name for use in SPECS["PLACE"].uses if isinstance(use.field.type, Price)]


@pytest.mark.parametrize("side", ["BUY", "SELL"])
@pytest.mark.parametrize("root", contracts())
def test_an_example_of_a_price_is_on_the_grid_of_its_instrument_and_passes_as_one(root: str, side: str) -> None:
    instrument = parse_instrument(f"{root} 12-26")
    texts = {name: price_example(name, instrument, sells=side == "SELL") for name in PRICES}
    order = {"account": "Sim101", "instrument": f"{root} 12-26", "action": side, "qty": "1", "tif": "DAY"}
    for bracket in (("stop_loss",), ("stop_loss_limit", "stop_loss_stop")):
        given = {name: texts[name] for name in ("limit_price", "take_profit", *bracket)}
        made = compose(SPECS["PLACE"], {**order, "order_type": "LIMIT", **given})
        assert isinstance(made, Command) or {problem.field for problem in made.items} <= {"instrument"}, made
    tick = contracts()[root].tick
    assert {Decimal(text) % tick for text in texts.values()} == {0}
    assert {Decimal(text).as_tuple().exponent for text in texts.values()} == {tick.as_tuple().exponent}
    assert texts["stop_price"] != texts["limit_price"]


@pytest.mark.parametrize("text", ["AAPL", "ZZZ 12-26", "MES", ""])
def test_where_the_tick_is_not_known_no_price_is_given_as_an_example(text: str) -> None:
    assert {price_example(name, parse_instrument(text)) for name in PRICES} == {""}


def test_a_field_that_is_no_price_of_an_order_has_no_example() -> None:
    assert price_example("qty", parse_instrument("MES 12-26")) == ""
