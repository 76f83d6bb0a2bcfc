"""One running program a data folder: the first holds the lock, and who comes later asks it to show its window."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from crosstrade_desk.calling.talk import Answer, Door, NoAnswer
from crosstrade_desk.protocol.problems import Invalid
from crosstrade_desk.storage.only_one import hold_alone, running_folder
from crosstrade_desk.storage.sessions import Sessions

SHOW: Final = "show"
PATIENCE_S: Final = 2.0
_AGAIN_S: Final = 0.02
_WHY: Final = {
    NoAnswer.SILENT: (
        "CrossTrade Desk runs already on this data folder, but does not answer. No second one was started. "
        "If it is just starting, wait a moment; if no window comes, end that program and start again."
    ),
    NoAnswer.ENDED: "CrossTrade Desk is just ending on this data folder. Start it again in a moment.",
    NoAnswer.ABSENT: (
        "CrossTrade Desk runs already on this data folder, but cannot be reached. No second one was started. "
        "If it is just starting or ending, try again in a moment."
    ),
}
Ask = Callable[[Path, str, float], Answer | NoAnswer]
OpenDoor = Callable[[Path], Door | Invalid]


@dataclass(frozen=True, slots=True)
class First:
    """The right to be the one program of a data folder, and the door for those who come later.

    Each is an `Invalid` if it could not be had. Without a lock there may be two programs: entries must not leave.
    """

    lock: Sessions | Invalid
    door: Door | Invalid

    def close(self) -> None:
        """Lets the next one be the first."""
        if not isinstance(self.lock, Invalid):
            self.lock.close()


def first_of(data: Path, ask: Ask, open_door: OpenDoor, until: float) -> First | Answer:
    """Becomes the first program of a data folder, or has the answer of the one that is. Blocks up to `until`.

    It asks before it locks, so that a lock file somebody deleted does not make a second program. One that is just
    starting has a lock and no door yet, one that is ending hangs up or has closed it: both are asked again until the
    time is over.
    """
    folder = running_folder(data)
    while True:
        said = ask(folder, SHOW, until)
        if isinstance(said, Answer):
            return said
        lock = None if said is NoAnswer.SILENT else hold_alone(data)
        if lock:
            return First(lock, open_door(folder))
        if said is NoAnswer.SILENT or time.monotonic() + _AGAIN_S >= until:
            return Answer(False, _WHY[said])
        time.sleep(_AGAIN_S)
