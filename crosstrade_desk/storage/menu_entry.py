"""The entry in the menu of a Linux desktop, for a program that no package installed."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from crosstrade_desk.protocol.problems import Invalid
from crosstrade_desk.resources import resources
from crosstrade_desk.storage.files import why

_ENTRY: Final = Path("desktop/crosstrade-desk.desktop")
_ICON: Final = Path("icons/crosstrade-desk.svg")


def installed(environ: Mapping[str, str]) -> tuple[Path, Path]:
    """Where the entry and its icon go for this user, whether or not they are there."""
    named = environ.get("XDG_DATA_HOME", "")
    data = Path(named) if named.startswith("/") else Path.home() / ".local/share"  # as the specification has it
    return data / "applications" / _ENTRY.name, data / "icons/hicolor/scalable/apps" / _ICON.name


def install(command: Sequence[str], environ: Mapping[str, str]) -> Path | Invalid:
    """Writes entry and icon, in place of former ones; gives the entry's file. `command` is what the menu starts."""
    if any(ord(letter) < 32 for word in command for letter in word):
        return Invalid("The path of the program holds a control character; a menu cannot start it.")
    entry, icon = installed(environ)
    own = resources()
    started = f"Exec={' '.join(_quoted(word) for word in command)}"
    text = (own / _ENTRY).read_text(encoding="utf-8").replace("Exec=crosstrade-desk", started)
    try:
        for path, content in ((icon, (own / _ICON).read_bytes()), (entry, text.encode(errors="surrogateescape"))):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    except OSError as error:
        return Invalid(f"The menu entry cannot be written. {why(error)}")
    return entry


def remove(environ: Mapping[str, str]) -> Path | Invalid:
    """Takes entry and icon away, if they are there; gives the entry's file."""
    entry, icon = installed(environ)
    try:
        for path in (entry, icon):
            path.unlink(missing_ok=True)
    except OSError as error:
        return Invalid(f"The menu entry cannot be removed. {why(error)}")
    return entry


def _quoted(word: str) -> str:
    r"""A word of `Exec`: `"`, `` ` ``, `$` and `\` after a backslash, which the file doubles, and no field code.

    Source: Desktop Entry Specification, The Exec key.
    """
    kept = re.sub(r'(["`$\\])', r"\\\1", word.replace("%", "%%"))
    return f'"{kept}"'.replace("\\", "\\\\")
