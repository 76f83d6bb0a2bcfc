"""The icon beside the clock says where orders go and whether entries may leave, and nothing in its menu sends."""

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QSystemTrayIcon, QWidget

from crosstrade_desk.desk.arming import Arm, Armed, Disarmed
from crosstrade_desk.desk.events import Mode, NoPlace, Place
from crosstrade_desk.sending.outcome import Answer, Outcome, Refused, Unknown
from crosstrade_desk.ui.feedback import tray as module
from crosstrade_desk.ui.feedback.feedback import Feedback
from crosstrade_desk.ui.feedback.sounds import Sounds
from crosstrade_desk.ui.feedback.tray import Tray, drawn
from crosstrade_desk.ui.program import Program
from support.desks import HERE, YES
from support.marker import MARKER
from support.windows import Glass

LIVE = Place(Mode.LIVE, "https://app.crosstrade.io/v1/send/••••/••••")
GONE = NoPlace(Mode.LIVE, "There is no key.", "Press Connection.")
LOST = Unknown(f"No answer in 10 s. {MARKER}", Answer(502, MARKER))


@pytest.fixture
def feedback(glass: Glass) -> Iterator[Feedback]:
    program = Program(glass.desk, glass.bridge, glass.window, glass.connection, glass.book)  # type: ignore[arg-type]
    made = Feedback(program, glass.preferences, Sounds(lambda: None))
    yield made
    made.close()


@pytest.fixture
def tray(feedback: Feedback) -> Tray:
    assert feedback.tray
    return feedback.tray


