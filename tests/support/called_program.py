"""Runs the real program on what the keyring keeps, with entries on for some accounts, and says when it can be called.

usage: python called_program.py [ACCOUNT ...]
"""

import asyncio
import sys

from crosstrade_desk.desk.gate_state import FRESH_PRESS_S
from crosstrade_desk.start import start
from crosstrade_desk.ui.program import Program


async def inside(program: Program) -> int:
    closed = asyncio.Event()
    program.window.on_close = closed.set
    async with asyncio.timeout(30):
        while not program.window.band.link.text().startswith("link up"):
            await asyncio.sleep(0.01)
        while sys.argv[1:] and program.desk.unchecked:  # the keyring is being asked for what was confirmed
            await asyncio.sleep(0.01)
    await asyncio.sleep(FRESH_PRESS_S)  # the gate takes no press just after a change of place
    if accounts := sys.argv[1:]:
        program.desk.switch.arm(accounts)
    sys.stdout.write(f"{program.window.band.mode.text()}\n")
    sys.stdout.flush()
    await closed.wait()
    return 0


if __name__ == "__main__":
    sys.exit(start(inside))
