"""A real X screen of its own with a window manager, and hands on it from outside: xdotool."""

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_TOOLS = {
    "Xvfb": "xvfb",
    "setxkbmap": "x11-xkb-utils",
    "openbox": "openbox",
    "xdotool": "xdotool",
    "import": "imagemagick",
}
LIMIT_S = 30.0


def need_screen() -> None:
    """Skips where the tools are missing, and fails on CI: there they belong to the machine."""
    missing = [package for tool, package in _TOOLS.items() if shutil.which(tool) is None]
    if not missing:
        return
    reason = f"needs a virtual screen: apt-get install {' '.join(missing)}"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def until(seen: Callable[[], bool], what: str, limit_s: float = LIMIT_S) -> None:
    """Waits for a condition of another process."""
    end = time.monotonic() + limit_s
    while not seen():
        assert time.monotonic() < end, f"waited {limit_s} s for {what}"
        time.sleep(0.02)


class Screen:
    """One X server with openbox. `display` is what a program's DISPLAY must be."""

    def __init__(self, display: str) -> None:
        self.display = display

    def do(self, *words: object) -> str:
        """Runs xdotool and gives what it printed."""
        done = subprocess.run(
            ["xdotool", *map(str, words)],
            env={**os.environ, "DISPLAY": self.display},
            capture_output=True,
            text=True,
            check=False,
            timeout=LIMIT_S,
        )
        return done.stdout.strip()

    def click(self, x: int, y: int, repeat: int = 1) -> None:
        self.do("mousemove", x, y)
        self.do("click", "--repeat", repeat, "--delay", 60, 1)

    def type(self, text: str) -> None:
        self.do("type", "--delay", 8, text)

    def key(self, *keys: str) -> None:
        self.do("key", *keys)

    def window(self, title: str) -> str:
        """Waits for a window of this title, activates it and gives its id."""
        until(lambda: bool(self.do("search", "--onlyvisible", "--name", title)), f"the window {title}")
        found = self.do("search", "--onlyvisible", "--name", title).split()[-1]
        self.do("windowactivate", "--sync", found)
        return found

    def picture(self, path: Path) -> None:
        subprocess.run(["import", "-display", self.display, "-window", "root", str(path)], check=True, timeout=LIMIT_S)


@contextmanager
def screen(size: str = "1366x768") -> Iterator[Screen]:
    """A screen for one test."""
    need_screen()
    with subprocess.Popen(
        ["Xvfb", "-displayfd", "1", "-screen", "0", f"{size}x24", "-nolisten", "tcp", "-noreset"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as server:
        assert server.stdout is not None
        display = f":{server.stdout.readline().strip()}"
        manager = subprocess.Popen(
            ["openbox"], env={**os.environ, "DISPLAY": display}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            made = Screen(display)
            until(lambda: _has_manager(made), "the window manager")
            yield made
        finally:
            for process in (manager, server):
                process.terminate()
                process.wait()


def _has_manager(made: Screen) -> bool:
    return made.do("get_num_desktops") not in ("", "0")  # it says 0 where there is none
