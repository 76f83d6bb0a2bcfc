"""What the window is given beside the desk: everything that lives as long as it does."""

from dataclasses import dataclass

from crosstrade_desk.desk.connection import Connection
from crosstrade_desk.desk.observer import Observer
from crosstrade_desk.desk.preferences import Preferences
from crosstrade_desk.desk.presets import Presets
from crosstrade_desk.storage.search import Archive
from crosstrade_desk.ui.log.model import Pages


@dataclass(frozen=True, slots=True)
class Parts:
    """`pages` is the reading side of the journal, `archive` that of threads beside the window's."""

    connection: Connection
    preferences: Preferences
    pages: Pages
    presets: Presets
    observer: Observer
    archive: Archive
