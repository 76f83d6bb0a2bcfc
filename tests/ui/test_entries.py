"""The switch for entries, questions, held buttons and what stands beside an unknown row, worked with real events."""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QGuiApplication, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QLineEdit, QPlainTextEdit, QPushButton

from crosstrade_desk.desk.arming import Disarmed
from crosstrade_desk.desk.attempts import Question
from crosstrade_desk.desk.away import Away
from crosstrade_desk.desk.confirming import Confirming
from crosstrade_desk.desk.events import Asked, Mode, NoPlace, Place, Retrying
from crosstrade_desk.desk.limits import limits_of
from crosstrade_desk.desk.notices import Level, Notice
from crosstrade_desk.desk.panic import messages
from crosstrade_desk.protocol.message import Message
from crosstrade_desk.sending.outcome import NotSent, Unknown
from crosstrade_desk.storage.confirmed import as_text, values_of
from crosstrade_desk.storage.seals import Kept
from crosstrade_desk.storage.settings import Settings
from crosstrade_desk.ui.entry_switch import EntrySwitch
from crosstrade_desk.ui.settings.limits_window import LimitsWindow, shown
from crosstrade_desk.ui.ticket.buttons import FireButton
from crosstrade_desk.ui.ticket.editors import QuantityEditor
from crosstrade_desk.ui.ticket.hold import HOLD_MS, Hold
from support.desks import YES
from support.windows import Glass

LIVE = Place(Mode.LIVE, "https://app.crosstrade.io/v1/send/••••/••••")
FLATTEN = messages()[1]
LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier
YES_KEY = (Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)


@pytest.fixture
def live(glass: Glass) -> Glass:
    """The window on CrossTrade with a live account ticked and an order in the form. Entries are off at first."""
    glass.window.ticket.accounts.set_text("MY-7")
    glass.desk.connect(LIVE, glass.wire)
    glass.time.now += 1
    glass.wire.always = YES
    glass.settle()
    glass.fill()
    return glass


def button(glass: Glass, name: str) -> FireButton:
    found = glass.part(name)
    assert isinstance(found, FireButton)
    return found


def answer(glass: Glass) -> None:
    """Says yes once the question takes it."""
    glass.wait(glass.window.ask.yes.isEnabled)
    QTest.mouseClick(glass.window.ask.yes, LEFT)
    glass.settle()


def test_live_entries_are_off_at_first_and_the_button_says_how_they_go_on(live: Glass) -> None:
    assert "ENTRIES OFF" in button(live, "send").words
    assert live.window.band.entries.text() == "ENTRIES OFF for MY-7"
    live.click("send")
    assert live.sent == []
    assert "Switch entries on" in live.window.status.text()
    assert live.book.endings[1].rule == "armed"


def test_after_a_fault_of_the_program_the_switch_is_off_and_a_press_says_what_to_do(glass: Glass) -> None:
    assert glass.window.band.entries.text() == "ENTRIES ON"
    glass.desk.halt("A fault. Start the program again.")
    switch = glass.window.band.entries
    assert switch.text() == "ENTRIES OFF"
    assert switch.accessibleDescription() == "A fault. Start the program again."
    glass.desk.tell(Notice(Level.INFO, "Something else.", "send"))
    glass.click("entries")
    assert switch.text() == "ENTRIES OFF"
    assert "Start the program again" in glass.window.status.text()


def test_live_entries_go_on_once_the_accounts_were_confirmed_by_name(live: Glass) -> None:
    live.click("entries")
    assert "MY-7 (live)" in live.window.ask.question.text()
    assert live.window.band.entries.text() == "ENTRIES OFF for MY-7"
    answer(live)
    assert live.window.band.entries.text().startswith("ENTRIES ON: MY-7\n")
    live.click("send")
    live.wait(lambda: len(live.sent) == 1)
    live.click("entries")
    assert live.window.band.entries.text() == "ENTRIES OFF"


def test_a_press_that_began_while_the_button_said_entries_are_off_sends_nothing_when_they_are_on_by_its_end(
    live: Glass,
) -> None:
    live.window.ticket.accounts.set_text("LIVE-7")
    live.fill()
    live.settle()
    QTest.mousePress(live.part("send"), LEFT)
    live.desk.switch.arm(["LIVE-7"])
    QTest.mouseRelease(live.part("send"), LEFT)
    live.settle()
    assert live.sent == []
    assert "changed while the button was down" in live.window.status.text()
    live.click("send")
    assert len(live.sent) == 1


def test_a_press_that_began_while_the_button_waited_for_an_answer_sends_nothing_after_it(glass: Glass) -> None:
    glass.fill()
    glass.click("send")
    assert "Waiting" in button(glass, "send").words
    glass.line("qty").setText("2")
    glass.settle()
    QTest.mousePress(button(glass, "send"), LEFT)
    glass.wire.waiting[0].set_result(YES)
    glass.settle()
    glass.time.now += 1
    QTest.mouseRelease(button(glass, "send"), LEFT)
    glass.settle()
    assert len(glass.sent) == 1


