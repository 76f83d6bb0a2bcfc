"""The start of a window: the first of a data folder, or a word to the one that is there.

A word needs neither Qt nor asyncio: it takes 50 ms instead of 350.
"""

import os
import sys
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from crosstrade_desk.calling.session_bus import go_without_a_hung_bus
from crosstrade_desk.calling.talk import Answer
from crosstrade_desk.desk.first import first_of
from crosstrade_desk.protocol.problems import Invalid, printable
from crosstrade_desk.reach import ask
from crosstrade_desk.storage.folders import folders

if TYPE_CHECKING:
    from crosstrade_desk.ui.program import Program  # its import takes as long as Qt's


def start(inside: "Callable[[Program], Awaitable[int]] | None" = None) -> int:
    """Shows the window until it is closed, or until `inside` is done with it; gives the exit code.

    If the program runs on this data folder, it is asked to show its window instead: 0 if it does, else 1.
    """
    found = folders(os.environ)
    if isinstance(found, Invalid):
        return _say(Answer(False, found.message))
    first = first_of(found.data, ask)
    if isinstance(first, Answer):
        return _say(first)
    if (remark := go_without_a_hung_bus(os.environ)) and sys.stderr:
        sys.stderr.write(remark)
    from crosstrade_desk.ui.qt import load_qt

    load_qt()
    from crosstrade_desk import app

    try:
        return app.run(found, first, inside)
    finally:
        first.close()


def _say(answer: Answer) -> int:
    stream = sys.stdout if answer.ok else sys.stderr
    if stream:  # a windowed program of Windows has none
        stream.write(f"{printable(answer.said)}\n")
    return 0 if answer.ok else 1
