"""Finds secrets in a text from outside, however it writes their letters.

The text is searched as it stands, then with its escapes undone, layer by layer. Every letter remembers the place it
came from, so that the place is masked. Plain steps, not one clever pattern: possessive ones go wrong in Python 3.11.2.
"""

import re
from collections.abc import Iterator
from html.entities import html5
from typing import Final

from crosstrade_desk.protocol.message import mask
from crosstrade_desk.protocol.problems import printable
from crosstrade_desk.protocol.secret import MASK

_LONGEST_FORM: Final = 24  # characters that stand for one: `&amp;amp;#x00005c;` and some backslashes
_LAYERS: Final = 3  # escaped, escaped again, and once more for good measure
_JSON: Final = r"\\u00(?P<u>[0-9a-f]{2})|\\x(?P<x>[0-9a-f]{2})|\\(?P<b>[^a-z0-9\s])"
_HTML: Final = r"&\#x0{0,5}(?P<h>[0-9a-f]{1,2});?|&\#0{0,5}(?P<d>\d{1,3});?|&(?P<n>[A-Za-z]{2,24});"
_WEB: Final = r"%(?P<p>[0-9a-f]{2})"
# All of them at once, for mixtures; then each alone, for secrets that hold letters which the others would undo.
_ESCAPES: Final = tuple(
    re.compile(pattern, re.IGNORECASE) for pattern in (f"{_JSON}|{_HTML}|{_WEB}", _JSON, _HTML, _WEB)
)
_BASES: Final = {"u": 16, "x": 16, "p": 16, "h": 16, "d": 10}
_NAMED: Final = {name[:-1]: meaning for name, meaning in html5.items() if name.endswith(";") and meaning.isascii()}

Span = tuple[int, int]


class Echoes:
    """Masks some secrets in any letter case and in the escapes of JSON, HTML and web addresses, also escaped twice.

    `reach` is how many characters one echo may take.
    """

    def __init__(self, *secrets: str) -> None:
        given = list(filter(None, secrets))
        self.reach = _LONGEST_FORM * max(map(len, given), default=0)
        self._patterns = [re.compile(re.escape(secret), re.IGNORECASE) for secret in given]

    def masked(self, text: str) -> str:
        """The text with dots for each echo."""
        shown, end = [], 0
        for low, high in sorted(self._found(text)):
            if high > end:
                shown += [text[end:low], MASK] if low >= end else []
                end = high
        return "".join([*shown, text[end:]])

    def _found(self, text: str) -> Iterator[Span]:
        for pattern in self._patterns:
            yield from (hit.span() for hit in pattern.finditer(text))
        if not _ESCAPES[0].search(text):  # most texts hold none, and the places of their letters cost time
            return
        at_first = [(at, at + 1) for at in range(len(text))]
        for escape in _ESCAPES:
            letters, spans = text, at_first
            for _ in range(_LAYERS):
                if not escape.search(letters):
                    break
                letters, spans = _undone(escape, letters, spans)
                yield from self._hits(letters, spans)

    def _hits(self, letters: str, spans: list[Span]) -> Iterator[Span]:
        for pattern in self._patterns:
            for hit in pattern.finditer(letters):
                yield spans[hit.start()][0], spans[hit.end() - 1][1]


_SHORTEST_SECRET: Final = 4  # masking a shorter address part would riddle every text and hide nothing


class Untrusted:
    """Makes text of a server fit to be kept and shown: nothing of `secrets` in it, and no more of it than is wanted."""

    def __init__(self, *secrets: str) -> None:
        self._echoes = Echoes(*(secret for secret in secrets if len(secret) >= _SHORTEST_SECRET))

    def kept(self, text: str, limit: int) -> str:
        """The text as it came, masked, at most `limit` characters of it."""
        window = mask(self._echoes.masked(text[: limit + self._echoes.reach]))
        # A secret that the window cuts in two is not found: its first half goes with the window's end.
        return (window if len(text) <= limit + self._echoes.reach else window[: -self._echoes.reach])[:limit]

    def line(self, text: str, limit: int) -> str:
        """The text as part of a sentence: one line, masked, nothing invisible, not long."""
        line = printable(self.kept(" ".join(text.split()), limit + 1))
        return line if len(line) <= limit else f"{line[: limit - 1]}…"


def _undone(escape: re.Pattern[str], letters: str, spans: list[Span]) -> tuple[str, list[Span]]:
    """The letters with one layer of escapes undone, and where each of them came from."""
    pieces: list[str] = []
    places: list[Span] = []
    at = 0
    for found in escape.finditer(letters):
        low, high = found.span()
        meaning = _meaning(found)
        pieces += [letters[at:low], meaning]
        places += spans[at:low]
        places += [(spans[low][0], spans[high - 1][1])] * len(meaning)
        at = high
    return "".join([*pieces, letters[at:]]), places + spans[at:]


def _meaning(escape: re.Match[str]) -> str:
    kind = str(escape.lastgroup)
    if kind == "b":
        return escape["b"]
    if kind == "n":
        return _NAMED.get(escape["n"], escape[0])
    return chr(int(escape[kind], _BASES[kind]))
