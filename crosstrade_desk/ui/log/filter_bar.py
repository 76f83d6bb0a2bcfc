"""The line that filters the log: plain words, and choices of outcome, account and instrument."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QMenu

from crosstrade_desk.storage.search import Sought
from crosstrade_desk.ui.outcomes import SIGNS
from crosstrade_desk.ui.plain_buttons import push_button

_PAUSE_MS: Final = 150  # after the last letter
_LONGEST: Final = 200
_TITLES: Final = {"outcome": "Outcome", "account": "Account", "instrument": "Instrument"}
_OUTCOMES: Final = tuple(word for word in SIGNS if word != "sending")
_CHOICE_WIDTH: Final = 96


class FilterBar(QFrame):
    """Signals:
    sought: what is to be shown (`Sought`).
    left: Esc: everything is to be shown again.
    entered: Enter: the trader wants to go to the rows.
    """

    sought = Signal(object)
    left = Signal()
    entered = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._chosen = Sought()
        self._names: dict[str, Sequence[str]] = {"outcome": _OUTCOMES}
        self.line = QLineEdit()
        self.line.setObjectName("log-filter")
        self.line.setAccessibleName("Filter the log")
        self.line.setPlaceholderText("Words to filter by")
        self.line.setToolTip("Shows the rows in which every word stands, in the whole journal. Esc clears it.")
        self.line.setClearButtonEnabled(True)
        self.line.setMaxLength(_LONGEST)
        self.choice = push_button("", self.open_menu, "Outcome, account, instrument.")
        self.choice.setObjectName("log-choice")
        self.choice.setFixedWidth(_CHOICE_WIDTH)
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self._tell)
        self.line.textEdited.connect(lambda _text: self._pause.start())
        self.line.textChanged.connect(lambda text: None if text else self._pause.start())  # the clear button
        self.line.returnPressed.connect(self._on_return)
        self.choice.installEventFilter(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.line, 1)
        row.addWidget(self.choice)
        self.setMinimumWidth(_CHOICE_WIDTH + 124)
        self._say()

    @property
    def wanted(self) -> Sought:
        """What the line and the choices say."""
        return replace(self._chosen, words=tuple(self.line.text().split()))

    def offer(self, accounts: Sequence[str], instruments: Sequence[str]) -> None:
        """What can be chosen."""
        self._names |= {"account": accounts, "instrument": instruments}

    def choose(self, kind: str, name: str) -> None:
        """Chooses one outcome, account or instrument, "" for any, as an entry of the menu does."""
        self._chosen = _with(self._chosen, kind, name)
        self._say()
        self._tell()

    def clear(self) -> None:
        """Shows everything again."""
        self._chosen = Sought()
        self.line.clear()
        self._say()
        self._tell()

    def open_menu(self) -> None:
        """Shows the choices. Nothing is held up while it stands."""
        menu = self.menu()
        menu.popup(self.choice.mapToGlobal(self.choice.rect().bottomLeft()))

    def menu(self) -> QMenu:
        """The choices as a menu, which is gone once it is closed."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for kind, title in _TITLES.items():
            below = menu.addMenu(title)
            group = QActionGroup(below)
            for name in ("", *self._names.get(kind, ())):
                self._entry(below, group, kind, name)
        return menu

    def _entry(self, menu: QMenu, group: QActionGroup, kind: str, name: str) -> None:
        action = QAction(name.replace("&", "&&") or "Any", menu, checkable=True)
        action.setChecked(getattr(self._chosen, kind) == name)
        action.triggered.connect(partial(self._on_chosen, kind, name))
        group.addAction(action)
        menu.addAction(action)

    def _on_chosen(self, kind: str, name: str, _checked: bool = False) -> None:
        self.choose(kind, name)

    def _say(self) -> None:
        chosen = [name for kind in _TITLES if (name := getattr(self._chosen, kind))]
        said = ", ".join(chosen) or "Any row"
        self.choice.setText(self.choice.fontMetrics().elidedText(said, Qt.TextElideMode.ElideRight, _CHOICE_WIDTH - 22))
        self.choice.setToolTip(f"{said}. Outcome, account, instrument." if chosen else "Outcome, account, instrument.")
        self.choice.setAccessibleName(f"Rows to show: {said}")

    def _tell(self) -> None:
        self._pause.stop()
        self.sought.emit(self.wanted)

    def _on_return(self) -> None:
        self._tell()
        self.entered.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        down = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Down
        if watched is self.choice and down:
            self.open_menu()
            return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt's name)
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)


def _with(chosen: Sought, kind: str, name: str) -> Sought:
    choices = {known: getattr(chosen, known) for known in _TITLES} | {kind: name}
    return Sought((), **choices)
