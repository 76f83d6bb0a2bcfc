"""What became of the messages of the log by what was read: a word or two for the row, all of it for its details. Pure.

It is known in this run only: the journal keeps what was sent and answered, not what was seen of it.
"""

from typing import Final

from crosstrade_desk.desk.flat_watch import Exited, Way
from crosstrade_desk.desk.stages import Followed, Stage
from crosstrade_desk.ui.reading.columns import average

_MOST: Final = 2000  # rows
_TONES: Final = {
    Stage.SENT: "muted",
    Stage.ANSWERED: "muted",
    Stage.UNREAD: "warn",
    Stage.UNCONFIRMED: "warn",
    Stage.SEEN: "text",
    Stage.WORKING: "text",
    Stage.PART_FILLED: "text",
    Stage.FILLED: "good",
    Stage.CANCELLED: "muted",
    Stage.REJECTED: "bad",
    Way.WATCHED: "muted",
    Way.FLAT: "good",
    Way.OPEN: "bad",
    Way.UNREAD: "warn",
}
_WORST: Final = ("bad", "warn", "text", "muted", "good")  # of several accounts the first of these shows


class Became:
    """By row: its orders, one an account, or its exit."""

    def __init__(self) -> None:
        self._orders: dict[int, dict[str, Followed]] = {}
        self._exits: dict[int, Exited] = {}

    def take(self, told: Followed | Exited) -> int:
        """Notes how one order or exit stands now. Gives its row."""
        if isinstance(told, Exited):
            self._exits[told.row.id] = told
            _forget(self._exits)
            return told.row.id
        self._orders.setdefault(told.row, {})[told.subject.account.casefold()] = told
        _forget(self._orders)
        return told.row

    def word(self, row: int) -> str:
        """What stands in the row: `filled 2 @ 6412.25`, or of several accounts `1 filled, 2 working`."""
        if exit_ := self._exits.get(row):
            return exit_.way.value
        orders = list(self._orders.get(row, {}).values())
        if len(orders) == 1:
            return _said(orders[0])
        stages = [one.stage for one in orders]
        return ", ".join(f"{stages.count(stage)} {stage.value}" for stage in dict.fromkeys(stages))

    def tone(self, row: int) -> str:
        """The colour role of the word."""
        exit_ = self._exits.get(row)
        ways = [exit_.way] if exit_ else [one.stage for one in self._orders.get(row, {}).values()]
        return min((_TONES[way] for way in ways), key=_WORST.index, default="text")

    def details(self, row: int) -> list[str]:
        """All of it, a line for each account, and what there is to do about it."""
        if exit_ := self._exits.get(row):
            return [f"Read back: {exit_.way.value}", *filter(None, [exit_.why])]
        orders = list(self._orders.get(row, {}).values())
        lines = [f"{one.subject.account}: {_said(one)}" for one in orders]
        whys = dict.fromkeys(one.why for one in orders if one.why)
        return [f"Read back: {'; '.join(lines)}", *whys] if lines else []


def _said(one: Followed) -> str:
    if not one.filled:
        return one.stage.value
    size = str(one.filled) if one.filled >= one.quantity else f"{one.filled} of {one.quantity}"
    at = average(one.average, one.subject.instrument)  # as under Positions
    return f"{one.stage.value} {size}{at and f' @ {at}'}"


def _forget(kept: dict[int, object] | dict[int, dict[str, Followed]] | dict[int, Exited]) -> None:
    while len(kept) > _MOST:
        del kept[next(iter(kept))]
