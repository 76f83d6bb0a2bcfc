"""Composition root of a run without a window: builds the same desk on a plain loop, sends one message, and ends."""

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from crosstrade_desk.desk.calls import carry
from crosstrade_desk.desk.confirming import believed
from crosstrade_desk.desk.connection import Connection
from crosstrade_desk.desk.desk import Desk
from crosstrade_desk.desk.events import Event, Mode, Retrying
from crosstrade_desk.desk.limits import limits_of
from crosstrade_desk.desk.no_journal import NoJournal
from crosstrade_desk.desk.preferences import Preferences
from crosstrade_desk.desk.sealing import Ring
from crosstrade_desk.desk.tasks import TaskOwner
from crosstrade_desk.desk.wishes import BLOCKED, UNKNOWN, Told, Wish
from crosstrade_desk.protocol.endpoint import Endpoint
from crosstrade_desk.protocol.problems import Invalid, counted
from crosstrade_desk.protocol.secret import Secret
from crosstrade_desk.sending.loading import load_sending
from crosstrade_desk.sending.sender import Sender
from crosstrade_desk.storage.folders import Folders
from crosstrade_desk.storage.journal import Journal, open_journal
from crosstrade_desk.storage.keyring_store import KeyringStore
from crosstrade_desk.storage.logfile import MaskingFormatter, open_log
from crosstrade_desk.storage.seals import slot_of
from crosstrade_desk.storage.settings import Settings, load

_LOG: Final = logging.getLogger("crosstrade_desk")
_KEYRING_S: Final = 20.0  # its prompt may be open that long
_GRACE_S: Final = 2.0
_LOOKED_AT: Final = 100  # rows
_NO_WINDOW: Final = (
    "No window runs, and it was on practice, whose exchange runs with the window only: nothing was sent. "
    "For CrossTrade add --live."
)
_NOT_LIVE: Final = "No window runs. An entry that goes to CrossTrade without one needs --live: nothing was sent."
_UNTOLD: Final = "The outcome is not known. Look in NinjaTrader before you send again."
_MEANWHILE: Final = "Another call had the very same sent after this one began: {}"
_HALTED: Final = "The program made a mistake of its own. Entries are off."


def carry_out(found: Folders, wish: Wish, confirmed: tuple[str, ...], remark: Callable[[str], None]) -> Told:
    """Sends a wish to CrossTrade and gives what became of it. Blocks until then; `remark` takes sentences on the way.

    `confirmed` are accounts for which entries are switched on. An exit that another run carried out since the
    wish was called for is not sent once more.
    """
    settings = load(found.config / "settings.toml").settings
    if not wish.live and (settings.mode != Mode.LIVE.value.lower() or not wish.message.command.passes):
        why = _NO_WINDOW if settings.mode != Mode.LIVE.value.lower() else _NOT_LIVE
        return Told(BLOCKED, why, "place", order=wish.message.command.headline)
    with asyncio.Runner() as runner:
        return runner.run(_live(found, settings, wish, confirmed, remark))


async def _live(
    found: Folders,
    settings: Settings,
    wish: Wish,
    confirmed: tuple[str, ...],
    remark: Callable[[str], None],
) -> Told:
    run = _Run(found, settings, remark)
    try:
        return run.done_meanwhile(wish) or await run.send(wish, confirmed)
    finally:
        await run.close()


class _Run:
    """What lives as long as one message does."""

    def __init__(self, found: Folders, settings: Settings, remark: Callable[[str], None]) -> None:
        self._remark, self._settings = remark, settings
        log = open_log(found.logs)
        self._masking: MaskingFormatter | None = None if isinstance(log, Invalid) else log
        self._tasks = TaskOwner(asyncio.get_running_loop(), self._on_bug)
        self._journal = self._opened(open_journal(found.journal))
        self._desk = Desk(self._journal, self._tasks, limits=limits_of(settings))
        self._desk.own_orders.on = settings.own_order_ids
        self._desk.listen(self._on_event)
        self._ring = Ring(KeyringStore(_KEYRING_S), slot_of(found.journal))
        kept = Preferences(None, settings, self._tasks, remark)  # a call changes no setting
        self._connection = Connection(self._desk, KeyringStore(_KEYRING_S), kept, self._make_sender, _no_practice)

    def _opened(self, opened: Journal | Invalid) -> Journal | NoJournal:
        if isinstance(opened, Invalid):
            self._remark(f"{opened.message} Entries will not be sent; exits will.")
            return NoJournal(opened)
        if number := opened.orphans():  # told once, by whoever opens the journal next
            self._remark(
                f"The outcome of {counted(number, 'message')} of a former run is unknown: look in NinjaTrader."
            )
        if opened.notice:
            self._remark(opened.notice)
        return opened

    def done_meanwhile(self, wish: Wish) -> Told | None:
        """The outcome of the very same exit, if another run had it accepted since the call: a key repeats."""
        for row in self._journal.page(0, _LOOKED_AT) if wish.is_harmless and wish.called_us else ():
            intent, ending = row.intent, row.ending
            same = (intent.place, intent.wire) == (Mode.LIVE.value, wish.message.masked)
            if same and intent.at_us >= wish.called_us and ending and ending.outcome == "accepted":
                words = _MEANWHILE.format(ending.sentence)
                return Told(ending.outcome, words, place=intent.place, order=wish.message.command.headline)
        return None

    async def send(self, wish: Wish, confirmed: tuple[str, ...]) -> Told:
        """Connects, and sends once."""
        if not wish.message.command.passes:
            await self._look_at_limits()
        await self._connection.choose(Mode.LIVE)
        if not wish.is_harmless:
            if confirmed:
                self._desk.switch.arm(confirmed)
            await self._desk.take_up()
        said = carry(self._desk, wish)
        if isinstance(said, Told):
            return said
        await asyncio.wait({said}, timeout=wish.outcome_s)
        return said.result() if said.done() else Told(UNKNOWN, _UNTOLD, order=wish.message.command.headline)

    async def _look_at_limits(self) -> None:
        """Holds entries back as a window does. A call confirms nothing: only a window can show what differs."""
        if isinstance(self._journal, Journal):
            self._desk.hold_back(believed(self._journal, await self._ring.asked(), self._settings))

    async def _make_sender(self, endpoint: Endpoint, key: Secret) -> Sender:
        secrets = [key, *map(Secret, endpoint.parts)]
        self._desk.known.add(*secrets)
        if self._masking:
            self._masking.hide(*secrets)
        make, context = await self._tasks.in_thread(load_sending)
        return make(endpoint, key, context, answer_limit_s=self._settings.send_timeout_s)

    def _on_event(self, event: Event) -> None:
        if isinstance(event, Retrying) and event.tries == 1:
            self._remark(f"{event.why} It has not left yet and is tried again for {event.left_s:.0f} s.")

    def _on_bug(self, fault: BaseException) -> None:
        _LOG.error("a fault of the program", exc_info=fault)
        self._desk.halt(_HALTED)

    async def close(self) -> None:
        """Lets the message have its answer and its row."""
        await self._desk.close(self._settings.send_timeout_s + _GRACE_S)
        await self._journal.close()


async def _no_practice() -> Invalid:
    return Invalid("The practice exchange runs with the window only.")
