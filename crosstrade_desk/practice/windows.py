"""Trading windows in New York time: what passes when. Pure.

Source: docs advanced-options/trading-window, advanced-options/bypass-trade-windows. That the start belongs to a window
and the end does not, and that a window may run over midnight, is our reading.
"""

from dataclasses import dataclass
from datetime import datetime, time
from enum import Enum
from typing import Final
from zoneinfo import ZoneInfo

from crosstrade_desk.protocol.problems import Invalid
from crosstrade_desk.protocol.texts import ClockText, ClockTime

NEW_YORK: Final = ZoneInfo("America/New_York")


class Passage(Enum):
    """What a window lets through now."""

    ALL = "everything"
    CLOSING = "what closes or cancels"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Window:
    """Times of day in New York; None: no bound."""

    start: time | None = None
    end: time | None = None
    closing_only_after: time | None = None

    def passage(self, now: datetime) -> Passage:
        """What it lets through at a moment, given with its zone."""
        clock = now.astimezone(NEW_YORK).time()
        if not _within(clock, self.start, self.end):
            return Passage.NOTHING
        if self.closing_only_after and self._since_start(clock) >= self._since_start(self.closing_only_after):
            return Passage.CLOSING
        return Passage.ALL

    def _since_start(self, clock: time) -> int:
        """Minutes of the window, which may run over midnight; a moment outside of it comes after all within."""
        start = self.start or time()
        return (60 * (clock.hour - start.hour) + clock.minute - start.minute) % (24 * 60)


def parse_window(text: str) -> Window | Invalid:
    """Reads `9:30-16:00` or `9:30 AM - 4:00 PM`, times in New York; "" is no bound at all."""
    if not text.strip():
        return Window()
    times = [ClockText().parse(part) for part in text.split("-")]
    clocks = [found.time for found in times if isinstance(found, ClockTime)]
    if len(clocks) != len(times) or len(clocks) != 2 or clocks[0] == clocks[1]:
        return Invalid("A trading window is two New York times, such as 9:30-16:00.")
    return Window(*clocks)


def _within(clock: time, start: time | None, end: time | None) -> bool:
    if start is None or end is None:
        return (start is None or clock >= start) and (end is None or clock < end)
    return start <= clock < end if start < end else clock >= start or clock < end
