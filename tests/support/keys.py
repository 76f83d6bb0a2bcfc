"""Keys as a keyboard sends them: pressed, held down, let go; and every place of a window that they can reach."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from support.windows import Glass

Chord = tuple[Qt.Key, Qt.KeyboardModifier]
_CTRL, _SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
SEND: Chord = (Qt.Key.Key_Return, _CTRL)
FLATTEN: Chord = (Qt.Key.Key_F, _CTRL | _SHIFT)
CANCEL: Chord = (Qt.Key.Key_X, _CTRL | _SHIFT)
YES: Chord = (Qt.Key.Key_Return, _CTRL | _SHIFT)
ENTERS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
STRAY = (*ENTERS, Qt.Key.Key_Space, Qt.Key.Key_Select)


def press(place: QWidget, chord: Chord) -> None:
    """One press and release."""
    QTest.keyClick(place, *chord)


def hold(place: QWidget, chord: Chord, repeat: bool) -> None:
    """The key goes down, or is down still and repeats itself."""
    QTest.simulateEvent(place, True, chord[0].value, chord[1], "", repeat)


def stops(window: QWidget) -> list[QWidget]:
    """Every part of a window that can have the focus now."""
    parts = [window, *window.findChildren(QWidget)]
    return [part for part in parts if part.isVisible() and part.focusPolicy() != Qt.FocusPolicy.NoFocus]


def all_windows(glass: Glass) -> list[QWidget]:
    """Every window that the program can open, opened."""
    window = glass.window
    window.show_connection()
    window.show_limits()
    window.show_import()
    window.show_help()
    window.show_keys()
    window.show_cheat_sheet()
    glass.settle()
    named = (window.connection_window, window.limits_window, window.import_window, window.help_window)
    found = [*named, window.keys_window, window.cheat_sheet]
    return [window, *(part for part in found if part is not None)]
