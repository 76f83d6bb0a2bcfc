"""Plain text for places where Qt would take it for HTML: text of a server or a file must never be drawn as a page."""

import html
import re

_LONG_WORD = re.compile(r"\S{20}(?=\S{4})")


def tip(text: str) -> str:
    """A tool tip that shows `text` as it is. Qt guesses whether a text is HTML; this leaves nothing to guess."""
    return f"<qt>{html.escape(text)}</qt>" if text else ""


def breakable(text: str) -> str:
    """The text with places where a very long name may be broken, so that none of it runs out of sight."""
    return _LONG_WORD.sub(lambda found: f"{found[0]}\u200b", text)
