"""The practice exchange as a program of its own, and a second, independent client for it: requests."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import requests

_COMMAND = [sys.executable, "-X", "dev", "-W", "error", "-m", "crosstrade_desk", "practice", "--json"]
_LIMIT_S = 20


class Running:
    """A running exchange: posts messages to it and keeps what it logs."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        found = json.loads(process.stdout.readline())
        self.url, self.key = str(found["url"]), str(found["key"])
        self.log: list[str] = []
        self._process = process
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        self.log.extend(self._process.stdout)

    def post(self, text: str) -> requests.Response:
        """Posts a message with the key in front, as the documentation's client does."""
        body = f"key={self.key};{text}".encode()
        return requests.post(self.url, data=body, headers={"Content-Type": "text/plain"}, timeout=_LIMIT_S)

    def whole_log(self) -> list[str]:
        """Ends the exchange, and gives every line that it logged."""
        self._process.terminate()
        self._reader.join(_LIMIT_S)
        assert not self._reader.is_alive(), "the exchange did not end"
        return self.log

    def log_holds(self, words: str) -> bool:
        """Whether a line of the log holds these words. Ends the exchange, so that the log is whole."""
        return any(words in line for line in self.whole_log())


@contextmanager
def running(*options: str) -> Iterator[Running]:
    """The exchange with these options, until the block ends."""
    with subprocess.Popen([*_COMMAND, *options], stdout=subprocess.PIPE, encoding="utf-8") as process:
        try:
            yield Running(process)
        finally:
            process.kill()
