"""Looks through the journal in a thread, a slice at a time, and shows in the log what was found."""

from dataclasses import replace
from typing import Final

from PySide6.QtCore import QObject, Signal

from crosstrade_desk.protocol.problems import Invalid
from crosstrade_desk.sending.outcome import Unknown
from crosstrade_desk.storage.search import Archive, Sought
from crosstrade_desk.ui.bridge import Bridge
from crosstrade_desk.ui.log.found import Found
from crosstrade_desk.ui.log.model import LogModel

_FIRST: Final = 2000  # rows of the first slice: what is newest is there at once
_MOST: Final = 50_000


class Search(QObject):
    """Signals:
    changed: more was found, or another thing is looked for.
    failed: a sentence, the journal could not be read.
    """

    changed = Signal()
    failed = Signal(str)

    def __init__(self, model: LogModel, bridge: Bridge, archive: Archive) -> None:
        super().__init__()
        self._model, self._bridge, self.archive = model, bridge, archive
        self.sought = Sought()
        self._run = 0
        self._unseen = 0  # rows up to this number are still to be looked through

    @property
    def is_looking(self) -> bool:
        """Whether older rows are still looked through."""
        return self._unseen > 0

    def seek(self, sought: Sought) -> None:
        """Shows the rows to which all of it applies, the newest first and the older ones as they are found."""
        if sought == self.sought:
            return
        self.sought, self._run = sought, self._run + 1
        self._unseen = 0 if sought.is_all else self._model.newest
        self._model.show_found(None if sought.is_all else Found())
        self.changed.emit()
        if not sought.is_all:
            self._bridge.start(self._scan(self._run), "filter the log")

    async def _scan(self, run: int) -> None:
        size = _FIRST
        while self._unseen > 0:
            low = max(self._unseen - size + 1, 1)
            found = await self._bridge.in_thread(self.archive.find, self.sought, low, self._unseen)
            if run != self._run:
                return
            self._unseen = 0 if isinstance(found, Invalid) else low - 1
            if isinstance(found, Invalid):
                self.failed.emit(f"The log could not be filtered. {found.message}")
            else:
                self._model.add_older(found)
            self.changed.emit()
            size = min(size * 2, _MOST)

    def look_at(self, low: int, high: int) -> None:
        """Rows are there, or ended, that may fit now. Some hundred microseconds while something is looked for."""
        low = max(low, self._unseen + 1)
        if self.sought.is_all or low > high:
            return
        found = self.archive.find(self.sought, low, high)
        for row_id in [] if isinstance(found, Invalid) else found:
            self._model.add_found(row_id)
        self.changed.emit()

    async def unknown(self, start: int, *, older: bool) -> int | Invalid | None:
        """The nearest unknown row before or after the row `start` among those that are shown; None if there is none."""
        size, sought = _FIRST, replace(self.sought, outcome=Unknown.word)
        low, high = (1, start - 1) if older else (start + 1, self._model.newest)
        while low <= high and self.sought.outcome in ("", Unknown.word):
            here = (max(high - size + 1, low), high) if older else (low, min(low + size - 1, high))
            found = await self._bridge.in_thread(self.archive.find, sought, *here)
            if found:
                return found if isinstance(found, Invalid) else found[0 if older else -1]
            low, high = (low, here[0] - 1) if older else (here[1] + 1, high)
            size = min(size * 2, _MOST)
        return None
