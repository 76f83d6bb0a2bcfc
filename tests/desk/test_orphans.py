"""Exit orders that work without a position: said only where two reads without one stand around the order."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from crosstrade_desk.desk.orphans import Orphans, is_exit
from crosstrade_desk.readback.values import Order, Orders, Position, Positions

TODAY = date(2026, 11, 26)
STOP = Order(id="1", account="Sim101", instrument="MES 12-26", state="Working", name="Stop1")
LONG = Position(account="Sim101", instrument="MES 12-26", side="Long", quantity=1)


class Reads:
    """Reads one after the other, a second apart: what is held, or which orders work."""

    def __init__(self, *found: Positions | Orders) -> None:
        self.orphans, self.now = Orphans(), 100.0
        for one in found:
            self(one)

    def __call__(self, found: Positions | Orders) -> frozenset[str]:
        self.now += 1
        if isinstance(found, Positions):
            self.orphans.positions(found, self.now, TODAY)
        else:
            self.orphans.orders("Sim101", found, self.now, TODAY)
        return self.orphans.ids


FLAT, HELD, WORKS = Positions(), Positions((LONG,)), Orders((STOP,))


@pytest.mark.parametrize(
    ("found", "ids"),
    [
        ([WORKS], set()),
        ([WORKS, FLAT], set()),
        ([FLAT, WORKS], set()),
        ([FLAT, WORKS, FLAT], {"1"}),
        ([FLAT, WORKS, FLAT, WORKS], {"1"}),
        ([FLAT, WORKS, HELD], set()),
        ([HELD, WORKS, FLAT], set()),
        ([HELD, WORKS, FLAT, WORKS], set()),
        ([HELD, FLAT, WORKS, FLAT], {"1"}),
        ([FLAT, WORKS, FLAT, HELD], set()),
        ([FLAT, WORKS, FLAT, Orders()], set()),
        ([FLAT, WORKS, Positions((), whole=False)], set()),
        ([FLAT, WORKS, FLAT, Positions((), whole=False)], set()),
        ([FLAT, WORKS, Positions((replace(LONG, account="Sim102"),))], {"1"}),
        ([FLAT, WORKS, Positions((replace(LONG, account="SIM101", instrument="MESZ6"),))], set()),
    ],
)
def test_an_order_is_left_over_between_two_reads_without_its_position(
    found: list[Positions | Orders], ids: set[str]
) -> None:
    assert Reads(*found).orphans.ids == ids


def test_a_slow_answer_does_not_count_as_a_later_one() -> None:
    reads = Reads(FLAT, WORKS)
    reads.orphans.positions(HELD, 103, TODAY)
    reads.orphans.positions(FLAT, 101.5, TODAY)
    assert reads.orphans.ids == set()


@pytest.mark.parametrize(
    ("name", "state", "exits"),
    [
        ("Stop1", "Working", True),
        ("TARGET2", "Accepted", True),
        ("Stop loss", "Working", True),
        ("Profit target", "Working", True),
        ("Stop1", "Filled", False),
        ("Entry", "Working", False),
        ("", "Working", False),
        (None, "Working", False),
    ],
)
def test_an_exit_is_known_by_its_name(name: str | None, state: str, exits: bool) -> None:
    assert is_exit(replace(STOP, name=name, state=state)) is exits


UNNAMED = replace(STOP, name="", action="Sell", stop=Decimal(6400), oco="7")
TARGET = replace(UNNAMED, id="2", stop=None, limit=Decimal(6500))


def test_a_target_and_a_stop_that_cancel_each_other_are_exits_without_a_name() -> None:
    assert Reads(FLAT, Orders((UNNAMED, TARGET)), FLAT).orphans.ids == {"1", "2"}


@pytest.mark.parametrize(
    "other",
    [
        replace(TARGET, oco="8"),
        replace(TARGET, action="Buy"),
        replace(TARGET, account="Sim102"),
        replace(UNNAMED, id="2"),
        replace(TARGET, state="Filled"),
    ],
)
def test_two_orders_that_are_no_such_pair_are_entries(other: Order) -> None:
    assert Reads(FLAT, Orders((UNNAMED, other)), FLAT).orphans.ids == set()


ALONE = replace(UNNAMED, oco="")


def test_an_order_that_was_seen_against_a_position_is_left_over_once_that_is_gone() -> None:
    works = Orders((ALONE,))
    assert Reads(HELD, works, FLAT, works, FLAT).orphans.ids == {"1"}
    assert Reads(HELD, works, FLAT, works, HELD).orphans.ids == set()
    assert Reads(HELD, Orders((replace(ALONE, action="Buy"),)), FLAT, works, FLAT).orphans.ids == set()


def test_an_order_that_worked_before_the_position_is_an_entry_still_when_that_is_gone() -> None:
    works = Orders((ALONE,))
    assert Reads(FLAT, works, FLAT, HELD, works, FLAT, works, FLAT).orphans.ids == set()


def test_orders_that_ended_take_no_memory() -> None:
    reads = Reads(HELD, Orders((ALONE,)), Orders(()))
    assert (reads.orphans._against, reads.orphans._entries) == (frozenset(), frozenset())
