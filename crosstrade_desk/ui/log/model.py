"""The log as a read-only table over the journal. Rows are read a page at a time, so memory does not grow with them."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Protocol

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from crosstrade_desk.desk.events import RowBegun, RowEnded
from crosstrade_desk.desk.journal_export import local
from crosstrade_desk.protocol.catalogue import SPECS
from crosstrade_desk.protocol.problems import printable
from crosstrade_desk.storage.rows import Row
from crosstrade_desk.ui.plain import tip

_PAGE: Final = 256
_PAGES_KEPT: Final = 16
_ANSWER_SHOWN: Final = 300
_ROOT: Final = QModelIndex()
Index = QModelIndex | QPersistentModelIndex

SIGNS: Final = {
    "accepted": "✓",
    "unconfirmed": "~",
    "refused": "✗",
    "not sent": "○",
    "blocked": "⊘",
    "unknown": "?",
    "sending": "…",
}
TONES: Final = {
    "accepted": "good",
    "unconfirmed": "warn",
    "refused": "bad",
    "not sent": "warn",
    "blocked": "warn",
    "unknown": "warn",
    "sending": "muted",
}


class Pages(Protocol):
    """The reading side of the journal: newest first, at a cost that does not depend on the number of rows."""

    def count(self) -> int: ...

    def page(self, newest_first_offset: int, count: int) -> list[Row]: ...


def _time(row: Row) -> str:
    when = local(row.intent.at_us)
    today = when.date() == datetime.now(tz=UTC).astimezone().date()
    return f"{when:%H:%M:%S}" if today else f"{when:%b %d %H:%M}"


def _accounts(row: Row) -> str:
    spec = SPECS.get(row.intent.command)
    return row.intent.accounts.replace(",", ", ") or ("all" if spec and spec.is_wide_alone else "")


def _milliseconds(row: Row) -> str:
    took = row.ending.elapsed_us / 1000 if row.ending else 0
    return f"{took:.{0 if took >= 100 else 1}f}" if took else ""


def _answer(row: Row) -> str:
    if not row.ending:
        return ""
    text = row.ending.answer if row.ending.status is not None else row.ending.sentence
    status = f"{row.ending.status}  " if row.ending.status is not None else ""
    return status + printable(" ".join(text.split()))[:_ANSWER_SHOWN]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, what it shows of a row, and its width in pixels (0: takes what is left)."""

    title: str
    text: Callable[[Row], str]
    width: int
    right: bool = False


COLUMNS: Final = (
    Column("Time", _time, 74),
    Column("Where", lambda row: row.intent.place, 78),
    Column("What", lambda row: row.intent.sentence, 0),
    Column("Accounts", _accounts, 104),
    Column("Outcome", lambda row: f"{SIGNS.get(row.outcome, '')} {row.outcome}".strip(), 118),
    Column("ms", _milliseconds, 52, right=True),
    Column("Answer", _answer, 180),
)


def _alignment(column: Column) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


class LogModel(QAbstractTableModel):
    """Newest row first. `row` gives the whole row for details and copy."""

    def __init__(self, pages: Pages) -> None:
        super().__init__()
        self._pages = pages
        self._total = pages.count()
        self._cache: OrderedDict[int, dict[int, Row]] = OrderedDict()

    def rowCount(self, parent: Index = _ROOT) -> int:  # noqa: N802 (Qt's name)
        return 0 if parent.isValid() else self._total

    def columnCount(self, parent: Index = _ROOT) -> int:  # noqa: N802 (Qt's name)
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(  # noqa: N802 (Qt's name)
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(COLUMNS[section])
        return COLUMNS[section].title if role == Qt.ItemDataRole.DisplayRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        column = COLUMNS[index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            row = self.row(index.row())
            text = column.text(row) if row else ""
            return text if role == Qt.ItemDataRole.DisplayRole else tip(text)
        return None

    def row(self, number: int) -> Row | None:
        """The row shown at `number`, 0 being the newest. Reads a page of the journal if need be."""
        row_id = self._total - number
        block = row_id // _PAGE
        if block not in self._cache:
            self._load(block)
        self._cache.move_to_end(block)
        return self._cache[block].get(row_id)

    def _load(self, block: int) -> None:
        newest = min((block + 1) * _PAGE - 1, self._total)
        # Counted anew: another process, or a row that is not told yet, may have moved the top.
        rows = self._pages.page(self._pages.count() - newest, newest - max(block * _PAGE, 1) + 1)
        self._cache[block] = {row.id: row for row in rows}
        if len(self._cache) > _PAGES_KEPT:
            self._cache.popitem(last=False)

    def on_begun(self, event: RowBegun) -> None:
        """Adds the row at the top, and any that another process added before it."""
        added = event.row.id - self._total
        if added > 0:
            self.beginInsertRows(QModelIndex(), 0, added - 1)
            for block in range(self._total // _PAGE, event.row.id // _PAGE + 1):
                self._cache.pop(block, None)
            self._total = event.row.id
            self.endInsertRows()

    def on_ended(self, event: RowEnded) -> None:
        """Shows the outcome in the row."""
        number = self._total - event.row.id
        if not 0 <= number < self._total:
            return  # a row that the journal could not keep: the status line tells of it
        block = event.row.id // _PAGE
        if block in self._cache:
            self._cache[block][event.row.id] = event.row
        self.dataChanged.emit(self.index(number, 0), self.index(number, len(COLUMNS) - 1))


def details(row: Row, longest_answer: int | None = None) -> str:
    """Everything about a row, as text that may be copied: the key was never in it.

    `longest_answer` cuts the answer to that many characters and says so; laying out 60,000 stops the window for 0.4 s.
    """
    intent, ending = row.intent, row.ending
    took = f" after {ending.elapsed_us / 1000:.1f} ms" if ending and ending.elapsed_us else ""
    guard = [f"Guard: {ending.rule}"] if ending and ending.rule else []
    parts = [f"{row.outcome}{took}", *([ending.sentence] if ending else []), *guard, "", intent.sentence]
    parts += [f"{local(intent.at_us).isoformat(sep=' ', timespec='milliseconds')}   {intent.place}"]
    parts += ["", "Message:", intent.wire]
    if ending and ending.status is not None:
        answer = ending.answer if longest_answer is None else ending.answer[:longest_answer]
        body = "\n".join(printable(line) for line in answer.split("\n"))
        parts += ["", f"Answer, status {ending.status}:", body or "(empty)"]
        if len(answer) < len(ending.answer):
            parts.append(f"… and {len(ending.answer) - len(answer)} characters more: press Copy details for all of it.")
    return "\n".join(parts)
