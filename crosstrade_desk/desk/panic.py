"""The panic sequence: cancel every order, flatten everything, then have CrossTrade block. In that order.

The block comes last and only after a yes to the flattening: CrossTrade's kill switch stops exits too, and a position
that is still open must not be locked in.
"""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Final

from crosstrade_desk.desk.notices import Level, Notice
from crosstrade_desk.protocol.catalogue import SPECS
from crosstrade_desk.protocol.command import Command, compose
from crosstrade_desk.protocol.message import Message
from crosstrade_desk.sending.outcome import Accepted, Outcome

CANCEL_LIMIT_S: Final = 3.0  # flattening waits no longer for the answer to the cancelling
_DONE: Final = (
    "PANIC: orders cancelled, positions flattened, kill switch ON. CrossTrade blocks exits too until you turn it off. "
    "Look in NinjaTrader whether you are flat."
)
OFF: Final = "Entries are off: you pressed PANIC."
_STEPS: Final[tuple[tuple[str, dict[str, str]], ...]] = (
    ("CANCELALLORDERS", {}),
    ("FLATTENEVERYTHING", {}),
    ("KILLSWITCH", {"kill_switch": "on"}),
)

Send = Callable[[Message, Callable[[Outcome], None]], Coroutine[Any, Any, None]]


def messages() -> tuple[Message, ...]:
    """The three messages, in order."""
    found = (compose(SPECS[token], texts) for token, texts in _STEPS)
    return tuple(Message(command) for command in found if isinstance(command, Command))


async def run(send: Send, tell: Callable[[Notice], None]) -> None:
    """Goes through the sequence. `send` calls back with the outcome, before it is kept: no step waits for the disk.

    What is told is what falls short.
    """
    async with asyncio.TaskGroup() as group:

        def step(message: Message) -> "asyncio.Future[Outcome]":
            outcome: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
            group.create_task(send(message, outcome.set_result), name=f"PANIC {message.command.spec.token}")
            return outcome

        cancel, flatten, block = messages()
        await asyncio.wait([step(cancel)], timeout=CANCEL_LIMIT_S)
        flattened = await step(flatten)
        is_flat = isinstance(flattened, Accepted) and flattened.verdict
        blocked = await step(block) if is_flat else None
    # Last, or the outcome of a single step would stand in its place.
    if not is_flat:
        tell(Notice(Level.PROBLEM, _not_blocked(flattened), "panic"))
    elif isinstance(blocked, Accepted):
        tell(Notice(Level.WARNING, _DONE, "panic"))


def _not_blocked(flattened: Outcome) -> str:
    words = (
        f"PANIC FELL SHORT: flattening everything ended as {flattened.word}. You may not be flat: look in NinjaTrader."
    )
    return f"{words} The kill switch was not turned on, so that you can still get out."
