"""What the gate has to remember of runs that are over, read out of the journal's newest rows. Pure.

A window remembers its own presses. A run that lives for one message would meet every guard for the first time: a key
that repeats would send as many orders as it starts programs.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from crosstrade_desk.desk.away import Clocks
from crosstrade_desk.desk.gate_state import Memory
from crosstrade_desk.desk.guards import TOO_SOON
from crosstrade_desk.desk.history import meets
from crosstrade_desk.protocol.command import Command
from crosstrade_desk.protocol.message import read
from crosstrade_desk.protocol.own_ids import without_own_id
from crosstrade_desk.sending.outcome import NotSent, Refused, Unknown
from crosstrade_desk.storage.rows import BLOCKED, Row

RECENT: Final = 100  # rows that are looked at
_FAILED: Final = (NotSent.word, Refused.word)
_SENDING: Final = "sending"
_JUST_GONE_S: Final = 3.0  # longer than a fresh press takes, shorter than the same again is asked about


@dataclass(frozen=True, slots=True)
class Press:
    """One attempt of a former run: when it began and ended, in monotonic seconds of this run, and how."""

    command: Command
    began: float
    ended: float
    outcome: str
    rule: str


def presses(rows: Iterable[Row], place: str, now: Clocks) -> Iterator[Press]:
    """The attempts at a place, oldest first. `rows` come newest first; what cannot be read is left out."""
    for number, row in reversed([*enumerate(rows)]):
        command = read(row.intent.wire).command
        if row.intent.place == place and isinstance(command, Command):
            elapsed_s = row.ending.elapsed_us / 1_000_000 if row.ending else 0.0
            began = row.intent.at_us / 1_000_000
            rule = row.ending.rule if row.ending else ""
            began, ended = (_ago(wall, now, number == 0) for wall in (began, began + elapsed_s))
            yield Press(without_own_id(command), began, ended, row.outcome, rule)


def _ago(wall: float, now: Clocks, is_newest: bool) -> float:
    """A time on the wall as one of the monotonic clock.

    One to come is of a clock that was put back since: how long ago it was nobody knows. Only the newest of them counts
    as just gone, so that a key that repeats is asked about, and nobody waits until the clock has caught up.
    """
    ago = abs(now.wall - wall)
    return now.monotonic - (min(ago, _JUST_GONE_S) if is_newest and wall > now.wall else ago)


def remembered(former: Iterable[Press], since: float) -> Memory:
    """What counts of former presses, oldest first. Failures before the monotonic second `since` do not."""
    memory = Memory()
    for press in former:
        if press.outcome == BLOCKED:
            memory.last = press.began if press.rule == TOO_SOON.rule else memory.last  # whoever hammers has to pause
        elif press.command.passes:
            _exit(memory, press)
        else:
            _entry(memory, press, since)
    return memory


def _exit(memory: Memory, press: Press) -> None:
    memory.last_exit = (press.command, press.began)
    if memory.unknown and press.outcome == "accepted" and meets(memory.unknown, press.command):
        memory.unknown = None


def _entry(memory: Memory, press: Press, since: float) -> None:
    """Notes an entry that was let through; by then the trader had looked after the one before it."""
    memory.last = press.ended
    memory.entries.append((press.began, press.command))
    memory.unknown = press.command if press.outcome in (Unknown.word, _SENDING) else None
    memory.failures = memory.failures + 1 if press.outcome in _FAILED and press.ended >= since else 0
