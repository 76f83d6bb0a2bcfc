"""The way to the running program on Linux and macOS: a socket in a folder that only this user can enter."""

import os
import socket
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from crosstrade_desk.calling.talk import LINE_LIMIT, Answer, NoAnswer, call_by, call_line, read_answer

SOCKET: Final = "socket"
_LONGEST: Final = 100  # bytes; a socket's address holds 107 on Linux, 103 on macOS


def ask(folder: Path, verb: str, until: float) -> Answer | NoAnswer:
    """Calls the program that runs on `folder`. Blocks up to the monotonic second `until`."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        try:
            _limit(line, until)
            with reachable(folder / SOCKET) as address:
                line.connect(address)
        except (TimeoutError, BlockingIOError):  # its queue is full
            return NoAnswer.SILENT
        except OSError:
            return NoAnswer.ABSENT
        try:
            line.sendall(call_line(call_by(verb, until)))
            received = _received(line, until)
        except TimeoutError:
            return NoAnswer.SILENT
        except OSError:
            return NoAnswer.ENDED
    return read_answer(received) if received else NoAnswer.ENDED


def _received(line: socket.socket, until: float) -> bytes:
    received = b""
    while not received.endswith(b"\n") and len(received) <= LINE_LIMIT:
        _limit(line, until)
        some = line.recv(LINE_LIMIT)
        if not some:
            break
        received += some
    return received


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
