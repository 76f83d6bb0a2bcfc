"""The log pane: the table, and beside it everything about the marked row."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from crosstrade_desk.desk.actions import BY_ID
from crosstrade_desk.desk.events import RowBegun, RowEnded
from crosstrade_desk.desk.flat_watch import Exited
from crosstrade_desk.desk.journal_export import local
from crosstrade_desk.desk.log_export import Export
from crosstrade_desk.desk.stages import Followed
from crosstrade_desk.protocol.problems import Invalid
from crosstrade_desk.sending.outcome import Unknown
from crosstrade_desk.storage.cuts import NO_CUT, Cut
from crosstrade_desk.storage.search import Archive, Choices, Sought
from crosstrade_desk.ui.bridge import Bridge
from crosstrade_desk.ui.icons import icon_of
from crosstrade_desk.ui.log.after_unknown import AfterUnknown
from crosstrade_desk.ui.log.alarm_bar import HEIGHT, AlarmBar
from crosstrade_desk.ui.log.filter_bar import FilterBar
from crosstrade_desk.ui.log.handing_out import hand_out
from crosstrade_desk.ui.log.model import COLUMNS, Line, LogModel, details
from crosstrade_desk.ui.log.search import Search
from crosstrade_desk.ui.log.table import LogTable
from crosstrade_desk.ui.plain_buttons import push_button
from crosstrade_desk.ui.soon import Soon
from crosstrade_desk.ui.waiting import Waiting

_KINDS: Final = {"csv": "CSV, for a spreadsheet (*.csv)", "json": "JSON, one row a line (*.json)"}
_ANSWER_SHOWN = 3000
_NARROW = 640  # pixels
_LEAST = 460  # pixels: room for an alarm in its head, so that nothing moves when one comes
_UNRESOLVED = (Unknown.word, "sending")


class LogPane(QFrame):
    """Shows the journal, newest first. The newest line is marked until the trader marks one, and while the marked one
    is not unknown or on its way.

    Signals:
        flatten_wanted: the `Message` that flattens what a row was about.
        form_wanted: the `Reading` of a row, to be looked at in the form before it is sent once more.
        said: a sentence for the status line.
        details_wanted: a row was pressed. `details` and `copy_button` are the window's to place, and `head`: what needs
            the trader is seen with the log hidden, too.
    """

    flatten_wanted = Signal(object)
    form_wanted = Signal(object)
    details_wanted = Signal()
    said = Signal(str)

    def __init__(self, model: LogModel, bridge: Bridge, waiting: Waiting, alarms: AlarmBar, archive: Archive) -> None:
        super().__init__()
        self.setObjectName("panel")
        self.model = model
        self.model.waits = waiting.of
        self.alarms = alarms
        self.table = LogTable(model)
        self.search = Search(model, bridge, archive)
        self.filter = FilterBar()
        self._bridge = bridge
        self.key_of: Callable[[str], str] = lambda _action: ""
        self._deeds: dict[str, Callable[[], object]] = {
            "filter log": self.open_filter,
            "unknown older": lambda: self.go_unknown(older=True),
            "unknown newer": lambda: self.go_unknown(older=False),
            "follow log": self.follow_newest,
            "Copy rows": self.copy_rows,
            "Copy details": self.copy_details,
            "export log": self.export,
        }
        self._by_hand = self._marking = self._jumping = self._filtering = self._alarmed = self._slim = False
        self._cut, self._exports = NO_CUT, False
        self._said_older = Sought()  # for what it was said that older rows are elsewhere
        self._lost = 0  # the row that was marked before the filter hid it
        self._begun: list[RowBegun] = []  # to be shown
        self._ended: list[RowEnded] = []
        self._soon = Soon(self, self._show_told)
        self.details = QPlainTextEdit()
        self.details.setReadOnly(True)
        self.details.setAccessibleName("Details of the marked row")
        self.details.setPlaceholderText("Mark a row to see the message and the whole answer.")
        self.after = AfterUnknown()
        self.after.flatten_wanted.connect(self.flatten_wanted)
        self.after.form_wanted.connect(self.form_wanted)
        self.copy_button = self._copy_button()
        self._build()
        bridge.place.connect(self.after.show_place)
        alarms.stands.connect(self._on_alarm)
        self.filter.sought.connect(self._on_sought)
        self.filter.left.connect(self.close_filter)
        self.filter.entered.connect(lambda: self.table.setFocus(Qt.FocusReason.ShortcutFocusReason))
        self.search.changed.connect(self._on_found)
        self.search.failed.connect(self.said)
        bridge.begun.connect(self._on_begun)
        bridge.cut.connect(self._on_cut)
        bridge.ended.connect(self._on_ended)
        for told in (bridge.followed, bridge.exited):
            told.connect(self._on_told)
        waiting.changed.connect(lambda: self.model.count_on(waiting.rows))
        self.table.selectionModel().currentRowChanged.connect(self._on_current)
        self.table.selectionModel().selectionChanged.connect(self._on_selected)
        self.table.pressed.connect(self._on_pressed)
        self.table.escaped.connect(self._on_escaped)
        self.table.clicked.connect(self.details_wanted)
        copy = QShortcut(QKeySequence.StandardKey.Copy, self.table)
        copy.setContext(Qt.ShortcutContext.WidgetShortcut)
        copy.activated.connect(self.copy_rows)

    def stops(self) -> list[QWidget]:
        """Where Tab stops, in order."""
        return [self.more_button, self.filter.line, self.filter.choice, self.table]

    def _build(self) -> None:
        self.title = QLabel("Log")
        self.title.setObjectName("heading")
        self.more_button = push_button("More", self.open_menu, "Filter, unknown rows, copy, export.")
        self.more_button.setObjectName("log-more")
        self.more_button.setAccessibleName("More for the log")
        self.head = QWidget()
        top = self._head_line = QHBoxLayout(self.head)
        top.setContentsMargins(4, 0, 0, 0)
        top.addStrut(HEIGHT)
        top.addWidget(self.title)
        top.addWidget(self.more_button)
        top.addWidget(self.alarms, 1)
        top.addStretch()
        top.addWidget(self.after)
        self.setMinimumWidth(_LEAST)
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(8, 6, 8, 8)
        self._rows.addWidget(self.filter)  # a line of its own: an alarm needs all of the head
        self._rows.addWidget(self.table, 1)
        self.filter.hide()
        self.take_head()

    def set_slim(self, slim: bool) -> None:
        """Its head shows nothing but what needs the trader, and stands in two lines; or all of it, in one."""
        self._slim = slim
        self._give_head()
        self.alarms.set_slim(slim)
        self._head_line.setContentsMargins(0 if slim else 4, 0, 0, 0)
        self._show_head()

    def _give_head(self) -> None:
        """In a narrow head an alarm has all the room."""
        for part in (self.title, self.more_button):
            part.setVisible(not self._slim and not (self._alarmed and self.width() < _NARROW))

    def _show_head(self) -> None:
        """In the slim window the head has no room of its own: it stands above something else."""
        needed = (part.isVisibleTo(self.head) for part in (self.alarms, self.after))
        self.head.setVisible(not self._slim or any(needed))

    def take_head(self) -> None:
        """Has its head above its table, or back from where the window placed it while the log was out of sight."""
        self._rows.insertWidget(0, self.head)

    def _copy_button(self) -> QPushButton:
        copy = QPushButton("Copy details")
        copy.setToolTip("Copies everything about the marked row, the whole answer too. The key is not in it.")
        copy.setObjectName("copy-details")
        copy.clicked.connect(self.copy_details)
        return copy

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        return QSize(900, 230)

    # --- which row is marked ---

    def _on_begun(self, event: RowBegun) -> None:
        self._begun.append(event)
        self._soon.ask()

    def _on_ended(self, event: RowEnded) -> None:
        self._ended.append(event)
        self._soon.ask()

    def _show_told(self) -> None:
        """Shows all rows that have begun or ended since it was last called."""
        is_at_top, before = self.table.verticalScrollBar().value() == 0, self.model.newest
        begun, self._begun, ended, self._ended = self._begun, [], self._ended, []
        if begun:
            newest = max(begun, key=lambda event: event.row.id)
            self.model.on_begun(newest)
            self.search.look_at(before + 1, newest.row.id)
        for event in ended:
            self.model.on_ended(event)
            self.search.look_at(event.row.id, event.row.id)
        if begun and is_at_top:
            self.table.scrollToTop()
        self._follow()

    def _follow(self) -> None:
        """Marks the newest line, unless the mark is the trader's own or its row still waits for him or for an answer.

        Hammered presses are not marked: they must not hide what they repeated.
        """
        newest = self.model.index(0, 0)
        moves = self.table.currentIndex().row() != newest.row() and not self.model.is_hammered(0)
        if moves and not self._keeps_mark():
            self._mark(newest)
            self.table.scrollToTop()
        self._on_current(self.table.currentIndex())

    def _keeps_mark(self) -> bool:
        index = self.table.currentIndex()
        row = self.model.row(index.row()) if index.isValid() else None
        return row is not None and (self._by_hand or row.outcome in _UNRESOLVED)

    def _mark(self, index: QModelIndex) -> None:
        flags = QItemSelectionModel.SelectionFlag
        self._marking = True
        self.table.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
        self._marking = False

    def _on_selected(self, selected: QItemSelection) -> None:
        if not self._marking and not selected.isEmpty():
            self._by_hand = True

    def _on_pressed(self) -> None:
        self._by_hand = True

    def follow_newest(self) -> None:
        """Gives the trader's mark up: the newest line is marked, and those that come."""
        self._by_hand = False
        self.table.clearSelection()
        self.table.setCurrentIndex(QModelIndex())
        self._follow()

    def _marked(self) -> int:
        """The number of the marked row, 0 if none is."""
        index = self.table.currentIndex()
        row = self.model.row(index.row()) if index.isValid() else None
        return row.id if row else 0

    def _mark_row(self, row_id: int) -> None:
        number = self.model.number(row_id)
        if number is not None:
            self._mark(self.model.index(number, 0))
            self.table.scrollTo(self.table.currentIndex())

    def go_unknown(self, *, older: bool) -> None:
        """Marks the nearest unknown row below the marked one, or above it, wherever in the journal it is."""
        if not self._jumping:
            self._jumping = True
            self._bridge.start(self._go_unknown(older), "look for an unknown row")

    async def _go_unknown(self, older: bool) -> None:
        try:
            start = self._marked() or self.model.newest + 1
            found = await self.search.unknown(start, older=older)
        finally:
            self._jumping = False
        if isinstance(found, Invalid):
            self.said.emit(f"The log could not be searched. {found.message}")
        elif found is None:
            shown = "" if self.search.sought.is_all else " among those that are shown"
            elsewhere = f" {self._older}" if older and self._older else ""
            self.said.emit(f"No {'older' if older else 'newer'} row is unknown{shown}.{elsewhere}")
        else:
            self._by_hand = True
            self._mark_row(found)
            self.table.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self.details_wanted.emit()

    # --- the filter ---

    def open_filter(self) -> None:
        """Shows the line that filters, and goes there."""
        self._filtering = True
        self.filter.show()
        self.filter.line.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.filter.line.selectAll()
        self._bridge.start(self._offer(), "what the log can be filtered by")

    async def _offer(self) -> None:
        found, kept = await self._bridge.in_thread(_looked_up, self.search.archive)
        if not isinstance(found, Invalid):
            self.filter.offer(*found)
        self.title.setToolTip(_says_kept(kept, self.model.kept, self._older))

    def close_filter(self) -> None:
        """Shows every row again and puts the line away."""
        self._filtering = False
        self.filter.clear()
        self.table.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.filter.hide()

    def _on_sought(self, sought: Sought) -> None:
        if sought == self.search.sought:
            return
        self._lost = self._marked() or self._lost
        self.search.seek(sought)
        self._on_found()

    def _on_found(self) -> None:
        """The mark goes on where it was, if its row is shown."""
        sought, marked = self.search.sought, self.table.currentIndex().isValid()
        if not marked and self._lost:
            self._mark_row(self._lost)
        looking = " …" if self.search.is_looking else ""
        shown = f"  {self.model.rowCount():,} of {self.model.kept:,}{looking}"
        self.title.setText("Log" if sought.is_all else f"Log{shown}")
        self._on_current(self.table.currentIndex())
        self._say_older(sought)

    def _on_cut(self, cut: Cut) -> None:
        self._cut = cut
        self.model.show_cut(cut)

    @property
    def _older(self) -> str:
        """Where the rows are that are not in the log any more, "" if all are."""
        row = self._cut.point.row
        return f"Older rows, up to {row:,}, are in {self._cut.archive} beside the journal." if row else ""

    def _say_older(self, sought: Sought) -> None:
        """Once for each thing that was looked for, when all that is here was looked through."""
        if self._older and not self.search.is_looking and sought != self._said_older:
            self._said_older = sought
            if not sought.is_all:
                self.said.emit(self._older)

    def _on_escaped(self) -> None:
        if self._filtering:
            self.close_filter()
        else:
            self.follow_newest()

    def _on_alarm(self, stands: bool) -> None:
        self._alarmed = stands
        self._give_head()
        self.after.give_way(stands)
        self._show_head()

    # --- handing rows out ---

    def export(self) -> None:
        """Asks for a file and writes the rows that are shown into it, the oldest first."""
        from crosstrade_desk.ui.presets.files import ask_for_file

        ask_for_file(self, "Export the log", self._on_file, writes=True, kinds=_KINDS)

    def _on_file(self, path: Path) -> None:
        self._bridge.start(self.hand_out(path), "export the log")

    async def hand_out(self, path: Path) -> None:
        """Writes the rows that are shown into a file, and says how far it is."""
        if self._exports:
            self.said.emit("An export is being written. Wait for it, or stop it under More.")
            return
        self._exports = True
        try:
            export = Export(self.search.archive, self.search.sought, self.model.newest, path)
            await hand_out(export, self._bridge, self.said.emit, lambda: self._exports)
        finally:
            self._exports = False

    def stop_export(self) -> None:
        """Ends the export that is being written; nothing is left of its file."""
        self._exports = False

    def open_menu(self) -> None:
        """Shows what can be done with the log. Nothing is held up while it stands."""
        self.menu().popup(self.more_button.mapToGlobal(self.more_button.rect().bottomLeft()))

    def menu(self) -> QMenu:
        """What can be done with the log as a menu, which is gone once it is closed."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for name, run in self._deeds.items():
            entry = menu.addAction(icon_of(name), f"{_title(name)}\t{self.key_of(name)}".rstrip())
            entry.triggered.connect(_without_flag(run))
        if self._exports:
            menu.addAction("Stop the export").triggered.connect(_without_flag(self.stop_export))
        return menu

    # --- what is told of it ---

    def _on_told(self, told: Followed | Exited) -> None:
        self.model.on_told(told)
        self._on_current(self.table.currentIndex())

    def _on_current(self, index: QModelIndex, _former: QModelIndex | None = None) -> None:
        line = self.model.line(index.row()) if index.isValid() else None
        self.after.show_row(line.row if line else None)
        self._show_head()
        text = self._details(line, _ANSWER_SHOWN) if line else ""
        if self.details.toPlainText() != text:
            self.details.setPlainText(text)

    def copy_rows(self) -> None:
        """Copies the marked rows as lines with tabs between the columns."""
        numbers = sorted({index.row() for index in self.table.selectionModel().selectedRows()})
        marked = [line for number in numbers if (line := self.model.line(number))]
        lines = ["\t".join(column.text(line) for column in COLUMNS) for line in marked]
        QGuiApplication.clipboard().setText("\n".join(lines))

    def _details(self, line: Line, longest_answer: int | None = None) -> str:
        became, took = self.model.became.details(line.row.id), self.model.took(line.row.id)
        return details(line.row, longest_answer, line.folded, became, took)

    def copy_details(self) -> None:
        """Copies everything about the marked row, the answer uncut."""
        index = self.table.currentIndex()
        if index.isValid() and (line := self.model.line(index.row())):
            QGuiApplication.clipboard().setText(self._details(line))


def _title(name: str) -> str:
    return BY_ID[name].title if name in BY_ID else name


def _without_flag(run: Callable[[], object]) -> Callable[[bool], object]:
    """Takes the flag that Qt hands along, and leaves it out."""
    return lambda _checked: run()


def _looked_up(archive: Archive) -> tuple[Choices | Invalid, tuple[int, int] | Invalid]:
    return archive.choices(), archive.kept()


def _says_kept(kept: tuple[int, int] | Invalid, rows: int, older: str) -> str:
    """What the journal keeps."""
    if isinstance(kept, Invalid):
        return kept.message
    since_us, size = kept
    since = f" since {local(since_us):%Y-%m-%d}" if since_us else ""
    way = older or "Old ones are moved to an archive beside it: how old stands in Limits."
    return f"The journal holds every row{since}: {rows:,}, {size / 1_000_000:.1f} MB. {way} None is deleted."
