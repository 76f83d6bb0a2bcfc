"""The ways out at the desk: repeated only while they surely never left, and panic in its order."""

import asyncio
from collections.abc import Callable, Iterable

import pytest

from crosstrade_desk.desk import carrier, panic
from crosstrade_desk.desk.arming import Armed, Disarmed
from crosstrade_desk.desk.attempts import Blocked, Go
from crosstrade_desk.desk.events import Mode, NoPlace, Retrying, RowEnded
from crosstrade_desk.desk.notices import Notice
from crosstrade_desk.protocol.message import Message
from crosstrade_desk.protocol.problems import Invalid
from crosstrade_desk.sending.outcome import Accepted, Answer, NotSent, Outcome, Refused, Unknown
from crosstrade_desk.storage.rows import Intent
from support.desks import HERE, YES, Bench, Book, Wire

pytestmark = pytest.mark.anyio
NOBODY = NotSent("Nobody answers there.")
NO = Refused("No.", Answer(200, '{"success": false}'))
PERHAPS = Accepted("It said neither yes nor no.", Answer(200, "{}"), verdict=False)


class Script(Wire):
    """Answers one outcome after the other, the last one for all that follow. `cost` passes with each."""

    def __init__(self, outcomes: Iterable[Outcome]) -> None:
        super().__init__()
        self.outcomes = list(outcomes)
        self.cost: Callable[[], None] = lambda: None

    async def send(self, message: Message, on_left: Callable[[], None]) -> Outcome:
        self.carried.append(message)
        self.cost()
        on_left()
        return self.outcomes.pop(0) if len(self.outcomes) > 1 else self.outcomes[0]

    @property
    def tokens(self) -> list[str]:
        return [message.command.spec.token for message in self.carried]


def bench_of(*outcomes: Outcome) -> tuple[Bench, Script]:
    script = Script(outcomes)
    bench = Bench(script)
    bench.connect()
    return bench, script


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carrier, "_PAUSES_S", (0.001,))


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carrier, "_PAUSES_S", (60.0,))
    monkeypatch.setattr(carrier, "REPEAT_FOR_S", 60.0)


@pytest.mark.usefixtures("quick")
async def test_an_exit_that_never_left_is_tried_until_it_has_and_each_try_is_told() -> None:
    bench, script = bench_of(NOBODY, NOBODY, NOBODY, YES)
    bench.desk.send(bench.message("FLATTEN"))
    await bench.until(1)
    assert script.tokens == ["FLATTEN"] * 4
    assert [event.tries for event in bench.told if isinstance(event, Retrying)] == [1, 2, 3]
    assert bench.book.endings[1].outcome == "accepted"
    assert len(bench.book.intents) == 1


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("outcome", [Unknown("Who knows?"), NO, PERHAPS])
async def test_an_exit_that_may_have_arrived_is_never_repeated(outcome: Outcome) -> None:
    bench, script = bench_of(NOBODY, outcome)
    bench.desk.send(bench.message("FLATTEN"))
    await bench.until(1)
    assert script.tokens == ["FLATTEN"] * 2


@pytest.mark.usefixtures("quick")
async def test_an_entry_is_never_repeated() -> None:
    bench, script = bench_of(NOBODY)
    bench.desk.send(bench.message("PLACE"))
    await bench.until(1)
    assert script.tokens == ["PLACE"]


@pytest.mark.usefixtures("quick")
async def test_after_ten_seconds_it_is_given_up() -> None:
    bench, script = bench_of(NOBODY)

    def three_seconds() -> None:
        bench.time.now += 3

    script.cost = three_seconds
    bench.desk.send(bench.message("FLATTEN"))
    await bench.until(1)
    assert script.tokens == ["FLATTEN"] * 4  # at 0, 3, 6 and 9 s
    assert bench.book.endings[1].outcome == "not sent"
    assert bench.book.endings[1].sentence == "4 tries in 12 s. Nobody answers there."


@pytest.mark.usefixtures("slow")
async def test_an_exit_that_was_taken_over_says_how_often_it_was_tried_and_one_try_is_not_counted() -> None:
    bench, _ = bench_of(NOBODY, NOBODY, YES)
    bench.desk.send(bench.message("FLATTEN"))
    await bench.until(1, Retrying)
    bench.desk.send(bench.message("FLATTEN"))
    await bench.until(1)
    assert bench.book.endings[1].sentence == NOBODY.sentence


@pytest.mark.usefixtures("slow")
@pytest.mark.parametrize("token", ["FLATTEN", "PLACE"])
async def test_the_same_exit_again_or_an_entry_ends_the_repeating_at_once(token: str) -> None:
    bench, script = bench_of(NOBODY, YES)
    bench.desk.send(bench.message("FLATTEN"))
    await bench.until(1, Retrying)
    assert bench.desk.send(bench.message(token)) == Go()
    await bench.until(2)
    assert [bench.book.endings[row].outcome for row in (1, 2)] == ["not sent", "accepted"]
    assert script.tokens == ["FLATTEN", token]


