"""How each outcome of a message is shown, wherever one is: its sign, and the tone of its words."""

from typing import Final

SIGNS: Final = {
    "accepted": "✓",
    "unconfirmed": "~",
    "refused": "✗",
    "not sent": "○",
    "blocked": "⊘",
    "unknown": "?",
    "sending": "…",
}
TONES: Final = {
    "accepted": "good",
    "unconfirmed": "warn",
    "refused": "bad",
    "not sent": "bad",
    "blocked": "muted",
    "unknown": "warn",
    "sending": "muted",
}
