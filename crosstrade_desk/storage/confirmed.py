"""What the trader last confirmed of the settings that keep him safe, as a text, and what is another value now."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Final

from crosstrade_desk.protocol.problems import Invalid, printable
from crosstrade_desk.storage.settings import FEEDBACK, LOG, Settings, about

_HARMLESS: Final = ("", FEEDBACK, LOG)
SAFE: Final = tuple(
    item.name for item in fields(Settings) if about(item.name).group not in _HARMLESS or item.name == "trusted_host"
)
_LONGEST: Final = 80
_UNREADABLE: Final = Invalid("What you confirmed of the limits cannot be read.")


def values_of(settings: Settings) -> dict[str, object]:
    """The settings that are confirmed, by name."""
    return {name: _plain(getattr(settings, name)) for name in SAFE}


def as_text(values: Mapping[str, object]) -> str:
    """The values as they are kept."""
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def from_text(text: str) -> dict[str, object] | Invalid:
    """The values that were kept. One that a former version did not know has its usual value."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return _UNREADABLE
    return {**values_of(Settings()), **found} if isinstance(found, dict) else _UNREADABLE


def differences(confirmed: Mapping[str, object], now: Mapping[str, object]) -> Iterator[str]:
    """Each setting that has another value now, such as `Most on funded accounts 2 → 50`."""
    for name in SAFE:
        if confirmed[name] != now[name] or type(confirmed[name]) is not type(now[name]):
            yield f"{about(name).label} {_shown(confirmed[name])} → {_shown(now[name])}"


def _plain(value: object) -> object:
    return [*value] if isinstance(value, tuple) else value


def _shown(value: object) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    shown = printable(text)
    return f"{shown[:_LONGEST]}…" if len(shown) > _LONGEST else shown or "none"
