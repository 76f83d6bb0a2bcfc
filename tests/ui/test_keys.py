"""Keys in the real window: bound by pressing, rehearsed once, all off with one switch, on every keyboard."""

import asyncio
from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QLineEdit, QPushButton, QWidget

from crosstrade_desk.desk.actions import ACTIONS, Action, Chapter, Kind
from crosstrade_desk.desk.chord import parse_chord
from crosstrade_desk.hotkeys.state import Asked, Bound, Fired, State, Taken, Told, Wanted
from crosstrade_desk.storage.settings import Settings
from crosstrade_desk.ui.keys.deck import Deed
from crosstrade_desk.ui.keys.layouts import hidden_chord
from support.desks import YES
from support.keys import CANCEL, FLATTEN, SEND, press
from support.windows import Glass

F9 = (Qt.Key.Key_F9, Qt.KeyboardModifier.NoModifier)
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture(autouse=True)
def _answered(glass: Glass) -> None:
    glass.wire.always = YES
    glass.fill()


def keys(glass: Glass) -> QWidget:
    glass.window.show_keys()
    glass.settle()
    found = glass.window.keys_window
    assert found
    return found


def bind(glass: Glass, action: str, *pressed: tuple[Qt.Key, Qt.KeyboardModifier]) -> str:
    """Presses the key's button, then the keys. Gives what stands beside it then."""
    window = keys(glass)
    capture = window.findChild(QPushButton, f"key-{action}")
    assert capture
    QTest.mouseClick(capture, Qt.MouseButton.LeftButton)
    for chord in pressed:
        press(capture, chord)
    glass.settle()
    said = window.findChild(QLabel, f"key-{action}-said")
    assert said
    return said.text()


def sent(glass: Glass) -> list[str]:
    glass.settle()
    return [message.command.spec.token for message in glass.wire.carried]


def test_a_key_is_bound_by_pressing_it_and_rehearsed_by_its_first_press(glass: Glass) -> None:
    assert "Press it now" in bind(glass, "flatten", F9)
    press(glass.window, FLATTEN)
    assert sent(glass) == []
    press(glass.window, F9)
    assert sent(glass) == []
    assert (
        "Press F9 again to send. Rehearsed: Flatten the position in MES 12-26 on Sim101" in glass.window.status.text()
    )
    glass.time.now += 1
    press(glass.window, F9)
    assert sent(glass) == ["FLATTEN"]
    assert glass.preferences.current.keys == ("F9: flatten",)


def test_the_button_names_the_key_that_flattens(glass: Glass) -> None:
    bind(glass, "flatten", F9)
    assert "F9" in glass.window.ticket.exits.flatten_button.words
    glass.window.keys.set_on(False)
    assert "F9" not in glass.window.ticket.exits.flatten_button.words


def test_a_key_that_another_action_has_is_refused_beside_its_line_and_stays_there(glass: Glass) -> None:
    assert "“Flatten”" in bind(glass, "cancel", FLATTEN)
    assert sent(glass) == []
    assert glass.window.keys.keymap.text("cancel") == "Ctrl+Shift+X"


def test_while_a_key_is_asked_for_it_does_nothing_else(glass: Glass) -> None:
    bind(glass, "buy", SEND)
    bind(glass, "buy", CANCEL)
    assert sent(glass) == []


def test_escape_leaves_the_key_as_it_is(glass: Glass) -> None:
    bind(glass, "flatten", (Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier))
    assert glass.window.keys.keymap.text("flatten") == "Ctrl+Shift+F"
    assert not glass.window.keys.is_capturing


def test_leaving_the_button_ends_the_asking(glass: Glass) -> None:
    bind(glass, "flatten")
    assert glass.window.keys.is_capturing
    window = keys(glass)
    box = window.findChild(QCheckBox)
    assert box
    box.setFocus()
    glass.settle()
    assert not glass.window.keys.is_capturing


def test_closing_the_key_window_ends_the_asking(glass: Glass) -> None:
    bind(glass, "flatten")
    window = keys(glass)
    window.hide()
    glass.settle()
    assert not glass.window.keys.is_capturing


def test_a_key_that_others_use_is_taken_with_a_warning(glass: Glass) -> None:
    assert "push-to-talk" in bind(glass, "flatten", (Qt.Key.Key_P, Qt.KeyboardModifier.AltModifier))
    assert glass.window.keys.keymap.text("flatten") == "Alt+P"


