"""Lock and sleep on Windows, as its messages to a window tell them. Not run on Windows by its makers.

Source: learn.microsoft.com, WM_WTSSESSION_CHANGE, WM_POWERBROADCAST, WTSRegisterSessionNotification.
"""

import logging
import sys
from collections.abc import Callable
from ctypes import wintypes
from typing import Final

from PySide6.QtCore import QAbstractNativeEventFilter, QByteArray, QCoreApplication

from crosstrade_desk.desk.away import Away

_LOG: Final = logging.getLogger("crosstrade_desk.session")
_KIND: Final = b"windows_generic_MSG"
_WM_POWERBROADCAST: Final = 0x0218
_WM_WTSSESSION_CHANGE: Final = 0x02B1
_NOTIFY_FOR_THIS_SESSION: Final = 0

# (message, wParam)
MEANS: Final = {
    (_WM_WTSSESSION_CHANGE, 0x2): Away.LOCKED,  # WTS_CONSOLE_DISCONNECT: another user has the screen
    (_WM_WTSSESSION_CHANGE, 0x4): Away.LOCKED,  # WTS_REMOTE_DISCONNECT
    (_WM_WTSSESSION_CHANGE, 0x7): Away.LOCKED,  # WTS_SESSION_LOCK
    (_WM_POWERBROADCAST, 0x4): Away.SLEPT,  # PBT_APMSUSPEND
    (_WM_POWERBROADCAST, 0x7): Away.SLEPT,  # PBT_APMRESUMESUSPEND
    (_WM_POWERBROADCAST, 0x12): Away.SLEPT,  # PBT_APMRESUMEAUTOMATIC
}


class WindowsSession(QAbstractNativeEventFilter):
    """Calls `on_away` at each message of the table. It sees every message of the program, and keeps none back."""

    def __init__(self, on_away: Callable[[Away], None]) -> None:
        super().__init__()
        self._on_away = on_away
        self._window = 0

    def nativeEventFilter(  # noqa: N802 (Qt's name)
        self, kind: QByteArray | bytes | bytearray | memoryview, message: int
    ) -> object:
        if kind == _KIND:
            said = wintypes.MSG.from_address(int(message))
            if away := MEANS.get((said.message, said.wParam)):
                self._on_away(away)
        return False, 0

    def start(self, window: int) -> None:
        """Asks the system to tell the window with this handle; on other systems it does nothing."""
        if sys.platform == "win32":
            import ctypes  # noqa: PLC0415 - with what only Windows has in it

            self._window = window
            if app := QCoreApplication.instance():
                app.installNativeEventFilter(self)
            if not ctypes.windll.wtsapi32.WTSRegisterSessionNotification(
                wintypes.HWND(window), wintypes.DWORD(_NOTIFY_FOR_THIS_SESSION)
            ):
                _LOG.warning("Windows does not tell when the screen is locked: error %s", ctypes.GetLastError())

    def close(self) -> None:
        """Is told nothing more."""
        if sys.platform == "win32" and self._window:
            import ctypes  # noqa: PLC0415 - with what only Windows has in it

            ctypes.windll.wtsapi32.WTSUnRegisterSessionNotification(wintypes.HWND(self._window))
            if app := QCoreApplication.instance():
                app.removeNativeEventFilter(self)
