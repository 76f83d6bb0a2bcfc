"""Options fold away and say what is set; every field of the catalogue can be reached, by mouse and by Tab."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QCheckBox, QLabel, QScrollArea

from crosstrade_desk.protocol.catalogue import COMMANDS
from crosstrade_desk.protocol.message import Message
from crosstrade_desk.protocol.spec import CommandSpec, Group
from support.catalogue import composed, full
from support.windows import Glass

each_command = pytest.mark.parametrize("spec", COMMANDS, ids=lambda spec: spec.token)


def summary(glass: Glass) -> str:
    found = glass.part("options-set")
    assert isinstance(found, QLabel)
    return found.text()


def chip(glass: Glass, group: str) -> QAbstractButton:
    found = glass.part(f"group-{group}")
    assert isinstance(found, QAbstractButton)
    return found


def wire(glass: Glass) -> str:
    return glass.window.ticket.read_back.wire.toPlainText()


def test_groups_are_folded_at_first_and_say_that_nothing_is_set(glass: Glass) -> None:
    assert {field.group for field in glass.editors()} == {Group.ORDER}
    assert summary(glass) == "No options set."
    glass.open("BRACKET")
    assert glass.part("take_profit").isVisible()


def test_a_folded_group_says_in_one_line_what_is_set_and_is_sent(glass: Glass) -> None:
    glass.fill()
    glass.open("BRACKET")
    glass.type("take_profit", "40 ticks")
    glass.type("stop_loss", "-20 ticks")
    glass.open("TIMES")
    glass.type("delay", "2")
    for group in ("BRACKET", "TIMES"):
        QTest.mouseClick(chip(glass, group), Qt.MouseButton.LeftButton)
    assert not glass.part("take_profit").isVisible()
    assert chip(glass, "BRACKET").text() == "Bracket 2"
    assert summary(glass) == (
        "Set: take profit at 40 ticks above the last price; stop loss at 20 ticks below the last price; "
        "after a delay of 2 s"
    )
    assert "take_profit=40 ticks;\nstop_loss=-20 ticks;\ndelay=2;" in wire(glass)
    assert glass.window.ticket.read_back.stakes.text() == (
        "Risk 20 ticks = 25.00 USD, reward 40 ticks = 50.00 USD, from the fill"
    )


def test_a_problem_in_a_folded_group_is_marked_and_a_press_of_send_leads_to_it(glass: Glass) -> None:
    glass.fill()
    glass.open("BRACKET")
    glass.type("stop_loss", "20 ticks")
    QTest.mouseClick(chip(glass, "BRACKET"), Qt.MouseButton.LeftButton)
    assert chip(glass, "BRACKET").property("state") == "bad"
    glass.click("send")
    assert glass.sent == []
    assert glass.part("stop_loss").isVisible()
    assert glass.line("stop_loss").hasFocus()
    assert "wrong side" in glass.problem("stop_loss")


def test_an_option_says_its_rule_until_something_is_wrong_with_it(glass: Glass) -> None:
    glass.fill()
    glass.open("TIMES")
    assert glass.problem("delay").startswith("Seconds, up to 60")
    glass.type("delay", "90")
    assert glass.problem("delay") == "Seconds are a number from 0 to 60, such as 2.5."
    assert glass.part("delay-problem").property("tone") == "bad"
    glass.type("delay", "30")
    assert "come only after 30 s" in glass.problem("delay")
    assert glass.part("delay-problem").property("tone") == "warn"
    assert "delay=30;" in wire(glass)


def test_an_option_that_has_no_meaning_beside_the_others_is_off_and_kept(glass: Glass) -> None:
    glass.fill()
    glass.open("TIMES")
    assert not glass.part("cancel_after").isEnabled()
    glass.press("order_type", "Limit")
    glass.type("limit_price", "6400")
    glass.type("cancel_after", "10")
    assert "cancel_after=10;" in wire(glass)
    glass.press("order_type", "Market")
    assert "cancel_after" not in wire(glass)
    glass.press("order_type", "Limit")
    assert "cancel_after=10;" in wire(glass)


def test_two_meanings_of_one_name_have_a_field_each(glass: Glass) -> None:
    glass.fill()
    glass.open("IDS")
    glass.type("order_id", "mine-1")
    glass.choose("CANCEL")
    assert glass.line("order_id").text() == ""
    glass.type("order_id", "yours-2")
    assert wire(glass) == "key=••••;\ncommand=CANCEL;\norder_id=yours-2;"
    glass.choose("PLACE")
    assert "order_id=mine-1;" in wire(glass)


def test_of_no_field_is_said_that_it_is_left_out_while_one_of_its_name_is_in_sight(glass: Glass) -> None:
    glass.fill()
    glass.open("IDS")
    glass.type("order_id", "mine-1")
    glass.open("BRACKET")
    glass.type("take_profit", "40 ticks")
    glass.choose("CANCELREPLACE")
    assert summary(glass) == "Not with this command: take profit"


def test_the_groups_that_a_command_needs_are_open_and_others_not_offered(glass: Glass) -> None:
    glass.choose("CANCELANDBRACKET")
    assert glass.part("take_profit").isVisible()
    assert not chip(glass, "SYNC").isVisible()
    glass.choose("KILLSWITCH")
    assert not any(chip(glass, group.name).isVisible() for group in Group if group is not Group.ORDER)
    assert chip(glass, "EXTRA").isVisible()


def test_the_kill_switch_is_composed_without_command(glass: Glass) -> None:
    glass.choose("KILLSWITCH")
    glass.press("kill_switch", "On: block everything")
    assert wire(glass) == "key=••••;\nkill_switch=on;"
    assert "blocks every later message" in glass.window.ticket.read_back.sentence.text()


def test_flags_and_states_are_set_by_mouse_and_by_space(glass: Glass) -> None:
    glass.fill()
    glass.open("CONDITIONS")
    box = glass.part("flatten_first").findChild(QCheckBox)
    assert isinstance(box, QCheckBox)
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Space)
    glass.press("require_market_position", "Long")
    glass.press("require_market_position", "Flat")
    assert "flatten_first=true;\nrequire_market_position=long,flat;" in wire(glass)
    glass.press("require_market_position", "Short")
    assert "no condition" in glass.problem("require_market_position")
    assert glass.sent == []


def test_extra_fields_are_sent_as_they_stand_with_a_remark(glass: Glass) -> None:
    glass.fill()
    glass.open("EXTRA")
    glass.type("extras", "colour=red; shade=deep")
    assert wire(glass).endswith("tif=DAY;\ncolour=red;\nshade=deep;")
    assert "as it stands" in glass.problem("extras")
    assert chip(glass, "EXTRA").text() == "Extra 2"


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("colour", "no field"),
        ("qty=2", "place of its own"),
        ("flaten_first=true", "Did you mean flatten_first?"),
        ("a=1; a=2", "given twice"),
        ("colour={{close}}", "TradingView"),
    ],
)
def test_extra_fields_that_cannot_be_sent_are_told_at_their_row(glass: Glass, text: str, hint: str) -> None:
    glass.fill()
    glass.open("EXTRA")
    glass.type("extras", text)
    assert hint in glass.problem("extras")
    assert glass.part("extras-problem").property("tone") == "bad"
    assert chip(glass, "EXTRA").property("state") == "bad"
    glass.click("send")
    assert glass.sent == []
    assert glass.line("extras").text() == text


def test_the_instrument_says_what_it_is_and_what_speaks_against_it(glass: Glass) -> None:
    glass.fill()
    glass.type("instrument", "MNQ 12-30")
    assert glass.problem("instrument").startswith("Micro E-mini Nasdaq-100, Dec 2030, last day Dec 20, tick")
    assert glass.part("instrument-problem").property("tone") == "muted"
    glass.type("instrument", "MNQ 12-24")
    assert "expired" in glass.problem("instrument")
    assert glass.part("instrument-problem").property("tone") == "warn"
    assert "instrument=MNQ 12-24;" in wire(glass)


def test_a_contract_never_traded_before_is_completed_from_those_traded_now(glass: Glass) -> None:
    glass.line("instrument").setFocus()
    glass.line("instrument").clear()
    QTest.keyClicks(glass.line("instrument"), "FDA")
    assert glass.line("instrument").text().upper().startswith("FDAX ")
    assert "DAX" in glass.problem("instrument")


@each_command
def test_every_field_can_be_filled_and_what_is_shown_is_the_whole_command(glass: Glass, spec: CommandSpec) -> None:
    texts = full(spec)
    glass.choose(spec.token)
    for group in Group:
        if group is not Group.ORDER and chip(glass, group.name).isVisible():
            glass.open(group.name)
    for use in spec.uses:
        glass.window.ticket.form.editor(use.field.name).set_text(texts.get(use.field.name, ""))
    assert wire(glass) == Message(composed(spec, texts)).masked


@each_command
def test_tab_goes_through_every_field_in_the_order_in_which_they_stand(glass: Glass, spec: CommandSpec) -> None:
    glass.choose(spec.token)
    for group in Group:
        if group is not Group.ORDER and chip(glass, group.name).isVisible():
            glass.open(group.name)
    shown = sorted(
        (
            (editor.mapTo(glass.window, editor.rect().topLeft()).y(), field.name)
            for field, editor in glass.editors().items()
            if editor.isVisible() and editor.isEnabled()
        )
    )
    wanted = [name for _, name in shown]
    glass.window.ticket.form.editor(wanted[0]).main.setFocus(Qt.FocusReason.TabFocusReason)
    visited: list[str] = []
    for _ in range(200):
        name = _field_of(QApplication.focusWidget(), glass)
        if name and (not visited or visited[-1] != name):
            visited.append(name)
        if name == wanted[-1]:
            break
        QTest.keyClick(QApplication.focusWidget() or glass.window, Qt.Key.Key_Tab)
    assert visited == wanted


def _field_of(widget: object, glass: Glass) -> str:
    for field, editor in glass.editors().items():
        if editor is widget or editor.isAncestorOf(widget):  # type: ignore[arg-type]
            return field.name
    return ""


def test_nothing_moves_when_commands_options_problems_and_remarks_come_and_go(glass: Glass) -> None:
    ticket = glass.window.ticket

    def places() -> list[object]:
        parts = (ticket, ticket.send_button, ticket.read_back.wire, ticket.form)
        return [part.geometry() for part in parts]

    glass.window.resize(1366, 732)
    glass.settle()
    before = places()
    for spec in COMMANDS:
        glass.choose(spec.token)
        assert places() == before, spec.token
    glass.choose("PLACE")
    glass.fill()
    glass.open("BRACKET")
    for field, text in (("delay", "30"), ("take_profit", "40 ticks"), ("stop_loss", "20 ticks"), ("stop_loss", "-20")):
        glass.window.ticket.form.editor(field).set_text(text)
        glass.settle()
        assert places() == before, (field, text)


def test_an_exit_does_not_inherit_the_options_of_an_entry_and_an_entry_finds_them_again(glass: Glass) -> None:
    glass.fill()
    glass.open("TIMES")
    glass.type("end_time", "15:55")
    glass.choose("FLATTEN")
    assert "end_time" not in wire(glass)
    glass.type("delay", "5")
    glass.choose("FLATPLACE")
    assert "end_time=15:55;" in wire(glass)
    assert "delay" not in wire(glass)
    glass.choose("FLATTEN")
    assert "delay=5;" in wire(glass)


def test_options_are_cleared_with_one_press_and_come_back_with_another(glass: Glass) -> None:
    glass.fill()
    glass.open("BRACKET")
    glass.type("take_profit", "40 ticks")
    glass.open("EXTRA")
    glass.type("extras", "colour=red")
    before = wire(glass)
    glass.click("clear-options")
    assert (summary(glass), "take_profit" in wire(glass), "colour" in wire(glass)) == ("No options set.", False, False)
    glass.click("clear-options")
    assert wire(glass) == before


def test_what_was_cleared_can_still_come_back_after_a_group_was_folded_and_an_order_sent(glass: Glass) -> None:
    glass.fill()
    glass.open("BRACKET")
    glass.type("take_profit", "40 ticks")
    before = wire(glass)
    glass.click("clear-options")
    QTest.mouseClick(chip(glass, "BRACKET"), Qt.MouseButton.LeftButton)
    glass.click("send")
    glass.click("clear-options")
    assert wire(glass) == before


def test_folding_a_group_out_shows_its_heading_and_folding_one_in_moves_nothing(glass: Glass) -> None:
    glass.window.resize(glass.window.minimumSize())
    glass.settle()
    for group in ("BRACKET", "CONDITIONS", "TIMES", "IDS", "OTHER", "EXTRA"):
        glass.open(group)
        pane = glass.window.ticket.form.findChild(QScrollArea)
        assert isinstance(pane, QScrollArea)
        shown = pane.viewport()
        headings = {label.text(): label for label in shown.findChildren(QLabel, "heading")}
        label = headings[chip(glass, group).accessibleName()]
        assert shown.rect().contains(label.mapTo(shown, QPoint(0, 0))), group
    place = pane.verticalScrollBar().value()
    assert place
    QTest.mouseClick(chip(glass, "EXTRA"), Qt.MouseButton.LeftButton)
    glass.settle()
    assert pane.verticalScrollBar().value() == min(place, pane.verticalScrollBar().maximum())


def test_what_was_cleared_stays_so_once_something_new_is_typed(glass: Glass) -> None:
    glass.fill()
    glass.open("BRACKET")
    glass.type("take_profit", "40 ticks")
    glass.click("clear-options")
    glass.type("take_profit", "10 ticks")
    glass.click("clear-options")
    assert "take_profit" not in wire(glass)


def test_every_account_is_reached_only_when_it_is_ticked(glass: Glass) -> None:
    glass.choose("FLATTEN")
    glass.line("instrument").clear()
    glass.tick("Sim101")
    assert wire(glass) == ""
    assert "missing" in glass.problem("account")
    box = glass.part("everywhere").findChild(QCheckBox)
    assert isinstance(box, QCheckBox)
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Space)
    assert wire(glass) == "key=••••;\ncommand=FLATTEN;"
    assert glass.part("send").property("tone") == "WIDE"
    assert not glass.part("account").isEnabled()
    glass.choose("CLOSEPOSITION")
    glass.choose("FLATTEN")
    assert wire(glass) == ""


def test_every_account_keeps_the_accounts_that_were_ticked(glass: Glass) -> None:
    glass.choose("FLATTEN")
    box = glass.part("everywhere").findChild(QCheckBox)
    assert isinstance(box, QCheckBox)
    box.setChecked(True)
    assert "account" not in wire(glass)
    box.setChecked(False)
    assert "account=Sim101;" in wire(glass)


def test_what_speaks_against_the_order_stands_near_the_button_wherever_its_field_is(glass: Glass) -> None:
    glass.fill()
    glass.open("TIMES")
    glass.type("delay", "30")
    QTest.mouseClick(chip(glass, "TIMES"), Qt.MouseButton.LeftButton)
    assert chip(glass, "TIMES").property("state") == "warn"
    assert glass.window.ticket.read_back.remarks.text().startswith("! delay: The answer may come only after 30 s.")
    glass.type("instrument", "MNQ 12-24")
    assert "(+1 more)" in glass.window.ticket.read_back.remarks.text()


def test_a_group_that_is_folded_out_comes_into_sight_whole_where_it_has_room(glass: Glass) -> None:
    glass.window.resize(1280, 720)
    glass.settle()
    QTest.mouseClick(glass.part("group-OTHER"), Qt.MouseButton.LeftButton)
    glass.settle()
    glass.settle()
    last = glass.part("notes")
    assert not last.visibleRegion().isEmpty()
    assert last.visibleRegion().boundingRect().height() == last.height()
