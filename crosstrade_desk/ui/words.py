"""What a window says: every text in it, as one would read it from its picture."""

from collections.abc import Callable
from typing import Any, Final

from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QLabel,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QTableView,
    QWidget,
)

from crosstrade_desk.ui.ticket.buttons import FireButton


def _first_rows(table: QTableView) -> str:
    model = table.model()
    rows = range(min(model.rowCount(), 50))
    columns = range(model.columnCount())
    return "\n".join("  ".join(str(model.index(row, column).data()) for column in columns) for row in rows)


_READERS: Final[tuple[tuple[type[QWidget], Callable[[Any], str]], ...]] = (
    (FireButton, lambda button: button.words),
    (QLabel, QLabel.text),
    (QAbstractButton, QAbstractButton.text),
    (QLineEdit, QLineEdit.displayText),
    (QPlainTextEdit, QPlainTextEdit.toPlainText),
    (QComboBox, QComboBox.currentText),
    (QListWidget, lambda names: "\n".join(names.item(i).text() for i in range(names.count()))),
    (QTableView, _first_rows),
)


def words(window: QWidget) -> list[str]:
    """Every line of text that the window shows."""
    found: list[str] = []
    for widget in window.findChildren(QWidget):
        read = next((read for kind, read in _READERS if isinstance(widget, kind)), None)
        if read and widget.isVisible():
            found += [line for line in read(widget).split("\n") if line.strip()]
    return found
