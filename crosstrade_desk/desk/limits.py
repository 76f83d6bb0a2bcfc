"""The limits that the user sets for himself, in settings and nowhere else."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from decimal import Decimal
from types import MappingProxyType

from crosstrade_desk.desk.accounts import AccountClass, Classes
from crosstrade_desk.protocol.texts import ClockText, ClockTime
from crosstrade_desk.storage.settings import Settings

_SIZES = MappingProxyType({AccountClass.SIMULATION: 100, AccountClass.FUNDED: 10, AccountClass.LIVE: 10})
_NONE: Mapping[str, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Limits:
    """What an entry is held to. Sizes are contracts over all accounts of one message, hard.

    `entries` of `entries_in_s` seconds is the rate. `same_s`: within so many seconds the same text is asked about.
    `failures` in a row, or `burst` entries in `burst_s` seconds, switch entries off. `unusual` times the usual size is
    asked about, and a price further than `far` percent from the last one used. Entries are switched off after `idle_s`
    without a hand on the program, and at `off_at` by this computer's clock.
    """

    classes: Classes = field(default_factory=Classes)
    sizes: Mapping[AccountClass, int] = field(default_factory=lambda: _SIZES)
    sizes_by_root: Mapping[str, int] = field(default_factory=lambda: _NONE)
    entries: int = 20
    entries_in_s: float = 60
    same_s: float = 10
    failures: int = 3
    burst: int = 3
    burst_s: float = 2
    unusual: int = 5
    far: Decimal = Decimal(5)
    idle_s: float = 900
    off_at: time | None = None


def limits_of(settings: Settings) -> Limits:
    """The limits that the settings give."""
    roots = (word.split("=") for word in settings.most_by_root)
    return Limits(
        classes=Classes(settings.simulation_accounts, settings.funded_accounts),
        sizes={
            AccountClass.SIMULATION: settings.most_simulation,
            AccountClass.FUNDED: settings.most_funded,
            AccountClass.LIVE: settings.most_live,
        },
        sizes_by_root={root: int(size) for root, size in roots},
        entries=settings.entries_a_minute,
        same_s=settings.same_again_s,
        failures=settings.failures,
        burst=settings.burst,
        unusual=settings.unusual_size,
        far=Decimal(settings.far_price),
        idle_s=60.0 * settings.idle_minutes,
        off_at=_clock(settings.off_at),
    )


def _clock(text: str) -> time | None:
    found = ClockText().parse(text) if text else None
    return found.time if isinstance(found, ClockTime) else None
