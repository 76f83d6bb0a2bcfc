"""Makes the files of the `resources` folder known to Qt: `icons:crosstrade-desk.svg`."""

from PySide6.QtCore import QDir
from PySide6.QtGui import QIcon

from crosstrade_desk.resources import resources


def register() -> None:
    """Registers the search path `icons:`."""
    QDir.addSearchPath("icons", str(resources() / "icons"))


def program_icon() -> QIcon:
    return QIcon("icons:crosstrade-desk.svg")
