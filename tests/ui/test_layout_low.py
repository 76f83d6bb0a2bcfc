"""The window on screens that are low, or hold little as they are scaled: what sends and gets out is always in sight,
each field can be reached, nothing is half there, and nothing moves by itself."""

import asyncio
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QListWidget,
    QPushButton,
    QStyle,
    QStyleOptionButton,
    QStyleOptionViewItem,
    QWidget,
)

from crosstrade_desk.desk.events import Mode, Place
from crosstrade_desk.protocol.catalogue import COMMANDS
from crosstrade_desk.storage.settings import Settings
from crosstrade_desk.ui import theme
from crosstrade_desk.ui.dense import ROW_HEIGHT
from crosstrade_desk.ui.fit import Fit
from crosstrade_desk.ui.layout import LOW_COMPACT
from crosstrade_desk.ui.reading.columns import FILLS
from crosstrade_desk.ui.theme import LOOKS
from support.windows import Glass

LIVE = Place(Mode.LIVE, "https://app.crosstrade.io/v1/send/••••/••••")
WAYS_OUT = ("send", "flatten", "everything", "panic")
FIELDS = ("account", "instrument", "action", "qty", "order_type", "limit_price", "stop_price", "tif")
# What a screen of 1920×1080 holds at 200 %, with and without the desktop's own bars; one of 1366×768 at 150 %; one of
# 1920×1080 at 150 % with them; and windows beside a chart.
SMALL = ((960, 504), (960, 460), (911, 476), (911, 432), (1280, 640), (1366, 600), (900, 720))
WHOLE = ((1366, 732), (1280, 709), (1280, 683), (960, 640), (900, 720), (1000, 760))
NAMES = tuple(f"APEX-{number:02}-EVALUATION-50K-{number * 7:03}" for number in range(12))


def resize(glass: Glass, size: tuple[int, int]) -> None:
    for height in (max(glass.window.height(), size[1]), max(600, size[1]), size[1]):  # in steps, as a hand draws it
        glass.window.resize(size[0], height)
        glass.settle()
        glass.run(asyncio.sleep(0.05))
    assert (glass.window.width(), glass.window.height()) == size


def seen_of(glass: Glass, part: QWidget) -> QRect:
    return part.visibleRegion().boundingRect().translated(part.mapTo(glass.window, QPoint(0, 0)))


def is_whole(glass: Glass, part: QWidget) -> bool:
    whole = QRect(part.mapTo(glass.window, QPoint(0, 0)), part.size())
    least = part.minimumSizeHint()
    room = part.width() >= least.width() and part.height() >= least.height()
    return part.isVisible() and room and seen_of(glass, part) == whole and glass.window.rect().contains(whole)


def cut(glass: Glass, names: tuple[str, ...]) -> list[str]:
    return [name for name in names if not is_whole(glass, glass.part(name))]


def lines_of(area: QAbstractScrollArea, line: int, beside: int = 0) -> tuple[int, int]:
    """How many whole lines it shows, and how many pixels of another one."""
    return divmod(area.viewport().height() - beside, line)


@pytest.mark.parametrize("size", SMALL)
def test_what_sends_and_gets_out_is_in_sight_and_each_field_can_be_reached(glass: Glass, size: tuple[int, int]) -> None:
    resize(glass, size)
    assert cut(glass, WAYS_OUT) == []
    for name in FIELDS:
        glass.window.ticket.form.reveal(glass.part(name))
        glass.settle()
        assert cut(glass, (name,)) == []
    for table in (glass.window.log.table, glass.window.reading.tables["Positions"]):
        assert lines_of(table, ROW_HEIGHT)[0] >= 1
        assert seen_of(glass, table) == QRect(table.mapTo(glass.window, QPoint(0, 0)), table.size())


@pytest.mark.parametrize("size", WHOLE)
def test_a_new_order_is_whole_in_sight_without_scrolling(glass: Glass, size: tuple[int, int]) -> None:
    glass.window.panes.usual()
    resize(glass, size)
    assert cut(glass, (*FIELDS, *WAYS_OUT)) == []


def test_a_wide_and_low_ticket_is_dense_and_has_two_columns_and_is_large_again_with_the_room(glass: Glass) -> None:
    resize(glass, (960, 504))
    send, quantity = glass.part("send"), glass.part("qty")
    assert glass.window.ticket._fit is Fit.LOW
    assert send.x() > quantity.mapTo(glass.window.ticket, QPoint(quantity.width(), 0)).x()
    resize(glass, (1366, 732))
    assert glass.window.ticket._fit is Fit.WHOLE


