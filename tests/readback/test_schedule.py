"""The schedule: what is due when, and what each trouble changes about it."""

from typing import Any

import pytest

from crosstrade_desk.readback.answers import Failed, Trouble
from crosstrade_desk.readback.budget import Priority
from crosstrade_desk.readback.plan import PLAN, REACTIONS, Call, Subject, View
from crosstrade_desk.readback.schedule import Due, Schedule
from crosstrade_desk.readback.values import Endpoints, Executions, Positions, Status

VIEW = View(("Sim101",), "MES 12-26", watermarks=True)
GOOD: Any = Positions()
SENT = Subject("Sim101", "MES 12-26", "mine-1")
EVERYTHING = set(Call) - {Call.STATUS, Call.PUSH, Call.ENDPOINTS}  # of one account


class Clock:
    """A schedule with a clock beside it: asks all that is due, and answers it with one thing."""

    def __init__(self, view: View = VIEW) -> None:
        self.schedule, self.now = Schedule(), 0.0
        self.schedule.view = view

    def due(self) -> list[Call]:
        return [due.call for due in self.schedule.due(self.now)]

    def ask(self, answer: Any = GOOD) -> list[Due]:
        found = self.schedule.due(self.now)
        for due in found:
            self.schedule.asked(due, self.now)
        for due in found:
            self.schedule.answered(due, answer, self.now)
        return found

    def until(self, end: float, answer: Any = GOOD) -> dict[Call, list[float]]:
        """Everything that was asked up to a second, each at its time."""
        seen: dict[Call, list[float]] = {}
        while self.now < end:
            for due in self.ask(answer):
                seen.setdefault(due.call, []).append(self.now)
            self.now += 0.5
        return seen


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_every_trouble_has_its_reaction_and_every_call_its_plan() -> None:
    assert set(REACTIONS) == set(Trouble)
    assert set(PLAN) == set(Call) - {Call.PUSH}


def test_at_the_start_everything_on_screen_is_read_once(clock: Clock) -> None:
    assert set(clock.due()) == EVERYTHING
    clock.ask()
    assert clock.due() == []


def test_each_call_has_its_interval(clock: Clock) -> None:
    seen = clock.until(120)
    usual = {Call.POSITIONS: 4, Call.ORDERS: 5, Call.EXECUTIONS: 10, Call.SNAPSHOT: 15, Call.QUOTE: 3, Call.INFO: 60}
    assert {call: seen[call][1] for call in usual} == usual
    assert seen[Call.WATERMARKS][1] == 30


def test_nothing_is_asked_about_an_account_or_instrument_that_is_not_known() -> None:
    assert set(Clock(View()).due()) == {Call.POSITIONS, Call.SNAPSHOT}


def test_what_is_not_looked_at_is_not_read() -> None:
    assert Call.QUOTE not in Clock(View(("A",), "B", quote=False)).due()
    assert Call.WATERMARKS not in Clock(View(("A",), "B")).due()


def test_another_account_is_read_at_once(clock: Clock) -> None:
    clock.ask()
    clock.schedule.view = View(("Sim102",), "MES 12-26", watermarks=True)
    assert clock.schedule.every_s(Call.ORDERS, Subject("Sim102"), 0.0) == 5
    assert set(clock.due()) == {Call.ORDERS, Call.EXECUTIONS, Call.WATERMARKS}
    clock.schedule.view = View(("Sim101",), "MES 12-26", watermarks=True)
    clock.ask()
    clock.schedule.view = View(("Sim101",), "ES 12-26", watermarks=True)
    assert set(clock.due()) == {Call.QUOTE, Call.INFO}


TWO = View(("Sim101", "Sim102"), "MES 12-26")


def asked_of(found: list[Due], call: Call) -> list[str]:
    return [due.subject.account for due in found if due.call is call]


