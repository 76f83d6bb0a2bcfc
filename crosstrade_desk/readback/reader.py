"""The interface of whatever reads, and what it tells."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from crosstrade_desk.readback.answers import Failed
from crosstrade_desk.readback.plan import Call, Subject, View
from crosstrade_desk.readback.values import Value


@dataclass(frozen=True, slots=True)
class News:
    """What one call brought. `asked` is the monotonic second at which it left: what it tells is no older than that."""

    call: Call
    subject: Subject
    asked: float
    found: Value | Failed


Listener = Callable[[News], None]


class Reader(Protocol):
    """Reads one place again and again. Lives on one loop's thread; whoever starts `run` owns the task."""

    async def run(self) -> None:
        """Reads until it is cancelled, and tells each answer to the listener. Never raises for what a server does."""

    def look(self, view: View) -> None:
        """Reads what the trader looks at from now on."""

    def acted(self, *sent: Subject) -> None:
        """A message left, so there may be news: of every account it reaches, or of all if it names none.

        What has an order id is a copy of a placing message, to be followed by that.
        """

    def soon(self, call: Call, account: str = "", *, first: bool = False) -> None:
        """Something tells that a call would bring news, of one account or of all. `first`: before anything else."""

    def retry(self) -> None:
        """Reads again after the key was refused: the trader asks for it."""

    def usual_s(self, call: Call) -> float:
        """Seconds between two reads of a call as a rule: what an age is judged by."""
