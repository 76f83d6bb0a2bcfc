"""What is known, and how old it may be: only a read that came out says anything."""

import gc
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from crosstrade_desk.desk.reading import MOST_FILLS, Age, Changed, Flat, Known
from crosstrade_desk.protocol.instrument import canonical
from crosstrade_desk.readback.answers import Failed, Trouble
from crosstrade_desk.readback.plan import Call, Subject
from crosstrade_desk.readback.reader import News
from crosstrade_desk.readback.schedule import Schedule
from crosstrade_desk.readback.values import (
    Account,
    Accounts,
    Balances,
    Execution,
    Executions,
    Order,
    Orders,
    Position,
    Positions,
    Profit,
    Profits,
    Quote,
)

TODAY = date(2026, 11, 26)
LONG = Position(account="Sim101", instrument="MES 12-26", side="Long", quantity=2)
NOBODY, SIM, MES = Subject(), Subject(account="Sim101"), Subject(instrument="MES 12-26")


@pytest.fixture
def known() -> Known:
    return Known(Schedule().usual_s)


def news(found: Any, asked: float = 0.0, call: Call = Call.POSITIONS, subject: Subject = NOBODY) -> News:
    return News(call, subject, asked, found)


def flat(known: Known, now: float, since: float = 0.0, instrument: str = "MES 12-26") -> Flat:
    return known.flat("Sim101", instrument, now, TODAY, since)


def pushed(found: Any, asked: float, call: Call = Call.QUOTE, subject: Subject = MES) -> News:
    return News(call, subject, asked, found, pushed=True)


# --- what is pushed ---


def test_a_pushed_quote_is_as_old_as_it_is_and_keeps_what_only_a_read_tells(known: Known) -> None:
    full = Quote("MES 12-26", bid=Decimal(1), last=Decimal(2), source="Delayed", is_open=True)
    known.take(news(full, 0.0, Call.QUOTE, MES))
    known.take(pushed(Quote("MES 12-26", last=Decimal(3)), 50.0))
    shown = known.quote("MES 12-26", 51.0)
    assert shown.value == Quote("MES 12-26", last=Decimal(3), source="Delayed", is_open=True)
    assert (shown.age_s, shown.age) == (1.0, Age.FRESH)
    assert known.quote("MES 12-26", 57.0).age is Age.GREY
    assert known.quote("MES 12-26", 111.0).value is None


def test_a_slow_answer_does_not_take_the_place_of_what_was_pushed_meanwhile(known: Known) -> None:
    known.take(pushed(Quote("MES 12-26", last=Decimal(3)), 5.0))
    known.take(news(Quote("MES 12-26", last=Decimal(2), source="Live"), 4.0, Call.QUOTE, MES))
    shown = known.quote("MES 12-26", 6.0)
    assert (shown.value, shown.asked) == (Quote("MES 12-26", last=Decimal(3), source="Live"), 5.0)
    known.take(news(Quote("NQ 12-26", last=Decimal(7)), 4.0, Call.QUOTE, Subject(instrument="NQ 12-26")))
    assert known.quote("NQ 12-26", 6.0).value == Quote("NQ 12-26", last=Decimal(7)), "of another instrument it does"


def test_pushed_profits_join_their_accounts_and_make_the_balances_no_younger(known: Known) -> None:
    money = Balances(cash=Decimal(100), realised=Decimal(1), unrealised=Decimal(2))
    known.take(
        news(Accounts((Account("Sim101", money=money), Account("Sim102", money=Balances()))), 0.0, Call.SNAPSHOT)
    )
    told = (Profit("SIM101", Decimal(7)), Profit("Sim102", None, Decimal(-4)), Profit("elsewhere", Decimal(1)))
    known.take(pushed(Profits(told), 20.0, Call.SNAPSHOT, NOBODY))
    shown = known.accounts(21.0)
    assert shown.value
    first, second = (one.money for one in shown.value.items)
    assert (first.cash, first.realised, first.unrealised) == (100, 7, 2)
    assert (second.cash, second.realised, second.unrealised) == (None, None, -4)
    assert shown.asked == 0.0


