"""One running program a data folder: the first holds the lock, and who comes later asks it to show its window."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from crosstrade_desk.calling.talk import Answer, NoAnswer
from crosstrade_desk.protocol.problems import Invalid
from crosstrade_desk.storage.only_one import hold_alone, running_folder
from crosstrade_desk.storage.sessions import Sessions

SHOW: Final = "show"
_ANSWER_S: Final = 2.0
_PATIENCE_S: Final = 10.0
_AGAIN_S: Final = 0.02
_WHY: Final = {
    NoAnswer.SILENT: (
        "CrossTrade Desk runs already on this data folder, but does not answer. No second one was started. "
        "Wait a moment; if its window stays dead, end that program and start again."
    ),
    NoAnswer.ENDED: "CrossTrade Desk is just ending on this data folder. Start it again in a moment.",
    NoAnswer.ABSENT: (
        "CrossTrade Desk runs already on this data folder, but cannot be reached. No second one was started. "
        "If it is just starting or ending, wait a moment and try again."
    ),
}
Ask = Callable[[Path, str, float], Answer | NoAnswer]


@dataclass(frozen=True, slots=True)
class First:
    """The right to be the one program of a data folder, and where the door for those who come later belongs.

    `lock` is an `Invalid` if it could not be had: there may then be two programs, and entries must not leave.
    """

    lock: Sessions | Invalid
    folder: Path

    def close(self) -> None:
        """Lets the next one be the first."""
        if not isinstance(self.lock, Invalid):
            self.lock.close()


def first_of(data: Path, ask: Ask, patience_s: float = _PATIENCE_S) -> First | Answer:
    """Becomes the first program of a data folder, or says what became of asking the one that is to show itself.

    It asks before it locks, so that a lock file somebody deleted does not make a second program. One that is just
    starting or ending has the lock and no door: it is waited for, up to `patience_s`. One that has a door and does not
    answer within 2 s hangs. Blocks as long.
    """
    folder, end = running_folder(data), time.monotonic() + patience_s
    while True:
        said = ask(folder, SHOW, time.monotonic() + _ANSWER_S)
        if isinstance(said, Answer) and said.ok:
            return said
        if isinstance(said, Answer) or said is NoAnswer.SILENT:  # it answers no other than that we came too late
            return Answer(False, _WHY[NoAnswer.SILENT])
        if lock := hold_alone(data):
            return First(lock, folder)
        if time.monotonic() > end:
            return Answer(False, _WHY[said])
        time.sleep(_AGAIN_S)  # no loop runs yet that could be held up
