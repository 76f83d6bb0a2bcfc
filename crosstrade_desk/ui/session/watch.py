"""Whether the trader is away, from whatever this system has to tell it. Sleep alone is found everywhere: desk/away.py.

macOS tells neither in a way that was built here: there the clocks and the idle minutes are all.
"""

import logging
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Final

from PySide6.QtWidgets import QWidget

from crosstrade_desk.desk.away import Away
from crosstrade_desk.desk.tasks import TaskOwner

_LOG: Final = logging.getLogger("crosstrade_desk.session")


class SessionWatch:
    """Calls `on_away` on the loop's thread each time the screen is locked or the computer goes to sleep."""

    def __init__(self, on_away: Callable[[Away], None], tasks: TaskOwner) -> None:
        self._on_away, self._tasks = on_away, tasks
        self._close: Callable[[], None] = lambda: None

    async def start(self, window: QWidget) -> None:
        """Begins to listen. It may come to nothing, with a line in the log."""
        if sys.platform == "win32":
            from crosstrade_desk.ui.session.windows import WindowsSession

            session = WindowsSession(self._on_away)
            session.start(int(window.winId()))
            self._close = session.close
        elif sys.platform != "darwin":
            bus = await self._tasks.in_thread(_load_bus)
            if bus is None:
                return
            for name in bus.BUSES:
                self._tasks.start(bus.watch(name, self._on_away), f"watch the {name.lower()} bus")

    def close(self) -> None:
        """Is told nothing more."""
        self._close()


def _load_bus() -> ModuleType | None:
    try:
        from crosstrade_desk.ui.session import bus
    except ImportError as fault:
        _LOG.info("no lock and sleep from D-Bus: %s", fault)
        return None
    return bus
