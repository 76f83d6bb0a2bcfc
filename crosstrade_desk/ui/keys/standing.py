"""How the keys stand, in words: what is said wherever a key would not do what its trader counts on."""

from dataclasses import dataclass
from typing import Final

from crosstrade_desk.protocol.problems import listed

KEYS_OFF: Final = "KEYS OFF"
KEYS_REHEARSE: Final = "KEYS REHEARSE"
_OFF: Final = (
    "Keys are off: none sends or fills in anything, the buttons work. Tick “Keys work” in the key window to have them "
    "again."
)
_REHEARSES: Final = (
    "Rehearse keys is ticked: a key that sends only says what it would send, until the key window closes. The mouse "
    "sends as ever."
)
_ONE: Final = "{} was not pressed since it was bound: its first press only says what it would do."
_MORE: Final = "{} were not pressed since they were bound: the first press of each only says what it would do."


@dataclass(frozen=True, slots=True)
class Standing:
    """`waiting`: the keys, as they are written, whose next press only rehearses; those of exits first."""

    is_on: bool
    is_rehearsing: bool
    waiting: tuple[str, ...]

    @property
    def signs(self) -> tuple[str, ...]:
        """A few words for a badge, the best first, then shorter ones. Empty where every key does what it should."""
        if not self.is_on:
            return (KEYS_OFF,)
        if self.is_rehearsing:
            return (KEYS_REHEARSE,)
        return (f"TRY {self.waiting[0]}", "TRY A KEY") if self.waiting else ()

    @property
    def sentence(self) -> str:
        """The same in a sentence, "" where there is nothing to say."""
        if not self.is_on:
            return _OFF
        if self.is_rehearsing:
            return _REHEARSES
        words = _ONE if len(self.waiting) == 1 else _MORE
        return words.format(listed(self.waiting)) if self.waiting else ""

    def beside(self, key: str) -> str:
        """What to write beside a button for its key, "" for none: the key, and why its press would not count."""
        if not self.is_on:
            return KEYS_OFF
        if self.is_rehearsing and key:
            return f"{key}: key rehearses only"
        return f"{key}: press once to try it" if key in self.waiting else key