def test_a_key_taken_away_does_nothing(glass: Glass) -> None:
    glass.window.keys.bind("flatten", None)
    press(glass.window, FLATTEN)
    assert sent(glass) == []


def test_switched_off_no_key_sends_and_the_buttons_do(glass: Glass) -> None:
    window = keys(glass)
    box = next(found for found in window.findChildren(QCheckBox) if found.text() == "Keys work")
    QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, box.height() // 2))
    for chord in (FLATTEN, CANCEL, SEND):
        press(glass.window, chord)
    assert sent(glass) == []
    QTest.mouseClick(glass.window.ticket.exits.flatten_button, Qt.MouseButton.LeftButton)
    assert sent(glass) == ["FLATTEN"]


def test_in_rehearsal_every_key_that_sends_only_tells(glass: Glass) -> None:
    glass.window.keys.rehearse(True)
    for chord, words in ((FLATTEN, "Flatten the position"), (CANCEL, "Cancel"), (SEND, "SEND to PRACTICE")):
        press(glass.window, chord)
        assert words in glass.window.status.text()
        assert "Nothing was sent" in glass.window.status.text()
    assert sent(glass) == []
    glass.window.keys.rehearse(False)
    press(glass.window, FLATTEN)
    assert sent(glass) == ["FLATTEN"]


def test_what_was_not_rehearsed_waits_for_it_after_a_restart(glass: Glass) -> None:
    bind(glass, "flatten", F9)
    assert glass.preferences.current.unrehearsed == ("flatten",)
    press(glass.window, F9)
    assert glass.preferences.current.unrehearsed == ()


def test_the_usual_keys_come_back_and_want_a_rehearsal_where_they_changed(glass: Glass) -> None:
    glass.window.keys.bind("flatten", parse_chord("F9"))  # type: ignore[arg-type]
    glass.window.keys.reset()
    press(glass.window, FLATTEN)
    assert sent(glass) == []
    press(glass.window, CANCEL)
    assert sent(glass) == ["CANCELORDERS"]


def test_quantity_and_side_keys_change_the_form_and_send_nothing(glass: Glass) -> None:
    for chord, field, text in [
        ((Qt.Key.Key_3, CTRL), "qty", "3"),
        ((Qt.Key.Key_5, CTRL), "qty", "10"),
        ((Qt.Key.Key_Down, CTRL), "action", "SELL"),
        ((Qt.Key.Key_Up, CTRL), "action", "BUY"),
    ]:
        press(glass.window, chord)
        assert glass.window.ticket.form.editor(field).text() == text
    press(glass.window, (Qt.Key.Key_9, CTRL))
    assert glass.window.ticket.form.editor("qty").text() == "10"
    assert sent(glass) == []


@pytest.mark.parametrize(
    ("key", "field"), [(Qt.Key.Key_F3, "account"), (Qt.Key.Key_F4, "instrument"), (Qt.Key.Key_F6, "qty")]
)
def test_a_key_goes_to_its_field(glass: Glass, key: Qt.Key, field: str) -> None:
    glass.window.log.table.setFocus()
    press(glass.window, (key, Qt.KeyboardModifier.NoModifier))
    focus = QApplication.focusWidget()
    assert focus is not None
    assert glass.window.ticket.form.editor(field).isAncestorOf(focus)


def test_every_action_has_a_deed_in_the_window(glass: Glass) -> None:
    assert {action.id for action in glass.window.keys.actions()} == {action.id for action in ACTIONS}


def test_every_deed_that_sends_tells_what_it_would_do(glass: Glass) -> None:
    glass.window.keys.rehearse(True)
    for action in ACTIONS:
        if action.kind in (Kind.EXIT, Kind.ENTRY):
            glass.window.keys.press(action.id)
            assert "Rehearsed: " in glass.window.status.text()
    assert sent(glass) == []


def test_the_cheat_sheet_shows_the_keys_as_they_are(glass: Glass) -> None:
    press(glass.window, (Qt.Key.Key_F1, Qt.KeyboardModifier.NoModifier))
    sheet = glass.window.cheat_sheet
    assert sheet
    assert "Ctrl+Shift+F" in sheet.page.toPlainText()
    glass.window.keys.bind("flatten", parse_chord("F9"))  # type: ignore[arg-type]
    assert "Ctrl+Shift+F" not in sheet.page.toPlainText()
    assert "F9" in sheet.page.toPlainText()


