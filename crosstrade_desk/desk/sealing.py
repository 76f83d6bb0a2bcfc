"""Seals the journal: once this run has gone live, then every ten minutes, and at the end. Exits never wait for it.

Entries wait for the first answer of the keyring. A journal that does not fit its seals, or limits that nothing vouches
for, are not sealed before the trader has looked: the next start would know nothing of it.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from crosstrade_desk.desk.events import Event, Mode, Place
from crosstrade_desk.desk.notices import Level, Notice
from crosstrade_desk.desk.tasks import TaskOwner
from crosstrade_desk.protocol.problems import Invalid
from crosstrade_desk.protocol.secret import Secret
from crosstrade_desk.storage.findings import Broken
from crosstrade_desk.storage.seals import Kept, Seal, kept_of
from crosstrade_desk.storage.secrets import Absent, Found, Present, Slot, Stored, Written

EVERY_S: Final = 600.0
KEYRING_S: Final = 5.0  # it was opened for address and key just before
_WITHOUT: Final = (
    "The journal goes on without seals: {} If another hand changes it, or your limits, that may not be noticed."
)
_CHANGED: Final = "{} crosstrade-desk journal --verify tells more."


class SealStore(Protocol):
    """What is needed of the keyring."""

    async def read(self, entry: Slot) -> Found: ...

    async def write(self, entry: Slot, secret: Secret) -> Written: ...


@dataclass(frozen=True, slots=True)
class Ring:
    """The one entry of the keyring."""

    store: SealStore
    slot: Slot

    async def asked(self) -> Kept | Invalid | None:
        """What it says; None if there is none."""
        found = await self.store.read(self.slot)
        match found:
            case Present(secret):
                return kept_of(secret)
            case Absent():
                return None
            case fault:
                return Invalid(fault.sentence)

    async def write(self, kept: Kept) -> Invalid | None:
        """Saves over it, or says why not."""
        written = await self.store.write(self.slot, kept.secret())
        return None if isinstance(written, Stored) else Invalid(written.sentence)


class Sealable(Protocol):
    """What is needed of the journal."""

    def missed(self, kept: Kept) -> Broken | Invalid | None: ...

    async def seal(self, kept: Kept, at_us: int) -> Seal | Invalid | None: ...

    def sync(self) -> None: ...


class Witness(Protocol):
    """Who is told what the keyring said, and says what it may vouch for (`Confirming`)."""

    def wait(self) -> None: ...

    def judge(self, asked: Kept | Invalid | None) -> str | None: ...


class Sealing:
    """Belongs to one window. A run that only practises seals nothing, and asks the keyring only for changed limits."""

    def __init__(
        self,
        journal: Sealable,
        ring: Ring,
        tasks: TaskOwner,
        tell: Callable[[Event], None],
        now_us: Callable[[], int],
        witness: Witness,
    ) -> None:
        self._journal, self._ring = journal, ring
        self._tasks, self._tell, self._now_us, self._witness = tasks, tell, now_us, witness
        self._turn = asyncio.Lock()  # the keyring's entry has one writer
        self._kept: Kept | None = None  # None: nothing is sealed now
        self._stands = True
        self._is_begun = False

    def on_event(self, event: Event) -> None:
        """Begins when the desk is on CrossTrade for the first time."""
        if isinstance(event, Place) and event.mode is Mode.LIVE and not self._is_begun:
            self._is_begun = True
            self._witness.wait()
            self._tasks.start(self._run(), "seal the journal")

    async def _run(self) -> None:
        async with self._turn:
            await self._begin()
        while True:
            async with self._turn:
                await self._seal()
            await asyncio.sleep(EVERY_S)

    async def _begin(self) -> None:
        asked = await self._ring.asked()
        confirmed = self._witness.judge(asked)
        if isinstance(asked, Invalid):
            self._go_without(asked)
        elif confirmed is not None:
            await self._vouch(asked, confirmed)

    def key(self) -> Kept | None:
        """What the keyring keeps, while the journal is sealed with it and fits its seals."""
        return self._kept if self._stands and self._kept and self._kept.seals else None

    async def keep(self, confirmed: str) -> None:
        """Vouches in the keyring for what the trader confirmed, and seals from now on if the run has gone live."""
        async with self._turn:
            asked = self._kept or await self._ring.asked()
            if isinstance(asked, Invalid):
                self._go_without(asked)
                return
            await self._vouch(asked, confirmed)
            if self._is_begun:
                await self._seal()

    async def _vouch(self, asked: Kept | None, confirmed: str) -> None:
        """A new key is kept before anything is sealed with it."""
        if self._kept is None and asked:
            self._stands = self._journal.missed(asked) is None
        kept = (asked or Kept.fresh()).vouching(confirmed)
        if kept == asked or await self._is_stored(kept):
            self._kept = kept

    async def _is_stored(self, kept: Kept) -> bool:
        fault = await self._ring.write(kept)
        if fault:
            self._go_without(fault)
        return fault is None

    async def _seal(self) -> None:
        if self._kept and self._stands and (wrong := self._journal.missed(self._kept)):
            self._stands = False  # the keyring goes on to keep the seal that no longer stands
            self._tell(Notice(Level.WARNING, _CHANGED.format(_words(wrong)), "seals"))
        seal = await self._journal.seal(self._kept, self._now_us()) if self._kept else None
        if isinstance(seal, Invalid):
            self._go_without(seal)
        elif seal and self._kept:
            # Only what the disk has: after a power cut the keyring must not know more than the journal.
            await self._tasks.in_thread(self._journal.sync)
            newer = self._kept.after(seal, stood=self._stands)
            if await self._is_stored(newer):
                self._kept, self._stands = newer, True

    def _go_without(self, why: Invalid) -> None:
        self._kept = None
        self._tell(Notice(Level.INFO, _WITHOUT.format(why.message), "seals"))

    async def close(self) -> None:
        """Seals what the run wrote. Call it when nothing more is written, before the journal is closed."""
        if self._is_begun:
            await self._seal()


def _words(wrong: Broken | Invalid) -> str:
    return wrong.sentence if isinstance(wrong, Broken) else wrong.message
