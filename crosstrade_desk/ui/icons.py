"""Icons of menus, in the colours of the look that is worn. Each is read and drawn when it is first shown."""

from functools import lru_cache
from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QFile, QIODevice, QSize
from PySide6.QtGui import QIcon, QImageReader, QPixmap
from PySide6.QtWidgets import QApplication

from crosstrade_desk.ui.theme import roles

_SIZES: Final = (16, 24, 32)  # for screens of 100, 150 and 200 %
_DRAWN_IN: Final = b"#000000"  # the colour that stands in the files for that of a role
# Action id, or the first word of several -> its picture `act-….svg`.
_OF_ACTIONS: Final = {
    "flatten": "flatten",
    "cancel": "cancel",
    "disarm": "off",
    "undo": "undo",
    "go": "field",
    "unknown": "unknown",
    "filter": "filter",
    "follow": "row",
    "export": "export",
    "compact": "compact",
    "pane": "pane",
    "float": "float",
    "usual": "panes",
    "help": "help",
    "help keys": "keys",
    "walk": "walk",
    "keys": "keys",
    "connection": "connection",
    "limits": "limits",
    "import": "import",
    "Copy": "copy",
}


def icon(name: str, role: str = "muted") -> QIcon:
    """The picture `act-….svg` of this name in the colour of a role, as it is now."""
    app = QApplication.instance()
    return _drawn(name, str(getattr(roles(app), role))) if isinstance(app, QApplication) else QIcon()


def icon_of(action: str) -> QIcon:
    """The picture of an action by its id; an empty one where words are enough."""
    name = _OF_ACTIONS.get(action) or _OF_ACTIONS.get(action.split(maxsplit=1)[0])
    return icon(name) if name else QIcon()


@lru_cache(maxsize=128)
def _drawn(name: str, colour: str) -> QIcon:
    file = QFile(f"icons:act-{name}.svg")
    made = QIcon()
    if file.open(QIODevice.OpenModeFlag.ReadOnly):
        text = bytes(file.readAll().data()).replace(_DRAWN_IN, colour.encode())
        for size in _SIZES:
            made.addPixmap(_picture(text, size))
    return made


def _picture(text: bytes, size: int) -> QPixmap:
    source = QBuffer()
    source.setData(QByteArray(text))
    reader = QImageReader(source, QByteArray(b"svg"))
    reader.setScaledSize(QSize(size, size))
    return QPixmap.fromImage(reader.read())
