"""Accidents with numbers: a comma that is lost, a locale, a confirmation of something else, one zero too many."""

import asyncio
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from PySide6.QtCore import QLocale, QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from crosstrade_desk.desk.attempts import Blocked
from crosstrade_desk.protocol.message import Message
from crosstrade_desk.protocol.numbers import Count, Fraction, Quantity
from crosstrade_desk.protocol.prices import Price, RelativePrice
from crosstrade_desk.protocol.problems import Invalid
from crosstrade_desk.protocol.secret import MASK
from support import honest_program, source
from support.bad_server import BadServer
from support.desks import YES
from support.keys import SEND, press
from support.keys import YES as YES_KEY
from support.marker import MARKER
from support.texts import FIELD_TEXT
from support.windows import Glass
from support.wired import YES as YES_PAGE
from support.wired import at_server, ended, orders

PASTED = [
    ("limit_price", "0,012", "0.012"),
    ("limit_price", "0.012", "0.012"),
    ("limit_price", " 6412,50 ", "6412.50"),
    ("limit_price", "6,412", ""),
    ("limit_price", "1,234.50", ""),
    ("limit_price", "1.234,50", ""),
    ("limit_price", "1 234", ""),
    ("limit_price", "0,01.2", ""),
    ("qty", "0,012", ""),
    ("qty", "1,000", ""),
    ("qty", "1.0", ""),
    ("qty", "12 ", "12"),
]


def paste(line: QLineEdit, text: str) -> None:
    """Puts a text in place of what stands in a line, by the clipboard."""
    QGuiApplication.clipboard().setText(text)
    line.setFocus()
    line.selectAll()
    QTest.keyClick(line, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)


def test_accident_23_a_pasted_number_is_taken_as_a_whole_or_not_at_all(glass: Glass) -> None:
    glass.wire.always = YES
    glass.type("instrument", "6J 12-26")
    glass.press("action", "BUY")
    glass.press("order_type", "Limit")
    for field, text, sent in PASTED:
        glass.time.now += 60
        glass.type("limit_price", "0.0065")
        glass.type("qty", "1")
        paste(glass.line(field), text)
        assert glass.line(field).text().strip() == text.strip()
        glass.wire.carried.clear()
        press(glass.window, SEND)
        glass.wait(glass.window.ask.yes.isEnabled) if glass.window.ask.is_asking else None
        press(glass.window, YES_KEY)  # the price is far from the one before
        glass.settle()
        assert [message.command.texts[field] for message in glass.wire.carried] == ([sent] if sent else []), text


@pytest.fixture(params=["de_DE", "ar_EG"])
def foreign(request: pytest.FixtureRequest) -> Iterator[None]:
    """Another country's signs for numbers, as the desktop would give them."""
    former = QLocale()
    QLocale.setDefault(QLocale(request.param))
    yield
    QLocale.setDefault(former)


@pytest.mark.usefixtures("foreign")
def test_accident_24_the_wire_is_the_same_in_every_country(glass: Glass) -> None:
    glass.fill()
    glass.press("order_type", "Limit")
    for typed in ("6412.50", "6412,50"):
        glass.type("limit_price", typed)
        glass.type("qty", "12")
        wire = glass.window.ticket.read_back.wire.toPlainText()
        assert "qty=12;\norder_type=LIMIT;\nlimit_price=6412.50;\n" in wire
        assert wire.replace(MASK, "").isascii()


@given(FIELD_TEXT)
def test_accident_24_what_a_field_accepts_is_a_number_in_the_message(text: str) -> None:
    for kind in (Price(), Quantity(), Fraction(), Count(0, 9, "A count")):
        value = kind.parse(text)
        if isinstance(value, Invalid | RelativePrice):
            continue
        written = kind.format(value)  # type: ignore[arg-type]
        assert re.fullmatch(r"[0-9]+(\.[0-9]+)?", written)
        assert Decimal(written) == value
        assert text.strip().replace(",", ".").removeprefix("0") in (written, written.removeprefix("0"))


def test_accident_24_no_widget_and_no_library_has_its_own_idea_of_a_number() -> None:
    foreign = r"Q(Double|Int)Validator|Q(Double)?SpinBox|QLocale|import locale|toDouble|setlocale"
    assert source.lines_with(foreign) == []
    assert source.lines_with(r"\bfloat\((?!\))") == [
        "protocol/command.py:         return float(delay) if isinstance(delay, Decimal) else 0.0"
    ], "seconds that the sender waits; no price and no quantity"


def test_accident_25_what_was_read_is_sent_byte_by_byte_after_the_question_too(
    loop: asyncio.AbstractEventLoop,
) -> None:
    with at_server(loop, YES_PAGE) as (glass, server):
        for account in ("Sim102", "Sim105"):
            glass.tick(account)
        shown = glass.window.ticket.read_back.wire.toPlainText().replace(MASK, MARKER)
        assert "3 contracts in total" in glass.window.ticket.read_back.sentence.text()
        press(glass.window, SEND)
        ended(glass)
        glass.time.now += 5
        press(glass.window, SEND)
        glass.wait(glass.window.ask.yes.isEnabled)
        press(glass.window, YES_KEY)
        ended(glass, 2)
        assert [got.body.decode() for got in server.posts] == [shown, shown]


