"""What became of one message. Four cases and no fifth; every `match` over them is exhaustive."""

from dataclasses import dataclass
from typing import ClassVar, Final


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server sent back: HTTP status and the body as text, masked and cut by whoever shows it."""

    status: int
    text: str


@dataclass(frozen=True, slots=True)
class Accepted:
    """The server said yes, or (`verdict` false) answered 2xx with neither yes nor no. It does not mean *filled*."""

    sentence: str
    answer: Answer
    verdict: bool = True

    @property
    def word(self) -> str:
        return "accepted" if self.verdict else "unconfirmed"


TAKEN: Final = ("accepted", "unconfirmed")  # the words of what was accepted


@dataclass(frozen=True, slots=True)
class Refused:
    """The server answered no. Of several accounts some may have been served all the same: `sentence` has its words."""

    sentence: str
    answer: Answer
    word: ClassVar[str] = "refused"


@dataclass(frozen=True, slots=True)
class NotSent:
    """The order surely never reached the server: not one byte of its text was handed to the network."""

    sentence: str
    word: ClassVar[str] = "not sent"


@dataclass(frozen=True, slots=True)
class Unknown:
    """The order may have reached the server. Never repeated by the program."""

    sentence: str
    answer: Answer | None = None
    word: ClassVar[str] = "unknown"


Outcome = Accepted | Refused | NotSent | Unknown


@dataclass(frozen=True, slots=True)
class LinkUp:
    """The server's host answered. `round_trip_ms` is the time of that small request."""

    round_trip_ms: float


@dataclass(frozen=True, slots=True)
class LinkDown:
    """The server's host did not answer; `sentence` says why, in the trader's words."""

    sentence: str


Link = LinkUp | LinkDown
