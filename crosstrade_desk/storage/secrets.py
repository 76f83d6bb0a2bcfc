"""Where the two secrets are kept, as an interface: every state a keyring can be in is a value with a way on."""

from dataclasses import dataclass
from enum import Enum
from typing import ClassVar, Final, Protocol

from crosstrade_desk.protocol.secret import Secret

SESSION_ONLY: Final = "enter it for this session only: it is then kept in memory and gone when the program ends."


class Entry(Enum):
    """What is kept. The value is its name in the keyring."""

    ADDRESS = "webhook address"
    KEY = "secret key"


@dataclass(frozen=True, slots=True)
class Slot:
    """An entry beside those two; `value` is its name in the keyring."""

    value: str


@dataclass(frozen=True, slots=True)
class Present:
    """The entry was read."""

    secret: Secret
    sentence: ClassVar[str] = "It is saved."
    way_on: ClassVar[str] = ""


@dataclass(frozen=True, slots=True)
class Absent:
    """The store answered, and holds no such entry."""

    sentence: ClassVar[str] = "Webhook address or secret key is not kept yet."
    way_on: ClassVar[str] = "Copy both from CrossTrade and paste them here."


@dataclass(frozen=True, slots=True)
class Stored:
    """The entry was written, and read back the same."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """The store holds no such entry any more."""


@dataclass(frozen=True, slots=True)
class Locked:
    """The keyring is there, and was not opened: its prompt was closed, or could not be shown."""

    sentence: str = "The system keyring is locked, or was never set up."
    way_on: str = f"Unlock the keyring and press Try again, or {SESSION_ONLY}"


@dataclass(frozen=True, slots=True)
class NoKeyring:
    """This session has no keyring the program could ask."""

    sentence: str = "No system keyring is running."
    way_on: str = f"Start your desktop's keyring and press Try again, or {SESSION_ONLY}"


@dataclass(frozen=True, slots=True)
class RefusedStore:
    """The back end is not one the program trusts, or it failed."""

    sentence: str
    way_on: str = f"Press Try again, or {SESSION_ONLY}"


@dataclass(frozen=True, slots=True)
class NotAnswering:
    """The time limit passed. The call may still be waiting for a prompt, and may still be done later."""

    sentence: str
    way_on: str = f"Look for the keyring's password prompt, answer it and press Try again, or {SESSION_ONLY}"


Failure = Locked | NoKeyring | RefusedStore | NotAnswering
Found = Present | Absent | Failure
Written = Stored | Failure
Erased = Forgotten | Failure


class SecretStore(Protocol):
    """Keeps secrets by entry. No method blocks the loop, and none raises for a state of the keyring."""

    async def read(self, entry: Entry) -> Found: ...

    async def write(self, entry: Entry, secret: Secret) -> Written:
        """Saves over what was there."""

    async def forget(self, entry: Entry) -> Erased:
        """Removes the entry; one that was never there counts as removed."""

    async def name(self) -> str:
        """What the trader calls this store, or the sentence of the state that keeps it from being used."""


class MemoryStore:
    """Keeps secrets until the program ends, and nowhere else."""

    def __init__(self) -> None:
        self._kept: dict[Entry, Secret] = {}

    async def read(self, entry: Entry) -> Found:
        secret = self._kept.get(entry)
        return Absent() if secret is None else Present(secret)

    async def write(self, entry: Entry, secret: Secret) -> Written:
        self._kept[entry] = secret
        return Stored()

    async def forget(self, entry: Entry) -> Erased:
        self._kept.pop(entry, None)
        return Forgotten()

    async def name(self) -> str:
        return "memory, for this session only"
