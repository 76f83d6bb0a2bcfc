"""How cost grows: accounts, presets, journal rows."""

import asyncio
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QLineEdit

from bench.table import Figure, milliseconds
from crosstrade_desk.desk.chord import Chord, parse_chord
from crosstrade_desk.storage.presets import Preset, load, save
from crosstrade_desk.storage.settings import Settings
from support.desks import ENTRY
from support.windows import Glass

_TIMES = 30


def timed(run: Callable[[], object]) -> float:
    begun = time.perf_counter()
    run()
    return (time.perf_counter() - begun) * 1000


def many(number: int) -> tuple[Preset, ...]:
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
            save(path, many(number))
            loading = [timed(partial(load, path)) for _ in range(5)]
        glass = Glass(loop)
        glass.show()
        glass.presets.items = many(number)
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
        search.setText("")
        keys = glass.window.keys
        for count in range(10):
            key = parse_chord(f"Ctrl+Alt+Shift+{count}")
            assert isinstance(key, Chord)
            keys.bind(f"preset Preset {count}", key)

        def change(pane=pane, glass=glass) -> None:
            glass.presets.move("Preset 9", "Preset 0", "Group 0")
            glass.presets.move("Preset 9", "Preset 8", "Group 1")
            pane.list.grab()

        changing = [timed(change) / 2 for _ in range(5)]
        glass.close()
        figures += [
            Figure(f"{number} presets: read in a thread", milliseconds(loading), 5),
            Figure(f"{number} presets: shown with their keys", milliseconds(showing), 5),
            Figure(f"{number} presets: one letter of a search", milliseconds(seeking), _TIMES, bar="16 ms"),
            Figure(f"{number} presets: one of them moved, ten of them with keys", milliseconds(changing), 5),
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
