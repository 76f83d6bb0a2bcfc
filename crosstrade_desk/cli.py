"""The command line: picks window or headless, and imports nothing heavy before it knows."""

import argparse
import sys
from collections.abc import Sequence

from crosstrade_desk import __version__


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command and gives its exit code. Blocks until it ends."""
    parser = argparse.ArgumentParser(prog="crosstrade-desk")
    parser.add_argument("--version", action="version", version=f"CrossTrade Desk {__version__}")
    parser.parse_args(argv)
    sys.stderr.write("nothing yet\n")
    return 2
