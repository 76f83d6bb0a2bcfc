"""The editor for accounts."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeySequence, QPainter, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from crosstrade_desk.desk.accounts import AccountClass, Classes
from crosstrade_desk.protocol.problems import Invalid
from crosstrade_desk.protocol.texts import AccountList
from crosstrade_desk.ui.readers_hand import ReadersHand
from crosstrade_desk.ui.theme import MONEY, roles
from crosstrade_desk.ui.ticket.editors import Editor, row

Index = QModelIndex | QPersistentModelIndex


_PLACE: Final = Qt.ItemDataRole.UserRole  # of an account in the trader's own order
_LINE: Final = 22  # pixels
_EDGE: Final = 6  # pixels to the right of its kind
_BESIDE_NAME: Final = 26 + 10 + _EDGE  # pixels: the box to tick, and what parts name and kind
_NAMED: Final = 8  # accounts that are named beside their list


class AccountEditor(Editor):
    """The accounts as a list with ticks. A double click renames, Add and Remove change the list.

    Those that are ticked at the start stand on top. After that no line moves: the next one would slip under the
    pointer. When the form is filled the list scrolls to the first that is ticked, so that none trades out of sight.
    The trader's own order is what is kept.
    """

    names_changed = Signal()

    def __init__(self, names: Sequence[str], chosen: Sequence[str]) -> None:
        super().__init__()
        self._known_faults: dict[int, str] | None = None
        self._lines = 4
        self._foreign = ""  # a text that cannot be ticked, until something is
        self._list = QListWidget()
        self._list.setUniformItemSizes(True)
        self._kinds = _KindDelegate(self._list)
        self._list.setItemDelegate(self._kinds)
        self._list.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked | QAbstractItemView.EditTrigger.EditKeyPressed
        )
        for name in names:
            self._append(name, ticked=name in chosen)
        self._ticked_first()
        self._fit_lines()
        self._hand = ReadersHand(self._list)
        self._hand.pressed.connect(self._on_reader)
        self._list.itemChanged.connect(self._on_item)
        self._list.currentRowChanged.connect(self._on_row)
        self._list.itemDelegate().closeEditor.connect(self._on_named)
        renames = QShortcut(QKeySequence("Ctrl+E"), self._list, context=Qt.ShortcutContext.WidgetShortcut)
        renames.activated.connect(self._rename)  # F2 goes to the commands
        layout = row(self._list)
        layout.setAlignment(self._list, Qt.AlignmentFlag.AlignTop)  # level with Add, however much room there is
        layout.addLayout(self._buttons())
        self.setLayout(layout)
        self._on_row(-1)

    def show_lines(self, lines: int) -> None:
        """Shows so many accounts at a time."""
        if lines != self._lines:
            self._lines = lines
            self._fit_lines()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 (Qt's name)
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._fit_lines()

    def _fit_lines(self) -> None:
        """Has the list as high as whole lines are, whatever its frame is: half a line looks like a fault."""
        self._list.ensurePolished()
        self._list.setFixedHeight(self._lines * _LINE + 2 * self._list.frameWidth())

    def show_kinds(self, classes: Classes) -> None:
        """Says of each account what money it trades."""
        self._kinds.classes = classes
        self._list.viewport().update()

    def _buttons(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        tips = {"Add": "Add an account by its name.", "Remove": "Take the marked account off this list."}
        for title, action in (("Add", self.add), ("Remove", self._remove)):
            button = QPushButton(title)
            button.setToolTip(tips[title])
            button.setAccessibleName(f"{title} account")
            button.setFixedWidth(76)
            button.clicked.connect(action)
            self._remove_button = button
            column.addWidget(button)
        column.addStretch()
        return column

    def _append(self, name: str, *, ticked: bool) -> QListWidgetItem:
        item = QListWidgetItem(name)
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable | Qt.ItemFlag.ItemIsUserCheckable)
        item.setCheckState(Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked)
        item.setSizeHint(QSize(0, _LINE))
        item.setData(_PLACE, 1 + max(map(_place, self._items()), default=-1))
        self._list.addItem(item)
        self._known_faults = None
        return item

    def add(self) -> None:
        """Adds a line and opens it for typing. It is not ticked: a new account trades only when the trader says so."""
        item = self._append("", ticked=False)
        self._list.setCurrentItem(item)
        self._list.editItem(item)

    def _rename(self) -> None:
        if self._list.currentRow() >= 0:
            self._list.editItem(self._list.currentItem())

    def _remove(self) -> None:
        self._list.takeItem(self._list.currentRow())
        self._list.setCurrentRow(-1)
        self._on_changed()

    def _on_named(self) -> None:
        """Drops lines that were given no name."""
        for item in self._items():
            if not item.text().strip():
                self._list.takeItem(self._list.row(item))
        self._on_changed()

    def _on_row(self, number: int) -> None:
        self._remove_button.setEnabled(number >= 0)

    def _on_item(self, item: QListWidgetItem) -> None:
        """Marks the line that was touched, so that Remove is about it, and trims its name."""
        self._list.setCurrentItem(item)
        self._known_faults = None
        with QSignalBlocker(self._list):
            item.setText(item.text().strip())
        if self._faults()[_place(item)] and item.checkState() is Qt.CheckState.Checked:
            with QSignalBlocker(self._list):
                item.setCheckState(Qt.CheckState.Unchecked)
        self._on_changed()

    def _on_reader(self, number: int) -> None:
        """Ticks an account, or no longer, as a screen reader wants."""
        item = self._list.item(number)
        on = item.checkState() is Qt.CheckState.Checked
        item.setCheckState(Qt.CheckState.Unchecked if on else Qt.CheckState.Checked)
        self._list.setCurrentRow(-1)  # what is marked a reader could not untick

    def _on_changed(self, foreign: str = "") -> None:
        self._foreign = foreign.strip()
        self._known_faults = None
        self.edited.emit()
        self.names_changed.emit()

    def _faults(self) -> dict[int, str]:
        """What is wrong with each account, "" where nothing is. Worked out once a change: a list may be long."""
        if self._known_faults is None:
            seen: set[str] = set()
            self._known_faults = {}
            for item in self._items():
                name = item.text().strip()
                twice = f"{name} stands here twice." if name.casefold() in seen else ""
                self._known_faults[_place(item)] = twice or _fault_of(name)
                seen.add(name.casefold())
        return self._known_faults

    def fault(self) -> str:
        """What is wrong with a name in the list, ticked or not; "" if nothing is. Such a name cannot be ticked."""
        faults = [fault for fault in self._faults().values() if fault]
        if not faults:
            return ""
        lines = "This line is" if len(faults) == 1 else f"{len(faults)} such lines are"
        return f"{faults[0]} {lines} left out."

    @property
    def is_naming(self) -> bool:
        """Whether a name is being typed just now."""
        return self._list.state() is QAbstractItemView.State.EditingState

    def _items(self) -> list[QListWidgetItem]:
        """The lines in the trader's own order."""
        return sorted((self._list.item(i) for i in range(self._list.count())), key=_place)

    def _ticked_first(self) -> None:
        """Moves the ticked accounts to the top and shows them; both parts keep the trader's order."""
        items = self._items()
        with QSignalBlocker(self._list):
            for item in items:
                self._list.takeItem(self._list.row(item))
            for item in sorted(items, key=lambda item: item.checkState() is not Qt.CheckState.Checked):
                self._list.addItem(item)
        self._list.scrollToTop()

    def _show_ticked(self) -> None:
        """Scrolls as little as it takes to see the first account that is ticked."""
        rows = (self._list.item(number) for number in range(self._list.count()))
        if first := next((item for item in rows if item.checkState() is Qt.CheckState.Checked), None):
            self._list.scrollToItem(first)

    def _good(self) -> list[QListWidgetItem]:
        faults = self._faults()
        return [item for item in self._items() if not faults[_place(item)]]

    def names(self) -> tuple[str, ...]:
        """The names that can be traded; a faulty one is left out."""
        return tuple(item.text() for item in self._good())

    def text(self) -> str:
        ticked = (item.text() for item in self._good() if item.checkState() is Qt.CheckState.Checked)
        return self._foreign or ",".join(ticked)

    @property
    def ticked(self) -> tuple[str, ...]:
        """The accounts that the order would go to, by name."""
        return tuple(name for name in self.text().split(",") if name)

    def told(self) -> str:
        names = self.ticked
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        return f"{len(names)} ticked: {', '.join(names[:_NAMED])}{more}" if names else ""

    def set_text(self, text: str) -> None:
        """Ticks the accounts of a text, and adds those not in the list. A text that names none is kept as it is."""
        found = AccountList().parse(text)
        wanted = () if isinstance(found, Invalid) else found
        self._list.blockSignals(True)
        known = {item.text().casefold() for item in self._items()}
        for name in wanted:
            if name.casefold() not in known:
                self._append(name, ticked=True)
        self._tick(wanted)
        self._list.setCurrentRow(-1)  # Remove is about a line that the trader marked
        self._list.blockSignals(False)
        self._show_ticked()
        self._on_row(self._list.currentRow())
        self._on_changed(text if isinstance(found, Invalid) else "")

    def _tick(self, names: Sequence[str]) -> None:
        ticked = {name.casefold() for name in names}
        for item in self._items():
            on = item.text().casefold() in ticked
            item.setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)

    def state(self) -> object:
        return [item.text() for item in self._items()], self.text()

    def set_state(self, state: object) -> None:
        names, text = state if isinstance(state, tuple) else (list(self.names()), "")
        self._list.blockSignals(True)
        for item in self._items():
            if item.text() not in names:
                self._list.takeItem(self._list.row(item))
        if [item.text() for item in self._items()] != names:  # a line was renamed or taken away meanwhile
            self._list.clear()
            for name in names:
                self._append(name, ticked=False)
        self._list.blockSignals(False)
        self.set_text(text)

    @property
    def main(self) -> QWidget:
        return self._list


