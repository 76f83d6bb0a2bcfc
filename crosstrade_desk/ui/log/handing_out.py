"""Runs an export of the log in a thread, a piece at a time, and says how far it is."""

import asyncio
from collections.abc import Callable

from crosstrade_desk.desk.log_export import Export
from crosstrade_desk.protocol.problems import Invalid, counted
from crosstrade_desk.ui.bridge import Bridge


async def hand_out(
    export: Export, bridge: Bridge, say: Callable[[str], object], is_wanted: Callable[[], bool] = lambda: True
) -> None:
    """Writes all of it, or says why not. Cancelled, or no longer wanted, it leaves no file."""
    more: bool | Invalid = True
    try:
        while more is True:
            if not is_wanted():
                await bridge.in_thread(export.give_up)
                say(f"Stopped: {export.name} was not written.")
                return
            more = await bridge.in_thread(export.step)
            say(f"Exporting to {export.name}: {counted(export.written, 'row')} until row {export.reached:,} …")
    except asyncio.CancelledError:
        await bridge.in_thread(export.give_up)  # the program is ending
        raise
    done = f"{counted(export.written, 'row')} written to {export.name}. The key is in none of them."
    say(more.message if isinstance(more, Invalid) else done)
