"""Windows by keyboard alone: Tab reaches each control once, in the order in which one reads, and comes round again."""

from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QTabBar,
    QTableView,
    QWidget,
)

from crosstrade_desk.protocol.catalogue import COMMANDS
from crosstrade_desk.ui import theme
from crosstrade_desk.ui.plain_buttons import MOUSE_ONLY
from crosstrade_desk.ui.theme import LOOKS
from crosstrade_desk.ui.ticket.rows_pane import EXTRA, OPTIONS
from support.keys import all_windows, stops
from support.windows import Glass

MOST = 400
NOTICED = 40  # of 255: a difference of two colours that is seen
GRID = 20  # pixels: what stands less than that above another part stands beside it
EXPLAINED = (QAbstractButton, QLineEdit, QComboBox, QPlainTextEdit)
WORKED = (QAbstractButton, QAbstractScrollArea, QComboBox, QLineEdit, QTabBar)


def name(part: QWidget) -> str:
    return f"{type(part).__name__} {part.objectName()} “{part.accessibleName()}”"


def reachable(window: QWidget) -> set[QWidget]:
    """What Tab has to reach: of a choice of buttons the one that is down, and nothing that passes its focus on."""
    found = [part for part in stops(window) if part.window() is window and part.isEnabled() and part is not window]
    by_tab = [part for part in found if part.focusPolicy() & Qt.FocusPolicy.TabFocus and part.focusProxy() is None]
    return {part for part in by_tab if not is_second_of_choice(part) and not isinstance(part.parent(), QComboBox)}


def is_second_of_choice(part: QWidget) -> bool:
    group = part.group() if isinstance(part, QAbstractButton) else None
    if group is None or not group.exclusive():
        return False
    return part is not (group.checkedButton() or group.buttons()[0])