def test_profits_of_accounts_that_were_never_read_are_nothing(known: Known) -> None:
    known.take(pushed(Profits((Profit("Sim101", Decimal(1)),)), 1.0, Call.SNAPSHOT, NOBODY))
    assert known.accounts(1.0).value is None


def test_a_push_ends_the_trouble_of_the_push_and_no_other(known: Known) -> None:
    known.take(news(Failed(Trouble.OFFLINE), call=Call.SNAPSHOT))
    known.take(pushed(Failed(Trouble.PUSH_DOWN), 1.0, Call.PUSH, NOBODY))
    assert known.offline
    assert known.troubles[Call.PUSH].trouble is Trouble.PUSH_DOWN
    known.take(pushed(Quote("MES 12-26", last=Decimal(3)), 2.0))
    assert known.offline, "and a value that is pushed meanwhile is grey"
    assert known.quote("MES 12-26", 2.0).age is Age.GREY
    assert known.troubles == {}


# --- age ---


@pytest.mark.parametrize(
    ("age_s", "age"),
    [(0, Age.FRESH), (8, Age.FRESH), (8.1, Age.GREY), (60, Age.GREY), (60.1, Age.GONE)],
)
def test_a_value_is_fresh_then_grey_then_gone(known: Known, age_s: float, age: Age) -> None:
    known.take(news(Positions((LONG,)), asked=100.0))
    shown = known.positions(100.0 + age_s)
    assert shown.age is age
    assert (shown.value is None) == (age is Age.GONE)


def test_what_is_read_seldom_may_be_older(known: Known) -> None:
    known.take(news(Accounts(), call=Call.SNAPSHOT))
    assert known.accounts(30).age is Age.FRESH
    assert known.accounts(31).age is Age.GREY
    quick = Known(lambda _: 100.0)
    quick.take(news(Positions()))
    assert quick.positions(299).age is Age.GREY
    assert quick.positions(301).age is Age.GONE


def test_the_age_counts_from_the_question_not_from_a_slow_answer(known: Known) -> None:
    known.take(news(Positions((LONG,)), asked=0.0))
    assert known.positions(16.0).age is Age.GREY


def test_nothing_was_read_yet(known: Known) -> None:
    assert (known.positions(0).value, known.positions(0).age) == (None, Age.GONE)
    assert flat(known, 0) is Flat.UNKNOWN


def test_a_failure_takes_nothing_away_and_makes_nothing_younger(known: Known) -> None:
    known.take(news(Positions((LONG,)), asked=0.0))
    known.take(news(Failed(Trouble.FAULTY), asked=8.0))
    assert known.positions(9).value == Positions((LONG,))
    assert known.positions(9).age is Age.GREY
    assert known.troubles[Call.POSITIONS].trouble is Trouble.FAULTY
    known.take(news(Positions(), asked=10.0))
    assert known.troubles == {}


def test_while_the_add_on_is_away_everything_is_grey(known: Known) -> None:
    known.take(news(Positions((LONG,)), asked=0.0))
    known.take(news(Failed(Trouble.OFFLINE), asked=1.0, call=Call.SNAPSHOT))
    assert known.offline
    assert known.positions(1).age is Age.GREY
    assert flat(known, 1, instrument="ES 12-26") is Flat.UNKNOWN
    known.take(news(Accounts(), asked=2.0, call=Call.SNAPSHOT))
    assert not known.offline


@pytest.mark.parametrize("trouble", [Trouble.OFFLINE, Trouble.BUSY, Trouble.DENIED, Trouble.SLOW, Trouble.UNREACHABLE])
def test_what_keeps_all_from_being_read_is_over_with_the_first_answer_to_anything(
    known: Known, trouble: Trouble
) -> None:
    known.take(news(Failed(trouble), call=Call.SNAPSHOT))
    assert known.trouble == Failed(trouble)
    assert known.troubles == {}
    known.take(news(Positions()))
    assert known.trouble is None


