"""A row of the journal as a value, and how it is read whatever stands in the file."""

from dataclasses import dataclass
from typing import Any, Final

MOST: Final = 2**31 - 2  # a table in the window has no more rows
_LATEST_US: Final = 32_503_680_000_000_000  # the year 3000: what every system's clock can show
BLOCKED: Final = "blocked"  # the outcome of what never left because a guard did not let it
_UNREADABLE: Final = "This row of the journal cannot be read."

SELECT: Final = """SELECT i.id, i.at_us, i.place, i.command, i.accounts, i.instrument, i.sentence, i.wire,
    e.id, e.outcome, e.sentence, e.status, e.answer, e.elapsed_us, coalesce(r.rule, '')
    FROM intents i LEFT JOIN endings e ON e.id = i.id LEFT JOIN rules r ON r.id = i.id"""


@dataclass(frozen=True, slots=True)
class Intent:
    """What is about to be sent. `at_us`: UTC microseconds since 1970. `accounts`: commas between, "" is all. `wire`:
    masked."""

    at_us: int
    place: str
    command: str
    accounts: str
    instrument: str
    sentence: str
    wire: str


@dataclass(frozen=True, slots=True)
class Ending:
    """What became of it. `outcome`: the word of a `sending.outcome`, or blocked. `status`: of HTTP, None without an
    answer. `elapsed_us`: microseconds it was on its way. `rule`: the guard that blocked it, or ""."""

    outcome: str
    sentence: str
    status: int | None
    answer: str
    elapsed_us: int
    rule: str = ""


_INTENT_KINDS: Final = (int, str, str, str, str, str, str)
_ENDING_KINDS: Final = (str, str, int | None, str, int, str)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the journal. Ids count up from 1 without gaps. No ending: it is on its way."""

    id: int
    intent: Intent
    ending: Ending | None

    @property
    def outcome(self) -> str:
        """The outcome's word; "sending" while there is none."""
        return self.ending.outcome if self.ending else "sending"


def row_of(values: tuple[Any, ...]) -> Row:
    """The row that `SELECT` gave. What cannot be read says so in its place."""
    number, intent, ended, ending = values[0], values[1:8], values[8], values[9:]
    if not _fits(intent, _INTENT_KINDS):
        return blank(number)
    at_us, *texts = intent
    read = Intent(min(max(at_us, 0), _LATEST_US), *texts)
    return Row(number, read, None if ended is None else _ending(ending))


def _ending(values: tuple[Any, ...]) -> Ending:
    return Ending(*values) if _fits(values, _ENDING_KINDS) else Ending("unknown", _UNREADABLE, None, "", 0)


def _fits(values: tuple[Any, ...], kinds: tuple[Any, ...]) -> bool:
    return all(isinstance(value, kind) for value, kind in zip(values, kinds, strict=True))


def blank(number: int) -> Row:
    """Stands for a row that cannot be read."""
    return Row(
        number,
        Intent(at_us=0, place="?", command="?", accounts="", instrument="", sentence=_UNREADABLE, wire=""),
        Ending("unknown", _UNREADABLE, None, "", 0),
    )


def lenient(raw: bytes) -> str:
    """Text of the file, for showing: what is no UTF-8 is written out."""
    return raw.decode("utf-8", "backslashreplace")