class _KindDelegate(QStyledItemDelegate):
    """Writes what money an account trades at the end of its line."""

    classes: Classes | None = None

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:  # noqa: N802 (Qt's name)
        """Cuts a long name in its middle, where its kind would be painted over its end: accounts differ there."""
        super().initStyleOption(option, index)
        if self.classes is not None:
            kind = QFontMetrics(_font(option.font, bold=True)).horizontalAdvance(AccountClass.SIMULATION.value)
            room = option.rect.width() - kind - _BESIDE_NAME
            option.text = option.fontMetrics.elidedText(option.text, Qt.TextElideMode.ElideMiddle, room)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        super().paint(painter, option, index)
        name = str(index.data() or "")
        app = QApplication.instance()
        if self.classes is None or not name or not isinstance(app, QApplication):
            return
        kind = self.classes.of(name)
        painter.save()
        painter.setPen(QColor(getattr(roles(app), MONEY[kind])))
        painter.setFont(_font(painter.font(), bold=kind is not AccountClass.SIMULATION))
        place = option.rect.adjusted(0, 0, -_EDGE, 0)
        painter.drawText(place, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), kind.value)
        painter.restore()


def _font(font: QFont, *, bold: bool) -> QFont:
    """The letters of the kind of an account."""
    small = QFont(font)
    small.setPixelSize(11)
    small.setBold(bold)
    return small


def _place(item: QListWidgetItem) -> int:
    return int(item.data(_PLACE))


def _fault_of(name: str) -> str:
    if not name:
        return "An account needs a name."
    if "," in name:
        return f"“{name}” is no account name: a comma separates accounts. Add them one by one."
    found = AccountList().parse(name)
    return f"“{name}” is no account name. {found.message}" if isinstance(found, Invalid) else ""
