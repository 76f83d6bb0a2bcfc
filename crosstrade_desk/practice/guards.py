"""What CrossTrade checks of the accounts before it hands an order to NinjaTrader. Pure.

Each gives None if nothing is in the way. Their order: docs strategy-lock claims after the others have passed.
"""

from collections.abc import Collection
from enum import Enum

from crosstrade_desk.practice.events import Rejected
from crosstrade_desk.practice.session import Place, Session


class Stand(Enum):
    """Where an account stands in an instrument; the values are the wire tokens."""

    FLAT = "flat"
    LONG = "long"
    SHORT = "short"


def stand(session: Session, at: Place) -> Stand:
    quantity = session.position(at).quantity
    if not quantity:
        return Stand.FLAT
    return Stand.LONG if quantity > 0 else Stand.SHORT


def wrong_position(session: Session, at: Place, wanted: Collection[Stand]) -> Rejected | None:
    """The position is none of those wanted. Source: docs require-market-position."""
    found = stand(session, at)
    if found in wanted:
        return None
    listed = " or ".join(each.value for each in Stand if each in wanted)
    return Rejected(f"Blocked: {at.account} is {found.value} in {at.market.name}, required is {listed}")


def too_many_positions(session: Session, at: Place, most: int) -> Rejected | None:
    """The account holds `most` instruments already and this is not one of them. Source: docs max-positions."""
    held = [p for p in session.positions if p.account == at.account and p.quantity]
    if len(held) < most or session.position(at).quantity:
        return None
    return Rejected(f"Blocked: {at.account} has {len(held)} open positions, allowed are {most}")


def out_of_sync(session: Session, at: Place, previous: Stand) -> Rejected | None:
    """The strategy believes in another position than there is. Source: docs strategy-synchronization."""
    return None if stand(session, at) is previous else Rejected("Position Out of Sync")


class StrategyLocks:
    """Which strategy tag manages which instrument of which account. Source: docs strategy-lock."""

    def __init__(self) -> None:
        self._tags: dict[tuple[str, str], str] = {}

    def blocked(self, session: Session, at: Place, tag: str) -> Rejected | None:
        """Another tag manages the place; an empty one is another. A claim ends when flat without working orders."""
        key = (at.account, at.market.name)
        if _is_idle(session, at):
            self._tags.pop(key, None)
        owner = self._tags.get(key, tag)
        return None if owner == tag else Rejected(f"Trade blocked: {at.market.name} is managed by strategy '{owner}'")

    def claim(self, session: Session, at: Place, tag: str) -> None:
        """Claims the place for the tag of an order about to be placed; too late with a position or orders there."""
        if tag and _is_idle(session, at):
            self._tags[at.account, at.market.name] = tag


def _is_idle(session: Session, at: Place) -> bool:
    return not session.position(at).quantity and not session.working(at)
