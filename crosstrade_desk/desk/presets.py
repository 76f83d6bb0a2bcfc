"""The use cases of presets: keep, change, move, roll, take back, hand out and take in."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final

from crosstrade_desk.desk.rolls import rolled
from crosstrade_desk.desk.tasks import TaskOwner
from crosstrade_desk.protocol.problems import Invalid, Problem, Problems
from crosstrade_desk.storage import preset_file
from crosstrade_desk.storage.preset_names import free_name, same
from crosstrade_desk.storage.presets import MOST, Leaks, Preset, faults_of, in_extra

MOST_UNDO: Final = 50


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

    def __init__(self, path: Path | None, tasks: TaskOwner, leaks: Leaks, on_fault: Callable[[str], None]) -> None:
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
            self._take_up(await self._tasks.in_thread(preset_file.load, self._path))
        if self._former:
            self._changed()
        else:
            self._tell()

    def _take_up(self, loaded: preset_file.Loaded) -> None:
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
        found = (*faults_of(preset, self._leaks), *in_extra(preset))
        faults = [Problem(preset.name, fault) for fault in found]
        if instead_of not in {other.name for other in self.items}:
            instead_of = ""  # it went meanwhile
        others = [other for other in self.items if other.name != instead_of]
        if twin := next((other.name for other in others if same(other.name) == same(preset.name)), ""):
            faults.append(Problem(preset.name, f"There is a preset “{twin}” already. Choose another name."))
        if not instead_of and len(self.items) >= MOST:
            faults.append(Problem(preset.name, f"There are {MOST} presets, the most there can be."))
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
        found = await self._tasks.in_thread(preset_file.read_file, path, self._leaks)
        if found is None:
            return Problems((Problem("", "There is no such file."),))
        if isinstance(found, Problems):
            return found
        if len(found) + len(self.items) > MOST:
            return Problems((Problem("", f"There would be more than {MOST} presets."),))
        harmless = tuple(replace(preset, sends=False) for preset in found)  # another hand's send nothing unasked
        count = len(self.items)
        self._set("Import", _joined(self.items, harmless))
        return tuple(preset.name for preset in self.items[count:])

    async def hand_out(self, path: Path, names: Iterable[str]) -> Invalid | None:
        """Writes some presets into a file that is not there yet."""
        wanted = set(names)
        chosen = tuple(preset for preset in self.items if preset.name in wanted)
        return await self._tasks.in_thread(preset_file.write_new, path, chosen)

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
                fault = await self._tasks.in_thread(preset_file.save, self._path, items)
                self._written = self._written if fault else items
                self._say(fault)

    def close(self) -> None:
        """Writes what is not written yet. Blocks for a file write."""
        if self._path and self._former and not self._is_loaded:
            self._take_up(preset_file.load(self._path))
        if self._path and self._former and self.items != self._written:
            self._say(preset_file.save(self._path, self.items))

    def _say(self, fault: Invalid | None) -> None:
        if fault:
            self._on_fault(fault.message)

    def _place(self, name: str) -> int:
        return next(number for number, preset in enumerate(self.items) if preset.name == name)

    def _free(self, name: str) -> str:
        return free_name(name, {same(preset.name) for preset in self.items})


def _joined(mine: tuple[Preset, ...], others: tuple[Preset, ...]) -> tuple[Preset, ...]:
    """Those of both. One of the others whose name is taken gets a number."""
    taken = {same(preset.name) for preset in mine}
    made = list(mine)
    for preset in others:
        made.append(replace(preset, name=free_name(preset.name, taken)))
        taken.add(same(made[-1].name))
    return tuple(made)
