"""What a screen reader is told by itself: each change once, and how urgently."""

from dataclasses import dataclass, field, replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from crosstrade_desk.desk.arming import Disarmed
from crosstrade_desk.desk.events import Mode, NoPlace, Place, Retrying
from crosstrade_desk.desk.flat_watch import Exited, Way
from crosstrade_desk.protocol.catalogue import FLATTEN
from crosstrade_desk.protocol.command import Command, compose
from crosstrade_desk.readback.values import Position
from crosstrade_desk.sending.outcome import Answer, Outcome, Refused, Unknown
from crosstrade_desk.storage.rows import Ending, Intent, Row
from crosstrade_desk.storage.settings import Settings
from crosstrade_desk.ui.announcer import Announcer
from support.desks import YES, Wire
from support.keys import SEND, press
from support.windows import Glass

LIVE = Place(Mode.LIVE, "https://app.crosstrade.io/v1/send/••••/••••")
LOUD, QUIET = True, False
SCOPE = {"account": "Sim101", "instrument": "MES 12-26"}


@dataclass
class Ear:
    """What was said, and whether it interrupted."""

    heard: list[tuple[str, bool]] = field(default_factory=list)

    def say(self, text: str, *, loud: bool) -> None:
        self.heard.append((text, loud))

    def after(self) -> list[tuple[str, bool]]:
        found, self.heard = self.heard, []
        return found


@pytest.fixture
def ear(glass: Glass) -> Ear:
    made = Ear()
    speaker = glass.window.findChild(Announcer)
    assert isinstance(speaker, Announcer)
    speaker.say = made.say  # type: ignore[method-assign]
    return made


def exited(way: Way, *left: Position) -> Exited:
    command = compose(FLATTEN, SCOPE)
    assert isinstance(command, Command)
    row = Row(
        1,
        Intent(1, "PRACTICE", "FLATTEN", "Sim101", "MES 12-26", "Flatten", "wire"),
        Ending("accepted", "Yes.", 200, "{}", 1000),
    )
    return Exited(row, command, 0, way, left)


@pytest.mark.parametrize(
    ("outcome", "words", "loud"),
    [
        (YES, "✓ accepted (PRACTICE)", QUIET),
        (Refused("Account not found", Answer(200, "{}")), "✗ refused (PRACTICE)", LOUD),
        (Unknown("No answer in 10 s."), "? unknown (PRACTICE)", LOUD),
    ],
    ids=["accepted", "refused", "unknown"],
)
def test_an_outcome_is_said_once_and_one_that_wants_a_hand_interrupts(
    glass: Glass, ear: Ear, outcome: Outcome, words: str, loud: bool
) -> None:
    glass.wire.always = outcome
    glass.fill()
    ear.after()
    press(glass.window, SEND)
    glass.settle()
    found = [(text, was_loud) for text, was_loud in ear.after() if text.startswith(words.split(maxsplit=1)[0])]
    assert [(text[: len(words)], was_loud) for text, was_loud in found] == [(words, loud)]


def test_a_place_is_said_once_and_live_interrupts(glass: Glass, ear: Ear) -> None:
    glass.go(LIVE, Wire())
    assert ("LIVE. Orders go to NinjaTrader, with real money.", LOUD) in ear.after()
    glass.bridge.place.emit(LIVE)
    assert ear.after() == []
    glass.bridge.place.emit(NoPlace(Mode.LIVE, "The key is missing.", ""))
    assert ear.after() == [("Not connected. The key is missing.", LOUD)]


def test_entries_are_said_when_they_change_and_no_more(glass: Glass, ear: Ear) -> None:
    off = Disarmed("Switched off by hand.", tripped=True)
    for _ in range(3):
        glass.bridge.arm.emit(off)
    assert ear.after() == [("Entries off. Switched off by hand.", LOUD)]
    glass.bridge.arm.emit(replace(off, tripped=False, why="Nothing was pressed for 15 minutes."))
    assert ear.after() == [("Entries off. Nothing was pressed for 15 minutes.", QUIET)]


