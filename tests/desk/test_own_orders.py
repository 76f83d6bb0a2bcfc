"""Each order gets an id of its own where its message is frozen, one that stays until it was sent."""

import asyncio

import pytest

from crosstrade_desk.desk.attempts import Blocked, Go
from crosstrade_desk.desk.calls import carry
from crosstrade_desk.desk.wishes import Wish
from crosstrade_desk.protocol.catalogue import SPECS
from crosstrade_desk.protocol.message import Message
from crosstrade_desk.protocol.own_ids import own_id_of, without_own_id
from support.desks import ENTRY, YES, Bench, Wire

pytestmark = pytest.mark.anyio


def bench() -> Bench:
    made = Bench(Wire(YES))
    made.desk.own_orders.on = True
    made.connect()
    return made


def ids(made: Bench) -> list[str]:
    return [message.command.texts.get("order_id", "") for message in made.wire.carried]


async def close(made: Bench) -> None:
    await made.desk.close(1)
    assert made.bugs == []


async def test_composing_again_keeps_the_id_and_what_was_composed_is_what_is_sent() -> None:
    made = bench()
    first, second = made.message("PLACE"), made.message("PLACE")
    assert own_id_of(first.command)
    assert first == second
    assert made.desk.send(first) == Go()
    await made.until(1)
    assert ids(made) == [own_id_of(first.command)]
    assert f"order_id={ids(made)[0]};" in first.masked
    await close(made)


async def test_the_next_order_gets_the_next_id() -> None:
    made = bench()
    for number in range(3):
        assert made.desk.send(made.message("PLACE", qty=str(number + 1))) == Go()
        await made.until(number + 1)
        made.time.now += 5
    assert len(set(ids(made))) == 3
    await close(made)


async def test_what_was_blocked_keeps_its_id_for_the_press_that_goes() -> None:
    made = bench()
    made.desk.switch.off()
    kept = made.message("PLACE")
    assert isinstance(made.desk.send(kept), Blocked)
    assert made.message("PLACE") == kept
    await close(made)


async def test_an_id_never_leaves_twice() -> None:
    made = bench()
    first = made.message("PLACE")
    made.desk.send(first)
    await made.until(1)
    made.time.now += 60
    assert isinstance(made.desk.send(first, answered=True), Blocked)
    assert len(made.wire.carried) == 1
    await close(made)


async def test_the_words_of_an_order_do_not_name_an_id_that_the_trader_did_not_choose() -> None:
    made = bench()
    named = made.message("PLACE").command
    assert named.sentence == without_own_id(named).sentence
    assert "mine-1" in made.message("PLACE", order_id="mine-1").command.sentence
    await close(made)


async def test_exits_and_orders_on_several_accounts_get_none() -> None:
    made = bench()
    for token, texts in (("FLATTEN", {}), ("CANCELORDERS", {}), ("PLACE", {"account": "Sim101,Sim102"})):
        assert "order_id" not in made.message(token, **texts).command.texts
    await close(made)


async def test_the_order_of_another_program_gets_one_too() -> None:
    made = bench()
    made.desk.own_orders.on = False
    called = made.message("PLACE")
    made.desk.own_orders.on = True
    ended = carry(made.desk, Wish(called))
    assert isinstance(ended, asyncio.Future)
    await ended
    assert own_id_of(made.wire.carried[0].command)
    await close(made)


async def test_switched_off_a_message_is_as_the_trader_wrote_it() -> None:
    made = Bench(Wire(YES))
    found = made.desk.compose(SPECS["PLACE"], ENTRY)
    assert isinstance(found, Message)
    assert "order_id" not in found.command.texts
    await close(made)
