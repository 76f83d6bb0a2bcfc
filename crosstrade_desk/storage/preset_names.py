"""When two names of presets are one: what the eye cannot tell apart must not be two orders. Pure."""

import re
import unicodedata
from collections.abc import Collection
from typing import Final

LONGEST: Final = 60
# Letters and marks that are printed as nothing, beside those of the categories Cc and Cf. Source: Unicode 15,
# DerivedCoreProperties, Default_Ignorable_Code_Point; and U+2800, a pattern of braille without dots.
_UNSEEN: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
_NUMBERED: Final = re.compile(r"(.*\S) (\d{1,2})")


def tidy(text: str) -> str:
    """A name as it is kept: composed (NFC), without what cannot be seen and without blanks at its ends."""
    if text.isascii() and text.isprintable():  # nearly all, of 2,000 in a file
        return text.strip()
    seen = "".join(sign for sign in text if unicodedata.category(sign) not in {"Cc", "Cf"})
    return unicodedata.normalize("NFC", _UNSEEN.sub("", seen)).strip()


def tidy_if_printable(text: str) -> str:
    """The same of a name in a file, where blanks at its ends and signs that cannot be printed are no name at all."""
    return tidy(text) if text.isprintable() and text == text.strip() else text


def same(name: str) -> str:
    """What two names have in common that are one: neither case, accents' spelling, nor how many blanks count."""
    return unicodedata.normalize("NFC", " ".join(tidy(name).split()).casefold())


def free_name(name: str, taken: Collection[str]) -> str:
    """The name itself, or with the next number that is free: after `Long 1` comes `Long 2`, not `Long 1 2`.

    `taken` holds what `same` gives of the others.
    """
    numbered = _NUMBERED.fullmatch(name)
    stem, number = (numbered[1], int(numbered[2])) if numbered else (name, 1)
    free = name
    while same(free) in taken:
        number += 1
        free = f"{stem[: LONGEST - 6].rstrip()} {number}"
    return free
