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


def test_what_was_spared_is_not_looked_through_again_and_what_comes_later_is(collector: Collector) -> None:
    gc.collect()
    collector.spare()
    assert gc.get_objects() == [] or len(gc.get_objects()) < 100  # of some ten thousand
    ring: list[object] = []
    ring.append(ring)
    del ring
    assert gc.collect() >= 1


def test_handing_back_collection_spares_nothing_any_more(qtbot: QtBot) -> None:
    collector = Collector()
    collector.spare()
    assert gc.get_freeze_count() > 0
    collector.close()
    assert gc.get_freeze_count() == 0
