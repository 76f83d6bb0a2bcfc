"""Several presses of SEND in a second: the status line says that one went, and how many did not."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from crosstrade_desk.storage.rows import BLOCKED, Ending, Intent, Row
from crosstrade_desk.ui.hammered import Hammered
from support.desks import YES
from support.windows import Glass

WIRE = "key=••••;\ncommand=PLACE;\naccount=Sim101;\ninstrument=MES 12-26;"
WENT = Row(1, Intent(1_000_000, "LIVE", "PLACE", "Sim101", "MES 12-26", "Buy 1", WIRE), None)


def kept_in(number: int, after_ms: int, rule: str = "double press") -> Row:
    intent = replace(WENT.intent, at_us=WENT.intent.at_us + after_ms * 1000)
    return Row(number, intent, Ending(BLOCKED, "Not sent: too soon.", None, "", 0, rule))


def ended(outcome: str) -> Row:
    return replace(WENT, ending=Ending(outcome, "So it was.", 200, "", 1))


def test_presses_after_the_one_that_went_are_counted_with_the_time_they_took() -> None:
    seen = Hammered()
    assert seen.begun(WENT) == WENT
    assert seen.words(WENT) == ""
    assert seen.begun(kept_in(2, 110, "in flight")) == WENT
    assert seen.words(WENT) == "1 sent; 1 further press within 0.2 s was not sent."
    seen.begun(kept_in(3, 250))
    assert seen.begun(kept_in(4, 441)) == WENT
    assert seen.words(WENT) == "1 sent; 3 further presses within 0.5 s were not sent."


def test_rows_of_further_presses_may_come_before_that_of_the_one_that_went() -> None:
    seen = Hammered()
    assert seen.begun(kept_in(2, 100)) is None
    assert seen.begun(kept_in(3, 200)) is None
    seen.begun(WENT)
    assert seen.words(WENT).startswith("1 sent; 2 further presses within 0.2 s")


def test_the_first_is_not_called_sent_if_it_was_not() -> None:
    seen = Hammered()
    seen.begun(WENT)
    seen.begun(kept_in(2, 100))
    seen.ended(ended("not sent"))
    assert seen.words(ended("not sent")) == "1 further press within 0.1 s was not sent either."


@pytest.mark.parametrize("case", ["another order", "another place", "another guard", "a newer one that went"])
def test_what_repeats_nothing_is_not_counted(case: str) -> None:
    seen, row = Hammered(), kept_in(2, 100)
    seen.begun(WENT)
    match case:
        case "another order":
            row = replace(row, intent=replace(row.intent, wire=WIRE.replace("Sim101", "Sim102")))
        case "another place":
            row = replace(row, intent=replace(row.intent, place="PRACTICE"))
        case "another guard":
            row = kept_in(2, 100, "size")
        case _:
            seen.begun(row)
            row = replace(WENT, id=3)
    assert seen.begun(row) == (row if row.ending is None else None)
    assert seen.words(row if row.ending is None else WENT) == ""


def test_the_status_line_says_that_the_first_press_went_and_what_became_of_it(glass: Glass) -> None:
    glass.fill()
    status = glass.window.status
    for _ in range(4):
        QTest.mouseClick(glass.part("send"), Qt.MouseButton.LeftButton)
        glass.settle()
        glass.time.now += 0.1
        glass.time.wall_us += 100_000
    assert "  1 sent; 3 further presses within 0.3 s were not sent. … no answer yet (PRACTICE): Buy 1" in status.text()
    glass.wire.waiting[0].set_result(YES)
    glass.wait(lambda: "accepted (PRACTICE): " in status.text())
    assert "  1 sent; 3 further presses" in status.text()
    QTest.mouseClick(glass.part("send"), Qt.MouseButton.LeftButton)
    glass.settle()
    assert "  1 sent; 4 further presses within 0.4 s were not sent. ✓ accepted" in status.text()
    assert len(glass.sent) == 1


def test_a_press_of_another_order_says_why_it_was_not_sent(glass: Glass) -> None:
    glass.fill()
    glass.click("send")
    glass.type("qty", "2")
    QTest.mouseClick(glass.part("send"), Qt.MouseButton.LeftButton)
    glass.settle()
    assert "no answer yet" in glass.window.status.text()
    glass.window.ticket.send()
    glass.settle()
    assert "Not sent: the order before it has no answer yet. Wait for it; exits leave." in glass.window.status.text()
