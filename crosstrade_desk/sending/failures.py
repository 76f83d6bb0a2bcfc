"""What kept a message from being sent, or from being answered, in words for the trader. None quotes an error's text.

An error's text may hold the address or the key; its class and number are all that is read of it.
"""

import asyncio
import errno
import logging
import socket
import ssl
from collections.abc import Iterator
from typing import Final

import httpx

from crosstrade_desk.sending.line import NothingLeftError
from crosstrade_desk.sending.tls import tls_words

_BROKE: Final = "The connection broke before the answer was complete."
# What `line.py` raises of httpx's errors: all of them, and no other. All may come once the order text has left.
FAILURES: Final[dict[type[Exception], str]] = {
    httpx.ReadError: _BROKE,
    httpx.RemoteProtocolError: "The server hung up too early, or what answered is no web server.",
    httpx.LocalProtocolError: "The message could not be made ready for the web: a fault of this program.",
}
UNREACHED: Final = "No connection to the server could be made."
UNFORESEEN: Final = "Something unforeseen went wrong."

_NO_NAME: Final = "The server's name in the webhook address is not valid."
# Why nothing left, by what was raised or by what caused that.
_CAUSES: Final[dict[type[BaseException], str]] = {
    asyncio.CancelledError: "It was stopped before it left.",
    TimeoutError: "The server could not be reached within {limit_s:g} s.",
    UnicodeError: _NO_NAME,
    httpx.InvalidURL: _NO_NAME,
    NothingLeftError: "The connection was closed before anything left.",
    socket.gaierror: "The name {host} was not found. Is the internet connection up?",
    ConnectionRefusedError: "The server refused the connection: nothing listens there.",
}

# Ends of the network that are no bugs; anything else is one somewhere, and is logged.
_FORESEEN: Final = (*FAILURES, httpx.InvalidURL, OSError, UnicodeError, asyncio.CancelledError)
_WINDOWS_NO_NETWORK: Final = {1231, 1232, 10051, 10065}
_NO_NETWORK: Final = {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EADDRNOTAVAIL, *_WINDOWS_NO_NETWORK}


def why_not(error: BaseException, host: str, limit_s: float) -> str:
    """Why nothing left for `host`, which was to be reached within `limit_s`."""
    words = next(filter(None, (_cause(link, host, limit_s) for link in _chain(error))), "")
    return words or (UNREACHED if isinstance(error, OSError) else _named(error))


def why_unknown(error: BaseException, limit_s: float) -> str:
    """Why nothing is known of a message that had begun to leave and was to be answered within `limit_s`."""
    match error:
        case asyncio.CancelledError():
            return "It was stopped after it began to leave."
        case TimeoutError():
            return f"No answer within {limit_s:g} s."
        case OSError():
            return _BROKE
        case _:
            return _named(error)


def report(error: BaseException) -> None:
    """Logs what nobody foresaw, by its class alone."""
    if not isinstance(error, _FORESEEN):
        logging.getLogger("crosstrade_desk.sending").error("unforeseen %s while sending", type(error).__name__)


def _named(error: BaseException) -> str:
    return next((words for kind, words in FAILURES.items() if isinstance(error, kind)), UNFORESEEN)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and all that caused it, outermost first. What is raised `from None` still has its `__context__`."""
    yield error
    inner = error.exceptions if isinstance(error, BaseExceptionGroup) else (error.__cause__ or error.__context__,)
    for cause in inner:
        if cause is not None:
            yield from _chain(cause)


def _cause(error: BaseException, host: str, limit_s: float) -> str:
    if isinstance(error, ssl.SSLError):
        return tls_words(error)
    if isinstance(error, OSError) and {error.errno, getattr(error, "winerror", None)} & _NO_NETWORK:
        return "There is no way to the server. Is the internet connection up?"
    words = next((words for kind, words in _CAUSES.items() if isinstance(error, kind)), "")
    return words.format(host=host, limit_s=limit_s)
