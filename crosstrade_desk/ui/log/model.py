"""The log as a read-only table over the journal. Rows are read a page at a time, so memory does not grow with them."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Protocol

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from crosstrade_desk.desk.events import RowBegun, RowEnded
from crosstrade_desk.desk.flat_watch import Exited
from crosstrade_desk.desk.journal_export import local
from crosstrade_desk.desk.kill_switch import BLOCKS
from crosstrade_desk.desk.stages import Followed, Stage
from crosstrade_desk.desk.times import Times
from crosstrade_desk.protocol.catalogue import SPECS
from crosstrade_desk.protocol.problems import printable
from crosstrade_desk.sending.outcome import NotSent
from crosstrade_desk.storage.cuts import Cut
from crosstrade_desk.storage.rows import BLOCKED, Row
from crosstrade_desk.ui.kill_switch import is_blocked
from crosstrade_desk.ui.log.became import Became
from crosstrade_desk.ui.log.folds import Folds
from crosstrade_desk.ui.log.found import Found
from crosstrade_desk.ui.outcomes import SIGNS
from crosstrade_desk.ui.plain import tip

_PAGE: Final = 256
_SINGLES_KEPT: Final = 1024
_TIMES_KEPT: Final = 2000
_PAGES_KEPT: Final = 16
_ANSWER_SHOWN: Final = 300
_ROOT: Final = QModelIndex()
Index = QModelIndex | QPersistentModelIndex


class Pages(Protocol):
    """The reading side of the journal: newest first, at a cost that does not depend on the number of rows."""

    def count(self) -> int: ...

    def page(self, newest_first_offset: int, count: int) -> list[Row]: ...


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the log: its newest row, how many rows share it, and of presses that a guard kept in the row that
    they repeated, if it stands right below. `waits_s`: for how many seconds it has had no answer; None if it does not
    wait. `tries`: which try that is. `became`: how it stands by what was read."""

    row: Row
    times: int = 1
    repeated: Row | None = None
    waits_s: int | None = None
    tries: int = 1
    became: str = ""

    @property
    def was_sent(self) -> bool:
        """Whether what the presses repeated had left, or is about to."""
        return self.repeated is not None and self.repeated.outcome != NotSent.word

    @property
    def folded(self) -> str:
        """What became of presses that share the line, "" for a row of its own."""
        if self.times == 1:
            return ""
        once = (
            f"Sent once at {local(self.repeated.intent.at_us):%H:%M:%S}; t" if self.repeated and self.was_sent else "T"
        )
        return f"{once}hese {self.times} presses sent nothing."


def _became(line: Line) -> str:
    """What was read of it; *sent* says less than any outcome."""
    return "" if line.row.ending and line.became == Stage.SENT.value else line.became


def _time(line: Line) -> str:
    when = local(line.row.intent.at_us)
    today = when.date() == datetime.now(tz=UTC).astimezone().date()
    return f"{when:%H:%M:%S}" if today else f"{when:%b %d %H:%M}"


def _accounts(line: Line) -> str:
    row = line.row
    spec = SPECS.get(row.intent.command)
    return row.intent.accounts.replace(",", ", ") or ("all" if spec and spec.is_wide_alone else "")


def _outcome(line: Line) -> str:
    if line.waits_s is not None:
        return f"… try {line.tries}, {line.waits_s} s" if line.tries > 1 else f"… waiting {line.waits_s} s"
    times = f" ×{line.times}" if line.times > 1 else ""
    return f"{SIGNS.get(line.row.outcome, '')} {line.row.outcome}{times}".strip()


def _milliseconds(line: Line) -> str:
    took = line.row.ending.elapsed_us / 1000 if line.row.ending else 0
    return f"{took:.{0 if took >= 100 else 1}f}" if took else ""


def _waits(line: Line) -> str:
    if line.waits_s is None:
        return ""
    what = f"No answer yet, try {line.tries}" if line.tries > 1 else "Waiting for the answer"
    return f"{what} … {line.waits_s} s"


