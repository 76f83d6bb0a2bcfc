"""The trader is away: entries that cost money fall back, getting out does not."""

import asyncio

import pytest

from crosstrade_desk.desk import switch as module
from crosstrade_desk.desk.arming import IDLE, Armed, Disarmed
from crosstrade_desk.desk.attempts import Blocked, Go
from crosstrade_desk.desk.away import GAP_S, Away, Clocks, slept
from crosstrade_desk.desk.events import Mode, Place
from crosstrade_desk.desk.notices import Level, Notice
from support.desks import YES, Bench, Wire

LIVE = Place(Mode.LIVE, "https://app.crosstrade.io/v1/send/••••/••••")
ACCOUNT = "U1234567"


@pytest.mark.parametrize(
    ("wall", "monotonic", "found"),
    [
        (1, 1, False),
        (GAP_S, GAP_S, False),
        (GAP_S + 0.1, 1, True),  # Linux, macOS: only the wall's clock went on
        (GAP_S + 0.1, GAP_S + 0.1, True),  # Windows, or a program that was stopped
        (1, GAP_S + 0.1, True),
        (-3600, GAP_S + 0.1, True),  # the clock on the wall was put back while it slept
        (8 * 3600, 1, True),
        (-3600, 1, False),
        (0, 0, False),
    ],
)
def test_a_gap_in_either_clock_is_sleep(wall: float, monotonic: float, found: bool) -> None:
    before = Clocks(1_790_000_000.0, 4000.0)
    assert slept(before, Clocks(before.wall + wall, before.monotonic + monotonic)) == found


def armed() -> Bench:
    """A bench on CrossTrade, with entries on for a real account."""
    bench = Bench(Wire(YES))
    bench.desk.connect(LIVE, bench.wire)
    bench.time.now += 1
    bench.desk.switch.arm((ACCOUNT,))
    assert isinstance(bench.desk.switch.state, Armed)
    return bench


def blocked(bench: Bench) -> str:
    """The sentence that blocks an entry; "" if it goes."""
    decision = bench.desk.send(bench.message("PLACE", account=ACCOUNT))
    return decision.sentence if isinstance(decision, Blocked) and decision.rule == "armed" else ""


@pytest.mark.anyio
@pytest.mark.parametrize("how", list(Away))
async def test_entries_go_off_are_told_and_exits_pass(how: Away) -> None:
    bench = armed()
    bench.desk.switch.away(how)
    assert bench.told[-2:] == [Disarmed(how.value), Notice(Level.WARNING, how.value, "entries")]
    assert blocked(bench).startswith(how.value)
    assert bench.desk.send(bench.message("FLATTEN", account=ACCOUNT)) == Go()
    await bench.until_carried(1)
    assert [message.command.spec.token for message in bench.wire.carried] == ["FLATTEN"]


@pytest.mark.anyio
@pytest.mark.parametrize(("accounts", "leaves"), [(("Sim102",), False), ((ACCOUNT, "Sim102"), True)])
async def test_an_entry_that_has_not_left_is_called_back_when_entries_go_on_for_other_accounts(
    accounts: tuple[str, ...], leaves: bool
) -> None:
    bench = armed()
    assert bench.desk.send(bench.message("PLACE", account=ACCOUNT)) == Go()
    bench.desk.switch.arm(accounts)
    await bench.until(1)
    assert bool(bench.wire.carried) == leaves


@pytest.mark.anyio
async def test_switched_on_again_entries_go() -> None:
    bench = armed()
    bench.desk.switch.away(Away.LOCKED)
    bench.desk.switch.arm((ACCOUNT,))
    assert not blocked(bench)
    await bench.until_carried(1)


@pytest.mark.anyio
async def test_practice_costs_nothing_and_goes_on() -> None:
    bench = Bench(Wire(YES))
    bench.connect()
    told = len(bench.told)
    bench.desk.switch.away(Away.LOCKED)
    assert isinstance(bench.desk.switch.state, Armed)
    assert bench.told[told:] == [Away.LOCKED]


@pytest.mark.anyio
async def test_what_is_off_stays_off_for_its_own_reason() -> None:
    bench = armed()
    bench.desk.switch.disarm("You switched them off.")
    told = len(bench.told)
    bench.desk.switch.away(Away.SLEPT)
    assert bench.desk.switch.state == Disarmed("You switched them off.")
    assert bench.told[told:] == [Away.SLEPT]
    bench = armed()
    bench.time.now += 901
    bench.desk.switch.away(Away.SLEPT)
    assert bench.desk.switch.state == Disarmed(IDLE)


@pytest.mark.anyio
async def test_a_press_that_comes_before_the_first_tick_after_waking_is_blocked() -> None:
    bench = armed()
    bench.time.wall_us += 3_600_000_000
    assert blocked(bench).startswith(Away.SLEPT.value)


@pytest.mark.anyio
async def test_the_watch_finds_sleep_without_a_press(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "WATCH_EVERY_S", 0.001)
    bench = armed()
    for _ in range(20):
        bench.time.wall_us += 14_000_000
        bench.time.now += 14
        seen = bench.desk.switch._looked
        async with asyncio.timeout(5):
            while bench.desk.switch._looked == seen:
                await asyncio.sleep(0)
    assert isinstance(bench.desk.switch.state, Armed), "a busy computer is not asleep"
    bench.time.wall_us += 16_000_000
    async with asyncio.timeout(5):
        while Notice(Level.WARNING, Away.SLEPT.value, "entries") not in bench.told:
            await asyncio.sleep(0)
    assert bench.desk.switch.state == Disarmed(Away.SLEPT.value)
    await bench.tasks.close(0)


@pytest.mark.anyio
async def test_sleep_before_entries_were_switched_on_does_not_count() -> None:
    bench = Bench(Wire(YES))
    bench.desk.connect(LIVE, bench.wire)
    bench.time.wall_us += 3_600_000_000
    bench.time.now += 3600
    bench.desk.switch.arm((ACCOUNT,))
    assert not blocked(bench)
    await bench.until_carried(1)
