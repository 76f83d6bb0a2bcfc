"""The stages of an order after its answer, and the order as it is followed. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum
from types import MappingProxyType
from typing import Final

from crosstrade_desk.readback.plan import Subject


class Stage(Enum):
    """Where an order stands; the value is its word in the log. In the order in which they come."""

    SENT = "sent"
    ANSWERED = "answered"
    UNREAD = "not read yet"  # its account was not read in time: nothing is known of it
    UNCONFIRMED = "not confirmed"  # its account was read, and it was not there; may still turn out otherwise
    SEEN = "seen"
    WORKING = "working"
    PART_FILLED = "part filled"
    FILLED = "filled"
    CANCELLED = "cancelled"
    REJECTED = "rejected"


RANK: Final = {stage: rank for rank, stage in enumerate(Stage)}
ENDED: Final = (Stage.FILLED, Stage.CANCELLED, Stage.REJECTED)
# NinjaTrader's states. One that is not here counts as working, the safe side. Source: docs api/orders; NinjaTrader 8.
STAGES: Final[Mapping[str, Stage]] = MappingProxyType(
    {
        "initialized": Stage.SEEN,
        "submitted": Stage.SEEN,
        "accepted": Stage.WORKING,
        "triggerpending": Stage.WORKING,
        "working": Stage.WORKING,
        "changepending": Stage.WORKING,
        "changesubmitted": Stage.WORKING,
        "cancelpending": Stage.WORKING,
        "cancelsubmitted": Stage.WORKING,
        "partfilled": Stage.PART_FILLED,
        "filled": Stage.FILLED,
        "cancelled": Stage.CANCELLED,
        "rejected": Stage.REJECTED,
    }
)


def stage_of(state: str | None) -> Stage:
    """What one of NinjaTrader's words for an order's state means."""
    return STAGES.get((state or "").casefold(), Stage.WORKING)


@dataclass(frozen=True, slots=True)
class Followed:
    """One order of one account that a message placed. `row` is the journal's, `native` NinjaTrader's id once known.

    `why` explains a stage that needs it. `average` is the price of its fills, None if it is not told.
    """

    row: int
    subject: Subject
    buys: bool
    quantity: int
    kind: str
    at: datetime
    sent: float
    wait_s: float
    stage: Stage = Stage.SENT
    native: str = ""
    filled: int = 0
    average: Decimal | None = None
    why: str = ""
