"""When the journal is sealed, in which order with the keyring, and that a keyring that fails stops nothing."""

import asyncio
from dataclasses import dataclass, field

import pytest

from crosstrade_desk.desk import sealing
from crosstrade_desk.desk.events import Event, Mode, Place
from crosstrade_desk.desk.notices import Notice
from crosstrade_desk.desk.sealing import Ring, Sealing
from crosstrade_desk.desk.tasks import TaskOwner
from crosstrade_desk.protocol.problems import Invalid
from crosstrade_desk.protocol.secret import Secret
from crosstrade_desk.storage.findings import Broken
from crosstrade_desk.storage.seals import Kept, Seal, kept_of
from crosstrade_desk.storage.secrets import Absent, Found, Locked, NotAnswering, Present, Slot, Stored, Written

pytestmark = pytest.mark.anyio
FITS = Kept.fresh().vouching("limits")
SLOT = Slot("journal seal 1")
LIVE = Place(Mode.LIVE, "https://app.crosstrade.io/v1/send/••••/••••")
PRACTICE = Place(Mode.PRACTICE, "http://127.0.0.1/")


@dataclass
class Chain:
    """A journal that grows by one link each time it is sealed; `order` is what happened to it and to the keyring."""

    order: list[str] = field(default_factory=list)
    lost: bool = False
    fault: Invalid | None = None
    links: int = 0

    def missed(self, kept: Kept) -> Broken | None:
        return Broken(4, "The journal is not the one that was sealed.") if self.lost and kept.seals else None

    async def seal(self, kept: Kept, at_us: int) -> Seal | Invalid | None:
        self.order.append("sealed")
        self.links += 1
        return self.fault or Seal(self.links, self.links, b"d", at_us, kept.mac(self.links, self.links, b"d", at_us))

    def sync(self) -> None:
        self.order.append("synced")


class Witness:
    """Believes what the journal says unless it has lost a seal, and says what was confirmed."""

    def __init__(self, chain: Chain) -> None:
        self.chain = chain
        self.told: list[object] = []

    def wait(self) -> None:
        self.told.append("wait")

    def judge(self, asked: Kept | Invalid | None) -> str | None:
        self.told.append(asked)
        return None if self.chain.lost or isinstance(asked, Invalid) else "limits"


class Store:
    """A keyring with one entry."""

    def __init__(self, order: list[str], found: Found, written: Written) -> None:
        self.order, self.found, self.written = order, found, written

    async def read(self, entry: Slot) -> Found:
        assert entry == SLOT
        self.order.append("read")
        return self.found

    async def write(self, entry: Slot, secret: Secret) -> Written:
        self.order.append("kept")
        if isinstance(self.written, Stored):
            self.found = Present(secret)
        return self.written

    @property
    def kept(self) -> Kept:
        assert isinstance(self.found, Present)
        kept = kept_of(self.found.secret)
        assert isinstance(kept, Kept)
        return kept


class Table:
    def __init__(self, found: Found | None = None, written: Written | None = None, chain: Chain | None = None) -> None:
        self.chain = chain or Chain()
        self.ring = Store(self.chain.order, found or Absent(), written or Stored())
        self.witness = Witness(self.chain)
        self.bugs: list[BaseException] = []
        self.told: list[Event] = []
        self.tasks = TaskOwner(asyncio.get_running_loop(), self.bugs.append)
        self.sealing = Sealing(self.chain, Ring(self.ring, SLOT), self.tasks, self.told.append, lambda: 7, self.witness)

    async def until(self, count: int) -> None:
        async with asyncio.timeout(5):
            while len(self.chain.order) < count:
                await asyncio.sleep(0)

    async def settle(self) -> None:
        """Lets everything run that can."""
        for _ in range(20):
            await asyncio.sleep(0)

    async def end(self) -> None:
        await self.tasks.close(0)
        await self.sealing.close()
        assert self.bugs == []


async def test_a_run_that_only_practises_leaves_the_keyring_alone() -> None:
    table = Table()
    table.sealing.on_event(PRACTICE)
    await asyncio.sleep(0)
    await table.end()
    assert table.chain.order == []


async def test_a_key_is_kept_before_it_seals_and_the_disk_has_a_seal_before_the_keyring() -> None:
    table = Table()
    table.sealing.on_event(LIVE)
    table.sealing.on_event(LIVE)
    await table.until(5)
    assert table.chain.order == ["read", "kept", "sealed", "synced", "kept"]
    await table.end()
    assert table.chain.order[5:] == ["sealed", "synced", "kept"]
    assert [seal.link for seal in table.ring.kept.seals] == [2]
    assert table.told == []


async def test_it_is_sealed_again_every_so_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "EVERY_S", 0)
    table = Table(Present(FITS.secret()))
    table.sealing.on_event(LIVE)
    await table.until(1 + 3 * 3)
    await table.end()
    assert table.chain.order[:7] == ["read", "sealed", "synced", "kept", "sealed", "synced", "kept"]


async def test_a_journal_that_lost_a_seal_is_sealed_anew_only_after_keep_and_the_lost_one_stays_in_the_keyring() -> (
    None
):
    former = FITS.after(Seal(9, 4, b"d", 1_764_000_000_000_000, b"m"), stood=True)
    table = Table(Present(former.secret()), chain=Chain(lost=True))
    table.sealing.on_event(LIVE)
    await table.until(1)
    await table.settle()
    assert table.chain.order == ["read"]
    await table.sealing.keep("other limits")
    assert table.chain.order == ["read", "read", "kept", "sealed", "synced", "kept"]
    assert table.ring.kept.vouches("other limits")
    assert [seal.link for seal in table.ring.kept.seals] == [9, 1]
    await table.end()


async def test_the_witness_waits_before_the_keyring_is_asked_and_hears_what_it_said() -> None:
    table = Table(Present(FITS.secret()))
    table.sealing.on_event(LIVE)
    assert table.witness.told == ["wait"]
    await table.until(4)
    assert table.witness.told == ["wait", FITS]
    await table.end()


async def test_limits_that_are_kept_while_practising_are_vouched_for_and_nothing_is_sealed() -> None:
    table = Table(Present(FITS.secret()))
    table.sealing.on_event(PRACTICE)
    await table.sealing.keep("other limits")
    await table.end()
    assert table.ring.kept == FITS.vouching("other limits")
    assert table.chain.order == ["read", "kept"]


@pytest.mark.parametrize(
    ("found", "written", "done"),
    [
        (Locked(), Stored(), ["read"]),
        (Present(Secret("x")), Stored(), ["read"]),
        (Absent(), NotAnswering("It does not answer."), ["read", "kept"]),
        (Present(FITS.secret()), Locked(), ["read", "sealed", "synced", "kept"]),
    ],
)
async def test_without_a_keyring_it_goes_on_without_seals_and_says_so(
    found: Found, written: Written, done: list[str]
) -> None:
    table = Table(found, written)
    table.sealing.on_event(LIVE)
    await table.until(len(done))
    await asyncio.sleep(0)
    await table.end()
    assert table.chain.order == done
    (told,) = table.told
    assert isinstance(told, Notice)
    assert told.text.startswith("The journal goes on without seals: ")


async def test_a_journal_that_takes_no_seal_says_so() -> None:
    table = Table(chain=Chain(fault=Invalid("The disk is full.")))
    table.sealing.on_event(LIVE)
    await table.until(3)
    await asyncio.sleep(0)
    await table.end()
    (told,) = table.told
    assert isinstance(told, Notice)
    assert "The disk is full." in told.text
