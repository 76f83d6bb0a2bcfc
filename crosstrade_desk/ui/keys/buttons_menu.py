"""The buttons that a stray Space must not press, and Tab therefore passes by: as a menu, for who has no mouse."""

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication, QMenu, QPushButton, QWidget

from crosstrade_desk.ui.plain_buttons import MOUSE_ONLY
from crosstrade_desk.ui.ticket.buttons import FireButton


class ButtonsMenu(QMenu):
    """Lists those that are in sight and can be pressed now. An entry presses its button, by no way of its own."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("buttons-menu")
        self.setToolTipsVisible(True)
        self._window = window

    def open(self) -> None:
        """Shows it where the focus is. Blocks nothing."""
        self.clear()
        for button in self._window.findChildren(QPushButton):
            if button.property(MOUSE_ONLY) and button.isVisible() and button.isEnabled():
                self._add(button)
        if self.isEmpty():
            self.addAction("No such button is in sight: mark a row first.").setEnabled(False)
        place = QApplication.focusWidget() or self._window
        self.popup(place.mapToGlobal(QPoint(0, place.height())))

    def _add(self, button: QPushButton) -> None:
        title = button.words if isinstance(button, FireButton) else button.text()
        entry = self.addAction(" ".join(title.split()).replace("&", "&&"))
        entry.setObjectName(f"press-{button.objectName()}")
        entry.setToolTip(button.toolTip())
        entry.triggered.connect(button.press_by_key if isinstance(button, FireButton) else button.click)