def test_the_status_line_says_flat_in_the_place_of_look_whether_you_are(glass: Glass) -> None:
    glass.wire.always = YES
    glass.fill()
    glass.click("flatten")
    glass.settle()
    status, row = glass.window.status, glass.book.page(0, 1)[0]
    flat = replace(exited(Way.FLAT), row=row)
    glass.bridge.exited.emit(replace(flat, way=Way.WATCHED))
    glass.bridge.exited.emit(replace(flat, row=replace(row, id=7)))
    assert "✓ accepted" in status.text()
    glass.bridge.exited.emit(flat)
    assert "✓ flat (PRACTICE), read back: FLATTEN MES 12-26 on Sim101." in status.text()


def test_flat_is_said_quietly_and_not_flat_interrupts(glass: Glass, ear: Ear) -> None:
    glass.bridge.exited.emit(exited(Way.WATCHED))
    assert ear.after() == []
    glass.bridge.exited.emit(exited(Way.FLAT))
    assert ear.after() == [("Flat: FLATTEN MES 12-26 on Sim101.", QUIET)]
    glass.bridge.exited.emit(exited(Way.OPEN, Position("Sim101", "MES 12-26", side="Long", quantity=2)))
    assert [(text[:9], loud) for text, loud in ear.after()] == [("Not flat:", LOUD)]


def test_a_question_is_said_with_the_keys_that_answer_it(glass: Glass, ear: Ear) -> None:
    glass.window.ask.ask("Send it again?", "Send it", "Don't", lambda: None)
    assert ear.after() == [("Send it again? Send it   Ctrl+Shift+Enter. Don't   Esc.", LOUD)]
    glass.window.ask.drop()
    assert ear.after() == []


def test_why_a_press_sent_nothing_is_said_at_once(glass: Glass, ear: Ear) -> None:
    press(glass.window, SEND)
    assert [("Nothing was sent." in text, loud) for text, loud in ear.after()] == [(True, LOUD)]


def test_of_tries_that_repeat_themselves_the_first_is_said(glass: Glass, ear: Ear) -> None:
    message = glass.desk.compose(FLATTEN, SCOPE)
    for tries in (1, 2, 3):
        glass.bridge.retrying.emit(Retrying(message, tries, 9.0, "Connection refused."))
    words = "FLATTEN MES 12-26 on Sim101 has not left yet, and is tried again. Connection refused."
    assert ear.after() == [(words, LOUD)]


# --- where the cursor goes after a send ---


@pytest.mark.parametrize(
    ("word", "field"), [("instrument", "instrument"), ("quantity", "qty"), ("accounts", "account"), ("stays", "")]
)
def test_after_a_send_the_cursor_is_where_the_trader_wants_it(glass: Glass, word: str, field: str) -> None:
    glass.preferences.change(after_send=word)
    glass.wire.always = YES
    glass.fill()
    glass.window.log.table.setFocus()
    press(glass.window, SEND)
    assert glass.tried == 1
    wanted = glass.window.ticket.form.editor(field).main if field else glass.window.log.table
    assert glass.window.focusWidget() is wanted


def test_by_itself_a_send_moves_no_cursor() -> None:
    assert Settings().after_send == "stays"


# --- the menu of buttons ---


def test_the_menu_of_buttons_presses_what_tab_passes_by(glass: Glass) -> None:
    bar = glass.window.log.alarms
    glass.wire.always = Refused("Account not found", Answer(200, "{}"))
    glass.fill()
    glass.click("flatten")
    glass.wait(bar.dismiss_button.isVisible)
    glass.wait(bar.dismiss_button.isEnabled)
    QTest.keyClick(glass.window, Qt.Key.Key_B, Qt.KeyboardModifier.AltModifier)
    menu = QApplication.activePopupWidget()
    assert menu is not None
    names = [entry.objectName() for entry in menu.actions()]
    assert "press-alarm-dismiss" in names
    assert not {"press-send", "press-flatten", "press-ask-yes", "press-ask-no"} & set(names)
    menu.actions()[names.index("press-alarm-dismiss")].trigger()
    menu.close()
    assert not bar.dismiss_button.isVisible()
