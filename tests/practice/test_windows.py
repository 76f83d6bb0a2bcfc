"""Trading windows in New York time, summer and winter, and over midnight."""

from datetime import UTC, datetime, time

import pytest

from crosstrade_desk.practice.windows import Passage, Window, parse_window
from crosstrade_desk.protocol.problems import Invalid

DAY = Window(time(9, 30), time(16), time(15, 30))
NIGHT = Window(time(18), time(2), time(1))


def at(clock: str, summer: bool = False) -> datetime:
    """A moment by New York's clock, five hours behind UTC in winter and four in summer."""
    hour, minute = map(int, clock.split(":"))
    day, ahead = (datetime(2026, 7, 1, tzinfo=UTC), 4) if summer else (datetime(2026, 11, 23, tzinfo=UTC), 5)
    moved = (hour + ahead) % 24
    return day.replace(hour=moved, minute=minute)


@pytest.mark.parametrize("summer", [False, True])
@pytest.mark.parametrize(
    ("window", "clock", "passage"),
    [
        (Window(), "03:00", Passage.ALL),
        (DAY, "09:29", Passage.NOTHING),
        (DAY, "09:30", Passage.ALL),
        (DAY, "15:29", Passage.ALL),
        (DAY, "15:30", Passage.CLOSING),
        (DAY, "15:59", Passage.CLOSING),
        (DAY, "16:00", Passage.NOTHING),
        (Window(start=time(9, 30)), "09:29", Passage.NOTHING),
        (Window(start=time(9, 30)), "23:59", Passage.ALL),
        (Window(end=time(16)), "00:00", Passage.ALL),
        (Window(end=time(16)), "16:00", Passage.NOTHING),
        (NIGHT, "17:59", Passage.NOTHING),
        (NIGHT, "18:00", Passage.ALL),
        (NIGHT, "00:30", Passage.ALL),
        (NIGHT, "01:00", Passage.CLOSING),
        (NIGHT, "02:00", Passage.NOTHING),
        (Window(time(9, 30), time(16), time(17)), "10:00", Passage.ALL),  # after its end: never
        (Window(time(9, 30), time(16), time(9)), "10:00", Passage.ALL),  # before its start: never
        (Window(closing_only_after=time(15)), "14:59", Passage.ALL),
        (Window(closing_only_after=time(15)), "23:59", Passage.CLOSING),
        (Window(time(9, 30), closing_only_after=time(15)), "15:00", Passage.CLOSING),
    ],
)
def test_what_passes_when(window: Window, clock: str, passage: Passage, summer: bool) -> None:
    assert window.passage(at(clock, summer)) is passage


def test_a_window_is_read_as_it_is_typed() -> None:
    assert parse_window("9:30-16:00") == Window(time(9, 30), time(16))
    assert parse_window("6:00 PM - 2:00 AM") == Window(time(18), time(2))
    assert parse_window("") == Window()


@pytest.mark.parametrize("text", ["9:30", "9:30-9:30", "9:30-25:00", "a-b", "9:30-16:00-17:00", "-"])
def test_what_is_no_window_is_told(text: str) -> None:
    assert isinstance(parse_window(text), Invalid)
