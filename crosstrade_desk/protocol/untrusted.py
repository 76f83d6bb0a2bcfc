"""Text of a server, made fit to be kept and shown."""

from typing import Final

from crosstrade_desk.protocol.echoes import Echoes
from crosstrade_desk.protocol.message import mask
from crosstrade_desk.protocol.problems import printable

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
