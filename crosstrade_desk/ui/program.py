"""The long-lived objects of a running program, for whatever runs inside it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from crosstrade_desk.desk.connection import Connection
from crosstrade_desk.desk.desk import Desk
from crosstrade_desk.ui.bridge import Bridge
from crosstrade_desk.ui.log.model import Pages
from crosstrade_desk.ui.main_window import MainWindow


@dataclass(frozen=True, slots=True)
class Program:
    """What the composition root built."""

    desk: Desk
    bridge: Bridge
    window: MainWindow
    connection: Connection
    journal: Pages


Inside = Callable[[Program], Awaitable[int]]
