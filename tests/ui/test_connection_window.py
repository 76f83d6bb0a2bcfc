"""The connection window: takes address and key, tells their problems at their fields, and never shows them."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton

from crosstrade_desk.desk.arming import Disarmed
from crosstrade_desk.desk.events import Place
from crosstrade_desk.protocol.endpoint import Endpoint
from crosstrade_desk.protocol.secret import Secret
from crosstrade_desk.sending.sender import Sender
from crosstrade_desk.storage.secrets import Absent, Entry, Present
from crosstrade_desk.ui.settings.connection_window import ConnectionWindow
from crosstrade_desk.ui.words import words
from support.marker import MARKER
from support.windows import Glass

ADDRESS = f"https://app.crosstrade.io/v1/send/abcdef/{MARKER}"


@pytest.fixture
def dialog(glass: Glass) -> ConnectionWindow:
    glass.click("connection")
    found = glass.window.connection_window
    assert found is not None
    glass.wait(lambda: "Memory" in found.kept.text())
    return found


def enter(dialog: ConnectionWindow, address: str, key: str) -> None:
    for name, text in (("address", address), ("key", key)):
        line = dialog.findChild(QLineEdit, name)
        assert isinstance(line, QLineEdit)
        line.setText(text)


def push(dialog: ConnectionWindow, title: str) -> None:
    button = next(b for b in dialog.findChildren(QPushButton) if b.text() == title)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_kept_in_the_keyring_then_live(glass: Glass, dialog: ConnectionWindow) -> None:
    enter(dialog, ADDRESS, f"key={MARKER};")
    push(dialog, "Keep in the keyring")
    glass.wait(lambda: "Kept in the system keyring" in dialog.said.text())
    assert glass.run(glass.store.read(Entry.KEY)) == Present(Secret(MARKER))
    push(dialog, "Go LIVE")
    glass.wait(lambda: glass.window.band.mode.text() == "LIVE")
    assert "real money" in glass.window.band.words.text()
    assert MARKER not in "\n".join(words(dialog) + words(glass.window))
    assert glass.preferences.current.mode == "live"


def test_for_this_session_leaves_the_keyring_alone(glass: Glass, dialog: ConnectionWindow) -> None:
    enter(dialog, ADDRESS, MARKER)
    push(dialog, "Keep for this session")
    glass.wait(lambda: "Kept for this session" in dialog.said.text())
    assert glass.run(glass.store.read(Entry.KEY)) == Absent()
    push(dialog, "Go LIVE")
    glass.wait(lambda: isinstance(glass.desk.where, Place) and glass.window.band.mode.text() == "LIVE")


def test_problems_stand_at_their_fields_and_what_was_typed_stays(glass: Glass, dialog: ConnectionWindow) -> None:
    enter(dialog, "http://example.org/v1/send/a/b", "a b c")
    push(dialog, "Keep in the keyring")
    found = {name: label.text() for name, label in dialog._problems.items()}
    assert "Plain http" in found["address"]
    assert "4 to 200" in found["key"]
    line = dialog.findChild(QLineEdit, "address")
    assert isinstance(line, QLineEdit)
    assert line.text() == "http://example.org/v1/send/a/b"
    assert glass.run(glass.store.read(Entry.KEY)) == Absent()


def test_a_foreign_host_asks_for_a_word_first(glass: Glass, dialog: ConnectionWindow) -> None:
    assert not dialog.trusted.isVisible()
    enter(dialog, "https://localhost:8443/v1/send/abcdef/abcdefgh", MARKER)
    push(dialog, "Keep for this session")
    assert dialog.trusted.isVisible()
    assert "not CrossTrade" in dialog._problems["trusted"].text()
    dialog.trusted.click()
    push(dialog, "Keep for this session")
    glass.wait(lambda: "Kept for this session" in dialog.said.text())
    assert glass.preferences.current.trusted_host == "https://localhost:8443"


def test_fields_show_dots_and_are_empty_the_next_time(glass: Glass, dialog: ConnectionWindow) -> None:
    enter(dialog, ADDRESS, MARKER)
    assert MARKER not in "\n".join(words(dialog))
    dialog.close()
    glass.click("connection")
    lines = [dialog.findChild(QLineEdit, name) for name in ("address", "key")]
    assert [line.text() for line in lines if isinstance(line, QLineEdit)] == ["", ""]


def test_forget_takes_both(glass: Glass, dialog: ConnectionWindow) -> None:
    enter(dialog, ADDRESS, MARKER)
    push(dialog, "Keep in the keyring")
    glass.wait(lambda: "Kept" in dialog.said.text())
    push(dialog, "Forget both")
    glass.wait(lambda: "forgotten" in dialog.said.text())
    assert glass.run(glass.store.read(Entry.KEY)) == Absent()


def test_live_without_a_key_says_so_on_the_band(glass: Glass, dialog: ConnectionWindow) -> None:
    push(dialog, "Go LIVE")
    glass.wait(lambda: "NOT CONNECTED" in glass.window.band.mode.text())
    assert "not kept" in glass.window.band.words.text()
    assert "Press Connection." in glass.window.band.words.text()
    glass.fill()
    glass.click("send")
    assert glass.sent == []


def test_the_way_out_works_while_the_window_is_open(glass: Glass, dialog: ConnectionWindow) -> None:
    glass.window.ticket.form.editor("instrument").set_text("MES 12-26")
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    line = dialog.findChild(QLineEdit, "key")
    assert isinstance(line, QLineEdit)
    QTest.keyClick(line, Qt.Key.Key_F, both)
    glass.settle()
    assert glass.sent == ["command=FLATTEN;\naccount=Sim101;\ninstrument=MES 12-26;"]


def test_ctrl_enter_in_it_sends_no_order(glass: Glass, dialog: ConnectionWindow) -> None:
    glass.fill()
    line = dialog.findChild(QLineEdit, "key")
    assert isinstance(line, QLineEdit)
    dialog.activateWindow()
    line.setFocus()
    glass.settle()
    QTest.keyClick(line, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    glass.settle()
    assert glass.sent == []


def test_what_is_typed_but_not_kept_is_told_before_going_live(glass: Glass, dialog: ConnectionWindow) -> None:
    enter(dialog, ADDRESS, MARKER)
    push(dialog, "Go LIVE")
    assert "not kept yet" in dialog.said.text()
    glass.settle()
    assert glass.window.band.mode.text() == "PRACTICE"


def test_forgetting_leaves_live_at_once(glass: Glass, dialog: ConnectionWindow) -> None:
    enter(dialog, ADDRESS, MARKER)
    push(dialog, "Keep for this session")
    glass.wait(lambda: "Kept" in dialog.said.text())
    assert "for this session" in dialog.kept.text()
    push(dialog, "Go LIVE")
    glass.wait(lambda: glass.window.band.mode.text() == "LIVE")
    push(dialog, "Forget both")
    glass.wait(lambda: "NOT CONNECTED" in glass.window.band.mode.text())
    glass.fill()
    glass.time.now += 1
    glass.click("send")
    assert glass.sent == []


def test_enter_in_a_field_does_nothing(glass: Glass, dialog: ConnectionWindow) -> None:
    enter(dialog, ADDRESS, MARKER)
    line = dialog.findChild(QLineEdit, "key")
    assert isinstance(line, QLineEdit)
    QTest.keyClick(line, Qt.Key.Key_Return)
    glass.settle()
    assert dialog.isVisible()
    assert dialog.said.text() == ""


def test_what_turns_up_moves_no_button(glass: Glass, dialog: ConnectionWindow) -> None:
    enter(dialog, "https://example.org/v1/send/abcdef/ghijkl", MARKER)
    keep = next(b for b in dialog.findChildren(QPushButton) if b.text() == "Keep in the keyring")
    glass.settle()
    before = keep.mapToGlobal(keep.rect().topLeft())
    push(dialog, "Keep in the keyring")
    glass.settle()
    assert dialog.trusted.isVisible()
    assert keep.mapToGlobal(keep.rect().topLeft()) == before


def test_what_is_said_of_the_keyring_moves_no_button(glass: Glass, dialog: ConnectionWindow) -> None:
    keep = next(b for b in dialog.findChildren(QPushButton) if b.text() == "Keep in the keyring")

    def place(said: str) -> QPoint:
        dialog.kept.setText(said)
        glass.settle()
        return keep.mapTo(dialog, QPoint())

    long = "Three lines of it. " * 12
    place(long)
    dialog.adjustSize()
    assert place(long) == place("Both are kept.")


def test_kept_again_with_empty_fields_nothing_is_missing(glass: Glass, dialog: ConnectionWindow) -> None:
    enter(dialog, ADDRESS, MARKER)
    push(dialog, "Keep for this session")
    glass.wait(lambda: "Kept for this session" in dialog.said.text())
    push(dialog, "Keep for this session")
    assert "Nothing new is typed" in dialog.said.text()
    assert "missing" not in " ".join(words(dialog))


def test_a_new_address_that_is_kept_while_live_says_that_the_former_is_still_used(
    glass: Glass, dialog: ConnectionWindow
) -> None:
    enter(dialog, ADDRESS, MARKER)
    push(dialog, "Keep for this session")
    glass.wait(lambda: "Press Go LIVE to trade" in dialog.said.text())
    push(dialog, "Go LIVE")
    glass.wait(lambda: glass.window.band.mode.text() == "LIVE")
    enter(dialog, ADDRESS.replace("abcdef", "fedcba"), MARKER)
    push(dialog, "Keep for this session")
    glass.wait(lambda: "still go out with the former address" in dialog.said.text())
    assert dialog.said.property("tone") == "warn"
    dialog.close()
    glass.click("connection")
    assert "still go out with the former address" in dialog.said.text(), "as long as it is so"
    assert dialog.use_button.isVisible()


def test_what_is_kept_while_live_is_used_by_one_press_which_switches_entries_off(
    glass: Glass, dialog: ConnectionWindow
) -> None:
    used: list[str] = []
    sender = glass.connection._make_sender

    async def noted(endpoint: Endpoint, key: Secret) -> Sender:
        used.append(endpoint.url)
        return await sender(endpoint, key)

    glass.connection._make_sender = noted
    assert not dialog.use_button.isVisible()
    for address in (ADDRESS, ADDRESS.replace("abcdef", "fedcba")):
        enter(dialog, address, MARKER)
        push(dialog, "Keep for this session")
        glass.wait(lambda: "Kept for this session" in dialog.said.text())
        if not used:
            push(dialog, "Go LIVE")
            glass.wait(lambda: glass.window.band.mode.text() == "LIVE")
            glass.desk.switch.arm(["MY-7"])
    push(dialog, "Use them now")
    glass.wait(lambda: len(used) == 2)
    glass.wait(lambda: isinstance(glass.desk.switch.state, Disarmed))
    assert used == [ADDRESS, ADDRESS.replace("abcdef", "fedcba")]
    assert not dialog.use_button.isVisible()
    assert "former" not in dialog.said.text()


def test_the_same_address_and_key_kept_again_while_live_leave_nothing_to_use(
    glass: Glass, dialog: ConnectionWindow
) -> None:
    enter(dialog, ADDRESS, MARKER)
    push(dialog, "Keep for this session")
    glass.wait(lambda: "Kept" in dialog.said.text())
    push(dialog, "Go LIVE")
    glass.wait(lambda: glass.window.band.mode.text() == "LIVE")
    enter(dialog, f"{ADDRESS}\n", f" {MARKER}\n")
    push(dialog, "Keep for this session")
    glass.wait(lambda: "Kept for this session" in dialog.said.text())
    assert not dialog.use_button.isVisible()
