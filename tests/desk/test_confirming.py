"""Limits that another hand changed: entries to CrossTrade wait until the trader has confirmed them."""

from dataclasses import dataclass, field, replace

import pytest

from crosstrade_desk.desk.arming import Armed, Disarmed
from crosstrade_desk.desk.attempts import Blocked, Go
from crosstrade_desk.desk.confirming import Confirming, doubts
from crosstrade_desk.desk.events import Mode, Place
from crosstrade_desk.desk.notices import Notice
from crosstrade_desk.desk.preferences import Preferences
from crosstrade_desk.protocol.problems import Invalid
from crosstrade_desk.storage.confirmed import SAFE, as_text, from_text, values_of
from crosstrade_desk.storage.seals import Kept
from crosstrade_desk.storage.settings import Settings
from support.desks import YES, Bench, Wire

pytestmark = pytest.mark.anyio
LIVE = Place(Mode.LIVE, "https://app.crosstrade.io/v1/send/••••/••••")
KEPT = Settings(most_funded=2, trusted_host="a.example")
OTHER = replace(KEPT, most_funded=50, simulation_accounts=("Sim#", "APEX*"))
SAID = (
    "settings.toml was changed outside the program: Most on funded accounts 2 → 50; "
    "Simulation Sim#, Playback#, Demo# → Sim#, APEX*. "
    "Entries to CrossTrade are off until you look at them and press Keep in Limits."
)


@dataclass
class Chain:
    """Where what was confirmed is kept."""

    kept: str | Invalid | None = None
    fault: Invalid | None = None
    written: list[str] = field(default_factory=list)

    notice: str = ""

    def has_seals(self) -> bool:
        return False

    def missed(self, kept: Kept) -> None:
        """It fits every seal."""

    def confirmed(self) -> str | Invalid | None:
        return self.kept

    async def confirm(self, at_us: int, settings: str) -> Invalid | None:
        self.written.append(settings)
        return self.fault


class Started:
    """A desk on CrossTrade, started with these settings after those in the chain were confirmed."""

    def __init__(self, now: Settings, kept: str | Invalid | None, fault: Invalid | None = None) -> None:
        self.chain = Chain(kept, fault)
        self.bench = Bench(Wire(YES))
        self.desk = self.bench.desk
        self.preferences = Preferences(None, now, self.bench.tasks, self.bench.bugs.append)  # type: ignore[arg-type]
        Confirming(self.chain, self.preferences, self.desk, self.bench.tasks, lambda: 7).start()
        self.go(LIVE)

    def go(self, place: Place) -> None:
        self.desk.connect(place, self.bench.wire)
        self.bench.time.now += 1

    async def end(self) -> None:
        await self.desk.close(1)
        assert self.bench.bugs == []


def text(settings: Settings) -> str:
    return as_text(values_of(settings))


async def test_the_first_start_ever_takes_the_limits_as_they_are_and_says_nothing() -> None:
    started = Started(KEPT, None)
    assert started.desk.unconfirmed == ""
    assert started.bench.of(Notice) == []
    await started.end()
    assert started.chain.written == [text(KEPT)]


async def test_limits_as_they_were_confirmed_are_not_asked_about_nor_written_again() -> None:
    started = Started(KEPT, text(KEPT))
    started.desk.switch.arm(("APEX-1",))
    assert isinstance(started.desk.switch.state, Armed)
    await started.end()
    assert started.chain.written == []


async def test_limits_that_another_hand_changed_are_named_and_the_switch_stays_off() -> None:
    started = Started(OTHER, text(KEPT))
    assert started.desk.unconfirmed == SAID
    started.desk.switch.arm(("APEX-1",))
    assert started.desk.switch.state == Disarmed(SAID, tripped=True)
    await started.end()
    assert started.chain.written == []


@pytest.mark.parametrize("account", ["APEX-1", "Sim101"])
async def test_no_entry_to_crosstrade_leaves_meanwhile_not_even_one_that_is_called_simulation(account: str) -> None:
    started = Started(OTHER, text(KEPT))
    assert started.desk.send(started.bench.message("PLACE", account=account)) == Blocked("settings", SAID)
    await started.end()
    assert started.bench.wire.carried == []


async def test_exits_and_practice_pass_meanwhile() -> None:
    started = Started(OTHER, text(KEPT))
    assert started.desk.send(started.bench.message("FLATTEN")) == Go()
    started.go(Place(Mode.PRACTICE, "http://127.0.0.1/"))
    assert isinstance(started.desk.switch.state, Armed)
    assert started.desk.send(started.bench.message("PLACE")) == Go()
    await started.end()


async def test_a_change_in_the_program_confirms_what_it_sets_and_nothing_else() -> None:
    started = Started(OTHER, text(KEPT))
    started.preferences.change(trusted_host="b.example", window=(0, 0, 5, 5))
    assert started.desk.unconfirmed == SAID
    started.desk.switch.arm(("MY-7",))
    started.preferences.change(**{name: getattr(started.preferences.current, name) for name in SAFE})
    assert started.desk.unconfirmed == ""
    assert isinstance(started.desk.switch.state, Disarmed)
    started.desk.switch.arm(("MY-7",))
    assert isinstance(started.desk.switch.state, Armed)
    await started.end()
    assert started.chain.written == [
        text(replace(KEPT, trusted_host="b.example")),
        text(replace(OTHER, trusted_host="b.example")),
    ]


@pytest.mark.parametrize("kept", [Invalid("The disk did not take it."), "[]", "{", "[" * 10_000])
async def test_what_cannot_be_read_has_to_be_confirmed_as_a_whole(kept: str | Invalid) -> None:
    started = Started(KEPT, kept)
    started.preferences.change(trusted_host="b.example")
    assert started.desk.unconfirmed.endswith("press Keep in Limits.")
    started.preferences.change(**{name: getattr(started.preferences.current, name) for name in SAFE})
    assert started.desk.unconfirmed == ""
    await started.end()


async def test_a_journal_that_takes_no_confirmation_says_so() -> None:
    started = Started(KEPT, None, Invalid("The disk is full."))
    await started.end()
    (told,) = started.bench.of(Notice)
    assert isinstance(told, Notice)
    assert "The disk is full." in told.text


def test_a_setting_that_a_former_version_did_not_know_is_held_against_its_usual_value() -> None:
    kept = text(KEPT).replace('"burst":3,', "")
    assert doubts(kept, KEPT) == ""
    assert "Burst 3 → 9" in doubts(kept, replace(KEPT, burst=9))


@pytest.mark.parametrize(("value", "shown"), [("x" * 200, "x" * 80 + "…"), ("", "none"), ("\x1b[2J", r"\x1b[2J")])
def test_a_value_of_another_hand_is_shown_short_and_printable(value: str, shown: str) -> None:
    said = doubts(text(KEPT), replace(KEPT, trusted_host=value))
    assert f"Trusted host a.example → {shown}." in said


def test_every_limit_and_the_trusted_host_are_held() -> None:
    found = from_text(text(KEPT))
    assert isinstance(found, dict)
    assert {"most_live", "off_at", "funded_accounts", "trusted_host", "idle_minutes", "most_by_root"} <= found.keys()


async def test_another_sound_is_no_danger_and_is_not_asked_about() -> None:
    started = Started(replace(KEPT, sound_sent=False, tray=False), text(KEPT))
    assert started.desk.unconfirmed == ""
    await started.end()
