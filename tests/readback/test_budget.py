"""The budget: what it lets through, whatever is asked of it."""

from hypothesis import given
from hypothesis import strategies as st

from crosstrade_desk.readback.budget import Budget, Priority

STEPS = st.lists(st.tuples(st.floats(0, 3), st.sampled_from(Priority)), min_size=1, max_size=300)


@given(steps=STEPS, share=st.floats(0.2, 1))
def test_no_ten_seconds_see_twenty_and_no_stretch_more_than_the_share(
    steps: list[tuple[float, Priority]], share: float
) -> None:
    budget, now, granted = Budget(0.0, share), 0.0, []
    for pause, priority in steps:
        now += pause
        granted += [now] * budget.grants(priority, now)
    assert all(sum(at <= one < at + 10 for one in granted) < 20 for at in granted)
    assert len(granted) <= 10 + share * now


def test_a_background_read_leaves_something_for_an_action() -> None:
    budget = Budget(0.0)
    while budget.grants(Priority.BACKGROUND, 0.0):
        pass
    assert budget.grants(Priority.ACTION, 0.0)


def test_a_refusal_takes_what_was_saved_pauses_and_halves_the_rate_for_a_minute() -> None:
    budget = Budget(0.0)
    budget.refused(0.0, 5)
    assert not budget.grants(Priority.ACTION, 4.9)
    granted = sum(budget.grants(Priority.ACTION, 5 + step / 10) for step in range(550))
    assert 28 <= granted <= 32
    later = sum(budget.grants(Priority.ACTION, 60 + step / 10) for step in range(600))
    assert 57 <= later <= 62


def pause_after(count: int, wait_s: float | None = None) -> float:
    budget = Budget(0.0)
    for _ in range(count):
        budget.refused(0.0, wait_s)
    return next(at / 10 for at in range(10_000) if at / 10 >= budget.opens_at(Priority.ACTION, 0.0))


def test_pauses_grow_where_the_server_names_none_and_end_at_a_minute_where_it_does() -> None:
    assert [round(pause_after(count)) for count in (2, 3, 4, 5, 6)] == [2, 4, 8, 8, 8]
    assert pause_after(1, 3600) == 60
    budget = Budget(0.0)
    for _ in range(4):
        budget.refused(0.0, None)
    budget.answered()
    budget.refused(100.0, None)
    assert budget.opens_at(Priority.ACTION, 100.0) <= 102.1


def test_a_message_counts_as_a_request() -> None:
    budget, other = Budget(0.0), Budget(0.0)
    budget.spent(0.0)
    assert budget.opens_at(Priority.ACTION, 0.0) == other.opens_at(Priority.ACTION, 0.0) == 0.0
    assert sum(budget.grants(Priority.ACTION, 0.0) for _ in range(9)) == 4
    assert sum(other.grants(Priority.ACTION, 0.0) for _ in range(9)) == 5


def test_it_opens_when_it_says() -> None:
    budget = Budget(0.0)
    while budget.grants(Priority.ACTION, 0.0):
        pass
    for priority in Priority:
        at = budget.opens_at(priority, 0.0)
        fresh = Budget(0.0)
        while fresh.grants(Priority.ACTION, 0.0):
            pass
        assert not fresh.grants(priority, at - 0.01)
        assert fresh.grants(priority, at + 0.001)
