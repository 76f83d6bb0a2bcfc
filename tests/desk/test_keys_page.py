"""The help page of all keys is what the table of actions says now."""

from crosstrade_desk.desk.actions import ACTIONS
from crosstrade_desk.desk.keymap import USUAL
from crosstrade_desk.desk.keys_page import keys_page
from crosstrade_desk.resources import resources


def test_the_page_of_keys_in_the_tree_is_current() -> None:
    path = resources() / "help" / "keys.md"
    assert path.read_text(encoding="utf-8") == keys_page(), "run: python packaging/keys_page.py"


def test_the_page_of_keys_holds_every_action_with_its_key() -> None:
    page = keys_page()
    for action in ACTIONS:
        key = f"`{USUAL.text(action.id)}`" if action.key else "none"
        assert f"| {key} | {action.title} | {action.explanation}" in page
