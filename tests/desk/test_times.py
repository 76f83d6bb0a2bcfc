"""How long the parts of the way of a message took, as they are told with its outcome."""

from collections.abc import Callable

import pytest

from crosstrade_desk.desk.events import RowEnded
from crosstrade_desk.desk.times import Point, Stopwatch, Times
from crosstrade_desk.protocol.message import Message
from crosstrade_desk.sending.outcome import NotSent, Outcome
from support.desks import YES, Bench, Book, Time, Wire

pytestmark = pytest.mark.anyio


class SlowWire(Wire):
    """Leaves after 0.2 s and is answered 0.5 s later, on the clock of the bench; the first tries never leave."""

    def __init__(self, fails: int = 0) -> None:
        super().__init__()
        self.fails = fails
        self.time: Time

    async def send(self, message: Message, on_left: Callable[[], None]) -> Outcome:
        self.carried.append(message)
        self.time.now += 0.2
        if len(self.carried) <= self.fails:
            return NotSent("Nobody answers.")
        on_left()
        self.time.now += 0.5
        return YES


class SlowBook(Book):
    """Keeps a row after 0.1 s on the clock of the bench."""

    time: Time

    async def begin(self, intent):  # type: ignore[no-untyped-def]
        self.time.now += 0.1
        return await super().begin(intent)


def bench(wire: SlowWire) -> Bench:
    book = SlowBook()
    made = Bench(wire, book)
    wire.time = book.time = made.time
    made.connect()
    return made


async def times(made: Bench) -> dict[str, int]:
    await made.until(1)
    (ended,) = made.of(RowEnded)
    assert isinstance(ended, RowEnded)
    return dict(ended.times.parts)


async def test_the_outcome_tells_how_long_each_part_took() -> None:
    made = bench(SlowWire())
    made.desk.send(made.message("PLACE"))
    assert await times(made) == {"gate": 0, "journal": 100_000, "connect and send": 200_000, "answer": 500_000}


async def test_of_an_exit_that_is_tried_again_the_last_try_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crosstrade_desk.desk.carrier._PAUSES_S", (0.0,))
    made = bench(SlowWire(fails=2))
    made.desk.send(made.message("FLATTEN"))
    found = await times(made)
    assert (found["connect and send"], found["answer"]) == (200_000, 500_000)


async def test_what_never_left_has_no_time_of_an_answer() -> None:
    made = bench(SlowWire(fails=1))
    made.desk.send(made.message("PLACE"))
    assert (await times(made)).keys() == {"gate", "journal"}


def test_parts_are_written_in_milliseconds_and_unknown_ones_left_out() -> None:
    now = iter((1.0, 1.0005))
    watch = Stopwatch(lambda: next(now))
    watch.note(Point.PRESSED)
    watch.note(Point.PASSED)
    assert watch.times() == Times((("gate", 500),))
    assert watch.times().text == "gate 0.5 ms"
