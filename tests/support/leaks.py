"""Finds the marker secret in files, in whatever clothes it wears."""

import base64
import zlib
from pathlib import Path
from urllib.parse import quote

from support.marker import MARKER


def _clothes() -> dict[str, bytes]:
    plain = MARKER.encode()
    return {
        "plain": plain,
        "utf-16": MARKER.encode("utf-16-le"),
        "hex": plain.hex().encode(),
        "url": quote(MARKER, safe="").encode(),
        **{f"base64 at {shift}": _base64_core(plain, shift) for shift in range(3)},
    }


def _base64_core(plain: bytes, shift: int) -> bytes:
    """The part of its base64 that does not depend on what stands around it."""
    return base64.b64encode(b"x" * shift + plain)[4 if shift else 0 : -4]


def files_with_marker(folder: Path) -> list[tuple[Path, str]]:
    """Every file below `folder` that holds the marker, and in which form."""
    found = []
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            found += [(path, how) for how in forms_in(path.read_bytes())]
    return found


def forms_in(data: bytes) -> list[str]:
    """The forms in which `data` holds the marker; texts inside a PNG are unpacked first."""
    everything = data + _png_texts(data)
    return [how for how, form in _clothes().items() if form in everything]


def _png_texts(data: bytes) -> bytes:
    texts, at = b"", 8
    while data.startswith(b"\x89PNG") and at + 8 <= len(data):
        length, kind = int.from_bytes(data[at : at + 4]), data[at + 4 : at + 8]
        chunk = data[at + 8 : at + 8 + length]
        if kind in (b"zTXt", b"iTXt"):
            texts += zlib.decompress(chunk[chunk.index(b"\x00") + 2 :])
        at += length + 12
    return texts
