"""The use cases of presets: keep, change, move, take back; what each says today, and when its contract rolls."""

import asyncio
import json
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Final

from crosstrade_desk.desk.tasks import TaskOwner
from crosstrade_desk.protocol.catalogue import SPECS
from crosstrade_desk.protocol.command import compose
from crosstrade_desk.protocol.contracts import contracts, front_month, last_trading_day, roll_day
from crosstrade_desk.protocol.instrument import (
    MONTH_NAMES,
    Instrument,
    Notation,
    contract_month,
    parse_instrument,
    written,
)
from crosstrade_desk.protocol.message import Message, Reading
from crosstrade_desk.protocol.own_ids import without_own_id
from crosstrade_desk.protocol.problems import Invalid, Problem, Problems
from crosstrade_desk.protocol.spec import CommandSpec
from crosstrade_desk.storage import presets as storage
from crosstrade_desk.storage.files import write_whole
from crosstrade_desk.storage.preset_names import free_name, same
from crosstrade_desk.storage.presets import Preset

Compose = Callable[[CommandSpec, Mapping[str, str], tuple[str, ...], Mapping[str, str]], Message | Problems]
MOST_UNDO: Final = 50
_SOON: Final = timedelta(days=3)
_INSTRUMENT: Final = "instrument"


def texts_today(preset: Preset, today: date) -> dict[str, str]:
    """The texts of its fields, with the front month of the day where it means that."""
    texts = dict(preset.fields)
    root = texts.get(_INSTRUMENT, "").strip().upper()
    if preset.front_month and (contract := contracts().get(root)):
        texts[_INSTRUMENT] = written(contract.root, *front_month(contract, today), Notation.MONTH_NUMBER).text
    return texts


def message_of(preset: Preset, compose: Compose, today: date) -> Message | Problems:
    """The very message that a press would send, or why it cannot be sent."""
    spec = SPECS[preset.command]
    root = preset.fields.get(_INSTRUMENT, "")
    if preset.front_month and root.strip().upper() not in contracts():
        words = f"{root} is no future that is known here: its front month is not known."
        return Problems((Problem(_INSTRUMENT, words),))
    needed = () if preset.every_account else spec.wide_without
    return compose(spec, texts_today(preset, today), needed, preset.extra)


def order_of(preset: Preset) -> str:
    """Everything of a preset that decides what a press of it does, as a text to be compared."""
    parts = (preset.command, preset.sends, preset.front_month, preset.part, preset.every_account)
    return json.dumps([parts, sorted(preset.fields.items()), sorted(preset.extra.items())])


def reading_of(preset: Preset, today: date) -> Reading:
    """What the form is filled with."""
    spec, texts = SPECS[preset.command], texts_today(preset, today)
    return Reading(spec, MappingProxyType(texts), preset.extra, compose(spec, texts, (), preset.extra))


def find(presets: Iterable[Preset], name: str) -> Preset | Problem:
    """The preset of a name, in any case and spelling of its accents."""
    found = next((preset for preset in presets if same(preset.name) == same(name)), None)
    return found or Problem("preset", f"There is no preset “{name.strip()[:60]}”.")


def differences(message: Message, former: Message | None) -> tuple[str, ...]:
    """What a message says otherwise than the former one, field by field, in words."""
    if former is None:
        return ()
    old, new = ({"command": one.command.spec.token, **without_own_id(one.command).texts} for one in (former, message))
    names = [*new, *(name for name in old if name not in new)]
    return tuple(_change(name, old.get(name), new.get(name)) for name in names if old.get(name) != new.get(name))


def _change(name: str, old: str | None, new: str | None) -> str:
    if old is None:
        return f"{name} {new} (new)"
    return f"{name} left out (was {old})" if new is None else f"{name} {old} → {new}"


def with_month(preset: Preset, today: date) -> Preset:
    """The preset with its instrument as `front_month` wants it: a root alone, or a contract with its month."""
    text = preset.fields.get(_INSTRUMENT, "").strip()
    found = parse_instrument(text)
    if preset.front_month and not isinstance(found, Invalid) and found.root in contracts():
        return replace(preset, fields={**preset.fields, _INSTRUMENT: found.root})
    if not preset.front_month and text.upper() in contracts():
        return replace(preset, fields=texts_today(replace(preset, front_month=True), today))
    return preset


# --- the roll ---


@dataclass(frozen=True, slots=True)
class Roll:
    """A contract that most people leave soon, or have left. `on` is the first day of the next one."""

    instrument: str
    next: str
    on: date
    is_over: bool

    @property
    def short(self) -> str:
        """What happens and when, such as `MES 12-26 rolls on 14 Dec`."""
        when = "expired" if self.is_over else f"rolls on {self.on.day} {MONTH_NAMES[self.on.month - 1].capitalize()}"
        return f"{self.instrument} {when}"

    @property
    def sentence(self) -> str:
        return f"{self.short}: most people trade {self.next} then."


