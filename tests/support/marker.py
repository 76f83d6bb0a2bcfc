"""The secrets that tests use and that must never be seen anywhere: a key, and the two parts of a webhook address.

`packaging/marker_run.py` puts other ones in their place for a whole run.
"""

import os

MARKER = os.environ.get("DESK_TEST_KEY", "MARKER-7f3a-secret-key")
PARTS = (os.environ.get("DESK_TEST_USER", "USERPART-91c2"), os.environ.get("DESK_TEST_HOOK", "HOOKPART-55aa"))
