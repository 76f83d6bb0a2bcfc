"""Limits that another hand changed: entries to CrossTrade wait until the trader has confirmed them in the window.

What he confirmed stands in the journal, in its chain. A change made in the program is confirmed by making it.
"""

from collections.abc import Callable, Collection
from typing import Final, Protocol

from crosstrade_desk.desk.desk import Desk
from crosstrade_desk.desk.notices import Level, Notice
from crosstrade_desk.desk.preferences import Preferences
from crosstrade_desk.desk.tasks import TaskOwner
from crosstrade_desk.protocol.problems import Invalid
from crosstrade_desk.storage.confirmed import SAFE, as_text, differences, from_text, values_of
from crosstrade_desk.storage.settings import Settings

# Begins like a send: closing waits for it.
_TASK: Final = "send what was confirmed to the journal"
_ON: Final = "Entries to CrossTrade are off until you look at them and press Keep in Limits."


class Remembers(Protocol):
    """What is needed of the journal."""

    def confirmed(self) -> str | Invalid | None: ...

    async def confirm(self, at_us: int, settings: str) -> Invalid | None: ...


def doubts(kept: str | Invalid | None, settings: Settings) -> str:
    """Why the settings may not be used for entries to CrossTrade, in a sentence; "" if they may.

    `kept` is what was confirmed last; None: nothing ever was, and then there is nothing to compare with.
    """
    if kept is None:
        return ""
    values = kept if isinstance(kept, Invalid) else from_text(kept)
    if isinstance(values, Invalid):
        return f"{values.message} {_ON}"
    changed = "; ".join(differences(values, values_of(settings)))
    return f"settings.toml was changed outside the program: {changed}. {_ON}" if changed else ""


class Confirming:
    """Belongs to one window. Holds entries back from the start until the limits in force are the confirmed ones."""

    def __init__(
        self, journal: Remembers, preferences: Preferences, desk: Desk, tasks: TaskOwner, now_us: Callable[[], int]
    ) -> None:
        self._journal, self._preferences, self._desk, self._tasks = journal, preferences, desk, tasks
        self._now_us = now_us
        self._kept = journal.confirmed()

    def start(self) -> None:
        """Compares. Where nothing was ever confirmed, what stands there now is, silently."""
        if self._kept is None:
            self.take(SAFE)
        self._desk.hold_back(doubts(self._kept, self._preferences.current))
        self._preferences.on_change = self.take

    def take(self, names: Collection[str]) -> None:
        """The trader set these settings in the program, to what they are now."""
        if not (taken := set(names) & set(SAFE)):
            return
        former = from_text(self._kept) if isinstance(self._kept, str) else Invalid("")
        now = values_of(self._preferences.current)
        values = ({} if isinstance(former, Invalid) else former) | {name: now[name] for name in taken}
        if len(values) < len(SAFE):
            return  # what was confirmed cannot be read, so only all of it at once counts
        text = as_text({name: values[name] for name in SAFE})
        if text != self._kept:
            self._kept = text
            self._tasks.start(self._write(text), _TASK)
        self._desk.hold_back(doubts(text, self._preferences.current))

    async def _write(self, text: str) -> None:
        if fault := await self._journal.confirm(self._now_us(), text):
            words = f"The limits could not be noted in the journal: {fault.message} The next start will ask."
            self._desk.tell(Notice(Level.WARNING, words, "limits"))
