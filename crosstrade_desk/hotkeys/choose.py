"""Which desktop's way it is. Imports only what that one needs."""

import logging
import os
from collections.abc import Callable, Mapping
from typing import Final

from PySide6.QtGui import QGuiApplication

from crosstrade_desk.desk.tasks import TaskOwner
from crosstrade_desk.hotkeys.state import Fired, Hotkeys, NoHotkeys, Told
from crosstrade_desk.protocol.problems import Invalid

_LOG: Final = logging.getLogger("crosstrade_desk.hotkeys")
_NONE: Final = "Without a desktop there are no keys for all programs."
_MISSING: Final = "What keys for all programs need of this system is not there: the log file tells more."


def hotkeys(
    tasks: TaskOwner, fired: Fired, told: Told, platform: str | None = None, environ: Mapping[str, str] = os.environ
) -> Hotkeys:
    """The way of the desktop that the window is on, which Qt's platform tells. Blocks for the X server's greeting where
    it is X11."""
    make = _WAYS.get(_way(platform or QGuiApplication.platformName(), environ))
    try:
        return make(tasks, fired, told) if make else NoHotkeys(_NONE)
    except (ImportError, OSError, AttributeError) as fault:  # a library or a call in it that is not there
        _LOG.warning("no keys for all programs: %r", fault)
        return NoHotkeys(_MISSING)


def _way(platform: str, environ: Mapping[str, str]) -> str:
    """Under Wayland a grab of X11 succeeds and works in X11 programs only: there the portal is the way for them too."""
    under_wayland = environ.get("WAYLAND_DISPLAY") or environ.get("XDG_SESSION_TYPE") == "wayland"
    return "wayland" if platform.startswith("wayland") or (platform == "xcb" and under_wayland) else platform


def _x11(_tasks: TaskOwner, fired: Fired, told: Told) -> Hotkeys:
    from crosstrade_desk.hotkeys.x11 import x11_hotkeys

    found = x11_hotkeys(fired, told)
    return NoHotkeys(found.message) if isinstance(found, Invalid) else found


def _portal(tasks: TaskOwner, fired: Fired, told: Told) -> Hotkeys:
    from crosstrade_desk.hotkeys.portal import PortalHotkeys

    return PortalHotkeys(tasks, fired, told)


def _windows(_tasks: TaskOwner, fired: Fired, _told: Told) -> Hotkeys:
    from crosstrade_desk.hotkeys.windows import RealUser32, WindowsHotkeys

    return WindowsHotkeys(fired, RealUser32())


def _macos(_tasks: TaskOwner, fired: Fired, _told: Told) -> Hotkeys:
    from crosstrade_desk.hotkeys.carbon import real_carbon
    from crosstrade_desk.hotkeys.macos import MacHotkeys

    return MacHotkeys(fired, real_carbon())


_WAYS: Final[Mapping[str, Callable[[TaskOwner, Fired, Told], Hotkeys]]] = {
    "xcb": _x11,
    "wayland": _portal,
    "windows": _windows,
    "cocoa": _macos,
}
