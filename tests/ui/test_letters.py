"""Underlined letters: each leads to one thing in sight, and none sends, chooses or takes a key that the trader has."""

import asyncio
from itertools import combinations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QMenu, QPushButton, QWidget

from crosstrade_desk.desk.actions import ACTIONS, Kind
from crosstrade_desk.desk.chord import Chord, parse_chord
from crosstrade_desk.desk.keymap import USED_ELSEWHERE, USUAL
from crosstrade_desk.desk.letters import BY_PART, IN_LISTS, LETTERS, lettered, underlined
from crosstrade_desk.protocol.catalogue import COMMANDS
from crosstrade_desk.protocol.spec import CommandSpec
from crosstrade_desk.ui.presets.list_view import KEYS
from crosstrade_desk.ui.ticket.rows_pane import EXTRA, OPTIONS
from support.windows import Glass

ALT = Qt.KeyboardModifier.AltModifier


def chord(text: str) -> Chord:
    found = parse_chord(text)
    assert isinstance(found, Chord)
    return found


def press(glass: Glass, letter: str) -> None:
    QTest.keyClick(glass.window, letter.lower(), ALT)
    glass.run(asyncio.sleep(0.15))  # as long as Qt shows a button pressed that a letter presses


def shown(glass: Glass) -> dict[str, list[str]]:
    """The letters that are underlined in sight, each with the texts in which it is."""
    found: dict[str, list[str]] = {}
    for part in glass.window.findChildren(QWidget):
        text = part.text() if isinstance(part, QLabel | QPushButton) and part.isVisible() else ""
        mnemonic = QKeySequence.mnemonic(text).toString().removeprefix("Alt+")
        if mnemonic and (isinstance(part, QPushButton) or part.buddy()):
            found.setdefault(mnemonic, []).append(text)
    return found


@pytest.mark.parametrize("spec", COMMANDS, ids=lambda spec: spec.token)
def test_a_letter_is_underlined_once_in_sight_whatever_the_command_and_its_options(
    glass: Glass, spec: CommandSpec
) -> None:
    glass.choose(spec.token)
    for group in (*(option.name for option in OPTIONS), EXTRA):
        if glass.part(f"group-{group}").isVisible():
            glass.open(group)
    found = shown(glass)
    assert {letter: texts for letter, texts in found.items() if len(texts) > 1} == {}
    assert set(found) <= {letter.key for letter in LETTERS}
    order = {BY_PART[use.field.name].key for use in spec.uses if use.field.group.name == "ORDER"}
    assert order | {"C", "R", "K", "N", "H"} <= set(found), "every field of the order has one"


def test_no_letter_is_a_key_of_the_program_or_one_that_other_programs_listen_to() -> None:
    keys = [letter.chord for letter in LETTERS]
    assert len(set(keys)) == len(keys)
    assert not set(keys) & {str(found) for found in USUAL.chords.values()}
    assert not set(keys) & set(USED_ELSEWHERE)


def test_the_letter_of_a_field_puts_the_cursor_there_and_chooses_nothing(glass: Glass) -> None:
    glass.fill()
    glass.press("order_type", "Stop limit")
    form = glass.window.ticket.form
    before = form.texts()
    names = ("account", "instrument", "action", "qty", "order_type", "limit_price", "stop_price", "tif")
    for name in names:
        press(glass, BY_PART[name].key)
        at = glass.window.focusWidget()
        main = form.editor(name).main
        assert at is main or main.isAncestorOf(at), name
    press(glass, "C")
    assert glass.window.focusWidget() is glass.window.ticket.command
    press(glass, "R")
    assert glass.window.focusWidget() is glass.window.presets.list
    assert form.texts() == before
    assert glass.tried == 0


def test_a_field_that_was_scrolled_away_comes_into_sight(glass: Glass) -> None:
    glass.open("OTHER")
    glass.run(asyncio.sleep(0.05))
    accounts = glass.window.ticket.accounts.main
    assert accounts.visibleRegion().isEmpty() or accounts.visibleRegion().boundingRect().height() < accounts.height()
    press(glass, "U")
    assert glass.window.focusWidget() is accounts
    assert accounts.visibleRegion().boundingRect().height() == accounts.height()


