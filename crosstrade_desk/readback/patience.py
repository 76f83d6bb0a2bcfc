"""What the end of a push connection means, and when the next one may be tried. Pure; times are in seconds."""

from dataclasses import dataclass
from enum import Enum
from typing import Final, assert_never

from crosstrade_desk.readback.answers import Trouble

PAUSES_S: Final = (1.0, 2.0, 5.0, 10.0, 30.0)
_LONGEST_PAUSE_S: Final = 60.0
STOOD_S: Final = 30.0
"""A connection that lasted so long was a good one."""
MOST_GOODBYES: Final = 3


class End(Enum):
    """Why there is no connection any more."""

    LOST = "the network, or a fault of the server"
    CLOSED = "the server said goodbye"
    TAKEN = "another program connected with the same key"
    REFUSED = "the server gives none"


@dataclass(frozen=True, slots=True)
class Ended:
    """The end of a connection, or why there was none. `said`: the server's words, fit to be shown."""

    why: End
    said: str = ""
    status: int = 0
    wait_s: float = 0.0


class Patience:
    """Counts what ended soon. A server that lets in and says goodbye soon, again and again, has given the place to
    somebody else without saying so: that is given way to as well.
    """

    def __init__(self) -> None:
        self._tries = self._goodbyes = 0

    def after(self, ended: Ended, lasted_s: float) -> tuple[Trouble, float | None]:
        """The trouble, and the pause until the next try; None: not before the trader asks for it."""
        if lasted_s >= STOOD_S:
            self.forget()
        match ended.why:
            case End.TAKEN:
                return Trouble.PUSH_TAKEN, None
            case End.REFUSED:
                return Trouble.PUSH_REFUSED, None
            case End.CLOSED:
                self._goodbyes += 1
            case End.LOST:
                pass  # says nothing of others
            case unreachable:
                assert_never(unreachable)
        if self._goodbyes >= MOST_GOODBYES:
            return Trouble.PUSH_TAKEN, None
        pause_s = PAUSES_S[min(self._tries, len(PAUSES_S) - 1)]
        self._tries += 1
        return Trouble.PUSH_DOWN, max(pause_s, min(_LONGEST_PAUSE_S, ended.wait_s))

    def forget(self) -> None:
        """Begins to count anew."""
        self._tries = self._goodbyes = 0
