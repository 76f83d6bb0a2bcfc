"""Plays the sound of what happened, in a thread of its own: one at a time, each kind waiting once at most."""

from collections.abc import Callable
from pathlib import Path
from threading import Condition, Thread

from crosstrade_desk.resources import resources
from crosstrade_desk.ui.feedback.cues import Cue
from crosstrade_desk.ui.feedback.players import Player, find, missing

_END_S = 1.0


class Sounds:
    """A call of `play` never waits. The player is looked for once, in the thread, which ends with `close`."""

    def __init__(self, seek: Callable[[], Player | None] = find, folder: Path | None = None) -> None:
        self._seek, self._folder = seek, folder or resources() / "sounds"
        self._due: set[Cue] = set()
        self._change = Condition()
        self._player: Player | None = None
        self._ended = False
        self.trouble = ""  # why nothing is heard, once that is known
        self._thread = Thread(target=self._work, name="sounds", daemon=True)
        self._thread.start()

    def play(self, cue: Cue) -> None:
        """Has a sound played soon. One that waits already is played once; the most important one goes first."""
        with self._change:
            self._due.add(cue)
            self._change.notify()

    def _work(self) -> None:
        self._player = player = self._seek()
        self.trouble = "" if player else missing()
        while cue := self._next():
            if player:
                could = player.play(self._folder / f"{cue.value}.wav")
                self.trouble = "" if could else "The last sound could not be played."

    def _next(self) -> Cue | None:
        with self._change:
            self._change.wait_for(lambda: self._due or self._ended)
            if self._ended:
                return None
            cue = next(one for one in Cue if one in self._due)
            self._due.discard(cue)
            return cue

    def close(self) -> None:
        """Ends what is playing. Blocks for that, a second at most."""
        with self._change:
            self._ended = True
            self._change.notify()
        if self._player:
            self._player.stop()
        self._thread.join(_END_S)
