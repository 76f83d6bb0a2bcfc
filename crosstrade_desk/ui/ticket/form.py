"""The form of one command, made from the catalogue. Texts stay when the command changes: nothing typed is lost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from crosstrade_desk.protocol.catalogue import COMMANDS, fields
from crosstrade_desk.protocol.command import is_used
from crosstrade_desk.protocol.message import parse_extras, write_extras
from crosstrade_desk.protocol.problems import Invalid, Problem, Problems
from crosstrade_desk.protocol.spec import CommandSpec, Field, Group, Required, Use
from crosstrade_desk.storage.settings import Settings
from crosstrade_desk.ui.ticket.editors import Editor, TextEditor
from crosstrade_desk.ui.ticket.group_bar import Chip, GroupBar
from crosstrade_desk.ui.ticket.rows import EXTRAS, MAKERS, Row

_EXTRA: Final = "EXTRA"
_OPTIONS: Final = tuple(group for group in Group if group is not Group.ORDER)
_CHIPS: Final = (
    *(Chip(group.name, group.short, group.heading) for group in _OPTIONS),
    Chip(_EXTRA, "Extra", "Fields that this program does not know"),
)
COLUMNS: Final = (116, 330, 220)  # pixels at least for label, editor and sentence
_ROW_HEIGHT: Final = 33
_NOTHING_SET: Final = "No options set."


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What stood in a form at one time."""

    spec: CommandSpec
    texts: Mapping[Field, str]


