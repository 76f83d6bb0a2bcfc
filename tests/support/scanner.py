"""Looks for real secrets in texts: what has the shape of one and is none of the made-up ones."""

import re

# Made up for tests and documentation. A new one is added here by hand, and only by who made it up.
EXAMPLES = frozenset(
    {
        "abc123",
        "a1b2c3",
        "abcdef12",
        "abcdefghijklmnopqrstuv",
        "0123456789012345678901",
        "UserPart-81",
        "HookPart_72",
        "user:pw",
    }
)
_ADDRESS = re.compile(r"/v1/send/+([A-Za-z0-9_-]+)(?:/([A-Za-z0-9_-]+))?")
_KEY = re.compile(r"(?i)(?:^|[^a-z0-9_-])(?:key|secret|token|password)[\"']?\s*[=:]\s*[\"']?([A-Za-z0-9_+/.~-]{12,})")
_USER = re.compile(r"://([^/\s:@{}\"']+:[^/\s:@{}\"']+)@")
_TOKENS = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{30,}|\bxox[abprs]-[A-Za-z0-9-]{10,}"
    r"|\bsk_(?:live|test)_[A-Za-z0-9]{16,}|\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}"
)


def _is_real(word: str) -> bool:
    """Whether a word looks as if a machine had made it: letters and digits mixed, or very long."""
    mixed = bool(re.search("[A-Za-z]", word) and re.search("[0-9]", word)) and len(word) >= 6
    return word not in EXAMPLES and (mixed or len(word) >= 20)


def _is_random(word: str) -> bool:
    """Whether a key is no words with hyphens between them: hexadecimal, or of capitals, small letters and digits."""
    kinds = sum(bool(re.search(kind, word)) for kind in ("[A-Z]", "[a-z]", "[0-9]"))
    return kinds == 3 or bool(re.fullmatch("[0-9a-f-]{24,}", word) and re.search("[0-9]", word))


def secrets_in(text: str) -> list[str]:
    """The places in a text that look like a webhook address, a key, or another service's token."""
    found = [m[0] for m in _ADDRESS.finditer(text) if any(map(_is_real, filter(None, m.groups())))]
    found += [m[0] for m in _KEY.finditer(text) if _is_random(m[1]) and m[1] not in EXAMPLES]
    found += [m[0] for m in _USER.finditer(text) if m[1] not in EXAMPLES]
    return found + [m[0] for m in _TOKENS.finditer(text)]
