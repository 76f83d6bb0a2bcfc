"""The system keyring, through the keyring package: the only module that names it.

Everything here blocks in the back end (a prompt, a hung daemon), so each call has a daemon thread of its own and a time
limit. A thread pool would be joined when the program ends, and a hung daemon would keep the program from ending.
"""

import asyncio
import importlib
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypeVar

from crosstrade_desk.protocol.secret import Secret
from crosstrade_desk.storage.handover import deliver
from crosstrade_desk.storage.secrets import (
    SESSION_ONLY,
    Absent,
    Entry,
    Erased,
    Failure,
    Forgotten,
    Found,
    Locked,
    NoKeyring,
    NotAnswering,
    Present,
    RefusedStore,
    Slot,
    Stored,
    Written,
)

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

_GREETED_S: Final = 0.9  # the bus is given a second to greet; on a busy machine it takes longer, and must not seem away
SERVICE: Final = "CrossTrade Desk"
T = TypeVar("T")

# Accepted one by one, because a back end says nothing of how it keeps a secret, and keyring picks plain text silently.
ACCEPTED: Final = {
    "keyring.backends.SecretService.Keyring": "the system keyring (Secret Service)",
    "keyring.backends.libsecret.Keyring": "the system keyring (libsecret)",
    "keyring.backends.kwallet.DBusKeyring": "KWallet",
    "keyring.backends.kwallet.DBusKeyringKWallet4": "KWallet 4",
    "keyring.backends.macOS.Keyring": "the macOS keychain",
    "keyring.backends.Windows.WinVaultKeyring": "the Windows Credential Manager",
}
_CHAINER: Final = "keyring.backends.chainer.ChainerBackend"
_NONE: Final = "keyring.backends.fail.Keyring"

# By class name: SecretStorage's are not there to be imported on Windows and macOS.
_SAYS_LOCKED: Final = frozenset({"KeyringLocked", "InitError", "LockedException", "PromptDismissedException"})
_SAYS_NONE: Final = frozenset({"NoKeyringError", "SecretServiceNotAvailableException"})

_UNCHOOSE: Final = (
    "Take PYTHON_KEYRING_BACKEND out of the environment and default-keyring out of keyringrc.cfg, "
    f"start the program again, or {SESSION_ONLY}"
)


class KeyringStore:
    """Keeps secrets in the system keyring. `limit_s`: seconds to wait for it; a prompt may be open that long.

    One call at a time. After the limit the next call starts anew beside the thread that hangs.
    """

    def __init__(self, limit_s: float = 60) -> None:
        self._limit_s = limit_s
        self._turn = asyncio.Lock()

    async def read(self, entry: Entry | Slot) -> Found:
        return await self._ask(lambda backend: _read(backend, entry))

    async def write(self, entry: Entry | Slot, secret: Secret) -> Written:
        return await self._ask(lambda backend: _write(backend, entry, secret), changes=True)

    async def forget(self, entry: Entry) -> Erased:
        return await self._ask(lambda backend: _forget(backend, entry), changes=True)

    async def name(self) -> str:
        found = await self._ask(lambda backend: ACCEPTED[_name(backend)])
        return found if isinstance(found, str) else found.sentence

    async def _ask(self, work: "Callable[[KeyringBackend], T | Failure]", *, changes: bool = False) -> T | Failure:
        async with self._turn:
            future: asyncio.Future[T | Failure] = asyncio.get_running_loop().create_future()
            thread = threading.Thread(
                target=lambda: deliver(future, _answered(work, self._limit_s)), name="keyring call", daemon=True
            )
            thread.start()
            done, _ = await asyncio.wait({future}, timeout=self._limit_s)
            if not done:
                return self._late(changes)
            # It has only to return from the hand-over. PySide crashes when a Qt loop is closed while a thread is in it.
            thread.join()
            return future.result()

    def _late(self, changes: bool) -> NotAnswering:
        after = " What was asked of it may still be done once it answers." if changes else ""
        return NotAnswering(f"The system keyring has not answered for {self._limit_s:g} s.{after}")


def _answered(work: "Callable[[KeyringBackend], T | Failure]", limit_s: float) -> T | Failure:
    """Runs in the worker thread. Asks again while the bus does not greet: nothing was asked of the keyring then."""
    end = time.monotonic() + limit_s
    while True:
        began = time.monotonic()
        found = _with_backend(work)
        is_away = isinstance(found, NoKeyring) and time.monotonic() - began > _GREETED_S
        if not (is_away or isinstance(found, NotAnswering)) or time.monotonic() > end:
            return found


