"""The ticket: what is shown is what is sent, problems stand beside their field, and nothing sends by accident."""

import asyncio

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QFontMetrics, QGuiApplication, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QListWidget,
    QStyle,
    QStyleOptionFrame,
)

from crosstrade_desk.desk.events import Mode, NoPlace, Place
from crosstrade_desk.desk.notices import Level, Notice
from crosstrade_desk.protocol.catalogue import COMMANDS, fields
from crosstrade_desk.protocol.problems import Problems
from crosstrade_desk.protocol.spec import CommandSpec, Group
from crosstrade_desk.storage.settings import Settings
from crosstrade_desk.ui.placing import TITLE_BAR
from crosstrade_desk.ui.plain import tip
from crosstrade_desk.ui.theme import DARK
from crosstrade_desk.ui.ticket.buttons import FireButton
from support.desks import HERE, YES
from support.windows import Glass

ORDER = "command=PLACE;\naccount=Sim101;\ninstrument=MES 12-26;\naction=BUY;\nqty=1;\norder_type=MARKET;\ntif=DAY;"


def button(glass: Glass, name: str) -> FireButton:
    found = glass.part(name)
    assert isinstance(found, FireButton)
    return found


def test_a_click_sends_what_is_shown(glass: Glass) -> None:
    glass.fill()
    assert "Buy 1 MES 12-26 at market on Sim101, good for the day" in button(glass, "send").words
    assert glass.window.ticket.read_back.wire.toPlainText() == f"key=••••;\n{ORDER}"
    glass.click("send")
    assert glass.sent == [ORDER]


def test_the_whole_sentence_fits_on_the_button(glass: Glass) -> None:
    glass.fill()
    for account in ("Sim102", "Sim105"):
        glass.tick(account)
    glass.press("order_type", "Stop limit")
    glass.type("instrument", "6J 12-26")
    glass.type("limit_price", "0.0065005")
    glass.type("stop_price", "0.0065")
    glass.settle()
    send = button(glass, "send")
    assert "3 contracts in total" in send.words
    room, font = send.sentence_room(), send.sentence_font()
    assert font.pixelSize() >= 10
    taken = QFontMetrics(font).boundingRect(room, Qt.TextFlag.TextWordWrap, send.words.split("\n")[1])
    assert taken.height() <= room.height()
    assert send.geometry().bottom() <= glass.window.ticket.height()


def test_the_button_waits_for_the_answer(glass: Glass) -> None:
    glass.fill()
    glass.click("send")
    assert "Waiting for the answer" in button(glass, "send").words
    glass.time.now += 1
    glass.click("send")
    glass.wire.waiting[0].set_result(YES)
    glass.wait(lambda: "SEND" in button(glass, "send").words)
    assert glass.sent == [ORDER]


def test_a_double_click_sends_one_order(glass: Glass) -> None:
    glass.wire.always = YES
    glass.fill()
    QTest.mouseClick(button(glass, "send"), Qt.MouseButton.LeftButton)
    QTest.mouseDClick(button(glass, "send"), Qt.MouseButton.LeftButton)
    glass.wait(lambda: len(glass.book.endings) == 1)
    glass.click("send")
    assert glass.sent == [ORDER]


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Select])
@pytest.mark.parametrize("where", ["send", "flatten", "instrument", "qty", "action", "tif", "account"])
def test_enter_and_space_never_send(glass: Glass, where: str, key: Qt.Key) -> None:
    glass.fill()
    part = glass.part(where)
    target = part if where in ("send", "flatten") else glass.window.ticket.form.editor(where).main
    target.setFocus()
    QTest.keyClick(target, key)
    glass.settle()
    assert glass.sent == []


def test_a_release_outside_the_button_sends_nothing(glass: Glass) -> None:
    glass.fill()
    send = button(glass, "send")
    QTest.mousePress(send, Qt.MouseButton.LeftButton)
    QTest.mouseRelease(send, Qt.MouseButton.LeftButton, Qt.KeyboardModifier(0), QPoint(-50, -50))
    glass.settle()
    assert glass.sent == []