def test_several_accounts_take_turns_and_cost_as_much_as_one() -> None:
    clock = Clock(TWO)
    assert asked_of(clock.ask(), Call.ORDERS) == ["Sim101", "Sim102"]
    seen: dict[str, list[float]] = {}
    while clock.now < 60:
        for name in asked_of(clock.ask(), Call.ORDERS):
            seen.setdefault(name, []).append(clock.now)
        clock.now += 1
    assert {name: len(times) for name, times in seen.items()} == {"Sim101": 5, "Sim102": 5}
    assert clock.schedule.usual_s(Call.ORDERS) == 10


def test_after_a_message_the_accounts_that_it_reached_are_read_oftener_and_the_others_are_not() -> None:
    clock = Clock(TWO)
    clock.ask()
    clock.schedule.acted(0.0, Subject("SIM102"))
    seen = []
    for clock.now in (2.0, 4.0, 6.0, 8.0):
        seen += asked_of(clock.ask(), Call.ORDERS)
    assert seen == ["Sim102"] * 4


def test_the_accounts_that_a_message_reached_share_the_reads_that_follow_it() -> None:
    clock = Clock(TWO)
    clock.ask()
    clock.schedule.acted(0.0, Subject("Sim101"), Subject("Sim102"))
    assert {clock.schedule.every_s(Call.ORDERS, Subject(name), 1.0) for name in TWO.accounts} == {4.0}


def test_each_account_of_a_message_is_read_two_seconds_after_it() -> None:
    clock = Clock(View(tuple(f"Sim{number}" for number in range(5)), "MES 12-26"))
    clock.ask()
    clock.schedule.acted(10.0, *(Subject(name, "MES 12-26", f"mine-{name}") for name in clock.schedule.view.accounts))
    clock.now = 11.9
    assert asked_of(clock.schedule.due(11.9), Call.ORDERS) == []
    assert len(asked_of(clock.schedule.due(12.0), Call.ORDERS)) == 5


def test_what_is_to_be_read_first_comes_before_everything_else(clock: Clock) -> None:
    clock.now = 100.0
    [positions] = [due for due in clock.schedule.due(100.0) if due.call is Call.POSITIONS]
    clock.schedule.asked(positions, 100.0)
    clock.schedule.answered(positions, GOOD, 100.0)
    assert Call.POSITIONS not in clock.due()
    clock.schedule.acted(99.0, SENT)
    clock.schedule.soon(Call.POSITIONS, 100.0, first=True)
    [first, *_] = clock.schedule.due(100.0)
    assert (first.call, first.priority) == (Call.POSITIONS, Priority.ACTION)
    clock.ask()
    clock.schedule.soon(Call.EXECUTIONS, 100.0, "sim101")
    assert clock.due() == [Call.EXECUTIONS]


def test_while_nobody_looks_little_is_read() -> None:
    seen = Clock(View(("A",), "B", resting=True)).until(300)
    assert set(seen) == {Call.POSITIONS, Call.ORDERS, Call.SNAPSHOT, Call.INFO}
    assert seen[Call.POSITIONS][1] == 15
    assert seen[Call.SNAPSHOT][1] == 60


def test_after_an_action_positions_and_orders_come_first_and_often(clock: Clock) -> None:
    clock.ask()
    clock.now = 2.0
    clock.schedule.acted(2.0, SENT)
    found = clock.until(16)
    assert found[Call.POSITIONS][:5] == [2, 4, 6, 8, 10]
    assert found[Call.STATUS] == [3, 4, 6, 10]
    assert [at for at in found[Call.EXECUTIONS] if at < 12] == [4, 7]
    assert found[Call.POSITIONS][-1] - found[Call.POSITIONS][-2] == 4
    assert clock.schedule.usual_s(Call.POSITIONS) == 4


