"""Where entries went, and what of it a FLATTEN would not reach."""

from datetime import date

import pytest

from crosstrade_desk.desk.traded import Held, Traded, never_came
from crosstrade_desk.desk.trails import CONFIRMED_IN_S
from crosstrade_desk.protocol.catalogue import SPECS
from crosstrade_desk.protocol.command import Command
from crosstrade_desk.readback.values import Order, Orders, Position, Positions
from support.catalogue import composed
from support.desks import ENTRY, SCOPE

TODAY = date(2026, 11, 26)
LIVE = "LIVE"
OTHER = Held(LIVE, "Sim102", "MES 12-26")


def entry(account: str = "Sim102", instrument: str = "MES 12-26") -> Command:
    return composed(SPECS["PLACE"], {**ENTRY, "account": account, "instrument": instrument})


def exit_(token: str = "FLATTEN", **texts: str) -> Command:
    return composed(SPECS[token], texts)


HERE = exit_(**SCOPE)
THERE = exit_(account="Sim102", instrument="MES 12-26")


def traded(command: Command | None = None) -> Traded:
    made = Traded()
    made.begun(7, LIVE, command or entry(), TODAY)
    return made


@pytest.mark.parametrize(
    ("command", "exit_", "left"),
    [
        (entry("Sim101"), HERE, ()),
        (entry("sim101", "MES1!"), HERE, ()),
        (entry(), HERE, (OTHER,)),
        (entry("Sim101,Sim102"), HERE, (OTHER,)),
        (entry("Sim101", "ES 12-26"), HERE, (Held(LIVE, "Sim101", "ES 12-26"),)),
        (entry(), exit_("FLATTENEVERYTHING"), ()),
        (entry(), None, (OTHER,)),
    ],
)
def test_what_a_flatten_would_not_reach(command: Command, exit_: Command | None, left: tuple[Held, ...]) -> None:
    assert traded(command).beyond(LIVE, exit_, TODAY) == left


@pytest.mark.parametrize("command", [THERE, exit_("CANCELORDERS", account="Sim102", instrument="MES 12-26")])
def test_what_enters_nothing_leaves_nothing_to_flatten(command: Command) -> None:
    assert Traded().begun(7, LIVE, command, TODAY) == ()
    assert traded(command).beyond(LIVE, HERE, TODAY) == ()


def test_each_place_has_its_own() -> None:
    assert traded().beyond("PRACTICE", HERE, TODAY) == ()


def test_what_was_entered_last_comes_first() -> None:
    made = traded()
    made.begun(8, LIVE, entry("Sim103"), TODAY)
    made.begun(9, LIVE, entry(), TODAY)
    assert [held.account for held in made.beyond(LIVE, HERE, TODAY)] == ["Sim102", "Sim103"]


@pytest.mark.parametrize(
    ("outcome", "accounts", "is_left"),
    [
        ("accepted", "Sim102", True),
        ("unknown", "Sim102", True),
        ("not sent", "Sim102", False),
        ("refused", "Sim102", False),
        ("refused", "Sim102,Sim103", True),
    ],
)
def test_an_entry_that_surely_never_came_is_nothing_to_flatten(outcome: str, accounts: str, is_left: bool) -> None:
    command = entry(accounts)
    made = traded(command)
    made.ended(7, LIVE, command, outcome, TODAY, 0.0)
    assert (OTHER in made.beyond(LIVE, HERE, TODAY)) is is_left
    assert never_came(command, outcome) is not is_left


def test_one_that_came_stays_when_another_did_not() -> None:
    made = traded()
    made.begun(8, LIVE, entry(), TODAY)
    made.ended(8, LIVE, entry(), "refused", TODAY, 0.0)
    assert made.beyond(LIVE, HERE, TODAY) == (OTHER,)


@pytest.mark.parametrize(
    ("place", "command", "outcome", "is_left"),
    [
        (LIVE, THERE, "accepted", False),
        (LIVE, exit_("FLATTENEVERYTHING"), "accepted", False),
        (LIVE, THERE, "unknown", True),
        (LIVE, THERE, "refused", True),
        ("PRACTICE", THERE, "accepted", True),
        (LIVE, HERE, "accepted", True),
        (LIVE, exit_("CANCELORDERS", account="Sim102", instrument="MES 12-26"), "accepted", True),
    ],
)
def test_only_an_exit_that_was_accepted_and_reaches_it_takes_it_away(
    place: str, command: Command, outcome: str, is_left: bool
) -> None:
    made = traded()
    made.ended(8, place, command, outcome, TODAY, 0.0)
    assert bool(made.beyond(LIVE, HERE, TODAY)) is is_left


