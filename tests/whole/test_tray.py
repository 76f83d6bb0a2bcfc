"""The real program on a bus where something takes its icon and its notices: a stand-in for a desktop."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from support.bus import bus
from support.outside import program
from support.screen import screen, until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="a tray on D-Bus")

_HOST = Path(__file__).parents[1] / "support" / "tray_host.py"
_UNKNOWN = (
    "command=PLACE;\naccount=Sim101;\ninstrument=MES 12-26;\naction=BUY;\nqty=1;\norder_type=MARKET;\ntif=DAY;\n"
    "notes=practice: hang up;"
)


@contextmanager
def desktop(env: Mapping[str, str], folder: Path) -> Iterator[Path]:
    """Runs the stand-in; gives the file of what it took."""
    told = folder / "told"
    with told.open("w") as out:
        process = subprocess.Popen([sys.executable, str(_HOST)], env={**os.environ, **env}, stdout=out)
        try:
            until(lambda: "ready" in told.read_text(), "the stand-in of a desktop")
            yield told
        finally:
            process.kill()
            process.wait()


def lines(told: Path, what: str) -> list[str]:
    found = [json.loads(line) for line in told.read_text().splitlines()]
    return [": ".join(said) for kind, *said in found if kind == what]


def test_an_unknown_outcome_is_told_beside_the_clock_and_leaves_the_window_minimised(tmp_path: Path) -> None:
    with screen() as glass, bus() as made:
        env = {"DBUS_SESSION_BUS_ADDRESS": made.address}
        with desktop(env, tmp_path) as told, program(glass, tmp_path / "desk", env) as desk:
            window = glass.window("^CrossTrade Desk$")
            desk.until(lambda state: state["link"].startswith("link up"), "the practice exchange")
            until(lambda: "CrossTrade Desk\nPRACTICE\nEntries are on." in lines(told, "tip"), "the icon's tip")
            glass.do("windowminimize", "--sync", window)
            subprocess.run(
                [sys.executable, "-m", "crosstrade_desk", "send", "--message", "-"],
                env={**os.environ, **env, "CROSSTRADE_DESK_HOME": str(tmp_path / "desk" / "home")},
                input=_UNKNOWN,
                text=True,
                capture_output=True,
                check=False,
            )
            until(lambda: bool(lines(told, "notice")), "the notice")
            assert lines(told, "notice")[0].startswith(
                "Outcome unknown (PRACTICE): Buy 1 MES 12-26 at market on Sim101"
            )
            until(
                lambda: any("\nENTRIES OFF\n" in tip for tip in lines(told, "tip")),
                "the icon to say that entries are off",
            )
            assert glass.do("search", "--onlyvisible", "--name", "^CrossTrade Desk$") == ""
            assert desk.close() == 0
    assert (tmp_path / "desk" / "stderr.txt").read_text() == ""
