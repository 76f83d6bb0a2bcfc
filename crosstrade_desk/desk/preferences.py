"""The settings in force, and keeping them: the last change wins, and writing never holds up the window."""

import asyncio
from collections.abc import Callable, Collection
from dataclasses import replace
from pathlib import Path
from typing import Any

from crosstrade_desk.desk.tasks import TaskOwner
from crosstrade_desk.protocol.problems import Invalid
from crosstrade_desk.storage.settings import Settings
from crosstrade_desk.storage.settings_file import save


class Preferences:
    """Holds the settings. `on_fault` is told when they could not be written.

    `former`: those with the limits that are known to be the trader's, while another hand's are in force; else None.
    """

    def __init__(
        self, path: Path | None, settings: Settings, tasks: TaskOwner, on_fault: Callable[[str], None]
    ) -> None:
        """`path` None: this run writes no settings (the file is of a newer version)."""
        self.current = settings
        self.former: Settings | None = None
        self._path = path
        self._written = settings
        self._tasks = tasks
        self._on_fault = on_fault
        self._lock = asyncio.Lock()
        self.on_change: Callable[[Collection[str]], None] = lambda _names: None  # told which were set, changed or not

    def change(self, **fields: Any) -> None:
        """Sets fields of `Settings` by name and has them written soon."""
        changed = replace(self.current, **fields)
        if changed != self.current:
            self.current = changed
            self._tasks.start(self._write(), "write settings")
        self.on_change(fields)

    async def _write(self) -> None:
        async with self._lock:
            if self.current != self._written:
                self._note(await self._tasks.in_thread(self._save, self.current))

    def close(self) -> None:
        """Writes what is not written yet. Blocks for a file write."""
        if self.current != self._written:
            self._note(self._save(self.current))

    def _save(self, settings: Settings) -> Invalid | None:
        fault = save(self._path, settings) if self._path else None
        if fault is None:
            self._written = settings
        return fault

    def _note(self, fault: Invalid | None) -> None:
        if fault:
            self._on_fault(fault.message)
