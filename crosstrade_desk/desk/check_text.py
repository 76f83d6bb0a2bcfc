"""The command `check`: reads a message text from a file or from standard input and says what it means."""

import errno
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Final, TextIO

from crosstrade_desk.protocol.check import check
from crosstrade_desk.protocol.problems import Invalid, printable
from crosstrade_desk.storage.files import is_odd

LONGEST: Final = 256 * 1024  # bytes; CrossTrade's messages have some hundred
_REASONS: Final = {
    errno.ENOENT: "There is no such file.",
    errno.EISDIR: "It is a folder.",
    errno.EACCES: "It may not be read.",
}


def run_check(file: Path | None, as_json: bool, source: BinaryIO, out: TextIO, err: TextIO) -> int:
    """Prints the report on the text in `file`, or in `source` without one.

    Gives 0 for a valid message, 1 for another one, and 2 if the text could not be read or the report not be written.
    Blocks until it is read.
    """
    text = read_text(file, source)
    if isinstance(text, Invalid):
        err.write(f"{printable(str(file or 'standard input'))}: {text.message}\n")
        return 2
    report = check(text, datetime.now(UTC))
    try:
        out.write((report.as_json() if as_json else "\n".join(report.as_lines())) + "\n")
        out.flush()
    except (OSError, ValueError):  # a full disk, a broken pipe, or no output at all
        err.write("The report could not be written.\n")
        return 2
    return 0 if report.ok else 1


def read_file(file: Path) -> str | Invalid:
    """The text of an ordinary file, for the window: no pipe that might keep it waiting for ever. Blocks."""
    return Invalid("It is no ordinary file.") if is_odd(file) else read_text(file)


def read_text(file: Path | None, source: BinaryIO | None = None) -> str | Invalid:
    """The text of a file, or of `source` without one; at most `LONGEST` bytes of UTF-8. Blocks."""
    try:
        raw = _raw(file, source)
    except (OSError, ValueError) as error:
        number = error.errno if isinstance(error, OSError) else None
        return Invalid(_REASONS.get(number or 0, "It could not be read."))
    if len(raw) > LONGEST:
        return Invalid(f"It is longer than {LONGEST // 1024} KB, far too long for a message.")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return Invalid("It is no UTF-8 text. Save it as UTF-8.")


def _raw(file: Path | None, source: BinaryIO | None) -> bytes:
    if file is None:
        return source.read(LONGEST + 1) if source else b""
    with file.open("rb") as opened:
        return opened.read(LONGEST + 1)
