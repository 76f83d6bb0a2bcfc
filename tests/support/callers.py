"""Another program that calls `crosstrade-desk` on one data folder, with or without the real window on it."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from support.marker import MARKER
from support.screen import until
from support.secret_service import SecretService

_COMMAND = [sys.executable, "-X", "dev", "-W", "error", "-m", "crosstrade_desk"]
_HERE = Path(__file__).parent
_KEEP = """
import asyncio, sys
from crosstrade_desk.protocol.secret import Secret
from crosstrade_desk.storage.keyring_store import KeyringStore
from crosstrade_desk.storage.secrets import Entry, Stored
async def keep():
    address, key = sys.stdin.read().split()
    for entry, text in ((Entry.ADDRESS, address), (Entry.KEY, key)):
        assert await KeyringStore().write(entry, Secret(text)) == Stored()
asyncio.run(keep())
"""


class Caller:
    """One data folder whose settings say LIVE at `origin`, and whose keyring holds address and key."""

    def __init__(self, folder: Path, keyring: SecretService, authority: Path) -> None:
        self.home = folder / "home"
        path = f"{_HERE.parent}{os.pathsep}{_HERE.parents[1]}"
        own = {"CROSSTRADE_DESK_HOME": str(self.home), "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": path}
        self.env = {**os.environ, **keyring.env, **own, "SSL_CERT_FILE": str(authority)}

    def keep(self, origin: str, address: str = "", **settings: str | list[str]) -> None:
        """Puts address and key into the keyring, and settings that trust the host into the folder."""
        url = address or f"{origin}/v1/send/abc123/{MARKER}"
        subprocess.run([sys.executable, "-c", _KEEP], input=f"{url} {MARKER}", env=self.env, check=True, text=True)
        self.home.mkdir(parents=True, exist_ok=True)
        lines = {"mode": "live", "trusted_host": origin, **settings}
        text = "version = 1\n" + "".join(f"{name} = {json.dumps(value)}\n" for name, value in lines.items())
        (self.home / "settings.toml").write_text(text)

    def begin(self, *words: str, text: str = "") -> "subprocess.Popen[str]":
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        made = subprocess.Popen([*_COMMAND, *words], env=self.env, text=True, **pipes)  # type: ignore[call-overload]
        made.stdin.write(text)
        made.stdin.close()
        made.stdin = None
        return made  # type: ignore[no-any-return]

    def call(self, *words: str, text: str = "") -> dict[str, Any]:
        """The JSON object that a call printed, with its exit code and its remarks."""
        return self.end(self.begin(*words, "--json", text=text))

    @staticmethod
    def end(process: "subprocess.Popen[str]") -> dict[str, Any]:
        said, complained = process.communicate(timeout=120)
        assert "Traceback" not in complained, complained
        found = json.loads(said) if said else {}
        return {**found, "code": process.returncode, "remarks": complained}

    def rows(self) -> list[dict[str, Any]]:
        """The journal, oldest first."""
        said = subprocess.run([*_COMMAND, "journal", "--json"], env=self.env, capture_output=True, check=True).stdout
        return [json.loads(line) for line in said.splitlines()]

    def verified(self) -> str:
        """What `journal --verify` says of a journal that is whole."""
        done = subprocess.run(
            [*_COMMAND, "journal", "--verify"], env=self.env, capture_output=True, text=True, check=True
        )
        return done.stdout

    @contextmanager
    def window(self, *accounts: str) -> Iterator["subprocess.Popen[str]"]:
        """The real window, connected; entries are on for these accounts."""
        command = [sys.executable, "-X", "dev", "-W", "error", str(_HERE / "called_program.py"), *accounts]
        errors = self.home.parent / "window.txt"
        with errors.open("a") as complaints:
            process = subprocess.Popen(command, env=self.env, stdout=subprocess.PIPE, stderr=complaints, text=True)
        try:
            assert process.stdout
            assert process.stdout.readline(), errors.read_text()
            yield process
        finally:
            process.kill()
            process.wait()
            process.stdout.close()

    @staticmethod
    def close(window: "subprocess.Popen[str]") -> None:
        window.terminate()
        until(lambda: window.poll() is not None, "the window to end")
        assert window.returncode == 0
