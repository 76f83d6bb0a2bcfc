"""The gate, by value: given these presses at these times, this decision. No clock, no loop, no window."""

from decimal import Decimal
from typing import Any

import pytest

from crosstrade_desk.desk.accounts import AccountClass, Classes
from crosstrade_desk.desk.arming import Armed, Disarmed
from crosstrade_desk.desk.attempts import Attempt, Blocked, Decision, Go, Question
from crosstrade_desk.desk.gate import Gate
from crosstrade_desk.desk.guards import GUARDS, QUESTIONS
from crosstrade_desk.desk.habits import entries
from crosstrade_desk.desk.limits import Limits
from crosstrade_desk.protocol.catalogue import COMMANDS, SPECS
from crosstrade_desk.protocol.command import Command, compose
from crosstrade_desk.protocol.message import Message
from crosstrade_desk.protocol.own_text import own_id
from crosstrade_desk.protocol.page import minimal
from crosstrade_desk.storage.rows import Ending, Intent, Row
from support.catalogue import composed

PASSING = [spec.token for spec in COMMANDS if spec.exits or spec.control]
LIMIT = {"order_type": "LIMIT"}


def command(token: str = "PLACE", **texts: str) -> Command:
    return composed(SPECS[token], {**minimal(SPECS[token]), **texts})


class Trader:
    """Presses, outcomes and a clock that stands still until it is moved."""

    def __init__(self, limits: Limits | None = None, *, live: bool = False) -> None:
        self.gate = Gate(limits)
        self.live = live
        self.connected = True
        self.now = 1000.0
        self.gate.state.settle(self.now, live=live)
        self.now += 1

    def press(self, what: Command | None = None, **more: Any) -> Decision:
        attempt = Attempt(what or command(), self.connected, self.live, self.now, **more)
        return self.gate.ask(attempt)

    def sent(self, what: Command | None = None, then: str = "accepted") -> Decision:
        """Presses, answers a question with yes, and has the outcome at once."""
        what = what or command()
        found = self.press(what)
        if isinstance(found, Question):
            found = self.press(what, answered=True)
        if isinstance(found, Go):
            self.gate.done(what, self.now, unknown=then == "unknown", failed=then == "refused")
        return found

    def wait(self, seconds: float) -> None:
        self.now += seconds

    def arm(self, *accounts: str) -> None:
        self.gate.state.arming.arm(accounts, self.now, 900)


def rule(found: Decision) -> str:
    return "go" if isinstance(found, Go) else found.rule


def test_an_ordinary_entry_goes() -> None:
    assert Trader().press() == Go()


@pytest.mark.parametrize("token", PASSING)
def test_getting_out_passes_every_guard(token: str) -> None:
    trader = Trader(Limits(sizes=dict.fromkeys(AccountClass, 0), entries=0, burst=0), live=True)
    trader.gate.state.halted = "A fault of the program."
    trader.gate.state.unconfirmed = "The limits were changed."
    trader.gate.state.unchecked = "The limits are being held against the keyring."
    trader.gate.state.arming.trip("Something went wrong.")
    trader.gate.state.let_through(Attempt(command(), True, True, trader.now))
    for _ in range(5):
        assert trader.press(command(token)) == Go()


@pytest.mark.parametrize(("live", "expected"), [(True, "settings"), (False, "go")])
def test_limits_that_are_not_confirmed_hold_entries_to_crosstrade_only(live: bool, expected: str) -> None:
    trader = Trader(live=live)
    trader.gate.state.unconfirmed = "The limits were changed."
    assert rule(trader.press(command())) == expected


@pytest.mark.parametrize(("live", "expected"), [(True, "settings"), (False, "go")])
def test_limits_that_are_just_looked_at_hold_entries_to_crosstrade_only(live: bool, expected: str) -> None:
    trader = Trader(live=live)
    trader.gate.state.unchecked = "The limits are being held against the keyring."
    assert rule(trader.press(command())) == expected