def test_the_other_side_is_not_chosen_by_the_letter_of_the_side(glass: Glass) -> None:
    glass.press("action", "SELL")
    press(glass, "T")
    press(glass, "T")
    assert glass.window.ticket.form.texts()["action"] == "SELL"
    assert glass.window.focusWidget() is glass.window.ticket.form.editor("action").main


def test_no_letter_sends_whatever_has_the_focus(glass: Glass) -> None:
    glass.fill()
    for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ":
        press(glass, letter)
        for menu in glass.window.findChildren(QMenu):
            menu.close()
        for window in (glass.window.connection_window, glass.window.help_window, glass.window.presets._window):
            if window:
                window.hide()
        glass.window.activateWindow()
        glass.settle()
    assert glass.tried == 0
    assert glass.window.ticket.form.texts()["action"] == "BUY"


def test_a_letter_that_the_trader_has_a_key_on_gives_way_and_comes_back(glass: Glass) -> None:
    assert "Q" in shown(glass)
    assert glass.window.keys.bind("cancel", chord("Alt+Q")) == ""
    assert "Q" not in shown(glass)
    assert glass.part("qty").isVisible()
    glass.window.keys.bind("cancel", None)
    assert "Q" in shown(glass)
    glass.window.keys.set_on(False)
    assert shown(glass) == {}, "one switch for all keys"
    glass.choose("CHANGE")
    assert shown(glass) == {}, "in rows that come later, too"


def test_letters_of_menus_press_nothing_that_sends_gets_out_or_changes_the_form(glass: Glass) -> None:
    glass.click("menu")
    parts = [part for part in glass.window.menu.findChildren(QMenu) if part.actions()]
    titles = [part.title() for part in parts]
    assert len({QKeySequence.mnemonic(title).toString() for title in titles}) == len(titles)
    kinds = {action.id: action.kind for action in ACTIONS}
    for part in parts:
        letters = {entry.objectName().removeprefix("do-"): mnemonic(entry.text()) for entry in part.actions()}
        used = [letter for letter in letters.values() if letter]
        assert len(set(used)) == len(used), part.title()
        harmless = part.title().replace("&", "") in ("Go to", "View", "Windows")
        assert all(kinds[name] in (Kind.WINDOW, Kind.FORM) for name, letter in letters.items() if letter)
        assert bool(used) is harmless, part.title()
    glass.window.menu.close()


def mnemonic(text: str) -> str:
    return QKeySequence.mnemonic(text.partition("\t")[0]).toString()


@pytest.mark.parametrize(
    ("titles", "wanted"),
    [
        (["Copy rows", "Copy details"], ["&Copy rows", "Copy &details"]),
        (["Log", "Later\tF8"], ["&Log", "L&ater\tF8"]),
        (["A", "a"], ["&A", "a"]),
        (["Buy & sell"], ["&Buy && sell"]),
        (["Go to it", "Guide"], ["&Go to it", "G&uide"]),
    ],
)
def test_entries_of_a_menu_have_letters_of_their_own_while_there_are_any(titles: list[str], wanted: list[str]) -> None:
    assert lettered(titles) == wanted


def test_a_title_without_the_letter_stays_as_it_is() -> None:
    assert underlined("Strategy will be", "D") == "Strategy will be"
    assert underlined("New quantity", "Q") == "New &quantity"
    assert underlined("New quantity", "") == "New quantity"


def test_the_sheet_of_keys_lists_every_letter(glass: Glass) -> None:
    glass.window.show_cheat_sheet()
    assert glass.window.cheat_sheet
    text = glass.window.cheat_sheet.page.toPlainText()
    assert all(letter.chord in text and letter.goes_to in text for letter in LETTERS)
    assert all(key in text and does in text for _, key, does in IN_LISTS)
    assert set(KEYS.values()) <= {key for where, key, _ in IN_LISTS if where == "Presets"}


def test_a_key_gives_an_account_another_name(glass: Glass) -> None:
    accounts = glass.window.ticket.accounts
    accounts.main.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(accounts.main, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    assert accounts.is_naming
    editor = accounts.main.findChild(QLineEdit)
    assert editor
    QTest.keyClicks(editor, "SIM-9")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    glass.settle()
    assert accounts.names()[0] == "SIM-9"


def test_parts_of_one_letter_are_named_once() -> None:
    assert not any(set(one.parts) & set(other.parts) for one, other in combinations(LETTERS, 2))