def test_an_exit_that_the_form_says_leaves_whatever_entries_were_told_while_the_button_was_down(live: Glass) -> None:
    live.choose("FLATTEN")
    live.type("instrument", "MES 12-26")
    live.settle()
    QTest.mousePress(live.part("send"), LEFT)
    live.desk.switch.arm(["LIVE-7"])
    live.desk.switch.off()
    QTest.mouseRelease(live.part("send"), LEFT)
    live.settle()
    assert [message.command.spec.token for message in live.wire.carried] == ["FLATTEN"]


def test_an_account_that_was_not_confirmed_stays_off(live: Glass) -> None:
    live.click("entries")
    answer(live)
    live.window.ticket.accounts.set_text("MY-7,APEX-1")
    assert "APEX-1 was not ticked" in button(live, "send").words
    live.click("send")
    assert live.sent == []


def test_entries_cannot_go_on_for_no_account(live: Glass) -> None:
    live.window.ticket.accounts.set_text("")
    live.click("entries")
    assert not live.window.ask.is_asking
    assert "Tick the accounts" in live.window.status.text()


def test_exits_leave_while_entries_are_off(live: Glass) -> None:
    live.click("flatten")
    live.wait(lambda: len(live.sent) == 1)
    assert live.sent[0].startswith("command=FLATTEN;\naccount=MY-7;")


@pytest.mark.parametrize("hand", ["key", "mouse"])
def test_a_hand_on_the_program_keeps_entries_on_and_without_one_they_go_off(live: Glass, hand: str) -> None:
    live.click("entries")
    answer(live)
    for _ in range(3):
        live.time.now += live.desk.limits.idle_s - 1
        if hand == "key":
            QTest.keyClick(live.line("qty"), Qt.Key.Key_Up)
        else:
            QTest.mouseClick(live.part("ask") if live.window.ask.isVisible() else live.window.status, LEFT)
    assert live.window.band.entries.text().startswith("ENTRIES ON: MY-7\n")
    live.time.now += live.desk.limits.idle_s + 1
    assert isinstance(live.desk.switch.state, Disarmed)
    live.click("send")
    assert live.sent == []


def test_the_mouse_moving_over_the_window_is_no_hand_on_it(live: Glass) -> None:
    live.click("entries")
    answer(live)
    live.time.now += live.desk.limits.idle_s - 1
    place = QPointF(5, 5)
    none = Qt.KeyboardModifier.NoModifier
    move = QMouseEvent(QEvent.Type.MouseMove, place, place, Qt.MouseButton.NoButton, Qt.MouseButton.NoButton, none)
    QApplication.sendEvent(live.window.status, move)
    live.time.now += 2
    assert isinstance(live.desk.switch.state, Disarmed)


def test_the_whole_window_says_what_money_is_at_stake(live: Glass) -> None:
    for accounts, words, tone in (
        ("Sim101", "SIMULATION ACCOUNT", "simulation"),
        ("Sim101,APEX-1", "FUNDED ACCOUNT", "funded"),
        ("APEX-1,MY-7", "LIVE ACCOUNT", "live"),
    ):
        live.window.ticket.accounts.set_text(accounts)
        assert live.window.band.money.text() == words
        assert live.window.band.money.isVisible()
        assert live.window.ticket.property("money") == tone


def test_a_question_takes_no_answer_at_once_and_none_by_a_stray_key(glass: Glass) -> None:
    glass.wire.always = YES
    glass.fill()
    glass.click("send")
    glass.wait(lambda: "accepted" in glass.window.status.text())
    glass.time.now += 2
    glass.click("send")
    assert "very same order" in glass.window.ask.question.text()
    QTest.mouseClick(glass.window.ask.yes, LEFT)
    QTest.keyClick(glass.window, *YES_KEY)
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Space, Qt.Key.Key_Y, Qt.Key.Key_Enter):
        QTest.keyClick(QApplication.focusWidget() or glass.window, key)
    assert glass.window.ask.is_asking
    assert len(glass.sent) == 1
    glass.wait(glass.window.ask.yes.isEnabled)
    QTest.keyClick(glass.window, *YES_KEY)
    glass.wait(lambda: len(glass.sent) == 2)
    assert not glass.window.ask.is_asking


@pytest.mark.parametrize(
    "change",
    [
        lambda glass: QTest.keyClick(glass.window, Qt.Key.Key_Escape),
        lambda glass: glass.type("qty", "2"),
        lambda glass: (glass.desk.connect(LIVE, glass.wire), glass.settle()),
        lambda glass: QTest.mouseClick(glass.window.ask.no, LEFT),
        lambda glass: glass.desk.switch.off(),
        lambda glass: glass.desk.switch.away(Away.LOCKED),
        lambda glass: glass.window.ticket.exits.fired.emit(),
        lambda glass: glass.bridge.retrying.emit(Retrying(FLATTEN, 1, 9.0, "Nobody answers.")),
    ],
)
def test_a_question_is_gone_after_a_no_and_after_every_change_of_what_it_is_about(
    glass: Glass, change: Callable[[Glass], None]
) -> None:
    glass.fill()
    glass.bridge.asked.emit(Asked(glass.desk.compose(*order(glass)), Question("x", "Really?")))  # type: ignore[arg-type]
    assert glass.window.ask.is_asking
    change(glass)
    assert not glass.window.ask.is_asking
    assert glass.sent == []


