"""The key window: what each key does, binding by pressing, all off with one switch, and rehearsal."""

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from crosstrade_desk.desk.actions import Action, Chapter
from crosstrade_desk.desk.chord import Chord
from crosstrade_desk.desk.keymap import warning
from crosstrade_desk.ui.keys.capture import KeyCapture
from crosstrade_desk.ui.keys.deck import KeyDeck
from crosstrade_desk.ui.keys.layouts import chord_of
from crosstrade_desk.ui.keys.system_keys import SystemKeys
from crosstrade_desk.ui.plain_buttons import push_button
from crosstrade_desk.ui.side_window import SideWindow
from crosstrade_desk.ui.theme import mark

_QUIET = (
    "Press the button of an action, then its key. The first press of a new key that sends only says what it would send."
)
_TRY = "Press it now to try it: the first press sends nothing."
_TRY_ALL = "Its press only says what it would do."


class KeysWindow(SideWindow):
    """One line an action. A key is bound as soon as it was pressed, or refused beside its line."""

    def __init__(self, deck: KeyDeck, system: SystemKeys, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keys")
        self.resize(960, 640)
        self._deck, self._system = deck, system
        self._captures: dict[str, KeyCapture] = {}
        self._said: dict[str, QLabel] = {}
        self._wide: dict[str, QCheckBox] = {}
        self._clears: dict[str, QPushButton] = {}
        self._titles: dict[str, QLabel] = {}
        self._remarks: dict[str, str] = {}
        self._asked = ""
        self._standing = deck.standing
        self._build()
        deck.changed.connect(self.refresh)
        deck.said.connect(self._say)
        deck.pressed.connect(lambda: self._say(""))  # what was said of a press before is over
        system.changed.connect(self.refresh)
        system.withheld.connect(self._on_withheld)

    def _build(self) -> None:
        self.loud = QLabel()
        self.loud.setObjectName("keys-loud")
        self.loud.setTextFormat(Qt.TextFormat.PlainText)
        self.loud.setWordWrap(True)
        self.loud.setFixedHeight(40)  # always there: no line jumps under a pointer
        self.loud.setIndent(6)
        self._scroll = QScrollArea()
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the buttons in it take the focus, and scroll
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._close = push_button("Close", self.hide, "")
        bottom = QHBoxLayout()
        bottom.addStretch(1)
        bottom.addWidget(self._close)
        rows = QVBoxLayout(self)
        rows.addLayout(self._switches())
        rows.addWidget(self.loud)
        rows.addWidget(self._scroll, 1)
        rows.addLayout(bottom)

    def _switches(self) -> QHBoxLayout:
        """What is true of all keys."""
        self.on_box = QCheckBox("Keys work")
        self.on_box.setObjectName("keys-on")
        self.on_box.setToolTip(
            "Off, keys reach whatever has the focus, in this program and in others. Only those that open this window, "
            "the sheet of keys, the guide and the menu still do."
        )
        self.on_box.clicked.connect(self._deck.set_on)
        self.rehearse_box = QCheckBox("Rehearse keys")
        self.rehearse_box.setToolTip(
            "Keys that send only say what they would send, until this is off again or the window closes. Buttons that "
            "are pressed with the mouse send."
        )
        self.rehearse_box.clicked.connect(self._deck.rehearse)
        top = QHBoxLayout()
        top.setSpacing(24)
        for part in (self.on_box, self.rehearse_box):
            top.addWidget(part)
        top.addStretch(1)
        top.addWidget(push_button("Usual keys", self._deck.reset, "Gives every action its usual key."))
        return top

    def open_fresh(self, asked: str = "") -> None:
        """Shows the keys as they are, and the one that is asked for, of a preset, though it has none yet."""
        self._remarks, self._asked = {}, asked
        self._fill()
        self._say(self._deck.standing.sentence)
        self.bring_up()
        if asked in self._captures:
            self._captures[asked].ask_once_focused()
            QTimer.singleShot(0, self, self._reveal)  # once the lines have their places
        elif not self._deck.is_on:
            self.on_box.setFocus()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 (Qt's name)
        super().hideEvent(event)
        if not event.spontaneous():  # minimised it is still open
            self._deck.rehearse(False)  # a trader who wants out must not meet a rehearsal that was forgotten

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt's name)
        """Rehearses here what was just bound here, though the key works in the main window alone."""
        found = chord_of(event)
        if not (isinstance(found, Chord) and not event.isAutoRepeat() and self._deck.try_key(found)):
            super().keyPressEvent(event)

    def _say(self, sentence: str) -> None:
        self.loud.setText(sentence or _QUIET)
        mark(self.loud, tone="loud" if sentence else "muted")

    def _reveal(self) -> None:
        if capture := self._captures.get(self._asked):
            self._scroll.ensureWidgetVisible(capture)

    def _shown(self) -> list[Action]:
        """Every action, but of the presets those that have a key, or whose key is asked for: there may be 2,000."""
        return [action for action in self._deck.actions() if not action.hidden and self._is_listed(action)]

    def _is_listed(self, action: Action) -> bool:
        has_key = bool(self._deck.keymap.text(action.id))
        return action.chapter is not Chapter.PRESETS or has_key or action.id == self._asked

    def _fill(self) -> None:
        for capture in self._captures.values():
            capture.stop()  # it is gone with the old lines, and would say nothing of its end
        self._captures, self._said, self._wide, self._clears, self._titles = {}, {}, {}, {}, {}
        body = QWidget()
        body.setObjectName("rows")
        grid = QGridLayout(body)
        grid.setColumnMinimumWidth(0, 160)
        grid.setColumnMinimumWidth(4, 300)
        grid.setColumnStretch(4, 1)
        shown = self._shown()
        for chapter in Chapter:
            if actions := [action for action in shown if action.chapter is chapter]:
                title = QLabel(chapter.value)
                title.setObjectName("heading")
                title.setMinimumHeight(28)
                title.setAlignment(Qt.AlignmentFlag.AlignBottom)
                grid.addWidget(title, grid.rowCount(), 0, 1, 5)
            for action in actions:
                self._add_row(grid, action)
        grid.setRowStretch(grid.rowCount(), 1)
        self._scroll.setWidget(body)
        QWidget.setTabOrder([*self._clears.values()][-1], self._close)
        self.refresh()

    def _add_row(self, grid: QGridLayout, action: Action) -> None:
        name, row = action.id, grid.rowCount()
        label, said = QLabel(action.title), QLabel()
        label.setToolTip(action.explanation)
        capture = KeyCapture(lambda: self._deck.keymap.text(name))
        capture.setObjectName(f"key-{name}")
        capture.setAccessibleName(f"Key of {action.title}")
        capture.setToolTip("Press this, then the key. Esc leaves it as it is.")
        capture.asking.connect(self._on_asking)
        capture.taken.connect(lambda chord: self._bind(name, chord))
        capture.odd.connect(lambda why: self._remark(name, why))
        label.setBuddy(capture)
        clear = push_button("Clear", lambda: self._bind(name, None), f"Takes the key of {action.title} away.")
        clear.setAccessibleName(f"Clear the key of {action.title}")
        said.setObjectName(f"key-{name}-said")
        said.setWordWrap(True)
        said.setMinimumHeight(32)
        said.setTextFormat(Qt.TextFormat.PlainText)
        said.setProperty("problem", "true")
        for column, part in enumerate((label, capture, clear)):
            grid.addWidget(part, row, column)
        if action.system_wide:
            grid.addWidget(self._wide_box(action), row, 3)
        grid.addWidget(said, row, 4)
        self._captures[name], self._said[name], self._clears[name], self._titles[name] = capture, said, clear, label

    def _wide_box(self, action: Action) -> QCheckBox:
        box = QCheckBox("in every program")
        box.setObjectName(f"wide-{action.id}")
        box.setAccessibleName(f"{action.title} in every program")
        box.setToolTip("The key works while another program, such as the charts, has the focus.")
        box.clicked.connect(lambda on: self._system.want(action.id, on))
        self._wide[action.id] = box
        return box

    def _on_asking(self, asking: bool) -> None:
        self._deck.is_capturing = asking
        self._system.pause(asking)  # else the system would keep the key for itself

    def _on_withheld(self, name: str) -> None:
        self._say(f"The desktop keeps this key for “{self._deck.action(name).title}”: it cannot be taken here.")

    def _bind(self, name: str, chord: Chord | None) -> None:
        """Binds a key. It is to be tried at once, and so the focus stays."""
        why = self._deck.bind(name, chord)
        self._remark(name, why or (warning(chord) if chord else ""))

    def _remark(self, name: str, words: str) -> None:
        self._remarks = {name: words}
        self.refresh()

    def _words(self, name: str) -> tuple[str, str]:
        """What stands beside an action, and its tone."""
        action, remark = self._deck.action(name), self._remarks.get(name, "")
        waits = action.sends and self._deck.is_unrehearsed(name) and self._deck.keymap.text(name)
        pending = (_TRY_ALL if self._deck.rehearsing else _TRY) if waits and self._deck.is_on else ""
        if loud := " ".join(filter(None, [remark, pending])):
            return loud, "warn"
        return self._system.state(name) or action.explanation, "muted"

    def refresh(self) -> None:
        """Shows what holds now."""
        if self._standing != self._deck.standing:
            self._standing = self._deck.standing
            self._say(self._standing.sentence)
        if {action.id for action in self._shown()} != self._captures.keys():  # a preset came or went
            if self.isVisible():
                self._fill()
            return
        self.on_box.setChecked(self._deck.is_on)
        self.rehearse_box.setChecked(self._deck.rehearsing)
        for name, capture in self._captures.items():
            capture.refresh()
            self._titles[name].setText(self._deck.action(name).title)
            self._clears[name].setEnabled(bool(self._deck.keymap.text(name)))
            words, tone = self._words(name)
            self._said[name].setText(words)
            mark(self._said[name], tone=tone)
        for name, box in self._wide.items():
            box.setChecked(self._system.is_wanted(name))