def test_reads_after_an_action_have_priority_and_others_do_not(clock: Clock) -> None:
    clock.ask()
    clock.schedule.acted(1.0)
    clock.now = 4.0
    first = clock.schedule.due(4.0)
    assert {due.call for due in first if due.priority is Priority.ACTION} == {
        Call.POSITIONS,
        Call.ORDERS,
        Call.EXECUTIONS,
        Call.QUOTE,
    }
    assert {due.call for due in first[:2]} == {Call.POSITIONS, Call.ORDERS}


def test_an_order_that_has_ended_is_asked_for_no_more(clock: Clock) -> None:
    clock.ask()
    clock.schedule.acted(0.0, SENT)
    clock.now = 1.0
    clock.ask(Status("Filled"))
    assert Call.STATUS not in clock.until(20)


def test_many_orders_at_once_are_looked_for_in_the_list(clock: Clock) -> None:
    clock.ask()
    clock.schedule.acted(0.0, *(Subject("A", "B", str(number)) for number in range(9)))
    clock.now = 1.0
    assert clock.due().count(Call.STATUS) == 0
    for number in range(3):
        clock.schedule.acted(1.0, Subject("A", "B", f"alone-{number}"))
    clock.now = 2.0
    assert clock.due().count(Call.STATUS) == 2


def test_a_call_that_could_not_be_made_is_due_once(clock: Clock) -> None:
    clock.ask()
    clock.now = 100.0
    assert clock.due().count(Call.POSITIONS) == 1


def test_a_call_on_its_way_is_not_made_again(clock: Clock) -> None:
    for due in clock.schedule.due(0.0):
        clock.schedule.asked(due, 0.0)
    clock.now = 100.0
    assert clock.due() == []


def test_what_matters_most_and_waits_longest_for_its_turn_comes_first(clock: Clock) -> None:
    clock.ask()
    clock.now = 14.9
    assert clock.due() == [Call.POSITIONS, Call.QUOTE, Call.ORDERS, Call.EXECUTIONS]
    clock.now = 50.0
    assert clock.due()[-1] is Call.WATERMARKS


def lookback(clock: Clock) -> str:
    [due] = [due for due in clock.schedule.due(clock.now) if due.call is Call.EXECUTIONS]
    return due.ask.query["lookbackTime"]


@pytest.mark.parametrize(("later", "asked"), [(10, "60"), (30, "60"), (31, "61"), (60, "90"), (900, "900")])
def test_no_fill_falls_between_two_reads(clock: Clock, later: float, asked: str) -> None:
    assert lookback(clock) == "900"
    clock.ask(Executions())
    clock.now = later
    assert lookback(clock) == asked


def test_a_read_of_fills_that_failed_does_not_count(clock: Clock) -> None:
    clock.ask(Executions())
    clock.now = 100.0
    clock.ask(Failed(Trouble.FAULTY))
    clock.now = 200.0
    assert lookback(clock) == "230"


def test_an_answer_that_comes_after_the_trader_turned_away_and_back_counts_from_its_question(clock: Clock) -> None:
    clock.now = 100.0
    found = clock.schedule.due(clock.now)
    for due in found:
        clock.schedule.asked(due, clock.now)
    clock.schedule.view = View(("Sim102",), "MES 12-26", watermarks=True)
    clock.due()
    for due in found:
        clock.schedule.answered(due, Executions(), 101.0)
    clock.schedule.view = VIEW
    clock.now = 150.0
    assert lookback(clock) == "80"


# --- what is pushed ---


def pushing(clock: Clock, end: float, *calls: Call) -> dict[Call, list[float]]:
    """Everything that was asked up to a second, while a push brings these twice a second."""
    seen: dict[Call, list[float]] = {}
    while clock.now < end:
        for call in calls:
            clock.schedule.pushed(call, clock.now)
        for call, times in clock.until(clock.now + 0.5).items():
            seen.setdefault(call, []).extend(times)
    return seen


