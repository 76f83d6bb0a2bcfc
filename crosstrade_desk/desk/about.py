"""What this installation is and where it keeps things: the command `about`."""

import platform
import sys

from crosstrade_desk import __version__
from crosstrade_desk.resources import resources
from crosstrade_desk.storage.folders import Folders


def about(folders: Folders, keyring: str) -> str:
    """Lines for a report of a fault; `keyring` is what keeps the secrets, or why nothing does. No secret is in it."""
    kind = "with Python inside" if getattr(sys, "frozen", False) else "installed into Python"
    lines = {
        "Version": f"{__version__}, {kind} {platform.python_version()}, {platform.platform()}",
        "Keyring": keyring,
        "Settings": str(folders.config),
        "Journal": str(folders.journal),
        "Log files": str(folders.logs),
        "Own files": str(resources()),
    }
    return "".join(f"{f'{name}:':11}{text}\n" for name, text in lines.items())
