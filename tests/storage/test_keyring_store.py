"""The keyring store against real daemons in every state, and against back ends that lie, leak, or come too late."""

import asyncio
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import keyring.backends.SecretService
import keyring.core
import keyring.errors
import pytest

from crosstrade_desk.protocol.secret import Secret
from crosstrade_desk.storage.keyring_store import ACCEPTED, KeyringStore
from crosstrade_desk.storage.secrets import (
    Entry,
    Forgotten,
    Locked,
    NoKeyring,
    NotAnswering,
    RefusedStore,
    Stored,
)
from support.marker import MARKER
from support.secret_service import SecretService, secret_service

PLAIN = """
from pathlib import Path
from keyring.backend import KeyringBackend


class PlaintextKeyring(KeyringBackend):
    priority = 0.5

    def get_password(self, service, username):
        return None

    def set_password(self, service, username, password):
        Path(__file__).with_name("leaked").write_text(password)

    def delete_password(self, service, username):
        Path(__file__).with_name("leaked").unlink()
"""


@pytest.fixture
def unlocked() -> Iterator[SecretService]:
    with secret_service("unlocked") as service:
        yield service


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    """A folder with a back end that keeps plain text, as keyrings.alt has one."""
    (tmp_path / "plainkeyring.py").write_text(PLAIN)
    return tmp_path


def test_a_keyring_that_was_never_set_up_is_locked(child):
    with secret_service("locked") as service:
        store = child("keyring", service.env)
        assert [store.state(do) for do in ("read", "write", "forget")] == ["Locked"] * 3


def test_a_keyring_locked_after_saving_is_locked(child, unlocked):
    store = child("keyring", unlocked.env)
    assert store.state("write") == "Stored"
    unlocked.lock()
    assert [store.state(do) for do in ("read", "write", "forget")] == ["Locked"] * 3


def test_without_a_bus_there_is_no_keyring(child):
    with secret_service("none") as service:
        store = child("keyring", service.env)
        assert [store.state(do) for do in ("read", "write", "forget")] == ["NoKeyring"] * 3
        assert store.ask("name")["text"] == repr(NoKeyring().sentence)


def test_a_keyring_started_later_is_found_by_trying_again(child):
    with secret_service("waiting") as service:
        store = child("keyring", service.env)
        assert store.state("read") == "NoKeyring"
        service.start_daemon(unlocked=True)
        assert store.state("read") == "Absent"


def test_a_killed_daemon_leaves_no_keyring(child, unlocked):
    store = child("keyring", unlocked.env)
    assert store.state("write") == "Stored"
    unlocked.kill()
    assert [store.state(do) for do in ("read", "write", "forget")] == ["NoKeyring"] * 3


def test_a_killed_daemon_that_the_bus_starts_again_is_locked(child):
    with secret_service("unlocked", activation=True) as service:
        store = child("keyring", service.env)
        assert store.state("write") == "Stored"
        service.kill()
        assert store.state("read") == "Locked"


@pytest.mark.parametrize("loop", ["asyncio", "qasync"])
def test_a_hung_daemon_is_not_answering_and_the_next_call_works_once_it_answers(child, unlocked, loop):
    store = child("keyring", unlocked.env, limit_s=0.5, loop=loop)
    assert store.state("write", ending="-1") == "Stored"
    unlocked.stop()
    first = store.ask("read")
    assert first["state"] == "NotAnswering"
    assert 0.4 < first["took_s"] < 3  # Qt's timers may be a twentieth early
    assert store.state("write", ending="-2") == "NotAnswering"
    unlocked.cont()
    assert store.state("read") == "Present"
    # The two late results above came to loops already closed.
    assert store.end() == ""


def test_a_hung_daemon_does_not_keep_the_program_from_ending(child, unlocked):
    store = child("keyring", unlocked.env, limit_s=0.5)
    store.ask("read")
    unlocked.stop()
    assert store.state("read") == "NotAnswering"
    assert store.end(within_s=5) == ""


def test_a_hung_daemon_at_the_first_call_is_not_answering(child, unlocked):
    unlocked.stop()
    assert child("keyring", unlocked.env, limit_s=1.5).state("read") == "NotAnswering"


@pytest.mark.parametrize("was_asked", [False, True], ids=["at the first call", "later"])
def test_a_bus_that_greets_after_seconds_as_on_a_busy_machine_is_waited_for(child, unlocked, was_asked):
    assert child("keyring", unlocked.env).state("write") == "Stored"
    store = child("keyring", unlocked.env)
    if was_asked:
        assert store.state("read") == "Present"
    unlocked.hang_bus()
    waking = threading.Timer(2.5, unlocked.wake_bus)
    waking.start()
    try:
        assert store.state("read") == "Present"
    finally:
        waking.join()


@pytest.mark.parametrize("do", ["read", "write"])
def test_a_bus_that_never_greets_is_not_answering(child, unlocked, do):
    store = child("keyring", unlocked.env, limit_s=3)
    unlocked.hang_bus()
    found = store.ask(do)
    assert found["state"] == "NotAnswering"
    assert found["took_s"] < 6
    unlocked.wake_bus()


