"""What the trader usually does: sizes and prices of the entries that were sent, by root. Pure; fed from the journal."""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from crosstrade_desk.protocol.command import Command
from crosstrade_desk.protocol.instrument import Instrument
from crosstrade_desk.protocol.prices import RelativePrice

_REMEMBERED: Final = 50
_ORDERS: Final = 2000  # whose ids are kept in mind
_ENOUGH: Final = 5  # fewer orders are no habit
_ENTRY_PRICES: Final = ("limit_price", "stop_price")
_PRICES: Final = (*_ENTRY_PRICES, "take_profit", "stop_loss", "stop_loss_stop", "stop_loss_limit")


def total_size(command: Command) -> int | None:
    """Contracts over all accounts of a command; None if it names no quantity. One without an account counts once."""
    size = command.contracts
    return None if size is None else size * max(1, len(command.accounts))


def root_of(command: Command) -> str:
    """The root of its instrument, "" if it names none."""
    instrument = command.values.get("instrument")
    return instrument.root if isinstance(instrument, Instrument) else ""


def meets(entry: Command, leaving: Command) -> bool:
    """Whether an exit could close what an entry opens: same accounts and instrument, where the exit names them."""
    here, there = ({name.casefold() for name in command.accounts} for command in (entry, leaving))
    named = leaving.texts.get("instrument")
    return (not there or bool(here & there)) and (not named or named == entry.texts.get("instrument"))


def prices_of(command: Command) -> Mapping[str, Decimal]:
    """Its absolute prices by field, those of the entry first; 0, which keeps a price, is none."""
    found = {name: command.values.get(name) for name in _PRICES}
    return {name: price for name, price in found.items() if isinstance(price, Decimal) and price}


def distances_of(command: Command) -> tuple[RelativePrice, ...]:
    """Its distances from the last price, whatever they are counted in."""
    found = (command.values.get(name) for name in _PRICES)
    return tuple(distance for distance in found if isinstance(distance, RelativePrice))


@dataclass(slots=True)
class History:
    """The habits of one place, practice or live. Forgets nothing but what is long ago. Order ids are members."""

    _sizes: dict[str, deque[int]] = field(default_factory=dict)
    _last_price: dict[str, Decimal] = field(default_factory=dict)
    _placed: dict[str, Command] = field(default_factory=dict)

    def note(self, command: Command) -> None:
        """Notes an entry that was let through."""
        root, size = root_of(command), total_size(command)
        if not command.spec.opens or not root:
            return
        if order := command.texts.get("order_id"):
            self._placed[order] = command
            while len(self._placed) > _ORDERS:
                del self._placed[next(iter(self._placed))]
        if size is not None:
            self._sizes.setdefault(root, deque(maxlen=_REMEMBERED)).append(size)
        for price in list(prices_of(command).values())[:1]:
            self._last_price[root] = price

    def recall(self, former: Iterable[Command]) -> None:
        """Takes in what was sent in former runs, oldest first; what was noted in this run counts as newer."""
        later = History(self._sizes, self._last_price, self._placed)
        self._sizes, self._last_price, self._placed = {}, {}, {}
        for command in former:
            self.note(command)
        for root, sizes in later._sizes.items():
            self._sizes.setdefault(root, deque(maxlen=_REMEMBERED)).extend(sizes)
        self._last_price |= later._last_price
        self._placed |= later._placed

    def __contains__(self, order_id: str) -> bool:
        return order_id in self._placed

    def subject(self, command: Command) -> Command:
        """The order that a command is about: of a change without account and instrument the one that it changes.

        It is the command itself if that order was not sent from here.
        """
        named = command.accounts or "instrument" in command.values
        return command if named else self._placed.get(command.texts.get("order_id", ""), command)

    def usual_size(self, root: str) -> int | None:
        """The usual size in a root, contracts over all accounts; None if there is no habit yet."""
        sizes = self._sizes.get(root, ())
        return sorted(sizes)[(len(sizes) - 1) // 2] if len(sizes) >= _ENOUGH else None  # the lower median

    def last_price(self, root: str) -> Decimal | None:
        """The last absolute price used in a root."""
        return self._last_price.get(root)
