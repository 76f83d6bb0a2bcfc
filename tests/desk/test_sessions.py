"""When every market in play is closed, and what keeps all awake."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from crosstrade_desk.desk.reading import Known
from crosstrade_desk.desk.sessions import Sessions
from crosstrade_desk.readback.plan import Call, Subject
from crosstrade_desk.readback.reader import News
from crosstrade_desk.readback.values import MarketInfo, Order, Orders, Position, Positions

TODAY = date(2026, 11, 28)
AT = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)  # a Saturday
CLOSED = MarketInfo("MES 12-26", told=AT, is_open=False, begins=AT + timedelta(hours=35))
OPEN = replace(CLOSED, is_open=True)


class Floor:
    """What is in play, and what was told of its markets."""

    def __init__(self, **told: MarketInfo) -> None:
        self.sessions, self.known = Sessions(), Known(lambda _call: 60.0)
        self.tell(**({"MES": CLOSED} | told))

    def tell(self, **told: MarketInfo) -> None:
        for root, info in told.items():
            self.known.take(News(Call.INFO, Subject(instrument=f"{root} 12-26"), 0.0, info))

    def holds(self, *roots: str) -> None:
        found = (Position("Sim101", f"{root} 12-26", side="Long", quantity=1) for root in roots)
        self.sessions.positions(Positions(tuple(found)), TODAY)

    def works(self, account: str, root: str, state: str = "Working") -> None:
        self.sessions.orders(account, Orders((Order("1", account, f"{root} 12-26", state=state),)), TODAY)

    def is_closed(self, now: float = 1.0, at: datetime = AT, ticket: str = "MES 12-26") -> bool:
        return self.sessions.are_closed(self.known, ticket, now, at)


@pytest.fixture
def floor() -> Floor:
    return Floor()


def test_a_closed_market_is_one_that_was_told_to_be_while_nothing_else_is_in_play(floor: Floor) -> None:
    assert not floor.is_closed(), "positions were not read"
    floor.holds()
    assert floor.is_closed()
    assert not floor.is_closed(ticket="")
    assert not floor.is_closed(ticket="ES 12-26")
    floor.tell(MES=OPEN)
    assert not floor.is_closed()
    floor.tell(MES=replace(CLOSED, is_open=None))
    assert not floor.is_closed(), "not told is not closed"


def test_a_position_or_a_working_order_in_an_open_market_keeps_awake(floor: Floor) -> None:
    floor.holds("MBT")
    assert floor.sessions.besides("MES 12-26") == ("MBT 12-26",)
    assert not floor.is_closed(), "its session was not read"
    floor.tell(MBT=OPEN)
    assert not floor.is_closed()
    floor.tell(MBT=CLOSED)
    assert floor.is_closed()
    floor.works("Sim102", "ZC")
    assert not floor.is_closed()
    floor.works("Sim102", "ZC", "Filled")
    assert floor.is_closed()


def test_with_too_many_instruments_nothing_rests_and_no_session_is_read_but_that_of_the_ticket(floor: Floor) -> None:
    roots = ("MES", "ES", "NQ", "YM", "CL", "GC")
    floor.tell(**dict.fromkeys(roots, CLOSED))
    floor.holds(*roots)
    assert floor.sessions.besides("MES 12-26") == ()
    assert not floor.is_closed()
    floor.holds(*roots[:-1])
    assert floor.is_closed()


def test_the_bell_that_was_told_opens_the_market_before_the_next_read(floor: Floor) -> None:
    floor.holds()
    bell = CLOSED.begins
    assert bell
    assert floor.is_closed(at=bell - timedelta(seconds=1))
    assert not floor.is_closed(at=bell)
    floor.tell(MES=replace(CLOSED, begins=AT - timedelta(hours=20), next_begins=bell))
    assert floor.is_closed()
    assert not floor.is_closed(at=bell)


def test_what_was_told_too_long_ago_closes_nothing(floor: Floor) -> None:
    floor.holds()
    assert floor.is_closed(now=179)
    assert not floor.is_closed(now=181)