def _with_backend(work: "Callable[[KeyringBackend], T | Failure]") -> T | Failure:
    """Whatever a back end raises becomes a state; its text may hold the secret, so it is
    dropped.
    """
    try:
        backend = _accepted_backend()
        return backend if isinstance(backend, NoKeyring | RefusedStore) else work(backend)
    except Exception as error:  # noqa: BLE001 - each back end has its own: D-Bus, sockets, pywin32, ctypes, assertions
        return _state_of(error)


def _state_of(error: Exception) -> Failure:
    names = {type(error).__name__, type(error.__cause__).__name__}
    if names & _SAYS_NONE:
        return NoKeyring()
    if names & _SAYS_LOCKED:
        return Locked()
    if isinstance(error, TimeoutError):
        return NotAnswering("The bus of the system keyring does not answer.")
    return RefusedStore(f"The system keyring failed ({type(error).__name__}).")


def _accepted_backend() -> "KeyringBackend | NoKeyring | RefusedStore":
    import keyring.backend  # noqa: PLC0415 - slow to import, so here in the worker thread

    try:
        chosen = _judged(keyring.get_keyring())
        if isinstance(chosen, NoKeyring | RefusedStore):
            # keyring remembers what it found first; a keyring started since then is found by looking again.
            vars(keyring.backend.get_all_keyring).pop("saved_result", None)
            keyring.core.init_backend()
            chosen = _judged(keyring.get_keyring())
    except (ImportError, AttributeError, ValueError) as error:
        return RefusedStore(f"The chosen keyring program cannot be loaded ({type(error).__name__}).", _UNCHOOSE)
    return chosen


def _judged(backend: "KeyringBackend") -> "KeyringBackend | NoKeyring | RefusedStore":
    """The back end to use: itself, or the first accepted member of a chain. Never the chain, which falls through."""
    members: list[KeyringBackend] = getattr(backend, "backends", []) if _is_the(_CHAINER, backend) else [backend]
    accepted = next((m for m in members if _name(m) in ACCEPTED and _is_the(_name(m), m)), None)
    if accepted is not None:
        return accepted
    if _name(backend) == _NONE:
        return NoKeyring()
    names = ", ".join(_name(member) for member in members)
    return RefusedStore(f"The keyring program {names} is refused: it may keep your key as plain text.", _UNCHOOSE)


def _name(backend: "KeyringBackend") -> str:
    return f"{type(backend).__module__}.{type(backend).__qualname__}"


def _is_the(name: str, backend: "KeyringBackend") -> bool:
    """Whether the back end's class is the one keyring itself has under `name`: any class may call itself so.

    False for a module this system cannot load.
    """
    module, _, class_name = name.rpartition(".")
    try:
        return type(backend) is getattr(importlib.import_module(module), class_name)
    except (ImportError, AttributeError):
        return False


def _read(backend: "KeyringBackend", entry: Entry | Slot) -> Found:
    text = backend.get_password(SERVICE, entry.value)
    return Absent() if text is None else Present(Secret(text))


def _write(backend: "KeyringBackend", entry: Entry | Slot, secret: Secret) -> Written:
    from keyring.errors import PasswordSetError  # noqa: PLC0415 - loaded by now

    try:
        backend.set_password(SERVICE, entry.value, secret.reveal())
    except PasswordSetError:
        # KWallet raises it for a closed prompt too; reading then raises what tells the two apart.
        backend.get_password(SERVICE, entry.value)
        return RefusedStore("The system keyring refused to save it (PasswordSetError).")
    if _read(backend, entry) != Present(secret):
        return RefusedStore("The system keyring did not keep what was saved.")
    return Stored()


def _forget(backend: "KeyringBackend", entry: Entry) -> Erased:
    from keyring.errors import PasswordDeleteError  # noqa: PLC0415 - loaded by now

    try:
        backend.delete_password(SERVICE, entry.value)
    except PasswordDeleteError:
        # Raised for a missing entry and for a refusal alike; reading tells them apart.
        return _forgotten(backend, entry, "The system keyring refused to forget it (PasswordDeleteError).")
    return _forgotten(backend, entry, "The system keyring still holds it.")


def _forgotten(backend: "KeyringBackend", entry: Entry, otherwise: str) -> Erased:
    return Forgotten() if _read(backend, entry) == Absent() else RefusedStore(otherwise)
