"""Rows of the journal as text for people and programs: lines, CSV, JSON. One row in memory at a time.

Nothing secret is in a row. Each text is masked once more, should a server have sent back what looks like a key.
"""

import csv
import json
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import Final

from crosstrade_desk.protocol.message import mask
from crosstrade_desk.protocol.problems import printable
from crosstrade_desk.storage.rows import Ending, Row

Cell = str | int | None
_NO_ENDING: Final = Ending("", "", None, "", 0)
# What a spreadsheet takes for a formula: these signs, where a cell begins. A program that is set to another separator
# begins one at each of its own, quoted or not; blanks and quotes before the sign do not help.
_FORMULA: Final = re.compile(r"((?:^|[\r\n\t,;|])[\s\"']*)(?=[=+\-@＝＋－＠])")


def local(at_us: int) -> datetime:
    """The time of a row on this machine's clock, with its zone."""
    return datetime.fromtimestamp(at_us / 1_000_000, tz=UTC).astimezone()


def _ending(row: Row) -> Ending:
    return row.ending or _NO_ENDING


FIELDS: Final[dict[str, Callable[[Row], Cell]]] = {
    "row": lambda row: row.id,
    "time": lambda row: local(row.intent.at_us).isoformat(timespec="microseconds"),
    "place": lambda row: row.intent.place,
    "command": lambda row: row.intent.command,
    "accounts": lambda row: row.intent.accounts,
    "instrument": lambda row: row.intent.instrument,
    "sentence": lambda row: row.intent.sentence,
    "outcome": lambda row: row.outcome,
    "guard": lambda row: _ending(row).rule,
    "result": lambda row: _ending(row).sentence,
    "status": lambda row: _ending(row).status,
    "elapsed_us": lambda row: row.ending.elapsed_us if row.ending else None,
    "answer": lambda row: _ending(row).answer,
    "message": lambda row: row.intent.wire,
}


def _cells(row: Row) -> Iterator[tuple[str, Cell]]:
    for name, read in FIELDS.items():
        cell = read(row)
        yield name, mask(cell) if isinstance(cell, str) else cell


def as_json(rows: Iterable[Row]) -> Iterator[str]:
    """One JSON object a line (ASCII), with the texts as they were written."""
    for row in rows:
        yield json.dumps(dict(_cells(row))) + "\n"


def as_csv(rows: Iterable[Row]) -> Iterator[str]:
    """CSV by RFC 4180 with a line of names.

    Control signs are written out, and a ' stands before every =, +, - or @ that a spreadsheet could take for the start
    of a formula. `as_json` has the texts unchanged.
    """
    line = csv.writer(_Straight()).writerow
    yield str(line(FIELDS))
    for row in rows:
        yield str(line([_harmless(cell) if isinstance(cell, str) else cell for _name, cell in _cells(row)]))


class _Straight:
    """What `csv` writes to: it hands the line on."""

    def write(self, line: str) -> str:
        return line


def _harmless(text: str) -> str:
    if text.isalnum():
        return text
    lines = _FORMULA.sub(r"\1'", text).split("\n")
    return "\n".join(line if line.isprintable() else printable(line) for line in lines)  # letter by letter is slow


def as_lines(rows: Iterable[Row]) -> Iterator[str]:
    """One line a row, to be read."""
    for row in rows:
        ending, when = _ending(row), local(row.intent.at_us).isoformat(sep=" ", timespec="milliseconds")
        took = f" after {ending.elapsed_us / 1000:.1f} ms" if ending.elapsed_us else ""
        guard = f" ({ending.rule})" if ending.rule else ""
        said = f" | {ending.sentence}" if ending.sentence else ""
        text = f"{when}  {row.intent.place}  {row.intent.sentence} | {row.outcome}{guard}{took}{said}"
        yield f"{row.id:>7}  {printable(' '.join(mask(text).split()))}\n"
