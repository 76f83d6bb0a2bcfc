"""What is read back -> the signals of the bridge."""

from typing import assert_never

from crosstrade_desk.desk.flat_watch import Exited
from crosstrade_desk.desk.observer import Lapsed, Told
from crosstrade_desk.desk.stages import Followed
from crosstrade_desk.readback.reader import News
from crosstrade_desk.ui.bridge import Bridge


class Reads:
    """Tells on the bridge what the observer tells. Apart from it: reading is imported once the window is painted."""

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge

    def on_read(self, told: Told) -> None:
        """Carries it. A fault that comes up meanwhile is one of showing what was read."""
        bridge = self._bridge
        was, bridge.tells_reads = bridge.tells_reads, True
        self._carry(told)
        bridge.tells_reads = was

    def _carry(self, told: Told) -> None:
        match told:
            case News() | Lapsed():
                self._bridge.news.emit(told)
            case Followed():
                self._bridge.followed.emit(told)
            case Exited():
                self._bridge.exited.emit(told)
            case unreachable:
                assert_never(unreachable)
