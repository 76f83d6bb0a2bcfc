"""The keys of the program: each has one action, and the same action whichever way its key arrives."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QWidget

from crosstrade_desk.desk.actions import BY_ID, MOST_QUANTITIES, Action, Chapter, Kind, quantity
from crosstrade_desk.desk.chord import Chord
from crosstrade_desk.desk.key_book import KeyBook
from crosstrade_desk.desk.keymap import TITLES, Keymap, refusal
from crosstrade_desk.desk.preferences import Preferences
from crosstrade_desk.ui.keys.layouts import chord_of, hidden_chord, twins
from crosstrade_desk.ui.keys.standing import Standing
from crosstrade_desk.ui.presses import Presses

_REHEARSED = "Nothing was sent. {then} Rehearsed: {what}"
_AGAIN = "Press {} again to send."
_STAYS = "Untick Rehearse keys in the key window to send with {}."
_OFF = "Nothing was sent: keys are off. {key} would be “{title}”: press its button, or KEYS OFF to switch keys on."


@dataclass(frozen=True, slots=True)
class Deed:
    """What an action does now. `would` says in a sentence what `run` would come to, `can` whether that is anything.

    `order`: of a preset what it keeps, as a text: a key that would send another one has to be rehearsed.
    """

    run: Callable[[], object]
    would: Callable[[], str]
    can: Callable[[], bool] = lambda: True
    order: Callable[[], str] = lambda: ""


class KeyDeck(QObject):
    """Holds a shortcut for each key of the map that has a deed.

    Signals:
        said: why a press that was meant to send did not, to be said loudly.
        remarked: which key cannot be had any more, and why.
        pressed: an action that sends was done by its key.
        changed: keys, their being on, or what is to be rehearsed are other than before.
    """

    said = Signal(str)
    remarked = Signal(str)
    pressed = Signal()
    changed = Signal()

    def __init__(self, window: QWidget, presses: Presses, preferences: Preferences, deeds: Mapping[str, Deed]) -> None:
        super().__init__(window)
        self._window, self._presses, self._preferences = window, presses, preferences
        self._deeds = dict(deeds)
        self._actions: dict[str, Action] = dict(BY_ID)
        self._name_sizes(preferences.current.quick_quantities)
        self._off: set[str] = set()
        self._shortcuts: dict[str, QShortcut] = {}
        self._book = KeyBook(preferences.current)
        self.rehearsing = False
        self.is_capturing = False
        presses.take = self._take
        self._lay_out()

    # --- what there is ---

    @property
    def keymap(self) -> Keymap:
        """Which action has which key."""
        return self._book.keymap

    @property
    def left_out(self) -> tuple[str, ...]:
        """A sentence for each line of the settings that gives no key."""
        return self._book.left_out

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
        names = self._book.waiting if self.is_on else ()
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
        return self.rehearsing or name in self._book.waiting

    def works(self, name: str) -> str:
        """The key of an action as it is written where the action is, "" while it does nothing."""
        action = self._actions.get(name)
        return self.keymap.text(name) if action and (self.is_on or action.shows) else ""

    def sign(self, name: str) -> str:
        """The same, with a word in front while its next press only rehearses."""
        key = self.works(name)
        return f"TRY {key}" if key and self._actions[name].sends and name in self._book.waiting else key

    def set_presets(self, deeds: Mapping[Action, Deed]) -> None:
        """Takes the actions of the presets in, in place of those it had."""
        for name in [name for name, action in self._actions.items() if action.chapter is Chapter.PRESETS]:
            del self._actions[name]
            self._deeds.pop(name, None)
        for action, deed in deeds.items():
            self._actions[action.id], self._deeds[action.id] = action, deed
        told = self._book.show_presets(dict(self._actions), lambda name: self._deeds[name].order())
        self._store()
        if told:
            self.remarked.emit(" ".join(told))

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
            self._book.bind(action, chord, self._deeds[name].order())
            self._store()
        return ""

    def carry(self, former: str, name: str) -> None:
        """The action of a preset has another id from now on: its key goes along. Tell it before `set_presets`."""
        self._book.carry(former, name)

    def reset(self) -> None:
        """Puts the usual keys back. Those that send have to be rehearsed where they changed."""
        self._book.reset()
        self._store()

    def _store(self) -> None:
        kept, current = self._book.kept, self._preferences.current
        if any(getattr(current, name) != value for name, value in kept.items()):
            self._preferences.change(**kept)
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
        bound = {name: chord for name, chord in self.keymap.chords.items() if self._has(name)}
        self._shortcuts = {name: self._shortcut(name, chord) for name, chord in bound.items()}
        self.changed.emit()

    def _has(self, name: str) -> bool:
        """Whether there is something to do by the key now."""
        return name in self._deeds and bool(self.works(name))

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
        if self._take_hidden(event):
            return True
        chord = chord_of(event)
        if isinstance(chord, Chord) and not (self.is_capturing or event.isAutoRepeat()):
            self._say_why_not(chord)
        return False  # it reaches whatever has the focus

    def _say_why_not(self, chord: Chord) -> None:
        """Says of a key that would send, or got out before, why it does nothing."""
        action = self._actions.get(self.keymap.holder(chord) or "")
        if action and action.sends and not self.is_on and self._reaches(action):
            self.said.emit(_OFF.format(key=self.keymap.text(action.id), title=action.title))
        elif self.is_on and (sentence := self._book.former_exit(chord)):
            self.said.emit(sentence)

    def _reaches(self, action: Action) -> bool:
        return action.everywhere or self._is_in_front()

    def _is_in_front(self) -> bool:
        """Whether the main window has the keys, or a pane of it that floats: Qt's own shortcuts count there too."""
        front = QApplication.activeWindow()
        while front and front is not self._window and front.windowType() is Qt.WindowType.Tool:
            parent = front.parentWidget()
            front = parent.window() if parent else None
        return front is self._window

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
        key = self.keymap.text(name) or action.title
        then = (_STAYS if self.rehearsing else _AGAIN).format(key)
        words = _REHEARSED.format(then=then, what=deed.would())
        self._book.tried(name)
        self._preferences.change(unrehearsed=self._book.kept["unrehearsed"])
        self.changed.emit()
        self.said.emit(words)
