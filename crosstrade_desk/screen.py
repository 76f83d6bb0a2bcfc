"""Whether there is a screen to open a window on. Asked before Qt is, for Qt ends the process if there is none."""

import os
import sys
from collections.abc import Mapping


def has_screen(environ: Mapping[str, str] = os.environ) -> bool:
    """True if a window can be shown: always on Windows and macOS, else by trying the display that is named."""
    if sys.platform in ("win32", "darwin") or environ.get("QT_QPA_PLATFORM") or environ.get("WAYLAND_DISPLAY"):
        return True
    return bool(environ.get("DISPLAY")) and _x_answers()


def _x_answers() -> bool:
    import ctypes  # noqa: PLC0415 - only X11 is asked this way

    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return True  # Qt brings no libxcb of its own: let it say what is missing
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(None, None))
    failed = xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    return not failed
