"""A session without a mouse, from a first start: Tab, arrows, Space, and the keys that F1 and the tool tips name."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.outside import Outside, program
from support.screen import screen

REST_TURNS = 13  # of 50 ms: the gate takes an entry half a second after the one before
MOST_TABS = 60


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Outside]:
    with screen() as glass:
        with program(glass, tmp_path / "desk", {}) as made:
            glass.window("^CrossTrade Desk$")
            made.until(
                lambda state: state["link"].startswith("link up") and bool(state["focus"]), "a window to type in"
            )
            yield made
        assert (tmp_path / "desk" / "stderr.txt").read_text() == ""


def turn(desk: Outside, turns: int = 2) -> None:
    """Lets the program see what was pressed, and tell."""
    seen = desk.state["turn"]
    desk.until(lambda state: state["turn"] >= seen + turns, f"{turns} turns")


def tab_to(desk: Outside, name: str, back: bool = False) -> None:
    """Presses Tab, looking each time where the focus is."""
    passed = []
    for _ in range(MOST_TABS):
        if desk.state["focus"].startswith(name):
            return
        passed.append(desk.state["focus"])
        desk.screen.key("shift+Tab" if back else "Tab")
        desk.until(lambda state: state["focus"] not in ("", passed[-1]), f"another focus than {passed[-1]}")
    raise AssertionError(f"{name} is not reached by Tab: {passed}")


def replace(desk: Outside, text: str) -> None:
    desk.screen.key("ctrl+a")
    desk.screen.type(text)


def send(desk: Outside, sent: str, became: str) -> None:
    """Sends the form once the gate takes it, and waits for what the log says of it."""
    turn(desk, REST_TURNS)
    desk.screen.key("ctrl+Return")
    came(desk, sent, became)


def came(desk: Outside, sent: str, became: str) -> None:
    def seen(state: dict[str, object]) -> bool:
        log = state["log"]
        return isinstance(log, list) and log[2].startswith(sent) and f"{log[4]}, {log[5]}".startswith(became)

    desk.until(seen, f"{sent}: {became}")


def choose(desk: Outside, title: str) -> None:
    """Walks down the open menu to an entry, and takes it."""
    desk.until(lambda state: any(line.startswith(title) for line, _ in state["menu"]), f"a menu with {title}")
    for _ in range(len(desk.state["menu"])):
        if any(marked and line.startswith(title) for line, marked in desk.state["menu"]):
            break
        before = desk.state["menu"]
        desk.screen.key("Down")
        desk.until(lambda state, before=before: state["menu"] != before, "the next entry")
    desk.screen.key("Return")
    desk.until(lambda state: not state["menu"], "the menu closed")


def test_without_a_mouse_an_order_is_placed_changed_and_cancelled_and_the_position_flattened(desk: Outside) -> None:
    assert desk.state["focus"] == "Instrument", "the first key already means something"
    tab_to(desk, "Action: BUY")
    desk.screen.key("space")
    desk.screen.key("Return")  # sends nothing, wherever it is pressed
    send(desk, "Buy 1 MES 12-26 at market", "✓ accepted, filled")
    assert desk.state["rows"] == 1

    desk.screen.key("alt+y")
    desk.until(lambda state: state["focus"] == "Order type: Market", "the order type in focus")
    desk.screen.key("Right", "space")
    desk.screen.key("alt+l")
    desk.until(lambda state: state["focus"] == "Limit price", "the price in focus")
    replace(desk, "6400")
    send(desk, "Buy 1 MES 12-26 at limit 6400", "✓ accepted, working")

    desk.screen.key("F8")
    desk.until(lambda state: state["focus"] == "Log", "the log in focus")
    tab_to(desk, "Pages of the account")
    desk.screen.key("Right")
    tab_to(desk, "Orders")
    desk.until(lambda state: any(line.startswith("Sim101  Working") for line in state["words"]), "the order read")
    desk.screen.key("Down")
    desk.screen.key("alt+b")
    choose(desk, "Change")
    desk.until(lambda state: state["focus"] == "New limit", "the price in focus")
    desk.screen.key("Escape")
    desk.until(lambda state: state["focus"] == "Orders", "the order again")
    desk.screen.key("ctrl+l")
    desk.until(lambda state: state["focus"] == "New limit", "the price in focus")
    desk.screen.type("6399")
    send(desk, "Change quantity to 1 and limit to 6399", "✓ accepted")

    turn(desk, REST_TURNS)
    desk.screen.key("ctrl+shift+x")
    came(desk, "Cancel", "✓ accepted")
    desk.screen.key("ctrl+shift+f")
    came(desk, "Flatten the position in MES 12-26 on Sim101", "✓ accepted, flat")
    assert desk.state["rows"] == 5