def test_a_question_is_gone_after_an_exit_that_did_not_come_from_the_ticket(glass: Glass) -> None:
    glass.wire.always = YES
    glass.fill()
    glass.bridge.asked.emit(Asked(glass.desk.compose(*order(glass)), Question("x", "Really?")))  # type: ignore[arg-type]
    glass.desk.send(FLATTEN)
    glass.settle()
    assert glass.sent == ["command=FLATTENEVERYTHING;"]
    assert not glass.window.ask.is_asking


def test_a_question_is_gone_once_the_order_it_is_about_was_sent_by_another_way(glass: Glass) -> None:
    glass.wire.always = YES
    glass.fill()
    message = glass.desk.compose(*order(glass))
    assert isinstance(message, Message)
    glass.bridge.asked.emit(Asked(message, Question("x", "Really?")))
    glass.desk.send(message)
    glass.settle()
    assert len(glass.sent) == 1
    assert not glass.window.ask.is_asking


def order(glass: Glass) -> tuple[object, dict[str, str]]:
    form = glass.window.ticket.form
    return form.spec, form.texts()


def test_a_held_button_let_go_early_sends_nothing_and_says_so(glass: Glass) -> None:
    glass.wire.always = YES
    QTest.mousePress(glass.part("everything"), LEFT)
    QTest.mouseRelease(glass.part("everything"), LEFT)
    assert glass.sent == []
    assert "Hold the button" in glass.window.status.text()


def test_a_held_button_fires_once_while_it_is_still_down(glass: Glass) -> None:
    glass.wire.always = YES
    QTest.mousePress(glass.part("everything"), LEFT)
    glass.wait(lambda: bool(glass.sent))
    QTest.mouseRelease(glass.part("everything"), LEFT)
    glass.settle()
    assert glass.sent == ["command=FLATTENEVERYTHING;"]


def test_a_pointer_that_leaves_a_held_button_ends_the_hold(glass: Glass) -> None:
    held = button(glass, "everything")
    QTest.mousePress(held, LEFT)
    QTest.mouseMove(held, held.rect().bottomRight() * 3)
    glass.settle()
    QTest.mouseRelease(held, LEFT, pos=held.rect().bottomRight() * 3)
    assert glass.sent == []


