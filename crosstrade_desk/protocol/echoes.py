"""Finds secrets that are known in a text from outside, however it writes their letters.

The text is searched as it stands, then with what hides its letters undone (`escapes.py`).
"""

import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable, Iterator
from typing import Final

from crosstrade_desk.protocol.escapes import LONGEST_FORM, Span, dotted, hides, undone
from crosstrade_desk.protocol.secret import SHORTEST_SOUGHT

_SHORTEST_CODED: Final = 4  # letters; the code of a shorter secret would be found in usual words


class Echoes:
    """Masks some secrets in any letter case and in the escapes of JSON, HTML and web addresses, also escaped twice.

    So it does with what `escapes.py` undoes besides, and with the hex and the base64 of a whole secret, also where
    the base64 is of more text than the secret.
    `reach` is how many characters one echo may take.
    """

    def __init__(self, *secrets: str) -> None:
        given = list(filter(None, secrets))
        self.reach = LONGEST_FORM * max(map(len, given), default=0)
        self._patterns = [re.compile(re.escape(secret), re.IGNORECASE) for secret in given]
        self._codes = [
            code
            for secret in given
            if len(secret) >= _SHORTEST_CODED
            for code in _codes(secret.encode(errors="surrogatepass"))
        ]

    def masked(self, text: str) -> str:
        """The text with dots for each echo."""
        spans = list(self._hits(text))
        if hides(text):
            spans += [layer.span(*hit) for layer in undone(text) for hit in self._hits(layer.letters)]
        return dotted(text, spans) if spans else text

    def _hits(self, letters: str) -> Iterator[Span]:
        for pattern in self._patterns:
            for hit in pattern.finditer(letters):
                yield hit.span()
        for code in self._codes:
            if code in letters:
                yield from (hit.span() for hit in re.finditer(re.escape(code), letters))


def _codes(secret: bytes) -> set[str]:
    """The secret as hex, and as base64 without the padding, which tells nothing."""
    codes = {secret.hex(), secret.hex().upper()}
    for encode in (b64encode, urlsafe_b64encode):
        codes |= {encode(secret).decode().rstrip("="), *_within(encode, secret)}
    return codes


def _within(encode: Callable[[bytes], bytes], secret: bytes) -> Iterator[str]:
    """What a longer secret is in the base64 of a text around it: the letters that hold nothing of its neighbours."""
    for before in range(3) if len(secret) >= SHORTEST_SOUGHT else ():
        whole = encode(bytes(before) + secret).decode()
        yield whole[-(-before * 8 // 6) : (before + len(secret)) * 8 // 6]
