"""Runs the real program on the practice exchange, and tells in JSON how quotes reach it; then another program comes.

usage: python push_program.py [SECOND]     with an argument another program takes the push connection meanwhile
"""

import asyncio
import json
import sys
from typing import Any

from crosstrade_desk.readback.plan import Call
from crosstrade_desk.readback.reader import News
from crosstrade_desk.start import start
from crosstrade_desk.ui.program import Program

_SECONDS = 8


async def inside(program: Program) -> int:
    told: list[News] = []

    def hear(news: object) -> None:
        if isinstance(news, News):  # and not that all is forgotten
            told.append(news)

    program.window._bridge.news.connect(hear)
    async with asyncio.timeout(40):
        while not any(news.call is Call.QUOTE for news in told):
            await asyncio.sleep(0.05)
        await asyncio.sleep(_SECONDS)
        second = await _second(program) if sys.argv[1:] else None
        while second and not any(news.call is Call.PUSH for news in told):
            await asyncio.sleep(0.05)
        told.clear()
        await asyncio.sleep(_SECONDS)
    quotes = [news for news in told if news.call is Call.QUOTE]
    sys.stdout.write(
        json.dumps(
            {
                "pushed": sum(news.pushed for news in quotes),
                "asked": sum(not news.pushed for news in quotes),
                "loaded": "websockets" in sys.modules,
                "sentence": program.window.reading.trouble.text(),
                "age": program.window.ticket.quotes.age.text(),
            }
        )
    )
    if second:
        await second.close()
    return 0


async def _second(program: Program) -> Any:
    """Another program with the same key."""
    from websockets.asyncio.client import connect  # noqa: PLC0415 - the program itself must not load it

    assert program.window.lookout.observer._reader
    client = program.window.lookout.observer._reader._source  # type: ignore[attr-defined]
    address = client._endpoint.origin.replace("http", "ws") + "/ws/stream"
    bearer = {"Authorization": f"Bearer {client._secret.reveal()}"}
    return await connect(address, additional_headers=bearer, proxy=None)


if __name__ == "__main__":
    sys.exit(start(inside))