def test_a_window_that_stalls_while_a_button_is_held_does_not_count_the_time(glass: Glass) -> None:
    hold, fired = Hold(glass.window), list[str]()
    hold.full.connect(lambda: fired.append("full"))
    hold.begin()
    time.sleep(2 * HOLD_MS / 1000)
    for _ in range(HOLD_MS // 50 - 1):
        hold._on_frame()
    assert fired == []
    assert 0 < hold.share < 1
    glass.wait(lambda: fired == ["full"])


@pytest.mark.parametrize("end", ["hidden", "another place"])
def test_a_hold_ends_when_its_window_is_gone_or_its_place_changes(glass: Glass, end: str) -> None:
    QTest.mousePress(glass.part("panic"), LEFT)
    if end == "hidden":
        glass.window.hide()
    else:
        glass.desk.connect(LIVE, glass.wire)
    glass.run(asyncio.sleep(0.6))
    QTest.mouseRelease(glass.part("panic"), LEFT)
    assert glass.sent == []


@pytest.mark.parametrize(("name", "said"), [("panic", "PANIC."), ("everything", "EVERYTHING."), ("send", "Reverse.")])
def test_the_first_press_of_a_key_says_what_a_second_one_sends(glass: Glass, name: str, said: str) -> None:
    glass.fill()
    glass.choose("REVERSE")
    button(glass, name).press_by_key()
    assert glass.window.status.text().endswith(said)
    assert glass.sent == []


def test_what_has_to_be_held_takes_a_second_press_of_the_key(glass: Glass) -> None:
    glass.wire.always = YES
    glass.fill()
    glass.choose("REVERSE")
    assert button(glass, "send").is_held
    glass.click("send")
    assert glass.sent == []
    control = Qt.KeyboardModifier.ControlModifier
    QTest.keyClick(glass.window, Qt.Key.Key_Return, control)
    assert glass.sent == []
    assert "once more" in glass.window.status.text()
    QTest.keyClick(glass.window, Qt.Key.Key_Return, control)
    assert glass.sent == [], "too soon: that was one press"
    QTest.qWait(450)
    QTest.keyClick(glass.window, Qt.Key.Key_Return, control)
    glass.wait(lambda: len(glass.sent) == 1)


def test_panic_cancels_flattens_and_blocks_in_this_order_and_switches_entries_off(glass: Glass) -> None:
    glass.wire.always = YES
    QTest.mousePress(glass.part("panic"), LEFT)
    glass.wait(lambda: len(glass.sent) == 3)
    QTest.mouseRelease(glass.part("panic"), LEFT)
    glass.wait(lambda: len(glass.book.endings) == 3)
    assert [text.split(";")[0] for text in glass.sent] == [
        "command=CANCELALLORDERS",
        "command=FLATTENEVERYTHING",
        "kill_switch=on",
    ]
    glass.fill()
    glass.time.now += 60
    glass.click("send")
    assert len(glass.sent) == 3
    assert "PANIC" in button(glass, "send").words


def test_an_exit_that_has_not_left_says_so_while_it_is_tried_again(glass: Glass) -> None:
    glass.wire.always = NotSent("Nobody answers there.")
    glass.fill()
    glass.click("flatten")
    glass.wait(lambda: "has not left yet" in glass.window.status.text())
    glass.wire.always = YES
    glass.wait(lambda: "accepted" in glass.window.status.text())
    assert len(set(glass.sent)) == 1


def test_what_did_not_leave_has_the_link_looked_at(glass: Glass) -> None:
    looks: list[str] = []
    warm = glass.wire.warm
    glass.wire.always = NotSent("Nobody answers there.")

    async def noted() -> object:
        looks.append("look")
        return await warm()

    glass.wire.warm = noted  # type: ignore[method-assign, assignment]
    glass.fill()
    glass.click("send")
    glass.wait(lambda: bool(looks))


def test_beside_an_unknown_row_stand_the_ways_on_and_none_sends_it_again(glass: Glass) -> None:
    glass.wire.always = Unknown("The answer did not come.")
    glass.fill()
    glass.type("qty", "3")
    glass.click("send")
    glass.wait(glass.window.log.after.isVisible)
    glass.type("qty", "7")
    glass.wire.always = YES
    QTest.mouseClick(glass.part("after-form"), LEFT)
    assert "qty=3;" in glass.window.ticket.read_back.wire.toPlainText()
    assert len(glass.sent) == 1
    assert glass.part("after-flatten").property("text") == "Flatten MES 12-26"
    QTest.mouseClick(glass.part("after-flatten"), LEFT)
    glass.wait(lambda: len(glass.sent) == 2)
    assert glass.sent[1] == "command=FLATTEN;\naccount=Sim101;\ninstrument=MES 12-26;"
    glass.settle()
    assert glass.window.log.after.isVisible()
    QTest.keyClick(glass.window.log.table, Qt.Key.Key_Escape)
    glass.wait(lambda: not glass.window.log.after.isVisible())


def test_an_unknown_row_is_flattened_only_where_its_message_went(glass: Glass) -> None:
    glass.wire.always = Unknown("The answer did not come.")
    glass.fill()
    glass.click("send")
    glass.wait(glass.part("after-flatten").isVisible)
    assert "(PRACTICE)" in glass.part("after-flatten").toolTip()
    glass.desk.connect(LIVE, glass.wire)
    glass.settle()
    assert glass.window.log.after.isVisible()
    assert not glass.part("after-flatten").isVisible()


def test_a_hand_switches_practice_off_too(glass: Glass) -> None:
    glass.wire.always = YES
    glass.fill()
    glass.click("entries")
    glass.click("send")
    assert glass.sent == []
    assert "you switched them off" in button(glass, "send").words
    glass.click("entries")
    glass.click("send")
    glass.wait(lambda: len(glass.sent) == 1)


def test_without_a_connection_the_switch_is_off_and_stays_so(live: Glass) -> None:
    live.click("entries")
    answer(live)
    live.desk.disconnect(NoPlace(Mode.LIVE, "Locked.", ""))
    assert live.window.band.entries.text() == "ENTRIES OFF for MY-7"
    live.click("entries")
    assert not live.window.ask.is_asking
    assert live.window.band.entries.text() == "ENTRIES OFF for MY-7"
    assert "no connection" in live.window.status.text()


# --- the limits ---


@pytest.fixture
def limits(glass: Glass) -> LimitsWindow:
    glass.click("limits")
    found = glass.window.limits_window
    assert found is not None
    assert found.isVisible()
    return found


def typed(window: LimitsWindow, name: str) -> str:
    line = window.findChild(QLineEdit, f"limit-{name}")
    assert isinstance(line, QLineEdit)
    return line.text()


def enter(window: LimitsWindow, name: str, text: str) -> None:
    line = window.findChild(QLineEdit, f"limit-{name}") or window.findChild(QPlainTextEdit, f"limit-{name}")
    assert isinstance(line, QLineEdit | QPlainTextEdit)
    line.selectAll()
    QTest.keyClick(line, Qt.Key.Key_Delete)
    QGuiApplication.clipboard().setText(text)
    line.paste()


def said(window: LimitsWindow, name: str) -> str:
    label = window.findChild(QLabel, f"limit-{name}-problem")
    assert isinstance(label, QLabel)
    return label.text()


def test_a_limit_that_is_kept_holds_from_then_on_and_is_remembered(glass: Glass, limits: LimitsWindow) -> None:
    enter(limits, "most_simulation", "2")
    enter(limits, "most_by_root", "ES=1, MES=2")
    QTest.mouseClick(limits.keep_button, LEFT)
    assert glass.preferences.current.most_by_root == ("ES=1", "MES=2")
    glass.fill()
    glass.type("qty", "3")
    assert "your limit on simulation accounts is 2" in button(glass, "send").words
    glass.click("send")
    assert glass.sent == []
    limits.open_fresh()
    found = limits.findChild(QPlainTextEdit, "limit-most_by_root")
    assert isinstance(found, QPlainTextEdit)
    assert found.toPlainText() == "ES=1\nMES=2"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("most_live", "0"),
        ("most_live", "ten"),
        ("most_live", "-1"),
        ("most_live", "9" * 40),
        ("most_live", ""),
        ("most_by_root", "ES"),
        ("most_by_root", "ES=0"),
        ("off_at", "25:00"),
        ("simulation_accounts", "*"),
        ("simulation_accounts", "[ -z]*"),
        ("simulation_accounts", "*[0-9]*"),
        ("most_by_root", "ES=2, ES=9"),
        ("far_price", "5.5"),
        ("idle_minutes", "٣"),
    ],
)
def test_a_limit_that_cannot_be_is_told_beside_it_and_nothing_is_taken_over(
    glass: Glass, limits: LimitsWindow, name: str, text: str
) -> None:
    before = glass.desk.limits
    enter(limits, "most_funded", "3")
    enter(limits, name, text)
    assert said(limits, name).startswith("This must be ")
    assert not limits.keep_button.isEnabled()
    QTest.mouseClick(limits.keep_button, LEFT)
    assert glass.desk.limits == before


