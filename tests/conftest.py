"""What every test relies on: no screen, no keyring, no home of the user's, and no secret left behind anywhere."""

import logging
import os
from collections.abc import Iterator
from pathlib import Path

# The screen on which the window has to fit; Qt's own is 800 by 800.
os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={Path(__file__).parent / 'support' / 'screen.json'}"

import gc

import pytest
from hypothesis import HealthCheck, settings
from PySide6.QtGui import QGuiApplication

from crosstrade_desk.ui.collector import collect_due
from support.leaks import files_with_marker

gc.disable()  # on a server's thread it would destroy Qt objects, and Qt the process: see ui/collector.py

settings.register_profile("desk", deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=200)
settings.register_profile("long", parent=settings.get_profile("desk"), max_examples=20_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "desk"))


_THE_USERS = ("DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "WAYLAND_DISPLAY", "XDG_SESSION_TYPE")


@pytest.fixture(autouse=True)
def _own_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Each test has a home of its own, and no way to the user's keyring, screen or settings."""
    monkeypatch.setenv("CROSSTRADE_DESK_HOME", str(tmp_path / "home"))
    for name in (*_THE_USERS, "PYTHON_KEYRING_BACKEND"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", f"unix:path={tmp_path}/no-bus")


@pytest.fixture(autouse=True)
def _own_log() -> Iterator[None]:
    """A log file that a test opens takes down nothing of the tests after it."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    yield
    for handler in set(root.handlers) - set(before):
        root.removeHandler(handler)
        handler.close()
    root.setLevel(level)


def pytest_runtest_logfinish() -> None:
    """Collects between the tests, on the main thread."""
    collect_due()


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> Iterator[None]:
    """After the whole run, no file that it left may hold the marker secret."""
    result = yield
    factory = getattr(session.config, "_tmp_path_factory", None)
    if factory and QGuiApplication.instance():
        kept = QGuiApplication.clipboard().text()  # what the run leaves for the next program to paste
        (factory.getbasetemp() / "clipboard.txt").write_text(kept, encoding="utf-8", errors="backslashreplace")
    leaks = files_with_marker(factory.getbasetemp()) if factory else []
    if leaks:
        listed = "\n".join(f"  {path}: {how}" for path, how in leaks)
        session.config.stash[_LEAKS] = listed
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
    return result


_LEAKS = pytest.StashKey[str]()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Names the leaks before the closing line."""
    if listed := config.stash.get(_LEAKS, ""):
        terminalreporter.section("the marker secret was left in these files", red=True)
        terminalreporter.write_line(listed)
