"""The form of one command, made from the catalogue: what stands in it, and what is said about it.

Texts stay when the command changes: nothing typed is lost. But the options of an entry are not those of an exit: each
kind of command has its own, and finds them again.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from crosstrade_desk.protocol.catalogue import COMMANDS, fields
from crosstrade_desk.protocol.command import used_texts
from crosstrade_desk.protocol.instrument import Instrument
from crosstrade_desk.protocol.message import Reading, parse_extras, write_extras
from crosstrade_desk.protocol.problems import Invalid, Kind, Problem, Problems
from crosstrade_desk.protocol.spec import CommandSpec, Field, Group
from crosstrade_desk.storage.settings import Settings
from crosstrade_desk.ui.fit import Fit
from crosstrade_desk.ui.ticket.editors import Editor, QuantityEditor
from crosstrade_desk.ui.ticket.rows import EVERYWHERE, EXTRAS, Row
from crosstrade_desk.ui.ticket.rows_pane import EXTRA, OPTIONS, RowsPane

_NOTHING_SET: Final = "No options set."


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What stood in a form at one time."""

    spec: CommandSpec
    states: Mapping[Field, object]
    aside: Mapping[str, Mapping[Field, str]]


def _kind(spec: CommandSpec) -> str:
    """Commands of one kind share their options: those that place an order, and each other one for itself."""
    return "entry" if spec.use("order_type") else spec.token


