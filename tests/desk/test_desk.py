"""The way of one order through the desk: guarded, journalled, sent once, told truthfully."""

import asyncio
import threading

import pytest

from crosstrade_desk.desk import carrier
from crosstrade_desk.desk import desk as module
from crosstrade_desk.desk.arming import Armed, Disarmed
from crosstrade_desk.desk.attempts import Blocked, Go, Question
from crosstrade_desk.desk.carrier import ending_of
from crosstrade_desk.desk.events import Mode, NoPlace, RowBegun, RowEnded
from crosstrade_desk.desk.notices import Notice
from crosstrade_desk.protocol.catalogue import COMMANDS, FLATTEN, SPECS
from crosstrade_desk.protocol.command import Command, compose
from crosstrade_desk.protocol.message import read
from crosstrade_desk.protocol.page import minimal
from crosstrade_desk.protocol.problems import Invalid, Problems
from crosstrade_desk.sending.outcome import Answer, Link, LinkDown, LinkUp, NotSent, Refused, Unknown
from support.desks import ENTRY, HERE, YES, Bench, Book, Wire

pytestmark = pytest.mark.anyio
EXITS = [spec.token for spec in COMMANDS if spec.exits]


@pytest.mark.parametrize("token", ["PLACE", "FLATTEN"])
async def test_what_is_told_of_a_row_carries_the_very_command_so_that_nobody_reads_its_text_again(token: str) -> None:
    bench = Bench(Wire(YES))
    bench.connect()
    message = bench.message(token)
    bench.desk.send(message)
    await bench.until(1)
    told = [event for event in bench.told if isinstance(event, RowBegun | RowEnded)]
    assert [event.command for event in told] == [message.command] * 2
    assert read(told[0].row.intent.wire).command == message.command


async def test_an_order_is_journalled_then_sent_then_completed() -> None:
    bench = Bench(Wire(YES))
    bench.connect()
    message = bench.message("PLACE")
    assert bench.desk.send(message) == Go()
    await bench.until(1)
    assert bench.wire.carried == [message]
    assert bench.book.intents[0].wire == message.masked
    assert bench.book.intents[0].sentence == message.command.sentence
    assert bench.book.intents[0].place == "PRACTICE"
    assert bench.book.endings[1].outcome == "accepted"
    assert [type(event) for event in bench.told if isinstance(event, RowBegun | RowEnded)] == [RowBegun, RowEnded]


async def test_the_intent_is_kept_before_anything_leaves() -> None:
    bench = Bench()
    bench.connect()
    seen: list[int] = []

    class Watching(Wire):
        async def send(self, message, on_left):  # type: ignore[no-untyped-def]
            seen.append(len(bench.book.intents))
            return YES

    bench.desk.connect(HERE, Watching())
    bench.time.now += 1
    bench.desk.send(bench.message("PLACE"))
    await bench.until(1)
    assert seen == [1]


@pytest.mark.parametrize(
    ("outcome", "word"),
    [
        (YES, "accepted"),
        (Refused("no", Answer(400, "no")), "refused"),
        (NotSent("never left"), "not sent"),
        (Unknown("who knows"), "unknown"),
        (Unknown("who knows", Answer(500, "x")), "unknown"),
    ],
)
async def test_every_outcome_reaches_journal_and_listeners(outcome, word: str) -> None:  # type: ignore[no-untyped-def]
    bench = Bench(Wire(outcome))
    bench.connect()
    bench.desk.send(bench.message("PLACE"))
    await bench.until(1)
    (ended,) = bench.of(RowEnded)
    assert isinstance(ended, RowEnded)
    assert ended.row.ending == bench.book.endings[1]
    assert bench.book.endings[1].outcome == word
    assert len(bench.wire.carried) == 1, "nothing is repeated"


@pytest.mark.parametrize("token", ["PLACE", "FLATTEN"])
async def test_nothing_is_shown_before_the_text_has_left(token: str) -> None:
    bench = Bench()
    bench.connect()
    shown: list[int] = []
    leave = asyncio.Event()

    class Slow(Wire):
        async def send(self, message, on_left):  # type: ignore[no-untyped-def]
            await leave.wait()
            shown.append(len(bench.of(RowBegun)))
            on_left()
            shown.append(len(bench.of(RowBegun)))
            return YES

    bench.desk.connect(HERE, Slow())
    bench.time.now += 1
    bench.desk.send(bench.message(token))
    while not bench.book.intents:
        await asyncio.sleep(0)
    leave.set()
    await bench.until(1)
    assert shown == [0, 1]
    assert len(bench.of(RowBegun)) == 1


