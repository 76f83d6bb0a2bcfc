"""A session bus that hangs must not keep the window away; one that answers, or is not there, is left alone."""

import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from crosstrade_desk.calling.session_bus import go_without_a_hung_bus
from support.bus import Bus
from support.bus import bus as a_bus

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="a bus of Linux")
NAME = "DBUS_SESSION_BUS_ADDRESS"


@pytest.fixture
def bus() -> Iterator[Bus]:
    with a_bus() as found:
        yield found


def test_a_bus_that_answers_is_kept(bus: Bus) -> None:
    environ = {NAME: bus.address}
    assert go_without_a_hung_bus(environ) == ""
    assert environ == {NAME: bus.address}


def test_a_bus_that_hangs_is_told_and_left_out(bus: Bus) -> None:
    bus.hang()
    environ = {NAME: bus.address, "HOME": "/home/me"}
    assert "does not answer" in go_without_a_hung_bus(environ)
    assert environ == {NAME: "disabled:", "HOME": "/home/me"}


@pytest.mark.parametrize("address", ["", "unix:path=/none/at/all", "tcp:host=127.0.0.1,port=1", "disabled:", "unix:"])
def test_where_no_bus_is_nothing_changes(address: str) -> None:
    environ = {NAME: address}
    assert go_without_a_hung_bus(environ) == ""
    assert environ == {NAME: address}


def test_a_bus_that_hangs_up_is_no_bus_that_hangs(tmp_path: Path) -> None:
    path = str(tmp_path / "bus")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(path)
    environ = {NAME: f"unix:path={path}"}
    assert go_without_a_hung_bus(environ) == ""
