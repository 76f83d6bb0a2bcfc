"""Where the program's files live: the system's places, or one folder the user named."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from crosstrade_desk.protocol.problems import Invalid
from crosstrade_desk.storage.files import why

HOME_VARIABLE: Final = "CROSSTRADE_DESK_HOME"
_APP: Final = "CrossTrade Desk"


@dataclass(frozen=True, slots=True)
class Folders:
    """The folders of the program's own files. They belong to the user alone when the program made them.

    From `folders`, `config` and `data` exist and can be written to; `logs` does if that could be had.
    """

    config: Path
    data: Path
    logs: Path

    @property
    def journal(self) -> Path:
        """The journal's file."""
        return self.data / "journal.db"


def places(environ: Mapping[str, str]) -> Folders:
    """Where the folders are, whether or not they are there."""
    home = environ.get(HOME_VARIABLE, "")
    return _within(Path(os.path.abspath(home))) if home else _of_the_system()  # noqa: PTH100 - keeps links as named


def folders(environ: Mapping[str, str]) -> Folders | Invalid:
    """Finds and creates the folders. Blocks for a few file operations; an `Invalid` names the folder at fault.

    A folder of logs that cannot be made is no fault here: `open_log` says so, and the trader has his window.
    """
    found = places(environ)
    for folder in dict.fromkeys((found.config, found.data)):
        if wrong := _made(folder):
            return wrong
    _made(found.logs)
    return found


def _within(home: Path) -> Folders:
    return Folders(home, home, home / "logs")


def _of_the_system() -> Folders:
    from platformdirs import PlatformDirs  # noqa: PLC0415 - 27 ms that a named home does not need

    dirs = PlatformDirs(_APP, appauthor=False)
    return Folders(dirs.user_config_path, dirs.user_data_path, dirs.user_log_path)


def _made(folder: Path) -> Invalid | None:
    """Creates the folder, and those above it, for the user alone."""
    try:
        for part in (*reversed(folder.parents), folder):
            if not part.exists():
                part.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        return Invalid(f"The folder {folder} cannot be made. {why(error)}")
    if not folder.is_dir():
        return Invalid(f"{folder} is a file; the program needs a folder there.")
    if not os.access(folder, os.W_OK | os.X_OK):
        return Invalid(f"The folder {folder} cannot be written to.")
    return None
