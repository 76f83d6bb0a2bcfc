"""Garbage is collected on the window's thread, and on no other."""

import gc
import threading
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from crosstrade_desk.ui.collector import Collector, collect_due


@pytest.fixture
def collector(qtbot: QtBot) -> Iterator[Collector]:
    gc.enable()
    made = Collector()
    yield made
    made.close()
    assert gc.isenabled()
    gc.disable()


def test_a_worker_that_allocates_collects_nothing(collector: Collector) -> None:
    seen: list[int] = []
    gc.callbacks.append(lambda phase, _info: seen.append(threading.get_ident()))
    try:
        worker = threading.Thread(target=lambda: [[[]] for _ in range(100_000)])
        worker.start()
        worker.join()
        assert seen == []
        kept = [[[]] for _ in range(5_000)]
        collect_due()
        assert kept
        assert set(seen) == {threading.get_ident()}
    finally:
        gc.callbacks.pop()
