"""How this very program is started again: as its own practice exchange, and from a menu."""

import sys
from pathlib import Path


def own_command() -> list[str]:
    """The words to start it with; further arguments may follow.

    `-P`: nothing is imported from the folder it happens to be started in. The frozen program of Windows is two: the one
    of the window has no output, so it is the other that is named.
    """
    if not getattr(sys, "frozen", False):
        return [sys.executable, "-P", "-m", "crosstrade_desk"]
    return [str(Path(sys.executable).with_name("crosstrade-desk.exe"))] if sys.platform == "win32" else [sys.executable]
