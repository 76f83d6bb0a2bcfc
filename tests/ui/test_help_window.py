"""The help window: pages, links, search, keys, and the place of the guide that fits the focus."""

import time

import pytest
from PySide6.QtCore import QPoint, Qt, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from crosstrade_desk.ui.help.guide import PAGES, Topic
from crosstrade_desk.ui.help.help_window import HelpWindow
from support.keys import press
from support.windows import Glass

_NONE, _CTRL, _ALT = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
)
_GUIDE = (Qt.Key.Key_F1, Qt.KeyboardModifier.ShiftModifier)


@pytest.fixture
def guide(glass: Glass) -> HelpWindow:
    """The guide, opened."""
    glass.window.show_help()
    glass.settle()
    assert glass.window.help_window
    return glass.window.help_window


def _first_line(window: HelpWindow) -> str:
    return window.page.cursorForPosition(QPoint(30, 20)).block().text()


def _listed(window: HelpWindow) -> list[str]:
    return [window.pages.item(row).text() for row in range(window.pages.count())]


@pytest.mark.parametrize(("page", "title"), PAGES.items())
def test_each_page_opens_from_the_list_by_mouse_and_by_key(guide: HelpWindow, page: str, title: str) -> None:
    row = _listed(guide).index(title)
    place = guide.pages.visualItemRect(guide.pages.item(row)).center()
    QTest.mouseClick(guide.pages.viewport(), Qt.MouseButton.LeftButton, _NONE, place)
    assert guide.page.page == page
    assert _first_line(guide) == title
    guide.page.go(Topic("commands" if page != "commands" else "keys"))
    guide.pages.setFocus()
    guide.pages.setCurrentRow((row + 1) % len(PAGES))
    press(guide.pages, (Qt.Key.Key_Up if guide.pages.currentRow() > row else Qt.Key.Key_End, _NONE))
    assert guide.page.page == page


def test_no_title_in_the_list_is_cut(guide: HelpWindow) -> None:
    for text in PAGES.values():
        assert guide.pages.fontMetrics().horizontalAdvance(text) < guide.pages.viewport().width() - 8
    guide.search.setText("the server could not be reached")
    assert guide.pages.horizontalScrollBar().maximum() == 0


@pytest.mark.parametrize("page", PAGES)
def test_no_page_is_wider_than_its_window(guide: HelpWindow, page: str) -> None:
    guide.page.go(Topic(page))
    assert guide.page.horizontalScrollBar().maximum() == 0


def test_the_lines_of_an_example_stand_together(guide: HelpWindow) -> None:
    guide.page.go(Topic("other-programs", "AutoHotkey"))
    first = guide.page.document().find("^!f:: {").block()
    assert [first.blockFormat().topMargin() > 0, first.next().blockFormat().topMargin() > 0] == [True, False]


def _places(guide: HelpWindow) -> dict[str, QPoint]:
    """Where the links of the page stand that are in sight, by what they lead to."""
    sight = guide.page.viewport().rect()
    points = (QPoint(x, y) for y in range(0, sight.height(), 5) for x in range(0, sight.width(), 5))
    return {link: at for at in points if (link := guide.page.anchorAt(at))}


@pytest.mark.parametrize("start", [Topic("first-order", "Then try this"), Topic("troubleshooting", "Unknown")])
def test_a_click_on_a_link_leads_to_its_heading_and_alt_left_back(guide: HelpWindow, start: Topic) -> None:
    guide.page.go(start)
    place = _places(guide)["safety.md#unknown"]
    QTest.mouseClick(guide.page.viewport(), Qt.MouseButton.LeftButton, _NONE, place)
    assert _first_line(guide) == "Unknown"
    assert guide.pages.currentItem().text() == PAGES["safety"]
    press(guide.page, (Qt.Key.Key_Left, _ALT))
    assert guide.page.page == start.page


