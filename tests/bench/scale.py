"""How cost grows: accounts, presets, journal rows."""

import asyncio
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QLineEdit

from bench.table import Figure, milliseconds
from crosstrade_desk.storage.presets import Preset, load, save
from crosstrade_desk.storage.settings import Settings
from support.desks import ENTRY
from support.windows import Glass

_TIMES = 30


def timed(run: Callable[[], object]) -> float:
    begun = time.perf_counter()
    run()
    return (time.perf_counter() - begun) * 1000


def _many(number: int) -> tuple[Preset, ...]:
    texts = ({**ENTRY, "qty": str(1 + count % 9), "notes": f"number {count}"} for count in range(number))
    return tuple(
        Preset(f"Preset {count}", group=f"Group {count % 12}", fields=text) for count, text in enumerate(texts)
    )


def presets(loop: asyncio.AbstractEventLoop) -> list[Figure]:
    """Loading, showing and searching presets, ten and a thousand."""
    figures = []
    for number in (10, 1000):
        with tempfile.TemporaryDirectory() as name:
            path = Path(name) / "presets.toml"
            save(path, _many(number))
            loading = [timed(partial(load, path)) for _ in range(5)]
        glass = Glass(loop)
        glass.show()
        glass.presets.items = _many(number)
        pane = glass.window.presets

        def show(pane=pane) -> None:
            pane._on_changed()
            pane.list.grab()

        showing = [timed(show) for _ in range(5)]
        search = pane.findChild(QLineEdit)
        assert search

        def seek(search=search, pane=pane) -> None:
            search.setText("number 7" if not search.text() else "")
            pane.list.grab()

        seeking = [timed(seek) for _ in range(_TIMES)]
        glass.close()
        figures += [
            Figure(f"{number} presets: read in a thread", milliseconds(loading), 5),
            Figure(f"{number} presets: shown with their keys", milliseconds(showing), 5),
            Figure(f"{number} presets: one letter of a search", milliseconds(seeking), _TIMES, bar="16 ms"),
        ]
    return figures


def accounts(loop: asyncio.AbstractEventLoop) -> list[Figure]:
    """One edit of the ticket with few and many accounts ticked."""
    figures = []
    for number in (1, 50):
        names = tuple(f"Sim{100 + count}" for count in range(number))
        glass = Glass(loop, settings=Settings(accounts=names, chosen_accounts=names))
        glass.show()
        glass.fill()
        samples = [timed(glass.window.ticket.refresh) for _ in range(_TIMES)]
        glass.close()
        figures.append(Figure(f"{number} ticked accounts: one edit", milliseconds(samples), _TIMES, bar="16 ms"))
    return figures
