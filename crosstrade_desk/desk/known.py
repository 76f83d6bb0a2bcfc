"""The secrets that the program holds just now, so that none of them is shown, sent or kept in the wrong place."""

from dataclasses import replace
from typing import Final

from crosstrade_desk.protocol.command import Command
from crosstrade_desk.protocol.echoes import Echoes
from crosstrade_desk.protocol.leaks import KEY_LEAK, Taken, take_secrets
from crosstrade_desk.protocol.problems import Problem, Problems
from crosstrade_desk.protocol.secret import SHORTEST_SOUGHT, Secret

_HELD: Final = "It holds your secret key or webhook address."


class KnownSecrets:
    """Grows while the program runs; what was known once stays known."""

    def __init__(self) -> None:
        self._secrets: set[Secret] = set()
        self._echoes = Echoes()

    def add(self, *secrets: Secret) -> None:
        """Looks for these from now on. A very short one is left out: it would be found in ordinary words."""
        self._secrets.update(secret for secret in secrets if len(secret.reveal()) >= SHORTEST_SOUGHT)
        self._echoes = Echoes(*(secret.reveal() for secret in self._secrets))

    def problems(self, command: Command) -> Problems | None:
        """The fields of a command that hold a secret, or None."""
        held = [name for name, text in command.texts.items() if self.masked(text) != text]
        return Problems(tuple(Problem(name, _HELD) for name in held)) if held else None

    def take(self, text: str) -> Taken:
        """Takes secrets out of a text from outside: those that are marked as such, and those that are known."""
        taken = take_secrets(text)
        clean = self.masked(taken.text)
        if clean == taken.text or taken.leaks:
            return replace(taken, text=clean)
        return replace(taken, text=clean, leaks=(Problem("key", KEY_LEAK),))

    def masked(self, text: str) -> str:
        """The text with dots for each secret in it, in whatever case and escapes its letters are."""
        return self._echoes.masked(text)
