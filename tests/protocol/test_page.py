"""The help page of all commands is what the catalogue says now."""

from crosstrade_desk.protocol.catalogue import COMMANDS, fields
from crosstrade_desk.protocol.page import commands_page
from crosstrade_desk.resources import resources


def test_the_page_in_the_tree_is_current() -> None:
    path = resources() / "help" / "commands.md"
    assert path.read_text(encoding="utf-8") == commands_page(), "run: python packaging/commands_page.py"


def test_the_page_holds_every_command_and_every_field() -> None:
    page = commands_page()
    for spec in COMMANDS:
        assert f"## {spec.title}\n\n{spec.explanation}" in page
    for field in fields():
        assert f"| `{field.name}` | " in page
        assert field.explanation in page