@pytest.fixture
def told(tray: Tray, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is told beside the clock, where another program's window is in front."""
    found: list[str] = []

    def note(title: str, text: str, *_: object) -> None:
        found.append(f"{title}: {text}")

    class Elsewhere:
        active: QWidget | None = None

        @classmethod
        def activeWindow(cls) -> QWidget | None:  # noqa: N802 (Qt's name)
            return cls.active

    monkeypatch.setattr(tray.icon, "showMessage", note)
    monkeypatch.setattr(module, "QApplication", Elsewhere)
    return found


def send(glass: Glass, outcome: Outcome, button: str) -> None:
    ended = len(glass.book.endings)
    glass.wire.always = outcome
    if button == "send":
        glass.fill()
    glass.click(button)
    glass.wait(lambda: len(glass.book.endings) > ended)
    glass.settle()


@pytest.mark.parametrize(
    ("place", "arm", "words"),
    [
        (HERE, Armed(None, None), "PRACTICE\nEntries are on."),
        (LIVE, Armed(frozenset({"apex-1"}), 900.0), "LIVE\nEntries are on."),
        (LIVE, Disarmed("They are off."), "LIVE\nENTRIES OFF\nThey are off."),
        (HERE, Disarmed("Three failed.", tripped=True), "PRACTICE\nENTRIES OFF\nThree failed."),
        (GONE, Disarmed("They are off."), "NOT CONNECTED\nENTRIES OFF\nThey are off."),
    ],
)
def test_the_tool_tip_says_where_orders_go_and_whether_entries_may_leave(
    glass: Glass, tray: Tray, place: Place | NoPlace, arm: Arm, words: str
) -> None:
    glass.bridge.place.emit(place)
    glass.bridge.arm.emit(arm)
    assert tray.icon.toolTip() == f"CrossTrade Desk\n{words}"
    assert tray.off.isEnabled() is isinstance(arm, Armed)


def grey(*names: str) -> list[int]:
    """The picture at 22 pixels without its colours."""
    picture = drawn(*names).pixmap(22, 22).toImage()
    spots = [picture.pixelColor(x, y) for x in range(22) for y in range(22)]
    return [(spot.lightness() // 24 if spot.alpha() > 128 else -1) for spot in spots]


def test_each_state_has_a_shape_of_its_own_that_no_colour_is_needed_for() -> None:
    grounds = ("tray-practice", "tray-live", "tray-nowhere")
    signs = ("tray-on", "tray-off", "tray-tripped")
    seen = [grey(ground, sign) for ground in grounds for sign in signs]
    for number, one in enumerate(seen):
        for other in seen[number + 1 :]:
            assert sum(a != b for a, b in zip(one, other, strict=True)) > 30


def test_the_icon_changes_with_what_it_shows(glass: Glass, tray: Tray) -> None:
    def corner() -> QColor:
        return tray.icon.icon().pixmap(32, 32).toImage().pixelColor(4, 4)

    glass.bridge.place.emit(LIVE)
    assert corner() == QColor("#b3261e")
    glass.bridge.place.emit(HERE)
    assert corner().alpha() < 255


def test_what_tripped_has_another_sign_than_what_was_switched_off(glass: Glass, tray: Tray) -> None:
    seen = []
    for arm in (Armed(None, None), Disarmed("Off."), Disarmed("Three failed.", tripped=True)):
        glass.bridge.arm.emit(arm)
        seen.append(tray.icon.icon().pixmap(22, 22).toImage())
    assert seen[0] != seen[1] != seen[2] != seen[0]


def entries(tray: Tray, title: str) -> None:
    next(action for action in tray.menu.actions() if action.text() == title).trigger()


def test_its_menu_shows_the_window_switches_entries_off_and_ends_and_sends_nothing(glass: Glass, tray: Tray) -> None:
    ends: list[str] = []
    glass.window.on_close = lambda: ends.append("end")
    assert [action.text() for action in tray.menu.actions()] == ["Show", "Entries off", "Quit"]
    entries(tray, "Entries off")
    assert glass.desk.switch.state == Disarmed("Entries are off: you switched them off.", tripped=True)
    glass.window.hide()
    entries(tray, "Show")
    assert glass.window.isVisible()
    entries(tray, "Quit")
    assert ends == ["end"]
    assert glass.tried == 0


@pytest.mark.parametrize(
    ("outcome", "button", "words"),
    [
        (
            LOST,
            "send",
            "Outcome unknown (PRACTICE): Buy 1 MES 12-26 at market on Sim101, good for the day. It may have been",
        ),
        (LOST, "flatten", "Exit failed (PRACTICE): UNKNOWN: FLATTEN MES 12-26 on Sim101 may not have got through."),
        (
            Refused(MARKER, Answer(200, MARKER)),
            "flatten",
            "Exit failed (PRACTICE): REFUSED: FLATTEN MES 12-26 on Sim101.",
        ),
    ],
)
def test_an_unknown_outcome_and_a_failed_exit_are_told_there_without_what_the_server_said(
    glass: Glass, told: list[str], outcome: Outcome, button: str, words: str
) -> None:
    send(glass, outcome, button)
    assert len(told) == 1
    assert told[0].startswith(words)
    assert MARKER not in told[0]


def test_what_came_out_and_what_is_refused_of_an_entry_is_not_told_there(glass: Glass, told: list[str]) -> None:
    send(glass, YES, "flatten")
    send(glass, Refused("No", Answer(200, "")), "send")
    assert told == []


def test_nothing_is_told_there_while_a_window_of_the_program_is_in_front(
    glass: Glass, told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module.QApplication, "active", glass.window)
    send(glass, LOST, "flatten")
    assert told == []


def test_the_setting_takes_the_icon_away_and_brings_it_back(glass: Glass, feedback: Feedback) -> None:
    first = feedback.tray
    assert first
    assert first.icon.isVisible()
    glass.preferences.change(tray=False)
    feedback.refresh()
    assert not first.icon.isVisible()
    assert feedback.tray is None
    send(glass, LOST, "flatten")
    glass.preferences.change(tray=True)
    feedback.refresh()
    assert feedback.tray


def test_without_a_tray_nothing_is_shown_and_nothing_fails(glass: Glass, tray: Tray) -> None:
    assert not QSystemTrayIcon.isSystemTrayAvailable()
    send(glass, LOST, "flatten")
    assert isinstance(QApplication.instance(), QApplication)