@pytest.mark.parametrize("address", ["https://example.org/", "file:///etc/passwd", "../../README.md", "none.md"])
def test_a_link_out_of_the_guide_leads_nowhere(guide: HelpWindow, address: str) -> None:
    before = guide.page.source()
    guide.page.anchorClicked.emit(QUrl(address))
    assert guide.page.source() == before


def test_a_search_lists_what_it_found_and_enter_opens_the_first(guide: HelpWindow) -> None:
    press(guide.pages, (Qt.Key.Key_F, _CTRL))
    assert QApplication.focusWidget() is guide.search
    QTest.keyClicks(guide.search, "no connection was free")
    assert _listed(guide)[0].startswith("Troubleshooting: It was not sent: the line\n")
    press(guide.search, (Qt.Key.Key_Return, _NONE))
    assert _first_line(guide) == "It was not sent: the line"
    press(guide.pages, (Qt.Key.Key_Escape, _NONE))
    assert _listed(guide) == list(PAGES.values())
    assert guide.isVisible()
    press(guide.pages, (Qt.Key.Key_Escape, _NONE))
    assert not guide.isVisible()


def test_down_goes_from_the_search_to_what_it_found(guide: HelpWindow) -> None:
    guide.search.setFocus()
    QTest.keyClicks(guide.search, "unknown")
    press(guide.search, (Qt.Key.Key_Down, _NONE))
    assert QApplication.focusWidget() is guide.pages
    assert guide.pages.currentRow() == 0
    assert "panic" in guide.page.toPlainText().casefold()


def test_a_search_without_a_find_says_so_and_opens_nothing(guide: HelpWindow) -> None:
    before = guide.page.source()
    guide.search.setFocus()
    QTest.keyClicks(guide.search, "qwertzuiop")
    assert _listed(guide) == ["No page has these words."]
    press(guide.search, (Qt.Key.Key_Return, _NONE))
    assert guide.page.source() == before


def test_a_letter_of_a_search_takes_less_than_a_frame(guide: HelpWindow) -> None:
    guide.search.setText("e")
    times = []
    for text in ("the", "the n", "the na", "the name", "x" * 2000):
        begun = time.perf_counter()
        guide.search.setText(text)
        times.append(time.perf_counter() - begun)
    assert min(times) < 0.016, times


def _opened_at(glass: Glass, part: QWidget) -> tuple[str, str]:
    part.setFocus()
    press(part, _GUIDE)
    glass.settle()
    assert glass.window.help_window
    return glass.window.help_window.page.page, _first_line(glass.window.help_window)


def test_the_guide_opens_at_the_command_of_a_field(glass: Glass) -> None:
    glass.choose("CANCELREPLACE")
    assert _opened_at(glass, glass.line("qty")) == ("commands", "Cancel and replace")


def test_the_guide_opens_at_the_group_of_an_option(glass: Glass) -> None:
    glass.window.ticket.form.go_to("take_profit")
    assert _opened_at(glass, glass.line("take_profit")) == ("commands", "Bracket: take profit and stop loss")


def test_the_guide_opens_at_outcomes_for_the_log_and_at_presets_for_the_presets(glass: Glass) -> None:
    assert _opened_at(glass, glass.window.log.table) == ("safety", "What became of it")
    glass.window.activateWindow()
    glass.settle()
    assert _opened_at(glass, glass.window.presets.search) == ("presets", "Presets")


def test_the_guide_opens_at_limits_for_the_limits_window(glass: Glass) -> None:
    glass.window.show_limits()
    glass.settle()
    window = glass.window.limits_window
    assert window
    line = next(part for part in window.findChildren(QWidget) if part.objectName().startswith("limit-"))
    assert _opened_at(glass, line) == ("going-live", "Limits")


def test_in_the_guide_itself_its_key_leaves_the_page(guide: HelpWindow) -> None:
    guide.page.go(Topic("safety", "Unknown"))
    press(guide.page, _GUIDE)
    assert _first_line(guide) == "Unknown"