def roll_of(preset: Preset, today: date) -> Roll | None:
    """The roll of the contract that a preset names with its month, if it is near or over; else None."""
    found = parse_instrument(preset.fields.get(_INSTRUMENT, ""))
    if preset.front_month or isinstance(found, Invalid) or found.month is None:
        return None
    contract, month = contracts().get(found.root), contract_month(found, today)
    if contract is None or month is None or today < roll_day(contract, *month) - _SOON:
        return None
    ahead = max(today, roll_day(contract, *month))
    following = front_month(contract, ahead)
    if following == month:
        return None
    name = _like(found, *following)
    return Roll(found.text, name.text, roll_day(contract, *month), today > last_trading_day(contract, *month))


def _like(found: Instrument, year: int, month: int) -> Instrument:
    """Another month of the same root, written the same way."""
    if found.notation is Notation.MONTH_LETTER:
        digits = len(found.year or "26")
        return written(found.root, year, month, Notation.MONTH_LETTER, 1 if digits == 1 else 4 if digits == 4 else 2)
    return written(found.root, year, month, Notation.MONTH_NUMBER)


def rolled(preset: Preset, today: date) -> Preset:
    """The preset with the next contract, if its own rolls; else itself."""
    roll = roll_of(preset, today)
    return replace(preset, fields={**preset.fields, _INSTRUMENT: roll.next}) if roll else preset


# --- keeping them ---


@dataclass(frozen=True, slots=True)
class _Step:
    """What can be taken back: its word, how the presets were before, and the names before and after of one of them."""

    what: str
    items: tuple[Preset, ...]
    renamed: tuple[str, ...] = ()


