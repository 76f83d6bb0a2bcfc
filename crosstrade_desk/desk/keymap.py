"""Which key does what, and what speaks against a key. Pure; kept as one line of text for each key that was changed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from crosstrade_desk.desk.actions import ACTIONS, BY_ID, Action, Kind
from crosstrade_desk.desk.chord import Chord, parse_chord
from crosstrade_desk.protocol.problems import Invalid
from crosstrade_desk.storage.preset_names import tidy

NONE: Final = "none"
TITLES: Final = MappingProxyType({action.id: action.title for action in ACTIONS})
_EDITING: Final = frozenset(
    {"Ctrl+A", "Ctrl+C", "Ctrl+V", "Ctrl+X", "Ctrl+Z", "Ctrl+Y", "Ctrl+Shift+Z", "Ctrl+Left", "Ctrl+Right"}
    | {"Ctrl+Backspace", "Ctrl+Del", "Ctrl+Home", "Ctrl+End", "Ctrl+Shift+Left", "Ctrl+Shift+Right", "Ctrl+Tab"}
)
_SYSTEM: Final = frozenset(
    {"Alt+F4", "Alt+Tab", "Alt+Shift+Tab", "Alt+Esc", "Ctrl+Esc", "Alt+Space", "Ctrl+Alt+Del", "Ctrl+Shift+Esc"}
    | {"Meta+L", "Meta+D", "Meta+Tab", "Ctrl+Alt+Backspace", "Ctrl+Alt+L"}
)
# What other programs beside a trader's charts usually listen to. A key of theirs that is pressed must not trade.
USED_ELSEWHERE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "Ctrl+Shift+M": "Discord and Teams mute with it",
        "Ctrl+Shift+D": "Discord deafens with it",
        "Ctrl+Shift+K": "Teams raises the hand with it",
        "Ctrl+Shift+O": "Teams switches the camera with it",
        "Ctrl+Space": "Teams unmutes while it is held",
        "Alt+A": "Zoom mutes with it",
        "Alt+V": "Zoom switches the camera with it",
        "Alt+P": "it is a usual push-to-talk key",
        "Alt+S": "Zoom shares the screen with it",
        "Print": "it takes a picture of the screen",
        "Alt+Print": "it takes a picture of a window",
        "Shift+Print": "it takes a picture of the screen",
        "Ctrl+Print": "it takes a picture of the screen",
        "Shift+Meta+S": "Windows takes a picture of the screen with it",
        "Shift+Meta+3": "macOS takes a picture of the screen with it",
        "Shift+Meta+4": "macOS takes a picture of the screen with it",
        "Shift+Meta+5": "macOS takes a picture of the screen with it",
        "Meta+G": "the Windows game bar opens with it",
        "Alt+F9": "GeForce Experience records with it",
        "Alt+F10": "GeForce Experience records with it",
        "Alt+Z": "GeForce Experience opens with it",
        "F5": "NinjaTrader's charts reload with it",
        "F11": "NinjaTrader compiles with it",
        "Ctrl+F": "searching is usually there",
        "Ctrl+P": "printing is usually there",
        "Ctrl+Shift+S": "saving is usually there",
        "F12": "Windows keeps it for debuggers",
    }
)
_ENTERING: Final = frozenset({"Ctrl", "Alt", "Shift"})  # of these an entry needs two; Meta is the desktop's
_FEWEST: Final = 2
_ENTERS: Final = frozenset({"Ctrl+Return", "Ctrl+Enter"})  # a hand knows these two


@dataclass(frozen=True, slots=True)
class Keymap:
    """Action id -> its key; an id without one has none."""

    chords: Mapping[str, Chord]

    def holder(self, chord: Chord) -> str | None:
        """The id of the action that has the key."""
        return next((name for name, own in self.chords.items() if own == chord), None)

    def text(self, action: str) -> str:
        """The key of an action as it is written on buttons, "" if it has none."""
        chord = self.chords.get(action)
        return "" if chord is None else chord.shown

    def with_key(self, action: str, chord: Chord | None) -> "Keymap":
        """The map with another key for one action; None takes its key away."""
        rest = {name: own for name, own in self.chords.items() if name != action}
        return Keymap(MappingProxyType(rest if chord is None else {**rest, action: chord}))


def _usual() -> Keymap:
    found = {action.id: parse_chord(action.key) for action in ACTIONS if action.key}
    return Keymap(MappingProxyType({name: key for name, key in found.items() if isinstance(key, Chord)}))


USUAL: Final = _usual()


def written(keymap: Keymap) -> tuple[str, ...]:
    """What differs from the usual keys, one text each, such as `F9: flatten`; `none: cancel` for one taken away."""
    names = sorted({*keymap.chords, *USUAL.chords})
    differing = (name for name in names if keymap.chords.get(name) != USUAL.chords.get(name))
    return tuple(f"{keymap.chords.get(name, NONE)}: {name}" for name in differing)


def keymap_of(lines: Iterable[str]) -> tuple[Keymap, tuple[str, ...]]:
    """The usual keys with the lines' changes, and a sentence for each change that was left out.

    What a hand wrote into the file is held to what the key window would take. Of two actions with one key the one that
    gets out has it, and an exit whose line gives no key keeps its usual one. Presets are `strangers`.
    """
    keymap = USUAL
    left_out: list[str] = []
    known = [(BY_ID[name], chord) for name, chord in _read(lines) if name in BY_ID and not BY_ID[name].hidden]
    for action, _ in known:
        keymap = keymap.with_key(action.id, None)
    for action, chord in sorted(known, key=lambda change: change[0].kind is not Kind.EXIT):
        why = refusal(action, chord, keymap, TITLES) if chord else ""
        left_out += [f"“{action.title}” did not get its key. {why}"] if why else []
        keymap = keymap.with_key(action.id, _usual_if_free(action, keymap) if why else chord)
    return keymap, tuple(left_out)


def _usual_if_free(action: Action, keymap: Keymap) -> Chord | None:
    """The usual key of an exit, None if another one that gets out has it, or for what does not get out."""
    usual = USUAL.chords.get(action.id)
    return usual if usual and action.kind is Kind.EXIT and keymap.holder(usual) in (None, action.id) else None


def strangers(lines: Iterable[str]) -> dict[str, Chord]:
    """The keys of actions that come later, as those of presets do; their names are composed as names of presets are."""
    return {tidy(name): chord for name, chord in _read(lines) if name not in BY_ID and chord}


def _read(lines: Iterable[str]) -> list[tuple[str, Chord | None]]:
    return [found for line in lines if (found := _line(line))]


def _line(line: str) -> tuple[str, Chord | None] | None:
    key, colon, name = line.partition(": ")
    chord = None if key == NONE else parse_chord(key)
    return None if not colon or not name.strip() or isinstance(chord, Invalid) else (name, chord)


def refusal(action: Action, chord: Chord, keymap: Keymap, titles: Mapping[str, str]) -> str:
    """Why the action cannot have the key, "" if it can. `titles`: the names of all actions by id."""
    holder = keymap.holder(chord)
    if holder not in (None, action.id):
        return f"{chord.shown} is the key of “{titles.get(str(holder), holder)}”. Take it away there first."
    if chord.types:
        return f"{chord.shown} alone types in a field. Add Ctrl or Alt, or take a function key."
    if str(chord) in _EDITING:
        return f"{chord.shown} edits text in the fields of the ticket. Choose another one."
    if str(chord) in _SYSTEM:
        return f"{chord.shown} belongs to the desktop. Choose another one."
    if action.kind is Kind.ENTRY and len(chord.modifiers & _ENTERING) < _FEWEST and str(chord) not in _ENTERS:
        return (
            "A key that may enter needs two of Ctrl, Alt and Shift, so that no slip sends an order; Ctrl+Enter may. "
            f"Not {chord.shown}."
        )
    return ""


def warning(chord: Chord) -> str:
    """What else listens to the key as a rule, "" if nothing is known of."""
    why = USED_ELSEWHERE.get(str(chord))
    return f"Take care: {why}." if why else ""
