"""How sending does in this run, by the outcomes of the messages: median, 95th percentile, last good answer. Pure."""

import math
from collections import Counter, deque
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from crosstrade_desk.sending.outcome import TAKEN, Refused
from crosstrade_desk.storage.rows import Row

MOST: Final = 60  # sends that count
_ANSWERED: Final = (*TAKEN, Refused.word)


@dataclass(frozen=True, slots=True)
class Trip:
    """One message and its answer: milliseconds, and whether the answer was no."""

    ms: float
    refused: bool


@dataclass(frozen=True, slots=True)
class Figures:
    """What is known of one place. `median` and `p95` are milliseconds; `age_s` None: no good answer yet."""

    trips: tuple[Trip, ...] = ()
    age_s: float | None = None
    refused: int = 0

    @property
    def median(self) -> float:
        ordered = sorted(trip.ms for trip in self.trips)
        return (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2

    @property
    def p95(self) -> float:
        """The time within which 95 of 100 had their answer: one that was measured, not one between two."""
        return sorted(trip.ms for trip in self.trips)[math.ceil(0.95 * len(self.trips)) - 1]

    @property
    def words(self) -> str:
        """All of it on one line."""
        if not self.trips:
            return "no answers yet"
        parts = [f"median {self.median:.0f} ms", f"p95 {self.p95:.0f} ms"]
        if self.age_s is not None:
            parts.append(f"answer {_age(self.age_s)}")
        return " · ".join([*parts, f"{self.refused} refused today"])


class Health:
    """Takes outcomes in, each with its place: what practice answers says nothing of CrossTrade."""

    def __init__(self) -> None:
        self._trips: dict[str, deque[Trip]] = {}
        self._good: dict[str, float] = {}
        self._refused: Counter[tuple[str, date]] = Counter()

    def take(self, row: Row, now: float) -> None:
        """Takes in one outcome at a monotonic second. What nobody answered is no round trip."""
        place = row.intent.place
        if row.ending is None or row.outcome not in _ANSWERED:
            return
        no = row.outcome not in TAKEN
        self._trips.setdefault(place, deque(maxlen=MOST)).append(Trip(row.ending.elapsed_us / 1000, no))
        if no:
            day = datetime.fromtimestamp(row.intent.at_us / 1_000_000).astimezone().date()
            self._refused[place, day] += 1
        else:
            self._good[place] = now

    def of(self, place: str, now: float, today: date) -> Figures:
        """What is known of a place at a monotonic second of a day on this computer's clock."""
        good = self._good.get(place)
        age = None if good is None else now - good
        return Figures(tuple(self._trips.get(place, ())), age, self._refused[place, today])


def _age(seconds: float) -> str:
    """In steps: a figure that changes each second draws the eye."""
    if seconds < 10:
        return "just now"
    if seconds < 60:
        return f"{seconds // 10 * 10:.0f} s ago"
    return f"{seconds // 60:.0f} min ago" if seconds < 3600 else f"{seconds // 3600:.0f} h ago"
