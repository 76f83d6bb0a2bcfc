"""How the panes stand around the ticket: hidden, resized, as windows of their own, and as the compact form."""

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from PySide6.QtCore import QByteArray, QObject, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QWindow
from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget

from crosstrade_desk.storage.settings import Settings
from crosstrade_desk.ui.placing import TITLE_BAR, inside

_BELOW: Final = Qt.DockWidgetArea.BottomDockWidgetArea
Rect = tuple[int, int, int, int]
_VERSION: Final = 1  # of the state that is kept: another one is not read
GAP: Final = 4  # pixels around each pane
HEAD: Final = 30  # pixels of the head of the log, wherever it stands
USUAL: Final = (1380, 840)
COMPACT: Final = (412, 700)
LOW_COMPACT: Final = (744, 500)  # on a screen that is too low for that
_LOW: Final = 640  # pixels: too low is what has less
_ABOVE: Final = 72  # pixels of band, status line and what lies between panes
_WHOLE_ORDER: Final = 460  # pixels in which every row of a new order is in sight
LOW_ORDER: Final = 314  # pixels of the same in the low ticket
_AROUND: Final = 11  # pixels beside ticket and pane: margins, and what divides them
_SLIMMEST: Final = 160 + 2 * GAP  # of a pane beside the ticket
_ON_TOP: Final = Qt.WindowType.WindowStaysOnTopHint
_FLOATING: Final = QSize(520, 320)


@dataclass(frozen=True, slots=True)
class Pane:
    """One pane beside or below the ticket. `beside` names the pane that it shares a row with; `width`: usual, in
    pixels. `in_compact`: whether the compact form shows it."""

    name: str
    title: str
    widget: QWidget
    area: Qt.DockWidgetArea
    width: int
    beside: str = ""
    in_compact: bool = False


@dataclass(frozen=True, slots=True)
class _Stood:
    state: QByteArray
    where: Rect


