"""One order called for from outside: handed to the window that runs, or sent from here if none does.

One program a data folder sends. Only what may be carried out twice, which is a whole exit, is sent beside one that does
not answer: getting out must work. Imports nothing heavy before it is known that it has to be sent from here.
"""

import os
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, TextIO

from crosstrade_desk.calling.talk import TIME_LIMIT_S, Answer, NoAnswer
from crosstrade_desk.desk.wishes import BLOCKED, NOT_SENT, ORDER, UNKNOWN, Told, Wish, read_told
from crosstrade_desk.protocol.message import mask
from crosstrade_desk.protocol.problems import Invalid, printable
from crosstrade_desk.reach import ask
from crosstrade_desk.storage.folders import Folders, folders
from crosstrade_desk.storage.only_one import hold_alone, running_folder

_PATIENCE_S: Final = 2.0  # for one that is starting, ending, or sending just now
_ELSEWHERE: Final = ("place", "call", "connection")  # the rules of a window that could not even try
_AGAIN_S: Final = 0.02
_LOOK: Final = "Look in its log and in NinjaTrader before you send again."
_LOST: Final = {
    NoAnswer.SILENT: f"The window does not answer. The order may have reached it just before it hung. {_LOOK}",
    NoAnswer.ENDED: f"The window ended before it answered. {_LOOK}",
    NoAnswer.UNTOLD: f"The window took the order and did not tell what became of it. {_LOOK}",
}
_BUSY: Final = "Not sent: the program is just starting, ending or sending something else on this data folder."
_FAULT: Final = "The program made a mistake of its own ({}). Look in NinjaTrader before you send again."
_STOPPED: Final = "It was stopped before the outcome was known. Look in NinjaTrader before you send again."


@dataclass(slots=True)
class Caller:
    """Who called: the accounts he confirmed for a run without a window, and where the outcome and remarks go."""

    confirmed: tuple[str, ...]
    as_json: bool
    out: TextIO
    err: TextIO
    told: Told | None = None

    def tell(self, told: Told) -> Told:
        """Prints the outcome, and gives it; once it was printed, that one stands."""
        if self.told:
            return self.told
        self.told = told
        try:
            self.out.write(f"{told.as_json if self.as_json else told.line}\n")
            self.out.flush()
        except (OSError, ValueError):  # nobody reads it: the code still tells
            self.remark(f"The outcome could not be written. {told.line}")
        return told

    def remark(self, sentence: str) -> None:
        self.err.write(f"{mask(printable(sentence))}\n")


def run_call(wish: Wish, confirmed: tuple[str, ...], as_json: bool, out: TextIO, err: TextIO) -> int:
    """Has a wish carried out, prints what became of it, and gives the exit code. Blocks until it is known."""
    caller = Caller(confirmed, as_json, out, err)
    return caller.tell(wish.held or _told(replace(wish, called_us=time.time_ns() // 1000), caller)).code


def _told(wish: Wish, caller: Caller) -> Told:
    found = folders(os.environ)
    if isinstance(found, Invalid):
        return Told(NOT_SENT, found.message, "folder", order=wish.message.command.headline)
    try:
        return _carried(found, wish, caller)
    except KeyboardInterrupt:
        return Told(UNKNOWN, _STOPPED, order=wish.message.command.headline)
    except Exception as fault:  # noqa: BLE001 - whatever it is, the caller is told, and nothing of what it quotes
        return Told(UNKNOWN, _FAULT.format(type(fault).__name__), order=wish.message.command.headline)


def _carried(found: Folders, wish: Wish, caller: Caller) -> Told:
    folder, end = running_folder(found.data), time.monotonic() + _PATIENCE_S
    while True:
        said = ask(folder, ORDER, time.monotonic() + TIME_LIMIT_S, wish.texts, wish.outcome_s)
        match said:
            case Answer(_, sentence, texts):
                return _answered(found, wish, caller, read_told(texts) or _not_carried(wish, sentence, "call"))
            case NoAnswer.UNTOLD:
                return Told(UNKNOWN, _LOST[said], order=wish.message.command.headline)
            case NoAnswer.SILENT if wish.is_harmless:
                return _beside(found, wish, caller)
            case NoAnswer.SILENT | NoAnswer.ENDED if not wish.is_harmless:
                return Told(UNKNOWN, _LOST[said], order=wish.message.command.headline)
            case NoAnswer.SILENT | NoAnswer.ENDED | NoAnswer.ABSENT:
                pass
        lock = hold_alone(found.data)
        if lock is not None and not isinstance(lock, Invalid):
            with ExitStack() as held:
                held.callback(lock.close)
                return _alone(found, wish, caller, lambda told: _ended(caller, told, held))
        if isinstance(lock, Invalid) or time.monotonic() > end:
            return _beside(found, wish, caller) if wish.is_harmless else _not_carried(wish, _why(lock), "in flight")
        time.sleep(_AGAIN_S)  # no loop runs yet that could be held up


def _why(lock: Invalid | None) -> str:
    return f"{lock.message} Nothing was sent." if lock else _BUSY


def _answered(found: Folders, wish: Wish, caller: Caller, told: Told) -> Told:
    """What the window told; an exit that it could not even try, being elsewhere or of another version, goes beside."""
    return _beside(found, wish, caller) if wish.is_harmless and told.rule in _ELSEWHERE else told


def _not_carried(wish: Wish, sentence: str, rule: str) -> Told:
    return Told(BLOCKED, sentence, rule, order=wish.message.command.headline)


def _beside(found: Folders, wish: Wish, caller: Caller) -> Told:
    caller.remark("The program that runs on this data folder did not take it: it is sent from here.")
    return _alone(found, wish, caller)


def _ended(caller: Caller, told: Told, held: ExitStack) -> None:
    """The next one may be the one that sends, while this run seals what it wrote."""
    caller.tell(told)
    held.close()


def _alone(found: Folders, wish: Wish, caller: Caller, ended: Callable[[Told], None] | None = None) -> Told:
    from crosstrade_desk.alone import carry_out  # noqa: PLC0415 - asyncio, SQLite and the desk

    return carry_out(found, wish, caller.confirmed, caller.remark, ended)


def read_stdin_or(file: Path) -> str | Invalid:
    """The text of a file, of standard input for `-`."""
    from crosstrade_desk.desk.check_text import read_text  # noqa: PLC0415 - not for an exit

    if str(file) != "-":
        return read_text(file)
    return read_text(None, sys.stdin.buffer if sys.stdin else None)