@pytest.mark.parametrize("token", [spec.token for spec in COMMANDS if not (spec.exits or spec.control)])
def test_everything_else_is_guarded(token: str) -> None:
    trader = Trader(live=True)
    assert rule(trader.press(command(token))) in ("armed", "go")
    trader.gate.state.arming.trip("Something went wrong.")
    assert rule(trader.press(command(token))) == "armed"


def test_without_a_connection_nothing_goes_anywhere() -> None:
    trader = Trader()
    trader.connected = False
    assert rule(trader.press()) == "connection"
    assert rule(trader.press(command("FLATTEN"))) == "connection"


# --- the lock ---


def test_an_entry_locks_until_its_own_outcome() -> None:
    trader = Trader()
    first = command()
    assert trader.press(first) == Go()
    trader.wait(60)
    assert rule(trader.press(command(qty="2"))) == "in flight"
    trader.gate.done(command(qty="2"), trader.now)
    assert rule(trader.press(command(qty="2"))) == "in flight", "the outcome of another command unlocks nothing"
    trader.gate.done(first, trader.now)
    trader.wait(1)
    assert trader.press(command(qty="2")) == Go()


def test_a_second_press_within_half_a_second_does_nothing_and_whoever_hammers_has_to_pause() -> None:
    trader = Trader()
    trader.sent()
    for _ in range(20):
        trader.wait(0.2)
        assert rule(trader.press(command(qty="2"))) == "double press"
    trader.wait(0.5)
    assert trader.press(command(qty="2")) == Go()


def test_a_press_queued_behind_a_slow_answer_is_no_fresh_one() -> None:
    trader = Trader()
    first = command()
    trader.press(first)
    trader.wait(30)
    trader.gate.done(first, trader.now)
    assert rule(trader.press(command(qty="2"))) == "double press"


def test_a_press_meant_for_the_former_place_does_nothing_in_the_new_one() -> None:
    trader = Trader()
    trader.gate.state.settle(trader.now, live=False)
    assert rule(trader.press()) == "change of place"
    trader.wait(0.5)
    assert trader.press() == Go()


@pytest.mark.parametrize(
    ("texts", "second"), [({"quantity": "1"}, "double press"), ({"percent": "0.5"}, "double press"), ({}, "go")]
)
def test_a_partial_close_takes_one_slice_a_press_and_a_whole_exit_may_be_hammered(
    texts: dict[str, str], second: str
) -> None:
    trader = Trader()
    assert trader.press(command("CLOSEPOSITION", **texts)) == Go()
    trader.wait(0.3)
    assert rule(trader.press(command("CLOSEPOSITION", **texts))) == second


# --- arming ---


@pytest.mark.parametrize(
    ("account", "live", "armed", "found"),
    [
        ("Sim101", False, False, "go"),
        ("APEX-1", False, False, "go"),
        ("Sim101", True, False, "go"),
        ("APEX-1", True, False, "armed"),
        ("U1234567", True, False, "armed"),
        ("Sim101,U1234567", True, False, "armed"),
        ("U1234567", True, True, "go"),
        ("u1234567", True, True, "go"),
        ("Sim101,U1234567", True, True, "go"),
        ("U1234567,APEX-1", True, True, "account"),
        ("U7654321", True, True, "account"),
    ],
)
def test_money_needs_the_switch_and_the_account_confirmed_and_simulation_does_not(
    account: str, live: bool, armed: bool, found: str
) -> None:
    trader = Trader(live=live)
    if armed:
        trader.arm("U1234567")
    assert rule(trader.press(command(account=account))) == found


def test_a_change_of_an_order_names_no_account_and_needs_the_switch_alone() -> None:
    trader = Trader(live=True)
    assert rule(trader.press(command("CHANGE"))) == "armed"
    trader.arm("U1")
    assert trader.press(command("CHANGE")) == Go()


@pytest.mark.parametrize(("account", "found"), [("Sim101", "go"), ("MY-7", "armed")])
def test_a_change_needs_the_switch_where_its_order_did(account: str, found: str) -> None:
    trader = Trader(live=True)
    trader.arm(account)
    trader.sent(command(account=account, order_id="mine"))
    trader.gate.state.arming.disarm("off")
    trader.wait(60)
    assert rule(trader.press(command("CHANGE", order_id="mine", qty="2"))) == found


