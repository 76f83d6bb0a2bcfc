"""Secrets in texts that come from outside: an alert text, a file, the clipboard.

They are taken out before a text is shown or read. Nothing else of it changes, so that it is read as it was written.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from crosstrade_desk.protocol.echoes import Echoes
from crosstrade_desk.protocol.endpoint import Endpoint, parse_endpoint
from crosstrade_desk.protocol.escapes import Span, dotted
from crosstrade_desk.protocol.message import ADDRESS, KEYS, secret_spans, veiled
from crosstrade_desk.protocol.problems import Problem
from crosstrade_desk.protocol.secret import MASK, SHORTEST_SOUGHT, Secret, is_placeholder, parse_key

_URL = re.compile(r"https?://[^\s\"'<>;\\]+", re.IGNORECASE)

KEY_LEAK: Final = "It holds a secret key. Whoever reads it can trade your accounts: clear it where it came from."
ADDRESS_LEAK: Final = (
    "It holds a webhook address, which is a secret as well: whoever has it and the key can trade your accounts."
)


@dataclass(frozen=True, slots=True)
class Taken:
    """A text without its secrets, and the secrets that were in it. `repr` shows none of them."""

    text: str
    key: Secret | None
    endpoint: Endpoint | None
    leaks: tuple[Problem, ...]


class _Sweep:
    """Takes the secrets out of one text, pattern by pattern, and notes the first of each kind."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.key = ""
        self.has_address = False

    def plain(self) -> None:
        """What stands in the text as it is."""
        self.text = ADDRESS.sub(self._masked_address, self.text)
        for pattern in KEYS:
            self.text = pattern.sub(self._masked_key, self.text)

    def veiled(self) -> Iterator[Span]:
        """Where in the text is what shows when its escapes are undone."""
        for layer, found in veiled(self.text):
            masked = self._masked_address(found) if found.re is ADDRESS else self._masked_key(found)
            if masked != found[0]:
                yield from secret_spans(layer, found)

    def _masked_key(self, found: re.Match[str]) -> str:
        word = found[2].strip()
        if is_placeholder(word):
            return found[0]
        self.key = self.key or word.removeprefix(MASK)
        return f"{found[1]}{MASK}"

    def _masked_address(self, found: re.Match[str]) -> str:
        self.has_address = self.has_address or {found[2], found[3]} != {MASK}
        return f"{found[1]}/{MASK}/{MASK}"

    def words(self, *secrets: str) -> None:
        self.text = Echoes(*(secret for secret in secrets if len(secret) >= SHORTEST_SOUGHT)).masked(self.text)


def take_secrets(text: str) -> Taken:
    """Takes keys and webhook addresses out of a text; dots stand in their place. Runs in linear time."""
    urls = (parse_endpoint(word) for word in _URL.findall(text.replace("\\/", "/")))  # JSON may escape a slash
    endpoint = next((url for url in urls if isinstance(url, Endpoint)), None)
    sweep = _Sweep(text)
    sweep.plain()
    hidden = _Sweep(text)
    if spans := list(hidden.veiled()):
        sweep.text = dotted(text, spans)
        sweep.plain()
        sweep.key, sweep.has_address = sweep.key or hidden.key, sweep.has_address or hidden.has_address
    sweep.words(sweep.key, *(endpoint.parts if endpoint else ()))
    leaks = [Problem("key", KEY_LEAK)] if sweep.key else []
    leaks += [Problem("", ADDRESS_LEAK)] if sweep.has_address else []
    key = parse_key(f"key={sweep.key};") if sweep.key else None
    return Taken(sweep.text, key if isinstance(key, Secret) else None, endpoint, tuple(leaks))
