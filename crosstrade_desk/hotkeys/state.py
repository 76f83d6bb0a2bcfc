"""What a desktop said to a key that shall work in every program, and what every back end offers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from crosstrade_desk.desk.chord import Chord


@dataclass(frozen=True, slots=True)
class Bound:
    """The key works in every program. `key` is what the desktop made of it, "" for what was asked for."""

    key: str = ""

    @property
    def sentence(self) -> str:
        return f"Works in every program{f', as {self.key}' if self.key else ''}."


@dataclass(frozen=True, slots=True)
class Taken:
    """Another program holds the key."""

    @property
    def sentence(self) -> str:
        return "Another program holds this key: here it works in this program only. Choose another one."


@dataclass(frozen=True, slots=True)
class Asked:
    """The desktop was asked, and the key does not work yet. `why` says what it waits for, "" for its answer."""

    why: str = ""

    @property
    def sentence(self) -> str:
        return self.why or "The desktop was asked. Until it agrees, the key works in this program only."


@dataclass(frozen=True, slots=True)
class Unsupported:
    """It cannot be had here; `why` says why in a sentence."""

    why: str

    @property
    def sentence(self) -> str:
        return f"{self.why} The key works in this program only."


State = Bound | Taken | Asked | Unsupported
Wanted = Mapping[str, Chord]
Fired = Callable[[str], None]
Told = Callable[[str, State], None]


class Hotkeys(Protocol):
    """One desktop's way. Made with `fired`, called with the action's id at each press, and `told`, called with later
    answers. `asks`: each `bind` may ask the trader, so that keys are not to be let go for a moment only."""

    asks: bool

    def bind(self, wanted: Wanted) -> Mapping[str, State]:
        """Holds these keys and no others from now on: action id -> chord. Gives how each stands. Blocks for the
        desktop's answer where that is a matter of milliseconds."""
        ...

    def close(self) -> None:
        """Lets every key go."""
        ...


class NoHotkeys:
    """Where there is no way."""

    asks = False

    def __init__(self, why: str) -> None:
        self._why = why

    def bind(self, wanted: Wanted) -> Mapping[str, State]:
        """Says of each key that it cannot be had."""
        return {action: Unsupported(self._why) for action in wanted}

    def close(self) -> None:
        """Holds nothing."""
