"""The real program with entries on, and a real bus that says the screen was locked or the computer goes to sleep."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from support import away_program
from support.bus import bus
from support.screen import until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="D-Bus and its daemon")
LOCK = ("org.freedesktop.login1", ("org.freedesktop.login1.Session", "Lock", None, ()))
SLEEP = ("org.freedesktop.login1", ("org.freedesktop.login1.Manager", "PrepareForSleep", "b", (True,)))
SAVER = ("org.gnome.ScreenSaver", ("org.gnome.ScreenSaver", "ActiveChanged", "b", (True,)))


@pytest.mark.parametrize(
    ("which", "signal", "why"),
    [
        ("DBUS_SYSTEM_BUS_ADDRESS", LOCK, "the screen was locked"),
        ("DBUS_SYSTEM_BUS_ADDRESS", SLEEP, "the computer was asleep"),
        ("DBUS_SESSION_BUS_ADDRESS", SAVER, "the screen was locked"),
    ],
    ids=["lock", "sleep", "screen saver"],
)
def test_armed_live_it_falls_back_entries_are_blocked_and_exits_pass(
    tmp_path: Path, which: str, signal: tuple[str, tuple[str, str, str | None, tuple[object, ...]]], why: str
) -> None:
    tests = Path(away_program.__file__).parents[1]
    own = {"PYTHONPATH": f"{tests}{os.pathsep}{os.environ.get('PYTHONPATH', '')}", "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-X", "dev", "-W", "error", away_program.__file__]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with bus() as made:
        env = {**os.environ, **own, which: made.address, "CROSSTRADE_DESK_HOME": str(tmp_path / "home")}
        with subprocess.Popen(command, env=env, text=True, **pipes) as program:  # type: ignore[call-overload]
            try:
                assert program.stdout
                assert program.stderr
                assert program.stdout.readline() == "armed\n"
                sender, given = signal

                def gave_and_ended() -> bool:
                    made.give(sender, given)
                    return program.poll() is not None

                until(gave_and_ended, "the program to fall back")
                told, complained = json.loads(program.stdout.read()), program.stderr.read()
            finally:
                program.kill()
    assert (program.returncode, complained) == (0, "")
    assert told["status"].endswith(f"  Entries went off: {why}.")
    assert told["switch"] == "ENTRIES: simulation is free"
    assert told["entry"].startswith(f"Entries went off: {why}.")
    assert (told["exit"], told["carried"]) == ("Go", ["FLATTEN"])
