"""The program's icon in the containers of Windows (.ico) and macOS (.icns), drawn by Qt from its SVG."""

import os
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Final

ICO_SIZES: Final = (16, 24, 32, 48, 64, 128, 256)
# Apple's four-letter types that hold a PNG, by the side of the square in pixels.
ICNS_TYPES: Final[Mapping[int, bytes]] = {
    16: b"icp4",
    32: b"icp5",
    64: b"icp6",
    128: b"ic07",
    256: b"ic08",
    512: b"ic09",
    1024: b"ic10",
}


def ico(folder: Path, out: Path) -> Path:
    """Writes the icon of `folder` as `out`/crosstrade-desk.ico."""
    return _written(out / "crosstrade-desk.ico", ico_bytes(_pictures(folder, ICO_SIZES)))


def icns(folder: Path, out: Path) -> Path:
    """Writes the icon of `folder` as `out`/crosstrade-desk.icns."""
    return _written(out / "crosstrade-desk.icns", icns_bytes(_pictures(folder, tuple(ICNS_TYPES))))


def ico_bytes(pictures: Mapping[int, bytes]) -> bytes:
    """A Windows icon of PNG pictures by their size: a head, one entry of 16 bytes for each, the pictures."""
    place = 6 + 16 * len(pictures)
    entries = b""
    for size, png in pictures.items():
        side = size % 256  # 0 stands for 256
        entries += struct.pack("<4B2H2I", side, side, 0, 0, 1, 32, len(png), place)
        place += len(png)
    return struct.pack("<3H", 0, 1, len(pictures)) + entries + b"".join(pictures.values())


def icns_bytes(pictures: Mapping[int, bytes]) -> bytes:
    """An Apple icon of PNG pictures by their size: each with its type and length, all of them with theirs."""
    parts = [ICNS_TYPES[size] + struct.pack(">I", 8 + len(png)) + png for size, png in pictures.items()]
    body = b"".join(parts)
    return b"icns" + struct.pack(">I", 8 + len(body)) + body


def _written(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def _pictures(folder: Path, sizes: tuple[int, ...]) -> dict[int, bytes]:
    return {size: png(folder / "crosstrade-desk.svg", size) for size in sizes}


def png(svg: Path, size: int) -> bytes:
    """The SVG as a PNG of `size` x `size` pixels. Needs no screen."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import QBuffer, QSize  # noqa: PLC0415 - the containers are tested without Qt
    from PySide6.QtGui import QGuiApplication, QIcon  # noqa: PLC0415

    held = QGuiApplication.instance() or QGuiApplication([])
    picture = QIcon(str(svg)).pixmap(QSize(size, size), 1.0)
    buffer = QBuffer()
    picture.save(buffer, "PNG")
    del held
    return bytes(buffer.data().data())
