"""Seals the journal: once this run has gone live, then every ten minutes, and at the end. Nothing ever waits for it."""

import asyncio
from collections.abc import Callable
from typing import Final, Protocol

from crosstrade_desk.desk.events import Event, Mode, Place
from crosstrade_desk.desk.notices import Level, Notice
from crosstrade_desk.desk.tasks import TaskOwner
from crosstrade_desk.protocol.problems import Invalid
from crosstrade_desk.protocol.secret import Secret
from crosstrade_desk.storage.seals import Kept, Seal, kept_of
from crosstrade_desk.storage.secrets import Absent, Found, Present, Slot, Stored, Written

EVERY_S: Final = 600.0
KEYRING_S: Final = 5.0  # it was opened for address and key just before
_WITHOUT: Final = "The journal goes on without seals: {} Its chain is kept all the same."
_LOST: Final = (
    "The journal does not hold what was sealed at {} with {} rows: rows were removed or changed. "
    "crosstrade-desk journal --verify tells more."
)


class SealStore(Protocol):
    """What is needed of the keyring."""

    async def read(self, entry: Slot) -> Found: ...

    async def write(self, entry: Slot, secret: Secret) -> Written: ...


class Sealable(Protocol):
    """What is needed of the journal."""

    def has(self, seal: Seal) -> bool: ...

    async def seal(self, kept: Kept, at_us: int) -> Seal | Invalid | None: ...

    def sync(self) -> None: ...


class Sealing:
    """Belongs to one window. A run that only practises does not ask the keyring, and seals nothing."""

    def __init__(
        self,
        journal: Sealable,
        store: SealStore,
        slot: Slot,
        tasks: TaskOwner,
        tell: Callable[[Event], None],
        now_us: Callable[[], int],
    ) -> None:
        self._journal, self._store, self._slot = journal, store, slot
        self._tasks, self._tell, self._now_us = tasks, tell, now_us
        self._kept: Kept | None = None
        self._stands = True
        self._is_begun = False

    def on_event(self, event: Event) -> None:
        """Begins when the desk is on CrossTrade for the first time."""
        if isinstance(event, Place) and event.mode is Mode.LIVE and not self._is_begun:
            self._is_begun = True
            self._tasks.start(self._run(), "seal the journal")

    async def _run(self) -> None:
        kept = await self._read()
        if isinstance(kept, Invalid):
            self._go_without(kept)
            return
        last = kept.seals[-1] if kept.seals else None
        if last and not self._journal.has(last):
            self._stands = False
            self._tell(Notice(Level.PROBLEM, _LOST.format(last.when, last.rows), "seals"))
        self._kept = kept
        while self._kept is not None:
            await self._seal(self._kept)
            await asyncio.sleep(EVERY_S)

    async def _read(self) -> Kept | Invalid:
        found = await self._store.read(self._slot)
        match found:
            case Present(secret):
                return kept_of(secret)
            case Absent():
                return await self._begun(Kept.fresh())
            case fault:
                return Invalid(fault.sentence)

    async def _begun(self, kept: Kept) -> Kept | Invalid:
        """With a new key, which is kept before anything is sealed with it."""
        written = await self._store.write(self._slot, kept.secret())
        return kept if isinstance(written, Stored) else Invalid(written.sentence)

    async def _seal(self, kept: Kept) -> None:
        seal = await self._journal.seal(kept, self._now_us())
        if isinstance(seal, Invalid):
            self._go_without(seal)
        elif seal:
            # Only what the disk has: after a power cut the keyring must not know more than the journal.
            await self._tasks.in_thread(self._journal.sync)
            newer = kept.after(seal, stood=self._stands)
            written = await self._store.write(self._slot, newer.secret())
            if isinstance(written, Stored):
                self._kept, self._stands = newer, True
            else:
                self._go_without(Invalid(written.sentence))

    def _go_without(self, why: Invalid) -> None:
        self._kept = None
        self._tell(Notice(Level.INFO, _WITHOUT.format(why.message), "seals"))

    async def close(self) -> None:
        """Seals what the run wrote. Call it when nothing more is written, before the journal is closed."""
        if self._kept is not None:
            await self._seal(self._kept)
