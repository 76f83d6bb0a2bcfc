"""The program's own log file: faults and warnings for a bug report, with every secret masked."""

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

from crosstrade_desk.protocol.echoes import Echoes
from crosstrade_desk.protocol.message import mask
from crosstrade_desk.protocol.problems import Invalid
from crosstrade_desk.protocol.secret import Secret
from crosstrade_desk.storage.files import is_odd

_SIZE = 1_000_000


class MaskingFormatter(logging.Formatter):
    """Formats a record, its trace included, and masks what came out: the one way into the file."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._secrets: set[Secret] = set()
        self._echoes = Echoes()

    def hide(self, *secrets: Secret) -> None:
        """Masks these from now on."""
        self._secrets.update(secrets)
        self._echoes = Echoes(*(secret.reveal() for secret in self._secrets))

    def format(self, record: logging.LogRecord) -> str:
        return mask(self._echoes.masked(super().format(record)))


def open_log(folder: Path) -> MaskingFormatter | Invalid:
    """Sends warnings of every library to `folder`/crosstrade-desk.log (three files of 1 MB). Gives its formatter."""
    formatter = MaskingFormatter()
    # Without a file, or with a full disk, the library would print records as they are: with what they quote.
    logging.lastResort, logging.raiseExceptions = None, False
    path = folder / "crosstrade-desk.log"
    if is_odd(path):
        return Invalid(f"The log file could not be opened ({path.name} is no ordinary file).")
    try:
        handler = RotatingFileHandler(path, maxBytes=_SIZE, backupCount=2, encoding="utf-8")
        path.chmod(0o600)
    except OSError as error:
        return Invalid(f"The log file could not be opened ({error.strerror or type(error).__name__}).")
    handler.setFormatter(formatter)
    logging.getLogger().addHandler(handler)
    logging.getLogger().setLevel(logging.WARNING)
    return formatter
