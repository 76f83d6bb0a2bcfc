"""Whether an exit led to a flat position: said by a read that came out, within the time a trader waits."""

from datetime import date

import pytest

from crosstrade_desk.desk.flat_watch import Exited, FlatWatch, Way
from crosstrade_desk.protocol.catalogue import SPECS
from crosstrade_desk.protocol.command import Command
from crosstrade_desk.readback.values import Position, Positions
from crosstrade_desk.storage.rows import Intent, Row
from support.catalogue import composed
from support.desks import ENTRY, SCOPE

TODAY = date(2026, 11, 26)
ROW = Row(7, Intent(1, "PRACTICE", "FLATTEN", "Sim101", "MES 12-26", "", ""), None)
LONG = Position("Sim101", "MES 12-26", side="Long", quantity=2)
FLAT = Positions()


def exit_(token: str = "FLATTEN", **texts: str) -> Command:
    return composed(SPECS[token], texts or SCOPE)


def watch(command: Command | None = None) -> FlatWatch:
    made = FlatWatch()
    [begun] = made.answered(ROW, command or exit_(), 100.0)
    assert begun.way is Way.WATCHED
    return made


def ways(told: tuple[Exited, ...]) -> list[Way]:
    return [one.way for one in told]


def test_flat_is_said_by_a_read_that_was_asked_for_after_the_answer() -> None:
    made = watch()
    assert made.take(FLAT, 99.9, TODAY) == ()
    assert ways(made.take(FLAT, 100.5, TODAY)) == [Way.FLAT]
    assert made.take(FLAT, 101.0, TODAY) == ()


def test_a_read_that_was_not_whole_says_nothing_of_what_is_not_in_it() -> None:
    made = watch()
    assert made.take(Positions((), whole=False), 101, TODAY) == ()
    assert ways(made.tick(110)) == [Way.UNREAD]


def test_what_is_still_open_after_ten_seconds_is_said_once_with_what_is_left() -> None:
    made = watch()
    assert made.take(Positions((LONG,)), 101, TODAY) == ()
    assert made.tick(109.9) == ()
    [told] = made.tick(110)
    assert (told.way, told.left) == (Way.OPEN, (LONG,))
    assert told.why == "Not flat: LONG 2 MES 12-26 on Sim101. Look in NinjaTrader, and flatten again."
    assert made.tick(111) == ()
    assert made.take(Positions((LONG,)), 111, TODAY) == ()


def test_what_is_read_later_still_counts() -> None:
    made = watch()
    assert ways(made.tick(110)) == [Way.UNREAD]
    assert ways(made.take(Positions((LONG,)), 112, TODAY)) == [Way.OPEN]
    assert ways(made.take(FLAT, 114, TODAY)) == [Way.FLAT]


@pytest.mark.parametrize(
    ("command", "left", "way"),
    [
        (exit_(), Position("Sim102", "MES 12-26", side="Long", quantity=1), Way.FLAT),
        (exit_(), Position("SIM101", "MESZ6", side="Short", quantity=1), Way.OPEN),
        (exit_(), Position("Sim101", "ES 12-26", side="Short", quantity=1), Way.FLAT),
        (exit_(), Position("Sim101", "MES 12-26", side="Flat", quantity=0), Way.FLAT),
        (exit_(), Position("Sim101", "MES 12-26", side="?", quantity=None), Way.OPEN),
        (exit_("FLATTEN", account="Sim101"), Position("Sim101", "ES 12-26", side="Long", quantity=1), Way.OPEN),
        (exit_("FLATTENEVERYTHING", notes="x"), Position("Any", "CL 01-27", side="Long", quantity=1), Way.OPEN),
        (exit_("FLATTEN", account="Sim101", market_position="short"), LONG, Way.FLAT),
        (exit_("FLATTEN", account="Sim101", market_position="long"), LONG, Way.OPEN),
    ],
)
def test_what_is_left_is_what_the_exit_reaches(command: Command, left: Position, way: Way) -> None:
    made = watch(command)
    assert ways(made.take(Positions((left,)), 110, TODAY)) == [way]


@pytest.mark.parametrize(
    "command",
    [
        exit_("CLOSEPOSITION", **SCOPE, quantity="1"),
        exit_("FLATTEN", **SCOPE, require_market_position="long"),
        exit_("CANCELORDERS"),
        exit_("CANCELALLORDERS", notes="x"),
        exit_("CLOSESTRATEGY", strategy_id="run-42"),
        composed(SPECS["PLACE"], ENTRY),
    ],
)
def test_what_need_not_end_flat_is_not_watched(command: Command) -> None:
    assert FlatWatch().answered(ROW, command, 100.0) == ()


def test_an_entry_after_it_ends_the_watch_for_its_position_is_another_one() -> None:
    made = watch()
    made.opened(composed(SPECS["PLACE"], {**ENTRY, "instrument": "ES 12-26"}), TODAY)
    made.opened(composed(SPECS["PLACE"], {**ENTRY, "account": "Sim102"}), TODAY)
    assert ways(made.tick(110)) == [Way.UNREAD]
    made.opened(composed(SPECS["PLACE"], ENTRY), TODAY)
    assert made.take(Positions((LONG,)), 120, TODAY) == ()


def test_a_delay_of_the_message_is_waited_for() -> None:
    made = watch(exit_("FLATTEN", **SCOPE, delay="30"))
    assert made.take(Positions((LONG,)), 130, TODAY) == ()
    assert ways(made.take(Positions((LONG,)), 141, TODAY)) == [Way.OPEN]


def test_a_day_of_exits_costs_no_more_than_a_few() -> None:
    made = FlatWatch()
    for number in range(5000):
        made.answered(Row(number, ROW.intent, None), exit_(), 100.0)
    assert len(made.tick(110)) == 50
