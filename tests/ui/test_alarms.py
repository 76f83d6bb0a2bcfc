"""An exit that did not come out stands in the window until the trader puts it away or the same exit comes out."""

import asyncio
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from crosstrade_desk.desk import carrier
from crosstrade_desk.desk.events import Mode, Place
from crosstrade_desk.sending.outcome import Answer, NotSent, Outcome, Refused, Unknown
from crosstrade_desk.storage.rows import Ending, Intent, Row
from crosstrade_desk.ui import overtaken
from crosstrade_desk.ui.log.alarm_bar import AlarmBar
from crosstrade_desk.ui.log.alarms import Alarms
from crosstrade_desk.ui.ticket.hold import HOLD_MS
from support.desks import YES
from support.events import ended
from support.keys import STRAY, stops
from support.windows import Glass

LEFT = Qt.MouseButton.LeftButton
LIVE = Place(Mode.LIVE, "https://app.crosstrade.io/v1/send/••••/••••")
NO = Refused("Account not found", Answer(200, '{"success": false}'))
KILLED = Refused("Blocked: the kill switch is on", Answer(200, '{"success": false}'))
SCOPED = "key=••••;\ncommand=FLATTEN;\naccount=APEX-1;\ninstrument=MES 12-26;"
OTHER = "key=••••;\ncommand=CANCELALLORDERS;"


def bar(glass: Glass) -> AlarmBar:
    return glass.window.log.alarms


def flatten(glass: Glass, outcome: Outcome) -> None:
    """Presses FLATTEN and waits for this outcome of it."""
    ended = len(glass.book.endings)
    glass.wire.always = outcome
    glass.click("flatten")
    glass.wait(lambda: len(glass.book.endings) > ended)
    glass.settle()


def press(glass: Glass, hold: bool = False) -> None:
    """Presses the bar's button once it takes presses."""
    button = bar(glass).send_button
    glass.wait(button.isEnabled)
    QTest.mousePress(button, LEFT)
    if hold:
        glass.run(asyncio.sleep(1.5 * HOLD_MS / 1000))
    QTest.mouseRelease(button, LEFT)
    glass.settle()


def row(number: int, outcome: str, wire: str = SCOPED, at_us: int = 1, place: str = "LIVE") -> Row:
    intent = Intent(at_us, place, "FLATTEN", "APEX-1", "MES 12-26", "Flatten", wire)
    return Row(number, intent, Ending(outcome, "7 tries in 10 s. Nobody answers there.", None, "", 1))


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (NO, "REFUSED: FLATTEN MES 12-26 on Sim101. The position may still be open. Account not found"),
        (Unknown("No answer."), "UNKNOWN: FLATTEN MES 12-26 on Sim101 may not have got through."),
    ],
)
def test_an_exit_that_failed_stands_until_it_is_put_away(glass: Glass, outcome: Outcome, said: str) -> None:
    glass.fill()
    assert not bar(glass).isVisible()
    flatten(glass, outcome)
    assert bar(glass).isVisible()
    assert said in bar(glass).words.text()
    assert bar(glass).property("alarm") == "failed"
    glass.type("qty", "3")
    assert bar(glass).isVisible()
    glass.wait(bar(glass).dismiss_button.isEnabled)
    QTest.mouseClick(bar(glass).dismiss_button, LEFT)
    assert not bar(glass).isVisible()


def test_an_exit_that_never_left_says_how_often_it_was_tried(glass: Glass, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carrier, "_PAUSES_S", (0.001,))
    monkeypatch.setattr(carrier, "REPEAT_FOR_S", 10.0)
    send = glass.wire.send

    async def later(*args: object) -> Outcome:
        glass.time.now += 3
        return await send(*args)  # type: ignore[arg-type]

    glass.wire.send = later  # type: ignore[method-assign]
    glass.fill()
    flatten(glass, NotSent("Nobody answers there."))
    assert "did not get through. The position may still be open. 4 tries in 12 s." in bar(glass).words.text()
    assert glass.book.endings[1].sentence.startswith("4 tries in 12 s.")


def test_one_press_flattens_again_and_a_yes_takes_the_bar_away(glass: Glass) -> None:
    glass.fill()
    flatten(glass, NO)
    glass.type("instrument", "ES 12-26")
    glass.wire.always = YES
    press(glass)
    glass.wait(lambda: len(glass.book.endings) == 2)
    glass.settle()
    assert glass.sent == ["command=FLATTEN;\naccount=Sim101;\ninstrument=MES 12-26;"] * 2
    assert not bar(glass).isVisible()


