"""A window of another program: writes each key that reaches it on a line of its own, and `ready` once it is shown."""

import sys

from PySide6.QtCore import QEvent, QTimer
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QWidget


class Ear(QWidget):
    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            tell(QKeySequence(event.keyCombination()).toString())
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 (Qt's name)
        super().focusInEvent(event)
        tell("ready")


def tell(word: str) -> None:
    sys.stdout.write(f"{word.encode('ascii', 'backslashreplace').decode()}\n")
    sys.stdout.flush()


app = QApplication(sys.argv)
ear = Ear()
ear.setWindowTitle("Another program")
ear.resize(300, 200)
ear.show()
QTimer.singleShot(0, ear.setFocus)
app.exec()
