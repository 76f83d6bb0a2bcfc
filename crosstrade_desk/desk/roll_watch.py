"""Which contracts that presets name are about to roll, in words. Pure."""

from collections import Counter
from collections.abc import Iterable
from datetime import date

from crosstrade_desk.desk.presets import roll_of
from crosstrade_desk.protocol.problems import counted
from crosstrade_desk.storage.presets import Preset


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
