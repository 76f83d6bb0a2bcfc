"""Whether the market of everything that is in play is closed, so that less has to be read. Pure: times are arguments.

In play are the instrument of the ticket, what is held, and what working orders are for. One that is open, or about
which nothing is known, keeps all awake.
"""

from datetime import date, datetime
from typing import Final

from crosstrade_desk.desk.reading import Known
from crosstrade_desk.protocol.instrument import canonical
from crosstrade_desk.readback.values import MarketInfo, Orders, Positions

_MOST: Final = 4  # instruments besides that of the ticket whose session is read; with more there is no rest


class Sessions:
    """Keeps what is in play besides the ticket's instrument, as it was read last."""

    def __init__(self) -> None:
        self._held: frozenset[str] | None = None
        self._working: dict[str, frozenset[str]] = {}  # by account

    def positions(self, found: Positions, today: date) -> None:
        """Takes in every open position."""
        self._held = frozenset(canonical(one.instrument, today) for one in found.items if one.signed != 0)

    def orders(self, account: str, found: Orders, today: date) -> None:
        """Takes in the orders of an account."""
        names = {one.instrument for one in found.working}
        self._working[account.casefold()] = frozenset(canonical(name, today) for name in names)

    def besides(self, ticket: str) -> tuple[str, ...]:
        """The instruments whose session has to be known besides that of the ticket; none if there are too many."""
        names = self._in_play - {ticket, ""}
        return tuple(sorted(names)) if len(names) <= _MOST else ()

    @property
    def _in_play(self) -> frozenset[str]:
        return (self._held or frozenset()).union(*self._working.values())

    def are_closed(self, known: Known, ticket: str, now: float, at: datetime) -> bool:
        """Whether every market in play is closed at a moment; `now` is the same one in monotonic seconds."""
        if self._held is None or not ticket or len(self._in_play - {ticket, ""}) > _MOST:
            return False
        infos = (known.info(name, now).value for name in (ticket, *self.besides(ticket)))
        return all(info is not None and _is_closed(info, at) for info in infos)


def _is_closed(info: MarketInfo, at: datetime) -> bool:
    """Whether a market is closed, by what was told of it last and the bell that it named."""
    if info.is_open is not False:
        return False
    bells = (bell for bell in (info.begins, info.next_begins) if bell and info.told and bell > info.told)
    bell = min(bells, default=None)
    return bell is None or at < bell