class Presets:
    """All presets, in their order. Every change can be taken back; the file follows, off the loop's thread.

    `known` finds the secrets that the program holds; `on_fault` gets a sentence for the trader.
    """

    def __init__(
        self, path: Path | None, tasks: TaskOwner, leaks: storage.Leaks, on_fault: Callable[[str], None]
    ) -> None:
        """`path` None: nothing is read or written, as in a run without files."""
        self._path, self._tasks, self._leaks, self._on_fault = path, tasks, leaks, on_fault
        self._lock = asyncio.Lock()
        self._is_loaded = False
        self._written: tuple[Preset, ...] = ()
        self._former: list[_Step] = []
        self._listeners: list[Callable[[], None]] = []
        self.on_renamed: Callable[[str, str], None] = lambda _former, _name: None  # told before the listeners
        self.items: tuple[Preset, ...] = ()

    def listen(self, listener: Callable[[], None]) -> None:
        """Calls `listener` after each change."""
        self._listeners.append(listener)

    async def load(self) -> None:
        """Reads the file in a thread. What was changed meanwhile stays, before what the file holds."""
        if self._path is None:
            return
        async with self._lock:  # what is changed meanwhile must not be written over what was not read yet
            self._take_up(await self._tasks.in_thread(storage.load, self._path))
        if self._former:
            self._changed()
        else:
            self._tell()

    def _take_up(self, loaded: storage.Loaded) -> None:
        if not loaded.writable:
            self._path = None
        self._written = loaded.presets if not loaded.notice else ()
        self.items = _joined(self.items, loaded.presets)
        self._former = [replace(step, items=_joined(step.items, loaded.presets)) for step in self._former]
        self._is_loaded = True
        if loaded.notice:
            self._on_fault(loaded.notice)

    # --- changes ---

    def save(self, preset: Preset, instead_of: str = "") -> Problems | None:
        """Keeps a preset: a new one at the end, or in the place of the one of the name `instead_of`."""
        found = (*storage.faults_of(preset, self._leaks), *storage.in_extra(preset))
        faults = [Problem(preset.name, fault) for fault in found]
        if instead_of not in {other.name for other in self.items}:
            instead_of = ""  # it went meanwhile
        others = [other for other in self.items if other.name != instead_of]
        if twin := next((other.name for other in others if same(other.name) == same(preset.name)), ""):
            faults.append(Problem(preset.name, f"There is a preset “{twin}” already. Choose another name."))
        if not instead_of and len(self.items) >= storage.MOST:
            faults.append(Problem(preset.name, f"There are {storage.MOST} presets, the most there can be."))
        if faults:
            return Problems(tuple(faults))
        if instead_of:
            changed = tuple(preset if other.name == instead_of else other for other in self.items)
            self._set("Change", changed, (instead_of, preset.name))
        else:
            self._set("Keep", (*self.items, preset))
        return None

    def duplicate(self, name: str) -> None:
        """Puts a copy with a name of its own behind a preset."""
        place = self._place(name)
        copy = replace(self.items[place], name=self._free(self.items[place].name))
        self._set("Duplicate", (*self.items[: place + 1], copy, *self.items[place + 1 :]))

    def delete(self, names: Iterable[str]) -> None:
        """Takes presets away."""
        gone = set(names)
        self._set("Delete", tuple(preset for preset in self.items if preset.name not in gone))

    def move(self, name: str, before: str | None, group: str) -> None:
        """Puts a preset before another one (None: at the end), and into a group."""
        moved = replace(self.items[self._place(name)], group=group)
        rest = [preset for preset in self.items if preset.name != name]
        place = next((number for number, preset in enumerate(rest) if preset.name == before), len(rest))
        self._set("Move", (*rest[:place], moved, *rest[place:]))

    def roll(self, today: date) -> int:
        """Moves every preset whose contract rolls to the next one. Gives how many."""
        changed = tuple(rolled(preset, today) for preset in self.items)
        count = sum(old != new for old, new in zip(self.items, changed, strict=True))
        self._set("Roll", changed)
        return count

    async def take_in(self, path: Path) -> tuple[str, ...] | Problems:
        """Adds the presets of a file, all or none. A name that is taken gets a number. Gives the names."""
        found = await self._tasks.in_thread(storage.read_file, path, self._leaks)
        if found is None:
            return Problems((Problem("", "There is no such file."),))
        if isinstance(found, Problems):
            return found
        if len(found) + len(self.items) > storage.MOST:
            return Problems((Problem("", f"There would be more than {storage.MOST} presets."),))
        harmless = tuple(replace(preset, sends=False) for preset in found)  # another hand's send nothing unasked
        count = len(self.items)
        self._set("Import", _joined(self.items, harmless))
        return tuple(preset.name for preset in self.items[count:])

    async def hand_out(self, path: Path, names: Iterable[str]) -> Invalid | None:
        """Writes some presets into a file that is not there yet."""
        wanted = set(names)
        chosen = tuple(preset for preset in self.items if preset.name in wanted)
        return await self._tasks.in_thread(_write_new, path, storage.write_presets(chosen).encode())

    def undo(self) -> str:
        """Takes the last change back. Gives what it was, "" if there is none."""
        if not self._former:
            return ""
        step = self._former.pop()
        self.items = step.items
        self._changed(step.renamed[::-1])
        return step.what

    @property
    def undoes(self) -> str:
        """What `undo` would take back, "" for nothing."""
        return self._former[-1].what if self._former else ""

    def _set(self, what: str, items: tuple[Preset, ...], renamed: tuple[str, ...] = ()) -> None:
        if items == self.items:
            return
        self._former = [*self._former[-MOST_UNDO + 1 :], _Step(what, self.items, renamed)]
        self.items = items
        self._changed(renamed)

    def _changed(self, renamed: tuple[str, ...] = ()) -> None:
        if self._path:
            self._tasks.start(self._write(), "write presets")
        if len(set(renamed)) > 1:
            self.on_renamed(*renamed)
        self._tell()

    def _tell(self) -> None:
        for listener in self._listeners:
            listener()

    async def _write(self) -> None:
        async with self._lock:
            items = self.items
            if self._path and self._is_loaded and items != self._written:
                fault = await self._tasks.in_thread(storage.save, self._path, items)
                if fault:
                    self._on_fault(fault.message)
                else:
                    self._written = items

    def close(self) -> None:
        """Writes what is not written yet. Blocks for a file write."""
        if self._path and self._former and not self._is_loaded:
            self._take_up(storage.load(self._path))
        if (
            self._path
            and self._former
            and self.items != self._written
            and (fault := storage.save(self._path, self.items))
        ):
            self._on_fault(fault.message)

    def _place(self, name: str) -> int:
        return next(number for number, preset in enumerate(self.items) if preset.name == name)

    def _free(self, name: str) -> str:
        return free_name(name, {same(preset.name) for preset in self.items})


def _write_new(path: Path, content: bytes) -> Invalid | None:
    if os.path.lexists(path):  # a link that leads nowhere is a file, too: its target must not be made
        return Invalid(f"There is a file {path.name} already. Choose another name.")
    return write_whole(path, content)


def _joined(mine: tuple[Preset, ...], others: tuple[Preset, ...]) -> tuple[Preset, ...]:
    """Those of both. One of the others whose name is taken gets a number."""
    taken = {same(preset.name) for preset in mine}
    made = list(mine)
    for preset in others:
        made.append(replace(preset, name=free_name(preset.name, taken)))
        taken.add(same(made[-1].name))
    return tuple(made)
