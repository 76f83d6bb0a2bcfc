"""Runs the real program on CrossTrade with a hand-made sender and entries on, and tells in JSON what locking it did."""

import asyncio
import json
import sys

from crosstrade_desk.desk.arming import Armed
from crosstrade_desk.desk.attempts import Blocked
from crosstrade_desk.desk.events import Mode, Place
from crosstrade_desk.protocol.catalogue import SPECS
from crosstrade_desk.protocol.message import Message
from crosstrade_desk.start import start
from crosstrade_desk.ui.program import Program
from support.desks import ENTRY, SCOPE, YES, Wire

ACCOUNT = "U1234567"


def message(program: Program, token: str, texts: dict[str, str]) -> Message:
    found = program.desk.compose(SPECS[token], {**texts, "account": ACCOUNT})
    assert isinstance(found, Message), found
    return found


async def inside(program: Program) -> int:
    desk, wire = program.desk, Wire(YES)
    async with asyncio.timeout(30):
        while not program.window.band.link.text().startswith("link up"):  # it goes to practice by itself
            await asyncio.sleep(0.01)
        desk.connect(Place(Mode.LIVE, "https://app.crosstrade.io/v1/send/••••/••••"), wire)
        while desk.unchecked:  # the keyring is being asked for what was confirmed
            await asyncio.sleep(0.01)
        desk.switch.arm((ACCOUNT,))
        sys.stdout.write("armed\n")
        sys.stdout.flush()
        while isinstance(desk.switch.state, Armed):
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.6)  # the gate takes no press for half a second after a change of place
        status = program.window.status.text()
        entry, leaving = desk.send(message(program, "PLACE", ENTRY)), desk.send(message(program, "FLATTEN", SCOPE))
        while not wire.carried:
            await asyncio.sleep(0.01)
    told = {
        "status": status,
        "switch": program.window.band.entries.text(),
        "entry": entry.sentence if isinstance(entry, Blocked) else "went",
        "exit": type(leaving).__name__,
        "carried": [sent.command.spec.token for sent in wire.carried],
    }
    sys.stdout.write(json.dumps(told))
    return 0


if __name__ == "__main__":
    sys.exit(start(inside))