@pytest.mark.usefixtures("slow")
async def test_another_exit_leaves_the_repeating_alone() -> None:
    bench, _ = bench_of(NOBODY, YES)
    bench.desk.send(bench.message("FLATTEN"))
    await bench.until(1, Retrying)
    bench.desk.send(bench.message("FLATTEN", instrument="ES 12-26"))
    await bench.until(1)
    assert len(bench.of(RowEnded)) == 1


@pytest.mark.usefixtures("quick")
async def test_a_program_that_ends_gives_up_and_keeps_the_row() -> None:
    bench, _ = bench_of(NOBODY)
    bench.desk.send(bench.message("FLATTEN"))
    await bench.until(1, Retrying)
    await bench.desk.close(grace_s=5)
    assert bench.book.endings[1].outcome == "not sent"


async def test_a_sender_that_breaks_does_not_lock_entries_for_ever() -> None:
    class Broken(Wire):
        async def send(self, message: Message, on_left: Callable[[], None]) -> Outcome:
            raise ZeroDivisionError

    bench = Bench(Broken())
    bench.connect()
    bench.desk.send(bench.message("PLACE"))
    async with asyncio.timeout(5):
        while not bench.bugs:
            await asyncio.sleep(0)
    assert not bench.desk.busy


# --- panic ---

STEPS = ["CANCELALLORDERS", "FLATTENEVERYTHING", "KILLSWITCH"]


async def test_panic_cancels_flattens_and_blocks_in_this_order() -> None:
    bench, script = bench_of(YES)
    assert bench.desk.panic() == Go()
    off = bench.desk.switch.state
    assert isinstance(off, Disarmed)
    assert off.tripped, "entries are off before anything is awaited"
    await bench.until(3)
    assert script.tokens == STEPS
    assert script.carried[2].command.texts == {"kill_switch": "on"}


@pytest.mark.parametrize("outcome", [NO, Unknown("Who knows?"), PERHAPS])
async def test_without_a_yes_to_the_flattening_the_way_out_is_not_blocked(outcome: Outcome) -> None:
    bench, script = bench_of(YES, outcome)
    bench.desk.panic()
    await bench.until(2)
    async with asyncio.timeout(5):
        while not (told := [event.text for event in bench.told if isinstance(event, Notice)]):
            await asyncio.sleep(0)
    assert "kill switch was not turned on" in told[0]
    assert script.tokens == STEPS[:2]


async def test_a_cancelling_that_is_refused_keeps_nothing_up() -> None:
    bench, script = bench_of(NO, YES)
    bench.desk.panic()
    await bench.until(3)
    assert script.tokens == STEPS


async def test_a_cancelling_that_hangs_does_not_hold_the_flattening_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(panic, "CANCEL_LIMIT_S", 0.01)
    bench = Bench()
    bench.connect()
    bench.desk.panic()
    await bench.until_carried(2)
    assert bench.wire.carried[1].command.spec.token == "FLATTENEVERYTHING"
    for _ in range(2):
        bench.wire.waiting.pop(0).set_result(YES)
    await bench.until_carried(3)
    bench.wire.waiting.pop(0).set_result(YES)
    await bench.until(3)


async def test_panic_without_a_connection_is_blocked_and_kept() -> None:
    bench = Bench()
    found = bench.desk.panic()
    assert isinstance(found, Blocked)
    assert found.rule == "connection"
    async with asyncio.timeout(5):
        while not bench.book.endings:
            await asyncio.sleep(0)
    assert bench.book.endings[1].rule == "connection"


async def test_panic_in_a_program_that_ends_does_nothing() -> None:
    bench, script = bench_of(YES)
    await bench.desk.close(grace_s=5)
    assert isinstance(bench.desk.panic(), Blocked)
    assert script.carried == []


# --- an entry that has not left yet ---


class Knocking(Wire):
    """Does not reach the server: what is sent hangs before it has left, and says truthfully that it was stopped."""

    async def send(self, message: Message, on_left: Callable[[], None]) -> Outcome:
        if message.command.passes:
            return await super().send(message, on_left)
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            task = asyncio.current_task()
            assert task
            task.uncancel()
        return NotSent("It was stopped before it left.")


ENDS: dict[str, Callable[[Bench], object]] = {
    "flatten": lambda bench: bench.desk.send(bench.message("FLATTEN")),
    "panic": lambda bench: bench.desk.panic(),
    "off": lambda bench: bench.desk.switch.off(),
    "another place": lambda bench: bench.connect(),
    "no place": lambda bench: bench.desk.disconnect(NoPlace(Mode.PRACTICE, "", "")),
    "a fault": lambda bench: bench.desk.halt("A fault."),
}