def test_the_switch_falls_back_when_nothing_is_done_for_a_while() -> None:
    trader = Trader(live=True)
    order = command(account="U1")
    trader.arm("U1")
    trader.wait(899)
    trader.gate.state.arming.touch(trader.now)
    trader.wait(899)
    assert isinstance(trader.gate.arm(trader.now), Armed)
    trader.wait(1)
    assert "nothing was done" in trader.gate.arm(trader.now).why  # type: ignore[union-attr]
    assert rule(trader.press(order)) == "armed"
    trader.gate.state.arming.touch(trader.now)
    assert rule(trader.press(order)) == "armed", "a hand does not arm again"


def test_it_falls_back_at_the_set_hour_whatever_is_done() -> None:
    trader = Trader(live=True)
    trader.gate.state.arming.arm(["U1"], trader.now, 900, latest=trader.now + 60)
    trader.wait(59)
    trader.gate.state.arming.touch(trader.now)
    trader.wait(1)
    assert isinstance(trader.gate.arm(trader.now), Disarmed)


def test_a_change_of_place_disarms_and_practice_arms_by_itself() -> None:
    trader = Trader(live=True)
    trader.arm("U1")
    trader.gate.state.settle(trader.now, live=True)
    assert isinstance(trader.gate.arm(trader.now), Disarmed)
    trader.gate.state.settle(trader.now, live=False)
    assert trader.gate.arm(trader.now) == Armed(None, None)


# --- the circuit breaker ---


@pytest.mark.parametrize("live", [False, True])
def test_one_unknown_switches_entries_off_and_the_same_order_is_asked_about_afterwards(live: bool) -> None:
    trader = Trader(live=live)
    assert trader.sent(then="unknown") == Go()
    trader.wait(60)
    assert rule(trader.press(command(qty="2"))) == "armed"
    assert "unknown" in trader.press(command(qty="2")).sentence  # type: ignore[union-attr]
    assert trader.press(command("FLATTEN")) == Go()
    trader.gate.state.arming.disarm("another reason")
    assert "unknown" in trader.press().sentence, "a lesser reason does not hide it"  # type: ignore[union-attr]
    trader.gate.state.arming.free() if not live else trader.arm("U1")
    asked = trader.press()
    assert isinstance(asked, Question)
    assert asked.rule == "after unknown"
    assert trader.press(answered=True) == Go()


def test_failures_in_a_row_switch_entries_off_and_a_success_starts_the_count_anew() -> None:
    trader = Trader()
    for then in ("refused", "refused", "accepted", "refused", "refused"):
        trader.wait(20)
        assert trader.sent(then=then) == Go()
    trader.wait(20)
    assert trader.sent(then="refused") == Go()
    trader.wait(20)
    found = trader.press()
    assert rule(found) == "armed"
    assert "3 orders in a row" in found.sentence  # type: ignore[union-attr]


def test_orders_faster_than_a_hand_switch_entries_off() -> None:
    trader = Trader()
    for number in range(1, 4):
        assert trader.sent(command(qty=str(number))) == Go()
        trader.wait(0.55)
    assert rule(trader.press(command(qty="9"))) == "burst"
    trader.wait(60)
    assert rule(trader.press(command(qty="9"))) == "armed"


# --- sizes and rates ---


@pytest.mark.parametrize(
    ("account", "qty", "found"),
    [
        ("Sim101", "100", "go"),
        ("Sim101", "101", "size"),
        ("Sim101,Sim102", "50", "go"),
        ("Sim101,Sim102", "51", "size"),
        ("APEX-1", "10", "go"),
        ("APEX-1", "11", "size"),
        ("U1,U2,U3", "4", "size"),
        ("Sim101,U1", "6", "size"),
    ],
)
def test_the_cap_counts_contracts_over_all_accounts_by_the_class_that_asks_for_most_caution(
    account: str, qty: str, found: str
) -> None:
    assert rule(Trader().press(command(account=account, qty=qty))) == found