class Form(QWidget):
    """Signals: edited: what stands in it, or its command, changed."""

    edited = Signal()

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._spec = COMMANDS[0]
        self._aside: dict[str, Mapping[Field, str]] = {}
        self._cleared: Snapshot | None = None
        self._is_whole = True  # false while many rows are set, one after the other
        self._pane = RowsPane(settings)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(self._pane)
        self._pane.edited.connect(self._on_edited)
        self._pane.placed.connect(self._on_changed)
        self._pane.bar.clear_wanted.connect(self._on_clear)
        self._pane.show_command(self._spec)

    # --- what stands in it ---

    @property
    def spec(self) -> CommandSpec:
        return self._spec

    def show_command(self, spec: CommandSpec) -> None:
        """Shows the fields of `spec` and hides the others, whose texts stay."""
        with self._at_once():
            if _kind(spec) != _kind(self._spec):
                self._aside[_kind(self._spec)] = {row.field: row.editor.text() for row in self._options()}
                self._set_options(self._aside.get(_kind(spec), {}))
            self._set(EVERYWHERE, "")
            self._spec = spec
            self._pane.show_command(spec)

    def _options(self) -> list[Row]:
        return [row for row in self._pane.rows if row.field.group is not Group.ORDER or row.field is EXTRAS]

    def _set_options(self, texts: Mapping[Field, str]) -> None:
        for row in self._options():
            row.editor.set_text(texts.get(row.field, ""))

    def _set(self, field: Field, text: str) -> None:
        if text or self._pane.has(field):
            self._pane.row(field).editor.set_text(text)

    @contextmanager
    def _at_once(self) -> Iterator[None]:
        """Tells of many changes as one, when all of them stand."""
        was_whole, self._is_whole = self._is_whole, False
        try:
            yield
        finally:
            self._is_whole = was_whole
        self._on_edited()

    def _on_edited(self) -> None:
        if self._is_whole:
            self._cleared = None
            self._pane.bar.offer_undo(False)
        self._on_changed()

    def _on_changed(self) -> None:
        if self._is_whole:
            self._switch_rows()
            self.edited.emit()

    def _switch_rows(self) -> None:
        """Turns off what has no meaning beside the rest."""
        used = used_texts(self._spec, self._all_texts())
        for use in self._spec.uses:
            if self._pane.has(use.field):
                on = use.field.name in used and not (self.everywhere and use.field.name in self._spec.wide_without)
                self._pane.row(use.field).editor.setEnabled(on)

    def editor(self, name: str) -> Editor:
        """The editor of a field by its name: the chosen command's, or that of the first command that has one."""
        use = self._spec.use(name)
        field = use.field if use else next(field for field in (*fields(), EVERYWHERE, EXTRAS) if field.name == name)
        return self._pane.row(field).editor

    def rows(self) -> tuple[Row, ...]:
        """The rows that were made so far, shown or not."""
        return self._pane.rows

    def go_to(self, *names: str) -> bool:
        """Puts the cursor into the first of these fields that is in use now. False if none is."""
        texts = self.texts()
        found = next(
            (use.field for use in self._spec.uses if use.field.name in names and use.field.name in texts), None
        )
        if found is None:
            return False
        self._pane.open(found.group)
        main = self._pane.row(found).editor.main
        self.reveal(main)
        main.setFocus(Qt.FocusReason.ShortcutFocusReason)
        return True

    def put(self, name: str, text: str) -> bool:
        """Sets a field, as a hand would. False if the command has no such field."""
        if (use := self._spec.use(name)) is None:
            return False
        self._set(use.field, text)
        return True

    def put_quick(self, number: int) -> bool:
        """Sets the quantity to the quick one of that number, from 1 on. False if there is none."""
        editor = self._quick_editor()
        return editor is not None and editor.choose(number)

    def has_quick(self, number: int) -> bool:
        """Whether `put_quick` would set it."""
        editor = self._quick_editor()
        return editor is not None and editor.has(number)

    def _quick_editor(self) -> QuantityEditor | None:
        use = next((use for use in self._spec.uses if use.field.counts and use.field.group is Group.ORDER), None)
        editor = self._pane.row(use.field).editor if use else None
        return editor if isinstance(editor, QuantityEditor) else None

    def come_after(self, before: QWidget) -> QWidget:
        """Has Tab come here from `before`, once all is in one window. Gives from where it goes on."""
        self._pane.come_after(before)
        return self._pane.last_stop

    def set_fit(self, fit: Fit) -> None:
        """Lays its rows out for the room there is."""
        self._pane.set_fit(fit)

    def show_keys(self, keys: Sequence[str]) -> None:
        """Names on each quick quantity the key that sets it, "" for none."""
        self._pane.show_keys(keys)

    def show_letters(self, free: frozenset[str]) -> None:
        """Underlines these letters in the labels of its fields."""
        self._pane.show_letters(free)

    def take_over(self, settings: Settings) -> None:
        """Follows a change of the settings: the quick quantities."""
        self._pane.take_over(settings)

    def reveal(self, widget: QWidget) -> None:
        """Scrolls to a widget of the form."""
        self._pane.reveal(widget)

    def _text(self, field: Field) -> str:
        return self._pane.row(field).editor.text() if self._pane.has(field) else ""

    def _all_texts(self) -> dict[str, str]:
        return {use.field.name: self._text(use.field) for use in self._spec.uses}

    @property
    def everywhere(self) -> bool:
        """Whether the trader ticked that the command shall reach every account."""
        return bool(self._spec.wide_without) and self._text(EVERYWHERE) == "true"

    @property
    def needed(self) -> tuple[str, ...]:
        """Fields that must not be empty, because the command would reach wider without them than it is ticked to."""
        return () if self.everywhere else self._spec.wide_without

    def texts(self) -> dict[str, str]:
        """The texts of the fields that have a meaning now; a limit price beside a market order is left out."""
        used = used_texts(self._spec, self._all_texts())
        return {name: text for name, text in used.items() if not (self.everywhere and name in self._spec.wide_without)}

    def extras(self) -> tuple[dict[str, str], tuple[Problem, ...]]:
        """The fields that the catalogue does not know, and what is wrong with how they are written."""
        return parse_extras(self._text(EXTRAS))

    # --- all at once ---

    def snapshot(self) -> Snapshot:
        """All that stands in the form now, for `restore`."""
        return Snapshot(self._spec, {row.field: row.editor.state() for row in self._pane.rows}, dict(self._aside))

    def restore(self, former: Snapshot) -> None:
        """Puts everything back as it was."""
        with self._at_once():
            self._spec, self._aside = former.spec, dict(former.aside)
            for row in self._pane.rows:
                row.editor.set_state(former.states.get(row.field, ""))
            self._pane.show_command(former.spec)

    def fill(self, reading: Reading, *, everywhere: bool = False) -> None:
        """Puts a whole message in: every field of its command gets its text, or none. `everywhere`: every account.

        What has no field there, or no meaning beside the rest, goes to the extra fields, where it stands as a problem
        until it is taken out: a limit price beside a market order must not vanish.
        """
        if reading.spec is None:
            return
        with self._at_once():
            self.show_command(reading.spec)
            self._set(EVERYWHERE, "true" if everywhere else "")
            strays = _strays(reading)
            for use in reading.spec.uses:
                text = reading.texts.get(use.field.name, "")
                self._set(use.field, "" if use.field.name in strays else text)
            rest = "".join(f" {piece};" for piece in reading.rest)
            self._set(EXTRAS, (write_extras({**strays, **reading.extras}) + rest).strip())
            if self._text(EXTRAS):
                self._pane.bar.open(EXTRA)
            self._pane.show_command(reading.spec)

    def _on_clear(self) -> None:
        """Empties the options; pressed once more, puts them back."""
        if self._cleared:
            self.restore(self._cleared)
            return
        before = self.snapshot()
        with self._at_once():
            self._set_options({})
        self._cleared = before
        self._pane.bar.offer_undo(True)

    # --- what is said about it ---

    def say(self, problems: Sequence[Problem], cautions: Sequence[Problem], hints: Mapping[str, str]) -> None:
        """Puts each sentence beside its field and takes the others away. Names without a row count as extra fields.

        `hints` are quiet words about fields that have neither problem nor caution.
        """
        texts = self.texts()
        names = {use.field.name for use in self._spec.uses}
        for row in self._pane.rows:
            of_extras = {p.field for p in (*problems, *cautions)} - names
            own = of_extras if row.field is EXTRAS else {row.field.name}
            wrong = " ".join(filter(None, [row.editor.fault(), *_of(own, problems)]))
            text = row.editor.text() if row.field is EXTRAS else texts.get(row.field.name, "")
            if wrong:
                row.say(wrong, "bad" if row.editor.fault() or text.strip() else "muted")
            else:
                row.say(" ".join(_of(own, cautions)), "warn", hints.get(row.field.name, ""))
        self._pane.show_said()
        self._show_groups(texts, {p.field for p in problems}, {p.field for p in cautions})

    def _show_groups(self, texts: Mapping[str, str], faulty: set[str], doubtful: set[str]) -> None:
        given = [
            use.field for use in self._spec.uses if use.field.group is not Group.ORDER and texts.get(use.field.name)
        ]
        extras, unread = self.extras()
        names = {use.field.name for use in self._spec.uses}
        counts = {group.name: sum(field.group is group for field in given) for group in OPTIONS}
        counts[EXTRA] = len(extras) + len(unread)
        marks = {field.group.name: "warn" for field in given if field.name in doubtful}
        marks |= {field.group.name: "bad" for field in given if field.name in faulty}
        if counts[EXTRA] and faulty - names:
            marks[EXTRA] = "bad"
        self._pane.bar.show_state(counts, marks, self._summary(given, texts, extras))

    def _summary(self, given: Sequence[Field], texts: Mapping[str, str], extras: Mapping[str, str]) -> str:
        said = [_said(field, texts[field.name]) for field in given] + [f"{n}={text}" for n, text in extras.items()]
        here = {
            EXTRAS.title,
            *(use.field.title for use in self._spec.uses),
        }  # an id of its own beside the one that names another order
        left = [row.field for row in self._options() if row.editor.text() and row.field.title not in here]
        parts = [f"Set: {'; '.join(said)}"] if said else []
        parts += [f"Not with this command: {', '.join(field.title.lower() for field in left)}"] if left else []
        return ".  ".join(parts) or _NOTHING_SET

    def show_prices(self, instrument: Instrument | Invalid) -> None:
        """Has every example of a price be one of this instrument, and lie as those of the chosen side."""
        sells = self.editor("action").text() == "SELL"
        for row in self._pane.rows:
            row.show_price(instrument, sells=sells)

    def focus_first(self, problems: Problems) -> None:
        """Puts the cursor where the first problem is, and folds its group out. Names without a row are extra fields."""
        use = self._spec.use(problems.items[0].field)
        if use:
            self._pane.open(use.field.group)
        else:
            self._pane.bar.open(EXTRA)
        main = self._pane.row(use.field if use else EXTRAS).editor.main
        self.reveal(main)
        main.setFocus(Qt.FocusReason.OtherFocusReason)


def _strays(reading: Reading) -> dict[str, str]:
    """The texts that have no place in the form: their command has no such field, or not beside the rest."""
    problems = reading.command.items if isinstance(reading.command, Problems) else ()
    unused = {problem.field for problem in problems if problem.kind is Kind.UNUSED}
    return {name: text for name, text in reading.texts.items() if text and name in unused}


def _of(names: set[str], remarks: Iterable[Problem]) -> list[str]:
    return [remark.message for remark in remarks if remark.field in names]


def _said(field: Field, text: str) -> str:
    value = field.type.parse(text)
    return f"{field.title} {text.strip()}" if isinstance(value, Invalid) else field.phrase.format(field.type.say(value))
