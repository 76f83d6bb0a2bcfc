"""Plain text for places where Qt would take it for HTML: text of a server or a file must never be drawn as a page."""

import html


def tip(text: str) -> str:
    """A tool tip that shows `text` as it is. Qt guesses whether a text is HTML; this leaves nothing to guess."""
    return f"<qt>{html.escape(text)}</qt>" if text else ""