async def test_a_second_entry_waits_for_the_first_ones_answer_and_is_told_so() -> None:
    bench = Bench()
    bench.connect()
    bench.desk.send(bench.message("PLACE"))
    bench.time.now += 60
    blocked = bench.desk.send(bench.message("PLACE", qty="2"))
    assert isinstance(blocked, Blocked)
    assert blocked.rule == "in flight"
    assert Notice in {type(event) for event in bench.told}
    await bench.until_carried(1)
    bench.wire.waiting[0].set_result(YES)
    await bench.until(1)
    bench.time.now += 1
    assert bench.desk.send(bench.message("PLACE")) == Go()
    await bench.until_carried(2)


async def test_a_double_click_sends_one_order_even_if_the_answer_came_in_between() -> None:
    bench = Bench(Wire(YES))
    bench.connect()
    bench.desk.send(bench.message("PLACE"))
    await bench.until(1)
    bench.time.now += 0.2
    blocked = bench.desk.send(bench.message("PLACE"))
    assert isinstance(blocked, Blocked)
    assert blocked.rule == "double press"
    bench.time.now += 0.4
    assert isinstance(bench.desk.send(bench.message("PLACE")), Blocked), "whoever hammers has to pause"
    bench.time.now += 0.6
    assert isinstance(bench.desk.send(bench.message("PLACE")), Question), "the same order again is asked about"
    assert bench.desk.send(bench.message("PLACE"), answered=True) == Go()


async def test_a_click_queued_behind_a_slow_answer_is_no_fresh_press() -> None:
    bench = Bench()
    bench.connect()
    bench.desk.send(bench.message("PLACE"))
    await bench.until_carried(1)
    bench.time.now += 10
    bench.wire.waiting[0].set_result(YES)
    await bench.until(1)
    assert isinstance(bench.desk.send(bench.message("PLACE")), Blocked)
    bench.time.now += 0.6
    assert bench.desk.send(bench.message("PLACE")) == Go()


async def test_a_double_click_on_a_partial_close_closes_one_slice_and_a_whole_exit_may_be_hammered() -> None:
    bench = Bench(Wire(YES))
    bench.connect()
    for texts, second in (({"quantity": "1"}, False), ({"percent": "0.5"}, False), ({}, True)):
        message = bench.message("CLOSEPOSITION", **texts)
        assert bench.desk.send(message) == Go()
        bench.time.now += 0.2
        assert isinstance(bench.desk.send(message), Go) == second
        bench.time.now += 1
        assert bench.desk.send(message) == Go()


async def test_an_exit_does_not_wait_for_a_journal_that_hangs_and_an_entry_ends_as_not_sent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(carrier, "JOURNAL_LIMIT_S", 0.05)
    thaw = asyncio.Event()

    class Frozen(Book):
        async def begin(self, intent):  # type: ignore[no-untyped-def]
            await thaw.wait()
            return await super().begin(intent)

    bench = Bench(Wire(YES), Frozen())
    bench.connect()
    bench.desk.send(bench.message("FLATTEN"))
    await bench.until_carried(1)
    bench.desk.send(bench.message("PLACE"))
    await bench.until(2)
    assert [message.command.spec.token for message in bench.wire.carried] == ["FLATTEN"]
    assert not bench.desk.busy
    thaw.set()
    await bench.until(3)
    assert bench.book.endings[2].outcome == "not sent", "the row that came late claims nothing"


async def test_a_listener_that_fails_is_reported_and_stops_no_order() -> None:
    bench = Bench(Wire(YES))
    bench.connect()

    def broken(event: object) -> None:
        if isinstance(event, RowBegun):
            raise ZeroDivisionError

    bench.desk.listen(broken)
    for count, token in enumerate(("PLACE", "FLATTEN"), 1):
        bench.desk.send(bench.message(token))
        await bench.until(count)
    assert [message.command.spec.token for message in bench.wire.carried] == ["PLACE", "FLATTEN"]
    assert {type(bug) for bug in bench.bugs} == {ZeroDivisionError}


@pytest.mark.parametrize("token", EXITS)
async def test_getting_out_always_works_behind_an_entry_that_hangs_and_after_a_fault(token: str) -> None:
    bench = Bench()
    bench.connect()
    bench.desk.send(bench.message("PLACE"))
    await bench.until_carried(1)
    bench.desk.halt("halted")
    for number in range(3):
        assert bench.desk.send(bench.message(token)) == Go(), "exits may even be pressed twice"
        await bench.until_carried(2 + number)


async def test_an_exit_leaves_even_if_the_journal_cannot_be_written_and_an_entry_does_not() -> None:
    bench = Bench(Wire(YES), Book(fault=Invalid("The disk is full.")))
    bench.connect()
    bench.desk.send(bench.message("PLACE"))
    await bench.until(1)
    assert bench.wire.carried == []
    bench.desk.send(bench.message("FLATTEN"))
    await bench.until(2)
    assert [message.command.spec.token for message in bench.wire.carried] == ["FLATTEN"]
    ended = [event for event in bench.told if isinstance(event, RowEnded)]
    assert [(event.row.ending.outcome, event.kept) for event in ended if event.row.ending] == [
        ("not sent", False),
        ("accepted", False),
    ]
    assert any("The disk is full." in event.text for event in bench.told if isinstance(event, Notice))


