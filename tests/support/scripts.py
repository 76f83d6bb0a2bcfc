"""The scripts of `packaging/`, which are no package: each is run for its names."""

import runpy
import sys
from typing import Any

from support.source import ROOT

PACKAGING = ROOT / "packaging"


def script(name: str) -> dict[str, Any]:
    """The names of `packaging/<name>`; nothing is left of it in the interpreter's tables."""
    before, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        return runpy.run_path(str(PACKAGING / name))
    finally:
        sys.dont_write_bytecode = before
