"""Starts the real program again and again, each time to be killed in the midst of its orders.

usage: python mortal_program.py      a line of JSON on standard input starts one life: {"life", "url", "key", "press"}

`press` names what is pressed, one after the other without waiting: "entry", "refused" (an entry for an account that is
not there) or "exit", which calls an entry back that has not left; "left" waits until all before it have. With `go`,
the path of a file, the program says that it is ready and presses when the file is there. It writes JSON lines: `pid` of
each life, `ready`, `press` just before each press, `done` when every outcome is kept, `dead`. Each life is a fork, so
that the imports are paid once; nothing was started before it but the interpreter.
"""

import asyncio
import json
import os
import sys
import time
import traceback
from functools import partial
from pathlib import Path
from typing import Any

import crosstrade_desk.app
import crosstrade_desk.sending.http
import crosstrade_desk.sending.tls  # noqa: F401
from crosstrade_desk.desk.attempts import Go
from crosstrade_desk.desk.connection import Credentials, Keep
from crosstrade_desk.desk.events import Event, Mode, RowBegun, RowEnded
from crosstrade_desk.desk.gate_state import FRESH_PRESS_S
from crosstrade_desk.protocol.catalogue import SPECS
from crosstrade_desk.protocol.message import Message
from crosstrade_desk.sending.outcome import LinkUp
from crosstrade_desk.start import start
from crosstrade_desk.ui.program import Program
from support.desks import ENTRY, SCOPE

KINDS = {
    "entry": ("PLACE", ENTRY),
    "refused": ("PLACE", {**ENTRY, "account": "Sim999"}),
    "exit": ("FLATTEN", SCOPE),
}
LEFT = "left"


def say(**what: Any) -> None:
    os.write(1, (json.dumps({"at": time.monotonic(), **what}) + "\n").encode())


async def live(job: dict[str, Any], program: Program) -> int:
    desk, connection = program.desk, program.connection
    happened: list[Event] = []
    desk.listen(happened.append)
    found = connection.check(job["url"], job["key"], trusted=True)
    assert isinstance(found, Credentials), found
    await connection.keep(found, Keep.SESSION)
    await connection.choose(Mode.LIVE)
    await until(lambda: any(isinstance(event, LinkUp) for event in happened))
    if job["press"] != ["exit"]:
        await until(lambda: not desk.unchecked)  # the keyring is being asked for what was confirmed
        await asyncio.sleep(FRESH_PRESS_S + 0.01)  # the gate's own pause after a change of place
    kinds = [kind for kind in job["press"] if kind != LEFT]
    messages = {kind: composed(program, kind, job["life"]) for kind in kinds}
    if job["go"]:
        say(what="ready")
        await until(Path(job["go"]).exists)
    for number, kind in enumerate(job["press"]):
        if kind == LEFT:
            await until(partial(came, happened, RowBegun, number))
            continue
        say(what="press", notes=f"life {job['life']} {kind}")
        decision = desk.send(messages[kind])
        assert isinstance(decision, Go), decision
    await until(partial(came, happened, RowEnded, len(messages)))
    say(what="done")
    await asyncio.Event().wait()
    return 0


def came(happened: list[Event], kind: type, times: int) -> bool:
    return sum(isinstance(event, kind) for event in happened) == times


def composed(program: Program, kind: str, life: int) -> Message:
    token, texts = KINDS[kind]
    message = program.desk.compose(SPECS[token], {**texts, "notes": f"life {life} {kind}"})
    assert isinstance(message, Message), message
    return message


async def until(seen: Any) -> None:
    async with asyncio.timeout(60):
        while not seen():
            await asyncio.sleep(0.0005)


def main() -> None:
    while line := sys.stdin.readline():
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                code = start(partial(live, json.loads(line)))
            except BaseException:  # noqa: BLE001 - a fork must not go back into the loop, and its fault must be seen
                traceback.print_exc()
            finally:
                os._exit(code)
        say(what="pid", pid=pid)
        _, status = os.waitpid(pid, 0)
        say(what="dead", code=os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    main()
