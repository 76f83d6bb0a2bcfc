"""What the start costs, by counts: milliseconds would depend on the machine. `tests/bench` measures those."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping

import pytest

_AT_FIRST_PAINT = """
import json, linecache, os, sys
from crosstrade_desk import start
from crosstrade_desk.ui import qt

def tell(widgets):
    found = {"loaded": list(sys.modules), "read": list(linecache.cache), "widgets": widgets}
    print(json.dumps(found), flush=True)
    os._exit(0)

def load_and_watch():
    load_qt()
    from PySide6.QtCore import QEvent
    from PySide6.QtWidgets import QWidget
    from crosstrade_desk.ui import main_window
    handle = main_window.MainWindow.event
    def event(self, what):
        done = handle(self, what)
        if what.type() == QEvent.Type.Paint:
            tell([type(widget).__name__ for widget in self.findChildren(QWidget)])
        return done
    main_window.MainWindow.event = event

load_qt, qt.load_qt = qt.load_qt, load_and_watch
start.start()
"""
# What the first paint does not need, by the beginning of its name.
_LATER = (
    "httpx",
    "httpcore",
    "anyio",
    "h11",
    "keyring",
    "jeepney",
    "aiohttp",
    "email",
    "http",
    "statistics",
    "zoneinfo",
    "crosstrade_desk.alone",
    "crosstrade_desk.call",
    "crosstrade_desk.desk.calls",
    "crosstrade_desk.desk.connection",
    "crosstrade_desk.desk.flat_watch",
    "crosstrade_desk.desk.observer",
    "crosstrade_desk.desk.presets",
    "crosstrade_desk.desk.wishes",
    "crosstrade_desk.hotkeys",
    "crosstrade_desk.practice",
    "crosstrade_desk.readback",
    "crosstrade_desk.sending.http",
    "crosstrade_desk.sending.tls",
    "crosstrade_desk.storage.presets",
    "crosstrade_desk.storage.search",
    "crosstrade_desk.ui.announcer",
    "crosstrade_desk.ui.feedback",
    "crosstrade_desk.ui.furniture",
    "crosstrade_desk.ui.help",
    "crosstrade_desk.ui.icons",
    "crosstrade_desk.ui.idle",
    "crosstrade_desk.ui.keys.cheat_sheet",
    "crosstrade_desk.ui.keys.keys_window",
    "crosstrade_desk.ui.file_dialog",
    "crosstrade_desk.ui.keys.letters",
    "crosstrade_desk.ui.keys.menu",
    "crosstrade_desk.ui.keys.system_keys",
    "crosstrade_desk.ui.log",
    "crosstrade_desk.ui.presets",
    "crosstrade_desk.ui.reading.columns",
    "crosstrade_desk.ui.reading.lookout",
    "crosstrade_desk.ui.reading.pane",
    "crosstrade_desk.ui.session",
    "crosstrade_desk.ui.settings",
    "crosstrade_desk.ui.ticket.import_window",
)
_MOST_OF_OURS = 163  # modules: 161 when this was written, 217 while the panes came with the first frame
_MOST_WIDGETS = 170  # 165 when this was written, 317 with the panes
_MOST_READ = 10  # of PySide itself


@pytest.fixture(scope="module")
def at_first_paint(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, list[str]]:
    home = tmp_path_factory.mktemp("home")
    env = {**os.environ, "CROSSTRADE_DESK_HOME": str(home), "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-c", _AT_FIRST_PAINT]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=30, check=True)
    found: Mapping[str, list[str]] = json.loads(done.stdout)
    return found


def test_what_can_wait_is_not_imported_before_the_first_paint(at_first_paint: Mapping[str, list[str]]) -> None:
    early = [name for name in at_first_paint["loaded"] if any(f"{name}.".startswith(f"{late}.") for late in _LATER)]
    assert early == []


def test_the_first_paint_takes_no_more_modules_than_it_did(at_first_paint: Mapping[str, list[str]]) -> None:
    ours = [name for name in at_first_paint["loaded"] if name.startswith("crosstrade_desk")]
    assert len(ours) <= _MOST_OF_OURS, len(ours)


def test_the_first_paint_takes_no_more_widgets_than_it_did(at_first_paint: Mapping[str, list[str]]) -> None:
    assert len(at_first_paint["widgets"]) <= _MOST_WIDGETS, len(at_first_paint["widgets"])


def test_qt_reads_the_source_of_no_module_that_is_imported(at_first_paint: Mapping[str, list[str]]) -> None:
    assert len(at_first_paint["read"]) <= _MOST_READ


def test_what_sends_comes_without_a_command_line_or_a_pool_that_it_does_not_use() -> None:
    code = "import sys; from crosstrade_desk.sending.loading import load_sending; load_sending(); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert not {"rich", "click", "pygments", "httpcore", "anyio"} & set(done.stdout.split())
