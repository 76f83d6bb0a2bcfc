"""A read-only table of values: columns as data, and only what changed is told to the view."""

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from crosstrade_desk.protocol.problems import printable
from crosstrade_desk.ui.plain import tip

T = TypeVar("T")
Index = QModelIndex | QPersistentModelIndex
_ROOT: Final = QModelIndex()
NOTHING: Final = "–"
_UNSEEN: Final = (False, "not seen yet")


def _never(_value: object) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Column(Generic[T]):
    """One column. `text` gives what stands in it, "" is shown as –; `tone` a colour role of the theme; `full` what its
    tip says, if that is more.

    Its width is what its text needs, at least `width`. One that `gives` is cut to that first where there is no room,
    with dots in its middle: a number never is. One that `rests` takes what is left. One that `goes` is left out where
    that one would have less than its `width`.
    """

    title: str
    text: Callable[[T], str]
    width: int
    is_number: bool = False
    tone: Callable[[T], str] = lambda _value: "text"
    full: Callable[[T], str] | None = None
    gives: bool = False
    rests: bool = False
    goes: bool = False


class RowsModel(QAbstractTableModel, Generic[T]):
    """Shows values that have a key each. What is grey is older than it should be."""

    def __init__(self, columns: Sequence[Column[T]], key: Callable[[T], Hashable]) -> None:
        super().__init__()
        self.columns, self._key = columns, key
        self._rows: list[T] = []
        self._keys: list[Hashable] = []
        self._looks: list[tuple[bool, Hashable]] = []

    def show(
        self, rows: Sequence[T], is_grey: Callable[[T], bool] = _never, also: Callable[[T], Hashable] = _never
    ) -> None:
        """Shows these values. Rows that stay where they are keep their mark, and are told only if they changed.

        `also` gives what a row's texts and colours hang on besides its value.
        """
        keys = [self._key(row) for row in rows]
        fresh = keys.index(self._keys[0]) if self._keys and self._keys[0] in keys else 0
        kept = len(keys) - fresh
        if fresh and keys[fresh:] == self._keys[:kept]:
            self._drop_from(kept)
            self.beginInsertRows(_ROOT, 0, fresh - 1)
            self._rows[:0], self._keys[:0] = rows[:fresh], keys[:fresh]
            self._looks[:0] = [_UNSEEN] * fresh
            self.endInsertRows()
        elif keys != self._keys:
            self.beginResetModel()
            self._rows, self._keys, self._looks = list(rows), keys, [_UNSEEN] * len(keys)
            self.endResetModel()
        self._tell_changes(rows, [(is_grey(row), also(row)) for row in rows])

    def _drop_from(self, number: int) -> None:
        """The oldest make room for the newest."""
        if number < len(self._keys):
            self.beginRemoveRows(_ROOT, number, len(self._keys) - 1)
            del self._rows[number:], self._keys[number:], self._looks[number:]
            self.endRemoveRows()

    def _tell_changes(self, rows: Sequence[T], looks: list[tuple[bool, Hashable]]) -> None:
        pairs = enumerate(zip(self._rows, rows, self._looks, looks, strict=True))
        changed = [n for n, (old, new, was, looks_now) in pairs if old != new or was not in (looks_now, _UNSEEN)]
        self._looks = looks
        for number in changed:
            self._rows[number] = rows[number]
        last = len(self.columns) - 1
        for first, final in _runs(changed):
            self.dataChanged.emit(self.index(first, 0), self.index(final, last))

    def is_grey(self, number: int) -> bool:
        """Whether a row is older than it should be; one that is not there is."""
        return self._looks[number][0] if 0 <= number < len(self._looks) else True

    def row(self, number: int) -> T | None:
        """The value of a row; None if there is none."""
        return self._rows[number] if 0 <= number < len(self._rows) else None

    def place(self, key: Hashable) -> int:
        """The row of a key, -1 if it is not shown."""
        return self._keys.index(key) if key in self._keys else -1

    def key_of(self, number: int) -> Hashable:
        """The key of a row; None if there is none."""
        return self._keys[number] if 0 <= number < len(self._keys) else None

    # --- Qt's side ---

    def rowCount(self, parent: Index = _ROOT) -> int:  # noqa: N802 (Qt's name)
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _ROOT) -> int:  # noqa: N802 (Qt's name)
        return 0 if parent.isValid() else len(self.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:  # noqa: N802 (Qt's name)
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].title
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            return self._side(section)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        column = self.columns[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip(_shown((column.full or column.text)(self._rows[index.row()])))
        if role == Qt.ItemDataRole.DisplayRole:
            return _shown(column.text(self._rows[index.row()]))
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._side(index.column())
        return None

    def tone(self, index: Index) -> str:
        """The colour role of a cell."""
        return "muted" if self._looks[index.row()][0] else self.columns[index.column()].tone(self._rows[index.row()])

    def _side(self, number: int) -> Qt.AlignmentFlag:
        side = Qt.AlignmentFlag.AlignRight if self.columns[number].is_number else Qt.AlignmentFlag.AlignLeft
        return side | Qt.AlignmentFlag.AlignVCenter


def _shown(text: str) -> str:
    """The text as it is; signs that would turn or hide what stands around them are written out."""
    return (text if text.isprintable() else printable(text)) or NOTHING


def _runs(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """First and last of each run of neighbours."""
    first = 0
    for place, number in enumerate(numbers):
        if place == 0 or numbers[place - 1] != number - 1:
            first = number
        if place + 1 == len(numbers) or numbers[place + 1] != number + 1:
            yield first, number
