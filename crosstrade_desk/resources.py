"""Where the files beside the code lie: icons, help, the table of instruments. Below every layer."""

import sys
from pathlib import Path


def resources() -> Path:
    """The folder of the program's own files: of the frozen bundle, of the wheel, or of the checkout."""
    bundle = getattr(sys, "_MEIPASS", None)
    if bundle is not None:
        return Path(bundle) / "resources"
    package = Path(__file__).resolve().parent
    packed = package / "_resources"
    return packed if packed.is_dir() else package.parent / "resources"