def test_a_yes_to_the_same_exit_by_its_own_button_takes_the_bar_away(glass: Glass) -> None:
    glass.fill()
    flatten(glass, NO)
    flatten(glass, YES)
    assert not bar(glass).isVisible()


def test_the_bar_takes_no_press_that_was_meant_for_what_stood_there_before_and_no_key(glass: Glass) -> None:
    glass.fill()
    flatten(glass, NO)
    QTest.mouseClick(bar(glass).send_button, LEFT)
    QTest.mouseClick(bar(glass).dismiss_button, LEFT)
    assert bar(glass).isVisible()
    glass.wait(bar(glass).send_button.isEnabled)
    for button in (bar(glass).send_button, bar(glass).dismiss_button):
        assert button not in stops(glass.window), "no key reaches it"
    for key in STRAY:
        QTest.keyClick(glass.window.log.table, key)
        QTest.keyClick(glass.window, key)
    assert bar(glass).isVisible()
    assert len(glass.sent) == 1


def test_nothing_moves_when_the_bar_comes_and_goes(glass: Glass) -> None:
    glass.fill()
    log, least = glass.window.log, glass.window.minimumSizeHint()
    parts = [log.table, log.details, glass.window.ticket, *glass.window.findChildren(QPushButton, "copy-details")]
    places = [part.geometry() for part in parts]
    flatten(glass, NO)
    assert bar(glass).isVisible()
    assert len(parts) == 4
    assert [part.geometry() for part in parts] == places
    assert glass.window.minimumSizeHint() == least


def test_at_another_place_it_is_said_and_nothing_is_offered(glass: Glass) -> None:
    glass.fill()
    flatten(glass, NO)
    glass.desk.connect(LIVE, glass.wire)
    glass.settle()
    assert bar(glass).words.text().startswith("PRACTICE: REFUSED: FLATTEN")
    assert not bar(glass).send_button.isVisible()


@pytest.mark.parametrize(
    ("options", "label", "sent"),
    [
        ({"quantity": "1"}, "Flatten all of it", "command=FLATTEN;\naccount=Sim101;\ninstrument=MES 12-26;"),
        (
            {"delay": "2"},
            "Send the same again",
            "command=CLOSEPOSITION;\naccount=Sim101;\ninstrument=MES 12-26;\ndelay=2;",
        ),
        ({}, "Flatten again", "command=CLOSEPOSITION;\naccount=Sim101;\ninstrument=MES 12-26;"),
    ],
)
def test_what_is_offered_after_a_failed_exit_is_what_the_button_says(
    glass: Glass, options: dict[str, str], label: str, sent: str
) -> None:
    """A part of a position that is closed twice is two parts: in its place all of it is flattened."""
    glass.wire.always = NO
    glass.fill()
    glass.choose("CLOSEPOSITION")
    for name, text in options.items():
        glass.window.ticket.form.editor(name).set_text(text)
    glass.settle()
    glass.time.now += 5
    glass.click("send")
    glass.wait(lambda: bool(glass.book.endings))
    glass.settle()
    assert "REFUSED: CLOSEPOSITION MES 12-26 on Sim101" in bar(glass).words.text()
    assert bar(glass).send_button.words == label
    glass.wire.always = YES
    press(glass)
    glass.wait(lambda: len(glass.book.endings) == 2)
    glass.settle()
    assert glass.sent[-1] == sent
    assert not bar(glass).isVisible()


def test_of_an_exit_with_a_field_that_nobody_knows_nothing_is_offered() -> None:
    """It could be another order than its name says, and a cancel is no flatten."""
    alarms = Alarms()
    alarms.ended(row(1, "refused", OTHER + "\nfoo_bar=1;"))
    assert alarms.current
    assert alarms.current.again is None
    alarms.ended(row(2, "refused", "key=••••;\ncommand=FLATTEN;\naccount=APEX-1;\nfoo_bar=1;"))
    assert alarms.current.again is None, "without the instrument it would reach more"


def test_the_verb_of_an_alarm_is_in_sight_in_a_small_window(glass: Glass) -> None:
    glass.window.resize(glass.window.minimumSizeHint())
    glass.fill()
    flatten(glass, NO)
    shown = bar(glass).words.shown()
    assert " ".join(shown).startswith("REFUSED: FLATTEN MES 12-26 on Sim101. The position may still")
    assert len(shown) == 2
    lines = len(shown) * bar(glass).words.fontMetrics().lineSpacing()
    assert lines <= bar(glass).words.height()
    assert "Account not found" in bar(glass).words.toolTip()


