"""The search for the marker secrets finds them in whatever clothes they wear."""

import base64
import json
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest

from support.leaks import files_with_marker, forms_in
from support.marker import MARKER, PARTS

CLOTHES: list[Callable[[str], bytes]] = [
    str.encode,
    lambda text: text.upper().encode(),
    lambda text: text.swapcase().encode(),
    lambda text: text.encode("utf-16-le"),
    lambda text: text.upper().encode("utf-16-be"),
    lambda text: text.encode().hex().upper().encode(),
    lambda text: quote(text, safe="").encode(),
    lambda text: "".join(f"%{ord(letter):02X}" for letter in text).encode(),
    lambda text: "".join(f"\\u{ord(letter):04X}" for letter in text).encode(),
    lambda text: base64.b64encode(f"user:{text}".encode()),
    lambda text: base64.urlsafe_b64encode(f"ÿÿ?{text}>>".encode()),
    lambda text: json.dumps({"key": text}).encode(),
]


@pytest.mark.parametrize("secret", [MARKER, *PARTS])
@pytest.mark.parametrize("wear", CLOTHES)
def test_a_marker_is_found_in_all_its_clothes(secret: str, wear: Callable[[str], bytes]) -> None:
    assert forms_in(b"\x00before" + wear(secret) + b"behind")


def test_nothing_is_found_where_there_is_none(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("key=••••; MARKER secret key USERPART HOOKPART")
    assert files_with_marker(tmp_path) == []