@pytest.mark.parametrize("backend", ["plainkeyring.PlaintextKeyring", "keyring.backends.null.Keyring"])
def test_a_back_end_that_may_keep_plain_text_is_refused_by_name(child, plain, unlocked, backend):
    store = child("keyring", unlocked.env, PYTHONPATH=str(plain), PYTHON_KEYRING_BACKEND=backend)
    answers = [store.ask(do) for do in ("read", "write", "forget")]
    assert [answer["state"] for answer in answers] == ["RefusedStore"] * 3
    assert all(backend in answer["sentence"] for answer in answers)
    assert not (plain / "leaked").exists()


@pytest.mark.parametrize("backend", ["gone.Keyring", "plainkeyring.Gone", "nomodule"])
def test_a_back_end_that_cannot_be_loaded_is_refused(child, plain, unlocked, backend):
    store = child("keyring", unlocked.env, PYTHONPATH=str(plain), PYTHON_KEYRING_BACKEND=backend)
    answer = store.ask("read")
    assert answer["state"] == "RefusedStore"
    assert "PYTHON_KEYRING_BACKEND" in answer["way_on"]


def test_of_a_chain_only_the_real_keyring_is_used(child, plain, unlocked):
    store = child("keyring", unlocked.env, "plainkeyring", PYTHONPATH=str(plain))
    assert store.state("write", ending="-1") == "Stored"
    assert store.ask("read")["ending"] == "-1"
    assert store.ask("name")["text"] == repr(ACCEPTED["keyring.backends.SecretService.Keyring"])
    unlocked.lock()
    assert store.state("write", ending="-2") == "Locked"
    assert not (plain / "leaked").exists()


def test_a_plain_text_back_end_does_not_step_in_where_no_keyring_is(child, plain):
    with secret_service("none") as service:
        store = child("keyring", service.env, "plainkeyring", PYTHONPATH=str(plain))
        assert store.state("write") == "RefusedStore"
    assert not (plain / "leaked").exists()


def test_the_secret_is_in_no_file_and_no_answer(child, unlocked, tmp_path):
    store = child("keyring", unlocked.env, HOME=str(tmp_path))
    texts = [store.ask(do)["text"] for do in ("write", "read", "name")] + [store.end()]
    assert not any(MARKER in text for text in texts)
    files = [path for folder in (unlocked.home, tmp_path) for path in folder.rglob("*") if path.is_file()]
    assert any(path.suffix == ".keyring" for path in files)
    assert not [path for path in files if MARKER.encode() in path.read_bytes()]


def test_the_accepted_names_are_those_keyring_gives_its_back_ends():
    root = Path(keyring.__file__).parent / "backends"
    for name in ACCEPTED:
        module, _, class_name = name.removeprefix("keyring.backends.").rpartition(".")
        file = root / f"{module}.py" if (root / f"{module}.py").exists() else root / module / "__init__.py"
        assert f"class {class_name}(" in file.read_text(), name


class Fake:
    """Bears the name of an accepted back end; its methods are given."""

    def __init__(self, **methods):
        vars(self).update(methods)

    @staticmethod
    def named() -> type["Fake"]:
        return type("Keyring", (Fake,), {"__module__": "keyring.backends.SecretService", "__qualname__": "Keyring"})


@pytest.fixture
def backend(monkeypatch):
    def use(**methods):
        nothing = {"get_password": lambda *_: None, "set_password": lambda *_: None, "delete_password": lambda *_: None}
        kind = Fake.named()
        monkeypatch.setattr("keyring.backends.SecretService.Keyring", kind)
        monkeypatch.setattr(keyring.core, "_keyring_backend", kind(**(nothing | methods)))
        return KeyringStore(limit_s=5)

    return use


@pytest.mark.anyio
@pytest.mark.parametrize("name", [*ACCEPTED, "keyring.backends.chainer.ChainerBackend"])
async def test_a_back_end_with_a_borrowed_name_is_refused(monkeypatch, name):
    module, _, class_name = name.rpartition(".")
    taken: list[object] = []
    forged = type(class_name, (Fake,), {"__module__": module, "__qualname__": class_name})
    methods = {f"{verb}_password": lambda *given: taken.append(given) for verb in ("get", "set", "delete")}
    monkeypatch.setattr(keyring.core, "_keyring_backend", forged(**methods, backends=[forged(**methods)]))
    monkeypatch.setattr(keyring.core, "init_backend", lambda: None)
    store = KeyringStore(limit_s=20)
    assert isinstance(await store.write(Entry.KEY, Secret(MARKER)), RefusedStore)
    assert isinstance(await store.read(Entry.KEY), RefusedStore)
    assert taken == []


