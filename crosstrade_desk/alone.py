"""Composition root of a run without a window: builds the same desk on a plain loop, sends one message, and ends."""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from crosstrade_desk.desk.calls import carry
from crosstrade_desk.desk.confirming import believed, trouble
from crosstrade_desk.desk.connection import Connection
from crosstrade_desk.desk.desk import Desk
from crosstrade_desk.desk.events import Event, Mode, NoPlace, Retrying
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
from crosstrade_desk.storage.seals import Kept, Seal, slot_of
from crosstrade_desk.storage.settings import Settings
from crosstrade_desk.storage.settings_file import load

_LOG: Final = logging.getLogger("crosstrade_desk")
_KEYRING_S: Final = 20.0  # its prompt may be open that long
_GRACE_S: Final = 2.0
SEAL_S: Final = 2.0
_LOOKED_AT: Final = 100  # rows
_NO_WINDOW: Final = (
    "No window runs, and it was on practice, whose exchange runs with the window only: nothing was sent. "
    "For CrossTrade add --live."
)
_NOT_LIVE: Final = "No window runs. An entry that goes to CrossTrade without one needs --live: nothing was sent."
_NO_KEY: Final = (
    "Nothing was sent. Open the window, look at Connection, and call again; to get out now, use NinjaTrader."
)
_UNTOLD: Final = "The outcome is not known. Look in NinjaTrader before you send again."
_MEANWHILE: Final = "Another call had the very same sent after this one began: {}"
_HALTED: Final = "The program made a mistake of its own. Entries are off."


def carry_out(
    found: Folders,
    wish: Wish,
    confirmed: tuple[str, ...],
    remark: Callable[[str], None],
    ended: Callable[[Told], None] | None = None,
) -> Told:
    """Sends a wish to CrossTrade and gives what became of it. Blocks until then; `remark` takes sentences on the way.

    `confirmed` are accounts for which entries are switched on. An exit that another run carried out since the
    wish was called for is not sent once more. `ended` gets the outcome first: the rows are sealed after that, which
    takes 2 s at most. Without it nothing is sealed.
    """
    settings = load(found.config / "settings.toml").settings
    if not wish.live and (settings.mode != Mode.LIVE.value.lower() or not wish.message.command.passes):
        why = _NO_WINDOW if settings.mode != Mode.LIVE.value.lower() else _NOT_LIVE
        return Told(BLOCKED, why, "place", order=wish.message.command.headline)
    with asyncio.Runner() as runner:
        return runner.run(_live(lambda: _Run(found, settings, remark), wish, confirmed, ended))


async def _live(
    begin: Callable[[], "_Run"], wish: Wish, confirmed: tuple[str, ...], ended: Callable[[Told], None] | None
) -> Told:
    run = begin()
    try:
        try:
            told = run.done_meanwhile(wish) or await run.send(wish, confirmed)
        finally:
            await run.rest()
        if ended:
            ended(told)
            await run.seal()
        return told
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
            where = self._desk.where  # its ways on are those of a window
            return replace(said, sentence=f"{where.sentence} {_NO_KEY}") if isinstance(where, NoPlace) else said
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

    async def rest(self) -> None:
        """Lets the message have its answer and its row."""
        await self._desk.close(self._settings.send_timeout_s + _GRACE_S)

    async def seal(self) -> None:
        """Seals what this run wrote. Whatever keeps it from that changes nothing: the next seal has it too."""
        try:
            async with asyncio.timeout(SEAL_S):
                await self._seal()
        except TimeoutError:
            _LOG.info("not sealed: the keyring took too long")
        except Exception:  # noqa: BLE001 - the outcome is told: no fault may change it
            _LOG.exception("a fault while sealing")

    async def _seal(self) -> None:
        """With the key that a window made: a new one would vouch for limits that nobody confirmed."""
        journal, asked = self._journal, await self._ring.asked()
        if not isinstance(journal, Journal) or not isinstance(asked, Kept):
            return
        if trouble(journal, journal.confirmed(), asked):
            return  # not before the trader has looked at it
        seal = await journal.seal(asked, time.time_ns() // 1000)
        if isinstance(seal, Seal):
            await self._tasks.in_thread(journal.sync)
            if await self._ring.asked() == asked:  # else a window that was started meanwhile has written it
                await self._ring.write(asked.after(seal, stood=True))

    async def close(self) -> None:
        """Lets go of the journal."""
        await self._journal.close()


async def _no_practice() -> Invalid:
    return Invalid("The practice exchange runs with the window only.")
