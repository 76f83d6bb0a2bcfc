"""How cost grows with accounts and presets, in processor time: this machine has others to serve."""

import asyncio
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QLineEdit

from bench.answers import answers
from bench.rows import rows
from bench.table import Figure, growth
from crosstrade_desk.desk.chord import Chord, parse_chord
from crosstrade_desk.storage.preset_file import load, save
from crosstrade_desk.storage.presets import Preset
from crosstrade_desk.storage.settings import Settings
from support.desks import ENTRY
from support.windows import Glass

_TIMES = 30


def scale(loop: asyncio.AbstractEventLoop) -> list[Figure]:
    """Few and many of everything there can be many of."""
    return [
        *rows(loop),
        *answers(loop),
        *growth("ticked accounts", {number: _accounts(loop, number) for number in (1, 10, 50)}),
        *growth("presets", {number: _presets(loop, number) for number in (100, 1000)}),
    ]


def timed(run: Callable[[], object]) -> float:
    """Milliseconds of processor time."""
    begun = time.process_time()
    run()
    return (time.process_time() - begun) * 1000


def many(number: int) -> tuple[Preset, ...]:
    texts = ({**ENTRY, "qty": str(1 + count % 9), "notes": f"number {count}"} for count in range(number))
    return tuple(
        Preset(f"Preset {count}", group=f"Group {count % 12}", fields=text) for count, text in enumerate(texts)
    )


def _presets(loop: asyncio.AbstractEventLoop, number: int) -> Mapping[str, Sequence[float]]:
    """Loading, showing and searching presets."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "presets.toml"
        save(path, many(number))
        loading = [timed(partial(load, path)) for _ in range(5)]
    glass = Glass(loop)
    glass.show()
    glass.presets.items = many(number)
    pane = glass.window.presets
    search = pane.findChild(QLineEdit)
    assert search

    def show() -> None:
        pane._on_changed()
        pane.list.grab()

    def seek() -> None:
        search.setText("number 7" if not search.text() else "")
        pane.list.grab()

    def change() -> None:
        glass.presets.move("Preset 9", "Preset 0", "Group 0")
        glass.presets.move("Preset 9", "Preset 8", "Group 1")
        pane.list.grab()

    showing = [timed(show) for _ in range(5)]
    seeking = [timed(seek) for _ in range(_TIMES)]
    search.setText("")
    for count in range(10):
        key = parse_chord(f"Ctrl+Alt+Shift+{count}")
        assert isinstance(key, Chord)
        glass.window.keys.bind(f"preset Preset {count}", key)
    changing = [timed(change) / 2 for _ in range(5)]
    glass.close()
    return {
        "read in a thread": loading,
        "shown with their keys": showing,
        "one letter of a search": seeking,
        "one of them moved, ten of them with keys": changing,
    }


def _accounts(loop: asyncio.AbstractEventLoop, number: int) -> Mapping[str, Sequence[float]]:
    """One edit of the ticket with so many accounts ticked."""
    names = tuple(f"Sim{100 + count}" for count in range(number))
    glass = Glass(loop, settings=Settings(accounts=names, chosen_accounts=names))
    glass.show()
    glass.fill()
    samples = [timed(glass.window.ticket.refresh) for _ in range(_TIMES)]
    glass.close()
    return {"one edit": samples}
