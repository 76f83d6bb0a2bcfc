"""How soon an order that went to many accounts is looked for on each of them, within the budget."""

import pytest

from support import virtual
from support.firsts import bursts, calm, firsts

UNTIL_S = 300.0


@pytest.mark.parametrize("accounts", [1, 3, 10, 20])
def test_with_one_list_for_all_accounts_each_is_looked_at_within_seconds(accounts: int) -> None:
    found, session = virtual.run(firsts(accounts, bursts(UNTIL_S), UNTIL_S, offered=True))
    assert found[int(len(found) * 0.95)] < 7
    assert found[-1] < 10, "none is called not read"
    assert len(session.source.asked) / UNTIL_S < 1.02, "an hour's average, and what was saved up at the start"


def test_account_by_account_ten_are_looked_at_in_time_where_orders_come_one_by_one() -> None:
    at = calm(UNTIL_S)
    found, session = virtual.run(firsts(10, at, UNTIL_S, offered=False))
    assert found[int(len(found) * 0.95)] < 9.7
    assert max(session.between(moment, moment + 10) for moment in at) < 20
