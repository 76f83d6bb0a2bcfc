"""A real window offscreen, on a desk whose sender is hand-made."""

import asyncio
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from qasync import QEventLoop
from support.windows import Glass


@pytest.fixture(scope="session")
def loop(qapp: QApplication) -> Iterator[asyncio.AbstractEventLoop]:
    """One qasync loop for all window tests: Qt's own loop is one a process."""
    made = QEventLoop(qapp)
    yield made
    made.close()


@pytest.fixture
def glass(qapp: QApplication, loop: asyncio.AbstractEventLoop, qtbot: QtBot) -> Iterator[Glass]:
    """The main window on the practice place, shown."""
    made = Glass(loop)
    qtbot.addWidget(made.window)
    made.window.show()
    qtbot.waitExposed(made.window)
    yield made
    made.close()