def test_a_low_ticket_lets_the_send_button_have_the_room_that_there_is(glass: Glass) -> None:
    resize(glass, (960, 504))
    send = glass.part("send")
    above = send.y() - glass.window.ticket.quotes.geometry().bottom()
    assert above < ROW_HEIGHT or send.height() >= 80
    resize(glass, (960, 700))
    assert send.height() >= 80


def test_a_log_that_is_pulled_up_makes_the_ticket_dense_and_cuts_nothing_that_gets_out(glass: Glass) -> None:
    resize(glass, (1366, 732))
    docks = [glass.window.panes.docks[name] for name in ("log", "reading")]
    glass.window.resizeDocks(docks, [600, 600], Qt.Orientation.Vertical)
    glass.settle()
    assert glass.window.ticket._fit is Fit.LOW
    assert cut(glass, WAYS_OUT) == []


def test_a_ticket_that_was_low_is_whole_first_when_the_window_grows(glass: Glass) -> None:
    resize(glass, (960, 460))
    resize(glass, (960, 700))
    assert cut(glass, (*FIELDS, *WAYS_OUT)) == []


def test_on_a_low_screen_the_compact_form_is_wide_and_low_and_has_the_whole_order(glass: Glass) -> None:
    glass.window.panes._room = lambda: LOW_COMPACT[1]  # type: ignore[method-assign]
    glass.window.keys.press("compact")
    glass.wait(lambda: glass.window.height() <= LOW_COMPACT[1])
    glass.run(asyncio.sleep(0.05))
    assert (glass.window.width(), glass.window.height()) == LOW_COMPACT
    assert cut(glass, (*FIELDS, *WAYS_OUT)) == []
    assert glass.window.presets.isVisible()


@pytest.mark.parametrize("size", [(960, 504), (744, 500), (911, 432)])
def test_no_part_of_the_band_stands_upon_another(glass: Glass, size: tuple[int, int]) -> None:
    if size[0] < 800:
        glass.window.panes._room = lambda: size[1]  # type: ignore[method-assign]
        glass.window.keys.press("compact")
        glass.run(asyncio.sleep(0.1))
    glass.go(LIVE, glass.wire)
    resize(glass, size)
    parts = [part for part in glass.window.band._parts.values() if part.isVisible()]
    places = [QRect(part.mapTo(glass.window, QPoint(0, 0)), part.size()) for part in parts]
    upon = [(a, b) for number, a in enumerate(places) for b in places[:number] if a.intersects(b)]
    assert len(parts) >= 5
    assert upon == []


# --- nothing is half there ---


@pytest.fixture
def many(loop: asyncio.AbstractEventLoop) -> Iterator[Glass]:
    made = Glass(loop, settings=Settings(accounts=NAMES, chosen_accounts=NAMES[:2]))
    made.show()
    yield made
    made.close()


@pytest.mark.parametrize("size", [(1366, 732), (1280, 683), (960, 504), (900, 720)])
def test_lists_and_tables_show_whole_lines_and_a_bar_where_there_are_more(many: Glass, size: tuple[int, int]) -> None:
    resize(many, size)
    accounts = many.part("account").findChild(QListWidget)
    assert accounts is not None
    assert lines_of(accounts, accounts.sizeHintForRow(0))[1] == 0
    assert accounts.verticalScrollBar().isVisible()
    for table in (many.window.log.table, *many.window.reading.tables.values()):
        if table.isVisible():
            assert lines_of(table, ROW_HEIGHT)[1] == 0
    wire = many.window.ticket.read_back.wire
    if wire.isVisible():
        assert lines_of(wire, wire.fontMetrics().lineSpacing(), beside=4)[1] == 0
        assert wire.verticalScrollBar().maximum() == 0 or wire.toPlainText()


@pytest.mark.parametrize("size", [(1366, 732), (1280, 683), (960, 504), (900, 720)])
def test_the_accounts_begin_level_with_the_buttons_beside_them(glass: Glass, size: tuple[int, int]) -> None:
    resize(glass, size)
    accounts = glass.window.ticket.accounts
    add = next(button for button in accounts.findChildren(QPushButton) if button.text() == "Add")
    assert accounts._list.y() == add.y()