@pytest.mark.anyio
async def test_a_class_made_of_an_accepted_one_is_refused(monkeypatch):
    real = keyring.backends.SecretService.Keyring
    heir = type("Keyring", (real,), {"__module__": real.__module__, "__qualname__": "Keyring"})
    monkeypatch.setattr(keyring.core, "_keyring_backend", heir.__new__(heir))
    monkeypatch.setattr(keyring.core, "init_backend", lambda: None)
    assert isinstance(await KeyringStore(limit_s=20).read(Entry.KEY), RefusedStore)


def raises(error):
    def method(*_):
        raise error

    return method


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


# SecretStorage's own are there on Linux only.
LockedException = type("LockedException", (Exception,), {})
SecretServiceNotAvailableException = type("SecretServiceNotAvailableException", (Exception,), {})


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("error", "state"),
    [
        (keyring.errors.KeyringLocked(MARKER), Locked),
        (keyring.errors.InitError(MARKER), Locked),
        (LockedException(MARKER), Locked),
        (keyring.errors.NoKeyringError(MARKER), NoKeyring),
        (SecretServiceNotAvailableException(MARKER), NoKeyring),
        (caused(keyring.errors.InitError(MARKER), SecretServiceNotAvailableException()), NoKeyring),
        (keyring.errors.KeyringError(MARKER), RefusedStore),
        (ConnectionResetError(MARKER), RefusedStore),
        (AssertionError(MARKER), RefusedStore),
    ],
)
async def test_whatever_a_back_end_raises_is_a_state_that_quotes_nothing(backend, error, state):
    store = backend(get_password=raises(error), set_password=raises(error), delete_password=raises(error))
    for found in (
        await store.read(Entry.KEY),
        await store.write(Entry.KEY, Secret(MARKER)),
        await store.forget(Entry.KEY),
    ):
        assert type(found) is state
        assert MARKER not in repr(found)


@pytest.mark.anyio
async def test_a_write_that_is_not_kept_is_refused(backend):
    found = await backend(get_password=lambda *_: "other").write(Entry.KEY, Secret(MARKER))
    assert isinstance(found, RefusedStore)


@pytest.mark.anyio
async def test_a_refused_write_is_locked_if_reading_says_so(backend):
    cancelled = raises(keyring.errors.PasswordSetError("Cancelled by user"))
    locked = raises(keyring.errors.KeyringLocked())
    assert isinstance(await backend(set_password=cancelled).write(Entry.KEY, Secret(MARKER)), RefusedStore)
    assert await backend(set_password=cancelled, get_password=locked).write(Entry.KEY, Secret(MARKER)) == Locked()


@pytest.mark.anyio
async def test_a_refused_forget_is_not_taken_for_done(backend):
    refused = raises(keyring.errors.PasswordDeleteError())
    assert await backend(delete_password=refused).forget(Entry.KEY) == Forgotten()
    kept = await backend(delete_password=refused, get_password=lambda *_: "x").forget(Entry.KEY)
    assert isinstance(kept, RefusedStore)
    assert isinstance(await backend(get_password=lambda *_: "x").forget(Entry.KEY), RefusedStore)


@pytest.mark.anyio
async def test_calls_take_turns(backend):
    inside, most = 0, 0

    def get_password(*_):
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        time.sleep(0.01)  # a back end at work
        inside -= 1

    store = backend(get_password=get_password)
    await asyncio.gather(*(store.read(Entry.KEY) for _ in range(8)))
    assert most == 1


@pytest.mark.anyio
async def test_a_hung_call_does_not_hold_up_later_ones(backend):
    release = threading.Event()
    store = backend(get_password=lambda *_: release.wait(30))
    store._limit_s = 0.05
    assert isinstance(await store.read(Entry.KEY), NotAnswering)
    written = await store.write(Entry.KEY, Secret(MARKER))
    assert isinstance(written, NotAnswering)
    assert "may still be done" in written.sentence
    release.set()


@pytest.mark.anyio
async def test_the_loop_runs_on_while_the_keyring_blocks(backend):
    release = threading.Event()
    reading = asyncio.gather(backend(get_password=lambda *_: release.wait(30) and None).read(Entry.KEY))
    for _ in range(5):
        await asyncio.sleep(0)
    release.set()
    assert await reading


@pytest.mark.anyio
async def test_a_cancelled_call_lets_the_next_one_through(backend):
    release = threading.Event()
    store = backend(get_password=lambda *_: release.wait(30) and None)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(store.read(Entry.KEY), 0.05)
    release.set()
    assert await store.forget(Entry.KEY) == Forgotten()


def test_importing_the_store_does_not_import_keyring():
    code = "import sys, crosstrade_desk.storage.keyring_store; sys.exit('keyring' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, env=dict(os.environ)).returncode == 0


@pytest.mark.anyio
async def test_a_working_back_end_stores(backend):
    kept: dict[str, str] = {}
    store = backend(
        get_password=lambda _service, name: kept.get(name),
        set_password=lambda _service, name, text: kept.update({name: text}),
    )
    assert await store.write(Entry.KEY, Secret(MARKER)) == Stored()
    assert kept == {"secret key": MARKER}
