"""When the contracts that presets name roll, and to which; pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from crosstrade_desk.protocol.contracts import contracts, front_month, last_trading_day, roll_day
from crosstrade_desk.protocol.instrument import (
    MONTH_NAMES,
    Instrument,
    Notation,
    contract_month,
    parse_instrument,
    written,
)
from crosstrade_desk.protocol.problems import Invalid, counted
from crosstrade_desk.storage.presets import Preset

_SOON: Final = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Roll:
    """A contract that most people leave soon, or have left. `on` is the first day of the next one."""

    instrument: str
    next: str
    on: date
    is_over: bool

    @property
    def short(self) -> str:
        """What happens and when, such as `MES 12-26 rolls on 14 Dec`."""
        when = "expired" if self.is_over else f"rolls on {self.on.day} {MONTH_NAMES[self.on.month - 1].capitalize()}"
        return f"{self.instrument} {when}"

    @property
    def sentence(self) -> str:
        return f"{self.short}: most people trade {self.next} then."


def roll_of(preset: Preset, today: date) -> Roll | None:
    """The roll of the contract that a preset names with its month, if it is near or over; else None."""
    found = parse_instrument(preset.fields.get("instrument", ""))
    if preset.front_month or isinstance(found, Invalid) or found.month is None:
        return None
    contract, month = contracts().get(found.root), contract_month(found, today)
    if contract is None or month is None or today < roll_day(contract, *month) - _SOON:
        return None
    ahead = max(today, roll_day(contract, *month))
    following = front_month(contract, ahead)
    if following == month:
        return None
    name = _like(found, *following)
    return Roll(found.text, name.text, roll_day(contract, *month), today > last_trading_day(contract, *month))


def _like(found: Instrument, year: int, month: int) -> Instrument:
    """Another month of the same root, written the same way."""
    if found.notation is Notation.MONTH_LETTER:
        digits = len(found.year or "26")
        return written(found.root, year, month, Notation.MONTH_LETTER, 1 if digits == 1 else 4 if digits == 4 else 2)
    return written(found.root, year, month, Notation.MONTH_NUMBER)


def rolled(preset: Preset, today: date) -> Preset:
    """The preset with the next contract, if its own rolls; else itself."""
    roll = roll_of(preset, today)
    return replace(preset, fields={**preset.fields, "instrument": roll.next}) if roll else preset


def watch(presets: Iterable[Preset], today: date) -> tuple[int, tuple[str, ...]]:
    """How many presets roll, and a sentence for each contract, such as `MES 12-26 rolls on 14 Dec: 4 presets`.

    Each instrument is looked at once, however many presets name it.
    """
    named = [preset for preset in presets if not preset.front_month and preset.fields.get("instrument")]
    numbers = Counter(preset.fields["instrument"] for preset in named)
    examples = {preset.fields["instrument"]: preset for preset in named}
    rolls = {text: roll for text, preset in examples.items() if (roll := roll_of(preset, today))}
    return sum(numbers[text] for text in rolls), tuple(
        f"{roll.short}: {counted(numbers[text], 'preset')}" for text, roll in rolls.items()
    )
