"""What a trouble of reading holds back, and until when. Pure: time is an argument, in monotonic seconds."""

import math

from crosstrade_desk.readback.plan import Call, Reaction


class Pauses:
    """The troubles since something was last read: each in a row makes a longer pause, after which one call is tried.

    `stopped`: nothing is read until the trader asks for it. `only`: the one call that is tried after the pause.
    """

    def __init__(self) -> None:
        self.stopped = False
        self.until = -math.inf
        self.only: Call | None = None
        self._in_a_row = 0

    @property
    def lasts(self) -> bool:
        """Whether nothing was read since the last trouble: then one call is made at a time."""
        return self._in_a_row > 0

    def after(self, reaction: Reaction, now: float) -> None:
        """A trouble came that concerns every call; one that comes within a pause is of the same moment."""
        if now >= self.until:
            pauses = reaction.pauses_s or (0.0,)
            self.until = now + pauses[min(self._in_a_row, len(pauses) - 1)]
            self._in_a_row, self.only = self._in_a_row + 1, reaction.only

    def over(self) -> None:
        """Something was read."""
        self._in_a_row, self.only = 0, None
