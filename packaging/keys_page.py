"""Writes the help page of all keys anew: python packaging/keys_page.py. A test fails while it is old."""

from crosstrade_desk.desk.keys_page import keys_page
from crosstrade_desk.resources import resources

(resources() / "help" / "keys.md").write_text(keys_page(), encoding="utf-8")
