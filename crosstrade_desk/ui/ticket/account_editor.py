"""The editor for accounts."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QListWidget, QListWidgetItem, QPushButton, QVBoxLayout, QWidget

from crosstrade_desk.ui.ticket.editors import Editor, row


class AccountEditor(Editor):
    """The accounts as a list with ticks. A double click renames, Add and Remove change the list."""

    names_changed = Signal()
    _ROWS: Final = 3

    def __init__(self, names: Sequence[str], chosen: Sequence[str]) -> None:
        super().__init__()
        self._list = QListWidget()
        self._list.setUniformItemSizes(True)
        self._list.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked | QAbstractItemView.EditTrigger.EditKeyPressed
        )
        for name in names:
            self._append(name, ticked=name in chosen)
        self._list.setFixedHeight(self._ROWS * 22 + 6)
        self._list.itemChanged.connect(self._on_changed)
        layout = row(self._list)
        layout.addLayout(self._buttons())
        self.setLayout(layout)

    def _buttons(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        tips = {"Add": "Add an account by its name.", "Remove": "Take the marked account off this list."}
        for title, action in (("Add", self.add), ("Remove", self._remove)):
            button = QPushButton(title)
            button.setToolTip(tips[title])
            button.setFixedWidth(76)
            button.clicked.connect(action)
            column.addWidget(button)
        column.addStretch()
        return column

    def _append(self, name: str, *, ticked: bool) -> QListWidgetItem:
        item = QListWidgetItem(name)
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable | Qt.ItemFlag.ItemIsUserCheckable)
        item.setCheckState(Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked)
        item.setSizeHint(QSize(0, 22))
        self._list.addItem(item)
        return item

    def add(self) -> None:
        """Adds a line and opens it for typing. It is not ticked: a new account trades only when the trader says so."""
        item = self._append("", ticked=False)
        self._list.setCurrentItem(item)
        self._list.editItem(item)

    def _remove(self) -> None:
        self._list.takeItem(self._list.currentRow())
        self._on_changed()

    def _on_changed(self, _item: QListWidgetItem | None = None) -> None:
        self.edited.emit()
        self.names_changed.emit()

    def _items(self) -> list[QListWidgetItem]:
        return [self._list.item(i) for i in range(self._list.count())]

    def names(self) -> tuple[str, ...]:
        return tuple(item.text() for item in self._items() if item.text().strip())

    def text(self) -> str:
        return ",".join(i.text() for i in self._items() if i.checkState() is Qt.CheckState.Checked)

    def set_text(self, text: str) -> None:
        wanted = [part.strip() for part in text.split(",") if part.strip()]
        for name in wanted:
            if name not in self.names():
                self._append(name, ticked=True)
        for item in self._items():
            item.setCheckState(Qt.CheckState.Checked if item.text() in wanted else Qt.CheckState.Unchecked)

    @property
    def main(self) -> QWidget:
        return self._list
