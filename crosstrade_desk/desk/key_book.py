"""Which action has which key in this run: with the keys whose presets are not there, what must be rehearsed, and which
keys got out before. Pure; the settings keep it as lines of text.
"""

from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256
from types import MappingProxyType
from typing import Any, Final

from crosstrade_desk.desk.actions import BY_ID, Action, Chapter, Kind
from crosstrade_desk.desk.chord import Chord
from crosstrade_desk.desk.keymap import TITLES, USUAL, Keymap, keymap_of, refusal, strangers, written
from crosstrade_desk.storage.settings import Settings

_DIGITS: Final = 16  # of a hash, more than a file is changed by chance
_YIELDS: Final = "{key} is the key of “{exit}”, which gets out: “{entry}” has none now."
_MOVED: Final = "Nothing was sent: {key} is no key of “{title}” any more. It is on {now} now."
_CLEARED: Final = "Nothing was sent: {key} is no key of “{title}” any more. It has none now: press its button."
_GONE: Final = "Nothing was sent: {key} was the key of “{title}”, which is gone."


def stands_for(action: Action, chord: Chord, order: str) -> str:
    """What a key stands for, to be compared later: the kind of its action, and the order that a preset keeps."""
    return sha256(f"{chord}\n{action.kind.name}\n{order}".encode()).hexdigest()[:_DIGITS]


class KeyBook:
    """`keymap` holds the keys of actions that are there. `waiting`: the actions whose next press only rehearses.

    `left_out`: a sentence for each line of the settings that gives no key.
    """

    def __init__(self, settings: Settings) -> None:
        self.keymap, self.left_out = keymap_of(settings.keys)
        self.waiting = settings.unrehearsed
        self._actions: Mapping[str, Action] = BY_ID
        self._stood_for = {name: what for what, _, name in (line.partition(": ") for line in settings.keys_stand_for)}
        self._resting = strangers(settings.keys)  # the keys of presets that are not there, or may not have them
        self._deleted: set[str] = set()  # those of them that went in this run, and are written down no more
        self._former_exits: dict[Chord, tuple[str, str]] = {}  # a key that got out, the action's id and its title

    @property
    def kept(self) -> dict[str, Any]:
        """The fields of `Settings` that keep it."""
        held = set(self.keymap.chords.values())
        resting = {
            name: chord for name, chord in self._resting.items() if name not in self._deleted and chord not in held
        }
        chords = {**resting, **self.keymap.chords}
        stood_for = sorted(f"{what}: {name}" for name, what in self._stood_for.items() if name in chords)
        return {
            "keys": written(Keymap(MappingProxyType(chords))),
            "unrehearsed": tuple(name for name in self.waiting if name in chords),
            "keys_stand_for": tuple(stood_for),
        }

    # --- what the trader does ---

    def bind(self, action: Action, chord: Chord | None, order: str = "") -> None:
        """Gives an action a key, None for none. One that sends is rehearsed first."""
        self._keep(self.keymap.with_key(action.id, chord))
        if chord:
            self._stood_for[action.id] = stands_for(action, chord, order)
            self._wait([action.id] if action.sends else [])

    def reset(self) -> None:
        """Puts the usual keys back. Those that send have to be rehearsed where they changed."""
        former = self.keymap
        self._resting = {}
        self._keep(USUAL)
        changed = (name for name, chord in sorted(USUAL.chords.items()) if former.chords.get(name) != chord)
        self._wait([name for name in changed if self._actions[name].sends])

    def tried(self, name: str) -> None:
        """The key of an action was rehearsed."""
        self.waiting = tuple(other for other in self.waiting if other != name)

    def former_exit(self, chord: Chord) -> str:
        """What to say of a press of a key that got out before in this run and does nothing now; else ""."""
        name, title = self._former_exits.get(chord, ("", ""))
        if not name or self.keymap.holder(chord):
            return ""
        words = _GONE if name not in self._actions else _MOVED if name in self.keymap.chords else _CLEARED
        return words.format(key=chord.shown, title=title, now=self.keymap.text(name))

    # --- what becomes of presets ---

    def carry(self, former: str, name: str) -> None:
        """The action of a preset has another id from now on. Tell it before `show_presets`."""
        self.keymap = Keymap(MappingProxyType(_renamed(self.keymap.chords, former, name)))
        self._resting = _renamed(self._resting, former, name)
        self._stood_for = _renamed(self._stood_for, former, name)
        self.waiting = tuple(name if other == former else other for other in self.waiting if other != name)
        exits = self._former_exits.items()
        self._former_exits = {key: (name if own == former else own, title) for key, (own, title) in exits}

    def show_presets(self, actions: Mapping[str, Action], order: Callable[[str], str]) -> tuple[str, ...]:
        """Takes in every action that is there, those of the presets with it. `order`: what a preset keeps, as a text.

        A key goes to rest with its preset and comes back with it. It has to be rehearsed where it would send otherwise
        than was last seen of it, as one that another hand wrote into the settings, and where its preset was deleted
        meanwhile. Gives a sentence for each key that cannot be had now.
        """
        arrived = actions.keys() - self._actions.keys()
        self._actions = actions
        told = [*self._put_to_rest(), *self._wake(arrived)]
        for name, chord in self.keymap.chords.items():
            if USUAL.chords.get(name) == chord:
                continue
            action = actions[name]
            now = stands_for(action, chord, order(name) if action.chapter is Chapter.PRESETS else "")
            if action.sends and (name in self._deleted or self._stood_for.get(name) != now):
                self._wait([name])
            self._stood_for[name] = now
        self._deleted.difference_update(self.keymap.chords)
        return tuple(told)

    def _put_to_rest(self) -> list[str]:
        told = []
        for name, chord in list(self.keymap.chords.items()):
            action = self._actions.get(name)
            why = refusal(action, chord, self.keymap, TITLES) if action and name not in BY_ID else ""
            if action is None or why:
                self._keep(self.keymap.with_key(name, None))
                self._resting[name] = chord
                self._deleted |= {name} if action is None else set()
                told += [f"“{action.title}” has no key now. {why}"] if action else []
        return told

    def _wake(self, arrived: Iterable[str]) -> list[str]:
        told = []
        there = [self._actions[name] for name in self._resting if name in self._actions]
        for action in sorted(there, key=lambda action: action.kind is not Kind.EXIT):
            chord = self._resting[action.id]
            holder = self._actions.get(self.keymap.holder(chord) or "")
            if action.kind is Kind.EXIT and holder and holder.kind is Kind.ENTRY:
                told.append(_YIELDS.format(key=chord.shown, exit=action.title, entry=holder.title))
                self._keep(self.keymap.with_key(holder.id, None))
            titles = {name: known.title for name, known in self._actions.items()}
            if why := refusal(action, chord, self.keymap, titles):
                told += [f"“{action.title}” has no key now. {why}"] if action.id in arrived else []
            else:
                del self._resting[action.id]
                self._keep(self.keymap.with_key(action.id, chord))
        return told

    def _keep(self, keymap: Keymap) -> None:
        for name, chord in self.keymap.chords.items():
            action = self._actions.get(name)
            if keymap.chords.get(name) != chord and (action is None or action.kind is Kind.EXIT):
                self._former_exits[chord] = (name, action.title if action else name.removeprefix("preset "))
        self.keymap = keymap

    def _wait(self, names: Iterable[str]) -> None:
        self.waiting = tuple(dict.fromkeys([*self.waiting, *names]))


def _renamed(known: Mapping[str, Any], former: str, name: str) -> dict[str, Any]:
    return {name if key == former else key: value for key, value in known.items() if key != name}
