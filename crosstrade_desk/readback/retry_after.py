"""How long a server asks to be left alone: the header `Retry-After`, in seconds or as a date. Pure."""

import math
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from crosstrade_desk.readback.wire import number


def seconds(raw: object) -> int | None:
    """A pause in whole seconds; None for a date, for nonsense and for none at all."""
    found = number(raw)
    return math.ceil(found) if found and found > 0 else None


def asked_pause(retry: object, told: object, now: datetime) -> int | None:
    """The pause that `Retry-After` asks for. A date counts from `told`, the server's own `Date`: two clocks are never
    the same; without one from `now`. None if it asks for none, or for one that is over.
    """
    until, since = _date(retry), _date(told) or now
    return seconds(retry) if until is None else seconds(math.ceil((until - since).total_seconds()))


def _date(raw: object) -> datetime | None:
    try:
        found = parsedate_to_datetime(raw) if isinstance(raw, str) else None
    except (ValueError, TypeError, OverflowError):  # such as a 31st of February
        return None
    return found.replace(tzinfo=UTC) if found and found.tzinfo is None else found
