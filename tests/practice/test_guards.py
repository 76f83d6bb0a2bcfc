"""What CrossTrade checks of the accounts before an order goes on."""

import pytest

from crosstrade_desk.practice import guards
from crosstrade_desk.practice.events import Rejected
from crosstrade_desk.practice.guards import Stand, StrategyLocks
from support.trader import BUY, ES, SELL, Trader, events, instrument

CL = instrument("CL 12-26")


@pytest.mark.parametrize(("held", "stand"), [(0, Stand.FLAT), (2, Stand.LONG), (-1, Stand.SHORT)])
def test_the_position_must_be_one_of_those_wanted(trader: Trader, held: int, stand: Stand) -> None:
    if held:
        trader.place(BUY if held > 0 else SELL, abs(held))
    others = [other for other in Stand if other is not stand]
    assert guards.wrong_position(trader.exchange, trader.at(), {stand}) is None
    assert guards.wrong_position(trader.exchange, trader.at(), {stand, others[0]}) is None
    assert guards.wrong_position(trader.exchange, trader.at(), others) == Rejected(
        f"Blocked: Sim101 is {stand.value} in MES 12-26, required is {others[0].value} or {others[1].value}"
    )


def test_only_the_position_there_counts(trader: Trader) -> None:
    trader.buy(1, of=ES)
    trader.buy(1, account="Sim102")
    assert guards.stand(trader.exchange, trader.at()) is Stand.FLAT


def test_a_further_instrument_is_blocked_when_the_account_holds_enough(trader: Trader) -> None:
    trader.buy(5)
    trader.sell(1, of=ES)
    trader.buy(1, of=CL, account="Sim102")
    assert guards.too_many_positions(trader.exchange, trader.at(of=CL), 3) is None
    assert guards.too_many_positions(trader.exchange, trader.at(of=CL), 2) == Rejected(
        "Blocked: Sim101 has 2 open positions, allowed are 2"
    )
    assert guards.too_many_positions(trader.exchange, trader.at(of=ES), 2) is None, "adding is not a further one"
    assert guards.too_many_positions(trader.exchange, trader.at("Sim102", ES), 2) is None
    trader.sell(5)
    assert guards.too_many_positions(trader.exchange, trader.at(of=CL), 2) is None


def test_a_strategy_that_believes_in_another_position_is_out_of_sync(trader: Trader) -> None:
    trader.buy(1)
    assert guards.out_of_sync(trader.exchange, trader.at(), Stand.LONG) is None
    assert guards.out_of_sync(trader.exchange, trader.at(), Stand.FLAT) == Rejected("Position Out of Sync")


def test_the_first_tagged_order_locks_its_instrument_and_account(trader: Trader) -> None:
    locks, here = StrategyLocks(), trader.at()
    assert locks.blocked(trader.exchange, here, "a") is None
    locks.claim(trader.exchange, here, "a")
    trader.buy(1, limit="90.00")
    blocked = Rejected("Trade blocked: MES 12-26 is managed by strategy 'a'")
    assert locks.blocked(trader.exchange, here, "a") is None
    assert [locks.blocked(trader.exchange, here, tag) for tag in ("b", "", "A")] == [blocked] * 3
    assert locks.blocked(trader.exchange, trader.at("Sim102"), "b") is None
    assert locks.blocked(trader.exchange, trader.at(of=ES), "b") is None


@pytest.mark.parametrize("limit", [None, "90.00"])
def test_a_lock_ends_when_neither_position_nor_order_is_left(trader: Trader, limit: str | None) -> None:
    locks, here = StrategyLocks(), trader.at()
    locks.claim(trader.exchange, here, "a")
    trader.buy(1, **({"limit": limit} if limit else {}))
    assert locks.blocked(trader.exchange, here, "b") is not None
    events(trader.exchange.flatten_first(here))
    assert locks.blocked(trader.exchange, here, "") is None
    locks.claim(trader.exchange, here, "b")
    trader.buy(1)
    assert locks.blocked(trader.exchange, here, "a") is not None


@pytest.mark.parametrize("limit", [None, "90.00"])
def test_a_tag_cannot_claim_what_is_in_use_already(trader: Trader, limit: str | None) -> None:
    locks, here = StrategyLocks(), trader.at()
    trader.buy(1, **({"limit": limit} if limit else {}))
    locks.claim(trader.exchange, here, "a")
    assert locks.blocked(trader.exchange, here, "") is None


def test_an_order_without_a_tag_claims_nothing(trader: Trader) -> None:
    locks, here = StrategyLocks(), trader.at()
    locks.claim(trader.exchange, here, "")
    trader.buy(1)
    assert locks.blocked(trader.exchange, here, "a") is None
