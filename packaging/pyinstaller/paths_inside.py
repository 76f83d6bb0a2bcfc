"""Searches what a build made for words that must not be in it, such as the folders of the machine that built it.

usage: python packaging/pyinstaller/paths_inside.py FOLDER WORD...

Looks into every file, name and link, and into what is packed: zip archives, and the modules inside the frozen program
(where PyInstaller is installed). Prints each place; exit code 1 if there is one.
"""

import sys
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

Piece = tuple[str, bytes]  # where it stands, what it holds


def main(folder: Path, words: list[str]) -> int:
    found = sorted(set(places(folder, words)))
    sys.stdout.writelines(f"{place}: {word}\n" for place, word in found)
    return 1 if found else 0


def places(folder: Path, words: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Each place below the folder and the word that stands there."""
    sought = [(word, word.encode()) for word in words]
    for place, content in pieces(folder):
        yield from ((place, word) for word, raw in sought if raw in content)


def pieces(folder: Path) -> Iterator[Piece]:
    """All that can be read below the folder, unpacked."""
    for path in folder.rglob("*"):
        place = str(path.relative_to(folder))
        yield place, (str(path.readlink()) if path.is_symlink() else place).encode(errors="surrogateescape")
        if path.is_file() and not path.is_symlink():
            yield place, path.read_bytes()
            yield from _unpacked(path, place)


def _unpacked(path: Path, place: str) -> Iterator[Piece]:
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as packed:
            yield from ((f"{place}/{name}", packed.read(name)) for name in packed.namelist())
    elif _holds_modules(path):
        yield from _modules(path, place)


def _holds_modules(path: Path) -> bool:
    """True for a program that PyInstaller made: its mark stands near its end."""
    return b"MEI\014\013\012\013\016" in path.read_bytes()[-4096:]


def _modules(path: Path, place: str) -> Iterator[Piece]:
    import marshal  # noqa: PLC0415

    from PyInstaller.archive.readers import CArchiveReader, ZlibArchiveReader  # noqa: PLC0415

    program = CArchiveReader(str(path))
    for name in program.toc:
        part = program.open_embedded_archive(name) if name.endswith(".pyz") else program.extract(name)
        if not isinstance(part, ZlibArchiveReader):
            yield f"{place}/{name}", part
            continue
        for module in part.toc:
            code = part.extract(module)
            yield f"{place}/{module}", marshal.dumps(code) if code is not None else b""


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