def test_an_order_that_is_not_found_by_its_id_is_no_trouble(known: Known) -> None:
    known.take(news(Failed(Trouble.FAULTY), call=Call.STATUS))
    assert (known.trouble, known.troubles) == (None, {})


# --- flat ---


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (Positions(), Flat.YES),
        (Positions((LONG,)), Flat.NO),
        (Positions(whole=False), Flat.UNKNOWN),
        (Positions((LONG,), whole=False), Flat.NO),
        (Positions((Position(account="sim101", instrument="MESZ6", side="Short", quantity=1),)), Flat.NO),
        (Positions((Position(account="Sim101", instrument="MES 12-26", quantity=1),)), Flat.UNKNOWN),
        (Positions((Position(account="Sim101", instrument="MES 12-26", side="Flat"),)), Flat.YES),
        (Positions((Position(account="Sim102", instrument="MES 12-26", side="Long", quantity=1),)), Flat.YES),
        (Failed(Trouble.FAULTY, "No position"), Flat.UNKNOWN),
        (Failed(Trouble.MISSING), Flat.UNKNOWN),
        (Failed(Trouble.UNREADABLE), Flat.UNKNOWN),
    ],
)
def test_flat_is_said_only_by_a_whole_read_that_came_out(known: Known, found: Any, told: Flat) -> None:
    known.take(news(found))
    assert flat(known, 1.0) is told


def test_a_read_that_was_asked_for_before_the_exit_says_nothing_about_after(known: Known) -> None:
    known.take(news(Positions(), asked=10.0))
    assert flat(known, 12.0, since=10.5) is Flat.UNKNOWN
    known.take(news(Positions(), asked=11.0))
    assert flat(known, 12.0, since=10.5) is Flat.YES


def test_an_old_read_does_not_say_flat(known: Known) -> None:
    known.take(news(Positions(), asked=0.0))
    assert flat(known, 9.0) is Flat.UNKNOWN


def test_no_size_is_made_of_what_is_grey_or_not_whole(known: Known) -> None:
    known.take(news(Positions((LONG,)), asked=0.0))
    assert known.size("sim101", "MES1!", 1.0, TODAY) == 2
    assert known.size("Sim101", "MES 12-26", 9.0, TODAY) is None
    known.take(news(Positions((LONG,), whole=False), asked=9.0))
    assert known.size("Sim101", "MES 12-26", 9.0, TODAY) is None


def test_a_slow_answer_does_not_bring_back_what_was_before(known: Known) -> None:
    known.take(news(Positions(), asked=5.0))
    known.take(news(Positions((LONG,)), asked=3.0))
    assert flat(known, 6.0) is Flat.YES


def test_the_snapshot_brings_positions_too_unless_they_are_not_whole(known: Known) -> None:
    known.take(news(Accounts(positions=Positions((LONG,))), asked=5.0, call=Call.SNAPSHOT))
    assert flat(known, 6.0) is Flat.NO
    known.take(news(Accounts(positions=Positions(whole=False)), asked=7.0, call=Call.SNAPSHOT))
    assert flat(known, 8.0) is Flat.NO


# --- what changed, and what belongs to whom ---


def test_it_says_when_fills_are_worth_asking_for(known: Known) -> None:
    assert known.take(news(Positions())) is Changed.NOTHING
    assert known.take(news(Positions((LONG,)), asked=1.0)) is Changed.POSITIONS
    moved = Position(account="Sim101", instrument="MES 12-26", side="Long", quantity=2, last=Decimal(7))
    assert known.take(news(Positions((moved,)), asked=2.0)) is Changed.NOTHING


def fill(number: int, account: str = "Sim101") -> Execution:
    return Execution(id=str(number), account=account, at=datetime.fromtimestamp(1_790_000_000 + number, UTC))


