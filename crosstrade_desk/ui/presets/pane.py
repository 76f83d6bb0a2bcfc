"""The pane of presets: search, list, saving the form, and everything that is done with one."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QGridLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from crosstrade_desk.desk.actions import Action, Chapter, Kind
from crosstrade_desk.desk.brackets import bracket_of
from crosstrade_desk.desk.carrier import Clock
from crosstrade_desk.desk.desk import Desk
from crosstrade_desk.desk.events import NoPlace, Place, RowBegun
from crosstrade_desk.desk.preset_orders import differences, message_of, order_of, with_month
from crosstrade_desk.desk.presets import Presets
from crosstrade_desk.desk.reading import is_account
from crosstrade_desk.desk.rolls import roll_of, watch
from crosstrade_desk.protocol.catalogue import SPECS
from crosstrade_desk.protocol.command import Command
from crosstrade_desk.protocol.message import Message
from crosstrade_desk.protocol.problems import Problem, Problems, counted, listed
from crosstrade_desk.storage.presets import Preset
from crosstrade_desk.ui.bridge import Bridge
from crosstrade_desk.ui.icons import icon
from crosstrade_desk.ui.keys.deck import Deed, KeyDeck
from crosstrade_desk.ui.letter_label import LetterLabel
from crosstrade_desk.ui.plain_buttons import push_button
from crosstrade_desk.ui.presets.list_view import KEYS, PresetList
from crosstrade_desk.ui.presets.model import PresetModel, Shown
from crosstrade_desk.ui.presets.of_form import preset_of
from crosstrade_desk.ui.spoken import explain
from crosstrade_desk.ui.theme import dense
from crosstrade_desk.ui.ticket.ticket import Ticket

if TYPE_CHECKING:  # imported when it is first opened
    from crosstrade_desk.ui.presets.preset_window import PresetWindow

_BRACKETS = "Brackets"
_KINDS = {"toml": "Presets (*.toml)"}
_STRIP = 55  # pixels: one preset and its heading, or an alarm
_ROLLS = 3  # contracts that are named above the list
_DAY_CHECK_MS = 20_000
_MENU = {
    "fill": "Fill the form",
    "edit": "Change …",
    "replace": "Replace by the form",
    "duplicate": "Duplicate",
    "delete": "Delete",
    "key": "Key …",
    "export": "Export …",
}
_ICONS = {
    "fill": "field",
    "edit": "change",
    "replace": "save",
    "duplicate": "copy",
    "delete": "delete",
    "key": "keys",
    "export": "export",
}


class PresetPane(QFrame):
    """Shows the presets, beside the ticket whose form they keep and fill.

    Signals:
        fill_wanted: a `Preset` that shall fill the form.
        send_wanted: a `Preset` that was pressed and sends.
        said: a sentence for the status line.
        keys_changed: the actions and deeds that presets have now, as a dict.
        key_wanted: this action, of a preset, shall get a key.
        renamed: an action, of a preset, is called otherwise from now on: its former id, and its new one. Told before
            `keys_changed`.
    """

    fill_wanted = Signal(object)
    send_wanted = Signal(object)
    said = Signal(str)
    keys_changed = Signal(object)
    key_wanted = Signal(str)
    renamed = Signal(str, str)

    def __init__(self, desk: Desk, bridge: Bridge, presets: Presets, ticket: Ticket) -> None:
        super().__init__()
        self.setObjectName("panel")
        self.setMinimumWidth(160)
        self._desk, self._bridge, self._presets, self._ticket = desk, bridge, presets, ticket
        self._last: Message | None = None  # sent to the place that is connected
        self._slim = False
        self.key_of: Callable[[str], str] = lambda _action: ""
        self.today: Callable[[], date] = Clock().today
        self._day = self.today()
        self._day_timer = QTimer(self, interval=_DAY_CHECK_MS)
        self._day_timer.timeout.connect(self.follow_day)
        self._day_timer.start()
        self._touched_at: tuple[Place | NoPlace | None, date] = (None, self._day)
        self._do: dict[str, Callable[[Preset], object]] = {
            "fill": self.fill_wanted.emit,
            "edit": lambda preset: self._edit(preset, preset.name),
            "replace": self._replace,
            "duplicate": lambda preset: presets.duplicate(preset.name),
            "delete": lambda preset: self._on_delete(preset.name),
            "key": lambda preset: self.key_wanted.emit(action_id(preset.name)),
            "export": lambda preset: self._export([preset.name]),
        }
        self._window: PresetWindow | None = None
        self.model = PresetModel(self._about, lambda preset: self.key_of(action_id(preset.name)))
        self.list = PresetList(self.model)
        self.search = QLineEdit()
        self._build()
        self.list.touched.connect(self._on_touched)
        self.list.pressed_whole.connect(self._on_pressed)
        self.list.wanted.connect(self._on_wanted)
        self.list.moved.connect(self._on_moved)
        self.list.dropped.connect(presets.move)
        self.list.menu_wanted.connect(self._on_menu)
        self.search.textChanged.connect(self.model.seek)
        bridge.begun.connect(self._on_begun)
        bridge.place.connect(self._on_place)
        presets.on_renamed = lambda former, name: self.renamed.emit(action_id(former), action_id(name))
        presets.listen(self._on_changed)
        self._on_changed()

    def stops(self) -> list[QWidget]:
        """Where Tab stops, in order."""
        above, beside = [self.roll_button, self.search, self.list], [self.save_button, self.more_button]
        return [*above, *beside] if self._slim else [*beside, *above]

    def _build(self) -> None:
        self._title = LetterLabel("Presets", "presets", lambda: self.list)
        self._title.setObjectName("heading")
        self.save_button = push_button("Keep …", self.save_form, "Keeps what stands in the form as a preset.")
        self.save_button.setObjectName("keep-preset")
        self.more_button = QPushButton("More")
        self.more_button.setAutoDefault(False)
        self.more_button.setToolTip("Undo, keep a bracket, import, export.")
        self.more_button.setAccessibleName("More for presets")
        self.more_button.clicked.connect(self._on_more)
        self.roll_button = push_button("", self._on_roll, "Moves every preset of such a contract to the next one.")
        self.roll_button.setObjectName("roll")
        self.roll_button.setProperty("tone", "warn")
        self.rolls = QLabel()
        self.rolls.setObjectName("rolls")
        self.rolls.setTextFormat(Qt.TextFormat.PlainText)
        self.rolls.setWordWrap(True)
        self.rolls.setProperty("tone", "warn")
        self.search.setPlaceholderText("Search")
        self.search.setAccessibleName("Search presets")
        self.search.setToolTip("Shows the presets whose name or order holds these words.")
        self.search.setClearButtonEnabled(True)
        self._head = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._head.addWidget(self.save_button, 2)
        self._head.addWidget(self.more_button, 1)
        self._rows = rows = QVBoxLayout()
        rows.setSpacing(6)
        rows.addWidget(self._title)
        rows.addWidget(self.search)
        rows.addWidget(self.rolls)
        rows.addWidget(self.roll_button)
        rows.addWidget(self.list, 1)
        self._grid = QGridLayout(self)
        rows.insertLayout(1, self._head)
        self._grid.addLayout(rows, 0, 0)
        self._grid.setContentsMargins(10, 10, 10, 10)

    def set_slim(self, slim: bool) -> None:
        """Stands as a low strip below the ticket, its buttons at the side; or as a column, them on top."""
        if slim == self._slim:
            return
        self._slim = slim
        way = QBoxLayout.Direction
        self._head.setDirection(way.TopToBottom if slim else way.LeftToRight)
        if slim:
            self._rows.removeItem(self._head)
            self._grid.addLayout(self._head, 0, 1, Qt.AlignmentFlag.AlignTop)
        else:
            self._grid.removeItem(self._head)
            self._rows.insertLayout(1, self._head)
        for part in (self._title, self.search):
            part.setVisible(not slim)
        self._show_rolls()
        edge = 4 if slim else 10
        self._grid.setContentsMargins(edge, edge, edge, edge)
        self._grid.setHorizontalSpacing(6)
        for former, later in pairwise(self.stops()):
            QWidget.setTabOrder(former, later)
        self.list.setMinimumHeight(_STRIP if slim else 0)
        dense(self, slim)

    def cover(self, above: QWidget) -> None:
        """Has something more urgent stand above its list, when that is shown."""
        self._grid.addWidget(above, 0, 0, 1, 2)
        above.raise_()

    def show_letters(self, free: frozenset[str]) -> None:
        """Underlines the letter that leads to the list."""
        self._title.show_letters(free)

    def use_keys(self, deck: KeyDeck) -> None:
        """Has the deck hold an action for each preset, and shows the key of each."""
        self.key_of = deck.sign
        deck.set_presets(self.keys())
        self.keys_changed.connect(deck.set_presets)
        self.renamed.connect(deck.carry)
        deck.changed.connect(self.list.show_keys)

    # --- what is shown ---

    def _about(self, preset: Preset) -> Shown:
        if preset.part:
            return Shown("part", ", ".join(f"{name} {text}" for name, text in preset.fields.items()), False, None)
        today = self._day
        message = message_of(preset, self._desk.compose, today)
        roll = roll_of(preset, today)
        if isinstance(message, Problems):
            does = "NOT READY" if preset.sends else "to complete"
            return Shown(does, f"{SPECS[preset.command].title}: {message.items[0].message}", preset.sends, roll)
        does = "HOLD SEND" if preset.sends and message.command.is_held else "SENDS" if preset.sends else ""
        command = message.command
        where = listed(command.accounts) if command.accounts else "all accounts" if command.is_wide else ""
        astray = self._astray(command) if preset.sends else ""
        return Shown(does, command.headline, False, roll, differences(message, self._last), where, astray)

    def _astray(self, command: Command) -> str:
        """The accounts that an entry reaches and that are not ticked, so that FLATTEN does not look there."""
        ticked = self._ticket.accounts.ticked
        beyond = tuple(one for one in command.accounts if not any(is_account(one, other) for other in ticked))
        return listed(beyond) if beyond and command.spec.opens else ""

    def _on_changed(self) -> None:
        marked = self.list.current
        self.model.show(self._presets.items)
        if marked:
            self.list.setCurrentIndex(self.model.place(marked.name))
        self._show_rolls()
        self.keys_changed.emit(self.keys())

    def _show_rolls(self) -> None:
        count, sentences = watch(self._presets.items, self._day)
        self.roll_button.setVisible(bool(count))
        self.roll_button.setText(f"Roll {counted(count, 'preset')}")
        self.rolls.setVisible(bool(count) and not self._slim)
        more = f" and {len(sentences) - _ROLLS} more" if len(sentences) > _ROLLS else ""
        self.rolls.setText("\n".join(sentences[:_ROLLS]) + more)
        explain(self.rolls, "\n".join(sentences))
        self.keys_changed.emit(self.keys())

    def follow_day(self) -> bool:
        """Shows everything as of today. Gives whether that is another day than was shown."""
        former, self._day = self._day, self.today()
        if former != self._day:
            self._on_changed()
        return former != self._day

    def _on_begun(self, event: RowBegun) -> None:
        if event.row.ending is None:
            self._last = Message(event.command)
            self.model.forget()

    def _on_place(self, _place: object) -> None:
        self._last = None  # what was sent elsewhere is nothing to compare with
        self.model.forget()

    def keys(self) -> dict[Action, Deed]:
        """An action for each preset, for keys to be bound to."""
        return {_action(preset): self._deed(preset) for preset in self._presets.items}

    def _deed(self, preset: Preset) -> Deed:
        name = preset.name
        return Deed(lambda: self.press(name), lambda: self._would(name), order=lambda: order_of(preset))

    def _would(self, name: str) -> str:
        preset = self._of(name)
        return f"{self.model.about(preset).words}." if preset else "Nothing was done: that preset is gone."

    # --- pressing ---

    def _on_touched(self) -> None:
        self._touched_at = (self._desk.where, self._day)

    def _on_pressed(self, name: str) -> None:
        if self._touched_at == (self._desk.where, self._day):
            self.press(name)
        else:
            self.said.emit(
                "Nothing was done: the connection or the day changed while the button was down. Press again."
            )

    def press(self, name: str) -> None:
        """Does what a press of a preset does, by mouse or key."""
        is_new_day = self.follow_day()
        if not (preset := self._of(name)):
            return
        if is_new_day and preset.sends and preset.front_month and not SPECS[preset.command].exits:
            self.said.emit("Nothing was sent: a new day began. Look at its front month and press again.")
        else:
            (self.send_wanted if preset.sends else self.fill_wanted).emit(preset)

    def _of(self, name: str) -> Preset | None:
        return next((preset for preset in self._presets.items if preset.name == name), None)

    # --- changing ---

    def save_form(self) -> None:
        """Asks for a name, and keeps what stands in the form."""
        if form := self._readable():
            self._edit(form, "")

    def _readable(self) -> Preset | None:
        """What stands in the form, if all of it can be read: nothing is left out without a word."""
        form = preset_of(self._ticket.form)
        if isinstance(form, Preset):
            return form
        self.said.emit(f"Not kept: the extra fields cannot be read. {form.message}")
        return None

    def save_bracket(self) -> None:
        """Asks for a name, and keeps the bracket of the form: its distances, to be laid to any order."""
        form = self._readable()
        if form is None:
            return
        made = bracket_of(form)
        if isinstance(made, Problem):
            self.said.emit(made.message)
        else:
            self._edit(replace(made, group=_BRACKETS), "")

    def _edit(self, preset: Preset, instead_of: str) -> None:
        if self._window is None:
            from crosstrade_desk.ui.presets.preset_window import PresetWindow

            self._window = PresetWindow(self._ticket.window())
        groups = list(dict.fromkeys(other.group for other in self._presets.items))
        self._window.edit(preset, groups, lambda made: self._keep(made, instead_of))

    def _keep(self, made: Preset, instead_of: str) -> Problems | None:
        problems = self._presets.save(with_month(made, self.today()), instead_of)
        if problems is None:
            self.said.emit(f"“{made.name}” is kept.")
        return problems

    def _on_delete(self, name: str) -> None:
        self._presets.delete([name])
        self.said.emit(f"“{name}” is deleted. Ctrl+Z brings it back.")

    def _on_moved(self, name: str, step: int) -> None:
        """Moves it past its neighbour in sight; at the end of its group it stays."""
        names, group = self.model.beside(name)
        place = names.index(name) + step
        if 0 <= place < len(names):
            before = names[place + (step > 0)] if place + (step > 0) < len(names) else None
            self._presets.move(name, before, group)

    def _on_roll(self) -> None:
        self.said.emit(
            f"{counted(self._presets.roll(self.today()), 'preset')} moved. Ctrl+Z in the list takes it back."
        )

    def undo(self) -> None:
        """Takes the last change back."""
        what = self._presets.undo()
        self.said.emit(f"{what} is taken back." if what else "There is nothing to take back.")

    # --- menus ---

    def _on_menu(self, name: str, where: QPoint) -> None:
        preset = self._of(name)
        if preset is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for word, title in _MENU.items():
            key = QKeySequence(KEYS.get(word, "")).toString(QKeySequence.SequenceFormat.NativeText)
            entry = _entry(menu, f"{title}\t{key}", partial(self._on_wanted, word, name))
            entry.setIcon(icon(_ICONS[word]))
        menu.popup(where)

    def _on_wanted(self, word: str, name: str) -> None:
        if word == "undo":
            self.undo()
        elif preset := self._of(name):
            self._do[word](preset)

    def _replace(self, preset: Preset) -> None:
        form = self._readable()
        if form is None:
            return
        kept = replace(form, name=preset.name, group=preset.group, colour=preset.colour, sends=preset.sends)
        problems = self._keep(replace(kept, front_month=preset.front_month, part=preset.part), preset.name)
        if problems:
            self.said.emit(" ".join(problem.message for problem in problems.items))

    def _on_more(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        undo = _entry(menu, f"Undo: {self._presets.undoes}" if self._presets.undoes else "Undo", self.undo)
        undo.setEnabled(bool(self._presets.undoes))
        _entry(menu, "Keep bracket …", self.save_bracket)
        _entry(menu, "Import …", self._import)
        everything = [preset.name for preset in self._presets.items]
        _entry(menu, "Export all …", lambda: self._export(everything)).setEnabled(bool(everything))
        menu.popup(self.more_button.mapToGlobal(self.more_button.rect().bottomLeft()))

    def _import(self) -> None:
        from crosstrade_desk.ui.file_dialog import ask_for_file

        ask_for_file(
            self, "Import presets", _KINDS, lambda path: self._bridge.start(self.take_in(path), "import presets")
        )

    async def take_in(self, path: Path) -> None:
        """Adds the presets of a file, or says everything that is wrong with it."""
        found = await self._presets.take_in(path)
        if isinstance(found, Problems):
            told = (
                f"{problem.field}: {problem.message}" if problem.field else problem.message for problem in found.items
            )
            self.said.emit(f"Nothing was imported from {path.name}. {' '.join(told)}")
        else:
            self.said.emit(f"{counted(len(found), 'preset')} imported. None of them sends before you say so.")

    def _export(self, names: list[str]) -> None:
        from crosstrade_desk.ui.file_dialog import ask_for_file

        ask_for_file(
            self,
            "Export presets",
            _KINDS,
            lambda path: self._bridge.start(self.hand_out(path, names), "export presets"),
            writes=True,
        )

    async def hand_out(self, path: Path, names: list[str]) -> None:
        """Writes presets into a file."""
        fault = await self._presets.hand_out(path, names)
        self.said.emit(fault.message if fault else f"{counted(len(names), 'preset')} written to {path.name}.")


def _entry(menu: QMenu, title: str, run: Callable[[], object]) -> QAction:
    action = menu.addAction(title)
    action.triggered.connect(lambda _checked=False: run())
    return action


def action_id(name: str) -> str:
    """The action that presses the preset of that name."""
    return f"preset {name}"


def _action(preset: Preset) -> Action:
    spec = SPECS[preset.command]
    kind = Kind.FORM if not preset.sends else Kind.EXIT if spec.exits else Kind.ENTRY
    does = "Sends this preset." if preset.sends else "Fills the form with this preset."
    return Action(action_id(preset.name), preset.name, does, kind, Chapter.PRESETS)
