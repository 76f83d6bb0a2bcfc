"""What the gate takes up of runs that are over: a run for one message meets no guard for the first time."""

from collections.abc import Sequence

import pytest

from crosstrade_desk.desk.attempts import Attempt, Blocked, Go, Question
from crosstrade_desk.desk.away import Clocks
from crosstrade_desk.desk.former import presses, remembered
from crosstrade_desk.desk.gate import Gate
from crosstrade_desk.protocol.command import Command
from crosstrade_desk.protocol.message import Message, read
from crosstrade_desk.storage.rows import Ending, Intent, Row

NOW = Clocks(1_790_000_000.0, 500.0)
ENTRY = "command=PLACE; account=Sim101; instrument=MES 12-26; action=BUY; qty={}; order_type=MARKET; tif=DAY;"
PART = "command=CLOSEPOSITION; account=Sim101; instrument=MES 12-26; quantity=1;"
FLATTEN = "command=FLATTEN; account={}; instrument=MES 12-26;"


def command(text: str) -> Command:
    found = read(text).command
    assert isinstance(found, Command)
    return found


def row(ago_s: float, text: str = ENTRY.format(1), outcome: str = "accepted", rule: str = "", took_s: float = 0) -> Row:
    wire = Message(command(text)).masked
    intent = Intent(round((NOW.wall - ago_s) * 1e6), "LIVE", "PLACE", "Sim101", "MES 12-26", "", wire)
    return Row(1, intent, Ending(outcome, "", None, "", round(took_s * 1e6), rule))


def decided(rows: Sequence[Row], text: str = ENTRY.format(2), *, answered: bool = True) -> str:
    """What a gate that takes these rows up, oldest first, says to one press."""
    gate = Gate()
    gate.state.settle(NOW.monotonic, live=True)
    gate.take_up(remembered(presses(rows[::-1], "LIVE", NOW), NOW.monotonic - 900))
    match gate.ask(Attempt(command(text), True, True, NOW.monotonic, answered)):
        case Go():
            return "go"
        case Blocked(rule, _) | Question(rule, _):
            return rule


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([], "go"),
        ([row(0.4)], "double press"),
        ([row(0.6)], "go"),
        ([row(3, took_s=2.6)], "double press"),  # its answer came just now
        ([row(3), row(0.4, outcome="blocked", rule="double press")], "double press"),  # whoever hammers has to pause
        ([row(3), row(0.4, outcome="blocked", rule="size")], "go"),
        ([row(-0.4)], "double press"),  # the clock on the wall was put back a little
        ([row(-3600)], "go"),
        ([row(0.6), row(0.7), row(0.8)], "burst"),
        ([row(40 - n) for n in range(20)], "rate"),
        ([row(3600, outcome="unknown")], "armed"),
        ([row(3600, outcome="sending")], "armed"),
        ([row(3600, outcome="unknown"), row(3000)], "go"),
        ([row(3600, outcome="unknown"), row(3000, FLATTEN.format("Sim101"))], "go"),
        ([row(3600, outcome="unknown"), row(3000, FLATTEN.format("Sim102"))], "armed"),
        ([row(3600, outcome="unknown"), row(3000, FLATTEN.format("Sim101"), "refused")], "armed"),
        ([row(30 - n, outcome="refused") for n in range(3)], "armed"),
        ([row(30 - n, outcome="not sent") for n in range(2)], "go"),
        ([row(3000 - n, outcome="refused") for n in range(3)], "go"),
    ],
)
def test_an_entry_is_held_to_what_other_runs_sent(rows: list[Row], said: str) -> None:
    assert decided(rows) == said


def test_the_same_again_is_asked_about_across_runs() -> None:
    assert decided([row(5)], ENTRY.format(1), answered=False) == "same again"
    assert decided([row(15)], ENTRY.format(1), answered=False) == "go"


@pytest.mark.parametrize("back_s", [11, 3600, 86_400])
def test_the_same_again_is_asked_about_though_the_clock_was_put_back_since(back_s: float) -> None:
    assert decided([row(-back_s)], ENTRY.format(1), answered=False) == "same again"
    assert decided([row(-back_s - 1), row(-back_s)], ENTRY.format(1), answered=False) == "same again"
    assert decided([row(-back_s), row(60, ENTRY.format(3))], ENTRY.format(1), answered=False) == "go"


def test_nobody_waits_until_a_clock_that_was_put_back_has_caught_up() -> None:
    assert decided([row(n - 3600) for n in range(30, 0, -1)]) == "go"


def test_another_place_does_not_count() -> None:
    other = row(0.1)
    practice = Row(1, Intent(other.intent.at_us, "PRACTICE", "PLACE", "", "", "", other.intent.wire), other.ending)
    assert decided([practice]) == "go"


def test_a_part_of_a_position_is_closed_once_by_a_key_that_repeats() -> None:
    assert decided([row(0.4, PART)], PART) == "double press"
    assert decided([row(0.6, PART)], PART) == "go"
    assert decided([row(0.4, FLATTEN.format("Sim101"))], FLATTEN.format("Sim101")) == "go"
