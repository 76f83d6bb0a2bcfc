"""Keys that work while another program has the focus: which are wanted, and what the system said to each."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, Signal

from crosstrade_desk.desk.chord import Chord
from crosstrade_desk.desk.preferences import Preferences
from crosstrade_desk.hotkeys.state import Fired, Hotkeys, State, Told
from crosstrade_desk.ui.keys.deck import KeyDeck

_OFF = "Off with all keys."
_NO_KEY = "It has no key yet."


class SystemKeys(QObject):
    """Signals:
    changed: what is wanted, or what the system said, is other than before.
    withheld: the desktop kept the key of this action for itself while a key was being bound.
    """

    changed = Signal()
    withheld = Signal(str)

    def __init__(self, deck: KeyDeck, preferences: Preferences) -> None:
        super().__init__(deck)
        self._deck, self._preferences = deck, preferences
        self._make: Callable[[Fired, Told], Hotkeys] | None = None
        self._hotkeys: Hotkeys | None = None
        self._states: Mapping[str, State] = {}
        self._held: Mapping[str, Chord] = {}
        self._is_paused = False
        deck.changed.connect(self._apply)

    def start(self, make: Callable[[Fired, Told], Hotkeys]) -> None:
        """From now on the system is asked for keys, once one is wanted. `make` is called then."""
        self._make = make
        self._apply()

    def is_wanted(self, action: str) -> bool:
        """Whether the action's key shall work everywhere."""
        return action in self._preferences.current.system_keys

    def want(self, action: str, on: bool) -> None:
        """Whether the action's key shall work everywhere from now on."""
        others = [name for name in self._preferences.current.system_keys if name != action]
        self._preferences.change(system_keys=tuple([*others, action] if on else others))
        self._apply()
        self.changed.emit()

    def state(self, action: str) -> str:
        """How the key of an action stands with the system, in a sentence; "" if it is not wanted there."""
        if not self.is_wanted(action):
            return ""
        if not self._deck.is_on:
            return _OFF
        found = self._states.get(action)
        if found is None:
            return "" if self._deck.keymap.text(action) else _NO_KEY
        return found.sentence

    def pause(self, on: bool) -> None:
        """Lets the keys go while another one is being bound: the system would keep them from the window.

        Where that would ask the trader anew, they stay, and do nothing.
        """
        self._is_paused = on
        self._apply()

    def _on_fired(self, action: str) -> None:
        if self._is_paused:
            self.withheld.emit(action)
        elif self._deck.is_on and action in self._wanted():  # whatever else the desktop names
            self._deck.press(action)

    def _on_told(self, action: str, state: State) -> None:
        self._states = {**self._states, action: state}
        self.changed.emit()

    def _apply(self) -> None:
        rests = self._is_paused and not (self._hotkeys and self._hotkeys.asks)
        wanted = {} if rests or not self._deck.is_on else self._wanted()
        if self._make is None or wanted == self._held:
            return
        if self._hotkeys is None:
            self._hotkeys = self._make(self._on_fired, self._on_told)
        self._held = wanted
        self._states = self._hotkeys.bind(wanted)
        self.changed.emit()

    def _wanted(self) -> dict[str, Chord]:
        allowed = (action.id for action in self._deck.actions() if action.system_wide and self.is_wanted(action.id))
        chords = self._deck.keymap.chords
        return {name: chords[name] for name in allowed if name in chords}

    def close(self) -> None:
        """Lets every key go."""
        if self._hotkeys:
            self._hotkeys.close()
            self._hotkeys = None
