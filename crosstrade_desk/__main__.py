"""`python -m crosstrade_desk` is the same as `crosstrade-desk`."""

import sys

from crosstrade_desk.cli import main

if __name__ == "__main__":
    sys.exit(main())
