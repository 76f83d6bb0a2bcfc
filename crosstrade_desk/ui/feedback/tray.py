"""The icon beside the clock: where orders go and whether entries may leave. Nothing in its menu sends."""

from typing import Final, assert_never

from PySide6.QtCore import QObject, QRect, Qt, Signal
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QMenu, QSystemTrayIcon

from crosstrade_desk.desk.arming import Arm, Armed, Disarmed
from crosstrade_desk.desk.events import Mode, NoPlace, Place
from crosstrade_desk.ui.bridge import Bridge
from crosstrade_desk.ui.feedback.notices import Told
from crosstrade_desk.ui.icons import icon

_SIZES: Final = (16, 22, 24, 32, 48, 64)
_GROUNDS: Final = {Mode.PRACTICE: "tray-practice", Mode.LIVE: "tray-live", None: "tray-nowhere"}
_STANDS_MS: Final = 10_000


class Tray(QObject):
    """Shows place and entries by shape, colour and words. Where there is no tray, nothing is shown and nothing fails.

    Signals:
        show_wanted, off_wanted, quit_wanted: the trader wants the window, entries off, or the end.
    """

    show_wanted = Signal()
    off_wanted = Signal()
    quit_wanted = Signal()

    def __init__(self, bridge: Bridge, place: Place | NoPlace | None, arm: Arm) -> None:
        super().__init__()
        self._place, self._arm = place, arm
        self._names = ("", "")
        self.icon = QSystemTrayIcon(self)
        self.menu = QMenu()
        # The desktop may draw this menu on a ground of its own: the colour of edges is seen on a light and a dark one.
        self.menu.addAction(icon("show", "edge"), "Show").triggered.connect(self.show_wanted)
        self.off = self.menu.addAction(icon("off", "edge"), "Entries off")
        self.off.triggered.connect(self.off_wanted)
        self.menu.addAction(icon("quit", "edge"), "Quit").triggered.connect(self.quit_wanted)
        self.icon.setContextMenu(self.menu)
        self.icon.messageClicked.connect(self.show_wanted)
        self.icon.activated.connect(self._on_activated)
        bridge.place.connect(self._on_place)
        bridge.arm.connect(self._on_arm)
        self._show()

    def tell(self, told: Told) -> None:
        """Tells it beside the clock while no window of the program is in front. It takes no focus."""
        if self.icon.isVisible() and QApplication.activeWindow() is None:
            self.icon.showMessage(told.title, told.text, QSystemTrayIcon.MessageIcon.Warning, _STANDS_MS)

    def close(self) -> None:
        """Takes the icon away."""
        self.icon.hide()
        self.menu.deleteLater()
        self.deleteLater()

    def _on_activated(self, how: QSystemTrayIcon.ActivationReason) -> None:
        if how is QSystemTrayIcon.ActivationReason.Trigger:
            self.show_wanted.emit()

    def _on_place(self, place: Place | NoPlace) -> None:
        self._place = place
        self._show()

    def _on_arm(self, arm: Arm) -> None:
        self._arm = arm
        self._show()

    def _show(self) -> None:
        mode = self._place.mode if isinstance(self._place, Place) else None
        sign, said = _entries(self._arm)
        self.icon.setToolTip(f"CrossTrade Desk\n{mode.value if mode else 'NOT CONNECTED'}\n{said}")
        self.off.setEnabled(isinstance(self._arm, Armed))
        names = _GROUNDS[mode], sign
        if names != self._names:  # an icon is drawn six times
            self._names = names
            self.icon.setIcon(drawn(*names))


def _entries(arm: Arm) -> tuple[str, str]:
    match arm:
        case Armed():
            return "tray-on", "Entries are on."
        case Disarmed(why, tripped, _):
            return "tray-tripped" if tripped else "tray-off", f"ENTRIES OFF\n{why}"
        case unreachable:
            assert_never(unreachable)


def drawn(*names: str) -> QIcon:
    """Pictures of the program drawn over each other, in every size that a tray may want."""
    icon, layers = QIcon(), [QIcon(f"icons:{name}.svg") for name in names]
    for size in _SIZES:
        picture = QPixmap(size, size)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        for layer in layers:
            layer.paint(painter, QRect(0, 0, size, size))
        painter.end()
        icon.addPixmap(picture)
    return icon
