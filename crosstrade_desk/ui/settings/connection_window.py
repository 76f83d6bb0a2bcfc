"""The connection window: practice or live, and pasting address and key. Neither is ever shown again."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
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
from crosstrade_desk.ui import spoken
from crosstrade_desk.ui.bridge import Bridge
from crosstrade_desk.ui.plain_buttons import push_button
from crosstrade_desk.ui.side_window import SideWindow
from crosstrade_desk.ui.theme import mark

_FIELDS = {
    "address": ("Webhook address", "https://app.crosstrade.io/v1/send/…"),
    "key": ("Secret key", "CrossTrade: My Account, Security"),
}


_UNUSED = "Orders still go out with the former address and key."


def _sentence(name: str) -> QLabel:
    label = QLabel()
    label.setObjectName(name)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setMinimumHeight(34)
    label.setAlignment(Qt.AlignmentFlag.AlignTop)
    return label


class ConnectionWindow(SideWindow):
    """Takes address and key, has them kept, and switches between practice and live.

    Signals:
        secrets_typed: `Secret`s in a list, which the trader wants to be kept.
        secrets_pasted: what came from a clipboard, kept or not, in the same form.
    """

    secrets_typed = Signal(list)
    secrets_pasted = Signal(list)

    def __init__(self, connection: Connection, bridge: Bridge, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Connection")
        self.setFixedWidth(600)
        self._connection = connection
        self._bridge = bridge
        self._lines: dict[str, QLineEdit] = {}
        self._former = dict.fromkeys(_FIELDS, "")
        self._problems: dict[str, QLabel] = {
            name: _sentence(f"{name}-problem") for name in ("address", "key", "trusted")
        }
        self.trusted = QCheckBox("I know this address and trust it with my key")
        self.trusted.setObjectName("trusted")
        for part in (self.trusted, self._problems["trusted"]):
            _keep_room(part)
        self.now = _sentence("now")
        self.kept = _sentence("kept")
        self.kept.setMinimumHeight(50)  # three lines: what the keyring says must not move the buttons above
        self.said = _sentence("said")
        self._buttons: list[QPushButton] = []
        self._build()
        bridge.place.connect(self._on_place)

    def _build(self) -> None:
        rows = QVBoxLayout(self)
        rows.setSpacing(10)
        rows.addWidget(self._where())
        rows.addWidget(self._credentials())
        rows.addLayout(self._result())
        close = self._button("Close", self.hide, "")
        bottom = QHBoxLayout()
        bottom.addStretch()
        bottom.addWidget(close)
        rows.addLayout(bottom)

    def _result(self) -> QHBoxLayout:
        self.use_button = self._button(
            "Use them now", self._on_live, "Goes over to the address and key that are kept. Entries are off then."
        )
        _keep_room(self.use_button)
        line = QHBoxLayout()
        line.addWidget(self.said, 1)
        line.addWidget(self.use_button, 0, Qt.AlignmentFlag.AlignTop)
        return line

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
            spoken.name(line, title, f"From {hint}" if name == "key" else f"Such as {hint}")
            line.textEdited.connect(lambda text, name=name: self._on_edited(name, text))
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
        self._show_unused()
        self._ask_keyring()
        self.adjustSize()
        self.bring_up()

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
        for line in self._lines.values():
            self._tell_pasted(line.text())  # not kept, and on a clipboard all the same
        self._clear()

    def _ask_keyring(self) -> None:
        self._bridge.start(self._show_kept(), "read keyring")

    def _clear(self) -> None:
        for name, line in self._lines.items():
            line.clear()
            self._former[name] = ""
        self.trusted.setChecked(False)
        self._show_problems(None)

    def _on_edited(self, name: str, text: str) -> None:
        grown, self._former[name] = len(text) - len(self._former[name]), text
        if abs(grown) != 1:  # no single key does that
            self._tell_pasted(text)
        self._show_problems(None)

    def _tell_pasted(self, text: str) -> None:
        if bare := text.strip():
            self.secrets_pasted.emit([Secret(bare)])

    def _on_place(self, place: Place | NoPlace | None) -> None:
        match place:
            case Place(mode, shown):
                self._say("", "muted")  # what was said before the change is done
                self._note(self.now, f"Now: {mode.value}, {shown}", "muted")
            case NoPlace(mode, sentence, way_on):
                self._note(self.now, f"Now: {mode.value}, not connected. {sentence} {way_on}", "warn")
            case None:
                self._note(self.now, "Now: connecting …", "muted")
        self.use_button.setVisible(self._connection.has_unused)

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
            self._say(f"Kept {where.value}. Press Go LIVE to trade with it.", "good")
            self._show_unused(f"Kept {where.value}. ")
        else:
            self._say(f"Not kept. {_explain(kept)}", "bad")
        await self._show_kept()

    def _show_unused(self, before: str = "") -> None:
        """Says, and goes on saying, that orders go out with another address and key than those that are kept."""
        unused = self._connection.has_unused
        self.use_button.setVisible(unused)
        if unused:
            self._say(f"{before}{_UNUSED}", "warn")

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


def _keep_room(part: QWidget) -> None:
    room = part.sizePolicy()
    room.setRetainSizeWhenHidden(True)  # what turns up must not push a button from under the pointer
    part.setSizePolicy(room)


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