def test_an_exit_takes_nothing_away_that_was_entered_after_it() -> None:
    made = traded()
    made.ended(6, LIVE, THERE, "accepted", TODAY, 0.0)
    assert made.beyond(LIVE, HERE, TODAY) == (OTHER,)


def test_what_was_put_away_comes_back_with_the_next_entry() -> None:
    made = traded()
    made.forget(OTHER)
    assert made.beyond(LIVE, HERE, TODAY) == ()
    made.begun(8, LIVE, entry(), TODAY)
    assert made.beyond(LIVE, HERE, TODAY) == (OTHER,)


# --- what a read takes away ---

ANSWERED, NOTHING, FLAT = 1000.0, Orders(), Positions()
LATER = ANSWERED + CONFIRMED_IN_S
WORKS = Order("1", "Sim102", "MES 12-26", "Limit", "Working", "Buy", 1)
OPEN = Position("Sim102", "MES 12-26", "Long", 1)


def answered() -> Traded:
    made = traded()
    made.ended(7, LIVE, entry(), "accepted", TODAY, ANSWERED)
    return made


def left(made: Traded) -> bool:
    return bool(made.beyond(LIVE, HERE, TODAY))


def read(
    made: Traded,
    *,
    asked: float = LATER,
    orders: Orders = NOTHING,
    held: Positions = FLAT,
    after: float = 1.0,
    account: str = "Sim102",
    place: str = LIVE,
) -> bool:
    """Orders of an account are read, then positions. Gives whether something is left."""
    made.orders(place, account, orders, asked, asked + 0.5, TODAY)
    made.positions(place, held, asked + after, TODAY)
    return left(made)


def test_what_is_flat_without_a_working_order_is_taken_away() -> None:
    assert not read(answered())


def test_what_was_never_answered_is_not() -> None:
    assert read(traded(), asked=10**9)


@pytest.mark.parametrize(
    "told",
    [
        {"asked": LATER - 1},
        {"after": 0.25},
        {"held": Positions((OPEN,))},
        {"held": Positions((), whole=False)},
        {"orders": Orders((WORKS,))},
        {"orders": Orders((Order("1", "Sim102", None, state="Working"),))},
        {"orders": Orders((), whole=False)},
        {"account": "Sim103"},
        {"place": "PRACTICE"},
    ],
    ids=[
        "asked too soon",
        "positions asked before the orders were known",
        "open",
        "not all positions",
        "works",
        "works, nobody knows where",
        "not all orders",
        "another account",
        "another place",
    ],
)
def test_a_read_that_does_not_prove_it_takes_nothing_away(told: dict) -> None:
    assert read(answered(), **told)


@pytest.mark.parametrize(
    "told",
    [
        {"orders": Orders((Order("1", "Sim102", "MES 12-26", state="Filled"),))},
        {"orders": Orders((Order("1", "Sim102", "ES 12-26", state="Working"),))},
        {"held": Positions((Position("Sim102", "ES 12-26", "Long", 1),))},
        {"held": Positions((Position("Sim103", "MES 12-26", "Long", 1),))},
        {"held": Positions((Position("Sim102", "MES 12-26", "Flat", 0),))},
        {"account": "sim102"},
    ],
)
def test_what_is_elsewhere_or_over_does_not_keep_it(told: dict) -> None:
    assert not read(answered(), **told)


def test_an_order_that_works_again_and_another_entry_begin_the_count_anew() -> None:
    made = answered()
    made.orders(LIVE, "Sim102", NOTHING, LATER, LATER, TODAY)
    made.orders(LIVE, "Sim102", Orders((WORKS,)), LATER + 1, LATER + 1, TODAY)
    made.positions(LIVE, Positions(), LATER + 2, TODAY)
    assert left(made)
    made.orders(LIVE, "Sim102", NOTHING, LATER + 3, LATER + 3, TODAY)
    made.begun(8, LIVE, entry(), TODAY)
    made.positions(LIVE, Positions(), LATER + 4, TODAY)
    assert left(made)


def test_a_delay_that_the_message_asks_for_counts_from_its_answer() -> None:
    late = composed(SPECS["PLACE"], {**ENTRY, "account": "Sim102", "delay": "30"})
    made = traded(late)
    made.ended(7, LIVE, late, "accepted", TODAY, ANSWERED)
    assert read(made)
    assert not read(made, asked=LATER + 30)
