"""Whether a file is the archive that the journal names, as it was when its rows were moved there."""

import os
from collections.abc import Iterable
from pathlib import Path

from crosstrade_desk.protocol.problems import Invalid
from crosstrade_desk.storage.archiving import digest_of
from crosstrade_desk.storage.cuts import Cut
from crosstrade_desk.storage.files import why
from crosstrade_desk.storage.seals import Kept
from crosstrade_desk.storage.search import Archive


def archived(journal: Path, file: Path, kept: Kept) -> tuple[bool, list[str]]:
    """Whether nothing speaks against it, and what is to be said of it. Blocks: it reads the whole file."""
    cuts = Archive(journal).moved() if journal.exists() else []
    if isinstance(cuts, Invalid):
        return True, [f"Whether the journal names it cannot be told: {cuts.message}"]
    cut = next((cut for cut in cuts if cut.archive == file.name), None)
    if cut is None:
        return True, [f"The journal names no archive {file.name}: whether this is all of it cannot be told."]
    if not kept.fits(cut):
        return False, ["The journal's cut does not match: another hand or another key made it, or changed it."]
    try:
        is_same = digest_of(file) == cut.archive_digest
    except OSError as error:
        return False, [f"It cannot be read. {why(error)}"]
    return is_same, ["It is the archive that the journal names." if is_same else _OTHER]


def absent(journal: Path, cuts: Iterable[Cut]) -> list[str]:
    """Which of the archives that hold rows are not beside the journal, in sentences."""
    names = dict.fromkeys(cut.archive for cut in cuts if cut.point.row)
    return [_ABSENT.format(name) for name in names if not os.path.lexists(journal.parent / name)]


_ABSENT = (
    "{} is not beside the journal: its rows cannot be held against it. If you did not take it away, another hand did."
)
_OTHER = "It is not the file that was written when its rows were moved: another hand changed it."
