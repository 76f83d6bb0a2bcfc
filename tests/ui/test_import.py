"""Alert texts are read into the form, secrets are taken out of them, and messages are copied without one."""

import os
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLineEdit

from crosstrade_desk.protocol.catalogue import COMMANDS
from crosstrade_desk.protocol.exports import EXPORTS
from crosstrade_desk.protocol.message import Message
from crosstrade_desk.protocol.secret import Secret
from crosstrade_desk.protocol.spec import CommandSpec
from crosstrade_desk.ui.ticket.import_window import ImportWindow
from crosstrade_desk.ui.words import words
from support.catalogue import composed, variants
from support.examples import EXAMPLES, SEED, fields_of
from support.marker import MARKER
from support.windows import Glass

ALERT = (
    "command=place; account=Sim101,APEX-1; instrument={{ticker}}; action={{strategy.order.action}}; qty=2; "
    "order_type=limit; limit_price=6400; tif=gtc; take_profit=6440; colour=red; require_market_position=flat/short; "
    "flatten_first=yes;"
)


@pytest.fixture
def window(glass: Glass) -> ImportWindow:
    glass.click("import")
    found = glass.window.import_window
    assert found is not None
    assert found.isVisible()
    return found


def paste(window: ImportWindow, text: str) -> None:
    data = QMimeData()
    data.setText(text)
    window.area.selectAll()
    window.area.insertFromMimeData(data)


def press(window: ImportWindow, title: str) -> None:
    button = next(b for b in window.findChildren(QAbstractButton) if b.text() == title)
    assert button.isVisible()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def wire(glass: Glass) -> str:
    return glass.window.ticket.read_back.wire.toPlainText()


@pytest.mark.parametrize("spec", COMMANDS, ids=lambda spec: spec.token)
def test_every_message_fills_the_form_and_comes_out_the_same(
    glass: Glass, window: ImportWindow, spec: CommandSpec
) -> None:
    for texts in variants(spec):
        command = composed(spec, texts)
        paste(window, Message(command).masked)
        assert window.report.toPlainText().startswith(command.sentence)
        press(window, "Fill the form")
        assert glass.window.ticket.form.spec is spec
        wide = [name for name in spec.wide_without if name not in texts]
        assert wire(glass) == ("" if wide else Message(command).masked)
        assert all("missing" in glass.problem(name) for name in wide)
    assert glass.sent == []


def test_every_example_of_the_reference_fills_the_form(glass: Glass, window: ImportWindow) -> None:
    for part in EXAMPLES:
        paste(window, EXAMPLES[part])
        press(window, "Fill the form")
        assert fields_of(wire(glass)) == {"key": "••••", **fields_of(EXAMPLES[part])}


def test_what_cannot_be_sent_is_listed_and_stays_in_the_form_with_its_problem(
    glass: Glass, window: ImportWindow
) -> None:
    paste(window, ALERT)
    report = window.report.toPlainText()
    assert report.startswith("3 problems.")
    for field in ("instrument", "action", "flatten_first"):
        assert f"✗ {field}: " in report
    press(window, "Fill the form")
    assert glass.line("instrument").text() == "{{ticker}}"
    assert "filled in by TradingView" in glass.problem("action")
    assert glass.window.ticket.form.texts()["action"] == "{{strategy.order.action}}"
    assert glass.window.ticket.form.texts()["flatten_first"] == "yes"
    assert glass.window.ticket.form.extras() == ({"colour": "red"}, ())
    glass.open("CONDITIONS")
    assert "Write true" in glass.problem("flatten_first")
    assert glass.window.ticket.form.texts()["require_market_position"] == "flat,short"
    glass.type("instrument", "MES 12-30")
    glass.press("action", "SELL")
    box = glass.part("flatten_first").findChild(QAbstractButton)
    assert box is not None
    QTest.mouseClick(
        box, Qt.MouseButton.LeftButton, Qt.KeyboardModifier(0), box.rect().topLeft() + box.rect().center() / 9
    )
    assert glass.problem("take_profit") == "This is on the wrong side: it must lie below the entry at 6400."
    glass.type("take_profit", "6360")
    assert "action=SELL;" in wire(glass)
    assert glass.sent == []


