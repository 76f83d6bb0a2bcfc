"""Loops for the tests of the sender, and a watch over every log line they cause."""

import asyncio
import gc
import logging
import os
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, TypeVar

import pytest

from sending.orders import assert_hidden

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

T = TypeVar("T")
Run = Callable[[Callable[[], Awaitable[T]]], T]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module", params=["asyncio", "qasync"])
def runner(request: pytest.FixtureRequest) -> Iterator[asyncio.Runner]:
    with asyncio.Runner(loop_factory=_loop_factory(request)) as one:
        yield one
        del one
    # A closed Qt loop is a cycle of QObjects: collected later by a server's thread, it takes the process down.
    gc.collect()


def _loop_factory(request: pytest.FixtureRequest) -> Callable[[], asyncio.AbstractEventLoop] | None:
    if request.param == "asyncio":
        return None
    import qasync  # noqa: PLC0415 - Qt is loaded only where it is asked for

    app = request.getfixturevalue("qapp")
    return lambda: qasync.QEventLoop(app)


@pytest.fixture
def run(runner: asyncio.Runner) -> Run[Any]:
    """Runs one coroutine function on a plain loop, and in another test on Qt's."""

    async def bounded(what: Callable[[], Awaitable[Any]]) -> Any:
        async with asyncio.timeout(20):
            return await what()

    return lambda what: runner.run(bounded(what))


@pytest.fixture(autouse=True)
def nothing_hidden_is_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Every test runs at DEBUG, and no log line of any library may hold the key or the address."""
    caplog.set_level(logging.DEBUG)
    yield
    for when in ("setup", "call"):
        assert_hidden(*(record.getMessage() for record in caplog.get_records(when)))
