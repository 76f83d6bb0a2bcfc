"""The limits that the user sets for himself, in settings and nowhere else."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType

from crosstrade_desk.desk.accounts import AccountClass, Classes

_SIZES = MappingProxyType({AccountClass.SIMULATION: 100, AccountClass.FUNDED: 10, AccountClass.LIVE: 10})
_NONE: Mapping[str, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Limits:
    """What an entry is held to. Sizes are contracts over all accounts of one message, hard.

    `entries` of `entries_in_s` seconds is the rate. `same_s`: within so many seconds the same text is asked about.
    `failures` in a row, or `burst` entries in `burst_s` seconds, switch entries off. `unusual` times the usual size is
    asked about, and a price further than `far` percent from the last one used.
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
