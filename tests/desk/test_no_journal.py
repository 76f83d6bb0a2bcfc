"""What stands in for a journal that cannot be opened refuses everything with the reason, and shows nothing."""

import pytest

from crosstrade_desk.desk.no_journal import NoJournal
from crosstrade_desk.protocol.problems import Invalid
from support.journals import BLOCKED, ENDING, INTENT

pytestmark = pytest.mark.anyio
FAULT = Invalid("The disk is full.")


async def test_nothing_is_kept_and_each_call_says_why() -> None:
    journal = NoJournal(FAULT)
    said = [await journal.begin(INTENT), await journal.finish(1, ENDING), await journal.note(INTENT, BLOCKED)]
    assert said == [FAULT] * 3
    assert (journal.count(), journal.page(0, 5)) == (0, [])
    await journal.close()
