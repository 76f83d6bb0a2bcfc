"""Runs the real program, and tells a test in another process where its widgets are and what they say.

usage: python told_program.py STATE.json      (everything else as for crosstrade-desk)
"""

import asyncio
import json
import sys
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication, QListView, QListWidget, QMenu, QPushButton, QWidget

from crosstrade_desk.start import start
from crosstrade_desk.ui.program import Program
from crosstrade_desk.ui.words import words


def spot(widget: QWidget, area: QRect | None = None) -> list[int]:
    middle = (area or widget.rect()).center()
    found = widget.mapToGlobal(QPoint(middle))
    return [found.x(), found.y()]


def spots(window: QWidget) -> dict[str, list[int]]:
    """Where to click: each named widget by its name, each button in it by `name/title`, each list line likewise."""
    found: dict[str, list[int]] = {}
    for widget in window.findChildren(QWidget):
        if not widget.isVisible() or not stands(widget.window()):
            continue
        name = widget.objectName()
        if name and not name.startswith("qt_"):
            found[name] = spot(widget)
        if isinstance(widget, QPushButton):
            owner = next((o.objectName() for o in _owners(widget) if o.objectName()), "")
            found[f"{owner}/{widget.text()}"] = spot(widget)
        if isinstance(widget, QListWidget):
            for number in range(widget.count()):
                area = widget.visualItemRect(widget.item(number))
                tick = QRect(area.left() + 2, area.top(), 16, area.height())
                found[f"tick/{widget.item(number).text()}"] = spot(widget.viewport(), tick)
        elif isinstance(widget, QListView):
            rows = [widget.model().index(number, 0) for number in range(widget.model().rowCount())]
            found |= {f"{name}/{row.data()}": spot(widget.viewport(), widget.visualRect(row)) for row in rows}
    return found


def stands(window: QWidget) -> bool:
    """Whether the desktop has put a window in its place: before, it is where Qt thinks, and clicks go past it."""
    handle = window.windowHandle()
    if handle is None or not handle.isExposed():
        return False
    framed = handle.type() in {Qt.WindowType.Window, Qt.WindowType.Dialog, Qt.WindowType.Tool}
    frameless = bool(handle.flags() & Qt.WindowType.FramelessWindowHint)
    return not framed or frameless or not handle.frameMargins().isNull()


def _owners(widget: QWidget) -> list[QWidget]:
    owners = []
    while (owner := widget.parentWidget()) is not None:
        owners.append(owner)
        widget = owner
    return owners


def focus() -> str:
    """What has the focus, as a reader would say it; "" while nothing has it, or its window is not in front."""
    found = QApplication.focusWidget()
    if found is None or not found.isActiveWindow():
        return ""
    return found.accessibleName() or (found.text() if isinstance(found, QPushButton) else type(found).__name__)


def menu() -> list[list[object]]:
    """The lines of the menu that is open, each with whether it is marked."""
    found = QApplication.activePopupWidget()
    if not isinstance(found, QMenu):
        return []
    return [[line.text().split("\t")[0], line is found.activeAction()] for line in found.actions()]


async def tell(program: Program, path: Path) -> int:
    """Writes the state again and again until the window is closed."""
    closed = asyncio.Event()
    program.window.on_close = closed.set
    turn = 0
    while not closed.is_set():
        turn += 1
        tops = [w for w in QApplication.topLevelWidgets() if w.isVisible() and w.windowTitle()]
        state = {
            "turn": turn,
            "spots": {k: v for top in tops for k, v in spots(top).items()},
            "words": [line for top in tops for line in words(top)],
            "focus": focus(),
            "menu": menu(),
            "mode": program.window.band.mode.text(),
            "link": program.window.band.link.text(),
            "status": program.window.status.text(),
            "log": [str(program.window.log.model.index(0, c).data()) for c in range(7)],
            "rows": program.window.log.model.rowCount(),
            "outcomes": [str(program.window.log.model.index(row, 4).data()) for row in range(3)],
        }
        new = path.with_suffix(".new")
        new.write_text(json.dumps(state))
        new.replace(path)
        try:
            await asyncio.wait_for(closed.wait(), 0.05)
        except TimeoutError:
            continue
    return 0


if __name__ == "__main__":
    sys.exit(start(lambda program: tell(program, Path(sys.argv[1]))))
