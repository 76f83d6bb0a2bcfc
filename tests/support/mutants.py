"""Texts made wrong: good ones that somebody pasted twice, cut in two, escaped, retyped on another keyboard."""

from collections.abc import Callable, Sequence
from random import Random
from typing import Final

from support.examples import EXAMPLES, SEED
from support.texts import LIKELY_TEXTS, NASTY_TEXTS

_SIGNS: Final = (
    *";=\n\r\t ,./\\\"'{}[]&%#+-_~|:0159azAZkK",
    *(
        "\x00",
        "\x1b",
        "\x85",
        "\u2028",
        "\u202e",
        "\ufeff",
        "\ud800",
        "\U0001f4c8",
        "；",
        "＝",
        "ｋ",
        "ſ",
        "K",
        "İ",
        "١",
    ),
    *("key=", "command=", "\r\n", "//", "/v1/send/", "••••", "bearer ", '"key":"', "%3b", "&#59;", "\\u003b", "'"),
)
ALERTS: Final = (SEED, *EXAMPLES.values())
_WHOLE: Final = (*NASTY_TEXTS, *LIKELY_TEXTS)


def _insert(chance: Random, text: str) -> str:
    at = chance.randrange(len(text) + 1)
    return text[:at] + chance.choice(_SIGNS) + text[at:]


def _cut(chance: Random, text: str) -> str:
    at = chance.randrange(len(text) + 1)
    return text[:at] + text[at + chance.randrange(1, 9) :]


def _replace(chance: Random, text: str) -> str:
    at = chance.randrange(len(text) + 1)
    return text[:at] + chance.choice(_SIGNS) + text[at + 1 :]


def _repeat(chance: Random, text: str) -> str:
    low, high = sorted((chance.randrange(len(text) + 1), chance.randrange(len(text) + 1)))
    return text[:high] + text[low : low + 60] + text[high:]


def _swap(chance: Random, text: str) -> str:
    at = chance.randrange(len(text) + 1)
    return text[at:] + text[:at]


def _paste(chance: Random, text: str) -> str:
    at = chance.randrange(len(text) + 1)
    return text[:at] + chance.choice(_WHOLE) + text[at:]


def _recase(chance: Random, text: str) -> str:
    at = chance.randrange(len(text) + 1)
    return text[:at] + chance.choice((str.upper, str.lower, str.swapcase))(text[at:])


_WAYS: Final[Sequence[Callable[[Random, str], str]]] = (_insert, _cut, _replace, _repeat, _swap, _paste, _recase)


def mutant(chance: Random, text: str, most: int = 4) -> str:
    """The text with up to `most` faults put in."""
    for _ in range(chance.randrange(most + 1)):
        text = chance.choice(_WAYS)(chance, text)
    return text


def mutant_bytes(chance: Random, data: bytes, most: int = 4) -> bytes:
    """Bytes with up to `most` faults, so that they need not be any text."""
    for _ in range(chance.randrange(most + 1)):
        at = chance.randrange(len(data) + 1)
        data = data[:at] + chance.randbytes(chance.randrange(4)) + data[at + chance.randrange(4) :]
    return data


def value(chance: Random, given: str) -> str:
    """What may stand in a field: the given text, one that fits elsewhere, or a mutant of either."""
    text = given if chance.random() < 0.7 else chance.choice(_WHOLE)
    return mutant(chance, text, 2) if chance.random() < 0.4 else text
