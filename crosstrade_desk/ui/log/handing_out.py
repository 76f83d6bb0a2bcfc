"""Writes rows of the log into a file, in a thread, a piece at a time, and says how far it is."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtWidgets import QWidget

from crosstrade_desk.desk.log_export import Export
from crosstrade_desk.protocol.problems import Invalid, counted
from crosstrade_desk.ui.bridge import Bridge

_KINDS: Final = {"csv": "CSV, for a spreadsheet (*.csv)", "json": "JSON, one row a line (*.json)"}


class HandingOut:
    """One export at a time, into the file that the trader names. `say` gets sentences for the status line."""

    def __init__(
        self, parent: QWidget, bridge: Bridge, say: Callable[[str], object], export: Callable[[Path], Export]
    ) -> None:
        self._parent, self._bridge, self._say, self._export = parent, bridge, say, export
        self.runs = False

    def ask(self) -> None:
        """Asks for a file, and writes it."""
        from crosstrade_desk.ui.file_dialog import ask_for_file

        ask_for_file(self._parent, "Export the log", _KINDS, self._on_file, writes=True)

    def _on_file(self, path: Path) -> None:
        self._bridge.start(self.write(path), "export the log")

    async def write(self, path: Path) -> None:
        """Writes all of it, and says how far it is."""
        if self.runs:
            self._say("An export is being written. Wait for it, or stop it under More.")
            return
        self.runs = True
        try:
            await hand_out(self._export(path), self._bridge, self._say, lambda: self.runs)
        finally:
            self.runs = False

    def stop(self) -> None:
        """Ends the export that is being written; nothing is left of its file."""
        self.runs = False


async def hand_out(
    export: Export, bridge: Bridge, say: Callable[[str], object], is_wanted: Callable[[], bool] = lambda: True
) -> None:
    """Writes all of it, or says why not. Cancelled, or no longer wanted, it leaves no file."""
    more: bool | Invalid = True
    try:
        while more is True:
            if not is_wanted():
                await bridge.in_thread(export.give_up)
                say(f"Stopped: {export.name} was not written.")
                return
            more = await bridge.in_thread(export.step)
            say(f"Exporting to {export.name}: {counted(export.written, 'row')} until row {export.reached:,} …")
    except asyncio.CancelledError:
        await bridge.in_thread(export.give_up)  # the program is ending
        raise
    done = f"{counted(export.written, 'row')} written to {export.name}. The key is in none of them."
    say(more.message if isinstance(more, Invalid) else done)
