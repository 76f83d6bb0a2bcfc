"""What became of a message, in its row of the log: words that come one after the other, each painting one cell."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from crosstrade_desk.desk.flat_watch import Exited, Way
from crosstrade_desk.desk.stages import Followed, Stage
from crosstrade_desk.readback.plan import Subject
from crosstrade_desk.readback.values import Position
from crosstrade_desk.storage.rows import Intent
from crosstrade_desk.ui.log.became import _TONES, Became
from crosstrade_desk.ui.log.columns import COLUMNS, ORDER
from crosstrade_desk.ui.log.model import LogModel
from support.desks import YES, Book
from support.windows import Glass

LEFT = Qt.MouseButton.LeftButton
ORDER_OF = Followed(1, Subject("Sim101", "MES 12-26", "o"), True, 4, "limit", datetime.now(UTC), 100.0, 10.0)


def stage(kind: Stage, **more: object) -> Followed:
    return replace(ORDER_OF, stage=kind, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("order", "word"),
    [
        (stage(Stage.SENT), "sent"),
        (stage(Stage.ANSWERED), "answered"),
        (stage(Stage.SEEN), "seen"),
        (stage(Stage.WORKING), "working"),
        (stage(Stage.PART_FILLED, filled=1, average=Decimal("6410.50")), "part filled 1 of 4 @ 6410.50"),
        (stage(Stage.FILLED, filled=4, average=Decimal(19237) / 3), "filled 4 @ 6412.333"),
        (stage(Stage.FILLED, filled=4, average=Decimal(6400)), "filled 4 @ 6400"),
        (stage(Stage.CANCELLED, filled=2), "cancelled 2 of 4"),
        (stage(Stage.REJECTED), "rejected"),
        (stage(Stage.UNCONFIRMED), "not confirmed"),
    ],
)
def test_each_stage_has_its_word(order: Followed, word: str) -> None:
    became = Became()
    assert became.take(order) == 1
    assert became.word(1) == word


def test_every_stage_and_way_has_a_tone() -> None:
    assert set(_TONES) == {*Stage, *Way}


def test_several_accounts_are_counted_and_the_worst_colours_the_row() -> None:
    became = Became()
    for account, kind in (("Sim101", Stage.FILLED), ("Sim102", Stage.REJECTED), ("Sim103", Stage.FILLED)):
        became.take(replace(stage(kind), subject=Subject(account, "MES 12-26")))
    assert became.word(1) == "2 filled, 1 rejected"
    assert became.tone(1) == "bad"
    assert became.details(1) == ["Read back: Sim101: filled; Sim102: rejected; Sim103: filled"]


def test_a_day_of_five_thousand_orders_is_not_kept_whole() -> None:
    became = Became()
    for number in range(5000):
        became.take(replace(ORDER_OF, row=number))
    assert became.word(0) == ""
    assert became.word(4999) == "sent"
    assert len(became._orders) == 2000


def test_one_cell_is_painted_anew_and_no_row_of_the_journal_is_read_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    book = Book(intents=[Intent(1, "PRACTICE", "PLACE", "Sim101", "MES 12-26", "", str(n)) for n in range(1000)])
    model = LogModel(book)
    told: list[tuple[int, int, int, int]] = []
    model.dataChanged.connect(lambda a, b: told.append((a.row(), a.column(), b.row(), b.column())))
    with monkeypatch.context() as patch:
        patch.setattr(book, "page", None)
        model.on_told(replace(ORDER_OF, row=990))
    assert told == [(10, ORDER, 10, ORDER)]
    assert model.index(10, ORDER).data() == "sent"
    model.on_told(replace(ORDER_OF, row=5000))
    assert len(told) == 1


def sent(glass: Glass, button: str = "send") -> None:
    glass.wire.always = YES
    glass.fill()
    glass.click(button)
    glass.wait(lambda: bool(glass.book.endings))
    glass.settle()


def cell(glass: Glass) -> str:
    return str(glass.window.log.model.index(0, ORDER).data())


def test_the_row_and_its_details_follow_the_order(glass: Glass) -> None:
    sent(glass)
    for kind in (Stage.WORKING, Stage.UNCONFIRMED):
        glass.reads.on_read(stage(kind, why="Not confirmed: perhaps." if kind is Stage.UNCONFIRMED else ""))
        assert cell(glass) == kind.value
    words = glass.window.log.details.toPlainText()
    assert "Read back: Sim101: not confirmed\nNot confirmed: perhaps.\n" in words
    assert [column.title for column in COLUMNS][ORDER] == "Order"


def exited(glass: Glass, way: Way) -> None:
    row = glass.window.log.model.row(0)
    assert row
    command = glass.wire.carried[0].command
    left = (Position("Sim101", "MES 12-26", side="Long", quantity=2),) if way is Way.OPEN else ()
    glass.reads.on_read(Exited(row, command, 0.0, way, left))
    glass.settle()


def test_an_exit_that_is_not_flat_is_said_loudly_and_offered_again_until_a_read_shows_flat(glass: Glass) -> None:
    sent(glass, "flatten")
    bar = glass.window.log.alarms
    exited(glass, Way.WATCHED)
    assert (cell(glass), bar.isVisible()) == ("flat?", False)
    exited(glass, Way.OPEN)
    assert (cell(glass), bar.isVisible()) == ("NOT FLAT", True)
    assert bar.words.text().startswith("NOT FLAT: LONG 2 MES 12-26 on Sim101. FLATTEN MES 12-26 on Sim101 was accepted")
    glass.wait(bar.send_button.isEnabled)
    QTest.mouseClick(bar.send_button, LEFT)
    glass.settle()
    assert [message.command.spec.token for message in glass.wire.carried] == ["FLATTEN", "FLATTEN"]
    exited(glass, Way.OPEN)
    assert bar.isVisible()
    exited(glass, Way.FLAT)
    assert (cell(glass), bar.isVisible()) == ("flat", False)


def test_what_could_not_be_read_raises_no_alarm_and_says_so(glass: Glass) -> None:
    sent(glass, "flatten")
    exited(glass, Way.UNREAD)
    assert not glass.window.log.alarms.isVisible()
    assert "could not be read in time" in glass.window.log.details.toPlainText()
