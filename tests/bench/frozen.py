"""The program with Python inside beside the checkout: size on disk, and start by turns on the same machine."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from bench.table import Figure, milliseconds

_ROOT = Path(__file__).resolve().parents[2]
_FROZEN = _ROOT / "build/frozen/crosstrade-desk"  # where packaging/release.sh leaves it
_ALONE = _ROOT / "build/wheel-alone"  # the environment with the wheel and nothing else, of the same run


def frozen(count: int) -> list[Figure]:
    """Empty of figures, with a word why, where no release was built."""
    if not (_FROZEN.is_dir() and _ALONE.is_dir()):
        return [Figure("the program with Python inside", "not built: sh packaging/release.sh", 0)]
    return [
        _sizes(),
        *_starts("its version", ["--version"], count),
        *_starts("a linked window, pictured", ["tour"], count),
    ]


def _sizes() -> Figure:
    ours, theirs = (_size_mb(folder) for folder in (_FROZEN, _ALONE))
    return Figure("size on disk", f"{ours:.0f} MB", 1, ours / theirs, f"environment with the wheel ({theirs:.0f} MB)")


def _size_mb(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink()) / 1e6


def _starts(what: str, words: Sequence[str], count: int) -> list[Figure]:
    checkout = [sys.executable, "-P", "-m", "crosstrade_desk"]
    runs: dict[bool, list[tuple[float, float]]] = {True: [], False: []}
    for number in range(count + 1):
        for is_frozen, command in ((False, checkout), (True, [str(_FROZEN / "crosstrade-desk")])):
            spent = _to_first_line([*command, *words])
            if number:  # the first fills the caches
                runs[is_frozen].append(spent)
    figures = []
    for place, kind in enumerate(("", ", processor time")):
        ours, theirs = ([one[place] for one in runs[is_frozen]] for is_frozen in (True, False))
        figures.append(
            Figure(f"start to {what}{kind}", milliseconds(ours), count, median(ours) / median(theirs), "checkout")
        )
    return figures


def _to_first_line(command: Sequence[str]) -> tuple[float, float]:
    """Milliseconds from the start to the first line that it prints: by the clock, and of processor time."""
    with tempfile.TemporaryDirectory() as folder:
        env = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "CROSSTRADE_DESK_HOME": folder, "PYTHONPATH": str(_ROOT)}
        begun = time.monotonic()
        with subprocess.Popen(command, stdout=subprocess.PIPE, env=env, cwd=folder) as process:
            assert process.stdout is not None
            assert process.stdout.readline(), command
            clock = time.monotonic() - begun
            busy = _processor_s(process.pid)
            process.terminate()
            process.communicate()  # what it still says has somebody to read it
    return clock * 1e3, busy * 1e3


def _processor_s(pid: int) -> float:
    """Of a program that runs, or has ended and was not waited for."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
