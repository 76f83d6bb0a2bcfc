"""Runs the real program, live on a server of the test, and tells what it showed and whom it spoke to.

usage: python honest_program.py "send and die"|look|"start again" ORIGIN      (everything else as for crosstrade-desk)
"""

import asyncio
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from crosstrade_desk.ui.program import Program
from support.marker import MARKER

_LIMIT_S = 60
HOSTS: set[str] = set()


def run(what: str, origin: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Runs it offscreen with its home in `folder`/home, and waits for its end."""
    env = {
        **os.environ,
        "CROSSTRADE_DESK_HOME": str(folder / "home"),
        "PYTHONPATH": os.pathsep.join(map(str, Path(__file__).parents[1:3])),
        "QT_QPA_PLATFORM": "offscreen",
    }
    command = [sys.executable, "-X", "dev", "-W", "error", __file__, what, origin]
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=_LIMIT_S, check=False)


def told(what: str, origin: str, folder: Path) -> dict[str, Any]:
    """Runs it to a good end, and gives what it told."""
    done = run(what, origin, folder)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def listen(event: str, values: tuple[object, ...]) -> None:
    """Notes every host that is looked up or connected to, by whatever library."""
    if event == "socket.getaddrinfo":
        HOSTS.add(str(values[0]))
    elif event == "socket.connect":
        place = values[1]
        HOSTS.add(str(place[0]) if isinstance(place, tuple) else "a socket of this machine")


async def _until(seen: object) -> None:
    async with asyncio.timeout(_LIMIT_S / 2):
        while not seen():  # type: ignore[operator]
            await asyncio.sleep(0.01)


async def go_live(program: Program, origin: str) -> None:
    """Keeps address and key for this session and waits for the link."""
    from crosstrade_desk.desk.connection import Credentials, Keep  # noqa: PLC0415 - after the audit hook
    from crosstrade_desk.desk.events import Mode  # noqa: PLC0415 - as above

    found = program.connection.check(f"{origin}/v1/send/abc123/{MARKER}", MARKER, trusted=True)
    assert isinstance(found, Credentials)
    await program.connection.keep(found, Keep.SESSION)
    await program.connection.choose(Mode.LIVE)
    await _until(lambda: program.window.band.link.text().startswith("link up") and not program.desk.unchecked)


async def inside(program: Program) -> int:
    """Sends an order that nobody answers and dies, starts a second one beside itself, or only looks."""
    what, origin = sys.argv[1:]
    await _until(lambda: program.desk.where is not None)
    status = program.window.status.text()
    await go_live(program, origin)
    window = program.window
    if what == "send and die":
        window.ticket.form.editor("action").set_text("BUY")
        await asyncio.sleep(0.6)  # the gate takes a press right after a change of place for one meant for the former
        window.ticket.send()
        await _until(lambda: window.log.model.rowCount() == 1)
        os.kill(os.getpid(), signal.SIGKILL)
    second = 0
    if what == "start again":
        again = await asyncio.create_subprocess_exec(
            sys.executable, __file__, "look", origin, stdout=subprocess.DEVNULL
        )
        second = await again.wait()
    rows = program.journal.page(0, 10)
    shown = {
        "second": second,
        "status": status,
        "outcomes": [row.outcome for row in rows],
        "hosts": sorted(HOSTS),
        "most": {kind.value: size for kind, size in program.desk.limits.sizes.items()},
    }
    sys.stdout.write(json.dumps(shown))
    return 0


if __name__ == "__main__":
    sys.addaudithook(listen)
    from crosstrade_desk.start import start

    sys.exit(start(inside))
