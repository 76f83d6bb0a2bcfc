"""Which desktop's way it is. Imports only what that one needs."""

from PySide6.QtGui import QGuiApplication

from crosstrade_desk.desk.tasks import TaskOwner
from crosstrade_desk.hotkeys.state import Fired, Hotkeys, NoHotkeys, Told
from crosstrade_desk.protocol.problems import Invalid

_NONE = "Without a desktop there are no keys for all programs."


def hotkeys(tasks: TaskOwner, fired: Fired, told: Told) -> Hotkeys:
    """The way of the desktop that the window is on. Blocks for the X server's greeting where it is X11."""
    match QGuiApplication.platformName():
        case "xcb":
            from crosstrade_desk.hotkeys.x11 import x11_hotkeys

            found = x11_hotkeys(fired)
            return NoHotkeys(found.message) if isinstance(found, Invalid) else found
        case "wayland":
            from crosstrade_desk.hotkeys.portal import PortalHotkeys

            return PortalHotkeys(tasks, fired, told)
        case "windows":
            from crosstrade_desk.hotkeys.windows import RealUser32, WindowsHotkeys

            return WindowsHotkeys(fired, RealUser32())
        case "cocoa":
            from crosstrade_desk.hotkeys.macos import MacHotkeys, RealCarbon

            return MacHotkeys(fired, RealCarbon())
        case _:
            return NoHotkeys(_NONE)
