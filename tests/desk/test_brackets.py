"""Bracket templates: distances only, laid to the side of the order they are put to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosstrade_desk.desk.brackets import bracket_of, laid
from crosstrade_desk.protocol.catalogue import PLACE
from crosstrade_desk.protocol.command import Command, compose
from crosstrade_desk.protocol.problems import Problem
from crosstrade_desk.storage.presets import Preset
from support.desks import ENTRY

BRACKET = {"take_profit": "40 ticks", "stop_loss": "-20 ticks"}


def test_a_template_keeps_the_distances_of_the_form_and_nothing_else_of_it() -> None:
    form = Preset("", sends=True, fields={**ENTRY, **BRACKET}, extra={"new_field": "1"})
    made = bracket_of(form)
    assert made == Preset("", part=True, fields=BRACKET, extra={})


def test_a_price_is_no_part_of_a_template() -> None:
    made = bracket_of(Preset("", fields={**ENTRY, "take_profit": "6500", "stop_loss": "-20 ticks"}))
    assert isinstance(made, Preset)
    assert made.fields == {"stop_loss": "-20 ticks"}


@pytest.mark.parametrize("fields", [ENTRY, {**ENTRY, "take_profit": "6500"}, {**ENTRY, "stop_loss": "soon"}])
def test_without_a_distance_there_is_no_template(fields: dict[str, str]) -> None:
    assert isinstance(bracket_of(Preset("", fields=fields)), Problem)


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ("BUY", {"take_profit": "40 ticks", "stop_loss": "-20 ticks"}),
        ("SELL", {"take_profit": "-40 ticks", "stop_loss": "20 ticks"}),
        ("", BRACKET),
    ],
)
def test_target_and_stop_lie_the_way_the_side_wants(action: str, expected: dict[str, str]) -> None:
    assert laid(BRACKET, action) == expected
    if action:
        assert laid(laid(BRACKET, "SELL"), action) == expected


@pytest.mark.parametrize("action", ["BUY", "SELL"])
@given(target=st.integers(-500, 500).filter(bool), stop=st.integers(-500, 500).filter(bool))
def test_a_laid_bracket_is_never_on_the_wrong_side(action: str, target: int, stop: int) -> None:
    texts = laid({"take_profit": f"{target} ticks", "stop_loss": f"{stop} ticks"}, action)
    assert isinstance(compose(PLACE, {**ENTRY, "action": action, **texts}), Command)


def test_texts_with_a_side_of_their_own_and_other_texts_stay() -> None:
    own = {**BRACKET, "action": "SELL"}
    assert laid(own, "SELL") == own
    assert laid({"qty": "3", "stop_loss": "6400", "take_profit": "x"}, "SELL") == {
        "qty": "3",
        "stop_loss": "6400",
        "take_profit": "x",
    }