def test_a_root_may_have_a_cap_of_its_own() -> None:
    trader = Trader(Limits(sizes_by_root={"ES": 2}))
    assert rule(trader.press(command(instrument="ES 12-26", qty="3"))) == "size"
    assert rule(trader.press(command(instrument="ESZ6", qty="3"))) == "size"
    assert trader.press(command(instrument="MES 12-26", qty="3")) == Go()


def test_the_cap_holds_for_everything_with_a_quantity_that_is_no_exit() -> None:
    for token in ("PLACE", "FLATPLACE", "REVERSEPOSITION", "CANCELREPLACE", "CHANGE", "CANCELANDBRACKET"):
        assert rule(Trader().press(command(token, qty="101"))) == "size"


def test_the_cap_is_no_question() -> None:
    assert rule(Trader().press(command(qty="101"), answered=True)) == "size"


def test_the_rate_of_entries_is_limited_and_exits_are_not() -> None:
    trader = Trader(Limits(entries=3, entries_in_s=60, burst=100))
    for number in range(1, 4):
        assert trader.sent(command(qty=str(number))) == Go()
        trader.wait(1)
    assert rule(trader.press(command(qty="9"))) == "rate"
    assert trader.press(command("FLATTEN")) == Go()
    trader.wait(60)
    assert trader.press(command(qty="9")) == Go()


# --- questions ---


def test_the_same_text_again_is_asked_about_once_and_only_for_a_while() -> None:
    trader = Trader()
    trader.sent()
    trader.wait(9)
    asked = trader.press()
    assert isinstance(asked, Question)
    assert asked.rule == "same again"
    assert not trader.gate.busy
    assert trader.press(command(qty="2")) == Go()
    other = Trader()
    other.sent()
    other.wait(10)
    assert other.press() == Go()


def test_five_times_the_usual_size_is_asked_about() -> None:
    trader = Trader()
    for number in range(5):
        trader.sent(command(qty=str(1 + number % 2)))
        trader.wait(11)
    assert trader.press(command(qty="4")) == Go()
    trader.gate.done(command(qty="4"), trader.now)
    fresh = Trader()
    fresh.gate.state.history.recall([command(qty="2")] * 5)
    asked = fresh.press(command(qty="10"))
    assert isinstance(asked, Question)
    assert asked.sentence == "10 contracts of MES are 5 times your usual 2. Send?"
    assert fresh.press(command(account="Sim101,Sim102", qty="5")).rule == "unusual size"  # type: ignore[union-attr]
    assert fresh.press(command(instrument="ES 12-26", qty="10")) == Go()


def test_few_orders_are_no_habit() -> None:
    trader = Trader()
    trader.gate.state.history.recall([command()] * 4)
    assert trader.press(command(qty="90")) == Go()


@pytest.mark.parametrize(
    ("price", "asked"), [("6400", False), ("6719.75", False), ("6720.25", True), ("6079.75", True), ("640", True)]
)
def test_a_price_far_from_the_last_one_used_is_asked_about(price: str, asked: bool) -> None:
    trader = Trader()
    trader.gate.state.history.recall([command(**LIMIT, limit_price="6400")])
    found = trader.press(command(**LIMIT, limit_price=price, instrument="MESZ6"))
    assert rule(found) == ("far price" if asked else "go")


def test_at_most_one_question_is_asked() -> None:
    trader = Trader()
    trader.gate.state.history.recall([command(**LIMIT, limit_price="6400")] * 5)
    wild = command(**LIMIT, limit_price="64", qty="50")
    assert isinstance(trader.press(wild), Question)
    assert trader.press(wild, answered=True) == Go()


def test_a_blocked_or_asked_press_uses_nothing_up() -> None:
    trader = Trader(Limits(entries=2, burst=100))
    trader.gate.state.history.recall([command()] * 5)
    for _ in range(10):
        assert isinstance(trader.press(command(qty="50")), Question)
        assert isinstance(trader.press(command(qty="101")), Blocked)
        trader.wait(1)
    assert trader.press(command(qty="2")) == Go()


