"""What a bracket puts at stake: the distance of stop and target from the entry, in ticks and money."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final, assert_never

from crosstrade_desk.protocol.command import Command
from crosstrade_desk.protocol.contracts import Contract
from crosstrade_desk.protocol.fields import Value
from crosstrade_desk.protocol.price_rules import contract_of, entry_price
from crosstrade_desk.protocol.prices import RelativePrice, Unit


@dataclass(frozen=True, slots=True)
class Leg:
    """One exit: its distance from the entry in ticks, and what that is worth over all contracts of the message."""

    ticks: Decimal
    money: Decimal


@dataclass(frozen=True, slots=True)
class Stakes:
    """Risk and reward of a bracket. None: not given, or not to be told before the entry is filled.

    `from_fill`: they are counted from wherever the entry is filled, at worst.
    """

    risk: Leg | None
    reward: Leg | None
    currency: str
    contracts: int
    from_fill: bool

    @property
    def text(self) -> str:
        """One line: `Risk 20 ticks = 50.00 USD, reward 40 ticks = 100.00 USD, for 2 contracts`."""
        legs = [_said(word, leg, self.currency) for word, leg in (("risk", self.risk), ("reward", self.reward)) if leg]
        size = [f"for {self.contracts} contracts"] if self.contracts > 1 else []
        line = ", ".join([*legs, *size])
        return line[:1].upper() + line[1:] + (", from the fill" if self.from_fill else "")


def _said(word: str, leg: Leg, currency: str) -> str:
    ticks = f"{leg.ticks.quantize(Decimal('0.1')).normalize():f}"
    return f"{word} {ticks} {'tick' if ticks == '1' else 'ticks'} = {leg.money:,.2f} {currency}"


_STOPS: Final = ("stop_loss", "stop_loss_stop", "stop_loss_limit")


def stakes(command: Command) -> Stakes | None:
    """Gives risk and reward over all accounts, or None where neither can be told from the message itself."""
    contract, qty = contract_of(command.values), command.values.get("qty")
    if contract is None or not isinstance(qty, int) or "order_type" not in command.values:
        return None
    number = qty * max(1, len(command.accounts))
    entry = entry_price(command.values, worst=True)
    stop = next((command.values[name] for name in _STOPS if name in command.values), None)
    target = command.values.get("take_profit")
    risk, reward = _leg(stop, entry, contract, number), _leg(target, entry, contract, number)
    from_fill = isinstance(stop, RelativePrice) or isinstance(target, RelativePrice)
    return Stakes(risk, reward, contract.currency, number, from_fill) if risk or reward else None


def _leg(price: Value | None, entry: Decimal | None, contract: Contract, number: int) -> Leg | None:
    points = _points(price, entry, contract)
    return None if points is None else Leg(points / contract.tick, points * contract.point_value * number)


def _points(price: Value | None, entry: Decimal | None, contract: Contract) -> Decimal | None:
    if isinstance(price, RelativePrice):
        return points_of(price, entry, contract)
    return abs(price - entry) if isinstance(price, Decimal) and entry is not None else None


def points_of(price: RelativePrice, entry: Decimal | None, contract: Contract | None) -> Decimal | None:
    """How long a distance from `entry` is in points, never negative; None where what it is counted in is not known."""
    amount = abs(price.amount)
    match price.unit:
        case Unit.TICKS:
            return None if contract is None else amount * contract.tick
        case Unit.POINTS:
            return amount
        case Unit.DOLLARS:
            return None if contract is None else amount / contract.point_value
        case Unit.PERCENT:
            return None if entry is None else entry * amount / 100
        case unreachable:
            assert_never(unreachable)
