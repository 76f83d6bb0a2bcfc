"""Buttons that no stray key presses: none is a default one."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

MOUSE_ONLY: Final = "mouse-only"  # the property of those that keys press by `keys/buttons_menu.py` alone


def push_button(title: str, action: Callable[[], object], hint: str) -> QPushButton:
    """A button of a window beside the main one. `hint` is its tool tip, "" for none."""
    button = QPushButton(title)
    button.setAutoDefault(False)
    button.setToolTip(hint)
    button.clicked.connect(lambda _checked=False: action())
    return button


def mouse_button(name: str) -> QPushButton:
    """A button, by its object name, that takes the mouse alone: a stray Space must send and answer nothing."""
    button = QPushButton()
    button.setObjectName(name)
    button.setAutoDefault(False)
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    button.setProperty(MOUSE_ONLY, True)
    return button
