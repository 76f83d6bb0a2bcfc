"""Every test of reading runs at DEBUG, and no log line of any library may hold the key."""

import logging
from collections.abc import Iterator

import pytest

from sending.orders import assert_hidden


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(autouse=True)
def nothing_hidden_is_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    caplog.set_level(logging.DEBUG)
    yield
    for when in ("setup", "call"):
        assert_hidden(*(record.getMessage() for record in caplog.get_records(when)))
