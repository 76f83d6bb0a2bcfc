"""The real program in a process of its own, seen and driven from outside."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from support.screen import Screen, until

_TOLD = Path(__file__).with_name("told_program.py")


class Outside:
    """A running program: its state as it tells it, and clicks by the names of its widgets."""

    def __init__(self, screen: Screen, process: subprocess.Popen[str], state: Path) -> None:
        self.screen, self.process, self._state = screen, process, state

    @property
    def state(self) -> dict[str, Any]:
        return dict(json.loads(self._state.read_text())) if self._state.exists() else {}

    def until(self, seen: Callable[[dict[str, Any]], bool], what: str) -> dict[str, Any]:
        """Waits until the program shows something. Fails with what it shows instead."""
        try:
            until(lambda: bool(self.state) and (seen(self.state) or self.process.poll() is not None), what)
        except AssertionError as fault:
            shown = {name: value for name, value in self.state.items() if name != "spots"}
            raise AssertionError(f"{fault}; the window shows {shown}") from None
        assert self.process.poll() is None, f"the program ended with {self.process.poll()}"
        return self.state

    def click(self, name: str, repeat: int = 1) -> None:
        """Moves the mouse over a widget and clicks, once the widget stands still: a window is moved as it opens."""
        before: dict[str, Any] = {}

        def stands(state: dict[str, Any]) -> bool:
            spot = state["spots"].get(name)
            still = spot is not None and spot == before.get("spot") and state["turn"] != before["turn"]
            if spot != before.get("spot"):
                before.update(spot=spot, turn=state["turn"])
            return still

        self.until(stands, f"{name} on the screen")
        self.screen.click(*self.state["spots"][name], repeat)

    def type(self, field: str, text: str) -> None:
        """Clicks into a field and replaces what stands there."""
        self.click(field)
        self.screen.key("ctrl+a")
        self.screen.type(text)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def close(self) -> int:
        """Ends it as a session's end does, and gives its exit code."""
        self.process.terminate()
        return self.process.wait(30)


@contextmanager
def program(screen: Screen, folder: Path, env: Mapping[str, str]) -> Iterator[Outside]:
    """The program with its home in `folder`/home."""
    folder.mkdir(parents=True, exist_ok=True)
    state = folder / "state.json"
    state.unlink(missing_ok=True)
    own = {"DISPLAY": screen.display, "QT_QPA_PLATFORM": "xcb", "CROSSTRADE_DESK_HOME": str(folder / "home")}
    with (folder / "stderr.txt").open("a") as errors:
        process = subprocess.Popen(
            [sys.executable, "-X", "dev", "-W", "error", str(_TOLD), str(state)],
            env={**os.environ, **env, **own},
            stderr=errors,
            text=True,
        )
        try:
            made = Outside(screen, process, state)
            until(lambda: state.exists() or process.poll() is not None, "the window")
            yield made
        finally:
            process.kill()
            process.wait()
