"""Reads the trader's habits out of the journal: which entries were sent lately. Pure; runs in a thread."""

from collections.abc import Iterable
from typing import Final

from crosstrade_desk.protocol.command import Command
from crosstrade_desk.protocol.message import read
from crosstrade_desk.storage.rows import BLOCKED, Row

MOST: Final = 300  # rows that are looked at


def entries(rows: Iterable[Row], place: str) -> list[Command]:
    """The entries of a place that left, oldest first. `rows` come newest first; what cannot be read is left out."""
    sent = (row for row in rows if row.intent.place == place and row.ending and row.ending.outcome != BLOCKED)
    found = (read(row.intent.wire).command for row in sent)
    return [command for command in found if isinstance(command, Command) and command.spec.opens][::-1]
