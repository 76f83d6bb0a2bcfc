"""X11: the keys are grabbed on the root window, so that they reach this program and no other."""

from typing import Final

from PySide6.QtCore import QObject, QSocketNotifier

from crosstrade_desk.hotkeys.layout import Layout
from crosstrade_desk.hotkeys.state import Bound, Fired, State, Taken, Told, Unsupported, Wanted
from crosstrade_desk.hotkeys.xcb import BAD_ACCESS, KEY_PRESS, KEY_RELEASE, MAPPING_NOTIFY, Display, open_display
from crosstrade_desk.protocol.problems import Invalid

_ALL: Final = 0xFF  # the modifiers, without the mouse buttons and the layout's group
_REPEATS_WITHIN_MS: Final = 3000  # a release that was lost must not leave the key dead
_CLOCK: Final = 2**32  # the server's clock begins again every 50 days
_Found = tuple[dict[str, tuple[int | None, int]], tuple[int, ...]]  # key code and modifiers of each, lock bits
_GONE: Final = "The X server is gone."
_NO_PLACE: Final = "This keyboard has no such key. Choose another one."


class X11Hotkeys(QObject):
    """Grabs on a connection of its own, read on the window's loop. A change of the keyboard's layout is followed."""

    asks = False

    def __init__(self, display: Display, fired: Fired, told: Told) -> None:
        super().__init__()
        self._display, self._fired, self._told = display, fired, told
        self._wanted: Wanted = {}
        self._states: dict[str, State] = {}
        self._codes: dict[int, list[tuple[int, str]]] = {}
        self._held: list[tuple[int, int]] = []
        self._down: dict[int, int] = {}
        self._found: _Found = ({}, ())
        self._notifier: QSocketNotifier | None = QSocketNotifier(display.descriptor, QSocketNotifier.Type.Read)
        self._notifier.activated.connect(self._drain)

    def bind(self, wanted: Wanted) -> dict[str, State]:
        """Holds these keys and no others from now on."""
        self._wanted = dict(wanted)
        self._hold(self._find())
        self._drain()
        return dict(self._states)

    def _find(self) -> _Found:
        """Where the keys and the locks are now. Nothing of it counts if the server is dead."""
        if not self._lives:
            return {}, ()
        layout = Layout(self._display.keysyms(), self._display.modifiers(), self._display.group())
        places = {action: (layout.keycode(chord.key), layout.bits(chord)) for action, chord in self._wanted.items()}
        return places, tuple(layout.locks())

    def _hold(self, found: _Found) -> None:
        self._let_go()
        self._found = places, locks = found
        self._states = {action: self._grab(action, *place, locks) for action, place in places.items()}
        if not self._lives:  # it may have died under way
            self._states = dict.fromkeys(self._wanted, Unsupported(_GONE))

    def _grab(self, action: str, keycode: int | None, modifiers: int, locks: tuple[int, ...]) -> State:
        if keycode is None:
            return Unsupported(_NO_PLACE)
        done: list[tuple[int, int]] = []
        for lock in locks:
            if error := self._display.grab(keycode, modifiers | lock):
                for pair in done:  # a key that works only without NumLock would be worse than none
                    self._display.ungrab(*pair)
                return Taken() if error == BAD_ACCESS else Unsupported(f"The X server refused it (error {error}).")
            done.append((keycode, modifiers | lock))
        self._held += done
        self._codes.setdefault(keycode, []).append((modifiers, action))
        return Bound()

    @property
    def _lives(self) -> bool:
        return not self._display.is_dead

    def _let_go(self) -> None:
        for pair in self._held if self._lives else ():
            self._display.ungrab(*pair)
        self._held, self._codes = [], {}

    def _drain(self) -> None:
        """Takes all that has come in: with the answers to a question too, for that wakes no notifier."""
        while self._take():
            self._follow()
        if not self._lives:
            self._stop_listening()  # a dead socket is readable for ever
            self._follow()

    def _take(self) -> bool:
        """Fires what was pressed. Gives whether the keyboard is another one now."""
        changed = False
        for kind, keycode, state, time in self._display.events():
            changed |= kind == MAPPING_NOTIFY
            if kind == KEY_RELEASE:
                self._down.pop(keycode, None)
            elif kind == KEY_PRESS and self._is_fresh(keycode, time):
                self._fire(keycode, state)
        return changed

    def _is_fresh(self, keycode: int, time: int) -> bool:
        """Whether a press is one of its own: a key that is held repeats its press without a release."""
        before, self._down[keycode] = self._down.get(keycode), time
        return before is None or (time - before) % _CLOCK > _REPEATS_WITHIN_MS

    def _follow(self) -> None:
        """Holds the keys where they are now, and tells of each that stands otherwise than before."""
        before, found = self._states, self._find()
        if self._lives and found == self._found:
            return  # let go for a moment, a press could slip through
        self._hold(found)
        for action, state in self._states.items():
            if before.get(action) != state:
                self._told(action, state)

    def _fire(self, keycode: int, state: int) -> None:
        pressed = state & _ALL & ~max(self._found[1], default=0)
        for action in [action for modifiers, action in self._codes.get(keycode, ()) if modifiers == pressed]:
            self._fired(action)

    def _stop_listening(self) -> None:
        if self._notifier:
            self._notifier.setEnabled(False)
            self._notifier = None

    def close(self) -> None:
        """Lets every key go."""
        self._stop_listening()
        self._display.close()


def x11_hotkeys(fired: Fired, told: Told, display: str | None = None) -> X11Hotkeys | Invalid:
    """The keys of the X server, or why they cannot be had. Blocks for its greeting."""
    found = open_display(display)
    return found if isinstance(found, Invalid) else X11Hotkeys(found, fired, told)
