"""What became of an order: found by its id, else by what it is, and never by guessing."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosstrade_desk.desk.follow import FollowUp
from crosstrade_desk.desk.stages import ENDED, STAGES, Followed, Stage, stage_of
from crosstrade_desk.desk.trails import Doubt
from crosstrade_desk.protocol.catalogue import SPECS
from crosstrade_desk.protocol.command import Command, compose
from crosstrade_desk.readback.answers import Failed, Trouble
from crosstrade_desk.readback.plan import Call, Subject
from crosstrade_desk.readback.reader import News
from crosstrade_desk.readback.values import Execution, Executions, Order, Orders, Positions, Status

AT = datetime(2026, 11, 26, 15, tzinfo=UTC)
TODAY = date(2026, 11, 26)
USUAL = {
    "account": "Sim101",
    "instrument": "MES 12-26",
    "action": "BUY",
    "qty": "2",
    "order_type": "LIMIT",
    "limit_price": "6400",
    "tif": "DAY",
}


def command(token: str = "PLACE", **changed: str) -> Command:
    found = compose(SPECS[token], {name: text for name, text in (USUAL | changed).items() if text})
    assert isinstance(found, Command), found
    return found


def order(number: str = "n1", *, state: str = "Working", at: float | None = 0.5, **changed: Any) -> Order:
    usual: dict[str, Any] = {
        "account": "Sim101",
        "instrument": "MES 12-26",
        "kind": "Limit",
        "action": "Buy",
        "quantity": 2,
        "filled": 0,
        "at": None if at is None else AT + timedelta(seconds=at),
    }
    return Order(id=number, state=state, **(usual | changed))


def fill(
    number: str, quantity: int = 2, price: str = "6400", of: str = "n1", at: float = 0.5, **changed: Any
) -> Execution:
    usual: dict[str, Any] = {
        "account": "Sim101",
        "instrument": "MES 12-26",
        "side": "Long",
        "at": AT + timedelta(seconds=at),
    }
    return Execution(id=number, order="n1", quantity=quantity, price=Decimal(price), **(usual | changed))


class Desk:
    """A follow-up at work: the clock stands at 100 s when the first order is sent."""

    def __init__(self) -> None:
        self.follow = FollowUp()

    def send(self, now: float = 100.0, row: int = 1, **changed: str) -> tuple[Followed, ...]:
        return self.follow.sent(row, command(**changed), AT + timedelta(seconds=now - 100), now)

    def reads(
        self, found: Any, asked: float = 101.0, account: str = "Sim101", number: str = ""
    ) -> tuple[Followed, ...]:
        subject = Subject(account=account, instrument="", order_id=number)
        return self.follow.take(News(Call.ORDERS, subject, asked, found), TODAY)

    def stage(self, found: Any, asked: float = 101.0) -> Stage | None:
        changed = self.reads(found, asked)
        return changed[0].stage if changed else None


@pytest.fixture
def desk() -> Desk:
    return Desk()


# --- the way of an order ---


def test_an_order_goes_from_sent_to_filled_step_by_step(desk: Desk) -> None:
    [sent] = desk.send()
    assert sent.stage is Stage.SENT
    assert [one.stage for one in desk.follow.answered(1)] == [Stage.ANSWERED]
    assert desk.stage(Orders((order(state="Submitted"),))) is Stage.SEEN
    assert desk.stage(Orders((order(),))) is Stage.WORKING
    [part] = desk.reads(Orders((order(state="PartFilled", filled=1, average=Decimal(6400)),)))
    assert (part.stage, part.filled) == (Stage.PART_FILLED, 1)
    [done] = desk.reads(Orders((order(state="Filled", filled=2, average=Decimal("6399.75")),)))
    assert (done.stage, done.filled, done.average) == (Stage.FILLED, 2, Decimal("6399.75"))
    assert desk.follow.open == ()


@pytest.mark.parametrize(("state", "stage"), [*STAGES.items(), ("Unknown", Stage.WORKING), ("", Stage.WORKING)])
def test_each_state_of_ninjatrader_is_a_stage(state: str, stage: Stage) -> None:
    assert stage_of(state.upper()) is stage
    assert stage_of(None) is Stage.WORKING


def test_nothing_goes_back(desk: Desk) -> None:
    desk.send()
    desk.reads(Orders((order(state="PartFilled", filled=1),)))
    assert desk.reads(Orders((order(state="Working", filled=1),))) == ()
    desk.reads(Orders((order(state="Cancelled", filled=1),)))
    assert desk.reads(Orders((order(state="Working", filled=1),))) == ()


@given(states=st.lists(st.sampled_from([*STAGES, "odd"]), max_size=12))
def test_whatever_is_read_the_stages_only_rise_and_an_end_is_an_end(states: list[str]) -> None:
    desk, told = Desk(), []
    desk.send()
    for state in states:
        told += [one.stage for one in desk.reads(Orders((order(state=state),)))]
    ranks = [list(Stage).index(stage) for stage in told]
    assert ranks == sorted(set(ranks))
    assert sum(stage in ENDED for stage in told) <= 1


def test_a_message_that_surely_placed_nothing_is_not_followed(desk: Desk) -> None:
    desk.send()
    desk.follow.dropped(1)
    assert desk.follow.open == ()
    assert desk.follow.tick(1000.0) == ()


@pytest.mark.parametrize("token", ["FLATTEN", "CANCELORDERS", "CLOSEPOSITION"])
def test_of_an_exit_there_is_nothing_to_follow(token: str) -> None:
    found = compose(SPECS[token], {"account": "Sim101", "instrument": "MES 12-26"})
    assert isinstance(found, Command)
    assert FollowUp().sent(1, found, AT, 100.0) == ()


def test_each_account_has_an_order_of_its_own(desk: Desk) -> None:
    assert [one.subject.account for one in desk.send(account="Sim101,Sim102")] == ["Sim101", "Sim102"]
    desk.reads(Orders((order(account="Sim102"),)), account="Sim102")
    assert {one.subject.account: one.stage for one in desk.follow.open} == {
        "Sim101": Stage.SENT,
        "Sim102": Stage.WORKING,
    }


# --- by id ---


def test_an_order_is_found_by_the_status_of_its_own_id(desk: Desk) -> None:
    desk.send(order_id="mine-1")
    [seen] = desk.reads(Status("Working"), number="mine-1")
    assert (seen.stage, seen.why) == (Stage.WORKING, "")
    assert desk.reads(Status("Filled"), number="other") == ()
    [done] = desk.reads(Status("Filled"), number="mine-1")
    assert (done.stage, done.filled, done.average) == (Stage.FILLED, 2, None)
    [priced] = desk.reads(Executions((fill("f1"),)))
    assert (priced.stage, priced.average) == (Stage.FILLED, Decimal(6400))


@pytest.mark.parametrize("where", ["id", "name"])
def test_its_own_id_in_a_list_counts_more_than_what_an_order_looks_like(desk: Desk, where: str) -> None:
    desk.send(order_id="mine-1")
    mine = order("mine-1") if where == "id" else order("n9", name="mine-1")
    other = order("n1", at=0.0)
    assert [one.native for one in desk.reads(Orders((other, mine)))] == [mine.id]


# --- by what it is ---


@pytest.mark.parametrize(
    "changed",
    [
        {"instrument": "MNQ 12-26"},
        {"action": "Sell"},
        {"action": None},
        {"quantity": 3},
        {"quantity": None},
        {"kind": "Market"},
        {"kind": None},
        {"at": -2.1},
    ],
)
def test_an_order_that_differs_is_another_one(desk: Desk, changed: dict[str, Any]) -> None:
    desk.send()
    assert desk.reads(Orders((order(**changed),))) == ()


@pytest.mark.parametrize(
    "changed", [{"at": -2.0}, {"kind": "LIMIT"}, {"action": "BuyToCover"}, {"instrument": "MESZ6"}, {"at": 9.0}]
)
def test_an_order_that_is_the_same_in_other_words_is_it(desk: Desk, changed: dict[str, Any]) -> None:
    desk.send()
    assert desk.stage(Orders((order(**changed),))) is Stage.WORKING


def test_stop_limit_is_written_in_two_ways(desk: Desk) -> None:
    desk.send(order_type="STOPLIMIT", stop_price="6400")
    assert desk.stage(Orders((order(kind="Stop Limit"),))) is Stage.WORKING


def test_an_order_that_was_there_before_is_another_one(desk: Desk) -> None:
    desk.reads(Orders((order("old", at=0.0),)), asked=99.0)
    desk.send()
    assert desk.reads(Orders((order("old", at=0.5),))) == ()
    assert [one.native for one in desk.reads(Orders((order("old"), order("new"))))] == ["new"]


def test_an_order_without_a_time_is_it_only_if_it_is_new_in_the_list(desk: Desk) -> None:
    desk.send()
    assert desk.reads(Orders((order(at=None),))) == ()
    desk.reads(Orders(()), asked=102.0)
    desk.send(103.0, row=2)
    assert [one.row for one in desk.reads(Orders((order("n2", at=None),)), 104.0)] == [2]


def test_two_orders_that_look_alike_are_two(desk: Desk) -> None:
    desk.send(row=1)
    desk.send(100.5, row=2)
    both = desk.reads(Orders((order("n2", at=0.9), order("n1", at=0.2))))
    assert [(one.row, one.native) for one in both] == [(1, "n1"), (2, "n2")]


def test_a_filled_twin_is_not_taken_for_the_one_that_never_came(desk: Desk) -> None:
    desk.send(row=1)
    desk.send(100.5, row=2)
    twin = order("n1", state="Filled", filled=2, average=Decimal(6400), at=0.2)
    assert [one.row for one in desk.reads(Orders((twin,)))] == [1]
    assert desk.reads(Orders((twin,)), 103.0) == ()
    assert desk.reads(Executions((fill("f1"),)), 103.0) == ()
    assert [(one.row, one.stage) for one in desk.follow.tick(111.0)] == [(2, Stage.UNCONFIRMED)]


@pytest.mark.parametrize("found", [Orders((order(at=5.5),)), Executions((fill("f1", at=5.5),))])
@pytest.mark.parametrize(("first", "second"), [(Doubt.REFUSED, Doubt.UNKNOWN), (Doubt.UNKNOWN, Doubt.NONE)])
def test_what_looks_like_two_is_the_one_whose_answer_speaks_less_against_it(
    desk: Desk, first: Doubt, second: Doubt, found: Any
) -> None:
    desk.send(row=1)
    desk.follow.doubted(1, first)
    desk.send(105.0, row=2)
    desk.follow.doubted(2, second)
    assert [one.row for one in desk.reads(found, 106.0)] == [2]


def test_a_new_order_is_not_taken_for_one_that_nobody_saw_in_time(desk: Desk) -> None:
    desk.send(row=1)
    desk.reads(Orders(()), asked=105.0)
    desk.follow.tick(111.0)
    desk.send(120.0, row=2)
    assert [one.row for one in desk.reads(Orders((order(at=20.5),)), 121.0)] == [2]


def test_one_that_comes_much_later_is_another_hand_s(desk: Desk) -> None:
    desk.send()
    desk.follow.tick(111.0)
    assert desk.reads(Orders((order(at=60.0),)), asked=161.0) == ()


# --- by its fills ---


def test_fills_of_the_whole_quantity_are_the_order(desk: Desk) -> None:
    desk.send(order_type="MARKET", limit_price="")
    assert desk.reads(Executions((fill("f1", 1),))) == ()
    [done] = desk.reads(Executions((fill("f1", 1), fill("f2", 1, "6401"))))
    assert (done.stage, done.filled, done.average, done.native) == (Stage.FILLED, 2, Decimal("6400.5"), "n1")


def test_fills_of_a_known_order_count_one_by_one_and_once(desk: Desk) -> None:
    desk.send()
    desk.reads(Orders((order(),)))
    [part] = desk.reads(Executions((fill("f1", 1),)))
    assert (part.stage, part.filled) == (Stage.PART_FILLED, 1)
    assert desk.reads(Executions((fill("f1", 1),))) == ()
    assert desk.stage(Executions((fill("f2", 1),))) is Stage.FILLED


@pytest.mark.parametrize("changed", [{"side": "Short"}, {"at": -3.0}, {"instrument": "ES 12-26"}, {"quantity": -2}])
def test_a_fill_that_differs_is_of_another_order(desk: Desk, changed: dict[str, Any]) -> None:
    desk.send()
    assert desk.reads(Executions((fill("f1", **changed),))) == ()


# --- nobody has seen it ---


def test_an_order_nobody_sees_in_ten_seconds_is_not_confirmed_and_says_why_perhaps(desk: Desk) -> None:
    desk.send()
    desk.follow.answered(1)
    desk.reads(Orders(()), asked=105.0)
    assert desk.follow.tick(109.9) == ()
    [late] = desk.follow.tick(110.0)
    assert late.stage is Stage.UNCONFIRMED
    assert "trading window" in late.why
    assert "kill switch" in late.why
    assert desk.follow.tick(111.0) == ()


@pytest.mark.parametrize(
    "found", [None, Failed(Trouble.OFFLINE), Positions(), Executions(), Status("Working"), Orders(whole=False)]
)
def test_where_its_account_was_not_read_it_says_so_and_is_not_called_unconfirmed(desk: Desk, found: Any) -> None:
    desk.reads(Orders(()), asked=99.0)
    desk.send()
    if found:
        desk.reads(found, asked=105.0)
    [late] = desk.follow.tick(110.0)
    assert late.stage is Stage.UNREAD
    assert "Sim101 were not read" in late.why
    assert "again" not in late.why


def test_a_read_of_one_account_confirms_nothing_of_another(desk: Desk) -> None:
    desk.send(account="Sim101,Sim102")
    desk.reads(Orders(()), asked=105.0)
    assert {one.subject.account: one.stage for one in desk.follow.tick(110.0)} == {
        "Sim101": Stage.UNCONFIRMED,
        "Sim102": Stage.UNREAD,
    }


def test_a_list_that_was_asked_for_as_it_left_does_not_miss_an_order(desk: Desk) -> None:
    desk.send()
    desk.reads(Orders(()), asked=101.9)
    assert [one.stage for one in desk.follow.tick(110.0)] == [Stage.UNREAD]
    desk.reads(Orders(()), asked=112.0)
    assert [one.stage for one in desk.follow.tick(113.0)] == [Stage.UNCONFIRMED]


def test_the_accounts_of_open_orders_are_named_once_and_of_ended_ones_not(desk: Desk) -> None:
    desk.send(row=1)
    desk.send(row=2, account="Sim101,Sim102")
    assert desk.follow.accounts == ("Sim101", "Sim102")
    desk.reads(Orders((order(account="Sim102", state="Filled", filled=2, average=Decimal(1)),)), account="Sim102")
    assert desk.follow.accounts == ("Sim101",)


def test_one_that_is_seen_late_after_all_is_confirmed(desk: Desk) -> None:
    desk.send()
    desk.follow.tick(110.0)
    [seen] = desk.reads(Orders((order(),)), asked=112.0)
    assert (seen.stage, seen.why) == (Stage.WORKING, "")


def test_a_message_with_a_delay_is_waited_for(desk: Desk) -> None:
    desk.send(delay="20")
    assert desk.follow.tick(125.0) == ()
    assert len(desk.follow.tick(130.0)) == 1


def test_what_ended_or_was_forgotten_takes_no_memory() -> None:
    follow = FollowUp()
    for row in range(3000):
        at, done = AT + timedelta(seconds=row), {"state": "Filled", "filled": 2, "average": Decimal(6400)}
        follow.sent(row, command(), at, float(row))
        if row % 2:
            found = Orders((order(f"n{row}", at=float(row), **done),))
            assert len(follow.take(News(Call.ORDERS, Subject("Sim101"), float(row), found), TODAY)) == 1
        follow.tick(float(row))
    assert len(follow._trails) <= 1000
    assert len(follow._taken) <= 5000


# --- one list for all accounts ---


def shared(*orders: Order) -> Orders:
    return Orders(orders, shared=True)


def test_a_list_that_all_accounts_share_shows_an_order_and_says_nothing_of_what_is_missing_in_it() -> None:
    desk = Desk()
    desk.send()
    desk.reads(shared(), asked=105.0)
    assert [one.stage for one in desk.follow.tick(111.0)] == [Stage.UNREAD], "ended orders may not be in it"
    desk.reads(Orders(), asked=112.0)
    assert [one.stage for one in desk.follow.tick(112.0)] == [Stage.UNCONFIRMED]
    assert desk.stage(shared(order()), asked=113.0) is Stage.WORKING


def test_what_a_shared_list_leaves_out_does_not_pass_for_new_later() -> None:
    desk = Desk()
    desk.reads(Orders((order("old", at=None, state="Filled"),)), asked=90.0)
    desk.reads(shared(), asked=95.0)
    desk.send()
    assert desk.reads(Orders((order("old", at=None, state="Filled"),)), asked=103.0) == ()
    unread = Desk()
    unread.reads(shared(), asked=95.0)
    unread.send()
    assert unread.reads(Orders((order("old", at=None, state="Filled"),)), asked=103.0) == ()


def test_an_accounts_own_list_is_wanted_where_the_shared_one_does_not_show_an_order_three_times_at_most() -> None:
    desk = Desk()
    desk.send()
    assert not desk.follow.is_wanting(shared(), "Sim101", 101.0), "it may still come"
    assert not desk.follow.is_wanting(shared(), "Sim102", 103.0)
    assert not desk.follow.is_wanting(Orders(), "Sim101", 103.0), "that was its own"
    assert [desk.follow.is_wanting(shared(), "Sim101", 103.0 + n) for n in range(4)] == [True, True, True, False]


def test_an_order_that_left_the_shared_list_is_looked_for_in_its_accounts_own() -> None:
    desk = Desk()
    desk.send()
    desk.reads(shared(order()), asked=102.0)
    assert not desk.follow.is_wanting(shared(order()), "Sim101", 102.0)
    assert desk.follow.is_wanting(shared(), "Sim101", 104.0)
    desk.reads(Orders((order(state="Cancelled"),)), asked=105.0)
    assert not desk.follow.is_wanting(shared(), "Sim101", 106.0)