def sizes(glass: Glass) -> list[str]:
    glass.settle()
    glass.run(asyncio.sleep(0))
    return [b.text() for b in glass.part("qty").findChildren(QPushButton) if b.isVisible()]


def test_other_quick_quantities_are_there_at_once_keep_the_size_and_leave_entries_on(
    glass: Glass, limits: LimitsWindow
) -> None:
    glass.type("qty", "7")
    before = glass.desk.switch.is_live, glass.desk.limits
    enter(limits, "quick_quantities", "4\n250")
    QTest.mouseClick(limits.keep_button, LEFT)
    assert glass.preferences.current.quick_quantities == (4, 250)
    assert sizes(glass) == ["4", "250"]
    assert glass.line("qty").text() == "7"
    assert (glass.desk.switch.is_live, glass.desk.limits) == before
    assert glass.window.ticket.form.put_quick(2)
    assert glass.line("qty").text() == "250"
    assert not glass.window.ticket.form.put_quick(3)
    glass.press("qty", "4")
    assert glass.line("qty").text() == "4"


def test_a_row_made_later_has_the_quick_quantities_of_then(glass: Glass, limits: LimitsWindow) -> None:
    enter(limits, "quick_quantities", "6")
    QTest.mouseClick(limits.keep_button, LEFT)
    glass.choose("CLOSEPOSITION")
    later = [row.editor for row in glass.window.ticket.form.rows() if isinstance(row.editor, QuantityEditor)]
    assert len(later) > 1
    assert all([b.text() for b in e.findChildren(QPushButton) if not b.isHidden()] == ["6"] for e in later)


@pytest.mark.parametrize("text", ["", "0", "1.5", "ten", "1, -2", "100001", ",".join("1" * 11)])
def test_quick_quantities_that_are_none_are_not_kept(glass: Glass, limits: LimitsWindow, text: str) -> None:
    enter(limits, "quick_quantities", text)
    assert not limits.keep_button.isEnabled()
    assert "whole numbers" in said(limits, "quick_quantities")
    assert sizes(glass) == ["1", "2", "3", "5", "10"]


def test_reading_back_is_set_by_ticks_and_taken_over_at_once(glass: Glass, limits: LimitsWindow) -> None:
    told: list[tuple[bool, int, bool]] = []

    def settings() -> None:
        now = glass.preferences.current
        told.append((now.read_back, now.reads_a_minute, now.own_order_ids))

    glass.window.on_settings = settings
    for name in ("read_back", "own_order_ids"):
        box = limits.findChild(QCheckBox, f"limit-{name}")
        assert box
        assert box.isChecked()
        QTest.keyClick(box, Qt.Key.Key_Space)
    enter(limits, "reads_a_minute", "30")
    limits.keep()
    assert told == [(False, 30, False)]


class Chain:
    """A sealed journal in which these limits were confirmed last."""

    notice = ""

    def __init__(self, confirmed: Settings) -> None:
        self.text = as_text(values_of(confirmed))
        self.written: list[str] = []

    def has_seals(self) -> bool:
        return True

    def missed(self, kept: Kept) -> None:
        """It fits every seal."""

    def confirmed(self) -> str:
        return self.text

    async def confirm(self, at_us: int, settings: str) -> None:
        self.written.append(settings)


def doubted(live: Glass, chain: Chain) -> LimitsWindow:
    """The limits as they open while other ones are in force than the keyring vouches for."""
    confirming = Confirming(chain, live.preferences, live.desk, live.tasks, lambda: 7)
    confirming.start()
    confirming.judge(Kept.fresh().vouching(chain.text))
    live.settle()
    assert button(live, "send").words.startswith("CONFIRM LIMITS")
    live.click("entries")
    window = live.window.limits_window
    assert window is not None
    assert not live.window.ask.is_asking
    assert "Most on live accounts 1 → 10." in window.doubt_line.text()
    assert window.doubt_line.isVisible()
    return window