class Layout(QObject):
    """Places the panes as docks of the window. A docked pane has no bar of its own: each has its heading inside.

    Signals:
        changed: a pane was hidden, shown, floats, or is docked again; the window became compact, or is no longer.
    """

    changed = Signal()

    def __init__(self, window: QMainWindow, panes: Sequence[Pane], ticket_widths: Sequence[int]) -> None:
        """`ticket_widths`: from how many pixels on the ticket has a wider form, the widest first."""
        super().__init__(window)
        self._ticket_widths = ticket_widths
        self._window, self._panes = window, panes
        window.setDockOptions(QMainWindow.DockOption.AllowNestedDocks)
        window.setCorner(Qt.Corner.BottomRightCorner, Qt.DockWidgetArea.BottomDockWidgetArea)
        self.docks = {pane.name: self._dock(pane) for pane in panes}
        self._wide: _Stood | None = None  # what to go back to from the compact form
        self._small: Rect | None = None  # where the compact form stood last
        self.usual()

    def _dock(self, pane: Pane) -> QDockWidget:
        dock = QDockWidget(pane.title, self._window)
        dock.setObjectName(f"dock-{pane.name}")
        dock.setWidget(pane.widget)
        dock.setContentsMargins(GAP, GAP, GAP, GAP)
        dock.setTitleBarWidget(QWidget())
        dock.topLevelChanged.connect(lambda floats: self._on_float(dock, floats))
        dock.toggleViewAction().toggled.connect(self.changed)
        return dock

    def _on_float(self, dock: QDockWidget, floats: bool) -> None:
        """A window of its own has the desktop's title bar."""
        dock.setTitleBarWidget(None if floats else QWidget())  # type: ignore[arg-type]  # Qt takes none
        if floats:
            dock.resize(dock.size().expandedTo(_FLOATING))
        self.changed.emit()

    def is_docked(self, name: str) -> bool:
        """Whether a pane is shown in the window."""
        return not (self.docks[name].isHidden() or self.docks[name].isFloating())

    def fill(self, name: str, widget: QWidget) -> None:
        """Puts a pane where its place was kept."""
        place = self.docks[name].widget()
        self.docks[name].setWidget(widget)
        place.deleteLater()

    # --- what the trader does ---

    def usual(self) -> None:
        """Puts every pane where it usually stands."""
        self.set_compact(False)
        for pane in self._panes:
            dock = self.docks[pane.name]
            dock.setFloating(False)
            self._window.addDockWidget(pane.area, dock)
            if pane.beside:
                self._window.splitDockWidget(self.docks[pane.beside], dock, Qt.Orientation.Horizontal)
            dock.show()
        self._share_out()

    def _share_out(self) -> None:
        """Gives the panes their usual shares of the room; a higher window shows more below the ticket."""
        room = self._window.height() - _ABOVE
        below = max(1, room - max(_WHOLE_ORDER, room * 3 // 5))
        docks = list(self.docks.values())
        widths = [pane.width if pane.area is _BELOW else self._beside_ticket(pane.width) for pane in self._panes]
        self._window.resizeDocks(docks, widths, Qt.Orientation.Horizontal)
        self._window.resizeDocks(self._beneath(), [below] * len(self._beneath()), Qt.Orientation.Vertical)

    def _beneath(self) -> list[QDockWidget]:
        """The panes that are shown below the ticket."""
        names = [name for name in self.docks if self.is_docked(name)]
        return [self.docks[name] for name in names if self._window.dockWidgetArea(self.docks[name]) is _BELOW]

    def follow(self, higher: int, whole: int = _WHOLE_ORDER) -> None:
        """Lets the panes below have what the window became higher, or lose what it became lower: the ticket stays.

        One that is lower than `whole`, in pixels, grows to that first.
        """
        docks, ticket = self._beneath(), self._window.centralWidget()
        higher = min(higher, max(0, (ticket.height() if ticket else 0) - whole))
        if docks and higher:
            self._window.resizeDocks(docks, [max(1, dock.height() + higher) for dock in docks], Qt.Orientation.Vertical)

    def give_way(self) -> None:
        """Narrows the panes beside the ticket, where it can have a wider form by that."""
        side = [dock for name, dock in self.docks.items() if self.is_docked(name) and dock not in self._beneath()]
        if side:
            widths = [self._beside_ticket(dock.width()) for dock in side]
            self._window.resizeDocks(side, widths, Qt.Orientation.Horizontal)

    def _beside_ticket(self, usual: int) -> int:
        """How wide a pane beside the ticket is: as usual, or less where the ticket has a wider form by that."""
        room = self._window.width() - _AROUND
        left = next((room - width for width in self._ticket_widths if room - width >= _SLIMMEST), usual)
        return min(usual, left)

    def toggle(self, name: str) -> None:
        """Hides a pane, or shows it again where it was."""
        self.docks[name].setVisible(self.docks[name].isHidden())

    def float_or_dock(self, name: str) -> None:
        """Makes a pane a window of its own, or puts it back."""
        dock = self.docks[name]
        dock.show()
        dock.setFloating(not dock.isFloating())
        if dock.isFloating():
            keep_in_sight(dock)

    @property
    def is_compact(self) -> bool:
        """Whether only the ticket is shown, with the panes that belong to it."""
        return self._wide is not None

    def set_compact(self, on: bool) -> None:
        """Shows only the ticket and what belongs to it, above other windows; or all that was shown before."""
        if on == self.is_compact:
            return
        here = _where(self._window)
        if self._wide:
            self._small, stood, self._wide = here, self._wide, None
            put(self._window, stood.where)  # first: in the small window the panes would be squeezed
            self._window.restoreState(stood.state, _VERSION)
        else:
            self._wide = _Stood(self._window.saveState(_VERSION), here)
            for pane in self._panes:
                self._put_compact(pane)
            QTimer.singleShot(0, self._window, self._make_small)  # the room is free once the panes are gone
        handle: QWindow | None = self._window.windowHandle()  # None: never shown
        # Of a window that is shown the handle alone is told: through the widget it would be gone for a moment.
        if handle is None:
            self._window.setWindowFlag(_ON_TOP, on)
        else:
            handle.setFlag(_ON_TOP, on)
        self.changed.emit()

    def _put_compact(self, pane: Pane) -> None:
        """What belongs to the compact form goes below the ticket: beside it there is no room."""
        dock = self.docks[pane.name]
        if pane.in_compact:
            dock.setFloating(False)
            self._window.addDockWidget(_BELOW, dock)
        dock.setVisible(pane.in_compact)

    def _make_small(self) -> None:
        """Twice: the panes lay themselves out for the width first, and only then need no more than the height."""
        self._resize_small()
        QTimer.singleShot(0, self._window, self._resize_small)

    def _resize_small(self) -> None:
        if not self.is_compact:
            return
        room = self._room()
        usual = COMPACT if room >= _LOW else LOW_COMPACT
        if self._small and (self._small[3] <= room or usual is COMPACT):
            put(self._window, self._small)
        else:
            self._window.resize(usual[0], min(usual[1], room))
        beneath = self._beneath()
        self._window.resizeDocks(beneath, [1] * len(beneath), Qt.Orientation.Vertical)

    def _room(self) -> int:
        """How high the window can be on its screen, in pixels."""
        return self._window.screen().availableGeometry().height() - TITLE_BAR

    def deeds(self) -> dict[str, Callable[[], None]]:
        """Action id -> what it does to the panes."""
        toggles = {f"pane {name}": partial(self.toggle, name) for name in self.docks}
        floats = {f"float {name}": partial(self.float_or_dock, name) for name in self.docks}
        turn = {"compact": lambda: self.set_compact(not self.is_compact), "usual panes": self.usual}
        return {**toggles, **floats, **turn}

    # --- keeping it ---

    def kept(self) -> dict[str, Rect | str | bool | None]:
        """What the settings keep of window and panes."""
        here = _where(self._window)
        stood = self._wide or _Stood(self._window.saveState(_VERSION), here)
        return {
            "window": stood.where,
            "panes": _written(stood.state),
            "compact": self.is_compact,
            "compact_window": here if self.is_compact else self._small,
        }

    def restore(self, kept: Settings) -> None:
        """Brings window and panes back to where they stood; what cannot be read is as usual."""
        put(self._window, kept.window)
        self._share_out()
        self._small = kept.compact_window
        if (state := _read(kept.panes)) and not self._window.restoreState(state, _VERSION):
            self.usual()
        for dock in self.docks.values():
            if dock.isFloating():
                keep_in_sight(dock)
        self.set_compact(kept.compact)


def _written(state: QByteArray) -> str:
    """A state as a text, with a checksum in front: Qt ends the process over some that are damaged."""
    text = bytes(state.toBase64().data()).decode("ascii")
    return f"{zlib.crc32(text.encode()):08x}{text}"


def _read(text: str) -> QByteArray | None:
    """The state of a text, None if that was changed since it was written."""
    whole = text[:8] == f"{zlib.crc32(text[8:].encode()):08x}"
    return QByteArray.fromBase64(text[8:].encode()) if text and whole else None


def _where(window: QWidget) -> Rect:
    return window.x(), window.y(), window.width(), window.height()


def put(window: QWidget, place: Rect | None) -> None:
    """Puts a window where it stood, moved onto a screen that is there; None is the usual size, where it likes."""
    window.resize(*(place[2:] if place else USUAL))
    screen = QGuiApplication.primaryScreen()
    if place and (found := QGuiApplication.screenAt(QRect(*place).center())):
        screen = found
    room = screen.availableGeometry()
    window.resize(min(window.width(), room.width()), min(window.height(), room.height() - TITLE_BAR))
    if place:
        window.move(inside(QRect(*place[:2], window.width(), window.height() + TITLE_BAR), room))


def keep_in_sight(window: QWidget) -> None:
    """Brings the whole frame of a window that is shown onto a screen."""
    screen = QGuiApplication.screenAt(window.frameGeometry().center()) or QGuiApplication.primaryScreen()
    frame, room = window.frameGeometry(), screen.availableGeometry()
    aside, above = frame.width() - window.width(), frame.height() - window.height()
    window.resize(min(window.width(), room.width() - aside), min(window.height(), room.height() - above))
    window.move(inside(window.frameGeometry(), room))
