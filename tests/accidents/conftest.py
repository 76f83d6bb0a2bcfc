"""What accidents happen to: the window of the window tests, their loop, and a keyring in a process of its own."""

import pytest

from crosstrade_desk.desk.events import Mode, Place
from storage.conftest import child
from support.desks import HERE
from support.stage import Stage
from support.staged import Staged
from support.windows import Glass
from ui.conftest import glass, loop, pytest_runtest_call

__all__ = ["child", "glass", "loop", "pytest_runtest_call"]

LIVE = Place(Mode.LIVE, "https://app.crosstrade.io/v1/send/••••/••••")


@pytest.fixture
def live(glass: Glass) -> Glass:
    """The main window on CrossTrade, with a live account among its accounts. Entries are off, as at every start."""
    glass.window.ticket.accounts.set_text("Sim101,LIVE-7")
    glass.window.ticket.accounts.set_text("Sim101")
    glass.go(LIVE, glass.wire)
    return glass


@pytest.fixture
def exchange(glass: Glass) -> Stage:
    """A practice exchange that the main window trades on."""
    sender = Staged()
    glass.go(HERE, sender)
    return sender.stage