def test_limits_that_another_hand_changed_are_shown_until_keep_confirms_them(live: Glass) -> None:
    chain = Chain(Settings(most_live=1))
    window = doubted(live, chain)
    QTest.mouseClick(window.keep_button, LEFT)
    live.settle()
    assert not window.doubt_line.isVisible()
    assert not window.back_button.isVisible()
    assert chain.written == [as_text(values_of(Settings()))]
    live.click("entries")
    answer(live)
    assert live.window.band.entries.text().startswith("ENTRIES ON: MY-7\n")


def test_back_puts_the_limits_and_the_trusted_host_into_force_that_the_trader_confirmed(live: Glass) -> None:
    window = doubted(live, Chain(Settings(most_live=1, trusted_host="https://mine.example")))
    assert window.back_button.isVisible()
    QTest.mouseClick(window.back_button, LEFT)
    live.settle()
    assert live.desk.unconfirmed == ""
    assert live.desk.limits == limits_of(live.preferences.current)
    now = live.preferences.current
    assert (now.most_live, now.trusted_host) == (1, "https://mine.example")
    assert not window.doubt_line.isVisible()
    assert not window.back_button.isVisible()


def test_nothing_is_offered_to_go_back_to_while_nothing_was_changed(limits: LimitsWindow) -> None:
    assert not limits.back_button.isVisible()


@pytest.mark.parametrize("close", ["Close", "Esc", "the window manager"])
def test_a_limit_that_was_not_kept_is_said_before_closing_and_stands_there_again(
    glass: Glass, limits: LimitsWindow, close: str
) -> None:
    def shut() -> None:
        match close:
            case "Close":
                closing = next(b for b in limits.findChildren(QPushButton) if b.text() == "Close")
                QTest.mouseClick(closing, LEFT)
            case "Esc":
                QTest.keyClick(limits, Qt.Key.Key_Escape)
            case _:
                limits.close()
        glass.settle()

    enter(limits, "most_live", "7")
    enter(limits, "failures", "many")
    assert limits.result_line.text() == "Not kept: 2 changes."
    shut()
    assert limits.isVisible()
    assert limits.result_line.text() == "Not kept: 2 changes. Press Keep, or close once more."
    shut()
    assert not limits.isVisible()
    assert glass.window.status.text().endswith(
        "  Limits: 2 changes not kept: Most on live accounts and Failures. Press Limits, then Keep."
    )
    assert glass.preferences.current.most_live == Settings().most_live
    glass.click("limits")
    assert [typed(limits, name) for name in ("most_live", "failures")] == ["7", "many"]
    assert limits.result_line.text() == "Not kept: 2 changes."
    QTest.mouseClick(limits.drop_button, LEFT)
    assert typed(limits, "most_live") == str(Settings().most_live)
    assert limits.result_line.text() == ""
    shut()
    assert not limits.isVisible()


def test_limits_without_changes_or_with_kept_ones_close_at_once(glass: Glass, limits: LimitsWindow) -> None:
    enter(limits, "most_live", "7")
    QTest.mouseClick(limits.keep_button, LEFT)
    assert limits.result_line.text() == "These limits hold from now on."
    limits.reject()
    assert not limits.isVisible()
    assert "not kept" not in glass.window.status.text()


def test_every_limit_says_what_it_is_for(limits: LimitsWindow) -> None:
    for name, what in shown():
        assert said(limits, name).startswith(what.help)


def test_each_pattern_says_which_of_the_accounts_it_fits(glass: Glass, limits: LimitsWindow) -> None:
    assert said(limits, "simulation_accounts").endswith(
        "Sim# fits Sim101, Sim102 and Sim105. The others fit none of your accounts."
    )
    enter(limits, "simulation_accounts", "Sim#2\nSim10#")
    assert said(limits, "simulation_accounts").endswith("Sim#2 fits Sim102. Sim10# fits Sim101, Sim102 and Sim105.")
    assert said(limits, "funded_accounts").endswith("live. They fit none of your accounts.")
    glass.preferences.change(accounts=tuple(f"APEX-{number}" for number in range(1, 8)))
    enter(limits, "funded_accounts", "APEX*")
    assert said(limits, "funded_accounts").endswith("APEX* fits APEX-1, APEX-2, APEX-3, APEX-4 and 3 more.")


def test_the_limits_do_not_cover_the_switch(glass: Glass, limits: LimitsWindow) -> None:
    band = glass.window.band
    assert limits.y() >= band.mapToGlobal(band.rect().bottomLeft()).y()


def armed(live: Glass, *accounts: str) -> EntrySwitch:
    """Entries on for these accounts, which are ticked."""
    live.window.ticket.accounts.set_text(",".join(accounts))
    live.click("entries")
    answer(live)
    return live.window.band.entries


def minute(live: Glass, later_s: float) -> str:
    return f"{datetime.fromtimestamp(live.time.wall_us / 1_000_000 + later_s, UTC).astimezone():%H:%M}"


def test_the_switch_names_every_ticked_account_and_when_it_falls_back(live: Glass) -> None:
    switch = armed(live, "APEX-1", "MY-7", "Sim101")
    assert switch.text() == f"ENTRIES ON: MY-7, APEX-1\n(falls back {minute(live, live.desk.limits.idle_s)})"
    assert "MY-7 and APEX-1" in switch.toolTip()


