"""`python driver.py practice [--port N] [--key K] [--json] [--with-parent]`: the exchange alone."""

import argparse
import sys

from crosstrade_desk.practice.run import run_practice


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("command", choices=["practice"])
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--key")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--with-parent", action="store_true")
    given = parser.parse_args()
    return run_practice(given.port, given.key, given.json, given.with_parent, sys.stdout, sys.stderr)


if __name__ == "__main__":
    raise SystemExit(main())
