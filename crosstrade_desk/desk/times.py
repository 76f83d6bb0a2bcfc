"""How long each part of the way of one message took. Known in this run only: the journal keeps the whole."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Final


class Point(Enum):
    """Points on the way, in their order; an exit leaves beside its row, so that it may be kept later."""

    PRESSED = auto()
    PASSED = auto()  # the gate
    KEPT = auto()  # in the journal
    CALLED = auto()  # the sender
    LEFT = auto()
    ANSWERED = auto()


@dataclass(frozen=True, slots=True)
class Times:
    """Microseconds of each part, by its name, in the order of the way. A part that is not known is left out."""

    parts: tuple[tuple[str, int], ...]

    @property
    def text(self) -> str:
        """All parts in milliseconds."""
        return ", ".join(f"{name} {us / 1000:.1f} ms" for name, us in self.parts)


UNTIMED: Final = Times(())


@dataclass(slots=True)
class Stopwatch:
    """Notes when a message came to each point; of one that is tried again the last try counts. `now`: monotonic s."""

    now: Callable[[], float]
    _at: dict[Point, float] = field(default_factory=dict)

    def note(self, point: Point, at: float | None = None) -> float:
        """It is there now, or was at the time `at`. Gives the time."""
        self._at[point] = self.now() if at is None else at
        return self._at[point]

    def times(self) -> Times:
        """What is known by now."""
        return Times(tuple(self._parts()))

    def _parts(self) -> Iterator[tuple[str, int]]:
        for name, (start, end) in _PARTS.items():
            if start in self._at and end in self._at:
                yield name, round((self._at[end] - self._at[start]) * 1_000_000)


# What the sender does before the text has left cannot be told apart: opening a connection, if none stood, and writing.
_PARTS: Final = {
    "gate": (Point.PRESSED, Point.PASSED),
    "journal": (Point.PASSED, Point.KEPT),
    "connect and send": (Point.CALLED, Point.LEFT),
    "answer": (Point.LEFT, Point.ANSWERED),
}