def test_a_price_is_held_against_the_market_if_that_is_known() -> None:
    trader = Trader()
    trader.gate.state.quoted = {"MES 12-26": Decimal(6400)}.get
    far = command(**LIMIT, instrument="MES 12-26", limit_price="7000")
    found = trader.press(far)
    assert isinstance(found, Question)
    assert (found.rule, found.sentence) == (
        "far price",
        "7000 is 9 % away from the market in MES 12-26, 6400. Send?",
    )
    assert trader.press(command(**LIMIT, instrument="MES 12-26", limit_price="6410")) == Go()


def test_the_same_order_under_another_id_of_the_programs_own_is_the_same_again() -> None:
    trader = Trader()
    assert trader.sent(command(order_id=own_id(1, 1))) == Go()
    trader.wait(5)
    assert rule(trader.press(command(order_id=own_id(2, 1)))) == "same again"
    trader.wait(10)
    assert trader.press(command(order_id=own_id(2, 1))) == Go()


def test_an_id_of_the_programs_own_is_sent_once_and_is_no_other_order() -> None:
    trader = Trader()
    first, second = (command(order_id=own_id(number, 1)) for number in (1, 2))
    assert trader.press(first) == Go()
    trader.gate.done(first, trader.now)
    trader.wait(20)
    assert rule(trader.press(first)) == "double press"
    trader.wait(1)
    assert trader.press(second) == Go()
    trader.gate.done(second, trader.now, unknown=True)
    trader.wait(1)
    trader.arm()
    assert rule(trader.press(command(order_id=own_id(3, 1)))) == "after unknown"


def test_every_guard_and_every_question_is_tested_here() -> None:
    """A new one needs a test: its rule must be named in this file."""
    assert len(GUARDS) == 12
    assert len(QUESTIONS) == 4


# --- classes ---


@pytest.mark.parametrize(
    ("account", "kind"),
    [
        ("Sim101", AccountClass.SIMULATION),
        ("sim101", AccountClass.SIMULATION),
        ("Playback101", AccountClass.SIMULATION),
        ("SimonsAccount", AccountClass.LIVE),
        ("Sim1-REAL", AccountClass.LIVE),
        ("Sim1\n", AccountClass.LIVE),
        ("Sim", AccountClass.LIVE),
        ("APEX-123", AccountClass.FUNDED),
        ("PA-APEX-1", AccountClass.FUNDED),
        ("U1234567", AccountClass.LIVE),
        ("", AccountClass.LIVE),
    ],
)
def test_an_account_is_live_unless_its_name_says_otherwise(account: str, kind: AccountClass) -> None:
    assert Classes().of(account) is kind


def test_the_users_own_list_decides_and_the_more_careful_class_wins() -> None:
    classes = Classes(simulation=("Demo*", "Mine"), funded=("Demo-7",))
    assert classes.of("demo-1") is AccountClass.SIMULATION
    assert classes.of("Demo-7") is AccountClass.FUNDED
    assert classes.of("Sim101") is AccountClass.LIVE
    assert classes.worst(["Mine", "Demo-7"]) is AccountClass.FUNDED
    assert classes.worst(["Mine", "X"]) is AccountClass.LIVE
    assert classes.worst([]) is AccountClass.LIVE


def test_a_price_of_zero_keeps_a_price_and_is_none() -> None:
    trader = Trader()
    trader.gate.state.history.recall([command(**LIMIT, limit_price="6400")])
    assert trader.press(command("CHANGE", qty="2", limit_price="0")) == Go()
    assert trader.gate.state.history.last_price("MES") == Decimal(6400)


def test_what_ended_as_unknown_is_asked_about_until_it_ended_otherwise() -> None:
    trader = Trader()
    trader.sent(then="unknown")
    trader.arm("Sim101")
    trader.wait(60)
    trader.sent(command(qty="2"))
    trader.wait(60)
    assert rule(trader.press()) == "after unknown"
    trader.sent()
    trader.wait(60)
    assert rule(trader.press()) == "go"


def test_what_was_asked_first_wins_and_unknown_comes_before_the_same_again() -> None:
    trader = Trader()
    trader.sent(then="unknown")
    trader.arm("Sim101")
    trader.wait(2)
    assert rule(trader.press()) == "after unknown"