class Form(QWidget):
    """One row for every field of the chosen command. Rows are made when they are first shown."""

    edited = Signal()

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        self._spec = COMMANDS[0]
        self._rows: dict[Field, Row] = {}
        self._headings: dict[str, QLabel] = {}
        self._used = {use.field: use for spec in reversed(COMMANDS) for use in spec.uses}
        self._body = QWidget()
        self._grid = QGridLayout()
        self._bar = GroupBar(_CHIPS)
        self._build()
        self._bar.folded.connect(self._on_folded)
        self.show_command(self._spec)

    def _build(self) -> None:
        self._body.setObjectName("rows")
        column_of_rows = QVBoxLayout(self._body)
        column_of_rows.setContentsMargins(0, 0, 6, 0)
        column_of_rows.addLayout(self._grid)
        column_of_rows.addStretch(1)
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(3)
        for column, width in enumerate(COLUMNS):
            self._grid.setColumnMinimumWidth(column, width)
        self._grid.setColumnStretch(2, 1)
        self._scroll = _Scroll(self._body)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(6)
        rows.addWidget(self._scroll, 1)
        rows.addWidget(self._bar)

    def _row(self, field: Field) -> Row:
        """The row of a field, made if it is not there yet."""
        if field not in self._rows:
            editor = TextEditor(field) if field is EXTRAS else self._editor(self._used[field])
            self._rows[field] = made = Row(field, editor)
            editor.edited.connect(self._on_edited)
            for widget in made.widgets:
                widget.setParent(self._body)
        return self._rows[field]

    def _editor(self, use: Use) -> Editor:
        return MAKERS[type(use.field.type)](use, self._settings)

    # --- what is shown ---

    def show_command(self, spec: CommandSpec) -> None:
        """Shows the fields of `spec` and hides the others, whose texts stay."""
        self._spec = spec
        groups = {use.field.group.name for use in spec.uses} - {Group.ORDER.name}
        self._bar.offer([*groups, *(() if spec.control else (_EXTRA,))])
        for use in spec.uses:
            if isinstance(use.need, Required) or use.field.name in spec.one_of:
                self._open(use.field.group)
        self._place_rows()
        self._on_edited()

    def _open(self, group: Group) -> None:
        if group is not Group.ORDER:
            self._bar.open(group.name)

    def _on_folded(self, key: str, is_open: bool) -> None:
        self._place_rows()
        self._on_edited()
        if is_open:
            self.reveal(self._headings[key])

    def reveal(self, widget: QWidget) -> None:
        """Scrolls to a widget, once the layout has its new size."""
        QTimer.singleShot(0, self, lambda: self._scroll.ensureWidgetVisible(widget, 0, 2 * _ROW_HEIGHT))

    def _place_rows(self) -> None:
        """Puts the shown rows into the grid in the order of the command, group by group, and hides the others."""
        shown = self._shown()
        for row in self._rows.values():
            row.show(row.field in [field for _, group in shown for field in group])
        for label in self._headings.values():
            label.hide()
        number = 0
        stops: list[QWidget] = []
        for key, group in shown:
            if key:
                self._grid.addWidget(self._heading(key), number, 0, 1, 3)
                number += 1
            for field in group:
                row = self._row(field)
                row.show(True)
                for column, widget in enumerate(row.widgets):
                    self._grid.addWidget(widget, number, column)
                stops += row.editor.stops()
                number += 1
        for former, later in pairwise(stops):
            QWidget.setTabOrder(former, later)

    def _shown(self) -> list[tuple[str, list[Field]]]:
        """Group key ("": the order itself) and fields, as they are shown now."""
        found = [("", [use.field for use in self._spec.uses if use.field.group is Group.ORDER])]
        for group in _OPTIONS:
            mine = [use.field for use in self._spec.uses if use.field.group is group]
            if mine and self._bar.is_open(group.name):
                found.append((group.name, mine))
        if self._bar.is_open(_EXTRA) and not self._spec.control:
            found.append((_EXTRA, [EXTRAS]))
        return found

    def _heading(self, key: str) -> QLabel:
        if key not in self._headings:
            label = QLabel(next(chip.heading for chip in _CHIPS if chip.key == key), self._body)
            label.setObjectName("heading")
            label.setMinimumHeight(26)
            label.setAlignment(Qt.AlignmentFlag.AlignBottom)
            self._headings[key] = label
        self._headings[key].show()
        return self._headings[key]

    # --- what stands in it ---

    def _on_edited(self) -> None:
        every = self._all_texts()
        for use in self._spec.uses:
            if use.field in self._rows:
                self._rows[use.field].editor.setEnabled(is_used(use, every))
        self.edited.emit()

    @property
    def spec(self) -> CommandSpec:
        return self._spec

    def editor(self, name: str) -> Editor:
        """The editor of a field by its wire name: the chosen command's, or that of the first command that has one."""
        use = self._spec.use(name)
        field = use.field if use else next(field for field in fields() if field.name == name)
        return self._row(field).editor

    def rows(self) -> tuple[Row, ...]:
        """The rows that were made so far, shown or not."""
        return tuple(self._rows.values())

    def _text(self, field: Field) -> str:
        return self._rows[field].editor.text() if field in self._rows else ""

    def _all_texts(self) -> dict[str, str]:
        return {use.field.name: self._text(use.field) for use in self._spec.uses}

    def texts(self) -> dict[str, str]:
        """The texts of the fields that have a meaning now; a limit price beside a market order is left out."""
        every = self._all_texts()
        return {use.field.name: every[use.field.name] for use in self._spec.uses if is_used(use, every)}

    def extras(self) -> tuple[dict[str, str], tuple[Problem, ...]]:
        """The fields that the catalogue does not know, and what is wrong with how they are written."""
        return ({}, ()) if self._spec.control else parse_extras(self._text(EXTRAS))

    def snapshot(self) -> "Snapshot":
        """All that stands in the form now, for `restore`."""
        return Snapshot(self._spec, {field: row.editor.text() for field, row in self._rows.items()})

    def restore(self, former: "Snapshot") -> None:
        """Puts everything back as it was."""
        for field, row in self._rows.items():
            row.editor.set_text(former.texts.get(field, ""))
        self.show_command(former.spec)

    def fill(self, spec: CommandSpec, texts: Mapping[str, str], extras: Mapping[str, str]) -> None:
        """Puts a whole message in: every field of the command gets its text, or none."""
        for use in spec.uses:
            text = texts.get(use.field.name, "")
            if text or use.field in self._rows:
                self._row(use.field).editor.set_text(text)
        if extras or EXTRAS in self._rows:
            self._row(EXTRAS).editor.set_text(write_extras(extras))
        self.show_command(spec)

    # --- what is said about it ---

    def say(self, problems: Sequence[Problem], cautions: Sequence[Problem], hints: Mapping[str, str]) -> None:
        """Puts each sentence beside its field and takes the others away. Names without a row count as extra fields.

        `hints` are quiet words about fields that have neither problem nor caution.
        """
        texts = self.texts()
        names = {use.field.name for use in self._spec.uses}
        for field, row in self._rows.items():
            own = {field.name} if field is not EXTRAS else {p.field for p in (*problems, *cautions)} - names
            wrong = " ".join(filter(None, [row.editor.fault(), *(p.message for p in problems if p.field in own)]))
            text = row.editor.text() if field is EXTRAS else texts.get(field.name, "")
            if wrong:
                row.say(wrong, "bad" if row.editor.fault() or text.strip() else "muted")
            else:
                row.say(" ".join(p.message for p in cautions if p.field in own), "warn", hints.get(field.name, ""))
        self._show_groups(texts, {p.field for p in problems})

    def _show_groups(self, texts: Mapping[str, str], faulty: set[str]) -> None:
        uses = [use for use in self._spec.uses if use.field.group is not Group.ORDER]
        given = [use.field for use in uses if texts.get(use.field.name, "").strip()]
        extras = self._text(EXTRAS).strip()
        counts = {group.name: sum(field.group is group for field in given) for group in _OPTIONS}
        counts[_EXTRA] = len(self.extras()[0])
        bad = {use.field.group.name for use in uses if use.field.name in faulty and use.field in given}
        names = {use.field.name for use in self._spec.uses}
        bad |= {_EXTRA} if extras and faulty - names else set()
        said = [_said(field, texts[field.name]) for field in given] + ([extras] if extras else [])
        self._bar.show_state(counts, sorted(bad), f"Set: {'; '.join(said)}" if said else _NOTHING_SET)

    def focus_first(self, problems: Problems) -> None:
        """Puts the cursor where the first problem is, and folds its group out."""
        for problem in problems.items:
            use = self._spec.use(problem.field)
            if use is None:
                continue
            self._open(use.field.group)
            main = self._row(use.field).editor.main
            self.reveal(main)
            main.setFocus(Qt.FocusReason.OtherFocusReason)
            return


def _said(field: Field, text: str) -> str:
    value = field.type.parse(text)
    return f"{field.title} {text.strip()}" if isinstance(value, Invalid) else field.phrase.format(field.type.say(value))


class _Scroll(QScrollArea):
    """Scrolls up and down only, and asks for as much height as its content has."""

    def __init__(self, content: QWidget) -> None:
        super().__init__()
        self._content = content
        self.setWidget(content)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        return self._content.sizeHint()

    def minimumSizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        return QSize(self._content.minimumSizeHint().width() + 14, 4 * _ROW_HEIGHT)
