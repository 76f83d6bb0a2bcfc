"""A real window offscreen, on a desk whose sender is hand-made."""

import asyncio
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from qasync import QEventLoop

from crosstrade_desk.ui import resources, theme
from support.windows import Glass


@pytest.fixture(scope="session")
def loop(qapp: QApplication) -> Iterator[asyncio.AbstractEventLoop]:
    """One qasync loop for all window tests: Qt's own loop is one a process."""
    resources.register()
    theme.apply(qapp)
    made = QEventLoop(qapp)
    yield made
    made.close()


@pytest.fixture
def glass(loop: asyncio.AbstractEventLoop) -> Iterator[Glass]:
    """The main window on the practice place, shown."""
    made = Glass(loop)
    made.show()
    yield made
    made.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Function) -> Iterator[None]:
    """Lets tasks have their turn on the loop before pytest-qt handles Qt's events outside of it."""
    result = yield
    made = item.funcargs.get("glass")
    if isinstance(made, Glass):
        made.settle()
    return result
