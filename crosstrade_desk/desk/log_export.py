"""Writes rows of the journal into a file of the trader's, a piece at a time. Each call blocks: for a thread."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Final, TextIO

from crosstrade_desk.desk.journal_export import as_csv, as_json
from crosstrade_desk.protocol.problems import Invalid
from crosstrade_desk.storage.files import private, why
from crosstrade_desk.storage.rows import Row
from crosstrade_desk.storage.search import Archive, Sought

FORMS: Final[dict[str, Callable[[Iterable[Row]], Iterator[str]]]] = {".csv": as_csv, ".json": as_json}
_PIECE: Final = 500  # lines: some 10 ms
_SLICE: Final = 2000  # rows of the journal that are looked through in one go


class Export:
    """One file that is being written. `written`: lines until now. `reached`: the row up to which all was looked at.

    `path` ends in one of `FORMS`. A file that was not finished does not stay.
    """

    def __init__(self, archive: Archive, sought: Sought, newest: int, path: Path) -> None:
        self._archive, self._sought, self._newest, self._path = archive, sought, newest, path
        self.written = self.reached = 0
        self._fault = ""
        self._file: TextIO | None = None
        self._lines: Iterator[str] = iter(())

    @property
    def name(self) -> str:
        """The name of the file."""
        return self._path.name

    def step(self) -> bool | Invalid:
        """Writes the next piece. Gives whether there is more, or why it ended; then there is no file of it.

        A file that is there already stays as it is.
        """
        if self._path.suffix.lower() not in FORMS:
            return Invalid(f"Not exported: the name must end in {' or '.join(FORMS)}.")
        try:
            return self._step()
        except FileExistsError:
            return Invalid(f"Not exported: {self.name} is there already. Choose another name.")
        except OSError as error:
            self.give_up()
            return Invalid(f"Not exported: {self.name} could not be written. {why(error)}")

    def _step(self) -> bool | Invalid:
        if self._file is None:
            form = self._path.suffix.lower()
            self._file = open(self._path, "x", encoding="utf-8", newline="", opener=private)  # noqa: SIM115 - many steps
            self._lines = FORMS[form](self._rows())
        piece = list(islice(self._lines, _PIECE))
        self._file.writelines(piece)
        if self._fault:
            self.give_up()
            return Invalid(f"Not exported: the journal could not be read. {self._fault}")
        if len(piece) == _PIECE:
            return True
        self._file.close()
        return False

    def _rows(self) -> Iterator[Row]:
        for low in range(1, self._newest + 1, _SLICE):
            high = min(low + _SLICE - 1, self._newest)
            found = self._archive.rows(self._sought, low, high)
            if isinstance(found, Invalid):
                self._fault = found.message
                return
            for row in found:
                self.written += 1
                yield row
            self.reached = high

    def give_up(self) -> None:
        """Takes away what was written, if it was this export that made the file."""
        if self._file is None:
            return
        for undo in (self._file.close, self._path.unlink):
            with suppress(OSError):  # the disk that took nothing may not take this either
                undo()
