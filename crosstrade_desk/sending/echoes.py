"""Finds secrets in a server's text, however the server wrote each of their letters."""

import json
import re
from collections.abc import Iterable, Iterator
from functools import cache
from html.entities import html5
from itertools import groupby
from typing import Final

from crosstrade_desk.protocol.secret import MASK

_LONGEST_FORM: Final = 24  # characters that stand for one: `&amp;amp;#x00005c;` and some backslashes
_SLASHES: Final = r"\\*+"


class Echoes:
    """Masks some secrets in any mix of letter case and of the escapes of JSON, HTML and web addresses.

    `reach` is how many characters one echo may take. Runs of backslashes are taken whole and never
    given back, so that a hostile text costs little.
    """

    def __init__(self, *secrets: str) -> None:
        longest_first = sorted(filter(None, secrets), key=len, reverse=True)
        self.reach = _LONGEST_FORM * max(map(len, longest_first), default=0)
        self._patterns = [re.compile(_pattern(secret), re.IGNORECASE) for secret in longest_first]

    def masked(self, text: str) -> str:
        """The text with dots for each echo."""
        for pattern in self._patterns:
            text = pattern.sub(MASK, text)
        return text


def _pattern(secret: str) -> str:
    # As written and as JSON first: in a secret that itself looks escaped, the forms would misread the next letters.
    plain = [re.escape(secret), re.escape(json.dumps(secret)[1:-1])]
    return "|".join([*plain, "".join(_units(secret)).removeprefix(_SLASHES)])


def _units(secret: str) -> Iterator[str]:
    """Patterns for the letters. A run of backslashes is one unit, since escapes double it and double it again."""
    for letter, run in groupby(secret):
        count = len(list(run))
        if letter == "\\":
            yield f"{_forms(letter)}{{{count},{4 * count}}}+"
        else:
            yield (_SLASHES + _forms(letter)) * count


@cache
def _forms(letter: str) -> str:
    """A letter in either case: itself, `\u0026` and `\x26`, `&#38;` and `&#x26;` and `&amp;`, `%26`."""
    codes = {ord(letter.lower()), ord(letter.upper())}
    hexes, decimals = (_one_of(form.format(code) for code in codes) for form in ("{:02x}", "{}"))
    names = [re.escape(name) for name, meaning in html5.items() if meaning == letter and name.endswith(";")]
    entity = "|".join([f"#0{{0,5}}{decimals};?", f"#x0{{0,5}}{hexes};?", *names])
    slashed = rf"\\(?:u00|x){hexes}" if letter == "\\" else rf"(?<=\\)(?:u00|x){hexes}"
    return rf"(?:{slashed}|{re.escape(letter)}|&(?:amp;){{0,2}}(?:{entity})|%(?:25){{0,2}}{hexes})"


def _one_of(forms: Iterable[str]) -> str:
    return f"(?:{'|'.join(forms)})"
