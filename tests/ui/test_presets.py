"""Presets in the real window: one press each, by mouse or key, and no stray key sends one."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit

from crosstrade_desk.calling.talk import Answer, Call, Taken
from crosstrade_desk.desk.calls import Calls
from crosstrade_desk.desk.chord import Chord, parse_chord
from crosstrade_desk.desk.events import Mode, Place
from crosstrade_desk.desk.preset_call import find
from crosstrade_desk.desk.preset_orders import message_of
from crosstrade_desk.desk.wishes import ORDER, Wish
from crosstrade_desk.protocol.catalogue import COMMANDS, SPECS
from crosstrade_desk.protocol.message import Message
from crosstrade_desk.protocol.spec import CommandSpec
from crosstrade_desk.storage.presets import COLOURS, Preset
from crosstrade_desk.ui.presets.list_view import PresetList
from crosstrade_desk.ui.presets.of_form import preset_of
from crosstrade_desk.ui.presets.row_painter import SHADES
from crosstrade_desk.ui.theme import DARK, LIGHT
from support.catalogue import full
from support.desks import ENTRY, SCOPE, YES
from support.keys import SEND, STRAY, press
from support.windows import Glass

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
FILLS = Preset("Fills", fields={**ENTRY, "qty": "7"})
SENDS = Preset("Sends", group="Fast", sends=True, fields={**ENTRY, "action": "SELL", "qty": "2"})


@pytest.fixture(autouse=True)
def _kept(glass: Glass) -> None:
    glass.wire.always = YES
    glass.fill()
    glass.presets.save(FILLS)
    glass.presets.save(SENDS)
    glass.settle()


def the_list(glass: Glass) -> PresetList:
    return glass.window.presets.list


def middle(glass: Glass, name: str) -> QPoint:
    index = glass.window.presets.model.place(name)
    assert index.isValid()
    return the_list(glass).visualRect(index).center()


def click(glass: Glass, name: str) -> None:
    QTest.mouseClick(the_list(glass).viewport(), LEFT, NONE, middle(glass, name))
    glass.settle()


def sent(glass: Glass) -> list[str]:
    glass.settle()
    return [message.rest for message in glass.wire.carried]


def form(glass: Glass) -> Message:
    found = glass.window.ticket._message
    assert isinstance(found, Message), found
    return found


def status(glass: Glass) -> str:
    return glass.window.status.text()


def test_a_press_fills_the_form_and_sends_nothing(glass: Glass) -> None:
    click(glass, "Fills")
    assert "qty=7" in form(glass).rest
    assert sent(glass) == []
    glass.window.ticket.undo_fill()
    assert "qty=1" in form(glass).rest


def test_a_preset_that_sends_sends_what_the_form_would_send_byte_by_byte(glass: Glass) -> None:
    click(glass, "Sends")
    glass.time.now += 60
    glass.window.presets.fill_wanted.emit(SENDS)
    press(glass.window, SEND)
    glass.wait(glass.window.ask.yes.isEnabled)  # the same again
    glass.window.ask.answer_yes()
    first, second = sent(glass)
    assert first == second


def test_a_double_click_on_a_preset_that_sends_is_one_order(glass: Glass) -> None:
    viewport, place = the_list(glass).viewport(), middle(glass, "Sends")
    QTest.mouseClick(viewport, LEFT, NONE, place)
    QTest.mouseDClick(viewport, LEFT, NONE, place)
    QTest.mouseClick(viewport, LEFT, NONE, place)
    assert len(sent(glass)) == 1


def test_a_press_that_is_let_go_elsewhere_does_nothing(glass: Glass) -> None:
    viewport = the_list(glass).viewport()
    QTest.mousePress(viewport, LEFT, NONE, middle(glass, "Sends"))
    QTest.mouseRelease(viewport, LEFT, NONE, middle(glass, "Fills"))
    assert sent(glass) == []
    assert "qty=1" in form(glass).rest


@pytest.mark.parametrize("button", [Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton])
def test_another_mouse_button_sends_nothing(glass: Glass, button: Qt.MouseButton) -> None:
    QTest.mousePress(the_list(glass).viewport(), button, NONE, middle(glass, "Sends"))
    QTest.mouseRelease(the_list(glass).viewport(), button, NONE, middle(glass, "Sends"))
    assert sent(glass) == []


@pytest.mark.parametrize("key", STRAY)
def test_no_stray_key_presses_a_preset(glass: Glass, key: Qt.Key) -> None:
    the_list(glass).setFocus()
    the_list(glass).setCurrentIndex(glass.window.presets.model.place("Sends"))
    QTest.keyClick(the_list(glass), key)
    assert sent(glass) == []
    assert "qty=1" in form(glass).rest


def test_a_key_of_the_list_fills_the_form_and_sends_nothing(glass: Glass) -> None:
    the_list(glass).setCurrentIndex(glass.window.presets.model.place("Sends"))
    QTest.keyClick(the_list(glass), Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert sent(glass) == []
    assert "qty=2" in form(glass).rest


def test_the_gate_decides_about_a_preset_as_about_a_press(glass: Glass) -> None:
    glass.desk.switch.off()
    click(glass, "Sends")
    assert sent(glass) == []
    assert "Entries are off" in status(glass)


def test_a_preset_that_cannot_be_sent_says_why_and_fills_the_form(glass: Glass) -> None:
    glass.presets.save(replace(SENDS, fields={**ENTRY, "qty": "0"}), instead_of="Sends")
    click(glass, "Sends")
    assert sent(glass) == []
    assert "“Sends” was not sent." in status(glass)
    assert glass.window.ticket.form.editor("qty").text() == "0"


def test_a_press_that_waited_while_the_window_stood_still_sends_no_preset(glass: Glass) -> None:
    glass.window.watch_lag(lambda: True)
    click(glass, "Sends")
    assert sent(glass) == []


def test_a_press_that_waited_still_gets_out(glass: Glass) -> None:
    glass.presets.save(Preset("Out", "FLATTEN", sends=True, fields=SCOPE))
    glass.window.watch_lag(lambda: True)
    click(glass, "Out")
    assert len(sent(glass)) == 1


@pytest.mark.parametrize(
    ("token", "fields"),
    [("FLATTENEVERYTHING", {}), ("CANCELALLORDERS", {}), ("REVERSEPOSITION", full(SPECS["REVERSEPOSITION"]))],
)
def test_what_the_button_has_to_be_held_for_no_press_of_a_preset_sends(
    glass: Glass, token: str, fields: dict[str, str]
) -> None:
    glass.presets.save(Preset("Wide", token, sends=True, fields=fields))
    glass.settle()
    click(glass, "Wide")
    assert sent(glass) == []
    assert form(glass).command.spec.token == token
    assert "Hold SEND" in status(glass)
    glass.window.presets.press("Wide")  # as a key does
    assert sent(glass) == []


def test_a_press_during_which_the_connection_changes_does_nothing(glass: Glass) -> None:
    viewport, place = the_list(glass).viewport(), middle(glass, "Sends")
    QTest.mousePress(viewport, LEFT, NONE, place)
    glass.go(Place(Mode.PRACTICE, "http://127.0.0.1/v1/send/another"), glass.wire)
    glass.time.now += 60
    QTest.mouseRelease(viewport, LEFT, NONE, place)
    assert sent(glass) == []
    assert "the connection or the day changed" in status(glass)


def test_a_preset_of_some_fields_leaves_the_rest_of_the_form(glass: Glass) -> None:
    glass.presets.save(Preset("20/40", part=True, fields={"take_profit": "40 ticks", "stop_loss": "-20 ticks"}))
    click(glass, "20/40")
    assert "qty=1" in form(glass).rest
    assert "take_profit=40 ticks" in form(glass).rest


def test_a_bracket_is_kept_from_the_form_and_laid_to_the_side_of_another_order(glass: Glass) -> None:
    for name, text in (("take_profit", "40 ticks"), ("stop_loss", "-20 ticks")):
        glass.window.ticket.form.put(name, text)
    glass.window.presets.save_bracket()
    window = glass.window.presets._window
    assert window
    QTest.keyClicks(window.name_line, "40 to 20")
    QTest.mouseClick(window.keep_button, LEFT)
    glass.window.presets.fill_wanted.emit(Preset("Short", fields={**ENTRY, "action": "SELL", "qty": "3"}))
    click(glass, "40 to 20")
    assert "qty=3" in form(glass).rest
    assert "action=SELL" in form(glass).rest
    assert "take_profit=-40 ticks" in form(glass).rest
    assert "stop_loss=20 ticks" in form(glass).rest
    glass.window.ticket.undo_fill()
    assert "take_profit" not in form(glass).rest
    assert sent(glass) == []


def test_a_form_without_a_bracket_gives_no_template_and_says_what_to_do(glass: Glass) -> None:
    glass.window.presets.save_bracket()
    assert glass.window.presets._window is None
    assert "type a take profit or stop loss" in status(glass)


def test_what_the_command_has_no_field_for_is_left_out_and_named(glass: Glass) -> None:
    glass.presets.save(Preset("20/40", part=True, fields={"take_profit": "40 ticks"}))
    glass.choose("FLATTEN")
    click(glass, "20/40")
    assert "has no take_profit: left out" in status(glass)


def bound(glass: Glass, name: str, key: str) -> str:
    chord = parse_chord(key)
    assert isinstance(chord, Chord)
    return glass.window.keys.bind(f"preset {name}", chord)


def test_a_key_of_a_preset_is_rehearsed_once_and_sends_then(glass: Glass) -> None:
    assert bound(glass, "Sends", "Ctrl+Alt+J") == ""
    chord = (Qt.Key.Key_J, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
    press(glass.window, chord)
    assert sent(glass) == []
    assert "Sell 2 MES" in status(glass)
    press(glass.window, chord)
    assert len(sent(glass)) == 1


def test_a_plain_key_is_refused_to_a_preset_that_sends_and_given_to_one_that_fills(glass: Glass) -> None:
    assert "two of Ctrl" in bound(glass, "Sends", "F9")
    assert bound(glass, "Fills", "F9") == ""


def test_a_plain_key_of_a_preset_that_begins_to_send_does_nothing_any_more(glass: Glass) -> None:
    bound(glass, "Fills", "F9")
    press(glass.window, (Qt.Key.Key_F9, NONE))
    assert "qty=7" in form(glass).rest
    glass.presets.save(replace(FILLS, sends=True), instead_of="Fills")
    for _ in range(3):
        press(glass.window, (Qt.Key.Key_F9, NONE))
        glass.time.now += 60
    assert sent(glass) == []


def test_a_key_of_a_preset_that_begins_to_send_is_rehearsed(glass: Glass) -> None:
    bound(glass, "Fills", "Ctrl+Alt+J")
    glass.presets.save(replace(FILLS, sends=True), instead_of="Fills")
    press(glass.window, (Qt.Key.Key_J, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier))
    assert sent(glass) == []
    assert "Rehearsed" in status(glass)


FRONT = Preset("Front", sends=True, front_month=True, fields={**ENTRY, "instrument": "MES"})
NOV = date(2026, 11, 26)
BEFORE, AFTER = date(2026, 12, 9), date(2026, 12, 11)  # around the roll of the index contracts


def on(glass: Glass, day: date) -> None:
    glass.window.presets.today = lambda: day


def test_of_a_front_month_that_is_another_since_it_was_shown_the_first_press_sends_nothing(glass: Glass) -> None:
    on(glass, BEFORE)
    glass.window.presets.follow_day()
    glass.presets.save(FRONT)
    glass.settle()
    assert "MES 12-26" in glass.window.presets.model.about(FRONT).words
    on(glass, AFTER)
    click(glass, "Front")
    assert sent(glass) == []
    assert "a new day began" in status(glass)
    assert "MES 03-27" in glass.window.presets.model.about(FRONT).words
    click(glass, "Front")
    assert ["instrument=MES 03-27;" in rest for rest in sent(glass)] == [True]


def test_a_new_day_keeps_no_dated_preset_and_no_exit_back(glass: Glass) -> None:
    out = replace(OUT, front_month=True, fields={**SCOPE, "instrument": "MES"})
    glass.presets.save(out)
    for name, day in (("Sends", BEFORE), ("Out", AFTER)):
        on(glass, day)
        glass.time.now += 60
        click(glass, name)
    assert len(sent(glass)) == 2
    assert "instrument=MES 03-27;" in sent(glass)[1]


def test_a_day_that_begins_while_the_button_is_down_sends_nothing(glass: Glass) -> None:
    on(glass, BEFORE)
    glass.window.presets.follow_day()
    glass.presets.save(FRONT)
    glass.settle()
    QTest.mousePress(the_list(glass).viewport(), LEFT, NONE, middle(glass, "Front"))
    on(glass, AFTER)
    glass.window.presets.follow_day()
    QTest.mouseRelease(the_list(glass).viewport(), LEFT, NONE, middle(glass, "Front"))
    assert sent(glass) == []


def test_a_roll_is_named_before_its_day_and_one_press_moves_all_and_one_key_takes_it_back(glass: Glass) -> None:
    pane = glass.window.presets
    on(glass, NOV)
    pane.follow_day()
    assert not pane.rolls.isVisible()
    on(glass, BEFORE)
    pane.follow_day()
    glass.settle()
    assert pane.rolls.text() == "MES 12-26 rolls on 10 Dec: 2 presets"
    QTest.mouseClick(pane.roll_button, LEFT)
    assert {preset.fields["instrument"] for preset in glass.presets.items} == {"MES 03-27"}
    assert not pane.rolls.isVisible()
    QTest.keyClick(the_list(glass), Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert glass.presets.items == (FILLS, SENDS)


@pytest.mark.parametrize(
    ("preset", "word"),
    [
        (SENDS, "SENDS"),
        (FILLS, ""),
        (replace(SENDS, fields={**ENTRY, "qty": "0"}), "NOT READY"),
        (replace(FILLS, fields={**ENTRY, "action": ""}), "to complete"),
        (Preset("Wide", "FLATTENEVERYTHING", sends=True), "HOLD SEND"),
        (Preset("B", part=True, fields={"stop_loss": "-20 ticks"}), "part"),
    ],
)
def test_a_word_says_what_a_press_does(glass: Glass, preset: Preset, word: str) -> None:
    assert glass.window.presets._about(preset).does == word


def test_every_colour_of_a_preset_is_another_one_in_both_looks() -> None:
    for table in (DARK, LIGHT):
        shades = [getattr(table, role) for role in SHADES.values()]
        assert len(set(shades)) == len(COLOURS)


OUT = Preset("Out", "FLATTEN", sends=True, fields=SCOPE)


@pytest.mark.parametrize("preset", [SENDS, OUT], ids=["entry", "exit"])
def test_by_click_key_and_hand_over_a_preset_is_the_very_same_message(glass: Glass, preset: Preset) -> None:
    if preset is OUT:
        glass.presets.save(OUT)
    assert bound(glass, preset.name, "Ctrl+Alt+J") == ""
    chord = (Qt.Key.Key_J, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
    press(glass.window, chord)  # the rehearsal
    press(glass.window, chord)
    glass.settle()
    glass.time.now += 60
    click(glass, preset.name)
    glass.time.now += 60
    found = find(glass.presets.items, preset.name)
    assert isinstance(found, Preset)
    message = message_of(found, glass.desk.compose, datetime.now(UTC).date())
    assert isinstance(message, Message)
    answer = glass.run(Calls(glass.desk).on_order(Call(ORDER, 0.0, Wish(message).texts)))
    assert isinstance(answer, Taken)
    assert glass.run(answered(answer)).ok
    assert glass.wire.carried == [message] * 3
    assert {carried.masked for carried in glass.wire.carried} == {message.masked}


async def answered(taken: Taken) -> Answer:
    return await taken.then


def test_the_form_is_kept_under_a_name_and_comes_back_as_it_was(glass: Glass) -> None:
    before = form(glass)
    QTest.mouseClick(glass.window.presets.save_button, LEFT)
    window = glass.window.presets._window
    assert window
    QTest.keyClicks(window.name_line, "Mine")
    QTest.mouseClick(window.keep_button, LEFT)
    assert not window.isVisible()
    click(glass, "Fills")
    click(glass, "Mine")
    assert form(glass) == before


@pytest.mark.parametrize("spec", COMMANDS, ids=lambda spec: spec.token)
def test_every_command_goes_from_the_form_into_a_preset_and_back(glass: Glass, spec: CommandSpec) -> None:
    glass.window.presets.fill_wanted.emit(Preset("All", spec.token, fields=full(spec)))
    before = form(glass)
    form_now = preset_of(glass.window.ticket.form)
    assert isinstance(form_now, Preset)
    made = replace(form_now, name="One")
    assert glass.presets.save(made) is None
    click(glass, "Fills")
    click(glass, "One")
    assert form(glass) == before


def test_a_name_that_is_taken_is_told_in_its_window_and_nothing_is_lost(glass: Glass) -> None:
    QTest.mouseClick(glass.window.presets.save_button, LEFT)
    window = glass.window.presets._window
    assert window
    QTest.keyClicks(window.name_line, "sends")
    QTest.mouseClick(window.keep_button, LEFT)
    said = window.findChild(QLabel, "preset-said")
    assert said
    assert "already" in said.text()
    assert window.name_line.text() == "sends"
    assert len(glass.presets.items) == 2


def test_front_month_is_kept_as_a_root_and_comes_back_as_a_contract(glass: Glass) -> None:
    QTest.mouseClick(glass.window.presets.save_button, LEFT)
    window = glass.window.presets._window
    assert window
    QTest.keyClicks(window.name_line, "Front")
    window.flags["front_month"].setChecked(True)
    QTest.mouseClick(window.keep_button, LEFT)
    assert glass.presets.items[-1].fields["instrument"] == "MES"
    click(glass, "Front")
    assert form(glass).command.texts["instrument"].startswith("MES ")


def test_delete_takes_the_marked_one_away_and_undo_brings_it_back(glass: Glass) -> None:
    the_list(glass).setCurrentIndex(glass.window.presets.model.place("Fills"))
    QTest.keyClick(the_list(glass), Qt.Key.Key_Delete)
    assert [preset.name for preset in glass.presets.items] == ["Sends"]
    glass.window.presets.undo()
    assert [preset.name for preset in glass.presets.items] == ["Fills", "Sends"]


def names(glass: Glass) -> list[str]:
    return [preset.name for preset in glass.presets.items]


def mark(glass: Glass, name: str) -> None:
    the_list(glass).setFocus()
    the_list(glass).setCurrentIndex(glass.window.presets.model.place(name))


def test_alt_and_arrows_move_the_marked_one_past_its_neighbours_in_sight_and_no_further(glass: Glass) -> None:
    glass.presets.save(replace(FILLS, name="Third"))  # behind one of another group
    mark(glass, "Fills")
    QTest.keyClick(the_list(glass), Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert names(glass) == ["Sends", "Third", "Fills"]
    QTest.keyClick(the_list(glass), Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert names(glass) == ["Sends", "Third", "Fills"]
    QTest.keyClick(the_list(glass), Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert names(glass) == ["Sends", "Fills", "Third"]
    for name, key in (("Sends", Qt.Key.Key_Up), ("Sends", Qt.Key.Key_Down), ("Fills", Qt.Key.Key_Up)):
        mark(glass, name)
        QTest.keyClick(the_list(glass), key, Qt.KeyboardModifier.AltModifier)
        assert names(glass) == ["Sends", "Fills", "Third"]
    assert glass.presets.items[0] == SENDS


def test_keys_of_the_list_duplicate_delete_change_and_take_back(glass: Glass) -> None:
    control = Qt.KeyboardModifier.ControlModifier
    mark(glass, "Fills")
    QTest.keyClick(the_list(glass), Qt.Key.Key_D, control)
    assert names(glass) == ["Fills", "Fills 2", "Sends"]
    QTest.keyClick(the_list(glass), Qt.Key.Key_Delete)
    assert names(glass) == ["Fills 2", "Sends"]
    for _ in range(2):
        QTest.keyClick(the_list(glass), Qt.Key.Key_Z, control)
    assert glass.presets.items == (FILLS, SENDS)
    mark(glass, "Sends")
    QTest.keyClick(the_list(glass), Qt.Key.Key_E, control)
    window = glass.window.presets._window
    assert window
    assert window.name_line.text() == "Sends"
    assert sent(glass) == []


def test_a_search_narrows_the_list_to_all_its_words(glass: Glass) -> None:
    search = glass.window.presets.findChild(QLineEdit)
    assert search
    QTest.keyClicks(search, "fast sell")
    assert glass.window.presets.model.place("Sends").isValid()
    assert not glass.window.presets.model.place("Fills").isValid()


def test_the_hint_says_what_is_otherwise_than_in_the_last_order(glass: Glass) -> None:
    press(glass.window, SEND)
    glass.settle()
    index = glass.window.presets.model.place("Fills")
    assert "qty 1 → 7" in str(index.data(Qt.ItemDataRole.ToolTipRole))


def test_an_import_that_is_wrong_names_every_problem_and_takes_nothing(glass: Glass, tmp_path: Path) -> None:
    path = tmp_path / "theirs.toml"
    path.write_text('version = 1\n[[preset]]\nname = "A"\ncolour = "pink"\n[[preset]]\nname = "B"\n[[preset]]\n')
    glass.run(glass.window.presets.take_in(path))
    assert "Nothing was imported" in status(glass)
    assert "“A”: colour" in status(glass)
    assert "Preset 3" in status(glass)
    assert glass.presets.items == (FILLS, SENDS)


def test_of_a_thousand_presets_only_those_in_sight_are_composed(glass: Glass) -> None:
    asked: list[str] = []
    compose = glass.desk.compose
    glass.desk.compose = lambda *given: (asked.append("one"), compose(*given))[1]  # type: ignore[method-assign]
    glass.presets._set("Many", tuple(replace(FILLS, name=f"P{number}") for number in range(1000)))
    glass.settle()
    glass.window.presets.list.grab()
    assert 0 < len(asked) < 60
    asked.clear()
    search = glass.window.presets.findChild(QLineEdit)
    assert search
    QTest.keyClicks(search, "P99")
    glass.window.presets.list.grab()
    assert len(asked) < 60


def test_a_double_click_selects_the_whole_number(glass: Glass) -> None:
    glass.press("order_type", "Limit")
    line = glass.line("limit_price")
    line.setText("6412.50")
    QTest.mouseDClick(line, LEFT, NONE, QPoint(12, line.height() // 2))
    assert line.selectedText() == "6412.50"


@pytest.mark.parametrize(
    ("preset", "where", "astray"),
    [
        (SENDS, "Sim101", ""),
        (replace(SENDS, fields={**SENDS.fields, "account": "sim101"}), "sim101", ""),
        (
            replace(SENDS, fields={**SENDS.fields, "account": "Sim101,Sim102,Sim105"}),
            "Sim101, Sim102 and Sim105",
            "Sim102 and Sim105",
        ),
        (replace(FILLS, fields={**FILLS.fields, "account": "Sim102"}), "Sim102", ""),
        (Preset("Out", "FLATTEN", sends=True, fields={**SCOPE, "account": "Sim102"}), "Sim102", ""),
        (Preset("All", "CANCELALLORDERS", sends=True), "all accounts", ""),
    ],
)
def test_a_preset_names_its_accounts_and_those_of_an_entry_that_are_not_ticked(
    glass: Glass, preset: Preset, where: str, astray: str
) -> None:
    glass.window.ticket.accounts.set_text("Sim101")
    about = glass.window.presets.model.about(preset)
    assert (about.where, about.astray) == (where, astray)


def test_a_preset_is_no_longer_astray_once_its_account_is_ticked(glass: Glass) -> None:
    glass.presets.save(replace(SENDS, fields={**SENDS.fields, "account": "Sim102"}), "Sends")
    glass.settle()
    model = glass.window.presets.model
    hint = model.data(model.place("Sends"), Qt.ItemDataRole.ToolTipRole)
    assert "Not ticked: Sim102. FLATTEN does not reach there." in hint
    glass.window.ticket.accounts.set_text("Sim101,Sim102")
    hint = model.data(model.place("Sends"), Qt.ItemDataRole.ToolTipRole)
    assert "Not ticked" not in hint


def test_a_marked_preset_has_the_colour_of_the_focus_only_while_its_list_has_it(glass: Glass) -> None:
    def edge() -> str:
        glass.settle()
        rect = the_list(glass).visualRect(glass.window.presets.model.place("Fills"))
        return the_list(glass).viewport().grab().toImage().pixelColor(rect.center().x(), rect.top() + 1).name()

    the_list(glass).setFocus()
    the_list(glass).setCurrentIndex(glass.window.presets.model.place("Fills"))
    assert edge() == DARK.focus
    glass.part("qty").setFocus()
    assert edge() == DARK.edge
