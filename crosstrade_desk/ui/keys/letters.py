"""Underlines in the window the letters that lead somewhere with Alt, each while its key is free."""

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QPushButton

from crosstrade_desk.desk.chord import Chord, parse_chord
from crosstrade_desk.desk.letters import BY_PART, LETTERS, underlined
from crosstrade_desk.ui.keys.deck import KeyDeck


class Letters(QObject):
    """Keeps them as the keys stand: a key that the trader has elsewhere is not taken, and while keys are off none is.

    `shows` get the letters that are free, and `buttons` open something.
    """

    def __init__(
        self, deck: KeyDeck, shows: tuple[Callable[[frozenset[str]], None], ...], buttons: tuple[QPushButton, ...]
    ) -> None:
        super().__init__(deck)
        self._deck, self._shows = deck, shows
        self._buttons = {button: button.text() for button in buttons}
        self._free: frozenset[str] | None = None
        deck.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        free = frozenset(letter.key for letter in LETTERS if self._is_free(letter.chord))
        if free == self._free:
            return
        self._free = free
        for show in self._shows:
            show(free)
        for button, title in self._buttons.items():
            letter = BY_PART[button.objectName()].key
            button.setText(underlined(title, letter if letter in free else ""))

    def _is_free(self, key: str) -> bool:
        chord = parse_chord(key)
        return self._deck.is_on and isinstance(chord, Chord) and self._deck.keymap.holder(chord) is None