def test_pushed_quotes_are_asked_for_once_a_minute_and_positions_and_orders_more_often(clock: Clock) -> None:
    seen = pushing(clock, 61, Call.QUOTE)
    assert seen[Call.QUOTE] == [0, 60]
    assert seen[Call.POSITIONS][:4] == [0, 3, 6, 9]
    assert seen[Call.ORDERS][:4] == [0, 4, 8, 12]
    assert seen[Call.SNAPSHOT] == [0, 15, 30, 45, 60], "profits are not pushed"


def test_pushed_profits_leave_balances_young_enough_to_be_fresh(clock: Clock) -> None:
    seen = pushing(clock, 61, Call.SNAPSHOT)
    assert seen[Call.SNAPSHOT] == [0, 25, 50]
    assert 2 * clock.schedule.usual_s(Call.SNAPSHOT) > 25
    assert seen[Call.QUOTE][:3] == [0, 3, 6]


def test_a_push_that_falls_silent_is_asked_for_before_its_value_goes_grey(clock: Clock) -> None:
    pushing(clock, 20, Call.QUOTE, Call.SNAPSHOT)
    last = clock.now - 0.5
    assert clock.schedule.next_at(clock.now) <= last + 5
    seen = clock.until(40)
    assert seen[Call.QUOTE] == [last + 5, last + 8, last + 11, last + 14, last + 17, last + 20]
    assert seen[Call.SNAPSHOT] == [last + 5, last + 20]
    assert last + 5 < last + 2 * clock.schedule.usual_s(Call.QUOTE)


def test_a_value_that_was_late_on_the_way_is_no_push(clock: Clock) -> None:
    clock.until(10)
    clock.schedule.pushed(Call.QUOTE, 4.0)
    assert clock.until(20)[Call.QUOTE] == [12, 15, 18]


def test_another_instrument_is_asked_for_at_once_though_quotes_are_pushed(clock: Clock) -> None:
    pushing(clock, 10, Call.QUOTE)
    clock.schedule.view = View("Sim101", "NQ 12-26")
    assert Call.QUOTE in clock.due()


def test_nobody_looking_is_stronger_than_a_push(clock: Clock) -> None:
    clock.schedule.view = View("Sim101", "MES 12-26", resting=True)
    seen = pushing(clock, 61, Call.QUOTE, Call.SNAPSHOT)
    assert seen[Call.POSITIONS] == [0, 15, 30, 45, 60]
    assert seen[Call.SNAPSHOT] == [0, 60]


def test_after_an_order_positions_and_orders_are_asked_for_as_ever(clock: Clock) -> None:
    pushing(clock, 20, Call.QUOTE)
    clock.schedule.acted(20.0)
    assert pushing(clock, 30, Call.QUOTE)[Call.POSITIONS][:4] == [20, 22, 24, 26]


# --- troubles ---


@pytest.mark.parametrize("trouble", [Trouble.SLOW, Trouble.UNREACHABLE, Trouble.BROKEN])
def test_a_network_fault_is_tried_again_one_by_one_at_growing_distance(clock: Clock, trouble: Trouble) -> None:
    seen = clock.until(100, Failed(trouble))
    tries = sorted(at for times in seen.values() for at in times)[len(EVERYTHING) - 1 :]
    assert tries == [0, 2, 6, 14, 30, 60, 90]


def test_while_the_add_on_is_away_the_accounts_are_asked_for_and_nothing_else(clock: Clock) -> None:
    clock.ask(Failed(Trouble.OFFLINE))
    assert clock.until(100, Failed(Trouble.OFFLINE)) == {Call.SNAPSHOT: [15, 45, 75]}
    clock.now = 106
    assert [due.call for due in clock.ask()] == [Call.SNAPSHOT]
    assert set(clock.due()) == EVERYTHING - {Call.SNAPSHOT}, "once it is back, everything is read"