def test_after_filling_the_first_wrong_field_is_in_sight(glass: Glass, window: ImportWindow) -> None:
    glass.window.resize(1277, 683)
    glass.part("group-OTHER").click()
    paste(window, ALERT + "comment=from my chart;")
    press(window, "Fill the form")
    glass.settle()
    assert glass.window.ticket.form.editor("extras").text()
    assert glass.part("instrument").visibleRegion().boundingRect().size() == glass.part("instrument").size()


def test_filling_can_be_undone(glass: Glass, window: ImportWindow) -> None:
    glass.fill()
    glass.open("BRACKET")
    glass.type("take_profit", "40 ticks")
    before = wire(glass)
    paste(window, EXAMPLES["2.8 CANCEL"])
    press(window, "Fill the form")
    assert "command=CANCEL;" in wire(glass)
    press(window, "Undo")
    assert wire(glass) == before
    assert glass.window.ticket.command.currentData() is glass.window.ticket.form.spec


def test_a_field_that_the_text_does_not_have_is_emptied(glass: Glass, window: ImportWindow) -> None:
    glass.fill()
    glass.open("TIMES")
    glass.type("delay", "5")
    paste(window, SEED)
    press(window, "Fill the form")
    assert "delay" not in wire(glass)
    assert "account=Sim105;" in wire(glass)


def test_a_key_in_a_pasted_text_is_never_shown_named_as_a_leak_and_offered_to_the_keyring(
    glass: Glass, window: ImportWindow
) -> None:
    QGuiApplication.clipboard().setText(f"key={MARKER};{SEED.replace('key=your-secret-key;', '')}")
    press(window, "Paste")
    assert MARKER not in "".join(words(window))
    assert "key=••••;" in window.area.toPlainText()
    assert "secret key" in window.leak.text()
    assert window.leak.text().startswith("The clipboard")
    press(window, "Clear clipboard")
    assert QGuiApplication.clipboard().text() == ""
    press(window, "Put into Connection")
    connection = glass.window.connection_window
    assert connection is not None
    key = connection.findChild(QLineEdit, "key")
    assert isinstance(key, QLineEdit)
    assert key.text() == MARKER
    assert key.echoMode() is QLineEdit.EchoMode.Password
    assert MARKER not in "".join(words(connection))


def test_a_key_that_is_typed_is_taken_out_as_soon_as_it_is_one(window: ImportWindow) -> None:
    QTest.keyClicks(window.area, f"key={MARKER}")
    assert MARKER not in window.area.toPlainText()
    assert "typed" in window.leak.text()


@pytest.mark.parametrize(
    ("content", "leak"),
    [
        (f"key={MARKER}; command=FLATTENEVERYTHING;".encode(), "The file alert.txt: It holds a secret key"),
        (f"https://app.crosstrade.io/v1/send/abc/{MARKER}".encode(), "webhook address"),
        (b"\xff\xfe", "no UTF-8"),
    ],
)
def test_a_file_is_read_and_a_secret_in_it_is_named(
    glass: Glass, window: ImportWindow, tmp_path: Path, content: bytes, leak: str
) -> None:
    file = tmp_path / "alert.txt"
    file.write_bytes(content)
    window.open_file(str(file))
    glass.wait(lambda: bool(window.leak.text()))
    file.unlink()  # it holds the marker on purpose
    assert leak in window.leak.text()
    assert MARKER not in "".join(words(window))


def test_a_file_that_is_no_ordinary_one_is_told_and_waits_for_nothing(
    glass: Glass, window: ImportWindow, tmp_path: Path
) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    window.open_file(str(pipe))
    glass.wait(lambda: bool(window.leak.text()))
    assert window.leak.text() == "pipe: It is no ordinary file."
    window.open_file(str(tmp_path / "none"))
    glass.wait(lambda: "none" in window.leak.text())
    assert "no such file" in window.leak.text()


def test_a_key_that_two_pastes_make_is_taken_out_whole(window: ImportWindow) -> None:
    half = len(MARKER) // 2
    window.area.insert(f"key={MARKER[:half]}", "test")
    window.area.insert(MARKER[half:], "test")
    QTest.keyClicks(window.area, "xyz")
    assert window.area.toPlainText() == "key=••••"
    QTest.keySequence(window.area, QKeySequence(QKeySequence.StandardKey.Undo))
    assert window.area.toPlainText() == "key=••••"