async def test_without_a_place_nothing_is_sent_and_that_is_told() -> None:
    bench = Bench()
    for token in ("PLACE", *EXITS):
        assert isinstance(bench.desk.send(bench.message(token)), Blocked)
    assert len(bench.of(Notice)) == 1 + len(EXITS)


async def test_after_unknown_entries_are_off_until_switched_on_and_the_same_order_is_asked_about() -> None:
    bench = Bench(Wire(Unknown("who knows")))
    bench.connect()
    bench.desk.send(bench.message("PLACE"))
    await bench.until(1)
    bench.time.now += 60
    for qty in ("1", "2"):
        blocked = bench.desk.send(bench.message("PLACE", qty=qty))
        assert isinstance(blocked, Blocked)
        assert "NinjaTrader" in blocked.sentence
    assert bench.desk.send(bench.message("FLATTEN")) == Go()
    bench.desk.switch.arm(["Sim101"])
    asked = bench.desk.send(bench.message("PLACE"))
    assert isinstance(asked, Question)
    assert asked.rule == "after unknown"
    assert bench.desk.send(bench.message("PLACE", qty="2")) == Go()


async def test_what_ended_as_unknown_is_asked_about_after_a_new_connection_too() -> None:
    bench = Bench(Wire(Unknown("who knows")))
    bench.connect()
    bench.desk.send(bench.message("PLACE"))
    await bench.until(1)
    bench.connect()
    bench.desk.switch.arm(["Sim101"])
    assert isinstance(bench.desk.send(bench.message("PLACE")), Question)


async def test_a_refusal_of_several_accounts_says_that_some_may_have_been_served() -> None:
    bench = Bench(Wire(Refused("Nobody not found", Answer(200, "no"))))
    bench.connect()
    for number, (accounts, partly) in enumerate((("Sim101", False), ("Sim101,Nobody", True)), 1):
        bench.time.now += 1
        bench.desk.send(bench.message("PLACE", account=accounts))
        await bench.until(number)
        ending = bench.book.endings[number]
        assert ending.sentence.endswith("Nobody not found")
        assert ("in part" in ending.sentence) == partly


async def test_a_change_of_place_lets_the_former_orders_finish_where_they_went() -> None:
    bench = Bench()
    bench.connect()
    former = bench.wire
    bench.desk.send(bench.message("PLACE"))
    await bench.until_carried(1)
    newer = Wire(YES)
    bench.desk.connect(HERE, newer)
    assert isinstance(bench.desk.send(bench.message("PLACE")), Blocked)
    await asyncio.sleep(0)
    assert not former.closed
    former.waiting[0].set_result(YES)
    await bench.until(1)
    async with asyncio.timeout(5):
        while not former.closed:
            await asyncio.sleep(0)
    assert newer.carried == []


async def test_a_click_meant_for_the_former_place_does_nothing_in_the_new_one() -> None:
    bench = Bench(Wire(YES))
    bench.connect()
    bench.desk.connect(HERE, bench.wire)
    blocked = bench.desk.send(bench.message("PLACE"))
    assert isinstance(blocked, Blocked)
    assert blocked.rule == "change of place"
    assert bench.desk.send(bench.message("FLATTEN")) == Go()


async def test_after_a_fault_of_the_program_entries_are_blocked() -> None:
    bench = Bench(Wire(YES))
    bench.connect()
    bench.desk.halt("Something broke.")
    blocked = bench.desk.send(bench.message("PLACE"))
    assert blocked == Blocked("halted", "Something broke.")
    assert any(event.text == "Something broke." for event in bench.told if isinstance(event, Notice))


async def test_a_fault_of_the_program_switches_entries_off_and_no_hand_switches_them_on_again() -> None:
    bench = Bench(Wire(YES))
    bench.connect()
    bench.desk.switch.arm(())
    bench.desk.halt("Something broke.")
    off = Disarmed("Something broke.", tripped=True, for_good=True)
    assert bench.told[-1] == off
    bench.desk.switch.arm(())
    bench.desk.connect(HERE, bench.wire)
    assert bench.desk.switch.state == off
    assert [event for event in bench.told if isinstance(event, Armed | Disarmed)][-1] == off


async def test_once_closing_nothing_is_taken_and_nothing_is_locked() -> None:
    bench = Bench(Wire(YES))
    bench.connect()
    await bench.desk.close(grace_s=1)
    for token in ("PLACE", "FLATTEN"):
        assert isinstance(bench.desk.send(bench.message(token)), Blocked)
    assert not bench.desk.busy


