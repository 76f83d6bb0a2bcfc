"""Whether the desktop's session bus answers: Qt asks it at the start, and would wait for ever for one that hangs."""

import os
import re
import socket
import sys
from collections.abc import MutableMapping
from contextlib import closing
from typing import Final
from urllib.parse import unquote

_VARIABLE: Final = "DBUS_SESSION_BUS_ADDRESS"
_LIMIT_S: Final = 1.0
_NONE: Final = "disabled:"
_SAID: Final = "The session bus of the desktop does not answer: keyring, screen lock and screen readers are left out.\n"


def go_without_a_hung_bus(environ: MutableMapping[str, str]) -> str:
    """Takes the address of a bus that is there and says nothing out of the environment; gives a sentence if so.

    Blocks for 1 s at most, and for under 1 ms where the bus answers. Source: D-Bus Specification, "Authentication
    Protocol".
    """
    found = re.search(r"unix:(?:[^;]*,)?path=([^,;]+)", environ.get(_VARIABLE, ""))
    if sys.platform != "linux" or not found or not _hangs(unquote(found[1])):
        return ""
    environ[_VARIABLE] = _NONE
    return _SAID


def _hangs(path: str) -> bool:
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)) as line:
        line.settimeout(_LIMIT_S)
        try:
            line.connect(path)
            line.sendall(b"\0AUTH EXTERNAL " + str(os.getuid()).encode().hex().encode() + b"\r\n")
            line.recv(1)
        except TimeoutError:
            return True
        except OSError:  # nobody is there, which Qt finds out at once
            return False
        return False
