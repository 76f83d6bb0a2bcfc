"""How wide the columns of the log are: as their content needs, the sentence gets the rest. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Need:
    """What one column needs, in pixels: as a rule, and by what stands in it now. `rests`: it takes what is left,
    and `now` is the least that it must have. `goes`: the column is left out where that one would have less."""

    usual: int
    now: int
    rests: bool = False
    goes: bool = False


def shared(needs: Sequence[Need], room: int) -> list[int]:
    """The width of each column, `room` pixels in all.

    Where the one that takes the rest would have less than its usual width, the others give back what is more than
    theirs, the last one first; if that is not enough, those that go are left out, the last one first.
    """
    widths = [0 if need.rests else max(need.usual, need.now) for need in needs]
    missing = sum(need.usual for need in needs if need.rests) - (room - sum(widths))
    for number in reversed(range(len(needs))):
        given = max(0, min(missing, widths[number] - needs[number].usual))
        widths[number] -= given
        missing -= given
    missing = sum(need.now for need in needs if need.rests) - (room - sum(widths))
    for number in reversed(range(len(needs))):
        if missing > 0 and needs[number].goes:
            missing -= widths[number]
            widths[number] = 0
    rest = max(room - sum(widths), 0)
    return [rest if need.rests else width for need, width in zip(needs, widths, strict=True)]