def _answer(line: Line) -> str:
    row = line.row
    if not row.ending:
        return _waits(line)
    if is_blocked(row):
        return BLOCKS
    text = row.ending.answer if row.ending.status is not None else row.ending.sentence
    status = f"{row.ending.status}  " if row.ending.status is not None else ""
    return status + printable(" ".join(text.split()))[:_ANSWER_SHOWN]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading and what it shows of a line.

    It is as wide as `usual`, and up to `most` where what stands in it is wider; "" takes what the others leave. One
    that `gives` is no wider than usual where that one would have little, and one that `goes` is not there at all.
    """

    title: str
    text: Callable[[Line], str]
    usual: str
    most: str = ""
    right: bool = False
    gives: bool = False
    goes: bool = False


COLUMNS: Final = (
    Column("Time", _time, "00:00:00", "Nov 30 00:00"),
    Column("Where", lambda line: line.row.intent.place, "PRACTICE", "PRACTICE", goes=True),
    Column("What", lambda line: f"{line.folded}  {line.row.intent.sentence}".strip(), ""),
    Column("Accounts", _accounts, "Sim101", "Sim101, Sim102", gives=True, goes=True),
    Column("Outcome", _outcome, "✓ accepted", "… waiting 100 s"),
    Column("Order", _became, "answered", "filled 10 @ 20123.25"),
    Column("ms", _milliseconds, "100.0", "100000", right=True, goes=True),
    Column("Answer", _answer, "200  {…", "2" * 40, gives=True, goes=True),
)


_TITLES: Final = [column.title for column in COLUMNS]
OUTCOME, ORDER = _TITLES.index("Outcome"), _TITLES.index("Order")


def _alignment(column: Column) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


class LogModel(QAbstractTableModel):
    """Newest line first. `row` gives the newest row of a line whole, for details and copy.

    Presses in a row that a guard kept in share a line: those of this run, and of former ones the newest few hundred.
    """

    def __init__(self, pages: Pages) -> None:
        super().__init__()
        self._pages = pages
        self._moved = 0  # up to this number only rows that stay are in the journal: `_stays`
        self._stays: tuple[int, ...] = ()
        self._newest = pages.count()
        self._cache: OrderedDict[int, dict[int, Row]] = OrderedDict()
        self._folds = Folds()
        self._found: Found | None = None
        self._singles: OrderedDict[int, Row] = OrderedDict()
        self.became = Became()
        self._times: OrderedDict[int, Times] = OrderedDict()
        self.waits: Callable[[int], tuple[int, int] | None] = lambda _row_id: None  # seconds and tries of a row
        for row_id in range(max(1, self._newest - _PAGE + 1), self._newest + 1):
            self._fold(row_id)

    def _fold(self, row_id: int) -> bool:
        row = self._at(row_id)
        return row is not None and self._folds.add(row)

    @property
    def _lines(self) -> int:
        return len(self._found) if self._found is not None else self._whole + len(self._stays)

    @property
    def _whole(self) -> int:
        """How many lines there are of rows that are not before a cut."""
        return self._folds.line(self._newest) - self._hidden

    @property
    def _hidden(self) -> int:
        return self._folds.line(self._moved + 1) - 1

    def show_cut(self, cut: Cut) -> None:
        """Leaves out the rows that were moved into an archive; those of them that stay come last."""
        self._cache.clear()
        stays = cut.rows  # read from a text that may be long
        if self._found is not None:
            self._moved, self._stays = cut.point.row, stays
            return
        top = self._folds.line(self._newest) - self._folds.line(cut.point.row + 1) + 1
        if self._lines > top:
            self.beginRemoveRows(QModelIndex(), top, self._lines - 1)
            self._moved, self._stays = cut.point.row, ()
            self.endRemoveRows()
        self._moved = cut.point.row
        if stays:
            self.beginInsertRows(QModelIndex(), top, top + len(stays) - 1)
            self._stays = stays
            self.endInsertRows()

    @property
    def newest(self) -> int:
        """The number of the newest row, shown or not; 0 if there is none."""
        return self._newest

    @property
    def kept(self) -> int:
        """How many rows there are, shown or not, without those that were moved into archives."""
        return self._newest - self._moved + len(self._stays)

    def show_found(self, found: Found | None) -> None:
        """Shows the rows that were found, each in a line of its own; None: every row again."""
        self.beginResetModel()
        self._found = found
        self._singles.clear()
        self.endResetModel()

    def add_older(self, ids: Sequence[int]) -> None:
        """Shows rows, newest first, below all that were found so far."""
        if self._found is not None and ids:
            self.beginInsertRows(QModelIndex(), len(self._found), len(self._found) + len(ids) - 1)
            self._found.older(ids)
            self.endInsertRows()

    def add_found(self, row_id: int) -> None:
        """Shows a row at its place, if it is not shown."""
        if self._found is not None and self._found.place(row_id) is None:
            at = self._found.place_for(row_id)
            self.beginInsertRows(QModelIndex(), at, at)
            self._found.add(row_id)
            self.endInsertRows()

    def number(self, row_id: int) -> int | None:
        """The line in which a row stands, None if it is not shown."""
        if not 1 <= row_id <= self._newest:
            return None
        if self._found is not None:
            return self._found.place(row_id)
        if row_id > self._moved:
            return self._folds.line(self._newest) - self._folds.line(row_id)
        return self._lines - 1 - self._stays.index(row_id) if row_id in self._stays else None

    def rowCount(self, parent: Index = _ROOT) -> int:  # noqa: N802 (Qt's name)
        return 0 if parent.isValid() else self._lines

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
            line = self.line(index.row())
            text = column.text(line) if line else ""
            return text if role == Qt.ItemDataRole.DisplayRole else tip(text)
        return None

    def row(self, number: int) -> Row | None:
        """The newest row of the line at `number`, 0 being the newest. Reads a page of the journal if need be."""
        if self._found is not None:
            return self._at(self._found[number]) if 0 <= number < len(self._found) else None
        if number >= self._whole:
            return self._at(self._stays[self._lines - 1 - number]) if number < self._lines else None
        return self._at(self._folds.newest(self._folds.line(self._newest) - number))

    def line(self, number: int) -> Line | None:
        """The line at `number`."""
        if (row := self.row(number)) is None:
            return None
        waited, tries = (None if row.ending else self.waits(row.id)) or (None, 1)
        became = self.became.word(row.id)
        if self._found is not None:
            return Line(row, 1, None, waited, tries, became)
        aim = self._folds.aim(row.id)
        repeated = None if aim is None else self._at(aim)
        return Line(row, self._folds.times(row.id), repeated, waited, tries, became)

    def is_hammered(self, number: int) -> bool:
        """Whether a line holds nothing but presses that repeated the message right below it."""
        line = self.line(number)
        return line is not None and line.row.outcome == BLOCKED and line.was_sent

    def _at(self, row_id: int) -> Row | None:
        block = row_id // _PAGE
        if block not in self._cache:
            if self._found is not None:
                return self._single(row_id)
            self._load(block)
        self._cache.move_to_end(block)
        return self._cache[block].get(row_id)

    def _single(self, row_id: int) -> Row | None:
        """A row that was found: its neighbours may be far away."""
        if row_id not in self._singles:
            for row in self._pages.page(self._pages.count() - row_id, 1):
                self._singles[row.id] = row
            if len(self._singles) > _SINGLES_KEPT:
                self._singles.popitem(last=False)
        return self._singles.get(row_id)

    def _load(self, block: int) -> None:
        newest = min((block + 1) * _PAGE - 1, self._newest)
        # Counted anew: another process, or a row that is not told yet, may have moved the top.
        rows = self._pages.page(self._pages.count() - newest, newest - max(block * _PAGE, 1) + 1)
        self._cache[block] = {row.id: row for row in rows}
        if len(self._cache) > _PAGES_KEPT:
            self._cache.popitem(last=False)

    def on_begun(self, event: RowBegun) -> None:
        """Adds the row at the top, and any that another process added before it; or counts it in the topmost line."""
        before, lines = self._newest, self._folds.line(self._newest)
        if event.row.id <= before:
            return
        for block in range(before // _PAGE, event.row.id // _PAGE + 1):
            self._cache.pop(block, None)
        added = self._fold_up_to(event.row.id) - lines
        if self._found is not None:
            self._newest = event.row.id
            return
        if added:
            self.beginInsertRows(QModelIndex(), 0, added - 1)
        self._newest = event.row.id
        if added:
            self.endInsertRows()
        if self._folds.line(before + 1) == lines:
            self._tell(added)

    def _fold_up_to(self, newest: int) -> int:
        """Gives the number of lines with all rows up to `newest`. No view looks at the model meanwhile."""
        before, self._newest = self._newest, newest
        for row_id in range(max(before + 1, newest - _PAGE + 1), newest + 1):
            self._fold(row_id)
        self._newest = before
        return self._folds.line(newest)

    def on_ended(self, event: RowEnded) -> None:
        """Shows the outcome in the row."""
        if not 1 <= event.row.id <= self._newest:
            return  # a row that the journal could not keep: the status line tells of it
        self._times[event.row.id] = event.times
        if len(self._times) > _TIMES_KEPT:
            self._times.popitem(last=False)
        block = event.row.id // _PAGE
        if block in self._cache:
            self._cache[block][event.row.id] = event.row
        if event.row.id in self._singles:
            self._singles[event.row.id] = event.row
        if (number := self.number(event.row.id)) is not None:
            self._tell(number)

    def took(self, row_id: int) -> str:
        """How long the parts of its way took, "" if that is not known."""
        return self._times[row_id].text if row_id in self._times else ""

    def count_on(self, row_ids: Iterable[int]) -> None:
        """A second went by for rows that wait: two cells of each are painted anew, and nothing else."""
        for row_id in filter(self._newest.__ge__, row_ids):
            for column in (OUTCOME, len(COLUMNS) - 1):
                self._tell_cell(row_id, column)

    def on_told(self, told: Followed | Exited) -> None:
        """Shows how an order or an exit stands now: one cell is painted anew, and nothing else."""
        row_id = self.became.take(told)
        if 1 <= row_id <= self._newest:
            self._tell_cell(row_id, ORDER)

    def _tell_cell(self, row_id: int, column: int) -> None:
        if (number := self.number(row_id)) is not None:
            cell = self.index(number, column)
            self.dataChanged.emit(cell, cell)

    def _tell(self, number: int) -> None:
        self.dataChanged.emit(self.index(number, 0), self.index(number, len(COLUMNS) - 1))


def details(
    row: Row, longest_answer: int | None = None, folded: str = "", became: Sequence[str] = (), parts_took: str = ""
) -> str:
    """Everything about a row, as text that may be copied: the key was never in it.

    `folded` is what is to be said of presses that share its line, `became` what was read of it, `parts_took` how long
    the parts of its way took. `longest_answer` cuts the answer to that many characters and says so; laying out 60,000
    stops the window for 0.4 s.
    """
    intent, ending = row.intent, row.ending
    took = f" after {ending.elapsed_us / 1000:.1f} ms" if ending and ending.elapsed_us else ""
    guard = [f"Guard: {ending.rule}"] if ending and ending.rule else []
    parts = [
        f"{row.outcome if ending else 'no answer yet'}{took}",
        *filter(None, [folded, ending.sentence if ending else ""]),
        *guard,
        *([f"Took: {parts_took}"] if parts_took else []),
        *became,
        "",
        intent.sentence,
    ]
    parts += [f"{local(intent.at_us).isoformat(sep=' ', timespec='milliseconds')}   {intent.place}"]
    parts += ["", "Message:", intent.wire]
    if ending and ending.status is not None:
        answer = ending.answer if longest_answer is None else ending.answer[:longest_answer]
        body = "\n".join(printable(line) for line in answer.split("\n"))
        parts += ["", f"Answer, status {ending.status}:", body or "(empty)"]
        if len(answer) < len(ending.answer):
            parts.append(f"… and {len(ending.answer) - len(answer)} characters more: press Copy details for all of it.")
    return "\n".join(parts)
