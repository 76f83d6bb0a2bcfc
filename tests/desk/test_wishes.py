"""Wishes of other programs as texts, and what they are told."""

import pytest

from crosstrade_desk.desk.wishes import CODES, Told, Wish, leaving, read_told, read_wish
from crosstrade_desk.protocol.catalogue import COMMANDS
from crosstrade_desk.protocol.command import Command, compose
from crosstrade_desk.protocol.message import Message
from crosstrade_desk.protocol.page import minimal
from crosstrade_desk.protocol.problems import Invalid
from crosstrade_desk.protocol.spec import CommandSpec


@pytest.mark.parametrize("spec", COMMANDS, ids=lambda spec: spec.token)
def test_a_wish_is_read_as_it_was_called_for(spec: CommandSpec) -> None:
    command = compose(spec, minimal(spec))
    assert isinstance(command, Command)
    for wish in (Wish(Message(command)), Wish(Message(command), yes=True, live=True)):
        assert read_wish(wish.texts) == wish


@pytest.mark.parametrize(
    "changed", [{"message": ""}, {"message": "command=BUY;"}, {"yes": "no"}, {"arm": "yes"}, {"live": ""}]
)
def test_a_wish_that_is_not_wholly_understood_is_none(changed: dict[str, str]) -> None:
    texts = {"message": "command=FLATTENEVERYTHING;", "yes": "yes"}
    assert isinstance(read_wish(texts), Wish)
    assert isinstance(read_wish({**texts, **changed}), Invalid)


@pytest.mark.parametrize("outcome", CODES)
def test_what_is_told_arrives_as_it_was_told(outcome: str) -> None:
    told = Told(outcome, "Said.", "size", "LIVE", "https://app.crosstrade.io", "Buy 1")
    assert read_told(told.texts) == told
    assert told.line == f"LIVE at https://app.crosstrade.io: Buy 1. {outcome.capitalize()}: Said."


def test_an_answer_without_an_outcome_tells_none() -> None:
    assert read_told({}) is None
    assert read_told({"outcome": "sold"}) is None


@pytest.mark.parametrize("word", ["flatten", "cancel"])
@pytest.mark.parametrize(
    ("accounts", "instrument", "everything"),
    [
        ([], None, False),
        ([], "MES 12-26", False),
        ([""], None, False),
        (["Sim101", " "], None, False),
        (["Sim101"], "", False),
        (["Sim101"], None, True),
        ([], "MES 12-26", True),
        ([], "", True),
    ],
)
def test_what_was_left_empty_never_widens_an_exit(
    word: str, accounts: list[str], instrument: str | None, everything: bool
) -> None:
    assert isinstance(leaving(word, accounts, instrument, everything), Invalid)


def test_only_what_may_be_done_twice_is_harmless() -> None:
    flatten = leaving("flatten", ["Sim101", "Sim102"], None, False)
    assert isinstance(flatten, Message)
    assert flatten.rest == "\ncommand=FLATTEN;\naccount=Sim101,Sim102;"
    assert Wish(flatten).is_harmless
    part = read_wish({"message": "command=CLOSEPOSITION; account=Sim101; instrument=MES 12-26; quantity=1;"})
    assert isinstance(part, Wish)
    assert not part.is_harmless