@pytest.mark.parametrize("name", ["instrument", "qty", "command", "action", "limit_price"])
def test_the_wheel_changes_nothing(glass: Glass, name: str) -> None:
    glass.fill()
    before = (glass.window.ticket.form.texts(), glass.window.ticket.form.spec)
    target = glass.part(name).findChild(QComboBox) or glass.part(name)
    target.setFocus()
    spot = QPointF(target.rect().center())
    turn = QWheelEvent(
        spot,
        target.mapToGlobal(spot),
        QPoint(),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier(0),
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(target, turn)
    assert (glass.window.ticket.form.texts(), glass.window.ticket.form.spec) == before


def test_ctrl_enter_sends_once(glass: Glass) -> None:
    glass.fill()
    QTest.keyClick(glass.window, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    glass.settle()
    assert glass.sent == [ORDER]


def test_the_flatten_key_flattens_this_account_and_instrument_while_an_entry_hangs(glass: Glass) -> None:
    glass.fill()
    glass.click("send")
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(glass.window, Qt.Key.Key_F, both)
    glass.settle()
    assert glass.sent[1:] == ["command=FLATTEN;\naccount=Sim101;\ninstrument=MES 12-26;"]


def test_flatten_says_its_scope_and_works_beside_a_broken_order(glass: Glass) -> None:
    glass.fill()
    glass.tick("Sim105")
    glass.type("qty", "x")
    assert "MES 12-26 on Sim101 and Sim105" in button(glass, "flatten").words
    glass.click("flatten")
    assert glass.sent == ["command=FLATTEN;\naccount=Sim101,Sim105;\ninstrument=MES 12-26;"]


@pytest.mark.parametrize("field", ["account", "instrument"])
def test_flatten_without_a_scope_sends_nothing_wider_and_says_what_is_missing(glass: Glass, field: str) -> None:
    glass.fill()
    if field == "account":
        glass.tick("Sim101")
    else:
        glass.line("instrument").clear()
    glass.click("flatten")
    assert glass.sent == []
    assert "missing" in glass.window.status.text()


@pytest.mark.parametrize("token", ["KILLSWITCH", "CLOSESTRATEGY", "CANCEL"])
def test_flatten_shows_where_what_is_missing_goes_whatever_command_is_chosen(glass: Glass, token: str) -> None:
    glass.fill()
    glass.tick("Sim101")
    glass.choose(token)
    glass.click("flatten")
    assert glass.sent == []
    assert "Account is missing" in glass.window.status.text()
    assert glass.window.ticket.form.spec.use("account")
    assert glass.part("account").isVisible()
    assert "missing" in glass.problem("account")
    assert glass.window.ticket.command.currentData() is glass.window.ticket.form.spec


def test_flatten_still_gets_out_of_what_was_sent_last_when_the_instrument_is_gone(glass: Glass) -> None:
    glass.wire.always = YES
    glass.fill()
    glass.click("send")
    glass.wait(lambda: "accepted" in glass.window.status.text())
    for text in ("", "MES", "MES 13-26"):
        glass.line("instrument").setText(text)
        assert "MES 12-26 on Sim101" in button(glass, "flatten").words
    glass.line("instrument").setText("MNQ 12-26")
    assert "MNQ 12-26 on Sim101" in button(glass, "flatten").words
    glass.line("instrument").setText("MNQ")
    glass.click("flatten")
    assert glass.sent[-1] == "command=FLATTEN;\naccount=Sim101;\ninstrument=MES 12-26;"


BAD = [
    ("instrument", "MNQ", "contract month"),
    ("instrument", "MES 13-26", "no month 13"),
    ("instrument", "MES 12-26;command=FLATTENEVERYTHING", "“;”"),
    ("qty", "1,5", "whole number"),
    ("qty", "0", "1 to 100000"),
    ("qty", "-1", "no sign"),
    ("qty", "1e9", "whole number"),
    ("limit_price", "6,412.50", "thousands"),
    ("limit_price", "-1", "add its unit"),
    ("limit_price", "abc", "a price in digits, with a point before its decimals"),
    ("limit_price", "6412.30", "Nearest: 6412.25 and 6412.50"),
    ("stop_price", "1=2", "“=”"),
    ("stop_price", "6,412", "two ways"),
]


def test_the_examples_of_prices_are_those_of_the_chosen_instrument_or_none(glass: Glass) -> None:
    glass.fill()
    glass.press("order_type", "Stop limit")
    glass.open("BRACKET")
    limit, target = glass.line("limit_price"), glass.line("take_profit")

    def shown(instrument: str) -> tuple[str, str, bool]:
        glass.type("instrument", instrument)
        return limit.placeholderText(), target.placeholderText(), "Such as" in limit.toolTip()

    assert shown("MES 12-26") == ("such as 6410.25", "such as 6420.25", True)
    assert shown("CL 12-26") == ("such as 64.51", "such as 64.91", True)
    assert shown("AAPL") == ("", "", False)
    glass.press("action", "SELL")
    assert shown("MES 12-26")[1] == "such as 6399.75"
    glass.press("action", "BUY")
    glass.window.ticket.form.editor("limit_price").set_slim(True)
    assert shown("6J 12-26")[0] == "e.g. 0.0066505"
    glass.press("order_type", "Market")


def tone(glass: Glass, field: str) -> object:
    found = glass.window.findChild(QLabel, f"{field}-problem")
    return found and found.property("tone")


@pytest.mark.parametrize(("field", "text", "hint"), BAD)
def test_bad_input_is_told_at_its_field_nothing_is_sent_and_nothing_is_lost(
    glass: Glass, field: str, text: str, hint: str
) -> None:
    glass.fill()
    glass.press("order_type", "Stop limit")
    for name in ("limit_price", "stop_price"):
        glass.type(name, "6412.50")
    glass.line(field).setText(text)
    assert hint in glass.problem(field)
    shown = [name for name in glass.window.ticket.form.texts() if tone(glass, name) == "bad"]
    assert shown == [field]
    glass.click("send")
    QTest.keyClick(glass.window, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    glass.settle()
    assert glass.sent == []
    assert glass.line(field).text() == text
    assert glass.window.ticket.form.editor(field).main.hasFocus() or glass.line(field).hasFocus()


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("Sim;101", "“;”"),
        ("sim102", "twice"),
        ("A,B", "a comma separates"),
    ],
)
def test_an_account_name_that_cannot_be_is_told_and_cannot_be_traded(glass: Glass, name: str, hint: str) -> None:
    glass.fill()
    names = glass.part("account").findChild(QListWidget)
    assert isinstance(names, QListWidget)
    names.item(2).setText(name)
    assert hint in glass.problem("account")
    names.item(2).setCheckState(Qt.CheckState.Checked)
    assert names.item(2).checkState() == Qt.CheckState.Unchecked
    assert glass.window.ticket.accounts.text() == "Sim101"
    assert glass.preferences.current.accounts == ("Sim101", "Sim102")
    glass.click("flatten")
    assert glass.sent == ["command=FLATTEN;\naccount=Sim101;\ninstrument=MES 12-26;"]


@pytest.mark.parametrize("key", [Qt.Key.Key_Escape, Qt.Key.Key_Return])
def test_a_line_without_a_name_is_dropped(glass: Glass, key: Qt.Key) -> None:
    glass.press("account", "Add")
    names = glass.part("account").findChild(QListWidget)
    assert isinstance(names, QListWidget)
    editor = names.findChild(QLineEdit)
    assert isinstance(editor, QLineEdit)
    QTest.keyClick(editor, key)
    glass.settle()
    assert names.count() == 3
    assert "name" not in glass.problem("account")


def test_a_finger_still_on_send_does_not_undo_a_flatten(glass: Glass) -> None:
    glass.fill()
    QTest.mousePress(button(glass, "send"), Qt.MouseButton.LeftButton)
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(glass.window, Qt.Key.Key_F, both)
    QTest.mouseRelease(button(glass, "send"), Qt.MouseButton.LeftButton)
    glass.settle()
    assert glass.sent == ["command=FLATTEN;\naccount=Sim101;\ninstrument=MES 12-26;"]


def test_many_long_names_are_on_the_ticket_and_the_amount_is_on_the_button(glass: Glass) -> None:
    names = glass.part("account").findChild(QListWidget)
    assert isinstance(names, QListWidget)
    glass.fill()
    glass.window.ticket.accounts.set_text(",".join(f"ACCOUNT-WITH-A-LONG-NAME-{n:05}" for n in range(8)))
    assert "on 8 accounts: 8 contracts in total" in button(glass, "send").words
    assert "LONG-NAME" not in button(glass, "send").words
    assert "LONG-NAME-00007" in glass.window.ticket.read_back.sentence.text().replace("\u200b", "")
    assert "MES 12-26 on 8 accounts" in button(glass, "flatten").words


def test_what_was_wrong_at_the_start_stays_until_something_is_sent(glass: Glass) -> None:
    glass.desk.tell(Notice(Level.PROBLEM, "The journal was damaged.", "start"))
    glass.desk.connect(HERE, glass.wire)
    assert glass.window.status.text().endswith("  The journal was damaged.")
    glass.fill()
    assert glass.window.status.text().endswith("  The journal was damaged.")
    glass.time.now += 1
    glass.click("send")
    assert "no answer yet" in glass.window.status.text()


def test_remove_is_about_the_line_touched_last(glass: Glass) -> None:
    remove = next(b for b in glass.part("account").findChildren(QAbstractButton) if b.text() == "Remove")
    assert not remove.isEnabled()
    glass.tick("Sim102")
    glass.press("account", "Remove")
    assert glass.preferences.current.accounts == ("Sim101", "Sim105")
    assert not remove.isEnabled()


def test_nothing_is_sent_while_an_account_name_is_being_typed(glass: Glass) -> None:
    glass.fill()
    names = glass.part("account").findChild(QListWidget)
    assert isinstance(names, QListWidget)
    names.setFocus()
    names.editItem(names.item(0))
    editor = names.findChild(QLineEdit)
    assert isinstance(editor, QLineEdit)
    QTest.keyClicks(editor, "LIVE-999")
    glass.click("send")
    assert glass.sent == []
    assert "Finish the account name" in glass.window.status.text()
    QTest.keyClick(editor, Qt.Key.Key_Return)
    glass.settle()
    assert "LIVE-999" in button(glass, "send").words


@pytest.mark.parametrize("key", [Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down])
def test_a_stray_arrow_key_changes_no_choice(glass: Glass, key: Qt.Key) -> None:
    glass.fill()
    before = glass.window.ticket.form.texts()
    for field in ("action", "order_type", "tif"):
        QTest.keyClick(glass.window.ticket.form.editor(field).main, key)
    assert glass.window.ticket.form.texts() == before


def test_a_stray_letter_changes_no_command(glass: Glass) -> None:
    QTest.keyClicks(glass.window.ticket.command, "fff")
    assert glass.window.ticket.form.spec.token == "PLACE"


def test_an_order_that_changes_while_the_button_is_down_is_not_sent(glass: Glass) -> None:
    glass.fill()
    QTest.mousePress(button(glass, "send"), Qt.MouseButton.LeftButton)
    glass.line("qty").setText("100")
    QTest.mouseRelease(button(glass, "send"), Qt.MouseButton.LeftButton)
    glass.settle()
    assert glass.sent == []
    assert "changed while the button was down" in glass.window.status.text()


def test_flatten_positions_in_the_form_asks_for_an_account_instead_of_reaching_every_one(glass: Glass) -> None:
    glass.window.ticket.command.setCurrentIndex([spec.token for spec in COMMANDS].index("FLATTEN"))
    glass.tick("Sim101")
    glass.line("instrument").clear()
    glass.click("send")
    assert glass.sent == []
    assert "missing" in glass.problem("account")


def test_without_a_connection_both_buttons_say_so(glass: Glass) -> None:
    glass.fill()
    glass.desk.disconnect(NoPlace(Mode.LIVE, "The keyring is locked.", "Unlock it."))
    assert "NOT CONNECTED" in button(glass, "send").words
    assert "NOT CONNECTED" in button(glass, "flatten").words


def test_the_status_never_shows_an_old_outcome_for_a_new_order(glass: Glass) -> None:
    glass.wire.always = YES
    glass.fill()
    glass.click("send")
    glass.wait(lambda: "accepted" in glass.window.status.text())
    glass.wire.always = None
    glass.time.now += 60
    glass.click("send")
    assert "no answer yet" in glass.window.status.text()
    glass.desk.disconnect(NoPlace(Mode.LIVE, "Locked.", ""))
    assert glass.window.status.text().endswith("  Entries went off: there is no connection.")


def test_a_missing_choice_is_told_quietly(glass: Glass) -> None:
    assert glass.problem("action") == "Choose BUY or SELL."
    assert glass.part("action-problem").property("tone") == "muted"
    glass.press("action", "SELL")
    assert glass.problem("action") == ""


def test_a_price_is_asked_for_only_when_the_order_type_needs_it_and_kept_meanwhile(glass: Glass) -> None:
    glass.fill()
    glass.press("order_type", "Limit")
    glass.type("limit_price", "6412,50")
    assert not glass.part("stop_price").isEnabled()
    glass.press("order_type", "Market")
    assert not glass.part("limit_price").isEnabled()
    assert glass.window.ticket.read_back.wire.toPlainText() == f"key=••••;\n{ORDER}"
    glass.press("order_type", "Limit")
    assert "limit_price=6412.50;" in glass.window.ticket.read_back.wire.toPlainText()


@pytest.mark.parametrize("spec", COMMANDS, ids=lambda spec: spec.token)
def test_every_command_shows_its_fields_and_no_other(glass: Glass, spec: CommandSpec) -> None:
    glass.window.ticket.command.setCurrentIndex(COMMANDS.index(spec))
    open_all(glass)
    editors = {field.name: editor for field, editor in glass.editors().items() if editor.isVisible()}
    own = {"extras", *(["everywhere"] if spec.wide_without else [])}
    assert set(editors) == {use.field.name for use in spec.uses} | own
    order = [use.field.name for use in spec.uses if use.field.group is Group.ORDER]
    assert sorted(order, key=lambda name: editors[name].y()) == order


def open_all(glass: Glass) -> None:
    """Folds every group out."""
    for group in [*Group, None]:
        name = f"group-{group.name if group else 'EXTRA'}"
        if glass.window.findChild(QAbstractButton, name) and glass.part(name).isVisible():
            glass.open(group.name if group else "EXTRA")


def test_nothing_typed_is_lost_when_the_command_changes(glass: Glass) -> None:
    glass.fill()
    glass.type("qty", "7")
    glass.window.ticket.command.setCurrentIndex(1)
    glass.window.ticket.command.setCurrentIndex(0)
    assert "qty=7;" in glass.window.ticket.read_back.wire.toPlainText()
    assert "action=BUY;" in glass.window.ticket.read_back.wire.toPlainText()


def test_quick_quantities_set_the_size_and_send_nothing(glass: Glass) -> None:
    glass.fill()
    glass.press("qty", "10")
    assert "Buy 10 MES" in glass.window.ticket.read_back.sentence.text()
    QTest.keyClick(glass.line("qty"), Qt.Key.Key_Up)
    QTest.keyClick(glass.line("qty"), Qt.Key.Key_Up)
    QTest.keyClick(glass.line("qty"), Qt.Key.Key_Down)
    assert "Buy 11 MES" in glass.window.ticket.read_back.sentence.text()
    assert glass.sent == []


def test_an_instrument_is_completed_in_the_line_and_remembered_after_it_was_sent(glass: Glass) -> None:
    glass.wire.always = YES
    glass.fill()
    glass.type("instrument", "mn")
    assert glass.line("instrument").text().upper() == "MNQ 12-26"
    glass.type("instrument", "CL 01-27")
    glass.click("send")
    glass.wait(lambda: glass.preferences.current.instrument == "CL 01-27")
    assert glass.preferences.current.instruments[0] == "CL 01-27"
    glass.type("instrument", "cl")
    assert glass.line("instrument").text().upper() == "CL 01-27"


def test_accounts_can_be_added_renamed_and_removed_and_are_remembered(glass: Glass) -> None:
    glass.window.ticket.accounts.add()
    names = glass.part("account").findChild(QListWidget)
    assert isinstance(names, QListWidget)
    names.item(names.count() - 1).setText("APEX-1")
    assert glass.preferences.current.accounts[-1] == "APEX-1"
    assert "APEX-1" not in glass.window.ticket.read_back.wire.toPlainText()
    glass.tick("Sim102")
    assert glass.preferences.current.chosen_accounts == ("Sim101", "Sim102")
    names.setCurrentRow(0)
    glass.press("account", "Remove")
    assert glass.preferences.current.accounts == ("Sim102", "Sim105", "APEX-1")
    assert glass.preferences.current.chosen_accounts == ("Sim102",)


def test_every_field_has_a_name_for_assistive_programs(glass: Glass) -> None:
    for field in fields():
        assert glass.window.ticket.form.editor(field.name).main.accessibleName()
    assert "Not ready" in button(glass, "send").accessibleName()


@pytest.mark.parametrize("spec", COMMANDS, ids=lambda spec: spec.token)
def test_what_a_command_does_is_read_whole_wherever_it_has_a_place(glass: Glass, spec: CommandSpec) -> None:
    glass.window.resize(1269, 700)
    glass.choose(spec.token)
    label = glass.window.ticket.explanation
    assert label.isVisible()
    assert label.heightForWidth(label.width()) <= label.height()
    glass.window.resize(glass.window.minimumSizeHint())
    glass.settle()
    assert not label.isVisible()
    assert glass.window.ticket.command.toolTip() == tip(spec.explanation)


def paste(glass: Glass, field: str, text: str) -> QLineEdit:
    line = glass.line(field)
    line.selectAll()
    QGuiApplication.clipboard().setText(text)
    line.paste()
    return line


@pytest.mark.parametrize(
    ("field", "text", "wanted"),
    [
        ("qty", "5\n", "5"),
        ("qty", "\t5\r\n", "5"),
        ("qty", " 5 ", "5"),
        ("instrument", "MNQ 12-26\n", "MNQ 12-26"),
        ("instrument", "\r\n MNQ 12-26 \t", "MNQ 12-26"),
        ("limit_price", "6412.50\n", "6412.50"),
    ],
)
def test_what_is_pasted_loses_the_white_space_around_it(glass: Glass, field: str, text: str, wanted: str) -> None:
    glass.fill()
    glass.window.ticket.form.put("order_type", "LIMIT")
    glass.window.ticket.form.put("limit_price", "6400")
    line = paste(glass, field, text)
    assert f"\n{field}={wanted};" in glass.window.ticket._message.rest  # type: ignore[union-attr]
    assert line.text().strip(" ") == wanted, "no sign of a line break is left in the field"


@pytest.mark.parametrize("field", ["qty", "instrument"])
def test_what_is_pasted_with_a_line_break_inside_is_refused(glass: Glass, field: str) -> None:
    glass.fill()
    paste(glass, field, "5\n6\n")
    assert isinstance(glass.window.ticket._message, Problems)


def listed(glass: Glass) -> list[str]:
    names = glass.window.ticket.accounts._list
    return [names.item(row).text() for row in range(names.count())]


def test_no_account_moves_when_it_is_ticked_or_the_form_is_filled_or_that_is_taken_back(glass: Glass) -> None:
    glass.tick("Sim105")
    assert listed(glass) == ["Sim101", "Sim102", "Sim105"]
    before = glass.window.ticket.accounts.state()
    glass.window.ticket.accounts.set_text("Sim102,Sim105")
    assert listed(glass) == ["Sim101", "Sim102", "Sim105"]
    glass.window.ticket.accounts.set_text("Sim101,APEX-1")
    assert listed(glass) == ["Sim101", "Sim102", "Sim105", "APEX-1"]
    glass.window.ticket.accounts.set_state(before)
    assert listed(glass) == ["Sim101", "Sim102", "Sim105"]
    assert glass.window.ticket.accounts.ticked == ("Sim101", "Sim105")


def test_an_account_that_is_ticked_out_of_sight_is_scrolled_to(loop: asyncio.AbstractEventLoop) -> None:
    accounts = tuple(f"APEX-{number}" for number in range(1, 30))
    made = Glass(loop, settings=Settings(accounts=accounts, chosen_accounts=("APEX-1",)))
    made.show()
    made.window.ticket.accounts.set_text("APEX-20,APEX-21")
    names = made.window.ticket.accounts._list
    seen = names.viewport().rect().contains(names.visualItemRect(names.item(19)))
    made.close()
    assert seen


def test_accounts_come_back_when_a_line_was_taken_away_meanwhile(glass: Glass) -> None:
    before = glass.window.ticket.accounts.state()
    glass.tick("Sim102")
    glass.press("account", "Remove")
    glass.window.ticket.accounts.set_state(before)
    assert listed(glass) == ["Sim101", "Sim102", "Sim105"]


def test_the_traders_own_order_of_accounts_is_what_is_kept(glass: Glass) -> None:
    glass.window.ticket.accounts.set_text("Sim105")
    assert glass.preferences.current.accounts == ("Sim101", "Sim102", "Sim105")
    before = glass.window.ticket.accounts.state()
    glass.window.ticket.accounts.set_text("Sim102")
    glass.window.ticket.accounts.set_state(before)
    assert glass.window.ticket.accounts.names() == ("Sim101", "Sim102", "Sim105")


def test_an_account_that_stands_twice_is_told_wherever_the_list_has_moved_it(glass: Glass) -> None:
    glass.window.ticket.accounts.set_text("Sim105")
    glass.window.ticket.accounts.add()
    names = glass.window.ticket.accounts._list
    names.item(names.count() - 1).setText("sim105")
    assert "sim105 stands here twice" in glass.problem("account")
    assert glass.window.ticket.accounts.ticked == ("Sim105",)


def test_accounts_that_start_ticked_stand_on_top(loop: asyncio.AbstractEventLoop) -> None:
    accounts = tuple(f"APEX-{number}" for number in range(1, 10))
    made = Glass(loop, settings=Settings(accounts=accounts, chosen_accounts=("APEX-7", "APEX-9")))
    made.show()
    shown = listed(made)
    before = made.window.ticket.accounts.state()
    made.window.ticket.accounts.set_text("APEX-3,APEX-40")
    made.window.ticket.accounts.set_state(before)
    later = listed(made)
    made.close()
    assert shown[:3] == ["APEX-7", "APEX-9", "APEX-1"]
    assert later == shown


def test_nothing_is_marked_for_removal_after_the_list_was_filled(glass: Glass) -> None:
    glass.tick("Sim102")
    glass.window.ticket.accounts.set_text("Sim105")
    remove = next(b for b in glass.part("account").findChildren(QAbstractButton) if b.text() == "Remove")
    assert not remove.isEnabled()


def test_the_name_of_a_fourth_account_is_typed_in_a_line_that_has_room_for_it(glass: Glass) -> None:
    glass.press("account", "Add")
    glass.settle()
    line = glass.window.ticket.accounts._list.findChild(QLineEdit)
    assert isinstance(line, QLineEdit)
    shown = line.visibleRegion().boundingRect()
    frame = QStyleOptionFrame()
    line.initStyleOption(frame)
    room = line.style().subElementRect(QStyle.SubElement.SE_LineEditContents, frame, line)
    assert shown == line.rect()
    assert room.height() >= line.fontMetrics().height()


def test_a_form_with_all_its_rows_in_sight_shows_no_scroll_bar_and_moves_nothing_when_it_does(glass: Glass) -> None:
    glass.window.resize(1366, 732)
    glass.settle()
    bar = glass.window.ticket.form._pane._scroll.verticalScrollBar()
    assert bar.maximum() == 0

    def colours() -> int:
        picture = bar.grab().toImage()
        return len({picture.pixel(x, y) for x in range(picture.width()) for y in range(picture.height())})

    width = glass.part("qty").width()
    assert colours() == 1
    glass.open("OTHER")
    glass.settle()
    assert bar.maximum() > 0
    assert colours() > 1
    assert glass.part("qty").width() == width


def test_send_wears_the_red_of_live_whatever_its_side_and_its_money(glass: Glass) -> None:
    def head() -> str:
        glass.settle()
        return button(glass, "send").grab().toImage().pixelColor(20, 8).name()

    glass.fill()
    assert head() == DARK.buy
    glass.go(Place(Mode.LIVE, "https://app.crosstrade.io/v1/send/••••/••••"), glass.wire)
    assert button(glass, "send").words.startswith("SEND to LIVE")
    for side in ("BUY", "SELL"):
        glass.press("action", side)
        assert head() == DARK.live
    glass.window.ticket.accounts.set_text("MY-7")
    assert head() != DARK.live, "it cannot be pressed now"
    glass.go(HERE, glass.wire)
    assert head() == DARK.sell


def test_another_instrument_moves_no_row_below_it(glass: Glass) -> None:
    def places(instrument: str) -> list[int]:
        glass.window.ticket.form.editor("instrument").set_text(instrument)
        glass.settle()
        return [glass.part(name).y() for name in ("instrument", "action", "tif")]

    assert places("MES 12-26") == places("CL 01-27") == places("AAPL") == places("")


def test_a_quote_does_not_widen_the_window(glass: Glass) -> None:
    before = glass.window.minimumSizeHint().width()
    for control in glass.window.ticket.quotes._buttons.values():
        control.setText("Last\n123456.7890")
    glass.settle()
    assert glass.window.minimumSizeHint().width() == before


def test_a_number_with_a_line_break_inside_is_refused(glass: Glass) -> None:
    glass.fill()
    line = glass.window.ticket.form.editor("qty").main
    assert isinstance(line, QLineEdit)
    line.setText("5\n6")
    assert isinstance(glass.window.ticket._message, Problems)


def test_the_smallest_window_fits_a_small_screen_with_its_title_bar_and_a_panel(glass: Glass) -> None:
    glass.settle()
    least = glass.window.minimumSizeHint()
    assert least.width() <= 1280
    assert least.height() <= 720 - 30 - 10


def test_on_a_small_screen_every_row_of_a_new_order_is_in_sight_from_the_start(
    loop: asyncio.AbstractEventLoop,
) -> None:
    small = Glass(loop, settings=Settings(window=(0, 0, 1280, 720 - TITLE_BAR)))
    small.show()
    assert small.window.height() == 720 - TITLE_BAR
    assert small.window.ticket.form._pane._scroll.verticalScrollBar().maximum() == 0
    small.close()


# --- what is not sent is not read ---


def test_a_price_beside_a_market_order_is_kept_and_not_shown(glass: Glass) -> None:
    glass.fill()
    glass.window.ticket.form.put("order_type", "LIMIT")
    glass.window.ticket.form.put("limit_price", "6490")
    line, editor = glass.line("limit_price"), glass.window.ticket.form.editor("limit_price")
    line.setFocus()
    glass.window.ticket.form.editor("order_type").set_text("MARKET")
    assert (line.text(), line.placeholderText()) == ("", "not sent")
    assert line.isReadOnly(), "a cursor would blink in it"
    assert editor.text() == "6490"
    assert glass.line("stop_price").placeholderText() == "", "an example would read as a price"
    glass.window.ticket.form.editor("order_type").set_text("LIMIT")
    assert (line.text(), line.isReadOnly()) == ("6490", False)
    assert line.placeholderText().startswith("such as")


def test_a_price_that_is_filled_in_while_it_is_not_sent_stands_there_once_it_is(glass: Glass) -> None:
    glass.fill()
    editor = glass.window.ticket.form.editor("limit_price")
    before = glass.window.ticket.form.snapshot()
    editor.set_text("6500")
    assert (glass.line("limit_price").text(), editor.text()) == ("", "6500")
    glass.window.ticket.form.restore(before)
    assert editor.text() == ""
    editor.set_text("6501")
    glass.window.ticket.form.editor("order_type").set_text("LIMIT")
    assert glass.line("limit_price").text() == "6501"
    assert "limit 6501" in glass.window.ticket.read_back.sentence.text()