def test_the_head_of_a_log_that_is_drawn_wider_under_an_alarm_has_its_words_again(glass: Glass) -> None:
    glass.window.resize(900, 640)
    glass.settle()
    glass.fill()
    flatten(glass, NO)
    assert not glass.window.log.more_button.isVisible()
    glass.window.resize(1900, 900)
    glass.settle()
    assert glass.window.log.more_button.isVisible()


def test_what_reaches_everything_has_to_be_held_again(glass: Glass) -> None:
    glass.wire.always = NO
    QTest.mousePress(glass.part("everything"), LEFT)
    glass.wait(lambda: bool(glass.book.endings))
    QTest.mouseRelease(glass.part("everything"), LEFT)
    glass.settle()
    assert "FLATTENEVERYTHING in all accounts" in bar(glass).words.text()
    press(glass)
    assert len(glass.sent) == 1
    press(glass, hold=True)
    assert len(glass.sent) == 2


def test_the_last_word_about_an_exit_counts_and_others_wait_behind_it() -> None:
    alarms = Alarms()
    alarms.ended(row(1, "refused"))
    alarms.ended(row(2, "not sent", OTHER))
    alarms.ended(row(3, "unknown"))
    assert [alarm.row.id for alarm in alarms.standing] == [2, 3]
    alarms.dismiss()
    assert alarms.current
    assert "Orders may still be working." in alarms.current.text
    alarms.ended(row(4, "accepted", OTHER))
    assert alarms.current is None


def test_an_exit_that_a_later_one_took_over_and_that_came_out_raises_nothing() -> None:
    alarms = Alarms()
    alarms.ended(row(2, "accepted", at_us=20))
    alarms.ended(row(1, "not sent", at_us=10))
    assert alarms.current is None
    alarms.ended(row(3, "not sent", at_us=30))
    assert alarms.current


@pytest.mark.parametrize("outcome", ["unconfirmed", "blocked"])
def test_what_is_no_failure_raises_and_settles_nothing(outcome: str) -> None:
    alarms = Alarms()
    alarms.ended(row(1, outcome))
    assert alarms.current is None
    alarms.ended(row(2, "refused"))
    alarms.ended(row(3, outcome))
    assert alarms.current
    alarms.ended(replace(row(4, "accepted"), intent=replace(row(4, "accepted").intent, place="PRACTICE")))
    assert alarms.current, "a yes of another place says nothing of this one"


# --- the kill switch ---


def throw(glass: Glass) -> None:
    glass.wire.always = YES
    QTest.mousePress(glass.part("panic"), LEFT)
    glass.wait(lambda: len(glass.book.endings) == 3)
    QTest.mouseRelease(glass.part("panic"), LEFT)
    glass.wait(glass.part("kill").isVisible)


@pytest.mark.parametrize("refusal", [KILLED, Refused("Not now", Answer(200, '{"success": false}'))])
def test_what_the_kill_switch_refuses_says_so_and_it_can_be_turned_off(glass: Glass, refusal: Refused) -> None:
    glass.fill()
    throw(glass)
    flatten(glass, refusal)
    assert glass.book.endings[4].sentence.startswith("CrossTrade blocks this: its kill switch is on. ")
    model = glass.window.log.model
    assert model.index(0, model.columnCount() - 1).data() == "CrossTrade blocks this: its kill switch is on."
    assert (
        "BLOCKED BY THE KILL SWITCH: FLATTEN MES 12-26 on Sim101. The position may still be open."
        in bar(glass).words.text()
    )
    assert bar(glass).send_button.words == "Turn off: hold"
    glass.wire.always = YES
    press(glass)
    assert len(glass.sent) == 4
    assert "Hold the button" in glass.window.status.text()
    press(glass, hold=True)
    glass.wait(lambda: len(glass.book.endings) == 5)
    glass.settle()
    assert glass.sent[4] == "kill_switch=off;"
    assert not glass.part("kill").isVisible()
    assert bar(glass).send_button.words == "Flatten again"
    assert "Turn it off" not in bar(glass).words.text(), "it is off"
    press(glass)
    glass.wait(lambda: len(glass.book.endings) == 6)
    glass.settle()
    assert not bar(glass).isVisible()


