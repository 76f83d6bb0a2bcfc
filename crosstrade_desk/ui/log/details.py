"""Everything about a row of the log as text."""

from collections.abc import Iterator, Sequence

from crosstrade_desk.desk.journal_export import local
from crosstrade_desk.protocol.problems import printable
from crosstrade_desk.storage.rows import Ending, Row


def details(
    row: Row, longest_answer: int | None = None, folded: str = "", became: Sequence[str] = (), parts_took: str = ""
) -> str:
    """Everything about a row, as text that may be copied: the key was never in it.

    `folded` is what is to be said of presses that share its line, `became` what was read of it, `parts_took` how long
    the parts of its way took. `longest_answer` cuts the answer to that many characters and says so; laying out 60,000
    stops the window for 0.4 s.
    """
    intent, ending = row.intent, row.ending
    told = [folded, ending.sentence, f"Guard: {ending.rule}" if ending.rule else ""] if ending else [folded]
    told.append(f"Took: {parts_took}" if parts_took else "")
    when = f"{local(intent.at_us).isoformat(sep=' ', timespec='milliseconds')}   {intent.place}"
    answer = _answer(ending, longest_answer) if ending and ending.status is not None else ()
    lines = [_outcome(row), *filter(None, told), *became, "", intent.sentence, when, "", "Message:", intent.wire]
    return "\n".join([*lines, *answer])


def _outcome(row: Row) -> str:
    took = f" after {row.ending.elapsed_us / 1000:.1f} ms" if row.ending and row.ending.elapsed_us else ""
    return f"{row.outcome if row.ending else 'no answer yet'}{took}"


def _answer(ending: Ending, longest: int | None) -> Iterator[str]:
    shown = ending.answer[:longest]
    yield ""
    yield f"Answer, status {ending.status}:"
    yield "\n".join(printable(line) for line in shown.split("\n")) or "(empty)"
    if left := len(ending.answer) - len(shown):
        yield f"… and {left} characters more: press Copy details for all of it."
