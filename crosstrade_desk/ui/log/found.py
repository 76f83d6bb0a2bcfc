"""The numbers of the rows that a search found, newest first. Pure; four bytes a row."""

from array import array
from bisect import bisect_left
from collections.abc import Iterable
from operator import neg


class Found:
    """Rows by their place in what was found, 0 being the newest."""

    def __init__(self) -> None:
        self._ids = array("i")

    def __len__(self) -> int:
        return len(self._ids)

    def __getitem__(self, place: int) -> int:
        return self._ids[place]

    def older(self, ids: Iterable[int]) -> None:
        """Adds rows that are older than all others, newest first."""
        self._ids.extend(ids)

    def place_for(self, row_id: int) -> int:
        """Where a row stands, or would stand."""
        return bisect_left(self._ids, -row_id, key=neg)

    def place(self, row_id: int) -> int | None:
        """Where a row stands, None if it was not found."""
        at = self.place_for(row_id)
        return at if at < len(self._ids) and self._ids[at] == row_id else None

    def add(self, row_id: int) -> None:
        """Adds a row at its place."""
        self._ids.insert(self.place_for(row_id), row_id)
