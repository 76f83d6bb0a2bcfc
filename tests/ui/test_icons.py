"""Icons are the program's own files, in the colours of the look, and read only when a menu shows them."""

import re

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QMenu

from crosstrade_desk.desk.actions import ACTIONS, Chapter, Kind
from crosstrade_desk.resources import resources
from crosstrade_desk.ui import icons, theme
from crosstrade_desk.ui.icons import icon, icon_of
from crosstrade_desk.ui.theme import LOOKS
from support.windows import Glass

FILES = sorted((resources() / "icons").glob("act-*.svg"))


def colours(name: str, role: str, size: int) -> set[str]:
    """The colours of all points of an icon that are wholly covered."""
    image = icon(name, role).pixmap(size, size).toImage()
    points = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
    return {point.name() for point in points if point.alpha() == 255}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
@pytest.mark.parametrize("look", LOOKS)
def test_an_icon_is_drawn_in_the_colour_of_its_role(glass: Glass, look: str, path: object) -> None:
    name = str(getattr(path, "stem", "")).removeprefix("act-")
    theme.choose(look)
    try:
        wanted = QColor(LOOKS[look].muted)
        drawn = [QColor(colour) for colour in colours(name, "muted", 32)]
        assert drawn, "nothing is to be seen"
        near = [abs(one.red() - wanted.red()) + abs(one.blue() - wanted.blue()) for one in drawn]
        assert max(near) < 12
    finally:
        theme.choose("system")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_holds_one_colour_which_is_that_of_the_role(path: object) -> None:
    text = path.read_text()  # type: ignore[attr-defined]
    assert set(re.findall(r"#[0-9a-f]{6}", text)) == {"#000000"}
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "")


def test_every_file_is_used_and_every_icon_has_its_file(qapp: QApplication) -> None:
    from crosstrade_desk.ui.presets.pane import _ICONS  # noqa: PLC0415

    used = {*icons._OF_ACTIONS.values(), *_ICONS.values(), "show", "off", "quit"}
    assert used == {path.stem.removeprefix("act-") for path in FILES}


def test_every_action_of_windows_view_and_the_ways_out_has_an_icon_in_the_menu(glass: Glass) -> None:
    pictured = (Chapter.VIEW, Chapter.WINDOWS)
    for action in ACTIONS:
        if (action.chapter in pictured or action.id in ("flatten", "cancel", "disarm")) and action.id != "menu":
            assert not icon_of(action.id).isNull(), action.id
    glass.window.menu.open()
    out = next(
        part for part in glass.window.menu.findChildren(QMenu) if part.title().replace("&", "") == Chapter.OUT.value
    )
    assert not next(entry for entry in out.actions() if entry.objectName() == "do-flatten").icon().isNull()
    glass.window.menu.hide()


def test_what_enters_has_none_so_that_no_picture_stands_for_an_order() -> None:
    assert [action.id for action in ACTIONS if action.kind is Kind.ENTRY and not icon_of(action.id).isNull()] == []


def test_no_icon_is_read_before_a_menu_opens(glass: Glass) -> None:
    icons._drawn.cache_clear()
    other = Glass(glass.loop)
    other.show()
    other.close()
    assert icons._drawn.cache_info().misses == 0