def test_fills_are_gathered_each_once_in_the_order_of_their_time(known: Known) -> None:
    assert known.take(news(Executions((fill(2), fill(1))), call=Call.EXECUTIONS)) is Changed.FILLS
    assert known.take(news(Executions((fill(2), fill(3))), call=Call.EXECUTIONS)) is Changed.FILLS
    assert known.take(news(Executions((fill(3),)), call=Call.EXECUTIONS)) is Changed.NOTHING
    assert [one.id for one in known.fills()] == ["1", "2", "3"]


def test_each_account_has_its_own_orders_and_ages(known: Known) -> None:
    other = Subject(account="Sim102")
    known.take(news(Orders((Order(id="1"),)), 100.0, Call.ORDERS, SIM))
    known.take(news(Orders((Order(id="2"),)), 109.0, Call.ORDERS, other))
    shown = [known.orders(name, 111.0) for name in ("sim101", "SIM102")]
    assert [(one.value.items[0].id, one.age) for one in shown if one.value] == [("1", Age.GREY), ("2", Age.FRESH)]


def test_it_says_whose_positions_changed(known: Known) -> None:
    known.take(news(Positions((LONG,))))
    short = Position(account="Sim102", instrument="MES 12-26", side="Short", quantity=1)
    assert known.take(news(Positions((LONG, short)), asked=1.0)) is Changed.POSITIONS
    assert known.moved == {"Sim102"}


def test_what_one_account_cannot_tell_stays_said_while_the_others_are_read(known: Known) -> None:
    known.take(news(Failed(Trouble.FAULTY), 1.0, Call.ORDERS, SIM))
    known.take(news(Orders(), 2.0, Call.ORDERS, Subject(account="Sim102")))
    assert known.troubles[Call.ORDERS].trouble is Trouble.FAULTY
    known.take(news(Orders(), 3.0, Call.ORDERS, SIM))
    assert known.troubles == {}


def test_values_of_another_account_or_instrument_are_not_shown(known: Known) -> None:
    known.take(news(Orders((Order(id="1"),)), call=Call.ORDERS, subject=SIM))
    known.take(news(Quote(last=Decimal(1)), call=Call.QUOTE, subject=MES))
    assert known.orders("Sim101", 1).value
    assert known.orders("Sim102", 1).value is None
    assert known.quote("MES 12-26", 1).value
    assert known.quote("ES 12-26", 1).value is None


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("MESZ6", "MES 12-26"),
        ("mes dec26", "MES 12-26"),
        ("MES1!", "MES 12-26"),
        ("AAPL", "AAPL"),
        (None, ""),
        ("?", "?"),
    ],
)
def test_instruments_are_compared_in_one_form(written: str | None, same: str) -> None:
    assert canonical(written, TODAY) == same


# --- a long day ---


def objects() -> int:
    gc.collect()
    return len(gc.get_objects())


def test_a_day_of_5000_orders_and_200_instruments_takes_no_more_memory_in_its_last_hour(known: Known) -> None:
    names = [f"S{number} 12-26" for number in range(200)]

    def an_hour(begin: int) -> None:
        for step in range(240):
            at, name = float(begin + step), names[step % 200]
            orders = tuple(Order(id=str(begin + number), instrument=name, filled=step) for number in range(500))
            held = tuple(Position(account="A", instrument=one, side="Long", quantity=step) for one in names)
            known.take(news(Orders(orders), at, Call.ORDERS, SIM))
            known.take(news(Positions(held), at))
            known.take(news(Accounts((Account(name="A", money=Balances()),)), at, Call.SNAPSHOT))
            known.take(news(Quote(instrument=name), at, Call.QUOTE, Subject(instrument=name)))
            fills = tuple(fill(begin * 100 + step * 25 + number) for number in range(25))
            known.take(news(Executions(fills), at, Call.EXECUTIONS, SIM))

    an_hour(0)
    an_hour(1000)
    before = objects()
    for begin in range(2000, 6000, 1000):
        an_hour(begin)
    assert objects() - before < 50
    assert len(known.fills()) == MOST_FILLS
