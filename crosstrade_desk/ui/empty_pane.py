"""The room of a pane that is not there yet."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QFrame


@dataclass(frozen=True, slots=True)
class Room:
    """What a pane asks for, in pixels: at least, usually, and at least in the compact form."""

    least: QSize
    usual: QSize
    slim: QSize


# As the panes themselves say; tests hold them to it. In another font they may differ by the height of some letters,
# which shows only where a window is too low for what stands in it.
ROOMS: Final = {
    "presets": Room(QSize(160, 182), QSize(278, 306), QSize(160, 65)),
    "log": Room(QSize(460, 128), QSize(900, 230), QSize(460, 92)),
    "reading": Room(QSize(421, 131), QSize(421, 271), QSize(421, 131)),
}


class EmptyPane(QFrame):
    """Looks like an empty pane, and takes the same room: nothing moves when the pane comes."""

    def __init__(self, room: Room) -> None:
        super().__init__()
        self.setObjectName("panel")
        self._room, self._slim = room, False

    def set_slim(self, slim: bool) -> None:
        """Asks for what the pane asks for in the compact form."""
        self._slim = slim
        self.updateGeometry()

    def minimumSizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        return self._room.slim if self._slim else self._room.least

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        return self._room.usual
