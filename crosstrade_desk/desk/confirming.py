"""Limits that another hand changed: entries to CrossTrade wait until the trader has confirmed them in the window.

What he confirmed stands in the journal, in its chain. A change made in the program is confirmed by making it. The chain
is no secret, so the keyring keeps an HMAC of it (`storage/seals.py`): once on CrossTrade it is held against that, and
the journal against its newest seal. Where the keyring has nothing and the journal no seal, the journal's word is taken.
"""

from collections.abc import Callable, Collection, Coroutine
from dataclasses import replace
from typing import Any, Final, Protocol, assert_never

from crosstrade_desk.desk.desk import Desk
from crosstrade_desk.desk.notices import Level, Notice
from crosstrade_desk.desk.preferences import Preferences
from crosstrade_desk.desk.tasks import TaskOwner
from crosstrade_desk.protocol.problems import Invalid
from crosstrade_desk.storage.confirmed import SAFE, as_text, differences, from_text, values_of
from crosstrade_desk.storage.findings import Broken
from crosstrade_desk.storage.seals import Kept
from crosstrade_desk.storage.settings import Settings

# Begins like a send: closing waits for it.
_TASK: Final = "send what was confirmed to the journal"
_ON: Final = "Entries to CrossTrade are off until you look at them and press Keep in Limits."
_LOOK: Final = "Look at your limits and press Keep in Limits: until then entries to CrossTrade are off."
_CHECKED: Final = "Your limits are still being checked with the keyring: try again in a moment."
_NOT_PROVEN: Final = (
    "The limits you confirmed are not in the journal as the keyring knows them: the journal was removed, changed or "
    "put back, or the last run could not note them."
)
_NOT_YET: Final = "The keyring knows nothing yet of the limits you confirmed."
_KEY_GONE: Final = "The journal is sealed, but the key of its seals is gone from the keyring."
_MORE: Final = "{} crosstrade-desk journal --verify tells more."
Asked = Kept | Invalid | None  # what the keyring said: None is that it has no entry


class Remembers(Protocol):
    """What is needed of the journal."""

    @property
    def notice(self) -> str: ...

    def has_seals(self) -> bool: ...

    def missed(self, kept: Kept) -> Broken | Invalid | None: ...

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


def trouble(journal: Remembers, text: str | Invalid | None, asked: Asked) -> str:
    """Why neither what was confirmed (`text`) nor the journal is to be believed, in sentences; "" if they are."""
    return journal.notice or _in_seals(journal, asked) or _in_text(text, asked)


def _in_seals(journal: Remembers, asked: Asked) -> str:
    match asked:
        case Kept():
            wrong = journal.missed(asked)
            return _MORE.format(wrong.sentence) if isinstance(wrong, Broken) else wrong.message if wrong else ""
        case Invalid(message):
            return f"The journal is sealed, but its seals cannot be read: {message}" if journal.has_seals() else ""
        case None:
            return _KEY_GONE if journal.has_seals() else ""
        case _:
            assert_never(asked)


def _in_text(text: str | Invalid | None, asked: Asked) -> str:
    if not isinstance(asked, Kept):
        return ""
    if not asked.confirmed:
        return _NOT_YET
    return "" if vouched(text, asked) else _NOT_PROVEN


def vouched(text: str | Invalid | None, asked: Asked) -> str | None:
    """The text, if the keyring vouches for it."""
    return text if isinstance(asked, Kept) and isinstance(text, str) and asked.vouches(text) else None


def believed(journal: Remembers, asked: Asked, settings: Settings) -> str:
    """Why entries to CrossTrade are held back with these settings, and what to do; "" if they are not."""
    text = journal.confirmed()
    why = trouble(journal, text, asked)
    return held(why, vouched(text, asked) if why else text, settings)


def held(why: str, text: str | Invalid | None, settings: Settings) -> str:
    """The sentence of what is not to be believed (`why`), and of what was changed since `text` was confirmed.

    With a `why`, what is not vouched for says nothing of changes: give None for it.
    """
    changed = doubts(text, settings)
    return f"{why} {changed or _LOOK}" if why else changed


