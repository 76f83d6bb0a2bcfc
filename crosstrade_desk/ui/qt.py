"""Loads Qt without what it would add to each import."""

import builtins


def load_qt() -> None:
    """Imports PySide6, before anything that uses it.

    PySide would read the source text of every module imported from then on, to see whether it asks for a
    `__feature__`. None does here, and it costs 10 ms before the first paint and 8 MB for as long as the program runs.
    """
    import PySide6.QtCore  # noqa: F401, PLC0415 - taken back at once

    builtins.__import__ = getattr(builtins, "__orig_import__", builtins.__import__)
