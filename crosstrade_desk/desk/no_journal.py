"""What stands in when the journal file cannot be opened: entries are blocked with its sentence, exits leave anyway."""

from crosstrade_desk.protocol.problems import Invalid
from crosstrade_desk.storage.rows import Ending, Intent, Row


class NoJournal:
    """Refuses every row with the reason the journal could not be opened, and shows none."""

    def __init__(self, fault: Invalid) -> None:
        self._fault = fault

    async def begin(self, _intent: Intent) -> int | Invalid:
        return self._fault

    async def finish(self, _row_id: int, _ending: Ending) -> Invalid | None:
        return self._fault

    async def note(self, _intent: Intent, _ending: Ending) -> int | Invalid:
        return self._fault

    def count(self) -> int:
        return 0

    def page(self, _newest_first_offset: int, _count: int) -> list[Row]:
        return []

    async def close(self) -> None:
        """There is nothing to close."""