def test_a_key_that_the_program_knows_is_taken_out_wherever_it_stands(glass: Glass, window: ImportWindow) -> None:
    glass.desk.known.add(Secret(MARKER))
    paste(window, f"command=PLACE; notes={MARKER.upper()};")
    assert "notes=••••;" in window.area.toPlainText()
    assert "secret key" in window.leak.text()


def test_a_known_key_in_a_field_is_told_there_and_not_sent(glass: Glass) -> None:
    glass.desk.known.add(Secret(MARKER))
    glass.fill()
    glass.open("OTHER")
    glass.type("notes", MARKER)
    assert "secret key" in glass.problem("notes")
    glass.click("send")
    assert glass.sent == []


STRAYS = [
    (SEED.replace("qty=1;", "qty=1; qty=2;"), "qty is given twice", "qty=2;"),
    (f"{SEED} hello;", "is no field", "hello;"),
    (f"{SEED} out_of_sync=wait; percent=0.5;", "percent", "percent=0.5;"),
    (f"{SEED} limit_price=6400;", "limit_price", "limit_price=6400;"),
    (f"{SEED} hard_stop=1; limit_price=1;", "limit_price", "limit_price=1;"),
    ("kill_switch=on; account=Sim101; foo_bar=1;", "takes no other field", "account=Sim101; foo_bar=1;"),
    (f"{SEED} flaten_first=true;", "Did you mean flatten_first?", "flaten_first=true;"),
]


@pytest.mark.parametrize(("text", "problem", "left"), STRAYS)
def test_nothing_of_a_text_is_lost_and_what_was_wrong_with_it_cannot_be_sent(
    glass: Glass, window: ImportWindow, text: str, problem: str, left: str
) -> None:
    paste(window, text)
    assert problem in window.report.toPlainText()
    press(window, "Fill the form")
    form = glass.window.ticket.form
    assert left.removesuffix(";") in form.editor("extras").text()
    assert not glass.line("limit_price").text()
    assert glass.part("extras").isVisible()
    assert wire(glass) == ""
    assert glass.problem("extras")
    glass.click("send")
    assert glass.sent == []


def test_a_field_that_the_catalogue_does_not_know_is_kept_and_sent(glass: Glass, window: ImportWindow) -> None:
    paste(window, f"{SEED} colour=red;")
    press(window, "Fill the form")
    assert wire(glass).endswith("colour=red;")


def test_a_last_field_that_is_not_closed_is_read_and_told(glass: Glass, window: ImportWindow) -> None:
    paste(window, f"{SEED} order_id=x")
    assert "The last field is not closed" in window.report.toPlainText()
    press(window, "Fill the form")
    assert wire(glass).endswith("order_id=x;")


@pytest.mark.parametrize("change", ["type", "choose", "tick"])
def test_filling_can_no_longer_be_undone_once_something_was_changed(
    glass: Glass, window: ImportWindow, change: str
) -> None:
    paste(window, SEED)
    press(window, "Fill the form")
    assert window.undo_button.isEnabled()
    glass.settle()
    assert window.undo_button.isEnabled(), "filling itself is no change"
    {
        "type": lambda: glass.type("qty", "3"),
        "choose": lambda: glass.choose("CANCEL"),
        "tick": lambda: glass.tick("Sim101"),
    }[change]()
    assert not window.undo_button.isEnabled()
    before = wire(glass)
    glass.window.ticket.undo_fill()
    assert wire(glass) == before


def test_every_account_is_still_ticked_after_filling_was_undone(glass: Glass, window: ImportWindow) -> None:
    glass.choose("FLATTEN")
    glass.line("instrument").clear()
    box = glass.part("everywhere").findChild(QAbstractButton)
    assert box is not None
    box.click()
    before = wire(glass)
    assert before == "key=••••;\ncommand=FLATTEN;"
    paste(window, SEED)
    press(window, "Fill the form")
    press(window, "Undo")
    assert wire(glass) == before


