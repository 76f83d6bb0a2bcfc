"""The command `journal`: lists the rows, exports them, or holds them against their chain."""

import io
import os
import re
from collections.abc import Callable, Iterator
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, TextIO, assert_never

from crosstrade_desk.desk.journal_export import as_csv, as_json, as_lines
from crosstrade_desk.protocol.problems import Invalid, counted, printable
from crosstrade_desk.storage.files import why
from crosstrade_desk.storage.findings import Broken
from crosstrade_desk.storage.journal_reading import open_to_read
from crosstrade_desk.storage.newest import beside
from crosstrade_desk.storage.seals import Sealed, kept_of, slot_of, told
from crosstrade_desk.storage.secrets import Absent, Found, Present, Slot
from crosstrade_desk.storage.verify import Whole, has_seals, sealed, verify

AskKeyring = Callable[[Slot], Found]
FORMS: Final = {"lines": as_lines, "csv": as_csv, "json": as_json}
_UNITS: Final = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_SPAN: Final = re.compile(rf"(\d{{1,5}})([{''.join(_UNITS)}])", re.ASCII)
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?)?", re.ASCII)
_BAD_TIME: Final = Invalid("Give a day (2026-11-23), a minute (2026-11-23T14:30), or a span (30m, 2h, 3d, 1w).")
_NEVER_SEALED: Final = (
    "There is no key for seals in the keyring, and no seal in the journal: none of its rows is sealed."
)
_KEY_GONE: Final = (
    "The journal holds seals, but their key is not in the keyring: whether they match cannot be told. "
    "The journal was put elsewhere, or the key was removed."
)
_NO_JOURNAL: Final = "There is no journal yet: nothing was sent from here."


@dataclass(frozen=True, slots=True)
class Wanted:
    """The words of the command. `form` is a name of `FORMS`; `since` is "" for all rows."""

    form: str = "lines"
    since: str = ""
    verify: bool = False


def run_journal(path: Path, wanted: Wanted, out: TextIO, err: TextIO, ask: AskKeyring) -> int:
    """Prints the rows of the journal at `path`, oldest first, or what its chain says of them.

    Gives 0; 1 for a journal that is not as it was written, cannot be read or has seals whose key is gone, or for rows
    that could not be printed; 2 for words that make no sense. Blocks until all is written. Writes nothing into the
    journal. `ask` reads the keyring.
    """
    if wanted.verify and wanted.since:
        err.write("--since does not go with --verify: the chain is looked at as a whole.\n")
        return 2
    since = since_us(wanted.since, datetime.now(UTC)) if wanted.since else None
    if isinstance(since, Invalid):
        err.write(f"--since {printable(wanted.since)[:60]}: {since.message}\n")
        return 2
    try:
        return _verify(path, out, err, ask) if wanted.verify else _list(path, wanted.form, since, out, err)
    except OSError as error:
        _write_no_more(out)
        if isinstance(error, BrokenPipeError):  # whoever reads has seen enough
            return 0
        err.write(f"Not all could be written. {why(error)}\n")
        return 1


def since_us(text: str, now: datetime) -> int | Invalid:
    """UTC microseconds of a day or a minute on this machine's clock, or of a span before `now`."""
    try:
        if span := _SPAN.fullmatch(text):
            when = now - timedelta(**{_UNITS[span[2]]: int(span[1])})
        elif _TIME.fullmatch(text):
            when = datetime.fromisoformat(text).astimezone()
        else:
            return _BAD_TIME
        return round(when.timestamp()) * 1_000_000
    except (ValueError, OverflowError, OSError):  # the 31st of June; a year that the system's clock does not have
        return _BAD_TIME


def _list(path: Path, form: str, since: int | None, out: TextIO, err: TextIO) -> int:
    reading = open_to_read(path)
    if isinstance(reading, Invalid):
        err.write(f"{reading.message}\n")
        return 1
    if form != "lines" and isinstance(out, io.TextIOWrapper):
        out.reconfigure(encoding="utf-8", newline="")  # the same file in every locale; CSV has line ends of its own
    with reading or nullcontext():
        out.writelines(FORMS[form](reading.rows(since) if reading else ()))
        out.flush()
    complaint = reading.fault if reading else _NO_JOURNAL
    if complaint:
        err.write(f"{complaint}\n")
    return 1 if reading and reading.fault else 0


def _verify(path: Path, out: TextIO, err: TextIO, ask: AskKeyring) -> int:
    found = verify(path)
    match found:
        case Invalid(message):
            err.write(f"{message}\n")
            return 1
        case Broken(_, sentence):
            out.write(f"{sentence}\n")
            return 1
        case Whole():
            out.writelines(f"{sentence}\n" for sentence in _praise(found, beside(path).name))
            fits, sentences = _sealed(path, found, ask) if found.newest else (True, [])
            out.writelines(f"{sentence}\n" for sentence in sentences)
            return 0 if fits and not found.altered else 1
        case _:
            assert_never(found)


def _sealed(path: Path, whole: Whole, ask: AskKeyring) -> tuple[bool, list[str]]:
    """Whether the seals fit the journal, as far as can be told, and what is to be said of them."""
    asked = ask(slot_of(path))
    kept = kept_of(asked.secret) if isinstance(asked, Present) else Invalid(asked.sentence)
    if isinstance(asked, Absent):
        has = has_seals(path)
        return has is False, [_without_key(has)]
    if isinstance(kept, Invalid):
        return True, [f"Whether the seals match cannot be told: {kept.message}"]
    found = sealed(path, kept)
    if isinstance(found, Sealed):
        return True, [*told(found, whole.rows + whole.before)]
    return False, [found.sentence if isinstance(found, Broken) else found.message]


def _without_key(has: bool | Invalid) -> str:
    """What is said where the keyring has no key: a journal may have been sealed elsewhere, or the key be gone."""
    if isinstance(has, Invalid):
        return f"There is no key for seals in the keyring, and the journal's seals cannot be read: {has.message}"
    return _KEY_GONE if has else _NEVER_SEALED


def _praise(found: Whole, beside_it: str) -> Iterator[str]:
    if not found.rows and not found.before:
        yield _NO_JOURNAL
        return
    yield f"{counted(found.rows, 'row')} whole: none was changed, and none is missing between them."
    if found.before:
        old = counted(found.before, "row")
        yield f"{old} written before the chain began: none is missing; whether one was changed cannot be told."
    if not found.tail:
        yield f"There is no file {beside_it}: whether rows are missing at the end cannot be told."
    if found.altered:
        yield found.altered
    if found.newest:
        yield f"Newest link: {found.newest.link} {found.newest.digest.hex()}"


def _write_no_more(out: TextIO) -> None:
    """What is left in the buffer goes nowhere: at the end of the program it would fail once more."""
    with suppress(OSError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, out.fileno())
        os.close(nowhere)
