"""Undoes what hides the letters of a text: escapes, also escaped again, odd forms of a letter, and invisible ones.

Every letter remembers the place it came from, so that what is found is masked where it stands. Plain steps, not one
clever pattern: possessive ones go wrong in Python 3.11.2.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from html.entities import html5
from itertools import combinations
from typing import Final

from crosstrade_desk.protocol.secret import MASK

Span = tuple[int, int]
Edit = tuple[int, int, int, int]  # from and to in the new letters, from and to in the former ones

LONGEST_FORM: Final = 24  # characters that stand for one: `&amp;amp;#x00005c;` and some backslashes
_LAYERS: Final = 3  # escaped, escaped again, and once more for good measure
# Letters that nobody sees though they are no format signs (Cf): fillers and selectors.
_UNSEEN: Final = "\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef"
_IS_UNSEEN: Final = re.compile(f"[{_UNSEEN}]")
# At least every letter that `_plain` changes; a test holds it to that. To ask for each letter would take too long.
_ODD: Final = re.compile(
    f"[{_UNSEEN}"
    "\xaa\xad\xb2\xb3\xb9\xba\u017f\u02b0-\u02e3\u037e\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u1d2c-\u1dbb"
    "\u1fef\u200b-\u200f\u2024\u202a-\u202e\u2060-\u209c\u2102-\u2149\u2160-\u217f\u2460-\u24ea\u2c7c\u2c7d\ua7f2-\ua7f4"
    "\ufb29\ufe10-\ufe6b\ufeff-\uff5e\ufff9-\ufffb\U000107a5\U000110bd\U000110cd\U00013430-\U0001343f"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U0001d400-\U0001d7ff\U0001f12b-\U0001f149\U0001fbf0-\U0001fbf9"
    "\U000e0001-\U000e007f]"
)
_UNUSUAL: Final = re.compile("[^\x00-\x7f•“”’–—…]")  # quicker than the former, for the texts of the program itself
_TAIL: Final = "%[89ab][0-9a-f]"  # of a letter that UTF-8 writes in several bytes
_JSON: Final = (
    r"\\u(?P<s>d[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2})"  # a letter that JSON writes as two
    r"|\\u(?P<u>[0-9a-f]{4})|\\x(?P<x>[0-9a-f]{2})|\\(?P<b>[^a-z0-9\s])"
)
_HTML: Final = (
    r"&\#x0{0,5}(?P<H>[1-9a-f][0-9a-f]{2,4});|&\#0{0,5}(?P<D>[1-9][0-9]{3,5});"
    r"|&\#x0{0,5}(?P<h>[0-9a-f]{1,2});?|&\#0{0,5}(?P<d>[0-9]{1,3});?|&(?P<n>[A-Za-z]{2,24});"
)
_WEB: Final = rf"(?P<w>%[cd][0-9a-f]{_TAIL}|%e[0-9a-f](?:{_TAIL}){{2}}|%f[0-4](?:{_TAIL}){{3}})|%(?P<p>[0-9a-f]{{2}})"
_STRANGER: Final = re.compile(f"(?P<o>{_ODD.pattern})")
_BASES: Final = {"u": 16, "x": 16, "p": 16, "h": 16, "d": 10, "H": 16, "D": 10}


@cache
def _escapes() -> tuple[re.Pattern[str], ...]:
    """All of them at once, for mixtures; then fewer, for secrets that hold letters which the others would undo.

    Made when a text first hides something: it takes 2 ms, which no start needs.
    """
    sets = (kinds for number in (3, 2, 1) for kinds in combinations((_JSON, _HTML, _WEB), number))
    return tuple(re.compile("|".join(kinds), re.IGNORECASE) for kinds in sets)


class Undone:
    """The letters of a text with one more layer undone than `former`, which is None for the text itself."""

    def __init__(self, letters: str, former: "Undone | None" = None, edits: Iterable[Edit] = ()) -> None:
        self.letters = letters
        self._former = former
        self._edits = list(edits)
        self._lows = [edit[0] for edit in self._edits]

    def span(self, low: int, high: int) -> Span:
        """Where the letters from `low` to `high`, at least one, stand in the text itself."""
        if self._former is None:
            return low, high
        return self._former.span(self._place(low)[0], self._place(high - 1)[1])

    def _place(self, at: int) -> Span:
        number = bisect_right(self._lows, at) - 1
        if number < 0:
            return at, at + 1
        _, end, low, high = self._edits[number]
        return (low, high) if at < end else (high + at - end, high + at - end + 1)

    def deeper(self, escape: re.Pattern[str]) -> "Undone | None":
        """The letters with one more layer undone, None if there is nothing to undo."""
        pieces: list[str] = []
        edits: list[Edit] = []
        at = shift = 0
        for found in escape.finditer(self.letters):
            (low, high), meaning = found.span(), _meaning(found)
            if meaning != found[0]:
                edits.append((low + shift, low + shift + len(meaning), low, high))
                pieces += [self.letters[at:low], meaning]
                at, shift = high, shift + len(meaning) - (high - low)
        return Undone("".join([*pieces, self.letters[at:]]), self, edits) if edits else None


def undone(text: str) -> Iterator[Undone]:
    """The text with its layers undone, each once; nothing if there are none, which is soon seen."""
    if not hides(text):
        return
    whole = Undone(text)
    # Odd letters first: they may stand within an escape, and half of one must not be undone.
    bare = None if text.isascii() else whole.deeper(_STRANGER)
    if bare:
        yield bare
    seen = {text, bare.letters if bare else text}
    for escape in _escapes():
        layer = (bare or whole).deeper(escape)
        for _ in range(_LAYERS):
            if layer is None:
                break
            if layer.letters not in seen:
                seen.add(layer.letters)
                yield layer
            layer = layer.deeper(escape)


def dotted(text: str, spans: Iterable[Span]) -> str:
    """The text with dots for each of the spans, which may overlap."""
    shown, end = [], 0
    for low, high in sorted(spans):
        if high > end:
            shown += [text[end:low], MASK] if low >= end else []
            end = high
    return "".join([*shown, text[end:]])


def hides(text: str) -> bool:
    """Whether there could be anything to undo in a text: a quick look."""
    return "\\" in text or "%" in text or "&" in text or not (text.isascii() or _UNUSUAL.search(text) is None)


@lru_cache(1024)
def _plain(letter: str) -> str:
    """The ASCII letter that an odd one stands for, "" for an invisible one, and any other as it is."""
    if letter.isascii():
        return letter
    if unicodedata.category(letter) == "Cf" or _IS_UNSEEN.match(letter):
        return ""
    form = unicodedata.normalize("NFKC", letter)
    is_other = form.casefold() != letter.casefold()  # the long s and the sign of Kelvin are found in any case
    return form if is_other and len(form) == 1 and form.isascii() and form != " " else letter


# Only those that stand for letters of a secret, or for none at all.
_NAMED: Final = {
    name[:-1]: plain
    for name, meaning in html5.items()
    if name.endswith(";") and len(meaning) == 1 and (plain := _plain(meaning)).isascii()
}


def _meaning(escape: re.Match[str]) -> str:
    kind = str(escape.lastgroup)
    written = escape[kind]
    if kind == "n":
        return _NAMED.get(written, escape[0])
    if kind == "w":
        return "".join(map(_plain, bytes.fromhex(written.replace("%", "")).decode(errors="replace")))
    if kind == "s":
        return _plain(bytes.fromhex(written.casefold().replace("\\u", "")).decode("utf-16-be"))
    return _plain(chr(int(written, _BASES[kind])) if kind in _BASES else written)
