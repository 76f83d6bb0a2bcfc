"""One press and what the gate says to it, as plain data."""

from dataclasses import dataclass

from crosstrade_desk.protocol.command import Command


@dataclass(frozen=True, slots=True)
class Attempt:
    """One press. `live`: it goes to CrossTrade and not to practice. `now` is in monotonic seconds.

    `answered`: the question it raised was answered with yes. `waited_s`: how long ago it was made, by a program that
    called and had to wait.
    """

    command: Command
    connected: bool
    live: bool
    now: float
    answered: bool = False
    waited_s: float = 0.0

    @property
    def pressed(self) -> float:
        """When it was made."""
        return self.now - self.waited_s


@dataclass(frozen=True, slots=True)
class Go:
    """The command may leave now. An entry has locked the gate until its outcome."""


@dataclass(frozen=True, slots=True)
class Blocked:
    """Nothing was sent. `rule` names the guard, `sentence` tells the trader."""

    rule: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Question:
    """Nothing was sent yet: the trader is asked once. `rule` names who asks, `sentence` is the question."""

    rule: str
    sentence: str


Decision = Go | Blocked | Question
