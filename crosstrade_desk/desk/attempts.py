"""One press and what the gate says to it, as plain data."""

from dataclasses import dataclass

from crosstrade_desk.protocol.command import Command


@dataclass(frozen=True, slots=True)
class Attempt:
    """One press. `live`: it goes to CrossTrade and not to practice. `now` is in monotonic seconds.

    `answered`: the question it raised was answered with yes.
    """

    command: Command
    connected: bool
    live: bool
    now: float
    answered: bool = False


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