def test_each_press_puts_off_the_time_at_which_the_switch_says_that_it_falls_back(live: Glass) -> None:
    switch = armed(live, "MY-7")
    live.time.now += 300
    live.time.wall_us += 300_000_000
    QTest.mouseClick(live.window.status, LEFT)
    assert switch.text() == f"ENTRIES ON: MY-7\n(falls back {minute(live, live.desk.limits.idle_s)})"


def test_the_switch_says_the_hour_that_the_trader_set_where_that_comes_first(live: Glass) -> None:
    soon = datetime.fromtimestamp(live.time.wall_us / 1_000_000, UTC).astimezone() + timedelta(minutes=4)
    live.preferences.change(off_at=f"{soon:%H:%M}")
    live.desk.set_limits(limits_of(live.preferences.current))
    assert armed(live, "MY-7").text() == f"ENTRIES ON: MY-7\n(falls back {soon:%H:%M})"


def test_the_switch_names_what_was_not_confirmed_and_a_press_asks_for_just_that(live: Glass) -> None:
    switch = armed(live, "MY-7")
    live.window.ticket.accounts.set_text("MY-7,MY-8")
    assert switch.text() == "ENTRIES OFF for MY-8\n(not confirmed)"
    live.click("entries")
    assert "MY-7 (live) and MY-8 (live)" in live.window.ask.question.text()
    answer(live)
    assert switch.text().startswith("ENTRIES ON: MY-7, MY-8\n(falls back ")


@pytest.mark.parametrize("state", ["on", "off", "not confirmed"])
def test_names_without_room_on_the_switch_are_counted_and_never_the_rest_of_its_words(live: Glass, state: str) -> None:
    names = tuple(f"APEX-12345-{number:02}" for number in range(1, 9))
    width, switch = live.window.band.entries.width(), live.window.band.entries
    if state == "on":
        armed(live, *names)
    elif state == "not confirmed":
        armed(live, "MY-7")
    live.window.ticket.accounts.set_text(",".join(names))
    live.settle()
    assert switch.width() == width
    assert switch.fontMetrics().horizontalAdvance(switch.text().split("\n")[0]) < width
    assert switch.text().startswith("ENTRIES ON: APE" if state == "on" else "ENTRIES OFF for A")
    assert " +" in switch.text()
    assert ("(falls back " in switch.text(), "(not confirmed)" in switch.text()) == (state == "on", "not" in state)
    assert all(name in switch.toolTip() and name in switch.accessibleName() for name in names)


def test_one_name_that_is_too_long_for_the_switch_is_cut_in_its_middle(live: Glass) -> None:
    switch = armed(live, "A-VERY-LONG-NAME-OF-AN-ACCOUNT-0123456789")
    assert switch.text().startswith("ENTRIES ON: A-")
    assert "…" in switch.text()
    assert switch.text().endswith(f"\n(falls back {minute(live, live.desk.limits.idle_s)})")


def test_the_switch_says_that_simulation_is_free(live: Glass) -> None:
    switch = live.window.band.entries
    live.window.ticket.accounts.set_text("Sim101")
    assert switch.text() == "ENTRIES: simulation is free"
    live.window.ticket.accounts.set_text("Sim101,MY-7")
    assert switch.text() == "ENTRIES OFF for MY-7"
    live.window.ticket.accounts.set_text("Sim101")
    live.desk.switch.off()
    assert switch.text() == "ENTRIES OFF", "the trader's own hand switches simulation off as well"
    live.settle()


def test_the_ticked_accounts_stand_beside_the_list_even_where_another_line_is_wrong(live: Glass) -> None:
    accounts = live.window.ticket.accounts
    accounts.set_text(",".join(f"MY-{number}" for number in range(1, 12)))
    label = live.part("account-problem")
    assert isinstance(label, QLabel)
    assert label.text().startswith("11 ticked: MY-7, MY-1, MY-2")
    assert label.text().endswith("MY-8 and 3 more")
    accounts.add()
    accounts._list.item(accounts._list.count() - 1).setText("a;b")
    assert "no account name" in label.text()
    assert "11 ticked: MY-7" in label.text()
    live.settle()


def test_other_limits_switch_live_entries_off(live: Glass) -> None:
    live.click("entries")
    answer(live)
    live.click("limits")
    window = live.window.limits_window
    assert window is not None
    QTest.mouseClick(window.keep_button, LEFT)
    assert live.window.band.entries.text().startswith("ENTRIES ON: MY-7\n"), "nothing was changed"
    enter(window, "most_live", "50")
    QTest.mouseClick(window.keep_button, LEFT)
    assert live.window.band.entries.text() == "ENTRIES OFF for MY-7"
    assert "limits were changed" in live.window.band.entries.toolTip()


def test_the_ring_of_a_held_button_leaves_its_words_alone(glass: Glass) -> None:
    glass.window.resize(glass.window.minimumSizeHint())
    glass.choose("KILLSWITCH")
    glass.press("kill_switch", "On: block everything")
    glass.settle()
    for name in ("send", "everything", "panic"):
        held = button(glass, name)
        assert held.is_held
        assert not held.title_room().intersects(held.ring_room()), held.words
        assert held.rect().contains(held.title_room())


