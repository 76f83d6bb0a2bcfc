"""Start-up and memory, by turns with a bare window on the same machine."""

import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Final

from bench.table import Figure, milliseconds
from crosstrade_desk.storage.folders import HOME_VARIABLE, places
from crosstrade_desk.storage.preset_file import save
from crosstrade_desk.storage.presets import Preset

_BARE = """
import sys, time, asyncio
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QVBoxLayout, QWidget
from qasync import QEventLoop
class Window(QWidget):
    def event(self, event):
        done = super().event(event)
        if event.type() == QEvent.Type.Paint and not told:
            told.append(True)
            print("painted", time.monotonic_ns(), time.process_time_ns(), flush=True)
        return done
told = []
app = QApplication(sys.argv[:1])
loop = QEventLoop(app)
window = Window()
rows = QVBoxLayout(window)
for name in ("account", "instrument", "qty", "tif", "type"):
    rows.addWidget(QLineEdit(name))
rows.addWidget(QPushButton("BUY"))
window.resize(900, 600)
window.show()
loop.run_forever()
"""
_OURS = """
import sys, time
from crosstrade_desk.ui.qt import load_qt
load_qt()
from crosstrade_desk.ui import main_window
original = main_window.MainWindow.event
def event(self, what):
    was = getattr(self, "_painted", False)
    done = original(self, what)
    if getattr(self, "_painted", False) and not was:
        print("painted", time.monotonic_ns(), time.process_time_ns(), flush=True)
    return done
main_window.MainWindow.event = event
original_band = main_window.Band._on_link
def on_link(self, link):
    original_band(self, link)
    print("linked", time.monotonic_ns(), time.process_time_ns(), flush=True)
main_window.Band._on_link = on_link
from crosstrade_desk.cli import main
sys.exit(main([]))
"""

# A usual screen; Qt's own without one is 800 by 800, where our window lays itself out narrow.
_PLATFORM: Final = f"offscreen:configfile={Path(__file__).parents[1] / 'support' / 'screen.json'}"


def _pss_mb(pid: int) -> float:
    found = re.search(r"^Pss:\s+(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
    return int(found[1]) / 1024 if found else 0.0


Spent = tuple[float, float]  # milliseconds by the clock, and of processor time


def _run(code: str, marks: tuple[str, ...], folder: Path, settle_s: float) -> tuple[dict[str, Spent], float]:
    """What was spent from the start to each mark, and the memory in MiB when it has come to rest.

    Python's compiled files are there, as in an installed program: the first run of each writes them.
    """
    env = {**os.environ, "QT_QPA_PLATFORM": _PLATFORM, "CROSSTRADE_DESK_HOME": str(folder / "home")}
    env |= {"PYTHONPYCACHEPREFIX": str(folder / "compiled"), "PYTHONDONTWRITEBYTECODE": ""}
    begun = time.monotonic_ns()
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, env=env) as process:
        assert process.stdout is not None
        found: dict[str, Spent] = {}
        for line in process.stdout:
            name, moment, busy = line.split()
            found.setdefault(name, ((int(moment) - begun) / 1e6, int(busy) / 1e6))
            if marks[-1] in found:
                break
        time.sleep(settle_s)  # memory at rest: no event tells that nothing more comes
        memory = _pss_mb(process.pid)
        process.terminate()
    return found, memory


def start_and_memory(count: int) -> list[Figure]:
    """By the clock and, because other work on the machine counts less there, in processor time."""
    bare: list[Spent] = []
    paint: list[Spent] = []
    warm: list[Spent] = []
    sizes: dict[str, list[float]] = {"bare": [], "ours": []}
    with tempfile.TemporaryDirectory() as name:
        for number in range(count + 1):
            theirs, their_size = _run(_BARE, ("painted",), Path(name), 0.5)
            mine, my_size = _run(_OURS, ("painted", "linked"), Path(name), 1.5)
            if number == 0:
                continue  # the first fills the caches
            bare.append(theirs["painted"])
            paint.append(mine["painted"])
            warm.append(mine["linked"])
            sizes["bare"].append(their_size)
            sizes["ours"].append(my_size)
    memory = median(sizes["ours"])
    return [
        *_spent("start to first paint, a bare window with qasync (floor)", bare, bare),
        *_spent("start to first paint", paint, bare, "1.5"),
        *_spent("start to loaded and linked to the practice exchange", warm, bare, "2.5"),
        Figure("memory at idle, PSS", f"{memory:.0f} MiB", count, memory / median(sizes["bare"]), "floor", "1.5"),
    ]


def start_with_presets(many: tuple[Preset, ...], count: int) -> list[Figure]:
    """The start with many presets, by turns with one that has none."""
    none: list[Spent] = []
    some: list[Spent] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = places({HOME_VARIABLE: str(folder / "home")}).config / "presets.toml"
        path.parent.mkdir(parents=True)
        for number in range(2 * (count + 1)):
            path.unlink(missing_ok=True)
            if number % 2:
                save(path, many)
            found, _ = _run(_OURS, ("painted", "linked"), folder, 0)
            if number > 1:  # the first two fill the caches
                (some if number % 2 else none).append(found["linked"])
    ratio = median(one[1] for one in some) / median(one[1] for one in none)
    what = f"start to a link with {len(many)} presets in the file, processor time"
    return [Figure(what, milliseconds([one[1] for one in some]), count, ratio, "without presets")]


def _spent(what: str, ours: list[Spent], bare: list[Spent], bar: str = "") -> list[Figure]:
    figures = []
    for place, kind in enumerate(("", ", processor time")):
        mine, theirs = ([one[place] for one in runs] for runs in (ours, bare))
        ratio = median(mine) / median(theirs)
        figures.append(Figure(f"{what}{kind}", milliseconds(mine), len(mine), ratio, "floor", bar))
    return figures
