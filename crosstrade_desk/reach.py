"""The way from here to the program that runs on a data folder, by system."""

import sys

if sys.platform == "win32":
    from crosstrade_desk.ui.pipe import ask
else:
    from crosstrade_desk.calling.unix import ask

__all__ = ["ask"]
