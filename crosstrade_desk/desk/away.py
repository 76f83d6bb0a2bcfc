"""What tells that the trader is not, or was not, at the computer: entries that cost money fall back. Pure."""

from dataclasses import dataclass
from enum import Enum
from typing import Final

GAP_S: Final = 15.0


class Away(Enum):
    """How it was found out, in a sentence for the trader."""

    LOCKED = "Entries went off: the screen was locked."
    SLEPT = "Entries went off: the computer was asleep."


@dataclass(frozen=True, slots=True)
class Clocks:
    """Both clocks at one moment, in seconds: the one on the wall (since the epoch, UTC) and the monotonic one."""

    wall: float
    monotonic: float


def slept(before: Clocks, after: Clocks) -> bool:
    """Whether the computer slept, or the program was stopped, between two looks that should be a second apart.

    Asleep, the monotonic clock goes on (Windows) or stands still (Linux, macOS); the one on the wall goes on, unless it
    was set meanwhile. So either of them tells. Putting the clock on the wall forward looks the same.
    """
    return max(after.wall - before.wall, after.monotonic - before.monotonic) > GAP_S
