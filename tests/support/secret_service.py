"""A real Secret Service for one test: a private bus and a gnome-keyring daemon in a throwaway home."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Literal

import pytest

from support.bus import Bus

State = Literal["unlocked", "locked", "waiting", "none"]

_APT = "apt-get install dbus-daemon gnome-keyring"
_PASSWORD = "throwaway"
_DEFAULT = "/org/freedesktop/secrets/aliases/default"
_DEADLINE_S = 15.0


class SecretService:
    """The daemon and its bus. `env` is the whole environment of a client; it has no screen, so no prompt can open."""

    def __init__(self, home: Path) -> None:
        self.home = home
        folders = {"HOME": home, "XDG_DATA_HOME": home / "data", "XDG_RUNTIME_DIR": home / "run"}
        for folder in (home / "services", *folders.values()):
            folder.mkdir(mode=0o700, exist_ok=True)
        kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        self.env = kept | {name: str(folder) for name, folder in folders.items()}
        self._bus: Bus | None = None
        self._daemon: subprocess.Popen[bytes] | None = None

    def start_bus(self) -> None:
        """Starts a bus on which nothing is started by itself but what `activate` allows."""
        self._bus = Bus(self.home, self.env)
        self.env["DBUS_SESSION_BUS_ADDRESS"] = self._bus.address

    def activate(self) -> None:
        """Lets the bus start a daemon, locked, when one is asked for: as a desktop's bus does. Before `start_bus`."""
        script = self.home / "activated.sh"
        script.write_text(
            f'echo $$ >> "{self.home}/activated"\nexec gnome-keyring-daemon --foreground --components=secrets\n'
        )
        (self.home / "services" / "secrets.service").write_text(
            f"[D-BUS Service]\nName=org.freedesktop.secrets\nExec=/bin/sh {script}\n"
        )

    def start_daemon(self, *, unlocked: bool) -> None:
        self._daemon = subprocess.Popen(
            ["gnome-keyring-daemon", "--foreground", "--components=secrets", *(["--unlock"] if unlocked else [])],
            env=self.env,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        assert self._daemon.stdin is not None
        with self._daemon.stdin as pipe:
            pipe.write(_PASSWORD.encode() if unlocked else b"")  # no line break: it would be part of the password
        _until(self._is_unlocked if unlocked else self._is_owned, "the keyring daemon to answer")

    def lock(self) -> None:
        """Locks the default keyring, as the desktop does when the screen is locked."""
        from secretstorage import Collection  # noqa: PLC0415 - Linux only

        with closing(self._connection()) as connection:
            Collection(connection, _DEFAULT).lock()
        assert not self._is_unlocked()

    def kept(self) -> dict[str, str]:
        """What the daemon holds, read past the program: name of the entry -> its whole text."""
        from secretstorage import Collection  # noqa: PLC0415 - Linux only

        with closing(self._connection()) as connection:
            items = list(Collection(connection, _DEFAULT).get_all_items())
            found = {item.get_attributes()["username"]: item.get_secret().decode() for item in items}
            assert len(found) == len(items)
            return found

    def kill(self) -> None:
        assert self._daemon is not None
        self._daemon.kill()
        self._daemon.wait()

    def stop(self) -> None:
        """Makes the daemon hang: it keeps its connection and answers nothing."""
        assert self._daemon is not None
        self._daemon.send_signal(signal.SIGSTOP)

    def hang_bus(self) -> None:
        """Makes the bus hang: it takes connections and greets nobody."""
        assert self._bus is not None
        self._bus.hang()

    def wake_bus(self) -> None:
        assert self._bus is not None
        self._bus.process.send_signal(signal.SIGCONT)

    def cont(self) -> None:
        assert self._daemon is not None
        self._daemon.send_signal(signal.SIGCONT)

    def end(self) -> None:
        """Ends the bus first, so that nothing is started anew, then every daemon of this home."""
        if self._bus is not None:
            self._bus.end()
        if self._daemon is not None:
            self._daemon.kill()  # SIGKILL ends a stopped process too
            self._daemon.wait()
        activated = self.home / "activated"
        for pid in activated.read_text().split() if activated.exists() else ():
            _kill_activated(int(pid))

    def _connection(self) -> Any:
        from jeepney.io.blocking import open_dbus_connection  # noqa: PLC0415 - Linux only

        return open_dbus_connection(self.env["DBUS_SESSION_BUS_ADDRESS"])

    def _is_owned(self) -> bool:
        from jeepney.bus_messages import message_bus  # noqa: PLC0415 - Linux only

        with closing(self._connection()) as connection:
            reply = connection.send_and_get_reply(message_bus.NameHasOwner("org.freedesktop.secrets"))
            return reply.body == (1,)

    def _is_unlocked(self) -> bool:
        from secretstorage import Collection  # noqa: PLC0415 - Linux only
        from secretstorage.exceptions import ItemNotFoundException  # noqa: PLC0415 - Linux only

        if not self._is_owned():
            return False
        with closing(self._connection()) as connection:
            try:
                return not Collection(connection, _DEFAULT).is_locked()
            except ItemNotFoundException:
                return False


def _kill_activated(pid: int) -> None:
    command = Path(f"/proc/{pid}/cmdline")
    if command.exists() and b"gnome-keyring-daemon" in command.read_bytes():
        os.kill(pid, signal.SIGKILL)
        _until(lambda: not command.exists() or command.read_bytes() == b"", "the activated daemon to end")


def _until(condition: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + _DEADLINE_S
    while not condition():
        assert time.monotonic() < end, f"waited {_DEADLINE_S} s for {what}"
        time.sleep(0.01)


def need_secret_service() -> None:
    """Skips the test where the daemons are missing, and fails it on CI: there they belong to the machine."""
    if all(map(shutil.which, ("dbus-daemon", "gnome-keyring-daemon"))):
        return
    reason = f"needs a real keyring daemon: {_APT}"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@contextmanager
def secret_service(state: State, *, activation: bool = False) -> Iterator[SecretService]:
    """A Secret Service of its own.

    `unlocked`: ready. `locked`: never set up, and nobody to ask. `waiting`: a bus, and no daemon yet. `none`: no bus.
    `activation`: the bus starts a new daemon when the first one is gone.
    """
    need_secret_service()
    with tempfile.TemporaryDirectory(prefix="ctd") as home:  # short: a socket's path has at most 107 letters
        service = SecretService(Path(home))
        try:
            if activation:
                service.activate()
            if state != "none":
                service.start_bus()
            if state in ("unlocked", "locked"):
                service.start_daemon(unlocked=state == "unlocked")
            yield service
        finally:
            service.end()
