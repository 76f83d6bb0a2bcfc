"""The log pane: the table, and beside it everything about the marked row."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QResizeEvent, QShortcut
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
from crosstrade_desk.desk.letters import lettered
from crosstrade_desk.desk.log_export import Export
from crosstrade_desk.desk.stages import Followed
from crosstrade_desk.protocol.problems import Invalid
from crosstrade_desk.storage.cuts import NO_CUT, Cut
from crosstrade_desk.storage.search import Archive, Choices, Sought
from crosstrade_desk.ui.bridge import Bridge
from crosstrade_desk.ui.dense import whole_rows
from crosstrade_desk.ui.icons import icon_of
from crosstrade_desk.ui.log.after_unknown import AfterUnknown
from crosstrade_desk.ui.log.alarm_bar import HEIGHT, AlarmBar
from crosstrade_desk.ui.log.columns import COLUMNS, Line
from crosstrade_desk.ui.log.details import details
from crosstrade_desk.ui.log.filter_bar import FilterBar
from crosstrade_desk.ui.log.handing_out import HandingOut
from crosstrade_desk.ui.log.marking import Marking
from crosstrade_desk.ui.log.model import LogModel
from crosstrade_desk.ui.log.search import Search
from crosstrade_desk.ui.log.table import LogTable
from crosstrade_desk.ui.plain_buttons import push_button
from crosstrade_desk.ui.soon import Soon
from crosstrade_desk.ui.waiting import Waiting

_ANSWER_SHOWN = 3000
_LEAST_ROWS = 2  # so that the newest row is in sight beside an older one that is marked
LEAST_DETAILS = 54  # pixels, as low as the tables beside it
_NARROW = 640  # pixels
_LEAST = 460  # pixels: room for an alarm in its head, so that nothing moves when one comes


class LogPane(QFrame):
    """Shows the journal, newest first.

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
        self.mark = Marking(self.table, model)
        self.search = Search(model, bridge, archive)
        self.filter = FilterBar()
        self._bridge = bridge
        self.exports = HandingOut(self, bridge, self.said.emit, self._export)
        self.export = self.exports.ask
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
        self._jumping = self._filtering = self._alarmed = self._slim = False
        self._cut = NO_CUT
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
        self._connect(bridge, waiting)

    def _connect(self, bridge: Bridge, waiting: Waiting) -> None:
        bridge.place.connect(self.after.show_place)
        self.alarms.stands.connect(self._on_alarm)
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
        self.table.escaped.connect(self._on_escaped)
        for shows in (self.table.clicked, self.table.activated):
            shows.connect(self.details_wanted)
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
        self.head.setObjectName("log-head")
        self.head.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)  # it may stand above something else
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
        self._rows.addWidget(whole_rows(self.table, _LEAST_ROWS), 1)
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

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        super().resizeEvent(event)
        self._give_head()

    def _show_head(self) -> None:
        """In the slim window the head has no room of its own: it stands above something else.

        There it offers nothing about an older row, which is out of sight and would cover the presets for good.
        """
        is_newest = self.table.currentIndex().row() == 0
        needed = self.alarms.isVisibleTo(self.head) or (is_newest and self.after.isVisibleTo(self.head))
        self.head.setVisible(not self._slim or needed)

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

    # --- what comes, and the mark ---

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
        self.mark.follow()
        self._on_current()

    def follow_newest(self) -> None:
        """Gives the trader's mark up: the newest line is marked, and those that come."""
        self.mark.give_up()
        self._on_current()

    def go_unknown(self, *, older: bool) -> None:
        """Marks the nearest unknown row below the marked one, or above it, wherever in the journal it is."""
        if not self._jumping:
            self._jumping = True
            self._bridge.start(self._go_unknown(older), "look for an unknown row")

    async def _go_unknown(self, older: bool) -> None:
        try:
            start = self.mark.row or self.model.newest + 1
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
            self.mark.put(found, by_hand=True)
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
        self._lost = self.mark.row or self._lost
        self.search.seek(sought)
        self._on_found()

    def _on_found(self) -> None:
        """The mark goes on where it was, if its row is shown."""
        sought, marked = self.search.sought, self.table.currentIndex().isValid()
        if not marked and self._lost:
            self.mark.put(self._lost)
        looking = " …" if self.search.is_looking else ""
        shown = f"  {self.model.rowCount():,} of {self.model.kept:,}{looking}"
        self.title.setText("Log" if sought.is_all else f"Log{shown}")
        self._on_current()
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

    def open_menu(self) -> None:
        """Shows what can be done with the log. Nothing is held up while it stands."""
        self.menu().popup(self.more_button.mapToGlobal(self.more_button.rect().bottomLeft()))

    def menu(self) -> QMenu:
        """What can be done with the log as a menu, which is gone once it is closed."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        titles = lettered([f"{_title(name)}\t{self.key_of(name)}".rstrip() for name in self._deeds])
        for (name, run), title in zip(self._deeds.items(), titles, strict=True):
            entry = menu.addAction(icon_of(name), title)
            entry.triggered.connect(_without_flag(run))
        if self.exports.runs:
            menu.addAction("Stop the export").triggered.connect(_without_flag(self.exports.stop))
        return menu

    # --- what is told of it ---

    def _on_told(self, told: Followed | Exited) -> None:
        self.model.on_told(told)
        self._on_current()

    def _on_current(self) -> None:
        line = self.mark.line
        self.after.show_row(line.row if line else None)
        self._show_head()
        text = self._details(line, _ANSWER_SHOWN) if line else ""
        if self.details.toPlainText() != text:
            self.details.setPlainText(text)

    def _export(self, path: Path) -> Export:
        """The rows that are shown, the oldest first."""
        return Export(self.search.archive, self.search.sought, self.model.newest, path)

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
        if line := self.mark.line:
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
