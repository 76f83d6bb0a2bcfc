"""Desk events -> Qt signals, and Qt calls -> owned tasks. The only place where the two meet."""

from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Signal

from crosstrade_desk.desk.arming import Armed, Disarmed
from crosstrade_desk.desk.away import Away
from crosstrade_desk.desk.desk import Desk
from crosstrade_desk.desk.events import Asked, Event, NoPlace, Place, Retrying, RowBegun, RowEnded
from crosstrade_desk.desk.notices import Notice
from crosstrade_desk.desk.tasks import TaskOwner
from crosstrade_desk.sending.outcome import LinkDown, LinkUp
from crosstrade_desk.storage.cuts import Cut

T = TypeVar("T")


class Bridge(QObject):
    """Carries each kind of event as its own signal.

    Signals:
        place: `Place` or `NoPlace`, where messages go from now on.
        link: `LinkUp` or `LinkDown`.
        begun, ended: `RowBegun`, `RowEnded` of one message.
        notice: `Notice`.
        asked: `Asked`, a question about a message.
        retrying: `Retrying`, an exit that has not left yet.
        arm: `Armed` or `Disarmed`, the switch for entries.
        news: `News`, what one read brought, or `Lapsed`: what it brought is not true any more.
        followed: `Followed`, an order that stands otherwise than before, by what was read.
        exited: `Exited`, an exit that is flat or is not, by what was read.
        away: `Away`, the trader is away, or was.
        cut: `Cut`, rows of the journal that were moved into an archive.
    """

    place = Signal(object)
    link = Signal(object)
    begun = Signal(object)
    ended = Signal(object)
    notice = Signal(object)
    asked = Signal(object)
    retrying = Signal(object)
    arm = Signal(object)
    away = Signal(object)
    cut = Signal(object)
    news = Signal(object)
    followed = Signal(object)
    exited = Signal(object)

    def __init__(self, desk: Desk, tasks: TaskOwner) -> None:
        super().__init__()
        self._tasks = tasks
        self.tells_reads = False
        """Whether a fault that comes up now is one of showing what was read."""
        self._signals: dict[type[Event], Callable[[object], None]] = {
            Place: self.place.emit,
            NoPlace: self.place.emit,
            LinkUp: self.link.emit,
            LinkDown: self.link.emit,
            RowBegun: self.begun.emit,
            RowEnded: self.ended.emit,
            Notice: self.notice.emit,
            Asked: self.asked.emit,
            Retrying: self.retrying.emit,
            Armed: self.arm.emit,
            Disarmed: self.arm.emit,
            Away: self.away.emit,
            Cut: self.cut.emit,
        }
        desk.listen(self._on_event)

    def _on_event(self, event: Event) -> None:
        self._signals[type(event)](event)

    async def in_thread(self, work: Callable[..., T], *args: object) -> T:
        """Runs blocking work in a thread."""
        return await self._tasks.in_thread(work, *args)

    def start(self, work: Coroutine[Any, Any, Any], name: str) -> None:
        """Starts an owned task from a slot."""
        self._tasks.start(work, name)