@pytest.mark.parametrize("end", ENDS)
async def test_an_entry_that_has_not_left_leaves_no_more_after(end: str) -> None:
    bench = Bench(Knocking(YES))
    bench.connect()
    bench.desk.send(bench.message("PLACE"))
    async with asyncio.timeout(5):
        while not bench.book.intents:
            await asyncio.sleep(0)
    await asyncio.sleep(0)
    ENDS[end](bench)
    async with asyncio.timeout(5):
        while 1 not in bench.book.endings:
            await asyncio.sleep(0)
    assert bench.book.endings[1].outcome == "not sent"
    assert "Withdrawn" in bench.book.endings[1].sentence
    assert "PLACE" not in [message.command.spec.token for message in bench.wire.carried]


@pytest.mark.parametrize("end", ENDS)
async def test_an_entry_whose_row_is_not_written_yet_leaves_no_more_after(end: str) -> None:
    thaw = asyncio.Event()

    class Frozen(Book):
        async def begin(self, intent: Intent) -> int | Invalid:
            if intent.command == "PLACE":
                await thaw.wait()
            return await super().begin(intent)

    bench = Bench(Wire(YES), Frozen())
    bench.connect()
    bench.desk.send(bench.message("PLACE"))
    await asyncio.sleep(0)
    ENDS[end](bench)
    thaw.set()
    async with asyncio.timeout(5):
        while not any("Withdrawn" in ending.sentence for ending in bench.book.endings.values()):
            await asyncio.sleep(0)
    assert "PLACE" not in [message.command.spec.token for message in bench.wire.carried]


async def test_an_entry_that_has_left_has_its_answer_whatever_is_pressed() -> None:
    bench = Bench()
    bench.connect()
    bench.desk.send(bench.message("PLACE"))
    await bench.until_carried(1)
    bench.desk.send(bench.message("FLATTEN"))
    bench.desk.switch.off()
    await bench.until_carried(2)
    for waiting in bench.wire.waiting:
        waiting.set_result(YES)
    await bench.until(2)
    assert {ending.outcome for ending in bench.book.endings.values()} == {"accepted"}


async def test_what_was_called_back_is_no_failure() -> None:
    bench = Bench(Knocking(YES))
    bench.connect()
    for number in range(4):
        bench.desk.send(bench.message("PLACE", qty=str(number + 1)))
        await asyncio.sleep(0)
        bench.desk.send(bench.message("FLATTEN"))
        await bench.until(2 * number + 2)
        bench.time.now += 60
    assert isinstance(bench.desk.switch.state, Armed)


async def test_a_switch_is_not_thrown_again_by_itself() -> None:
    bench, script = bench_of(NOBODY)
    bench.desk.send(bench.message("KILLSWITCH"))
    await bench.until(1)
    assert script.tokens == ["KILLSWITCH"]


@pytest.mark.usefixtures("slow")
@pytest.mark.parametrize(
    ("token", "texts"), [("CHANGE", {}), ("PLACE", {"instrument": "ES 12-26"}), ("PLACE", {"account": "Sim105"})]
)
async def test_an_entry_that_the_exit_could_not_close_leaves_its_repeating_alone(
    token: str, texts: dict[str, str]
) -> None:
    bench, _ = bench_of(NOBODY, YES)
    bench.desk.send(bench.message("FLATTEN"))
    await bench.until(1, Retrying)
    bench.desk.send(bench.message(token, **texts))
    await bench.until(1)
    assert list(bench.book.endings) == [2]


@pytest.mark.parametrize("part", ["begin", "finish"])
async def test_panic_waits_for_no_disk(part: str) -> None:
    class Frozen(Book):
        pass

    async def never(*_: object) -> Invalid:
        await asyncio.Event().wait()
        raise AssertionError

    setattr(Frozen, part, never)
    bench = Bench(Script([YES]), Frozen())
    bench.connect()
    bench.desk.panic()
    await bench.until_carried(3)
    assert [message.command.spec.token for message in bench.wire.carried] == STEPS


async def test_a_second_panic_begins_no_second_sequence() -> None:
    bench = Bench()
    bench.connect()
    bench.desk.panic()
    await bench.until_carried(1)
    assert bench.desk.panic() == Go()
    for number in range(3):
        await bench.until_carried(number + 1)
        bench.wire.waiting[number].set_result(YES)
    await bench.until(3)
    assert [message.command.spec.token for message in bench.wire.carried] == STEPS


