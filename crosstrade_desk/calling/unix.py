"""The way to the running program on Linux and macOS: a socket in a folder that only this user can enter."""

import os
import socket
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from crosstrade_desk.calling.talk import LINE_LIMIT, NO_TEXTS, Answer, Call, NoAnswer, call_by, call_line, read_answer

SOCKET: Final = "socket"
_LONGEST: Final = 100  # bytes; a socket's address holds 107 on Linux, 103 on macOS


def ask(
    folder: Path, verb: str, until: float, texts: Mapping[str, str] = NO_TEXTS, outcome_s: float = 0.0
) -> Answer | NoAnswer:
    """Calls the program that runs on `folder`.

    Blocks up to the monotonic second `until`, and up to `outcome_s` more once the call was taken.
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        try:
            _limit(line, until)
            if (folder / SOCKET).stat().st_uid != os.geteuid():
                return NoAnswer.ABSENT  # whoever else listens there would be believed
            with reachable(folder / SOCKET) as address:
                line.connect(address)
        except (TimeoutError, BlockingIOError):  # its queue is full
            return NoAnswer.SILENT
        except OSError:
            return NoAnswer.ABSENT
        return _asked(line, call_by(verb, until, texts), until, outcome_s)


def _asked(line: socket.socket, call: Call, until: float, outcome_s: float) -> Answer | NoAnswer:
    if_none, received = NoAnswer.ENDED, bytearray()
    try:
        line.sendall(call_line(call))
        found = _answer(line, received, until)
        if found is NoAnswer.UNTOLD:
            if_none = found
            found = _answer(line, received, time.monotonic() + outcome_s)
    except TimeoutError:
        return NoAnswer.SILENT if if_none is NoAnswer.ENDED else if_none
    except OSError:
        return if_none
    return if_none if found is None else found


def _answer(line: socket.socket, received: bytearray, until: float) -> Answer | NoAnswer | None:
    """The next answer, None if the other side hung up before it; what came behind it stays in `received`."""
    while b"\n" not in received and len(received) <= LINE_LIMIT:
        _limit(line, until)
        some = line.recv(LINE_LIMIT)
        if not some:
            break
        received += some
    text, end, rest = bytes(received).partition(b"\n")
    received[:] = rest
    return read_answer(text + end) if text else None


def _limit(line: socket.socket, until: float) -> None:
    left_s = until - time.monotonic()
    if left_s <= 0:
        raise TimeoutError
    line.settimeout(left_s)


@contextmanager
def reachable(path: Path) -> Iterator[str]:
    """The path, or if it is too long for a socket's address, one through a link that goes again at once."""
    if len(os.fsencode(path)) <= _LONGEST:
        yield str(path)
        return
    with tempfile.TemporaryDirectory(prefix="ctd") as near:
        link = Path(near, "d")
        link.symlink_to(path.parent, target_is_directory=True)
        yield str(link / path.name)