def _event(key: int, modifiers: Qt.KeyboardModifier, code: int) -> QKeyEvent:
    return QKeyEvent(QEvent.Type.KeyPress, key, modifiers, code + 8, 0, 0)


@pytest.mark.parametrize(
    ("key", "modifiers", "code", "chord"),
    [
        (0x0410, CTRL | SHIFT, 33, "Ctrl+Shift+F"),  # Russian
        (0x05DB, CTRL | SHIFT, 33, "Ctrl+Shift+F"),  # Hebrew
        (ord("&"), CTRL, 2, "Ctrl+1"),  # French: 1 needs Shift there
        (ord("U"), CTRL, 33, None),  # Dvorak: the letter counts
        (ord("F"), CTRL, 33, None),
        (ord("1"), CTRL, 2, None),
    ],
)
def test_a_key_whose_letter_the_layout_hides_is_known_by_its_place(
    key: int, modifiers: Qt.KeyboardModifier, code: int, chord: str | None
) -> None:
    found = hidden_chord(_event(key, modifiers, code))
    assert (None if found is None else str(found)) == chord


def test_a_hidden_key_does_what_the_key_there_does_once(glass: Glass) -> None:
    line = glass.window.ticket.form.editor("qty").main
    assert isinstance(line, QLineEdit)
    before = line.text()
    QApplication.sendEvent(line, _event(ord("&"), CTRL, 3))  # the place of 2
    assert (before, line.text()) == ("1", "2")


@pytest.mark.parametrize(
    "spoil", [lambda g: g.window.keys.set_on(False), lambda g: g.window.keys.bind("quantity 2", None)]
)
def test_a_hidden_key_that_is_off_is_left_to_the_field(glass: Glass, spoil: Callable[[Glass], object]) -> None:
    spoil(glass)
    line = glass.window.ticket.form.editor("qty").main
    assert isinstance(line, QLineEdit)
    QApplication.sendEvent(line, _event(ord("&"), CTRL, 3))
    assert line.text() == "1"


class Desktop:
    """A hand-made desktop: it holds what it is asked for, says what it was told to say, and presses."""

    asks = False

    def __init__(self) -> None:
        self.wanted: dict[str, str] = {}
        self.state: State = Bound()
        self.closed = False
        self.bound = 0
        self.fire: Fired = print
        self.tell: Told = print

    def make(self, fire: Fired, tell: Told) -> "Desktop":
        self.fire, self.tell = fire, tell
        return self

    def bind(self, wanted: Wanted) -> dict[str, State]:
        self.bound += 1
        self.wanted = {action: str(chord) for action, chord in wanted.items()}
        return dict.fromkeys(wanted, self.state)

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def desktop(glass: Glass) -> Desktop:
    made = Desktop()
    glass.window.system_keys.start(made.make)
    return made


def test_no_key_is_asked_of_the_system_before_the_trader_wants_one(glass: Glass, desktop: Desktop) -> None:
    assert desktop.fire is print
    glass.window.system_keys.want("flatten", True)
    assert desktop.wanted == {"flatten": "Ctrl+Shift+F"}
    assert glass.preferences.current.system_keys == ("flatten",)


def test_a_key_in_every_program_is_ticked_in_the_window_and_says_how_it_stands(glass: Glass, desktop: Desktop) -> None:
    window = keys(glass)
    box = window.findChild(QCheckBox, "wide-flatten")
    said = window.findChild(QLabel, "key-flatten-said")
    assert box
    assert said
    desktop.state = Asked()
    QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, box.height() // 2))
    assert "was asked" in said.text()
    desktop.tell("flatten", Taken())
    assert "Another program holds this key" in said.text()
    desktop.tell("flatten", Bound())
    assert said.text() == "Works in every program."


def test_a_press_in_another_program_flattens(glass: Glass, desktop: Desktop) -> None:
    glass.window.system_keys.want("flatten", True)
    desktop.fire("flatten")
    assert sent(glass) == ["FLATTEN"]


