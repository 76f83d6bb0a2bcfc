"""Finds the marker secret in files, in whatever clothes it wears."""

import base64
import zlib
from pathlib import Path
from urllib.parse import quote

from support.marker import MARKER, PARTS

_URL_SAFE = bytes.maketrans(b"+/", b"-_")


def _clothes(secret: str) -> dict[str, bytes]:
    """The forms that are looked for in any letter case, small; base64 has its own case."""
    plain, small = secret.encode(), secret.lower()
    return {
        "plain": small.encode(),
        "utf-16": small.encode("utf-16-le")[:-1],  # in either byte order
        "hex": plain.hex().encode(),
        "hex of small letters": small.encode().hex().encode(),
        "url": quote(small, safe="").encode(),
        "url, every letter": "".join(f"%{letter:02x}" for letter in plain).encode(),
        "json": "".join(f"\\u{letter:04x}" for letter in plain).encode(),
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
    """The forms in which `data` holds a marker; texts inside a PNG are unpacked first."""
    everything = data + _png_texts(data)
    small = everything.lower()
    found = [how for secret in (MARKER, *PARTS) for how, form in _clothes(secret).items() if form in small]
    shifts = [(secret, shift) for secret in (MARKER, *PARTS) for shift in range(3)]
    coded = (_base64_core(secret.encode(), shift) for secret, shift in shifts)
    return found + ["base64" for core in coded if core in everything or core.translate(_URL_SAFE) in everything]


def _png_texts(data: bytes) -> bytes:
    texts, at = b"", 8
    while data.startswith(b"\x89PNG") and at + 8 <= len(data):
        length, kind = int.from_bytes(data[at : at + 4]), data[at + 4 : at + 8]
        chunk = data[at + 8 : at + 8 + length]
        if kind in (b"zTXt", b"iTXt"):
            texts += zlib.decompress(chunk[chunk.index(b"\x00") + 2 :])
        at += length + 12
    return texts