async def test_the_gate_is_open_again_when_a_refusal_of_the_journal_is_told() -> None:
    bench = Bench(Wire(YES), Book(fault=Invalid("The disk is full.")))
    bench.connect()
    seen: list[bool] = []
    bench.desk.listen(lambda event: seen.append(bench.desk.busy) if isinstance(event, RowEnded) else None)
    bench.desk.send(bench.message("PLACE"))
    await bench.until(1)
    assert seen == [False]


async def test_a_link_that_is_down_is_told_at_once_and_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "WARM_EVERY_S", 0.001)

    class Down(Wire):
        async def warm(self) -> Link:
            return LinkDown("The server refused the connection.")

    bench = Bench(Down())
    bench.connect()
    await bench.until(5, LinkDown)
    bench.desk.disconnect(NoPlace(Mode.LIVE, "", ""))
    await asyncio.sleep(0.01)
    told = len(bench.of(LinkDown))
    await asyncio.sleep(0.02)
    assert len(bench.of(LinkDown)) == told, "a former place is not asked any more"


async def test_disconnecting_is_told_and_blocks() -> None:
    bench = Bench()
    bench.connect()
    why = NoPlace(Mode.LIVE, "The keyring is locked.", "Unlock it.")
    bench.desk.disconnect(why)
    assert why in bench.told
    assert isinstance(bench.told[-1], Disarmed)
    assert isinstance(bench.desk.send(bench.message("PLACE")), Blocked)


async def test_the_connection_is_warmed_and_its_state_told() -> None:
    bench = Bench()
    bench.connect()
    await bench.until(1, LinkUp)


async def test_closing_waits_for_the_answer_and_then_takes_nothing_more() -> None:
    bench = Bench()
    bench.connect()
    bench.desk.send(bench.message("PLACE"))
    await bench.until_carried(1)
    closing = asyncio.gather(bench.desk.close(grace_s=5))
    await asyncio.sleep(0)
    assert not closing.done()
    bench.wire.waiting[0].set_result(YES)
    await closing
    assert bench.book.endings[1].outcome == "accepted"
    assert bench.wire.closed
    assert bench.bugs == []


async def test_a_bug_in_a_task_surfaces_once() -> None:
    bench = Bench()

    async def broken() -> None:
        raise ZeroDivisionError

    task = bench.tasks.start(broken(), "broken")
    assert task
    await asyncio.wait([task])
    await asyncio.sleep(0)
    assert [type(bug) for bug in bench.bugs] == [ZeroDivisionError]


async def test_closing_waits_for_work_in_threads_whose_task_was_cancelled() -> None:
    bench = Bench()
    may_end, ended = threading.Event(), threading.Event()

    def work() -> None:
        may_end.wait(5)
        ended.set()

    bench.tasks.start(bench.tasks.in_thread(work), "thread")
    await asyncio.sleep(0)
    closing = asyncio.gather(bench.tasks.close(grace_s=0))
    while not bench.tasks.is_empty:
        await asyncio.sleep(0)
    assert not closing.done()
    may_end.set()
    await closing
    assert ended.is_set()


async def test_flatten_here_needs_account_and_instrument_or_it_would_reach_wider() -> None:
    bench = Bench()
    found = bench.desk.compose(FLATTEN, {"account": " ", "instrument": ""}, needed=("account", "instrument"))
    assert isinstance(found, Problems)
    assert {problem.field for problem in found.items} == {"account", "instrument"}


async def test_the_message_pressed_is_frozen() -> None:
    bench = Bench()
    message = bench.message("PLACE")
    with pytest.raises(TypeError):
        message.command.values["qty"] = 100  # type: ignore[index]
    assert bench.desk.compose(SPECS["PLACE"], ENTRY) == message


@pytest.mark.parametrize(
    ("token", "more", "in_part"),
    [
        ("PLACE", {}, False),
        ("PLACE", {"account": "Sim101,Sim102"}, True),
        ("PLACE", {"flatten_first": "true"}, True),
        ("FLATPLACE", {}, True),
        ("CANCEL", {}, False),
        ("FLATTENEVERYTHING", {}, True),
        ("KILLSWITCH", {}, False),
    ],
)
async def test_a_no_says_where_a_part_may_have_been_carried_out(
    token: str, more: dict[str, str], in_part: bool
) -> None:
    command = compose(SPECS[token], {**minimal(SPECS[token]), **more})
    assert isinstance(command, Command)
    ending = ending_of(Refused("no", Answer(400, "no")), 1, command)
    assert ending.sentence.endswith("no")
    assert ("look in NinjaTrader" in ending.sentence) is in_part