def test_a_refused_key_ends_reading_until_the_trader_asks(clock: Clock) -> None:
    clock.ask(Failed(Trouble.DENIED))
    assert clock.until(3600) == {}
    assert clock.schedule.stopped
    clock.schedule.retry()
    assert set(clock.due()) >= {Call.POSITIONS, Call.ORDERS}


def test_what_an_old_add_on_does_not_know_is_not_asked_again(clock: Clock) -> None:
    for due in clock.schedule.due(0.0):
        clock.schedule.asked(due, 0.0)
        clock.schedule.answered(due, Failed(Trouble.MISSING) if due.call is Call.INFO else GOOD, 0.0)
    assert Call.INFO not in clock.until(200)
    clock.schedule.acted(200.0, SENT)
    clock.now = 201.0
    clock.ask(Failed(Trouble.MISSING))
    clock.schedule.acted(201.0, SENT)
    assert Call.STATUS not in clock.until(220)


@pytest.mark.parametrize("trouble", [Trouble.FAULTY, Trouble.UNREADABLE, Trouble.MOVED])
def test_no_data_is_asked_for_again_in_its_usual_time(clock: Clock, trouble: Trouble) -> None:
    assert clock.until(20, Failed(trouble))[Call.POSITIONS] == [0, 4, 8, 12, 16]


def test_it_says_when_something_is_due_next(clock: Clock) -> None:
    clock.ask()
    assert clock.schedule.next_at(0.0) == 3.0
    clock.schedule.acted(0.5, SENT)
    assert clock.schedule.next_at(0.5) == 1.5
    clock.now = 1.5
    clock.ask(Failed(Trouble.UNREACHABLE))
    assert clock.schedule.next_at(1.5) == 3.5


CLOSED = View(("Sim101",), "MES 12-26", watermarks=True, closed=True)


def test_while_the_market_is_closed_less_is_read_and_a_quote_now_and_then() -> None:
    clock = Clock(CLOSED)
    seen = clock.until(240)
    wanted = {Call.POSITIONS: 15, Call.ORDERS: 15, Call.SNAPSHOT: 60, Call.QUOTE: 30, Call.INFO: 60}
    assert {call: seen[call][2] - seen[call][1] for call in wanted} == wanted
    assert Call.EXECUTIONS not in seen or len(seen[Call.EXECUTIONS]) == 0
    assert clock.schedule.usual_s(Call.QUOTE) == 30
    clock.schedule.view = View(("Sim101",), "MES 12-26", closed=True, resting=True)
    assert clock.schedule.every_s(Call.QUOTE, Subject(instrument="MES 12-26"), 240) is None, "nobody looks either"


def test_an_action_wakes_reading_though_the_market_is_closed() -> None:
    clock = Clock(CLOSED)
    clock.until(60)
    clock.schedule.acted(60, SENT)
    seen = clock.until(70)
    assert len(seen[Call.POSITIONS]) >= 4
    assert len(seen[Call.ORDERS]) >= 4
    assert len(seen[Call.STATUS]) == 4
    assert clock.schedule.every_s(Call.POSITIONS, Subject(), 70.5) == 15


def test_the_session_of_each_instrument_in_play_is_read_in_turn() -> None:
    clock = Clock(View((), "MES 12-26", besides=("MBT 12-26",)))
    found = [due.subject.instrument for due in clock.ask() if due.call is Call.INFO]
    assert found == ["MES 12-26", "MBT 12-26"]
    assert clock.schedule.every_s(Call.INFO, Subject(instrument="MBT 12-26"), 0) == 120


