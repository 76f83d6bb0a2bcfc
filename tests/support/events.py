"""What the desk tells of a row, as it would tell it."""

from crosstrade_desk.desk.events import RowBegun, RowEnded
from crosstrade_desk.protocol.catalogue import SPECS
from crosstrade_desk.protocol.command import Command, compose
from crosstrade_desk.protocol.message import read
from crosstrade_desk.storage.rows import Row


def begun(row: Row) -> RowBegun:
    return RowBegun(row, _command(row))


def ended(row: Row, *, kept: bool = True) -> RowEnded:
    return RowEnded(row, _command(row), kept=kept)


def _command(row: Row) -> Command:
    """What its text says; of a text that says nothing whole, the shortest command there is."""
    found = read(row.intent.wire).command
    found = found if isinstance(found, Command) else compose(SPECS["FLATTENEVERYTHING"], {})
    assert isinstance(found, Command)
    return found
