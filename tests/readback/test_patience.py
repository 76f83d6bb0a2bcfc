"""When the push connection is tried again, and when it gives way."""

import pytest

from crosstrade_desk.readback.answers import Trouble
from crosstrade_desk.readback.patience import MOST_GOODBYES, PAUSES_S, STOOD_S, End, Ended, Patience

LOST, CLOSED = Ended(End.LOST), Ended(End.CLOSED)


def test_what_is_lost_is_tried_again_at_growing_distance() -> None:
    patience = Patience()
    found = [patience.after(LOST, 0) for _ in range(8)]
    assert found == [(Trouble.PUSH_DOWN, pause_s) for pause_s in (*PAUSES_S, 30, 30, 30)]


def test_a_connection_that_stood_begins_the_pauses_anew() -> None:
    patience = Patience()
    for _ in range(4):
        patience.after(LOST, STOOD_S - 1)
    assert patience.after(LOST, STOOD_S) == (Trouble.PUSH_DOWN, PAUSES_S[0])


@pytest.mark.parametrize(("why", "trouble"), [(End.TAKEN, Trouble.PUSH_TAKEN), (End.REFUSED, Trouble.PUSH_REFUSED)])
@pytest.mark.parametrize("lasted_s", [0.0, STOOD_S * 100])
def test_another_program_and_a_refusal_are_given_way_to_at_once(why: End, trouble: Trouble, lasted_s: float) -> None:
    assert Patience().after(Ended(why), lasted_s) == (trouble, None)


def test_a_server_that_says_goodbye_again_and_again_is_given_way_to() -> None:
    patience = Patience()
    pauses = [patience.after(CLOSED, 3)[1] for _ in range(MOST_GOODBYES)]
    assert pauses == [*PAUSES_S[: MOST_GOODBYES - 1], None]
    patience.forget()
    assert patience.after(CLOSED, 3)[1] is not None


def test_a_goodbye_after_a_good_while_is_no_hint_of_another_program() -> None:
    patience = Patience()
    assert {patience.after(CLOSED, STOOD_S)[1] for _ in range(50)} == {PAUSES_S[0]}


@pytest.mark.parametrize(("asked_s", "pause_s"), [(0.0, 1.0), (7.0, 7.0), (9999.0, 60.0)])
def test_a_pause_that_the_server_asks_for_is_kept_within_reason(asked_s: float, pause_s: float) -> None:
    assert Patience().after(Ended(End.LOST, wait_s=asked_s), 0) == (Trouble.PUSH_DOWN, pause_s)
