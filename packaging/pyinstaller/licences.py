"""The licence texts of everything inside: they go along, as the licences ask."""

from collections.abc import Iterator
from importlib.metadata import distributions
from pathlib import Path
from typing import Final

_TEXTS: Final = ("licen", "copying", "notice", "authors")
# Qt's packages name their licence (LGPL-3.0) and bring no text of it. Debian keeps the texts here.
_COMMON: Final = (Path("/usr/share/common-licenses/LGPL-3"), Path("/usr/share/common-licenses/GPL-3"))


def licences() -> list[tuple[str, str]]:
    """Pairs of a file and the folder in the bundle: `licences/NAME-VERSION`, for every package of this environment."""
    common = [(str(text), "licences/Qt") for text in _COMMON if text.exists()]
    return sorted([*common, *(pair for found in distributions() for pair in _of(found))])


def _of(found) -> Iterator[tuple[str, str]]:  # type: ignore[no-untyped-def]
    for file in found.files or ():
        if file.suffix != ".py" and file.name.lower().startswith(_TEXTS) and ".dist-info" in str(file):
            yield str(Path(found.locate_file(file))), f"licences/{found.name}-{found.version}"
