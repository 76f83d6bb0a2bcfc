"""Uses one store in a process of its own: a JSON request a line on stdin, a JSON answer a line on stdout.

usage: keyring_child.py memory|keyring LIMIT_S asyncio|qasync [MODULE TO IMPORT FIRST]

It never prints a secret, only what follows the marker in it. Each request runs on a loop of its own.
"""

import asyncio
import importlib
import json
import sys
import time
from collections.abc import Callable

from crosstrade_desk.protocol.secret import Secret
from crosstrade_desk.storage.keyring_store import KeyringStore
from crosstrade_desk.storage.secrets import Entry, MemoryStore, Present, SecretStore
from support.marker import MARKER


async def perform(store: SecretStore, action: str, entry: Entry, ending: str) -> object:
    match action:
        case "read":
            return await store.read(entry)
        case "write":
            return await store.write(entry, Secret(MARKER + ending))
        case "forget":
            return await store.forget(entry)
        case _:
            return await store.name()


def told(found: object, started: float) -> dict[str, object]:
    answer = {"state": type(found).__name__, "took_s": time.monotonic() - started, "text": repr(found)}
    for name in ("sentence", "way_on"):
        answer[name] = getattr(found, name, "")
    if isinstance(found, Present):
        text = found.secret.reveal()
        answer["ending"] = text.removeprefix(MARKER) if text.startswith(MARKER) else "foreign"
    return answer


def qasync_loop() -> Callable[[], asyncio.AbstractEventLoop]:
    from PySide6.QtCore import QCoreApplication  # noqa: PLC0415 - one test in many needs Qt
    from qasync import QEventLoop  # noqa: PLC0415 - as above

    application = QCoreApplication([])
    return lambda: QEventLoop(application)


def main(kind: str, limit_s: str, loop: str, *first: str) -> None:
    for module in first:
        importlib.import_module(module)
    store: SecretStore = MemoryStore() if kind == "memory" else KeyringStore(float(limit_s))
    factory = qasync_loop() if loop == "qasync" else None
    for line in sys.stdin:
        request = json.loads(line)
        started = time.monotonic()
        with asyncio.Runner(loop_factory=factory) as runner:
            found = runner.run(perform(store, request["do"], Entry[request["entry"]], request["ending"]))
        sys.stdout.write(json.dumps(told(found, started)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