@pytest.mark.parametrize("state", ["", "set", "warn", "bad"])
@pytest.mark.parametrize("look", LOOKS)
def test_in_a_dense_ticket_the_name_of_a_group_is_whole_in_every_state(glass: Glass, look: str, state: str) -> None:
    theme.choose(look)
    resize(glass, (960, 504))
    groups = glass.window.ticket.form._pane.bar
    groups.open("BRACKET")
    groups.show_state({}, {"BRACKET": state}, "")
    glass.settle()
    button = glass.part("group-BRACKET")
    assert isinstance(button, QPushButton)
    option = QStyleOptionButton()
    button.initStyleOption(option)
    room = button.style().subElementRect(QStyle.SubElement.SE_PushButtonContents, option, button)
    theme.choose("system")
    assert room.width() >= button.fontMetrics().horizontalAdvance(button.text())


def test_a_fill_is_whole_on_a_low_screen_with_no_bar_upon_it(glass: Glass) -> None:
    resize(glass, (911, 476))
    glass.window.reading.tabs.setCurrentIndex(list(glass.window.reading.tables).index("Fills"))
    glass.settle()
    fills = glass.window.reading.tables["Fills"]
    assert fills.horizontalScrollBar().maximum() == 0
    assert lines_of(fills, ROW_HEIGHT)[1] == 0
    shown = [column.title for number, column in enumerate(FILLS) if not fills.isColumnHidden(number)]
    assert shown[:6] == ["Time", "Account", "Instrument", "Side", "Size", "Price"]


@pytest.mark.parametrize("size", [(911, 476), (960, 504), (1366, 732)])
def test_what_keeps_from_reading_is_in_whole_lines(glass: Glass, size: tuple[int, int]) -> None:
    resize(glass, size)
    trouble = glass.window.reading.trouble
    trouble.setText("NinjaTrader or the CrossTrade add-on is not connected.")
    glass.settle()
    assert trouble.shown()[0].startswith("NinjaTrader")
    assert len(trouble.shown()) * trouble.fontMetrics().lineSpacing() <= trouble.height()
    assert trouble.text() in trouble.toolTip()


def test_what_an_account_trades_is_not_painted_over_its_name_whose_end_is_read(many: Glass) -> None:
    resize(many, (1366, 732))
    accounts = many.window.ticket.accounts._list
    for number, name in enumerate(NAMES):
        option = QStyleOptionViewItem()
        accounts.initViewItemOption(option)
        option.rect = accounts.visualItemRect(accounts.item(number))
        accounts.itemDelegate().initStyleOption(option, accounts.model().index(number, 0))
        metrics = QFontMetrics(option.font)
        assert metrics.horizontalAdvance(option.text) <= option.rect.width() - 26 - 6 - metrics.horizontalAdvance(
            "funded"
        )
        assert option.text.startswith(name[:6])
        assert option.text.endswith(name[-4:])


def test_a_sentence_with_a_bracket_is_read_whole_without_scrolling(glass: Glass) -> None:
    resize(glass, (1366, 732))
    glass.fill()
    for name, text in (
        ("order_type", "LIMIT"),
        ("limit_price", "6490"),
        ("take_profit", "40 ticks"),
        ("stop_loss", "-20 ticks"),
        ("order_id", "mine-1"),
    ):
        glass.window.ticket.form.put(name, text)
    glass.settle()
    words = glass.window.ticket.read_back._words
    assert "stop loss at 20 ticks below" in glass.window.ticket.read_back.sentence.text()
    assert words.verticalScrollBar().maximum() == 0


def test_a_sentence_has_the_room_of_empty_lines_below_it_and_moves_nothing(glass: Glass) -> None:
    resize(glass, (1366, 732))
    glass.fill()
    ticket = glass.window.ticket
    before = ticket.read_back.wire.mapTo(glass.window, QPoint(0, 0)), glass.part("send").geometry()
    ticket.command.setCurrentIndex([spec.token for spec in COMMANDS].index("CANCELANDBRACKET"))
    for name, text in (("take_profit", "6520"), ("stop_loss", "6400.25"), ("quantity", "12"), ("action", "BUY")):
        ticket.form.put(name, text)
    ticket.form.put("notes", "so long a note that the sentence needs one line more than it has beside a bracket")
    glass.settle()
    assert not ticket.read_back.stakes.text() + ticket.read_back.remarks.text()
    assert ticket.read_back.sentence.heightForWidth(ticket.read_back._words.width()) > 64
    assert ticket.read_back._words.verticalScrollBar().maximum() == 0
    glass.type("instrument", "XYZ 12-26")
    glass.settle()
    assert ticket.read_back.remarks.isVisible()
    assert (ticket.read_back.wire.mapTo(glass.window, QPoint(0, 0)), glass.part("send").geometry()) == before


