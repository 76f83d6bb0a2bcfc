"""Loads what sending needs, in one go that a thread can do: httpx and the certificates."""

import ssl
import sys
from collections.abc import Callable

from crosstrade_desk.sending.sender import Sender


def load_sending() -> tuple[Callable[..., Sender], ssl.SSLContext]:
    """Imports httpx and loads the certificates. Blocks for some 100 ms: runs in a thread."""
    # httpx would load its own command line, and with it rich, click and pygments, wherever those are installed.
    sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type] # None forbids an import; the stubs know no such
    from crosstrade_desk.sending.http import HttpSender  # noqa: PLC0415 - not before it is needed
    from crosstrade_desk.sending.tls import trusted_context  # noqa: PLC0415 - the same

    return HttpSender, trusted_context()
