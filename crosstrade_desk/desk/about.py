"""What this installation is and where it keeps things: the command `about`."""

import platform
import sys

from crosstrade_desk import __version__
from crosstrade_desk.resources import resources
from crosstrade_desk.storage.folders import Folders


def about(folders: Folders, keyring: str) -> str:
    """Lines for a report of a fault; `keyring` is what keeps the secrets, or why nothing does. No secret is in it."""
    python = f"{'its own' if getattr(sys, 'frozen', False) else 'on'} Python {platform.python_version()}"
    lines = {
        "Version": f"{__version__}, {python}, {platform.platform()}",
        "Keyring": keyring,
        "Settings": str(folders.config),
        "Journal": str(folders.journal),
        "Log files": str(folders.logs),
        "Own files": str(resources()),
    }
    return "".join(f"{f'{name}:':11}{text}\n" for name, text in lines.items())