def test_failures_before_a_change_of_place_count_no_more() -> None:
    trader = Trader(Limits(failures=2))
    trader.sent(then="refused")
    trader.wait(60)
    trader.gate.state.settle(trader.now, live=False)
    trader.wait(60)
    trader.sent(then="refused")
    trader.wait(60)
    assert rule(trader.press()) == "go"


def test_after_the_switch_went_off_for_failures_the_count_begins_anew() -> None:
    trader = Trader(Limits(failures=2))
    for _ in range(2):
        trader.sent(then="refused")
        trader.wait(60)
    assert rule(trader.press()) == "armed"
    trader.gate.state.arming.free()
    trader.sent(then="refused")
    trader.wait(60)
    assert rule(trader.press()) == "go"


def test_habits_and_former_orders_belong_to_their_place() -> None:
    trader = Trader()
    trader.gate.state.history.recall([command(qty="1")] * 5)
    trader.sent(command(qty="2"))
    trader.gate.state.settle(trader.now, live=False)
    trader.wait(1)
    assert rule(trader.sent(command(qty="2"))) == "go"
    trader.wait(60)
    assert rule(trader.press(command(qty="50"))) == "go"


def test_what_is_sent_keeps_the_switch_on_as_a_hand_does() -> None:
    trader = Trader(live=True)
    trader.arm("Sim101", "MY-7")
    for _ in range(3):
        trader.wait(800)
        assert rule(trader.sent(command(account="MY-7"))) == "go"


def test_a_tripped_switch_says_why_it_tripped_whatever_comes_after() -> None:
    trader = Trader()
    trader.sent(then="unknown")
    trader.gate.state.arming.disarm("The screen was locked.")
    arm = trader.gate.arm(trader.now)
    assert isinstance(arm, Disarmed)
    assert arm.tripped
    assert "unknown" in arm.why


def test_an_account_is_confirmed_on_crosstrade_alone() -> None:
    trader = Trader()
    trader.arm("Sim101")
    assert rule(trader.press(command(account="MY-7"))) == "go"


def test_a_price_at_the_bound_is_not_far() -> None:
    trader = Trader()
    trader.gate.state.history.recall([command(**LIMIT, limit_price="1000")])
    assert rule(trader.press(command(**LIMIT, limit_price="1050"))) == "go"
    trader.gate.done(command(**LIMIT, limit_price="1050"), trader.now)


def test_what_was_sent_in_this_run_is_newer_than_what_is_read_of_former_ones() -> None:
    trader = Trader()
    trader.sent(command(**LIMIT, limit_price="2000"))
    trader.gate.state.history.recall([command(**LIMIT, limit_price="1000")])
    assert trader.gate.state.history.last_price("MES") == Decimal(2000)


def test_a_price_of_a_bracket_is_looked_at_too() -> None:
    trader = Trader()
    trader.gate.state.history.recall([command(**LIMIT, limit_price="6400")])
    assert rule(trader.press(command(**LIMIT, limit_price="6400", take_profit="64400"))) == "far price"


def test_the_habits_of_a_place_are_read_from_its_own_rows_that_were_not_blocked() -> None:
    def row(number: int, place: str, qty: str, outcome: str = "accepted") -> Row:
        sent = command(qty=qty)
        intent = Intent(0, place, "PLACE", "Sim101", "MES 12-26", sent.sentence, Message(sent).masked)
        return Row(number, intent, Ending(outcome, "", None, "", 0))

    rows = [row(4, "LIVE", "4"), row(3, "PRACTICE", "3"), row(2, "LIVE", "2", "blocked"), row(1, "LIVE", "1")]
    assert [found.values["qty"] for found in entries(rows, "LIVE")] == [1, 4]


def test_a_target_size_counts_as_size_and_stands_on_the_button() -> None:
    trader = Trader(live=True)
    trader.arm("Sim101")
    sync = {"sync_strategy": "true", "market_position": "long", "prev_market_position": "flat", "out_of_sync": "resync"}
    big = command(**sync, target_quantity="100000")
    assert rule(trader.press(big)) == "size"
    assert "100000" in big.headline


