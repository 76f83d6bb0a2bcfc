"""The window between its first frame and the panes: what works at once, what waits, and that nothing jumps."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from crosstrade_desk.storage.settings import Settings
from crosstrade_desk.ui.empty_pane import ROOMS
from support.windows import Glass

_BARE = Settings()
_EDGE = 6  # pixels that a pane asks for more before it is first shown


@pytest.fixture
def bare(loop: asyncio.AbstractEventLoop) -> Iterator[Glass]:
    """The window as its first frame shows it."""
    made = Glass(loop, furnished=False)
    made.show()
    yield made
    made.close()


def _places(glass: Glass) -> dict[str, QRect]:
    """Where everything stands that is there from the first frame on."""
    window = glass.window
    parts = {"band": window.band, "ticket": window.ticket, **window.panes.docks}
    named = {name: glass.part(name) for name in ("send", "flatten", "everything", "instrument", "menu")}
    return {
        name: QRect(part.mapTo(window, part.rect().topLeft()), part.size()) for name, part in (parts | named).items()
    }


@pytest.mark.parametrize(
    ("settings", "hidden"),
    [
        (replace(_BARE, window=(0, 0, 1380, 840)), ""),
        (replace(_BARE, window=(0, 0, 1024, 700)), ""),
        (replace(_BARE, window=(0, 0, 790, 700)), ""),
        (replace(_BARE, window=(0, 0, 1380, 840)), "log"),
        (replace(_BARE, window=(0, 0, 1380, 840)), "presets"),
        (replace(_BARE, compact=True), ""),
        (replace(_BARE, compact=True), "presets"),
    ],
)
def test_nothing_jumps_when_the_panes_come(loop: asyncio.AbstractEventLoop, settings: Settings, hidden: str) -> None:
    glass = Glass(loop, settings=settings, furnished=False)
    if settings.window:
        glass.window.resize(*settings.window[2:])  # the screen of the tests is smaller
    glass.show()
    if hidden:
        glass.window.panes.toggle(hidden)
        glass.settle()
    before = _places(glass)
    glass.furnish()
    glass.settle()
    after = _places(glass)
    glass.close()
    assert {name: (before[name], after[name]) for name in before if before[name] != after[name]} == {}


@pytest.mark.parametrize("compact", [False, True])
def test_an_empty_pane_asks_for_the_room_of_its_pane(loop: asyncio.AbstractEventLoop, compact: bool) -> None:
    glass = Glass(loop, settings=replace(_BARE, compact=compact))
    glass.show()
    panes = {name: dock.widget() for name, dock in glass.window.panes.docks.items() if dock.isVisible()}
    asked = {name: _least(pane) for name, pane in panes.items()}
    usual = {name: pane.sizeHint() for name, pane in panes.items()}
    glass.close()
    for name, size in asked.items():
        kept = ROOMS[name].slim if compact else ROOMS[name].least
        assert kept.height() == size.height(), name
        assert 0 <= kept.width() - size.width() <= _EDGE, name
    assert compact or usual == {name: room.usual for name, room in ROOMS.items()}


def _least(pane: QWidget) -> QSize:
    return pane.minimumSize().expandedTo(pane.minimumSizeHint())


def _pressed(glass: Glass, press: Callable[[], object]) -> None:
    """Within the running loop, as in the program."""
    glass.loop.call_soon(press)
    glass.settle()


def test_the_button_of_flatten_needs_no_pane(bare: Glass) -> None:
    bare.fill()
    _pressed(bare, lambda: QTest.mouseClick(bare.part("flatten"), Qt.MouseButton.LeftButton))
    assert len(bare.sent) == 1


@pytest.mark.parametrize("name", ["flatten", "cancel"])
def test_the_key_of_a_way_out_needs_no_pane(bare: Glass, name: str) -> None:
    bare.fill()
    chord = QKeySequence(str(bare.window.keys.keymap.chords[name]))
    _pressed(bare, lambda: QTest.keySequence(bare.window, chord))
    assert len(bare.sent) == 1


def test_what_left_before_the_log_was_there_is_in_the_log(bare: Glass) -> None:
    bare.fill()
    _pressed(bare, lambda: QTest.mouseClick(bare.part("flatten"), Qt.MouseButton.LeftButton))
    _pressed(bare, bare.furnish)
    assert bare.window.log.model.rowCount() == len(bare.book.intents) == 1


def test_a_press_that_needs_what_is_not_there_yet_waits_for_it(bare: Glass) -> None:
    bare.click("connection")
    bare.window.keys.do("filter log")
    assert bare.window.connection_window is None
    _pressed(bare, bare.furnish)
    assert bare.window.connection_window is not None
    assert bare.window.connection_window.isVisible()
    assert bare.window.log.filter.isVisible()
