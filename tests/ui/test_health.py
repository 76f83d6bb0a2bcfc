"""One quiet line says how sending does, a ring turns while an answer is missing, and a chart shows the round trips."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest

from crosstrade_desk.desk.events import Mode, Place
from crosstrade_desk.desk.notices import Level, Notice
from crosstrade_desk.sending.outcome import Answer, Refused, Unknown
from crosstrade_desk.storage.rows import Ending, Intent, Row
from crosstrade_desk.ui.feedback.chart import axis, told
from crosstrade_desk.ui.feedback.health import Figures, Health, Trip
from crosstrade_desk.ui.feedback.ring import Ring
from crosstrade_desk.ui.theme import DARK
from support.desks import YES
from support.events import ended
from support.windows import Glass

LIVE = Place(Mode.LIVE, "https://app.crosstrade.io/v1/send/••••/••••")
NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
TODAY = NOON.astimezone().date()


def row(ms: float, outcome: str = "accepted", place: str = "LIVE", at: datetime = NOON) -> Row:
    at_us = int(at.timestamp() * 1_000_000)
    intent = Intent(at_us, place, "PLACE", "APEX-1", "MES 12-26", "Buy 1 MES 12-26", "command=PLACE;")
    return Row(1, intent, Ending(outcome, "", 200, "", round(ms * 1000)))


def of(*rows: Row, place: str = "LIVE", now: float = 5.0, today: date = TODAY) -> Figures:
    health = Health()
    for one in rows:
        health.take(one, 0.0)
    return health.of(place, now, today)


# --- the figures ---


def test_the_median_is_the_middle_and_p95_one_that_was_measured() -> None:
    figures = of(*(row(float(ms)) for ms in range(1, 21)))
    assert (figures.median, figures.p95) == (10.5, 19.0)
    assert (of(row(7)).median, of(row(7)).p95) == (7.0, 7.0)


def test_only_the_last_sixty_count() -> None:
    assert of(*(row(1000) for _ in range(60)), *(row(2) for _ in range(60))).p95 == 2


@pytest.mark.parametrize("outcome", ["unknown", "not sent", "blocked"])
def test_what_nobody_answered_is_no_round_trip(outcome: str) -> None:
    assert of(row(10), row(10_000, outcome)).trips == (Trip(10, refused=False),)


def test_what_practice_answers_says_nothing_of_crosstrade() -> None:
    mixed = (row(1, place="PRACTICE"), row(90), row(1, "refused", place="PRACTICE"))
    assert of(*mixed).words == "median 90 ms · p95 90 ms · answer just now · 0 refused today"


def test_refusals_are_counted_by_the_day_and_are_no_good_answer() -> None:
    rows = (row(5, "refused"), row(5, "refused"), row(5, "refused", at=NOON - timedelta(days=1)))
    assert of(*rows).words == "median 5 ms · p95 5 ms · 2 refused today"
    assert of(*rows, today=TODAY + timedelta(days=1)).refused == 0


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "just now"), (9.9, "just now"), (10, "10 s ago"), (59, "50 s ago"), (60, "1 min ago"), (7300, "2 h ago")],
)
def test_the_age_of_the_last_good_answer_is_said_in_steps(seconds: float, words: str) -> None:
    assert f"answer {words}" in of(row(5), now=seconds).words


# --- the line ---


def answer(glass: Glass, ms: float, outcome: str = "accepted", place: str = "PRACTICE") -> None:
    glass.bridge.ended.emit(ended(row(ms, outcome, place, datetime.now(UTC))))


def test_the_line_says_how_this_place_does_and_leaves_the_rest_to_the_status_line(glass: Glass) -> None:
    strip = glass.window.health
    assert strip.button.text() == "no answers yet"
    before = strip.geometry().right(), strip.ring.mapTo(glass.window, strip.ring.rect().topLeft())
    status = glass.window.status.width()
    answer(glass, 12)
    answer(glass, 9999, "refused")
    assert strip.button.text() == "median 5006 ms · p95 9999 ms · answer just now · 1 refused today"
    glass.settle()
    assert (strip.geometry().right(), strip.ring.mapTo(glass.window, strip.ring.rect().topLeft())) == before
    assert glass.window.status.width() + strip.width() == glass.window.width()
    assert status - glass.window.status.width() > 200, "it had what the strip did not need"
    assert strip.button.fontMetrics().horizontalAdvance(strip.button.text()) <= strip.button.width() - 14
    glass.go(LIVE, glass.wire)
    assert strip.button.text() == "no answers yet"


def test_an_order_of_the_ticket_is_in_it(glass: Glass) -> None:
    glass.wire.always = Refused("No", Answer(200, ""))
    glass.click("flatten")
    glass.wait(lambda: bool(glass.book.endings))
    glass.settle()
    assert [trip.refused for trip in glass.window.health.figures.trips] == [True]


def test_the_line_makes_the_least_window_no_larger(glass: Glass) -> None:
    answer(glass, 12)
    glass.settle()
    with_it = glass.window.minimumSizeHint()
    glass.window.health.hide()
    glass.settle()
    assert glass.window.minimumSizeHint() == with_it
    assert with_it.width() <= 1280


# --- the ring ---


def ring(glass: Glass) -> Ring:
    found = glass.window.findChild(Ring)
    assert found
    return found


def test_the_ring_turns_while_an_answer_is_missing_and_stops_for_good(glass: Glass) -> None:
    glass.fill()
    assert not ring(glass).timer.isActive()
    room = ring(glass).geometry()
    glass.click("send")
    assert not ring(glass).is_turning  # most answers are there before it begins
    glass.wait(lambda: ring(glass).is_turning)
    assert ring(glass).geometry() == room
    glass.wire.waiting[0].set_result(YES)
    glass.wait(lambda: bool(glass.book.endings))
    glass.settle()
    assert not ring(glass).is_turning
    assert not ring(glass).timer.isActive()


def test_a_quick_answer_turns_no_ring(glass: Glass) -> None:
    glass.wire.always = YES
    glass.click("flatten")
    glass.wait(lambda: bool(glass.book.endings))
    glass.run(asyncio.sleep(0.4))
    assert not ring(glass).is_turning


def test_the_ring_stands_through_one_answer_of_two(glass: Glass) -> None:
    glass.fill()
    glass.click("send")
    glass.click("flatten")
    glass.wait(lambda: ring(glass).is_turning)
    glass.wire.waiting[1].set_result(Unknown("No answer in 10 s."))
    glass.wait(lambda: bool(glass.book.endings))
    glass.settle()
    assert ring(glass).timer.isActive()


# --- the chart ---


@pytest.mark.parametrize(
    ("most", "lines"),
    [
        (0.4, (0, 0.5, 1)),
        (7, (0, 2, 4, 6, 8)),
        (16, (0, 5, 10, 15, 20)),
        (40, (0, 10, 20, 30, 40)),
        (900, (0, 500, 1000)),
        (10_000, (0, 5000, 10_000)),
    ],
)
def test_the_axis_has_few_round_figures_and_holds_the_slowest(most: float, lines: tuple[float, ...]) -> None:
    assert axis(most) == lines


def test_a_press_opens_the_chart_which_blocks_nothing_and_is_told_in_words(glass: Glass) -> None:
    answer(glass, 10)
    answer(glass, 30, "refused")
    QTest.mouseClick(glass.window.health.button, Qt.MouseButton.LeftButton)
    chart = glass.window.health.chart
    assert chart
    assert chart.isVisible()
    assert not chart.isModal()
    assert chart.bars.accessibleName() == "Round trips of the last messages, in milliseconds"
    words = "2 answers: fastest 10 ms, median 20 ms, p95 30 ms, slowest 30 ms, last 30 ms. Refused: 1."
    assert chart.bars.accessibleDescription() == words
    answer(glass, 50)
    assert chart.bars.accessibleDescription().startswith("3 answers: fastest 10 ms, median 30 ms")


def test_a_bar_is_as_high_as_its_message_was_slow(glass: Glass) -> None:
    for ms in (100, 50):
        answer(glass, ms)
    glass.window.health.button.click()
    chart = glass.window.health.chart
    assert chart
    picture = chart.bars.grab().toImage()
    heights = [
        sum(picture.pixelColor(x, y) == QColor(DARK.focus) for y in range(picture.height()))
        for x in range(picture.width())
    ]
    slow, quick = (max(part) for part in (heights[:-128], heights[-128:-122]))
    assert slow > 100
    assert quick == pytest.approx(slow / 2, abs=4)


def test_without_an_answer_the_chart_says_so() -> None:
    assert told(Figures()) == "No message was answered here yet."


def test_the_strip_gives_its_room_to_a_remark_that_would_be_cut_and_takes_it_back(glass: Glass) -> None:
    glass.window.resize(1366, 730)
    glass.settle()
    glass.window.health.button.setText("median 8 ms · p95 18 ms · answer just now · 0 refused today")
    glass.window.health.button.setFixedWidth(380)
    words = "Look in NinjaTrader whether you are flat. " * 4
    glass.desk.tell(Notice(Level.PROBLEM, words, "send"))
    glass.settle()
    assert "…" not in "".join(glass.window.status.shown())
    glass.desk.tell(Notice(Level.INFO, "Short.", "send"))
    glass.settle()
    assert glass.window.health.button.isVisible()


def test_a_remark_is_never_cut_beside_the_words_of_the_strip(glass: Glass) -> None:
    glass.window.resize(900, 700)
    glass.settle()
    strip, status = glass.window.health, glass.window.status
    beside = []
    for number in range(160, 210):
        status.say("i" * number, "good")
        glass.settle()
        beside.append(strip.button.isVisible())
        assert not beside[-1] or status.shown() == [status.text()]
    assert set(beside) == {True, False}


def test_a_strip_that_grows_gives_its_room_to_the_remark_that_it_would_cut(glass: Glass) -> None:
    glass.window.resize(1366, 730)
    glass.settle()
    strip, status = glass.window.health, glass.window.status
    words = "i"
    while status.fits(glass.window.width() - strip.whole_width):
        words += "i"
        status.say(words, "good")
    status.say(words[:-1], "good")
    glass.settle()
    assert strip.button.isVisible()
    strip._on_ended(ended(row(12.0, place=strip._place)))
    glass.settle()
    assert not strip.button.isVisible()
    assert status.shown() == [status.text()]