@pytest.mark.parametrize("size", [(1280, 709), (1366, 732), (960, 504), (900, 720)])
def test_the_buttons_that_are_held_have_letters_of_one_size(glass: Glass, size: tuple[int, int]) -> None:
    resize(glass, size)
    exits = glass.window.ticket.exits
    both = exits.everything_button, exits.panic_button
    assert {button.title_font().pixelSize() for button in both} == {exits.panic_button.title_font().pixelSize()}
    for button in both:
        wide = QFontMetrics(button.title_font()).horizontalAdvance(button._title)
        assert button.title_room().width() == wide
        assert button.title_room().left() >= 0


@pytest.mark.parametrize("height", range(683, 700, 5))
def test_the_details_of_a_row_show_whole_lines(glass: Glass, height: int) -> None:
    resize(glass, (1366, height))
    glass.window.reading.show_page("Details")
    details = glass.window.log.details
    details.setPlainText("One line.\n" * 40)
    glass.settle()
    line = round(details.blockBoundingRect(details.document().firstBlock()).height())
    room = details.viewport().height() - round(details.document().documentMargin())
    assert room >= 2 * line
    assert room % line == 0


# --- nothing moves by itself ---


def geometries(glass: Glass) -> list[QRect]:
    parts = [glass.part(name) for name in (*FIELDS, *WAYS_OUT)]
    return [QRect(part.mapTo(glass.window, QPoint(0, 0)), part.size()) for part in parts]


@pytest.mark.parametrize("size", [(1366, 732), (1280, 683), (1000, 760), (960, 504)])
def test_sentences_about_what_was_typed_move_no_field_and_no_button(glass: Glass, size: tuple[int, int]) -> None:
    resize(glass, size)
    glass.fill()
    glass.window.ticket.form.put("order_type", "LIMIT")
    glass.window.ticket.form.put("limit_price", "6490")
    before = geometries(glass)
    glass.type("qty", "1,5")
    glass.type("limit_price", "9.999,25")
    glass.type("instrument", "XYZ 12-26")
    glass.settle()
    assert geometries(glass) == before
    for row in glass.window.ticket.form.rows():
        row.say("What is longer than any sentence that the program has for a field is cut. " * 3, "bad")
    glass.settle()
    assert geometries(glass) == before


@pytest.mark.parametrize("size", [(1366, 732), (1280, 683)])
def test_the_walk_that_comes_and_goes_leaves_the_ticket_where_it_is(glass: Glass, size: tuple[int, int]) -> None:
    resize(glass, size)
    glass.window.start_walk()
    glass.run(asyncio.sleep(0.05))
    walk, before = glass.window.walk, geometries(glass)
    assert walk is not None
    assert cut(glass, (*FIELDS, *WAYS_OUT)) == []
    QTest.mouseClick(walk.away, Qt.MouseButton.LeftButton)
    glass.run(asyncio.sleep(0.05))
    assert not walk.isVisible()
    assert geometries(glass) == before


def test_on_live_the_walk_leaves_its_place_to_the_panes(glass: Glass) -> None:
    glass.window.start_walk()
    glass.run(asyncio.sleep(0.05))
    assert glass.window.statusBar().isVisible()
    glass.go(LIVE, glass.wire)
    assert not glass.window.statusBar().isVisible()


def test_the_form_is_not_scrolled_sideways_by_the_cursor(glass: Glass) -> None:
    bar = glass.window.ticket.form._pane._scroll.horizontalScrollBar()
    bar.setRange(0, 5)
    bar.setValue(3)
    assert bar.value() == 0


def test_in_the_compact_form_an_alarm_leaves_no_sliver_of_what_it_stands_above(glass: Glass) -> None:
    glass.window.keys.press("compact")
    glass.wait(lambda: glass.window.width() <= 420)
    head, presets = glass.window.log.head, glass.window.presets
    head.show()
    glass.settle()
    place = QRect(head.mapTo(presets, QPoint(0, 0)), head.size())
    for part in (presets.list, presets.save_button):
        assert place.contains(QRect(part.mapTo(presets, QPoint(0, 0)), part.size()))
