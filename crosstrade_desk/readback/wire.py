"""How a value of the API's JSON is read: each reader gives a value of its type, or None for what is none. Pure.

Nothing here raises, whatever a server sends. Numbers come as `int` and `Decimal` (see `answers.py`), never as float.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import Field, field, fields
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, Final, TypeVar, cast

T = TypeVar("T")
Reader = Callable[[object], object | None]

_LONGEST_TEXT: Final = 300
_HIGHEST: Final = 15  # decimal places before and behind the point that a price or an amount may have
_FINEST: Final = -30
_NUMBER = re.compile(r"[+-]?\d{1,15}(?:\.\d{1,30})?")
_MILLISECONDS: Final = 10**11  # an epoch from here on is in milliseconds. Source: docs executions, market/quote
_FLAGS: Final = {"true": True, "false": False}
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LAST_SECOND: Final = 2**33  # the year 2242
_ISO = re.compile(r"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d)(?:\.(\d{1,6})\d*)?Z")


def text(raw: object) -> str | None:
    """A text, at most 300 letters of it."""
    return raw[:_LONGEST_TEXT] if isinstance(raw, str) else None


def number(raw: object) -> Decimal | None:
    """A price or an amount of money, exact. A text that is a plain number counts too; infinity and NaN do not."""
    if isinstance(raw, bool):
        return None
    if isinstance(raw, str):
        raw = Decimal(raw) if _NUMBER.fullmatch(raw.strip()) else None
    if isinstance(raw, int):
        raw = Decimal(raw) if abs(raw) < 10**_HIGHEST else None
    return raw if isinstance(raw, Decimal) and _is_usual(raw) else None


def _is_usual(value: Decimal) -> bool:
    exponent = value.as_tuple().exponent
    return isinstance(exponent, int) and exponent >= _FINEST and value.adjusted() <= _HIGHEST


def whole(raw: object) -> int | None:
    """A count. `2.0` counts, `2.5` does not."""
    found = number(raw)
    try:
        return None if found is None or found != found.to_integral_value() else int(found)
    except InvalidOperation:  # more digits than the context holds
        return None


def flag(raw: object) -> bool | None:
    """Yes or no."""
    return raw if isinstance(raw, bool) else _FLAGS.get(raw.lower() if isinstance(raw, str) else "")


def moment(raw: object) -> datetime | None:
    """An `epoch` as a time in UTC: seconds or milliseconds, told apart by their size."""
    value = number(raw)
    if value is None or value <= 0:
        return None
    us = int(value * 1000) if value >= _MILLISECONDS else int(value * 1_000_000)
    return _EPOCH + timedelta(microseconds=us) if us < _LAST_SECOND * 1_000_000 else None


def utc_time(raw: object) -> datetime | None:
    """A time in ISO form that says `Z`. .NET writes seven decimals, of which six are kept."""
    found = _ISO.fullmatch(raw) if isinstance(raw, str) else None
    if found is None:
        return None
    try:
        return datetime.fromisoformat(f"{found[1]}.{(found[2] or '0').ljust(6, '0')}+00:00")
    except ValueError:  # such as a 31st of February
        return None


def wire(name: str, read: Reader) -> Any:
    """A field of a value: what the JSON calls it (`status.isOpen` for one inside another), and its reader."""
    return field(default=None, metadata={"wire": name, "read": read})


def built(kind: type[T], raw: Mapping[str, object]) -> T:
    """A value made of a JSON object. What it does not know is passed over; what is missing or no value is None."""
    return kind(**{name: read(_found(raw, path)) for name, path, read in _plan(cast("Any", kind))})


@cache
def _plan(kind: type) -> tuple[tuple[str, tuple[str, ...], Reader], ...]:
    known: tuple[Field[Any], ...] = fields(kind)
    return tuple((item.name, tuple(item.metadata["wire"].split(".")), item.metadata["read"]) for item in known)


def _found(raw: Mapping[str, object], path: tuple[str, ...]) -> object:
    here: object = raw
    for name in path:
        here = here.get(name) if isinstance(here, dict) else None
    return here


def inside(kind: type[T]) -> Callable[[object], T]:
    """The reader of an object inside another one; all its fields are None if there is none."""
    return lambda raw: built(kind, raw if isinstance(raw, dict) else {})
