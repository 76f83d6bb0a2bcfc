"""Secrets in texts that come from outside: an alert text, a file, the clipboard."""

import re
from dataclasses import dataclass
from typing import Final

from crosstrade_desk.protocol.endpoint import Endpoint, parse_endpoint
from crosstrade_desk.protocol.message import ADDRESS, mask
from crosstrade_desk.protocol.problems import Problem
from crosstrade_desk.protocol.secret import Secret, is_placeholder, parse_key

_KEY = re.compile(r"(?i)(?<![a-z0-9_])key[\"']?\s*[=:]\s*[\"']?([^;\"'\s,}]+)")
_URL = re.compile(r"https?://[^\s\"'<>;]+")

KEY_LEAK: Final = "It holds a secret key. Whoever reads it can trade your accounts: clear it where it came from."
ADDRESS_LEAK: Final = (
    "It holds a webhook address, which is a secret as well: whoever has it and the key can trade your accounts."
)


@dataclass(frozen=True, slots=True)
class Taken:
    """A text without its secrets, and the secrets that were in it. `repr` shows neither."""

    text: str
    key: Secret | None
    endpoint: Endpoint | None
    leaks: tuple[Problem, ...]


def take_secrets(text: str) -> Taken:
    """Takes key and webhook address out of a text; dots stand in their place."""
    keys = [found for word in _KEY.findall(text) if (found := _key(word)) is not None]
    urls = [url for word in _URL.findall(text) if isinstance(url := parse_endpoint(word), Endpoint)]
    leaks = [Problem("key", KEY_LEAK)] if keys else []
    leaks += [Problem("", ADDRESS_LEAK)] if urls or ADDRESS.search(text) else []
    secrets = [key.reveal() for key in keys] + [part for url in urls for part in url.parts]
    clean = mask(text, *sorted(secrets, key=len, reverse=True))
    return Taken(clean, keys[0] if keys else None, urls[0] if urls else None, tuple(leaks))


def _key(word: str) -> Secret | None:
    found = None if is_placeholder(word) else parse_key(f"key={word};")
    return found if isinstance(found, Secret) else None
