"""Which back end a desktop gets, and what is said where what it needs is missing."""

import asyncio
import subprocess
import sys
from collections.abc import Mapping

import pytest

from crosstrade_desk.desk.chord import Chord
from crosstrade_desk.desk.tasks import TaskOwner
from crosstrade_desk.hotkeys.choose import hotkeys
from crosstrade_desk.hotkeys.state import Hotkeys, NoHotkeys, Unsupported


def chosen(platform: str, environ: Mapping[str, str]) -> Hotkeys:
    loop = asyncio.new_event_loop()
    try:
        return hotkeys(TaskOwner(loop, print), print, print, platform, environ)
    finally:
        loop.close()


def why(keys: Hotkeys) -> str:
    state = keys.bind({"flatten": Chord(frozenset({"Ctrl"}), "F9")})["flatten"]
    assert isinstance(state, Unsupported)
    return state.sentence


@pytest.mark.skipif(sys.platform != "linux", reason="Linux only")
@pytest.mark.parametrize(
    ("platform", "environ"),
    [
        ("wayland", {}),
        ("wayland-egl", {}),
        ("xcb", {"WAYLAND_DISPLAY": "wayland-0"}),  # its grabs would work in X11 programs only, and say that they work
        ("xcb", {"XDG_SESSION_TYPE": "wayland"}),
    ],
)
def test_under_wayland_the_portal_is_the_way(platform: str, environ: dict[str, str]) -> None:
    assert type(chosen(platform, environ)).__name__ == "PortalHotkeys"


def test_under_x11_without_a_server_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":4711")
    keys = chosen("xcb", {"XDG_SESSION_TYPE": "x11"})
    assert isinstance(keys, NoHotkeys)
    assert "X server" in why(keys)


@pytest.mark.parametrize("platform", ["offscreen", "minimal", "vnc"])
def test_without_a_desktop_it_says_so(platform: str) -> None:
    assert "Without a desktop" in why(chosen(platform, {}))


@pytest.mark.parametrize("platform", ["windows", "cocoa"])
@pytest.mark.skipif(sys.platform != "linux", reason="there it is the system's own")
def test_a_system_without_the_calls_says_so_and_raises_nothing(platform: str) -> None:
    assert "is not there" in why(chosen(platform, {}))


def test_what_the_choice_imports_needs_no_back_end() -> None:
    loaded = "import sys, crosstrade_desk.hotkeys.choose; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)
    heavy = {"jeepney", *(f"crosstrade_desk.hotkeys.{name}" for name in ("x11", "xcb", "portal", "windows", "macos"))}
    assert not heavy & set(done.stdout.split())