def test_every_number_of_contracts_in_an_entry_is_capped() -> None:
    counts = {
        use.field.name
        for spec in COMMANDS
        if not (spec.exits or spec.control)
        for use in spec.uses
        if use.field.name.endswith(("qty", "quantity", "contracts"))
    }
    assert counts <= {"qty", "target_quantity"}


def test_a_change_is_held_to_the_limits_of_the_order_it_changes() -> None:
    trader = Trader(Limits(sizes_by_root={"MES": 2, "ES": 1}))
    trader.sent(command(order_id="mine"))
    trader.wait(60)
    assert rule(trader.press(command("CHANGE", order_id="mine", qty="3"))) == "size"
    assert rule(trader.press(command("CHANGE", order_id="mine", qty="2"))) == "go"
    assert rule(trader.press(command("CHANGE", order_id="foreign", qty="2"))) == "size"


def test_a_change_needs_the_account_confirmed_whose_order_it_changes() -> None:
    trader = Trader(live=True)
    trader.arm("MY-7", "MY-8")
    trader.sent(command(account="MY-7", order_id="mine"))
    trader.arm("MY-8")
    trader.wait(60)
    assert rule(trader.press(command("CHANGE", order_id="mine", qty="1"))) == "account"


def test_a_far_price_in_a_change_and_a_far_distance_are_asked_about() -> None:
    trader = Trader()
    trader.sent(command(**LIMIT, limit_price="6400", order_id="mine"))
    trader.wait(60)
    assert rule(trader.press(command("CHANGE", order_id="mine", limit_price="9999"))) == "far price"
    for distance in ("99%", "-6%", "4000 points"):
        assert rule(trader.press(command(**LIMIT, limit_price=distance))) == "far price"
    assert rule(trader.press(command(**LIMIT, limit_price="-3 points"))) == "go"


@pytest.mark.parametrize(
    ("distance", "asked"),
    [
        ("1280 ticks", False),
        ("1281 ticks", True),
        ("1600 dollars", False),
        ("1601 dollars", True),
        ("645020 ticks", True),
    ],
)
def test_a_distance_in_ticks_or_dollars_is_held_against_the_market_too(distance: str, asked: bool) -> None:
    trader = Trader()
    trader.gate.state.quoted = {"MES 12-26": Decimal(6400)}.get
    stop = command(order_type="STOPMARKET", instrument="MES 12-26", stop_price=distance)
    assert rule(trader.press(stop)) == ("far price" if asked else "go")


def test_a_distance_that_cannot_be_compared_is_not_asked_about() -> None:
    trader = Trader()
    assert rule(trader.press(command(order_type="STOPMARKET", stop_price="645020 ticks"))) == "go"


def test_an_exit_with_fields_nobody_knows_is_guarded_as_an_entry() -> None:
    trader = Trader()
    trader.gate.state.arming.trip("Something went wrong.")
    spec = SPECS["FLATTEN"]
    smuggled = compose(spec, minimal(spec), (), {"order_qty": "500"})
    assert isinstance(smuggled, Command)
    assert rule(trader.press(smuggled)) == "armed"


def test_a_press_that_waited_for_another_is_no_fresh_one_however_late_it_comes() -> None:
    gate = Gate()
    gate.state.arming.free()
    first = command()
    assert gate.ask(Attempt(first, True, False, 10.0)) == Go()
    gate.done(first, 12.0)
    late = Attempt(command(qty="2"), True, False, 20.0, waited_s=9.0)
    found = gate.ask(late)
    assert isinstance(found, Blocked)
    assert found.rule == "double press"
    assert gate.ask(Attempt(command(qty="2"), True, False, 20.0)) == Go()


def test_limits_that_wait_to_be_confirmed_keep_live_entries_in_and_nothing_else() -> None:
    gate = Gate()
    gate.state.arming.free()
    gate.state.unconfirmed = "settings.toml was changed."
    assert gate.ask(Attempt(command(), True, True, 10.0)) == Blocked("settings", "settings.toml was changed.")
    assert gate.ask(Attempt(command("FLATTEN"), True, True, 10.0)) == Go()
    assert gate.ask(Attempt(command(), True, False, 11.0)) == Go()
