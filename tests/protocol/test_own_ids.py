"""Order ids of the program's own: where they are put, and that they are unique and found again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosstrade_desk.protocol.catalogue import SPECS
from crosstrade_desk.protocol.command import Command, compose
from crosstrade_desk.protocol.own_ids import with_own_id, without_own_id
from crosstrade_desk.protocol.own_text import own_id
from crosstrade_desk.protocol.page import minimal

OWN = own_id(1_795_651_200_000_000, 12345)
PLACING = {"PLACE", "FLATPLACE", "REVERSEPOSITION"}
MOST = 36**4 - 1
NOW = st.integers(1_700_000_000_000_000, 4_000_000_000_000_000)


def test_only_placing_commands_get_an_id_and_stay_valid_with_it() -> None:
    for token, one in SPECS.items():
        texts = minimal(one)
        found = with_own_id(one, texts, OWN)
        assert (found != texts) == (token in PLACING)
        command = compose(one, found)
        assert isinstance(command, Command)
        assert token not in PLACING or command.texts["order_id"] == OWN


@pytest.mark.parametrize("token", ["CANCEL", "CHANGE", "CANCELREPLACE"])
def test_the_id_of_an_order_that_is_there_already_is_not_made_up(token: str) -> None:
    texts = minimal(SPECS[token]) | {"order_id": ""}
    assert with_own_id(SPECS[token], texts, OWN) == texts


def test_an_id_of_the_traders_own_stays() -> None:
    texts = minimal(SPECS["PLACE"]) | {"order_id": "mine"}
    assert with_own_id(SPECS["PLACE"], texts, OWN) == texts


def test_several_accounts_get_none_as_all_would_get_the_same() -> None:
    texts = minimal(SPECS["PLACE"]) | {"account": "Sim101, Sim102"}
    assert with_own_id(SPECS["PLACE"], texts, OWN) == texts


@given(first=NOW, second=NOW, chance=st.integers(0, MOST), other=st.integers(0, MOST))
def test_no_two_moments_or_chances_give_the_same_id(first: int, second: int, chance: int, other: int) -> None:
    assert (own_id(first, chance) == own_id(second, other)) == ((first, chance) == (second, other))


def test_the_same_order_again_is_the_same_without_its_ids() -> None:
    texts = minimal(SPECS["PLACE"])
    pair = [compose(SPECS["PLACE"], with_own_id(SPECS["PLACE"], texts, own_id(at, 1))) for at in (10**15, 10**15 + 1)]
    first, second = (one for one in pair if isinstance(one, Command))
    assert first != second
    assert without_own_id(first) == without_own_id(second)
    assert "order_id" not in without_own_id(first).texts


@pytest.mark.parametrize("own", ["mine-1", "desk-1-2", OWN + "x"])
def test_an_id_that_the_trader_gave_is_part_of_the_order(own: str) -> None:
    command = compose(SPECS["PLACE"], minimal(SPECS["PLACE"]) | {"order_id": own})
    assert isinstance(command, Command)
    assert without_own_id(command) is command
