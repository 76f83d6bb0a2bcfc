"""Work that begins in the call which starts it: its task gets all that comes of it."""

import asyncio
from collections.abc import Callable, Coroutine
from decimal import getcontext, localcontext
from typing import Any

import pytest

from crosstrade_desk.desk.eager import start_at_once

Work = Callable[[list[object]], Coroutine[Any, Any, object]]


async def _pauses(told: list[object]) -> str:
    told.append(asyncio.current_task())
    try:
        await asyncio.sleep(0)
    except asyncio.CancelledError:
        told.append("cancelled")
        raise
    return "result"


async def _ends_at_once(_told: list[object]) -> str:
    return "result"


async def _falls_at_once(_told: list[object]) -> str:
    raise KeyError("fault")


def _from_a_callback(work: Work, told: list[object], then: Callable[[asyncio.Task[Any]], object]) -> object:
    """Starts `work` as a press does: while the loop runs, and within no task. Gives what becomes of it."""

    async def main() -> object:
        loop = asyncio.get_running_loop()
        started: asyncio.Future[asyncio.Task[Any]] = loop.create_future()

        def press() -> None:
            task = start_at_once(loop, work(told), "work")
            assert asyncio.current_task() is None
            then(task)
            started.set_result(task)

        loop.call_soon(press)
        (ended,) = await asyncio.gather(await started, return_exceptions=True)
        return ended

    return asyncio.run(main())


def test_it_has_begun_when_the_call_returns_as_its_own_task() -> None:
    told: list[object] = []
    assert _from_a_callback(_pauses, told, lambda task: told.append(("returned", task))) == "result"
    (current, returned) = told
    assert returned == ("returned", current)


def test_a_cancellation_before_its_next_turn_reaches_the_work_that_has_begun() -> None:
    told: list[object] = []
    ended = _from_a_callback(_pauses, told, asyncio.Task.cancel)
    assert isinstance(ended, asyncio.CancelledError)
    assert told[1:] == ["cancelled"]


def test_its_context_is_its_own_from_its_first_step_on() -> None:
    """Else the precision of its decimals would go to whoever pressed, and be lost behind its first wait."""

    async def rounds(told: list[object]) -> None:
        with localcontext(prec=3):
            await asyncio.sleep(0)
            told.append(getcontext().prec)

    told: list[object] = []
    usual = getcontext().prec
    assert _from_a_callback(rounds, told, lambda _task: told.append(getcontext().prec)) is None
    assert told == [usual, 3]


@pytest.mark.parametrize("cancelled", [False, True])
def test_what_ended_in_the_call_keeps_its_end(cancelled: bool) -> None:
    def then(task: asyncio.Task[Any]) -> None:
        if cancelled:
            task.cancel()

    assert _from_a_callback(_ends_at_once, [], then) == "result"
    assert isinstance(_from_a_callback(_falls_at_once, [], then), KeyError)


def test_within_another_task_it_is_an_ordinary_start() -> None:
    told: list[object] = []

    async def main() -> None:
        task = start_at_once(asyncio.get_running_loop(), _pauses(told), "work")
        assert told == []
        assert await task == "result"

    asyncio.run(main())
    assert len(told) == 1
