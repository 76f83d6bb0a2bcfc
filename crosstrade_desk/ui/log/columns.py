"""The columns of the log: what each shows of a line, and how wide it is."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from crosstrade_desk.desk.journal_export import local
from crosstrade_desk.desk.kill_switch import BLOCKS
from crosstrade_desk.desk.stages import Stage
from crosstrade_desk.protocol.catalogue import SPECS
from crosstrade_desk.protocol.problems import printable
from crosstrade_desk.sending.outcome import NotSent
from crosstrade_desk.storage.rows import Row
from crosstrade_desk.ui.kill_switch import is_blocked
from crosstrade_desk.ui.outcomes import SIGNS

_ANSWER_SHOWN: Final = 300


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the log: its newest row, how many rows share it, and of presses that a guard kept in the row that
    they repeated, if it stands right below. `waits_s`: for how many seconds it has had no answer; None if it does not
    wait. `tries`: which try that is. `became`: how it stands by what was read."""

    row: Row
    times: int = 1
    repeated: Row | None = None
    waits_s: int | None = None
    tries: int = 1
    became: str = ""

    @property
    def was_sent(self) -> bool:
        """Whether what the presses repeated had left, or is about to."""
        return self.repeated is not None and self.repeated.outcome != NotSent.word

    @property
    def folded(self) -> str:
        """What became of presses that share the line, "" for a row of its own."""
        if self.times == 1:
            return ""
        once = (
            f"Sent once at {local(self.repeated.intent.at_us):%H:%M:%S}; t" if self.repeated and self.was_sent else "T"
        )
        return f"{once}hese {self.times} presses sent nothing."


def _became(line: Line) -> str:
    """What was read of it; *sent* says less than any outcome."""
    return "" if line.row.ending and line.became == Stage.SENT.value else line.became


def _time(line: Line) -> str:
    when = local(line.row.intent.at_us)
    today = when.date() == datetime.now(tz=UTC).astimezone().date()
    return f"{when:%H:%M:%S}" if today else f"{when:%b %d %H:%M}"


def _accounts(line: Line) -> str:
    row = line.row
    spec = SPECS.get(row.intent.command)
    return row.intent.accounts.replace(",", ", ") or ("all" if spec and spec.is_wide_alone else "")


def _outcome(line: Line) -> str:
    if line.waits_s is not None:
        return f"… try {line.tries}, {line.waits_s} s" if line.tries > 1 else f"… waiting {line.waits_s} s"
    times = f" ×{line.times}" if line.times > 1 else ""
    return f"{SIGNS.get(line.row.outcome, '')} {line.row.outcome}{times}".strip()


def _milliseconds(line: Line) -> str:
    took = line.row.ending.elapsed_us / 1000 if line.row.ending else 0
    return f"{took:.{0 if took >= 100 else 1}f}" if took else ""


def _waits(line: Line) -> str:
    if line.waits_s is None:
        return ""
    what = f"No answer yet, try {line.tries}" if line.tries > 1 else "Waiting for the answer"
    return f"{what} … {line.waits_s} s"


def _answer(line: Line) -> str:
    row = line.row
    if not row.ending:
        return _waits(line)
    if is_blocked(row):
        return BLOCKS
    text = row.ending.answer if row.ending.status is not None else row.ending.sentence
    status = f"{row.ending.status}  " if row.ending.status is not None else ""
    return status + printable(" ".join(text.split()))[:_ANSWER_SHOWN]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading and what it shows of a line.

    It is as wide as `usual`, and up to `most` where what stands in it is wider; "" takes what the others leave. One
    that `gives` is no wider than usual where that one would have little, and one that `goes` is not there at all.
    """

    title: str
    text: Callable[[Line], str]
    usual: str
    most: str = ""
    right: bool = False
    gives: bool = False
    goes: bool = False


COLUMNS: Final = (
    Column("Time", _time, "00:00:00", "Nov 30 00:00"),
    Column("Where", lambda line: line.row.intent.place, "PRACTICE", "PRACTICE", goes=True),
    Column("What", lambda line: f"{line.folded}  {line.row.intent.sentence}".strip(), ""),
    Column("Accounts", _accounts, "Sim101", "Sim101, Sim102", gives=True, goes=True),
    Column("Outcome", _outcome, "✓ accepted", "… waiting 100 s"),
    Column("Order", _became, "answered", "filled 10 @ 20123.25"),
    Column("ms", _milliseconds, "100.0", "100000", right=True, goes=True),
    Column("Answer", _answer, "200  {…", "2" * 40, gives=True, goes=True),
)


_TITLES: Final = [column.title for column in COLUMNS]
OUTCOME, ORDER = _TITLES.index("Outcome"), _TITLES.index("Order")
