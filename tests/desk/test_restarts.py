"""When reading begins again after a fault, and when it waits for the trader."""

from crosstrade_desk.desk.restarts import PAUSES_S, WITHIN_S, Restarts


def test_each_fault_is_waited_out_longer_and_the_last_one_waits_for_the_trader() -> None:
    restarts = Restarts()
    assert [restarts.after(100.0 + n) for n in range(5)] == [*PAUSES_S, None, None]


def test_a_fault_of_long_ago_no_longer_counts() -> None:
    restarts = Restarts()
    for n in range(4):
        restarts.after(float(n))
    assert restarts.after(2 + WITHIN_S) == PAUSES_S[1]