def test_switched_off_the_system_lets_every_key_go_and_a_late_press_does_nothing(
    glass: Glass, desktop: Desktop
) -> None:
    glass.window.system_keys.want("flatten", True)
    glass.window.keys.set_on(False)
    assert desktop.wanted == {}
    desktop.fire("flatten")
    assert sent(glass) == []
    glass.window.keys.set_on(True)
    assert desktop.wanted == {"flatten": "Ctrl+Shift+F"}


def test_a_changed_key_is_changed_in_the_system_too_and_rehearsed_there_as_well(glass: Glass, desktop: Desktop) -> None:
    glass.window.system_keys.want("flatten", True)
    bind(glass, "flatten", F9)
    assert desktop.wanted == {"flatten": "F9"}
    desktop.fire("flatten")
    assert sent(glass) == []
    desktop.fire("flatten")
    assert sent(glass) == ["FLATTEN"]


def test_while_a_key_is_asked_for_the_system_holds_none(glass: Glass, desktop: Desktop) -> None:
    glass.window.system_keys.want("flatten", True)
    bind(glass, "cancel")
    assert desktop.wanted == {}
    window = keys(glass)
    window.hide()
    assert desktop.wanted == {"flatten": "Ctrl+Shift+F"}


def test_a_desktop_that_asks_the_trader_is_not_asked_again_for_keys_that_stay(glass: Glass, desktop: Desktop) -> None:
    desktop.asks = True
    glass.window.system_keys.want("flatten", True)
    bind(glass, "cancel")
    desktop.fire("flatten")
    assert sent(glass) == []
    assert glass.window.keys_window
    assert "The desktop keeps this key for “Flatten”" in glass.window.keys_window.loud.text()
    glass.window.keys_window.hide()
    bind(glass, "cancel", F9)
    assert desktop.bound == 1
    bind(glass, "flatten", (Qt.Key.Key_F10, Qt.KeyboardModifier.NoModifier))
    assert desktop.bound == 2
    glass.window.keys.set_on(False)
    assert desktop.wanted == {}


def test_what_the_file_wants_of_entries_in_every_program_is_not_asked_for(glass: Glass, desktop: Desktop) -> None:
    glass.preferences.change(system_keys=("send", "yes", "flatten", "no such thing"))
    glass.window.keys.changed.emit()
    assert desktop.wanted == {"flatten": "Ctrl+Shift+F"}


def test_at_the_end_every_key_is_let_go(glass: Glass, desktop: Desktop) -> None:
    glass.window.system_keys.want("flatten", True)
    glass.window.system_keys.close()
    assert desktop.closed


@pytest.mark.parametrize(
    ("before", "after", "waits"),
    [
        (Kind.FORM, Kind.ENTRY, True),
        (Kind.EXIT, Kind.ENTRY, True),
        (None, Kind.ENTRY, True),
        (Kind.ENTRY, Kind.ENTRY, False),
        (Kind.ENTRY, Kind.FORM, False),
    ],
)
@pytest.mark.parametrize("renamed", [False, True])
def test_a_key_is_tried_first_where_its_preset_sends_otherwise_than_before(
    glass: Glass, before: Kind | None, after: Kind, waits: bool, renamed: bool
) -> None:
    def made(name: str, kind: Kind) -> dict[Action, Deed]:
        return {Action(f"preset {name}", name, "", kind, Chapter.PRESETS): Deed(lambda: None, lambda: "")}

    deck = glass.window.keys
    deck.set_presets(made("A", before or Kind.ENTRY))
    assert deck.bind("preset A", parse_chord("Ctrl+Shift+F11")) == ""
    deck.press("preset A")
    if before is None:
        deck.set_presets({})
    name = "B" if renamed and before else "A"
    if name == "B":
        deck.carry("preset A", "preset B")
    deck.set_presets(made(name, after))
    assert deck.is_unrehearsed(f"preset {name}") is waits


def test_the_key_of_a_preset_that_was_rehearsed_needs_none_after_a_start(loop: asyncio.AbstractEventLoop) -> None:
    action = Action("preset A", "A", "", Kind.ENTRY, Chapter.PRESETS)
    settings = Settings(keys=("Ctrl+Shift+F11: preset A",))  # written by hand
    for waits in (True, False):
        run = Glass(loop, settings=settings)
        run.window.keys.set_presets({action: Deed(lambda: None, lambda: "")})
        assert run.window.keys.is_unrehearsed("preset A") is waits
        run.window.keys.press("preset A")
        settings = run.preferences.current
        run.close()
