"""Where the frozen program begins."""

import os
import sys


def give_back_library_path() -> None:
    """Other programs that we start, such as the player of sounds, load their own libraries and not those of the bundle.

    This process and the practice exchange are not concerned: the one was linked already, the other sets its own.
    """
    former = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
    os.environ.pop("LD_LIBRARY_PATH", None)
    if former:
        os.environ["LD_LIBRARY_PATH"] = former


if __name__ == "__main__":
    if sys.platform == "linux":
        give_back_library_path()
    from crosstrade_desk.cli import main

    sys.exit(main())
