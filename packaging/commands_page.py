"""Writes the help page of all commands anew: python packaging/commands_page.py. A test fails while it is old."""

from crosstrade_desk.protocol.page import commands_page
from crosstrade_desk.resources import resources

(resources() / "help" / "commands.md").write_text(commands_page(), encoding="utf-8")
