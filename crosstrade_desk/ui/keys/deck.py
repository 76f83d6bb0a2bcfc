"""The keys of the program: each has one action, and the same action whichever way its key arrives."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from crosstrade_desk.desk.actions import BY_ID, MOST_QUANTITIES, Action, Chapter, Kind, quantity
from crosstrade_desk.desk.chord import Chord
from crosstrade_desk.desk.keymap import TITLES, Keymap, keymap_of, refusal, written
from crosstrade_desk.desk.preferences import Preferences
from crosstrade_desk.ui.keys.layouts import chord_of, hidden_chord, twins
from crosstrade_desk.ui.keys.standing import Standing
from crosstrade_desk.ui.presses import Presses

_REHEARSED = "Nothing was sent. {then} Rehearsal: {key} would do this: {what}"
_AGAIN = "Press {} again to send."
_STAYS = "Rehearse is on in the key window."
_OFF = "Nothing was sent: keys are off. {key} would be “{title}”: press its button, or KEYS OFF to switch keys on."


@dataclass(frozen=True, slots=True)
class Deed:
    """What an action does now. `would` says in a sentence what `run` would come to, `can` whether that is anything."""

    run: Callable[[], object]
    would: Callable[[], str]
    can: Callable[[], bool] = lambda: True


class KeyDeck(QObject):
    """Holds a shortcut for each key of the map that has a deed.

    Signals:
        said: why a press that was meant to send did not, to be said loudly.
        pressed: an action that sends was done by its key.
        changed: keys, their being on, or what is to be rehearsed are other than before.
    """

    said = Signal(str)
    pressed = Signal()
    changed = Signal()

    def __init__(self, window: QWidget, presses: Presses, preferences: Preferences, deeds: Mapping[str, Deed]) -> None:
        super().__init__(window)
        self._window, self._presses, self._preferences = window, presses, preferences
        self._deeds = dict(deeds)
        self._actions: dict[str, Action] = dict(BY_ID)
        self._name_sizes(preferences.current.quick_quantities)
        self._off: set[str] = set()
        self._former: dict[str, Action] | None = None  # those of the presets before they changed last
        self._shortcuts: dict[str, QShortcut] = {}
        self.keymap, self.left_out = keymap_of(preferences.current.keys)
        self.rehearsing = False
        self.is_capturing = False
        presses.take = self._take
        self._lay_out()

    # --- what there is ---

    def action(self, name: str) -> Action:
        """The action of that id."""
        return self._actions[name]

    def actions(self) -> tuple[Action, ...]:
        """Every action that something can be bound to, in the order of lists."""
        return tuple(action for name, action in self._actions.items() if name in self._deeds)

    @property
    def is_on(self) -> bool:
        """Whether keys do anything."""
        return self._preferences.current.keys_on

    @property
    def standing(self) -> Standing:
        """How the keys stand. What a preset has waits to be told until the presets are there."""
        names = self._preferences.current.unrehearsed if self.is_on else ()
        found = [self._actions[name] for name in names if name in self._actions]
        exits_first = sorted(found, key=lambda action: action.kind is not Kind.EXIT)
        waiting = tuple(filter(None, (self.keymap.text(action.id) for action in exits_first)))
        return Standing(self.is_on, self.rehearsing, waiting)

    def can(self, name: str) -> bool:
        """Whether the action would do anything now."""
        return self._deeds[name].can()

    def do(self, name: str) -> None:
        """Does what an action does without its key: nothing is rehearsed by it."""
        self._deeds[name].run()

    def is_unrehearsed(self, name: str) -> bool:
        """Whether the next press of its key only says what it would do."""
        return self.rehearsing or name in self._preferences.current.unrehearsed

    def set_presets(self, deeds: Mapping[Action, Deed]) -> None:
        """Takes the actions of the presets in, in place of those it had."""
        former = {name: action for name, action in self._actions.items() if action.chapter is Chapter.PRESETS}
        for name in former:
            del self._actions[name]
            self._deeds.pop(name, None)
        for action, deed in deeds.items():
            self._actions[action.id], self._deeds[action.id] = action, deed
        is_first = self._former is None  # those of the file come in after the window stands
        self._former = former if former or deeds else None
        sends_now = [] if is_first else [a.id for a in deeds if self._may_surprise(a, a.id)]
        self._keep(self.keymap, [name for name in sends_now if name in self.keymap.chords])

    def _may_surprise(self, action: Action, former: str) -> bool:
        """Whether it sends, and what had that id before was nothing or of another kind: its key was never tried so."""
        was = (self._former or {}).get(former)
        return action.sends and (was is None or was.kind is not action.kind)

    # --- changing it ---

    def show_sizes(self, sizes: Sequence[int]) -> None:
        """Names the quick quantities that the trader has from now on."""
        self._name_sizes(sizes)
        self.changed.emit()

    def _name_sizes(self, sizes: Sequence[int]) -> None:
        named = (quantity(number, sizes) for number in range(1, MOST_QUANTITIES + 1))
        self._actions |= {action.id: action for action in named}

    def bind(self, name: str, chord: Chord | None) -> str:
        """Gives an action a key, None for none. Gives why not, "" if it has it now."""
        action = self._actions[name]
        titles = {**TITLES, **{known.id: known.title for known in self.actions()}}
        if chord is not None and (why := refusal(action, chord, self.keymap, titles)):
            return why
        if chord != self.keymap.chords.get(name):
            self._keep(self.keymap.with_key(name, chord), [name] if action.sends and chord else [])
        return ""

    def carry(self, former: str, name: str) -> None:
        """Gives the key of an action to the id it has now, rehearsed or not as it was if it is of the same kind."""
        if chord := self.keymap.chords.get(former):
            is_new = self._may_surprise(self._actions[name], former)
            waiting = [name] if is_new or former in self._preferences.current.unrehearsed else []
            self._keep(self.keymap.with_key(former, None).with_key(name, chord), waiting)

    def reset(self) -> None:
        """Puts the usual keys back. Those that send have to be rehearsed where they changed."""
        usual, _ = keymap_of(())
        names = {*self.keymap.chords, *usual.chords}
        changed = [name for name in names if self.keymap.chords.get(name) != usual.chords.get(name)]
        sending = [name for name in changed if name in self._actions and self._actions[name].sends]
        self._keep(usual, sorted(name for name in sending if name in usual.chords))

    def _keep(self, keymap: Keymap, to_rehearse: list[str]) -> None:
        self.keymap = keymap
        waiting = dict.fromkeys([*self._preferences.current.unrehearsed, *to_rehearse])
        still = tuple(name for name in waiting if name in keymap.chords)
        if (written(keymap), still) != (self._preferences.current.keys, self._preferences.current.unrehearsed):
            self._preferences.change(keys=written(keymap), unrehearsed=still)
        self._lay_out()

    def set_on(self, on: bool) -> None:
        """Switches every key on or off. Off, they reach whatever has the focus."""
        self._preferences.change(keys_on=on)
        self._lay_out()

    def rehearse(self, on: bool) -> None:
        """Whether every key that sends only says what it would do. Lasts until it is ended, at most for this run."""
        self.rehearsing = on
        self.changed.emit()

    def enable(self, name: str, on: bool) -> None:
        """Lets an action have its key, or leaves the key to whatever has the focus."""
        (self._off.discard if on else self._off.add)(name)
        if shortcut := self._shortcuts.get(name):
            shortcut.setEnabled(on)

    def _lay_out(self) -> None:
        for shortcut in self._shortcuts.values():
            shortcut.setEnabled(False)
            shortcut.deleteLater()
        self._shortcuts = {}
        if self.is_on:
            bound = {name: chord for name, chord in self.keymap.chords.items() if self._may_have(name, chord)}
            self._shortcuts = {name: self._shortcut(name, chord) for name, chord in bound.items()}
        self.changed.emit()

    def _may_have(self, name: str, chord: Chord) -> bool:
        """Whether there is something to do by the key, and it may have it: a preset may send that did not before."""
        return name in self._deeds and not refusal(self._actions[name], chord, self.keymap, TITLES)

    def _shortcut(self, name: str, chord: Chord) -> QShortcut:
        shortcut = QShortcut(self._window)
        shortcut.setKeys([QKeySequence(str(found)) for found in (chord, *twins(chord))])
        contexts = Qt.ShortcutContext
        everywhere = self._actions[name].everywhere
        shortcut.setContext(contexts.ApplicationShortcut if everywhere else contexts.WindowShortcut)
        shortcut.setAutoRepeat(False)
        shortcut.setEnabled(name not in self._off)
        shortcut.activated.connect(lambda: self._on_shortcut(name))
        shortcut.activatedAmbiguously.connect(shortcut.activated)  # a press may fit two of its own: Russian beside US
        return shortcut

    # --- pressing ---

    def _on_shortcut(self, name: str) -> None:
        if self._presses.fresh and not self.is_capturing:  # a held key is one press
            self.press(name)

    def _take(self, event: QKeyEvent) -> bool:
        if self.is_on:
            return self._take_hidden(event)
        self._say_off(event)
        return False  # it reaches whatever has the focus

    def _say_off(self, event: QKeyEvent) -> None:
        """Says of a key that would send why it does not."""
        chord = chord_of(event)
        name = self.keymap.holder(chord) if isinstance(chord, Chord) else None
        action = self._actions.get(name or "")
        if action and action.sends and self._reaches(action) and not (self.is_capturing or event.isAutoRepeat()):
            self.said.emit(_OFF.format(key=self.keymap.text(action.id), title=action.title))

    def _reaches(self, action: Action) -> bool:
        return action.everywhere or self._window.isActiveWindow()

    def _take_hidden(self, event: QKeyEvent) -> bool:
        """Takes a press whose letter the keyboard's layout hides: the key at that place counts."""
        chord = hidden_chord(event)
        name = self.keymap.holder(chord) if chord else None
        shortcut = self._shortcuts.get(name or "")
        reaches = name and shortcut and shortcut.isEnabled() and self._reaches(self._actions[name])
        if name is None or not reaches or self.is_capturing:
            return False
        if self._presses.fresh and not event.isAutoRepeat():
            self.press(name)
        return True

    def try_key(self, chord: Chord) -> bool:
        """Rehearses the key, pressed where it would not work, if that is what waits for it. Gives whether it did."""
        name = self.keymap.holder(chord)
        waits = name in self._deeds and self._actions[name].sends and self.is_unrehearsed(name) and self.is_on
        if name and waits:
            self.press(name)
        return waits

    def press(self, name: str) -> None:
        """Does what a press of the action's key does, whoever took the press: the window, or the system for it."""
        action, deed = self._actions[name], self._deeds[name]
        if not (action.sends and self.is_unrehearsed(name)):
            deed.run()
            if action.sends:
                self.pressed.emit()
            return
        waiting = tuple(other for other in self._preferences.current.unrehearsed if other != name)
        key = self.keymap.text(name) or action.title
        then = _STAYS if self.rehearsing else _AGAIN.format(key)
        words = _REHEARSED.format(then=then, key=key, what=deed.would())
        self._preferences.change(unrehearsed=waiting)
        self.changed.emit()
        self.said.emit(words)
