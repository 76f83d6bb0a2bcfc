import asyncio
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from qasync import QEventLoop


@pytest.fixture(scope="module")
def loop(qapp: QApplication) -> Iterator[asyncio.AbstractEventLoop]:
    made = QEventLoop(qapp)
    yield made
    made.close()
