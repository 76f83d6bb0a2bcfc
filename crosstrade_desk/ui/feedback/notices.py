"""What is told outside of the window: outcomes nobody knows, exits that failed. In the program's own words. Pure."""

from dataclasses import dataclass, field

from crosstrade_desk.desk.flat_watch import Exited
from crosstrade_desk.sending.outcome import Unknown
from crosstrade_desk.storage.rows import Row
from crosstrade_desk.ui.log.alarms import Alarm, Alarms

_LOOK = "It may have been carried out. Look in NinjaTrader before you send again."


@dataclass(frozen=True, slots=True)
class Told:
    """One notice. Nothing of what a server said is in it."""

    title: str
    text: str


@dataclass(slots=True)
class Notices:
    """Gives a notice for each event that wants one."""

    _alarms: Alarms = field(default_factory=Alarms)

    def ended(self, row: Row) -> Told | None:
        """Takes in an outcome."""
        self._alarms.ended(row)
        return self._of_alarm(row) or (_unknown(row) if row.outcome == Unknown.word else None)

    def exited(self, told: Exited) -> Told | None:
        """Takes in what was read after an exit."""
        self._alarms.exited(told)
        return self._of_alarm(told.row)

    def _of_alarm(self, row: Row) -> Told | None:
        standing = self._alarms.current
        return _exit(standing) if standing and standing.row.id == row.id else None


def _exit(alarm: Alarm) -> Told:
    return Told(f"Exit failed ({alarm.row.intent.place})", alarm.headline)


def _unknown(row: Row) -> Told:
    return Told(f"Outcome unknown ({row.intent.place})", f"{row.intent.sentence}. {_LOOK}")
