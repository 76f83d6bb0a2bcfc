"""When reading begins again after a fault of the program's own. Pure: time is an argument, in monotonic seconds."""

from typing import Final

PAUSES_S: Final = (1.0, 5.0, 30.0)
"""The pause after the first fault, the second and so on; after one more nothing begins by itself."""
WITHIN_S: Final = 600.0
"""A fault that is so long ago no longer counts."""


class Restarts:
    """Counts the faults of one reading."""

    def __init__(self) -> None:
        self._faults: list[float] = []

    def after(self, now: float) -> float | None:
        """Seconds until reading begins again after a fault now; None: not before the trader asks for it."""
        self._faults = [at for at in self._faults if now - at < WITHIN_S]
        tries = len(self._faults)
        self._faults.append(now)
        return PAUSES_S[tries] if tries < len(PAUSES_S) else None
