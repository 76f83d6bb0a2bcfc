"""No window opens where its title bar cannot be reached, or over the switch for entries."""

import pytest
from PySide6.QtCore import QMargins, QPoint, QRect, Qt
from PySide6.QtGui import QWindow
from PySide6.QtWidgets import QDialog, QWidget
from pytestqt.qtbot import QtBot

from crosstrade_desk.ui.placing import BAND, TITLE_BAR, below_band, beside, inside
from crosstrade_desk.ui.side_window import SideWindow
from crosstrade_desk.ui.ticket.buttons import FireButton
from support.windows import Glass

SCREEN = QRect(0, 0, 1366, 768)
SECOND = QRect(-1920, -200, 1920, 1080)


@pytest.mark.parametrize(
    ("frame", "room", "wanted"),
    [
        ((100, 50, 800, 600), SCREEN, (100, 50)),
        ((-300, -200, 800, 600), SCREEN, (0, 0)),
        ((1200, 700, 800, 600), SCREEN, (566, 168)),
        ((300, 400, 1600, 1100), SCREEN, (0, 0)),
        ((-2500, -900, 800, 600), SECOND, (-1920, -200)),
        ((-900, 700, 800, 600), SECOND, (-900, 280)),
    ],
)
def test_a_frame_is_brought_onto_the_screen_and_one_too_large_shows_its_title_bar(
    frame: tuple[int, int, int, int], room: QRect, wanted: tuple[int, int]
) -> None:
    assert inside(QRect(*frame), room).toTuple() == wanted


def test_the_main_window_comes_back_into_sight_once_its_frame_is_known(glass: Glass) -> None:
    room = glass.window.screen().availableGeometry()
    glass.window.move(room.left() + 5, room.top() - 30)
    glass.window._painted = False
    glass.window.update()
    glass.wait(lambda: glass.window.frameGeometry().top() >= room.top())


def opened_by(glass: Glass) -> SideWindow:
    """The only window beside the main one that was made so far."""
    (made,) = glass.window.findChildren(SideWindow, options=Qt.FindChildOption.FindDirectChildrenOnly)
    return made


@pytest.mark.parametrize("name", ["limits", "connection", "keys", "help", "health"])
def test_a_window_beside_the_main_one_leaves_the_switch_free_and_fits_below(glass: Glass, name: str) -> None:
    glass.window.move(0, 0)
    glass.click(name)
    opened = opened_by(glass)
    switch = glass.window.band.entries
    glass.settle()
    bottom = switch.mapToGlobal(switch.rect().bottomLeft()).y()
    assert bottom < opened.y() == glass.window.geometry().top() + BAND
    assert opened.frameGeometry().bottom() <= glass.window.screen().availableGeometry().bottom()


def test_a_window_higher_than_the_room_below_the_band_is_made_lower(glass: Glass) -> None:
    glass.window.move(0, 100)
    dialog = QDialog(glass.window)
    dialog.resize(300, 760)
    below_band(dialog)
    room = glass.window.screen().availableGeometry()
    assert dialog.y() == glass.window.geometry().top() + BAND
    assert dialog.y() + dialog.height() + TITLE_BAR <= room.bottom() + 1


@pytest.mark.parametrize("name", ["limits", "connection", "keys", "help", "health"])
def test_a_window_beside_the_main_one_opens_where_it_was_closed(glass: Glass, name: str) -> None:
    glass.window.move(0, 0)
    glass.click(name)
    opened = opened_by(glass)
    opened.move(333, 222)
    for close in (opened.hide, opened.close, opened.reject):
        close()
        glass.settle()
        glass.click(name)
        assert opened.pos().toTuple() == (333, 222)


def test_a_window_that_would_open_over_the_switch_for_entries_opens_below_it(glass: Glass) -> None:
    glass.window.move(0, 200)
    glass.click("keys")
    opened = opened_by(glass)
    opened.move(40, 230)
    opened.hide()
    glass.click("keys")
    assert opened.y() == glass.window.geometry().top() + BAND


def test_a_window_that_belongs_to_a_pane_opens_below_the_band_too(glass: Glass) -> None:
    glass.window.move(30, 40)
    opened = SideWindow(glass.window.presets)
    opened.bring_up()
    assert opened.y() == glass.window.geometry().top() + BAND


class _JustShown(SideWindow):
    """Of its frame nothing is known yet, as just after a window was shown on X11."""

    def windowHandle(self) -> QWindow:  # noqa: N802 (Qt's name)
        return _Framed(QMargins())


class _Framed(QWindow):
    def __init__(self, frame: QMargins) -> None:
        super().__init__()
        self._frame = frame

    def frameMargins(self) -> QMargins:  # noqa: N802 (Qt's name)
        return self._frame


class _Main(QWidget):
    def windowHandle(self) -> QWindow:  # noqa: N802 (Qt's name)
        return _Framed(QMargins(1, 20, 1, 5))


def test_a_window_closed_before_its_frame_is_known_does_not_move_by_its_title_bar(qtbot: QtBot) -> None:
    main = _Main()
    qtbot.addWidget(main)
    window = _JustShown(main)
    window.setGeometry(301, 320, 200, 100)
    window.show()
    window.setGeometry(301, 320, 200, 100)
    window.hide()
    window.bring_up()
    assert window.pos().toTuple() == (300, 300)


@pytest.mark.parametrize(
    ("main", "spared", "x"),
    [
        ((0, 0, 800, 600), (), 800),
        ((400, 0, 966, 600), (), 100),
        ((0, 0, 1366, 768), (QRect(700, 0, 666, 768),), 0),
        ((0, 0, 1366, 768), (QRect(0, 0, 700, 768),), 1066),
        ((290, 0, 800, 768), (QRect(600, 0, 490, 768),), 0),
    ],
    ids=["to the right", "to the left", "over its left", "over its right", "half over its left"],
)
def test_a_window_opens_beside_the_main_one_or_over_what_may_be_covered(
    qtbot: QtBot, main: tuple[int, int, int, int], spared: tuple[QRect, ...], x: int
) -> None:
    around = QWidget()
    qtbot.addWidget(around)
    around.setGeometry(*main)
    assert around.screen().availableGeometry() == SCREEN
    dialog = QDialog(around)
    dialog.resize(300, 200)
    beside(dialog, around, spared)
    assert dialog.x() == x
    assert not any(one.intersects(QRect(dialog.pos(), dialog.size())) for one in spared)


@pytest.mark.parametrize("floats", [False, True])
def test_the_window_of_a_preset_leaves_all_that_sends_and_gets_out_in_sight(glass: Glass, floats: bool) -> None:
    glass.window.move(0, 0)
    if floats:
        glass.window.keys.do("float presets")
        glass.settle()
    glass.window.presets.save_form()
    opened = opened_by(glass)
    glass.settle()
    for stood in (opened.pos(), glass.part("flatten").mapToGlobal(QPoint(-200, -100))):
        opened.move(stood)
        opened.hide()
        glass.window.presets.save_form()
        frame = QRect(opened.pos(), opened.size())
        for button in glass.window.findChildren(FireButton):
            if button.isVisible():
                assert not frame.intersects(QRect(button.mapToGlobal(QPoint()), button.size())), button.words