def test_the_first_look_at_each_account_after_an_action_comes_before_second_looks_and_fills() -> None:
    names = tuple(f"Sim{number}" for number in range(101, 111))
    clock = Clock(View(names, "MES 12-26"))
    clock.ask()
    clock.now = 20.0
    clock.ask()
    clock.schedule.acted(20.0, *(Subject(name) for name in names))
    clock.now = 22.5
    assert [due.call for due in clock.schedule.due(clock.now)[: len(names)]] == [Call.ORDERS] * len(names)
    first = next(due for due in clock.schedule.due(clock.now) if due.call is Call.ORDERS)
    clock.schedule.asked(first, clock.now)
    clock.schedule.answered(first, GOOD, clock.now)
    clock.now = 27.0
    calls = [due.call for due in clock.schedule.due(clock.now)]
    assert calls[0] is Call.POSITIONS, "which no number of accounts keeps waiting"
    assert calls[1:10] == [Call.ORDERS] * 9
    assert clock.schedule.due(clock.now)[9].subject != first.subject


# --- one list for all accounts ---

OFFERED = Endpoints(frozenset({"/orders", "/positions"}))


def told(clock: Clock, found: Any, call: Call = Call.ENDPOINTS) -> Due:
    """Asks all that is due, answers one call with `found`, and gives it."""
    made = clock.schedule.due(clock.now)
    for due in made:
        clock.schedule.asked(due, clock.now)
    for due in made:
        clock.schedule.answered(due, found if due.call is call else GOOD, clock.now)
    return next(due for due in made if due.call is call)


@pytest.fixture
def sharing() -> Clock:
    clock = Clock(TWO)
    told(clock, OFFERED)
    clock.now = 10.0
    return clock


def test_whether_orders_may_be_read_for_all_is_asked_once_and_only_with_several_accounts(sharing: Clock) -> None:
    assert Call.ENDPOINTS not in Clock(VIEW).due()
    assert Call.ENDPOINTS not in sharing.until(100)


def test_where_the_api_offers_it_one_list_tells_of_all_accounts_as_often_as_of_one(sharing: Clock) -> None:
    found = [due for due in sharing.ask() if due.call is Call.ORDERS]
    assert [(due.subject, due.ask.target) for due in found] == [(Subject(), "/v1/api/orders")]
    assert sharing.schedule.usual_s(Call.ORDERS) == 5
    sharing.schedule.acted(10.0, Subject("Sim101"), Subject("Sim102"))
    assert sharing.until(20)[Call.ORDERS] == [12, 14, 16, 18]


@pytest.mark.parametrize("offered", [Endpoints(), Endpoints(frozenset({"/positions"})), Failed(Trouble.MISSING)])
def test_where_the_api_does_not_offer_it_accounts_take_turns(offered: Any) -> None:
    clock = Clock(TWO)
    told(clock, offered)
    clock.now = 10.0
    assert asked_of(clock.ask(), Call.ORDERS) == ["Sim101", "Sim102"]
    assert Call.ENDPOINTS not in clock.until(100)


@pytest.mark.parametrize("trouble", [Trouble.MISSING, Trouble.FAULTY, Trouble.UNREADABLE, Trouble.MOVED])
def test_one_list_that_fails_is_not_asked_for_again_and_accounts_take_turns_at_once(
    sharing: Clock, trouble: Trouble
) -> None:
    assert told(sharing, Failed(trouble), Call.ORDERS).is_shared
    assert asked_of(sharing.ask(), Call.ORDERS) == ["Sim101", "Sim102"]
    assert all(not due.is_shared for due in sharing.ask())


def test_a_pause_that_the_server_wants_does_not_end_the_list_of_all(sharing: Clock) -> None:
    told(sharing, Failed(Trouble.BROKEN), Call.ORDERS)
    sharing.now = 13.0
    assert sharing.schedule.shares


def test_an_accounts_own_list_is_read_besides_once_it_is_wanted(sharing: Clock) -> None:
    sharing.ask()
    sharing.schedule.soon(Call.ORDERS, sharing.now, "Sim102")
    assert sharing.schedule.usual_s(Call.ORDERS) == 5, "which makes the list of all no rarer"
    assert asked_of(sharing.ask(), Call.ORDERS) == ["Sim102"]
    sharing.now = 15.0
    assert asked_of(sharing.ask(), Call.ORDERS) == [""]
