"""The real program beside another one that has the focus: its keys work there, once a press."""

import sys
from pathlib import Path

import pytest

from support.hearing import hearing
from support.outside import program
from support.screen import screen, until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="X11")


def test_the_flatten_key_works_while_another_window_has_the_focus_and_reaches_that_one_once_it_is_off(
    tmp_path: Path,
) -> None:
    home = tmp_path / "desk" / "home"
    home.mkdir(parents=True)
    (home / "settings.toml").write_text('version = 1\nsystem_keys = ["flatten", "cancel"]\n')
    with screen() as glass, program(glass, tmp_path / "desk", {}) as desk:
        glass.window("^CrossTrade Desk$")
        desk.until(lambda state: state["link"].startswith("link up"), "the practice exchange")
        with hearing(glass) as other:
            for number, locks in enumerate(([], ["Num_Lock"], ["Caps_Lock"]), 1):
                glass.key(*locks) if locks else None
                glass.key("ctrl+shift+f")
                desk.until(lambda state, number=number: state["rows"] == number, "the row of the flatten")
            glass.do("keydown", "ctrl", "keydown", "shift", "keydown", "x")
            desk.until(lambda state: state["rows"] == 4, "the row of the cancelling")
            seen = desk.state["turn"]
            desk.until(lambda state: state["turn"] > seen + 20, "a second of the held key")
            glass.do("keyup", "x", "keyup", "shift", "keyup", "ctrl")
            assert desk.state["rows"] == 4
            assert "Ctrl+Shift+F" not in other.keys
            assert desk.close() == 0
            glass.key("ctrl+shift+f")
            until(lambda: "Ctrl+Shift+F" in other.keys, "the key to reach the other window")
    assert (tmp_path / "desk" / "stderr.txt").read_text() == ""


def test_switched_off_the_flatten_key_reaches_the_other_window_and_the_main_window_says_so(tmp_path: Path) -> None:
    home = tmp_path / "desk" / "home"
    home.mkdir(parents=True)
    (home / "settings.toml").write_text('version = 1\nsystem_keys = ["flatten"]\n')
    with screen() as glass, program(glass, tmp_path / "desk", {}) as desk:
        glass.window("^CrossTrade Desk$")
        desk.until(lambda state: state["link"].startswith("link up"), "the practice exchange")
        desk.click("keys")
        desk.until(lambda state: "Works in every program." in state["words"], "the key to be held")
        desk.click("keys-on")
        desk.until(lambda state: "KEYS OFF" in state["words"], "the badge")
        with hearing(glass) as other:
            glass.key("ctrl+shift+f")
            until(lambda: "Ctrl+Shift+F" in other.keys, "the key to reach the other window")
        glass.window("^CrossTrade Desk$")
        glass.key("ctrl+shift+f")
        desk.until(lambda state: "Nothing was sent: keys are off." in state["status"], "the answer to the key")
        assert desk.state["rows"] == 0