@pytest.mark.parametrize("edit", ["qty", "account", "command"])
def test_accident_25_a_question_about_an_order_that_is_changed_is_taken_back(glass: Glass, edit: str) -> None:
    glass.wire.always = YES
    glass.fill()
    press(glass.window, SEND)
    glass.settle()
    glass.time.now += 5
    press(glass.window, SEND)
    glass.wait(glass.window.ask.yes.isEnabled)
    match edit:
        case "qty":
            glass.type("qty", "9")
        case "account":
            glass.tick("Sim102")
        case _:
            glass.choose("FLATPLACE")
    assert not glass.window.ask.is_asking
    press(glass.window, YES_KEY)
    glass.settle()
    assert len(glass.wire.carried) == 1


def test_accident_25_an_order_that_changes_under_the_finger_is_not_sent(glass: Glass) -> None:
    glass.fill()
    QTest.mousePress(glass.part("send"), Qt.MouseButton.LeftButton)
    glass.window.ticket.form.editor("qty").set_text("100")
    QTest.mouseRelease(glass.part("send"), Qt.MouseButton.LeftButton)
    assert glass.tried == 0


TOO_MANY = [
    ("58000000", "Sim101", "1 to 100000"),
    ("444000000000", "Sim101", "1 to 100000"),
    ("101", "Sim101", "your limit on simulation accounts is 100"),
    ("34", "Sim101,Sim102,Sim105", "102 contracts in all"),
    ("3", "Sim101,APEX-1", "your limit on funded accounts is 2"),
    ("11", "MINE-1", "your limit on live accounts is 10"),
]


def test_accident_29_more_than_the_cap_over_all_accounts_leaves_by_no_way(glass: Glass) -> None:
    glass.fill()
    for qty, accounts, why in TOO_MANY:
        glass.window.ticket.accounts.set_text(accounts)
        glass.type("qty", qty)
        assert why in glass.window.ticket.send_button.words + glass.problem("qty")
        glass.time.now += 60
        glass.click("send")
        press(glass.window, SEND)
        message = glass.window.ticket._message
        assert isinstance(message, Message) is not bool(glass.problem("qty"))
        if isinstance(message, Message):
            assert isinstance(glass.desk.send(message, answered=True), Blocked)
        glass.settle()
        assert not glass.window.ask.is_asking, "there is nothing to click away"
    assert glass.wire.carried == []


def test_accident_29_the_cap_can_be_changed_in_a_window_of_its_own_and_not_where_it_warns(glass: Glass) -> None:
    glass.fill()
    glass.type("qty", "101")
    press(glass.window, SEND)
    lines = {line.objectName() for line in glass.window.findChildren(QLineEdit)}
    assert not [name for name in lines if name.startswith("limit-most")]
    assert glass.window.findChild(QLineEdit, "limit-most_simulation") is None


def test_accident_29_the_cap_that_was_set_holds_from_the_first_moment_of_the_next_run(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "settings.toml").write_text("version = 1\nmost_simulation = 7\nmost_live = 2\n")
    with BadServer(orders(YES_PAGE)) as server:
        told = honest_program.told("look", server.origin, tmp_path)
    assert told["most"] == {"simulation": 7, "funded": 2, "live": 2}


def test_accident_29_of_several_doubts_one_is_asked_about(glass: Glass) -> None:
    glass.wire.always = YES
    glass.fill()
    glass.press("order_type", "Limit")
    for number in range(5):  # enough for a habit
        glass.type("limit_price", f"{6400 + number}")
        press(glass.window, SEND)
        glass.settle()
        glass.time.now += 20
    asked: list[str] = []
    glass.bridge.asked.connect(lambda event: asked.append(event.question.rule))
    glass.type("limit_price", "1")
    glass.type("qty", "90")
    press(glass.window, SEND)
    glass.wait(glass.window.ask.yes.isEnabled)
    press(glass.window, YES_KEY)
    glass.settle()
    assert asked == ["unusual size"]
    assert len(glass.wire.carried) == 6


def test_accident_30_size_and_price_stand_apart_look_different_and_are_read_back_in_words(glass: Glass) -> None:
    glass.fill()
    glass.press("order_type", "Limit")
    glass.type("qty", "61")
    glass.type("limit_price", "6412.25")
    qty, price = glass.line("qty"), glass.line("limit_price")
    between = glass.part("order_type").mapTo(glass.window, QPoint(0, 0)).y()
    assert qty.mapTo(glass.window, QPoint(0, 0)).y() < between < price.mapTo(glass.window, QPoint(0, 0)).y()
    assert price.width() > 1.5 * qty.width()
    assert "Buy 61 MES 12-26 at limit 6412.25" in glass.window.ticket.read_back.sentence.text()


def test_accident_30_size_and_price_that_are_mixed_up_do_not_leave_unasked(glass: Glass) -> None:
    glass.wire.always = YES
    glass.fill()
    glass.press("order_type", "Limit")
    glass.type("limit_price", "6412.25")
    press(glass.window, SEND)
    glass.settle()
    glass.time.now += 60
    glass.type("limit_price", "1")
    glass.type("qty", "6412")
    press(glass.window, SEND)
    glass.settle()
    assert "your limit on simulation accounts is 100" in glass.window.status.text()
    glass.type("qty", "64")
    press(glass.window, SEND)
    glass.settle()
    assert "away from your last price" in glass.window.ask.question.text()
    assert len(glass.wire.carried) == 1