class Confirming:
    """Belongs to one window. Holds entries back from the start until the limits in force are the confirmed ones.

    `on_kept` gets each text that was confirmed, to be vouched for in the keyring.
    """

    def __init__(
        self, journal: Remembers, preferences: Preferences, desk: Desk, tasks: TaskOwner, now_us: Callable[[], int]
    ) -> None:
        self._journal, self._preferences, self._desk, self._tasks = journal, preferences, desk, tasks
        self._now_us = now_us
        self._kept = journal.confirmed()
        self._trouble = journal.notice
        self._has_key = journal.has_seals()  # or is to have one: then the keyring vouches for each change
        self._is_proven = self._is_whole = False  # by the keyring; by the trader, who confirmed all of it in this run
        self._vouched: str | None = None
        self._later: set[str] = set()
        self.on_kept: Callable[[str], Coroutine[Any, Any, None]] | None = None

    def start(self) -> None:
        """Compares. Where nothing was ever confirmed, what stands there now is, silently."""
        if self._kept is None and not self._has_key:
            self._note(as_text(values_of(self._preferences.current)))
        self._hold()
        self._preferences.on_change = self.take

    def wait(self) -> None:
        """The keyring is being asked: until `judge` is called, no entry leaves to CrossTrade."""
        self._desk.await_check(_CHECKED)

    def judge(self, asked: Asked) -> str | None:
        """Holds what was confirmed against what the keyring said. Gives the text that may be vouched for; None: none.

        None too while the trader has to look at the journal first: sealing it would say that all is well.
        """
        # Keep before the keyring was asked confirms the limits, and says nothing of seals that do not fit.
        judged = _in_seals(self._journal, asked) if self._is_whole else trouble(self._journal, self._kept, asked)
        self._trouble = judged
        is_first = asked is None and not doubts(self._kept, self._preferences.current)
        self._is_proven = not self._trouble and (self._is_whole or isinstance(asked, Kept) or is_first)
        self._has_key |= not isinstance(asked, Invalid)
        self._offer_former(asked)
        self._hold()
        self._desk.await_check("")
        if self._later and self._is_proven:
            self._take(self._later)
        return self._kept if self._is_proven and isinstance(self._kept, str) else None

    def _offer_former(self, asked: Asked) -> None:
        """The limits that the keyring vouches for can be gone back to."""
        self._vouched = vouched(self._kept, asked)
        values = from_text(self._vouched) if self._vouched else Invalid("")
        if isinstance(values, Invalid):
            return
        now = self._preferences.current
        confirmed: dict[str, Any] = {name: _frozen(values[name]) for name in SAFE}
        former = replace(now, **confirmed)
        self._preferences.former = former if former != now else None

    def take(self, names: Collection[str]) -> None:
        """The trader set these settings in the program, to what they are now."""
        taken = set(names) & set(SAFE)
        if len(taken) == len(SAFE):
            self._is_whole, self._trouble = True, ""
        elif self._has_key and not (self._is_proven or self._is_whole):
            self._later |= taken  # it would carry the rest along, which nothing vouches for yet
            taken = set()
        if taken:
            self._take(taken)

    def _take(self, taken: Collection[str]) -> None:
        former = from_text(self._kept) if isinstance(self._kept, str) else Invalid("")
        now = values_of(self._preferences.current)
        values = ({} if isinstance(former, Invalid) else former) | {name: now[name] for name in taken}
        if len(values) < len(SAFE):
            return  # what was confirmed cannot be read, so only all of it at once counts
        text = as_text({name: values[name] for name in SAFE})
        if text != self._kept:
            self._note(text)
        if self.on_kept and self._has_key:  # who only ever practised is not asked for his keyring
            self._tasks.start(self.on_kept(text), _TASK)
        self._hold()

    def _hold(self) -> None:
        """Holds entries back, or no longer."""
        known = self._vouched if self._trouble else self._kept
        self._desk.hold_back(held(self._trouble, known, self._preferences.current))
        if not self._desk.unconfirmed:
            self._preferences.former = None

    def _note(self, text: str) -> None:
        self._kept = text
        self._tasks.start(self._write(text), _TASK)

    async def _write(self, text: str) -> None:
        if fault := await self._journal.confirm(self._now_us(), text):
            words = f"The limits could not be noted in the journal: {fault.message} The next start will ask."
            self._desk.tell(Notice(Level.WARNING, words, "limits"))


def _frozen(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value
