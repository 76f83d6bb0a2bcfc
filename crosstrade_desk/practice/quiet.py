"""What aiohttp reports of requests that it cannot handle, in one line each: its own words quote what was sent."""

import logging
from collections.abc import Callable


class _Lines(logging.Handler):
    def __init__(self, log: Callable[[str], None]) -> None:
        super().__init__(logging.ERROR)
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        kind = record.exc_info[0] if record.exc_info else None
        self._log(f"A request was not handled: {kind.__name__ if kind else 'no reason is known'}")


def quiet_logger(log: Callable[[str], None]) -> logging.Logger:
    """A logger of one server that gives `log` a line for each fault, with neither what was sent nor a traceback."""
    logger = logging.Logger("practice", logging.ERROR)  # none of the program's: it ends with its server
    logger.addHandler(_Lines(log))
    return logger