@pytest.mark.parametrize("size", [(1366, 732), (911, 476)])
def test_the_ring_stands_above_the_sentence_of_its_button(glass: Glass, size: tuple[int, int]) -> None:
    for height in (732, 600, size[1]):  # in steps, as a hand draws it
        glass.window.resize(size[0], height)
        glass.settle()
    glass.choose("KILLSWITCH")
    glass.press("kill_switch", "On: block everything")
    glass.settle()
    send = button(glass, "send")
    assert send.is_held
    assert not send.sentence_room().intersects(send.ring_room())
    assert send.rect().contains(send.ring_room())


def test_nothing_moves_when_an_account_with_money_is_ticked(live: Glass) -> None:
    live.fill()
    parts = [live.part(name) for name in ("send", "flatten", "wire", "entries")]

    def places(account: str) -> list[QRect]:
        live.window.ticket.accounts.set_text(account)
        live.settle()
        return [QRect(part.mapTo(live.window, QPoint()), part.size()) for part in parts]

    assert places("Sim101") == places("APEX-1") == places("MY-7")


def test_a_pointer_that_comes_back_with_its_button_down_begins_no_hold(glass: Glass) -> None:
    held = button(glass, "everything")
    QTest.mousePress(held, LEFT)
    for place in (QPoint(-50, -50), held.rect().center()):
        spot, above = QPointF(place), QPointF(held.mapToGlobal(place))
        move = QMouseEvent(QEvent.Type.MouseMove, spot, above, Qt.MouseButton.NoButton, LEFT, NONE)
        QApplication.sendEvent(held, move)
    assert held.isDown()
    glass.run(asyncio.sleep(0.6))
    QTest.mouseRelease(held, LEFT)
    assert glass.sent == []


def test_while_the_kill_switch_is_on_the_band_says_so_and_off_needs_no_hold(glass: Glass) -> None:
    glass.wire.always = YES
    QTest.mousePress(glass.part("panic"), LEFT)
    glass.wait(lambda: len(glass.book.endings) == 3)
    QTest.mouseRelease(glass.part("panic"), LEFT)
    glass.wait(glass.part("kill").isVisible)
    glass.wait(lambda: "kill switch ON" in glass.window.status.text())
    glass.choose("KILLSWITCH")
    glass.press("kill_switch", "Off: let through")
    assert not button(glass, "send").is_held
    glass.click("send")
    glass.wait(lambda: not glass.part("kill").isVisible())


def test_the_link_is_down_as_soon_as_an_exit_finds_it_so(glass: Glass) -> None:
    glass.wire.always = NotSent("Nobody answers there.")
    glass.fill()
    glass.click("flatten")
    glass.wait(lambda: glass.window.band.link.text() == "LINK DOWN")
    glass.wire.always = YES
    glass.wait(lambda: glass.window.band.link.text().startswith("link up"))


def test_the_band_says_whole_that_an_address_is_not_crosstrades(live: Glass) -> None:
    live.window.resize(1280, 690)
    live.go(Place(Mode.LIVE, "https://hooks.my-own-server.example/v1/send/••••/••••", foreign=True), live.wire)
    words = live.window.band.words
    warning, address = words.shown()
    assert warning == "NOT CrossTrade's:"
    assert address.startswith("https://hooks")
    assert 2 * words.fontMetrics().lineSpacing() <= words.height()


def test_the_status_line_says_when_entries_go_on_and_why_they_went_off(live: Glass) -> None:
    live.click("entries")
    answer(live)
    live.click("entries")
    assert "you switched them off" in live.window.status.text()
    live.click("entries")
    answer(live)
    assert live.window.status.text().endswith("  Entries are on.")


def test_why_a_press_was_blocked_is_gone_once_entries_are_on_again(glass: Glass) -> None:
    glass.fill()
    glass.click("entries")
    glass.click("send")
    glass.wait(lambda: "Switch entries on in the band on top." in glass.window.status.text())
    glass.type("qty", "2")
    assert "Switch entries on" in glass.window.status.text(), "it is still true"
    glass.click("entries")
    assert glass.window.status.text().endswith("  Entries are on.")


def test_the_newest_row_is_in_sight_beside_an_older_one_that_is_marked(glass: Glass) -> None:
    glass.wire.always = YES
    glass.window.resize(glass.window.minimumSize())
    glass.fill()
    table = glass.window.log.table
    for number in range(12):
        glass.type("qty", str(number + 1))
        glass.time.now += 60
        glass.click("send")
        glass.wait(lambda number=number: len(glass.book.endings) == number + 1)
        if number == 3:
            table.setCurrentIndex(table.model().index(1, 0))  # the least window has two rows of it in sight
    assert table.currentIndex().row() > 0
    assert table.verticalScrollBar().value() == 0


def test_the_window_does_not_grow_when_a_row_is_unknown(glass: Glass) -> None:
    glass.window.resize(glass.window.minimumSizeHint())
    glass.settle()
    before = glass.window.minimumSizeHint()
    glass.wire.always = Unknown("The answer did not come.")
    glass.fill()
    glass.click("send")
    glass.wait(glass.window.log.after.isVisible)
    assert glass.window.minimumSizeHint() == before
