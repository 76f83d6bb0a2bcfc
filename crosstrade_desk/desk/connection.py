"""Use cases of the connection: practice or live, and where address and key are kept."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum
from typing import Final

from crosstrade_desk.desk.desk import Desk
from crosstrade_desk.desk.events import Mode, NoPlace, Place
from crosstrade_desk.desk.notices import Level, Notice
from crosstrade_desk.desk.preferences import Preferences
from crosstrade_desk.protocol.endpoint import Endpoint, parse_endpoint
from crosstrade_desk.protocol.problems import Invalid, Problem, Problems
from crosstrade_desk.protocol.secret import Secret, parse_key
from crosstrade_desk.sending.sender import Sender
from crosstrade_desk.storage.secrets import Absent, Entry, Failure, Found, MemoryStore, Present, SecretStore, Stored

SAY_WAITING_AFTER_S: Final = 1.0
_WAITING = "Waiting for the keyring. It may be asking for your password in a window of its own."

MakeSender = Callable[[Endpoint, Secret], Awaitable[Sender]]
StartPractice = Callable[[], Awaitable[tuple[Endpoint, Secret] | Invalid]]


class Keep(Enum):
    """Where address and key are kept. There is no third place, and never a file."""

    KEYRING = "in the system keyring"
    SESSION = "for this session, until the program ends"


@dataclass(frozen=True, slots=True)
class Credentials:
    """A checked address and key."""

    endpoint: Endpoint
    key: Secret


class Connection:
    """Leads the desk to the practice exchange or to CrossTrade."""

    def __init__(
        self, desk: Desk, store: SecretStore, preferences: Preferences, sender: MakeSender, practice: StartPractice
    ) -> None:
        self._desk = desk
        self._store = store
        self._session = MemoryStore()
        self._preferences = preferences
        self._make_sender = sender
        self._start_practice = practice
        self._latest = 0
        self._used: Credentials | None = None  # of LIVE
        self._kept: Credentials | None = None  # in this run

    async def choose(self, mode: Mode) -> None:
        """Goes to the mode and remembers it. A later call overtakes an earlier one that still waits for the keyring."""
        self._preferences.change(mode=mode.value.lower())
        self._latest += 1
        mine, entries = self._latest, self._desk.entries
        found = await (self._practice() if mode is Mode.PRACTICE else self._live())
        sender = None if isinstance(found, NoPlace) else await self._make_sender(found.endpoint, found.key)
        if mine != self._latest:
            await _close(sender)
        elif mode is Mode.LIVE and entries != self._desk.entries:
            await _close(sender)
            self._stay()
        elif isinstance(found, NoPlace):
            self._used = None
            self._desk.disconnect(found)
        elif sender:
            self._used = found if mode is Mode.LIVE else None
            foreign = mode is Mode.LIVE and not found.endpoint.is_crosstrade
            self._desk.connect(Place(mode, found.endpoint.shown, foreign), sender)

    def _stay(self) -> None:
        if self._desk.where:
            self._preferences.change(mode=self._desk.where.mode.value.lower())
        self._desk.tell(Notice(Level.WARNING, _LATE, "place"))

    async def _practice(self) -> Credentials | NoPlace:
        started = await self._start_practice()
        if isinstance(started, Invalid):
            return NoPlace(Mode.PRACTICE, started.message, "Press Connection, then Use PRACTICE, to try again.")
        return Credentials(*started)

    async def _live(self) -> Credentials | NoPlace:
        found = []
        for entry in (Entry.ADDRESS, Entry.KEY):
            read = await self._read(entry)
            if not isinstance(read, Present):  # the second one would keep waiting as long as the first
                return NoPlace(Mode.LIVE, read.sentence, read.way_on)
            found.append(read.secret)
        return self._checked(*found)

    def _checked(self, address: Secret, key: Secret) -> Credentials | NoPlace:
        found = self.check(address.reveal(), key.reveal(), trusted=False)
        if isinstance(found, Problems):
            return NoPlace(Mode.LIVE, found.items[0].message, "Press Connection and put it right.")
        return found

    async def _read(self, entry: Entry) -> Found:
        """What the session holds, else what the keyring holds. Says so when the keyring keeps one waiting."""
        held = await self._session.read(entry)
        if not isinstance(held, Absent):
            return held
        loop = asyncio.get_running_loop()
        waiting = loop.call_later(SAY_WAITING_AFTER_S, self._desk.tell, Notice(Level.INFO, _WAITING, "keyring"))
        try:
            return await self._store.read(entry)
        finally:
            waiting.cancel()
            self._desk.tell(Notice(Level.INFO, "", "keyring"))

    async def told(self) -> str:
        """What is kept where, in a sentence, or what keeps the keyring from telling."""
        if not isinstance(await self._session.read(Entry.KEY), Absent):
            return "Address and key are kept for this session, until the program ends."
        states = await self.states()
        fault = next((state for state in states.values() if not isinstance(state, Present | Absent)), None)
        if fault:
            return f"{fault.sentence} {fault.way_on}"
        words = [
            f"{entry.value} {'kept' if isinstance(state, Present) else 'not kept'}" for entry, state in states.items()
        ]
        name = await self._store.name()
        return f"{name[:1].upper()}{name[1:]}: {', '.join(words)}."

    @property
    def where(self) -> Place | NoPlace | None:
        """Where messages go now; None before the first choice is carried out."""
        return self._desk.where

    @property
    def has_unused(self) -> bool:
        """Whether orders go to CrossTrade with another address or key than was kept last."""
        return self._used is not None and self._kept is not None and self._used != self._kept

    async def states(self) -> dict[Entry, Found]:
        """What is kept now, for the connection window."""
        return {entry: await self._read(entry) for entry in Entry}

    def check(self, address: str, key: str, *, trusted: bool) -> Credentials | Problems:
        """Gives checked credentials, or the problems of the fields `address`, `key` and `trusted`."""
        endpoint, secret = parse_endpoint(address), parse_key(key)
        problems = []
        if isinstance(endpoint, Invalid):
            problems.append(Problem("address", endpoint.message))
        elif not (trusted or self._is_trusted(endpoint)):
            problems.append(Problem("trusted", _foreign(endpoint)))
        if isinstance(secret, Invalid):
            problems.append(Problem("key", secret.message))
        if problems or isinstance(endpoint, Invalid) or isinstance(secret, Invalid):
            return Problems(tuple(problems))
        return Credentials(endpoint, secret)

    def _is_trusted(self, endpoint: Endpoint) -> bool:
        return endpoint.is_crosstrade or endpoint.origin == self._preferences.current.trusted_host

    async def keep(self, found: Credentials, where: Keep) -> Failure | Stored:
        """Keeps address and key where the trader said. Gives `Stored`, or the keyring's state that prevented it."""
        kept = await self._write(self._store if where is Keep.KEYRING else self._session, found)
        if not isinstance(kept, Stored):
            return kept
        if where is Keep.KEYRING:
            for entry in Entry:
                await self._session.forget(entry)  # or it would hide the new one
        self._kept = found
        if not found.endpoint.is_crosstrade:
            self._preferences.change(trusted_host=found.endpoint.origin)
        return Stored()

    @staticmethod
    async def _write(store: SecretStore, found: Credentials) -> Failure | Stored:
        """Writes both or, as far as the store lets it, neither: an address with another one's key is a trap."""
        former = await store.read(Entry.ADDRESS)
        kept = await store.write(Entry.ADDRESS, Secret(found.endpoint.url))
        if not isinstance(kept, Stored):
            return kept
        kept = await store.write(Entry.KEY, found.key)
        if not isinstance(kept, Stored):
            if isinstance(former, Present):
                await store.write(Entry.ADDRESS, former.secret)
            else:
                await store.forget(Entry.ADDRESS)
        return kept

    async def forget(self) -> str:
        """Forgets address and key, here and in the keyring, and leaves LIVE. Gives "", or why the keyring would not."""
        if isinstance(self._desk.where, Place) and self._desk.where.mode is Mode.LIVE:
            self._desk.disconnect(NoPlace(Mode.LIVE, "Address and key are forgotten.", "Paste them to go live again."))
        self._used = self._kept = None
        self._preferences.change(trusted_host="")
        faults = []
        for entry in Entry:
            await self._session.forget(entry)
            gone = await self._store.forget(entry)
            faults += [gone.sentence] if hasattr(gone, "sentence") else []
        return faults[0] if faults else ""


_LATE: Final = (
    "LIVE was ready only now, and you sent orders meanwhile: they go on going where they went. Press Go LIVE again."
)


async def _close(sender: Sender | None) -> None:
    if sender:
        await sender.close()


def _foreign(endpoint: Endpoint) -> str:
    return f"{endpoint.origin} is not CrossTrade. Your key would go there: tick the box only if you know it."
