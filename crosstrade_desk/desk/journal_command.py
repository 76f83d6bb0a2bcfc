"""The command `journal`: lists the rows, exports them, or has them held against their chain (`journal_verify.py`)."""

import io
import os
import re
import sqlite3
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, TextIO

from crosstrade_desk.desk.journal_export import as_csv, as_json, as_lines
from crosstrade_desk.desk.journal_verify import NO_JOURNAL, AskKeyring, say_whether_whole
from crosstrade_desk.protocol.problems import Invalid, printable
from crosstrade_desk.storage.cuts import all_cuts
from crosstrade_desk.storage.files import why
from crosstrade_desk.storage.journal_reading import Reading, open_to_read

FORMS: Final = {"lines": as_lines, "csv": as_csv, "json": as_json}
_UNITS: Final = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_SPAN: Final = re.compile(rf"(\d{{1,5}})([{''.join(_UNITS)}])", re.ASCII)
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?)?", re.ASCII)
_BAD_TIME: Final = Invalid("Give a day (2026-11-23), a minute (2026-11-23T14:30), or a span (30m, 2h, 3d, 1w).")


@dataclass(frozen=True, slots=True)
class Wanted:
    """The words of the command. `form` is a name of `FORMS`; `since` is "" for all rows; `file` is an archive that is
    looked at in place of the journal."""

    form: str = "lines"
    since: str = ""
    verify: bool = False
    file: Path | None = None


def run_journal(path: Path, wanted: Wanted, out: TextIO, err: TextIO, ask: AskKeyring) -> int:
    """Prints the rows of the journal at `path`, oldest first, or what its chain says of them.

    Gives 0; 1 for a journal that is not as it was written, cannot be read or has seals whose key is gone, or for rows
    that could not be printed; 2 for words that make no sense. Blocks until all is written. Writes nothing into the
    journal. `ask` reads the keyring.
    """
    if wrong := _wrong(wanted):
        err.write(f"{wrong}\n")
        return 2
    since = since_us(wanted.since, datetime.now(UTC)) if wanted.since else None
    if isinstance(since, Invalid):
        err.write(f"--since {printable(wanted.since)[:60]}: {since.message}\n")
        return 2
    try:
        if wanted.verify:
            return say_whether_whole(path, wanted.file, out, err, ask)
        return _list(wanted.file or path, wanted.form, since, out, err)
    except OSError as error:
        _write_no_more(out)
        if isinstance(error, BrokenPipeError):  # whoever reads has seen enough
            return 0
        err.write(f"Not all could be written. {why(error)}\n")
        return 1


def _wrong(wanted: Wanted) -> str:
    """What makes no sense in the words of the command, "" if nothing."""
    if wanted.verify and wanted.since:
        return "--since does not go with --verify: the chain is looked at as a whole."
    if wanted.file and not wanted.file.exists():
        return f"There is no file {printable(str(wanted.file))[:200]}."
    return ""


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
        moved = _moved(reading) if reading else []
    complaint = (reading.fault or " ".join(moved)) if reading else NO_JOURNAL
    if complaint:
        err.write(f"{complaint}\n")
    return 1 if reading and reading.fault else 0


def _moved(reading: Reading) -> list[str]:
    """What is said of rows that are in archives."""
    try:
        cuts = [] if reading.is_empty else all_cuts(reading.connection)
    except sqlite3.Error:
        return []  # a fault of the rows was told already
    names = ", ".join(cut.archive for cut in cuts if cut.point.row)
    return [f"Rows up to {cuts[-1].point.row:,} are in {names}: list one with --file."] if names else []


def _write_no_more(out: TextIO) -> None:
    """What is left in the buffer goes nowhere: at the end of the program it would fail once more."""
    with suppress(OSError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, out.fileno())
        os.close(nowhere)
