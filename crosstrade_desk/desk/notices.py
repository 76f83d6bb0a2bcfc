"""What the program has to say beside an order's outcome."""

from dataclasses import dataclass
from enum import Enum


class Level(Enum):
    """How loud a notice is."""

    INFO = "note"
    GOOD = "done"
    WARNING = "look"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Notice:
    """One plain-text remark. A later one with the same `about` replaces it, and takes it away if its text is empty."""

    level: Level
    text: str
    about: str