def test_a_secret_that_was_taken_out_is_not_brought_back_by_undo(window: ImportWindow) -> None:
    window.area.insert(f"key={MARKER}; command=FLATTEN;", "test")
    QTest.keyClicks(window.area, "abc")
    for _ in range(5):
        window.area.undo()
    assert MARKER not in window.area.toPlainText()
    assert "abc" in window.area.toPlainText()


def test_an_address_alone_is_offered_to_the_connection_window(glass: Glass, window: ImportWindow) -> None:
    paste(window, f"https://app.crosstrade.io/v1/send/abcdef/{MARKER}")
    press(window, "Put into Connection")
    connection = glass.window.connection_window
    assert connection is not None
    address = connection.findChild(QLineEdit, "address")
    assert isinstance(address, QLineEdit)
    glass.settle()
    assert MARKER in address.text()


def test_undo_brings_back_the_accounts_and_their_ticks(glass: Glass, window: ImportWindow) -> None:
    before = (glass.window.ticket.accounts.names(), glass.window.ticket.accounts.text())
    paste(window, SEED.replace("Sim105", "APEX-1,APEX-2"))
    press(window, "Fill the form")
    assert glass.window.ticket.accounts.text() == "APEX-1,APEX-2"
    press(window, "Undo")
    assert (glass.window.ticket.accounts.names(), glass.window.ticket.accounts.text()) == before


def test_undo_brings_back_what_other_commands_were_given(glass: Glass, window: ImportWindow) -> None:
    glass.fill()
    glass.open("TIMES")
    glass.type("end_time", "15:55")
    glass.choose("FLATTEN")
    paste(window, SEED)
    press(window, "Fill the form")
    press(window, "Undo")
    glass.choose("PLACE")
    assert "end_time=15:55;" in wire(glass)


@pytest.mark.parametrize(
    ("field", "text", "title"),
    [
        ("account", "{{ticker}}", ""),
        ("action", "BUY,SELL", "BUY"),
        ("action", "BUY,BUY", "BUY"),
        ("action", "KAUF", "BUY"),
    ],
)
def test_a_text_that_no_button_stands_for_is_kept_with_its_problem_until_one_is_pressed(
    glass: Glass, window: ImportWindow, field: str, text: str, title: str
) -> None:
    paste(window, SEED.replace(f"{field}={fields_of(SEED)[field]};", f"{field}={text};"))
    press(window, "Fill the form")
    assert glass.window.ticket.form.texts()[field] == text
    assert glass.problem(field)
    assert wire(glass) == ""
    if title:
        glass.press(field, title)
    else:
        glass.tick("Sim101")
    assert f"{field}={title or 'Sim101'};" in wire(glass)


def test_a_text_without_a_command_cannot_fill_the_form(window: ImportWindow) -> None:
    paste(window, "hello")
    assert not window.fill_button.isEnabled()
    assert window.report.toPlainText().startswith("This is no message yet.")
    paste(window, "")
    assert "will stand here" in window.report.toPlainText()


def test_an_endless_paste_does_not_stop_the_window(window: ImportWindow) -> None:
    paste(window, "x=1;" * 1_000_000)
    assert "at most 100" in window.report.toPlainText()


@pytest.mark.parametrize("export", EXPORTS, ids=lambda export: export.title)
def test_a_message_is_copied_for_other_programs_without_the_key(glass: Glass, export: object) -> None:
    glass.fill()
    back = glass.window.ticket.read_back
    back.copy(export)  # type: ignore[arg-type]
    copied = QGuiApplication.clipboard().text()
    assert "command=PLACE;" in copied
    assert "instrument=MES 12-26;" in copied
    glass.line("qty").setText("x")
    assert not back.copy_button.isEnabled()


def test_help_shows_the_page_of_commands(glass: Glass) -> None:
    glass.click("help")
    found = glass.window.help_window
    assert found is not None
    assert found.isVisible()
    assert "Cancel and bracket" in found.page.toPlainText()


def test_help_opens_at_the_command_that_is_chosen_the_first_time_too(glass: Glass) -> None:
    glass.choose("CLOSESTRATEGY")
    glass.click("help")
    found = glass.window.help_window
    assert found is not None
    first = found.page.cursorForPosition(QPoint(4, 12)).block().text()
    assert first == glass.window.ticket.form.spec.title