async def test_panic_just_before_the_end_has_its_rows() -> None:
    bench = Bench()
    bench.connect()
    bench.desk.panic()
    await bench.until_carried(1)
    closing = asyncio.gather(bench.desk.close(grace_s=5))
    for number in range(3):
        await bench.until_carried(number + 1)
        bench.wire.waiting[number].set_result(YES)
    await closing
    assert [intent.command for intent in bench.book.intents] == STEPS
    assert len(bench.book.endings) == 3


async def test_an_exit_whose_row_comes_late_has_its_ending(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carrier, "JOURNAL_LIMIT_S", 0.01)
    thaw = asyncio.Event()

    class Frozen(Book):
        async def begin(self, intent: Intent) -> int | Invalid:
            await thaw.wait()
            return await super().begin(intent)

    bench = Bench(Wire(YES), Frozen())
    bench.connect()
    bench.desk.send(bench.message("FLATTEN"))
    await bench.until(1)
    thaw.set()
    await bench.until(2)
    assert bench.book.endings[1].outcome == "accepted"


async def test_a_halt_is_told_once_even_if_a_listener_fails_on_it() -> None:
    bench = Bench()

    def broken(_event: object) -> None:
        bench.desk.halt("A fault.")
        raise ZeroDivisionError

    bench.desk.listen(broken)
    bench.desk.halt("A fault.")
    assert len(bench.bugs) == 2
    assert [event.text for event in bench.told if isinstance(event, Notice)] == ["A fault."]
    assert len([event for event in bench.told if isinstance(event, Disarmed)]) == 1


async def test_without_a_connection_entries_cannot_be_switched_on() -> None:
    bench = Bench()
    bench.desk.switch.arm(["Sim101"])
    assert isinstance(bench.desk.switch.state, Disarmed)
    bench.connect()
    assert isinstance(bench.desk.switch.state, Armed)
    bench.desk.disconnect(NoPlace(Mode.LIVE, "", ""))
    assert isinstance(bench.desk.switch.state, Disarmed)


async def test_a_hand_switches_practice_off_too_and_a_new_connection_does_not_switch_it_on() -> None:
    bench = Bench(Wire(YES))
    bench.connect()
    bench.desk.switch.off()
    bench.connect()
    assert isinstance(bench.desk.send(bench.message("PLACE")), Blocked)
    bench.desk.switch.arm([])
    assert bench.desk.send(bench.message("PLACE")) == Go()


async def test_what_the_kill_switch_blocks_is_not_said_to_be_done_in_part() -> None:
    bench, _ = bench_of(Refused("Blocked: the kill switch is on", Answer(200, "{}")))
    bench.desk.send(bench.message("FLATTENEVERYTHING"))
    await bench.until(1)
    said = bench.book.endings[1].sentence
    assert said.startswith("CrossTrade blocks this: its kill switch is on. Turn it off with the command Kill switch.")
    assert "in part" not in said


async def test_what_a_kill_switch_only_may_have_refused_may_have_been_done_in_part() -> None:
    bench, script = bench_of(YES)
    bench.desk.send(bench.message("KILLSWITCH", kill_switch="on"))
    await bench.until(1)
    script.outcomes = [Refused("Sim105 not found", Answer(200, "{}"))]
    bench.desk.send(bench.message("FLATTENEVERYTHING"))
    await bench.until(2)
    said = bench.book.endings[2].sentence
    assert "its kill switch is on" in said
    assert "in part" in said


@pytest.mark.parametrize("how", ["an exit", "the switch", "another place", "no place"])
async def test_an_entry_is_called_back_before_its_task_has_had_a_turn(how: str) -> None:
    """An order that a program calls for is let through in a task: its own task begins a turn later."""
    bench = Bench(Wire(YES))
    bench.connect()
    exiting = bench.message("FLATTEN")
    assert bench.desk.send(bench.message("PLACE")) == Go()
    match how:
        case "an exit":
            assert bench.desk.send(exiting) == Go()
        case "the switch":
            bench.desk.switch.off()
        case "another place":
            bench.desk.connect(HERE, Wire(YES))
        case _:
            bench.desk.disconnect(NoPlace(Mode.LIVE, "Nowhere.", "Press Connection."))
    await bench.until(2 if how == "an exit" else 1)
    assert bench.wire.carried == ([exiting] if how == "an exit" else [])
    assert "Withdrawn" in bench.book.endings[1].sentence


async def test_an_exit_is_superseded_before_its_task_has_had_a_turn() -> None:
    bench = Bench(Wire(NotSent("Nobody answers. Nothing was sent.")))
    bench.connect()
    entry = bench.message("PLACE")
    exiting = bench.message("FLATTEN")
    assert bench.desk.send(exiting) == Go()
    assert bench.desk.send(entry) == Go()
    await bench.until(2)
    assert bench.wire.carried.count(exiting) == 1, "it would meet the entry that came after it"
