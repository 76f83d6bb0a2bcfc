"""What waits for an answer, for how long, and after how many tries. A second's tick runs only while something does."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from crosstrade_desk.desk.events import Retrying, RowBegun, RowEnded
from crosstrade_desk.desk.history import meets
from crosstrade_desk.protocol.command import Command
from crosstrade_desk.storage.rows import Row
from crosstrade_desk.ui.bridge import Bridge
from crosstrade_desk.ui.soon import Soon

TICK_MS: Final = 1000


@dataclass(slots=True)
class _Wait:
    row: Row
    command: Command
    since: float
    tries: int = 1


class Waiting(QObject):
    """Follows the rows that have no outcome yet. Connect it before whatever asks it, so that it knows first.

    Signals:
        changed: a second went by, or something waits now or no longer; at most once a frame.
    """

    changed = Signal()

    def __init__(self, bridge: Bridge, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._waits: dict[int, _Wait] = {}
        self._tries: dict[str, int] = {}  # wire text of an exit that is tried again -> which try is under way
        self._ticks = QTimer(self)
        self._ticks.setInterval(TICK_MS)
        self._ticks.timeout.connect(self.changed)
        self._soon = Soon(self, self.changed.emit)
        bridge.begun.connect(self._on_begun)
        bridge.ended.connect(self._on_ended)
        bridge.retrying.connect(self._on_retrying)

    def _on_begun(self, event: RowBegun) -> None:
        row = event.row
        if row.ending is None:
            self._waits[row.id] = _Wait(row, event.command, self._clock(), self._tries.get(row.intent.wire, 1))
            self._ticks.start()
            self._soon.ask()

    def _on_retrying(self, event: Retrying) -> None:
        wire = event.message.masked
        self._tries[wire] = event.tries + 1
        for wait in self._waits.values():
            if wait.row.intent.wire == wire:
                wait.tries = event.tries + 1
        self._soon.ask()

    def _on_ended(self, event: RowEnded) -> None:
        self._tries.pop(event.row.intent.wire, None)
        self._waits.pop(event.row.id, None)
        if not self._waits:
            self._ticks.stop()
        self._soon.ask()

    @property
    def rows(self) -> tuple[int, ...]:
        """The ids of the rows that wait."""
        return tuple(self._waits)

    def of(self, row_id: int) -> tuple[int, int] | None:
        """For how many whole seconds a row has been waiting, and which try is under way; None if it does not wait."""
        wait = self._waits.get(row_id)
        return None if wait is None else (int(self._clock() - wait.since), wait.tries)

    @property
    def longest(self) -> int | None:
        """For how many seconds the one that waits longest has been waiting; None if nothing waits."""
        oldest = min((wait.since for wait in self._waits.values()), default=None)
        return None if oldest is None else int(self._clock() - oldest)

    def met_by(self, leaving: Command, place: str) -> tuple[int, ...]:
        """The rows of orders without an answer that could still open what this exit closes."""
        return tuple(wait.row.id for wait in self._waits.values() if _could_open(wait, leaving, place))


def _could_open(wait: _Wait, leaving: Command, place: str) -> bool:
    return wait.row.intent.place == place and wait.command.spec.opens and meets(wait.command, leaving)