def test_send_says_that_the_kill_switch_blocks_it_and_how_it_is_turned_off(glass: Glass) -> None:
    glass.fill()
    throw(glass)
    glass.wait(lambda: len(glass.book.endings) == 3 and not glass.desk.busy)
    send = glass.window.ticket.send_button
    assert send.words.startswith("ENTRIES OFF"), "PANIC tripped the switch, which is said first"
    glass.desk.switch.arm(("Sim101",))
    glass.settle()
    blocked = "CrossTrade blocks this: its kill switch is on. Turn it off with the command Kill switch."
    order = "Buy 1 MES 12-26 at market on Sim101, good for the day."
    assert send.words == f"SEND to PRACTICE: Place order\n{order} {blocked}"
    glass.choose("FLATTEN")
    assert blocked in send.words, "exits are blocked, too"
    glass.choose("KILLSWITCH")
    glass.press("kill_switch", "Off: let through")
    assert blocked not in send.words
    glass.click("send")
    glass.wait(lambda: not glass.part("kill").isVisible())
    glass.choose("PLACE")
    assert blocked not in send.words


def test_a_refusal_that_names_the_kill_switch_tells_of_one_that_was_thrown_elsewhere(glass: Glass) -> None:
    glass.fill()
    flatten(glass, KILLED)
    assert glass.part("kill").isVisible()
    assert bar(glass).send_button.words == "Turn off: hold"
    glass.desk.connect(LIVE, glass.wire)
    glass.settle()
    assert not glass.part("kill").isVisible(), "what another place blocks is not known"


def test_a_refusal_with_a_cause_of_its_own_is_not_laid_on_the_kill_switch(glass: Glass) -> None:
    glass.fill()
    throw(glass)
    flatten(glass, Refused("The add-on is not connected.", Answer(408, "")))
    assert "kill switch" not in glass.book.endings[4].sentence
    assert bar(glass).send_button.words == "Flatten again"


# --- an order without an answer ---


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overtaken, "OFFER_MS", 50)


@pytest.mark.usefixtures("soon")
@pytest.mark.parametrize("late", [None, YES, Unknown("No answer.")])
def test_a_flatten_that_overtook_an_order_warns_and_is_offered_again(glass: Glass, late: Outcome | None) -> None:
    glass.fill()
    glass.click("send")
    glass.click("flatten")
    assert "An order without an answer may still fill after this" in glass.window.status.text()
    glass.wire.waiting[1].set_result(YES)
    if late:
        glass.wire.waiting[0].set_result(late)
    glass.wait(lambda: 2 in glass.book.endings)
    glass.wait(bar(glass).isVisible)
    assert (
        "LOOK AT POSITIONS: FLATTEN MES 12-26 on Sim101 overtook an order without an answer." in bar(glass).words.text()
    )
    assert bar(glass).property("alarm") == "again"
    glass.wire.always = YES
    press(glass)
    glass.wait(lambda: 3 in glass.book.endings)
    assert glass.sent[-1] == "command=FLATTEN;\naccount=Sim101;\ninstrument=MES 12-26;"


@pytest.mark.usefixtures("soon")
def test_the_warning_stands_in_the_outcome_too(glass: Glass) -> None:
    glass.fill()
    glass.click("send")
    glass.click("flatten")
    glass.wire.waiting[1].set_result(YES)
    glass.wait(lambda: "accepted" in glass.window.status.text())
    assert "An order without an answer may still fill after this" in glass.window.status.text()


@pytest.mark.usefixtures("soon")
@pytest.mark.parametrize("case", ["came to nothing", "another instrument", "answered before"])
def test_nothing_is_offered_where_nothing_can_fill_any_more(glass: Glass, case: str) -> None:
    glass.fill()
    glass.click("send")
    if case == "answered before":
        glass.wire.waiting[0].set_result(YES)
        glass.wait(lambda: 1 in glass.book.endings)
        glass.settle()
    if case == "another instrument":
        glass.type("instrument", "ES 12-26")
    glass.click("flatten")
    assert ("may still fill" in glass.window.status.text()) == (case == "came to nothing")
    glass.wire.waiting[1].set_result(YES)
    if case == "came to nothing":
        glass.wire.waiting[0].set_result(NO)
    glass.wait(lambda: 2 in glass.book.endings)
    glass.run(asyncio.sleep(0.2))
    assert not (bar(glass).isVisible() and bar(glass).property("alarm") == "again")


def test_an_outcome_of_an_entry_raises_nothing(glass: Glass) -> None:
    glass.bridge.ended.emit(ended(row(9, "refused", "key=••••;\ncommand=REVERSE;\naccount=A;\ninstrument=MES 12-26;")))
    assert not bar(glass).isVisible()
