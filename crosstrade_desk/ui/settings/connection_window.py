"""The connection window: practice or live, and pasting address and key. Neither is ever shown again."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from crosstrade_desk.desk.connection import Connection, Credentials, Keep
from crosstrade_desk.desk.events import Mode, NoPlace, Place
from crosstrade_desk.protocol.endpoint import Endpoint
from crosstrade_desk.protocol.problems import Problems
from crosstrade_desk.protocol.secret import Secret
from crosstrade_desk.storage.secrets import Failure, Stored
from crosstrade_desk.ui.bridge import Bridge
from crosstrade_desk.ui.plain_buttons import push_button
from crosstrade_desk.ui.theme import mark

_FIELDS = {
    "address": ("Webhook address", "https://app.crosstrade.io/v1/send/…"),
    "key": ("Secret key", "CrossTrade: My Account, Security"),
}


def _sentence(name: str) -> QLabel:
    label = QLabel()
    label.setObjectName(name)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setMinimumHeight(34)
    label.setAlignment(Qt.AlignmentFlag.AlignTop)
    return label


class ConnectionWindow(QDialog):
    """Takes address and key, has them kept, and switches between practice and live.

    Signals:
        secrets_typed: `Secret`s in a list, which the trader wants to be kept.
    """

    secrets_typed = Signal(list)

    def __init__(self, connection: Connection, bridge: Bridge, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Connection")
        self.setModal(False)
        self.setFixedWidth(600)
        self._connection = connection
        self._bridge = bridge
        self._lines: dict[str, QLineEdit] = {}
        self._problems: dict[str, QLabel] = {
            name: _sentence(f"{name}-problem") for name in ("address", "key", "trusted")
        }
        self.trusted = QCheckBox("I know this address and trust it with my key")
        self.trusted.setObjectName("trusted")
        for part in (self.trusted, self._problems["trusted"]):
            room = part.sizePolicy()
            room.setRetainSizeWhenHidden(True)  # what turns up must not push a button from under the pointer
            part.setSizePolicy(room)
        self.now = _sentence("now")
        self.kept = _sentence("kept")
        self.said = _sentence("said")
        self._buttons: list[QPushButton] = []
        self._build()
        bridge.place.connect(self._on_place)

    def _build(self) -> None:
        rows = QVBoxLayout(self)
        rows.setSpacing(10)
        rows.addWidget(self._where())
        rows.addWidget(self._credentials())
        rows.addWidget(self.said)
        close = self._button("Close", self.hide, "")
        bottom = QHBoxLayout()
        bottom.addStretch()
        bottom.addWidget(close)
        rows.addLayout(bottom)

    def _where(self) -> QWidget:
        box, rows = _box("Where orders go")
        rows.addWidget(self.now)
        line = QHBoxLayout()
        practice = self._button(
            "Use PRACTICE", self._on_practice, "Orders go to the practice exchange on this computer."
        )
        live = self._button("Go LIVE", self._on_live, "Orders go to CrossTrade with the address and key that are kept.")
        line.addWidget(practice)
        line.addWidget(live)
        line.addStretch()
        rows.addLayout(line)
        return box

    def _credentials(self) -> QWidget:
        box, rows = _box("CrossTrade address and key")
        grid = QGridLayout()
        grid.setColumnStretch(1, 1)
        for number, (name, (title, hint)) in enumerate(_FIELDS.items()):
            line = QLineEdit()
            line.setObjectName(name)
            line.setEchoMode(QLineEdit.EchoMode.Password)
            line.setPlaceholderText(hint)
            line.setMaxLength(4000)
            line.setAccessibleName(title)
            line.textEdited.connect(self._on_edited)
            label = QLabel(title)
            label.setBuddy(line)
            self._lines[name] = line
            grid.addWidget(label, 2 * number, 0)
            grid.addWidget(line, 2 * number, 1)
            grid.addWidget(self._problems[name], 2 * number + 1, 1)
        rows.addLayout(grid)
        rows.addWidget(self.trusted)
        rows.addWidget(self._problems["trusted"])
        rows.addLayout(self._keeping())
        rows.addWidget(self.kept)
        return box

    def _keeping(self) -> QHBoxLayout:
        line = QHBoxLayout()
        tip = "The system keyring keeps both, encrypted, under your login."
        line.addWidget(self._button("Keep in the keyring", lambda: self._keep(Keep.KEYRING), tip))
        tip = "Both are forgotten when the program ends."
        line.addWidget(self._button("Keep for this session", lambda: self._keep(Keep.SESSION), tip))
        line.addWidget(
            self._button("Forget both", self._on_forget, "Takes both out of the keyring and of this program.")
        )
        line.addWidget(self._button("Try again", self._ask_keyring, "Asks the keyring once more."))
        line.addStretch()
        return line

    def _button(self, title: str, action: Callable[[], object], tip: str) -> QPushButton:
        button = push_button(title, action, tip)
        self._buttons.append(button)
        return button

    def open_fresh(self) -> None:
        """Shows the window with empty fields and the present state."""
        self._clear()
        self._say("", "muted")
        self._on_place(self._connection.where)
        self._ask_keyring()
        self.show()
        self.raise_()
        self.activateWindow()

    def offer(self, endpoint: Endpoint | None, key: Secret | None) -> None:
        """Puts what was found elsewhere into the fields, where it shows as dots, for the trader to have it kept."""
        if endpoint:
            self._lines["address"].setText(endpoint.url)
        if key:
            self._lines["key"].setText(key.reveal())
        self._say("Found in a text you imported. It is not kept yet.", "muted")

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 (Qt's name)
        super().showEvent(event)
        self._lines["address"].setFocus()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 (Qt's name)
        super().hideEvent(event)
        typed = (line.text().strip() for line in self._lines.values())
        if dropped := [Secret(text) for text in typed if text]:
            self.secrets_typed.emit(dropped)  # not kept, and on the clipboard all the same
        self._clear()

    def _ask_keyring(self) -> None:
        self._bridge.start(self._show_kept(), "read keyring")

    def _clear(self) -> None:
        for line in self._lines.values():
            line.clear()
        self.trusted.setChecked(False)
        self._show_problems(None)

    def _on_edited(self) -> None:
        self._show_problems(None)

    def _on_place(self, place: Place | NoPlace | None) -> None:
        match place:
            case Place(mode, shown):
                self._say("", "muted")  # what was said before the change is done
                self._note(self.now, f"Now: {mode.value}, {shown}", "muted")
            case NoPlace(mode, sentence, way_on):
                self._note(self.now, f"Now: {mode.value}, not connected. {sentence} {way_on}", "warn")
            case None:
                self._note(self.now, "Now: connecting …", "muted")

    def _on_practice(self) -> None:
        self._bridge.start(self._connection.choose(Mode.PRACTICE), "choose practice")

    def _on_live(self) -> None:
        if any(line.text() for line in self._lines.values()):
            self._say("What is typed here is not kept yet: press Keep in the keyring or Keep for this session.", "bad")
            return
        self._bridge.start(self._connection.choose(Mode.LIVE), "choose live")

    def _keep(self, where: Keep) -> None:
        texts = {name: line.text() for name, line in self._lines.items()}
        if not any(text.strip() for text in texts.values()):
            self._say("Nothing new is typed here. What is kept stays as it is.", "muted")
            return
        found = self._connection.check(texts["address"], texts["key"], trusted=self.trusted.isChecked())
        if isinstance(found, Problems):
            self._show_problems(found)
            return
        self.secrets_typed.emit([found.key, *map(Secret, found.endpoint.parts)])
        self._bridge.start(self._keep_checked(found, where), "keep credentials")

    async def _keep_checked(self, found: Credentials, where: Keep) -> None:
        self._set_busy(True)
        try:
            kept = await self._connection.keep(found, where)
        finally:
            self._set_busy(False)
        if isinstance(kept, Stored):
            self._clear()
            self._say(*self._after_keeping(where))
        else:
            self._say(f"Not kept. {_explain(kept)}", "bad")
        await self._show_kept()

    def _after_keeping(self, where: Keep) -> tuple[str, str]:
        now = self._connection.where
        if isinstance(now, Place) and now.mode is Mode.LIVE:
            words = f"Kept {where.value}. Orders still go out with the former address and key, until you press Go LIVE."
            return words, "warn"
        return f"Kept {where.value}. Press Go LIVE to trade with it.", "good"

    def _on_forget(self) -> None:
        self._bridge.start(self._forget(), "forget credentials")

    async def _forget(self) -> None:
        fault = await self._connection.forget()
        self._say(fault or "Address and key are forgotten.", "bad" if fault else "good")
        await self._show_kept()

    async def _show_kept(self) -> None:
        self._note(self.kept, "Asking the keyring …", "muted")
        self._note(self.kept, await self._connection.told(), "muted")

    def _set_busy(self, busy: bool) -> None:
        for button in self._buttons:
            button.setDisabled(busy)

    def _show_problems(self, problems: Problems | None) -> None:
        for name, label in self._problems.items():
            self._note(label, problems.of(name) if problems else "", "bad")
        for name, line in self._lines.items():
            mark(line, wrong="true" if problems and problems.of(name) else "false")
        foreign = bool(problems and problems.of("trusted"))
        self.trusted.setVisible(foreign or self.trusted.isChecked())
        self._problems["trusted"].setVisible(self.trusted.isVisibleTo(self))

    def _say(self, text: str, tone: str) -> None:
        self._note(self.said, text, tone)

    @staticmethod
    def _note(label: QLabel, text: str, tone: str) -> None:
        label.setText(text)
        mark(label, tone=tone)


def _box(title: str) -> tuple[QFrame, QVBoxLayout]:
    box = QFrame()
    box.setObjectName("panel")
    rows = QVBoxLayout(box)
    rows.setContentsMargins(14, 10, 14, 12)
    head = QLabel(title)
    head.setObjectName("heading")
    rows.addWidget(head)
    return box, rows


def _explain(state: Failure) -> str:
    return f"{state.sentence} {state.way_on}".strip()
