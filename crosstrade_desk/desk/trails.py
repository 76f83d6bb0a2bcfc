"""One order that is followed: what was found of it, what looks like it, and how long it is waited for. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import IntEnum
from typing import Final

from crosstrade_desk.desk.reading import is_account
from crosstrade_desk.desk.stages import ENDED, RANK, Followed, Stage
from crosstrade_desk.protocol.command import Command
from crosstrade_desk.protocol.instrument import canonical
from crosstrade_desk.readback.plan import Subject
from crosstrade_desk.readback.values import Execution, Order

CONFIRMED_IN_S: Final = 10.0
_FOUND_IN_S: Final = 30.0  # later an order that looks the same is another one
_LOOKED_FOR_S: Final = 900.0  # by its own id
_LISTED_IN_S: Final = 2.0  # an order that is not in a list that was asked for sooner may come all the same
_EARLIER: Final = timedelta(seconds=2)  # two clocks are never the same


class Doubt(IntEnum):
    """How little its answer speaks for an order: where two look alike, the less doubted one is it."""

    NONE = 0  # taken, or not answered yet
    UNKNOWN = 1  # nobody knows whether the message arrived
    LATE = 2  # not seen in time
    REFUSED = 3  # in part at least


@dataclass(slots=True)
class Trail:
    """What was found of one order so far. `before`: ids of orders that were there when it was sent; None: not known."""

    order: Followed
    told: Followed
    before: frozenset[str] | None
    fills: dict[str, tuple[int, Decimal]] = field(default_factory=dict)
    own_lists: int = 0  # how often its account's own list was asked for besides the shared one
    doubt: Doubt = Doubt.NONE


def moved(trail: Trail, stage: Stage, why: str = "") -> Trail:
    """Moves an order on, never back."""
    mine = trail.order
    if RANK[stage] > RANK[mine.stage] and mine.stage not in ENDED:
        filled = mine.quantity if stage is Stage.FILLED else mine.filled
        trail.order = replace(mine, stage=stage, why=why, filled=filled)
    return trail


def doubt_of(trail: Trail) -> Doubt:
    """How much is against an order by now."""
    gave_up = trail.order.stage in (Stage.UNREAD, Stage.UNCONFIRMED)
    return max(trail.doubt, Doubt.LATE if gave_up else Doubt.NONE)


def is_too_late(mine: Followed, now: float) -> bool:
    """Whether an order that looks the same is another one by now."""
    return now - mine.sent > mine.wait_s + _FOUND_IN_S


def is_over(mine: Followed, now: float) -> bool:
    """Whether nothing more is expected of an order: it ended and its price is known, or it will not be found."""
    if mine.stage in (Stage.UNREAD, Stage.UNCONFIRMED):
        return now - mine.sent > _LOOKED_FOR_S
    is_told = mine.stage is not Stage.FILLED or mine.average is not None
    return mine.stage in ENDED and (is_told or is_too_late(mine, now))


def expected(row: int, command: Command, at: datetime, now: float) -> Iterator[Followed]:
    """The orders that a placing message makes, one for each account."""
    texts, quantity = command.texts, command.values.get("qty")
    if not command.spec.opens or "order_type" not in texts or not isinstance(quantity, int):
        return
    instrument = canonical(texts["instrument"], at.date())
    own_id = texts.get("order_id", "")
    for account in command.accounts:
        yield Followed(
            row=row,
            subject=Subject(account, instrument, own_id),
            buys=texts["action"] == "BUY",
            quantity=quantity,
            kind=texts["order_type"].casefold(),
            at=at,
            sent=now,
            wait_s=CONFIRMED_IN_S + command.delay_s,
        )


def is_of(mine: Followed, subject: Subject) -> bool:
    """Whether an answer about one order is about this one."""
    same = is_account(mine.subject.account, subject.account)
    return same and subject.order_id != "" and subject.order_id in (mine.subject.order_id, mine.native)


def is_alike(one: Order, mine: Followed, today: date) -> bool:
    """Whether an order is what was sent: instrument, side, quantity and kind."""
    kind = "".join((one.kind or "").split()).casefold()
    same = (one.buys, one.quantity, kind) == (mine.buys, mine.quantity, mine.kind)
    return same and canonical(one.instrument, today) == mine.subject.instrument


def is_new(one: Order, trail: Trail) -> bool:
    """Whether an order came after the message was sent, as far as can be told."""
    if trail.before and one.id in trail.before:
        return False
    return trail.before is not None if one.at is None else one.at >= trail.order.at - _EARLIER


def are_of(fills: list[Execution], mine: Followed, today: date) -> bool:
    """Whether the fills of one order are just what was sent."""
    same = all(one.buys == mine.buys and canonical(one.instrument, today) == mine.subject.instrument for one in fills)
    in_time = all(one.at is not None and one.at >= mine.at - _EARLIER for one in fills)
    return same and in_time and sum(one.quantity or 0 for one in fills) == mine.quantity


def with_fills(mine: Followed, fills: dict[str, tuple[int, Decimal]]) -> Followed:
    """The order with what was filled of it, and at which average."""
    total = sum(quantity for quantity, _ in fills.values())
    if total < mine.filled:  # the list of orders knows more than the fills that were read
        return mine
    return replace(mine, filled=total, average=sum((q * price for q, price in fills.values()), Decimal(0)) / total)


def listed_at(mine: Followed) -> float:
    """From when on a list of orders would show it."""
    return mine.sent + mine.wait_s - CONFIRMED_IN_S + _LISTED_IN_S


def is_late(mine: Followed, now: float) -> bool:
    """Whether it should have been seen by now."""
    return mine.stage in (Stage.SENT, Stage.ANSWERED, Stage.UNREAD) and now - mine.sent >= mine.wait_s
