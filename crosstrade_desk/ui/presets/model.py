"""The presets as rows of a list, group by group, narrowed by a search. Costs what is looked at."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from crosstrade_desk.desk.rolls import Roll
from crosstrade_desk.storage.presets import Preset
from crosstrade_desk.ui.plain import tip

Index = QModelIndex | QPersistentModelIndex
_NO_GROUP: Final = "Presets"
_NOWHERE: Final = QModelIndex()


@dataclass(frozen=True, slots=True)
class Shown:
    """What is said of one preset today: in a word what a press does, its order or what is wrong, and its roll.

    `where`: its accounts. `astray`: those to which a press sends an entry, and which are not ticked.
    """

    does: str
    words: str
    is_wrong: bool
    roll: Roll | None
    differs: tuple[str, ...] = ()
    where: str = ""
    astray: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """The heading of a group."""

    title: str
    group: str


class PresetModel(QAbstractListModel):
    """Rows are `Head` or `Preset`. `about` says what is shown of a preset."""

    def __init__(self, about: Callable[[Preset], Shown], key: Callable[[Preset], str]) -> None:
        """`key` gives the key of a preset as it stands now, "" for none."""
        super().__init__()
        self._about, self.key = about, key
        self._items: tuple[Preset, ...] = ()
        self._rows: list[Head | Preset] = []
        self._shown: dict[str, Shown] = {}
        self._texts: dict[str, str] = {}  # what is sought in, by name
        self._sought = ""

    def show(self, items: Sequence[Preset]) -> None:
        """Shows these presets."""
        self._items = tuple(items)
        self._texts = {preset.name: _text(preset) for preset in items}
        self._refill()

    def seek(self, text: str) -> None:
        """Shows only those in whose name, group or texts all words of a text are found."""
        self._sought = text
        self._refill()

    def forget(self) -> None:
        """What was worked out of each preset may be otherwise now: another day, another last order."""
        self._shown.clear()
        if self._rows:
            self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1))

    def _refill(self) -> None:
        self.beginResetModel()
        words = self._sought.casefold().split()
        found = [preset for preset in self._items if all(word in self._texts[preset.name] for word in words)]
        groups = dict.fromkeys(preset.group for preset in found)
        self._rows = []
        for group in groups:
            self._rows.append(Head(group or _NO_GROUP, group))
            self._rows += [preset for preset in found if preset.group == group]
        self._shown.clear()
        self.endResetModel()

    def row(self, number: int) -> Head | Preset:
        """What stands in a row."""
        return self._rows[number]

    def preset(self, index: Index) -> Preset | None:
        """The preset of a row; None for a heading or for nothing."""
        found = self._rows[index.row()] if index.isValid() else None
        return found if isinstance(found, Preset) else None

    def beside(self, name: str) -> tuple[list[str], str]:
        """The names in sight of the preset's group, with its own, and the group. The preset must be in sight."""
        shown = [row for row in self._rows if isinstance(row, Preset)]
        group = next(preset.group for preset in shown if preset.name == name)
        return [preset.name for preset in shown if preset.group == group], group

    def place(self, name: str) -> QModelIndex:
        """Where a preset stands, nowhere if it is not shown."""
        rows = enumerate(self._rows)
        return next((self.index(n) for n, row in rows if isinstance(row, Preset) and row.name == name), QModelIndex())

    def about(self, preset: Preset) -> Shown:
        """What is shown of a preset. Worked out once, when it is first looked at."""
        if preset.name not in self._shown:
            self._shown[preset.name] = self._about(preset)
        return self._shown[preset.name]

    # --- Qt's side ---

    def rowCount(self, parent: Index = _NOWHERE) -> int:  # noqa: N802 (Qt's name)
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        found = self._rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return found.title if isinstance(found, Head) else found.name
        if role == Qt.ItemDataRole.ToolTipRole and isinstance(found, Preset):
            return tip(self._hint(found))
        if role == Qt.ItemDataRole.AccessibleDescriptionRole and isinstance(found, Preset):
            return self._hint(found)
        return None

    def _hint(self, preset: Preset) -> str:
        about = self.about(preset)
        sends = preset.sends and not about.is_wrong
        does = "A press sends it." if sends else "A press fills the form."
        roll = about.roll.sentence if about.roll else ""
        differs = f"Differs from the last order: {', '.join(about.differs)}." if about.differs else ""
        astray = f"Not ticked: {about.astray}. FLATTEN does not reach there." if about.astray else ""
        key = f"Its key: {self.key(preset)}." if self.key(preset) else ""
        words = [f"{preset.name}: {about.words}.", does, key, astray, roll, differs]
        return " ".join(filter(None, words)).replace("..", ".")

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid() or isinstance(self._rows[index.row()], Head):
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    # --- dragging ---

    def target(self, row: int, *, after: bool) -> tuple[str | None, str]:
        """Before which preset (None: at the end of the group), and in which group, something dropped at a row goes."""
        at = self._rows[row]
        if isinstance(at, Head):
            return self._first_of(at.group), at.group
        if not after:
            return at.name, at.group
        following = self._rows[row + 1] if row + 1 < len(self._rows) else None
        return (following.name if isinstance(following, Preset) else None), at.group

    def _first_of(self, group: str) -> str | None:
        return next((preset.name for preset in self._items if preset.group == group), None)


def _text(preset: Preset) -> str:
    return " ".join([preset.name, preset.group, preset.command, *preset.fields.values()]).casefold()
