"""The secret key: held, passed on, never shown."""

import re
from typing import Final, NoReturn

from crosstrade_desk.protocol.problems import Invalid

MASK: Final = "••••"
SHORTEST_SOUGHT: Final = 8  # letters; a shorter secret would be found in usual words
_KEY = re.compile(r"[!-:<-~]{4,200}")  # printable ASCII but ";"


class Secret:
    """A text that prints as dots. `reveal` is for the one place that joins it to the bytes, and for the keyring."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return f"Secret({MASK})"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not pickled or copied")


def parse_key(text: str) -> Secret | Invalid:
    """Gives the key in a pasted text: the bare key, `key=...;`, or a whole message that holds it.

    The message of an `Invalid` never quotes the text. Source: docs api/webhook-trading (field `key`).
    """
    found = re.search(r"(?i)(?:^|;)\s*key\s*=\s*([^;]*)", text)
    bare = (found[1] if found else text).strip().removesuffix(";").strip()
    if not bare:
        return Invalid("The secret key is missing. Copy it from CrossTrade: My Account, Security.")
    if bare.lower().startswith(("http://", "https://")):
        return Invalid("This is a web address. The secret key is a separate text: My Account, Security.")
    if not _KEY.fullmatch(bare):
        return Invalid("A secret key is 4 to 200 letters, digits or signs, without blanks and without “;”.")
    return Secret(bare)


_PLACEHOLDERS: Final = frozenset(
    ["your-secret-key", "your_secret_key", "your-key", "your_key", "<secret>", "<key>", "<secret key>", "$key", "key"]
)


def is_placeholder(text: str) -> bool:
    """Whether a text only stands for the key: dots, `$KEY`, or what the documentation's examples write."""
    bare = text.strip()
    return bare.casefold() in _PLACEHOLDERS or (bare != "" and not bare.strip("*•xX."))