def walked(glass: Glass, window: QWidget) -> list[QWidget]:
    """Each place that has the focus while Tab is pressed until it comes round, from the first that one reads."""
    window.activateWindow()
    glass.settle()
    found: list[QWidget] = []
    while (at := window.focusWidget()) not in found:
        assert at is not None, f"after {name(found[-1]) if found else 'the start'} nothing has the focus"
        found.append(at)
        assert len(found) < MOST
        QTest.keyClick(at, Qt.Key.Key_Tab)
    assert at is found[0], f"Tab is caught between {name(at)} and {name(found[-1])}"
    places = [frame(scroll_of(part) or part, window) for part in found]
    first = min(range(len(found)), key=lambda number: (places[number].top() // GRID, places[number].left()))
    return found[first:] + found[:first]


def scroll_of(part: QWidget) -> QScrollArea | None:
    owner = part.parentWidget()
    while owner is not None and not isinstance(owner, QScrollArea):
        owner = owner.parentWidget()
    return owner


def frame(part: QWidget, within: QWidget) -> QRect:
    return QRect(part.mapTo(within, QPoint(0, 0)), part.size())


def follows(former: QWidget, later: QWidget, window: QWidget) -> bool:
    """Whether a reader's eye goes on: to the right, or down. What is scrolled stands where its frame does."""
    scroll, other = scroll_of(former), scroll_of(later)
    if scroll is not None and scroll is other:
        a, b = frame(former, scroll.widget()), frame(later, scroll.widget())
    else:
        a, b = frame(scroll or former, window), frame(other or later, window)
    return b.left() >= a.right() or b.top() >= a.bottom()


def check(glass: Glass, window: QWidget) -> None:
    found = walked(glass, window)
    title = window.windowTitle()
    assert set(found) == reachable(window), f"{title}: " + ", ".join(map(name, set(found) ^ reachable(window)))
    for former, later in pairwise(found):
        assert follows(former, later, window), f"{title}: {name(later)} comes after {name(former)}"


def test_tab_reaches_every_control_of_every_window_once_and_in_reading_order(glass: Glass) -> None:
    for window in all_windows(glass):
        check(glass, window)


@pytest.mark.parametrize("spec", COMMANDS, ids=lambda spec: spec.token or "control")
def test_tab_reaches_every_field_of_every_command_with_all_its_options(glass: Glass, spec: object) -> None:
    glass.window.ticket.command.setCurrentIndex([*COMMANDS].index(spec))  # type: ignore[arg-type]
    for group in (*(option.name for option in OPTIONS), EXTRA):
        if glass.part(f"group-{group}").isVisible():
            glass.open(group)
    check(glass, glass.window)


def test_tab_reaches_everything_with_the_walk_open_and_in_the_compact_form(glass: Glass) -> None:
    glass.window.start_walk()
    glass.settle()
    check(glass, glass.window)
    for _ in ("there", "back"):
        glass.window.keys.do("compact")
        glass.settle()
        check(glass, glass.window)


def test_back_tab_is_the_same_way_back(glass: Glass) -> None:
    there = walked(glass, glass.window)
    there[0].setFocus()
    back = []
    for _ in there:
        QTest.keyClick(glass.window.focusWidget(), Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
        back.append(glass.window.focusWidget())
    assert back == there[::-1]


def test_the_place_of_the_focus_is_seen_everywhere(glass: Glass) -> None:
    for window in all_windows(glass):
        for place in walked(glass, window):
            place.setFocus(Qt.FocusReason.TabFocusReason)
            with_focus = place.grab().toImage()
            place.clearFocus()
            assert place.grab().toImage() != with_focus, f"{window.windowTitle()}: {name(place)} looks alike without"


def looks_other(one: QImage, other: QImage) -> int:
    """How many pixels differ so much that an eye sees it."""
    assert one.size() == other.size()
    places = ((x, y) for y in range(one.height()) for x in range(one.width()))
    pairs = ((one.pixelColor(x, y), other.pixelColor(x, y)) for x, y in places)
    return sum(abs(a.lightness() - b.lightness()) + abs(a.blue() - b.blue()) > NOTICED for a, b in pairs)


@pytest.mark.parametrize("width", [1166, 404])
@pytest.mark.parametrize("look", LOOKS)
def test_each_kind_of_control_shows_the_focus_in_every_look(glass: Glass, look: str, width: int) -> None:
    glass.fill()
    theme.choose(look)
    if width == 404:
        glass.window.keys.do("compact")
    glass.settle()
    ticket = glass.window.ticket
    form = ticket.form
    action = form.editor("action")
    buttons = {b.text(): b for b in action.findChildren(QPushButton)}
    parts = [
        ticket.command, form.editor("account").main, form.editor("instrument").main, form.editor("qty").main,
        buttons["BUY"], buttons["SELL"], form.editor("order_type").main, glass.part("group-BRACKET"),
        glass.part("clear-options"), glass.window.band.entries, glass.window.presets.list,
        glass.window.presets.more_button,
    ]  # fmt: skip
    parts += [] if width == 404 else [glass.window.log.table, glass.window.reading.tabs.tabBar(), glass.part("help")]
    try:
        for part in parts:
            assert part.isVisible(), name(part)
            part.setFocus(Qt.FocusReason.TabFocusReason)
            glass.settle()
            with_focus = part.grab().toImage()
            size = part.size()
            part.clearFocus()
            glass.settle()
            assert part.size() == size, f"{name(part)} moves"
            least = min(part.width(), 60)
            assert looks_other(with_focus, part.grab().toImage()) > least, f"{name(part)} looks alike without"
    finally:
        theme.choose("system")


def test_the_line_of_an_account_that_space_would_tick_is_seen(glass: Glass) -> None:
    accounts = glass.window.ticket.accounts.main
    assert isinstance(accounts, QListWidget)
    accounts.setFocus(Qt.FocusReason.TabFocusReason)
    glass.settle()
    assert accounts.currentRow() == 0
    line, other = (accounts.visualItemRect(accounts.item(number)) for number in (0, 1))
    grabbed = accounts.viewport().grab().toImage()
    ends = (QRect(place.right() - 60, place.top(), 40, place.height()) for place in (line, other))
    assert looks_other(*(grabbed.copy(end) for end in ends)) > NOTICED
    assert line.height() == other.height()


def worked(window: QWidget) -> list[QWidget]:
    """What a user works with, in sight: not the parts that Qt puts inside of others."""
    parts = [part for part in window.findChildren(QWidget) if isinstance(part, WORKED) and part.isVisible()]
    own = [part for part in parts if part.window() is window and not isinstance(part, QScrollArea | QHeaderView)]
    whole = [part for part in own if not isinstance(part.parent(), QComboBox | QLineEdit | QTableView)]
    return [part for part in whole if isinstance(part, QTabBar) or not part.objectName().startswith("qt_")]


def spoken(part: QWidget) -> str:
    return part.accessibleName() or (part.text() if isinstance(part, QAbstractButton) else "")


def explanation(part: QWidget) -> str:
    """What is said of a part after its name; of a window's own plain buttons the name is all there is to say."""
    plain = ("Close", "Try again")
    return part.accessibleDescription() or part.toolTip() or (spoken(part) if spoken(part) in plain else "")


def test_every_control_has_a_name_and_says_what_it_is_for(glass: Glass) -> None:
    for window in all_windows(glass):
        title = window.windowTitle()
        parts = worked(window)
        assert [name(part) for part in parts if not spoken(part).strip()] == [], title
        asked = [part for part in parts if isinstance(part, EXPLAINED)]
        assert [f"{name(part)} {spoken(part)}" for part in asked if not explanation(part)] == [], title
        assert [name(part) for part in parts if "<" in (part.accessibleDescription() or part.toolTip())] == [], title


def test_no_two_controls_of_a_window_sound_alike(glass: Glass) -> None:
    for window in all_windows(glass):
        names = [spoken(part) for part in worked(window)]
        assert sorted({one for one in names if names.count(one) > 1}) == [], window.windowTitle()


def test_every_label_of_a_field_leads_to_it(glass: Glass) -> None:
    for row in glass.window.ticket.form.rows():
        assert row.label.buddy() is row.editor.main
    titles = {label.text().replace("&", "") for label in glass.window.ticket.findChildren(QLabel) if label.buddy()}
    assert "Command" in titles


def test_a_key_of_a_window_stands_for_one_thing_there(glass: Glass) -> None:
    for window in all_windows(glass):
        marked = [part.text() for part in window.findChildren(QAbstractButton) if part.isVisible()]
        marked += [part.text() for part in window.findChildren(QLabel) if part.isVisible() and part.buddy()]
        letters = [text[text.index("&") + 1].lower() for text in marked if "&" in text.replace("&&", "")]
        shortcuts = [part.shortcut().toString() for part in window.findChildren(QAbstractButton)]
        keys = [f"alt+{letter}" for letter in letters] + [
            str(chord).lower() for chord in glass.window.keys.keymap.chords.values()
        ]
        assert len(keys) == len(set(keys)), window.windowTitle()
        assert not set(filter(None, shortcuts)) & set(keys)


def test_what_tab_passes_by_is_a_key_or_stands_in_the_menu_of_buttons(glass: Glass) -> None:
    with_keys = {"send", "flatten", "everything", "panic", "ask-yes", "ask-no"}
    for button in glass.window.findChildren(QPushButton):
        if button.focusPolicy() == Qt.FocusPolicy.NoFocus and button.objectName() not in with_keys:
            is_quick = button.accessibleName().startswith("Quantity ")
            is_of_dock = button.parent().metaObject().className().startswith("QDock")
            assert button.property(MOUSE_ONLY) or is_quick or is_of_dock, f"{name(button)} in {button.parent()}"
