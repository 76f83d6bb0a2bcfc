"""One table of colour roles, dark, light and high contrast, and the style made from it. A colour always has a word.

Amber (`warn`) means one thing: look at this, it waits for you. So do a question, a remark about what was typed, entries
that tripped, an exit that may be needed again, an outcome that nobody knows. What else was amber has a role of its own:
the ways out (`exit`), the money of a funding firm (`funded`), what did not happen (`bad`) or was kept in (`muted`).
"""

from dataclasses import asdict, dataclass
from string import Template
from typing import Final

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from crosstrade_desk.desk.accounts import AccountClass


@dataclass(frozen=True, slots=True)
class Roles:
    """What each colour is for. Texts keep at least 4.5 : 1 against the ground they stand on, in high contrast 7 : 1."""

    window: str
    panel: str
    field: str
    border: str
    edge: str  # of what takes a text, which is seen by it
    chosen: str  # the ground of a selected row
    text: str
    muted: str
    focus: str
    buy: str
    sell: str
    long: str  # a side as a word in a table: LONG, BUY
    short: str  # SHORT, SELL; what was refused or lost is `bad`
    exit: str
    on_exit: str
    funded: str
    funded_ground: str
    neutral: str
    on_colour: str
    practice: str
    live: str
    nowhere: str
    good: str
    warn: str
    warn_ground: str
    bad: str
    warn_ring: str  # round a chosen button, on `neutral`
    bad_ring: str
    on_ground: str  # text on a light ground: amber, white, the red of `bad`
    violet: str  # of presets


MONEY: Final = {AccountClass.SIMULATION: "muted", AccountClass.FUNDED: "funded", AccountClass.LIVE: "bad"}
DARK: Final = Roles(
    window="#14171b",
    panel="#1b1f24",
    field="#252a31",
    border="#3d454f",
    edge="#6d7783",
    chosen="#363e48",
    text="#e9ecef",
    muted="#a7b0ba",
    focus="#7cb8ff",
    buy="#1f6fc4",
    sell="#c2410c",
    long="#7cb8ff",
    short="#ffa06a",
    exit="#d5dbe3",
    on_exit="#14171b",
    funded="#c9a6ff",
    funded_ground="#d9c2ff",
    neutral="#4a5563",
    on_colour="#ffffff",
    practice="#0f6d66",
    live="#b3261e",
    nowhere="#333c47",
    good="#62dcae",
    warn="#f5bd57",
    warn_ground="#e9b949",
    bad="#ff8878",
    warn_ring="#f5bd57",
    bad_ring="#ff8878",
    on_ground="#201600",
    violet="#b18cff",
)
LIGHT: Final = Roles(
    window="#eef0f3",
    panel="#ffffff",
    field="#ffffff",
    border="#b9c1cb",
    edge="#7d8792",
    chosen="#d0dcec",
    text="#15181c",
    muted="#515b66",
    focus="#1a66c2",
    buy="#1763b8",
    sell="#b83a0c",
    long="#155aa8",
    short="#a33208",
    exit="#2b333d",
    on_exit="#ffffff",
    funded="#6a3fb5",
    funded_ground="#d9c2ff",
    neutral="#5a6573",
    on_colour="#ffffff",
    practice="#0f6d66",
    live="#b3261e",
    nowhere="#3a434e",
    good="#0b6b41",
    warn="#7d5000",
    warn_ground="#f0b429",
    bad="#900028",
    warn_ring="#f0b429",
    bad_ring="#ffb4a8",
    on_ground="#201600",
    violet="#6a3fcf",
)
HIGH: Final = Roles(
    window="#000000",
    panel="#000000",
    field="#000000",
    border="#98a2ad",
    edge="#98a2ad",
    chosen="#0a2552",
    text="#ffffff",
    muted="#d8dee6",
    focus="#8fdaff",
    buy="#0b4f9e",
    sell="#8f3000",
    long="#8fdaff",
    short="#ffab7a",
    exit="#ffffff",
    on_exit="#000000",
    funded="#d4b4ff",
    funded_ground="#d4b4ff",
    neutral="#333c47",
    on_colour="#ffffff",
    practice="#06534d",
    live="#9e0f0a",
    nowhere="#252c34",
    good="#7dffb8",
    warn="#ffd166",
    warn_ground="#ffd166",
    bad="#ff9888",
    warn_ring="#ffd166",
    bad_ring="#ff9888",
    on_ground="#000000",
    violet="#d4b4ff",
)
LOOKS: Final = {"dark": DARK, "light": LIGHT, "high contrast": HIGH}  # besides “system”

_FONT: Final = 13  # pixels
# Without a duration Qt places panes at once, otherwise by an animation of no length: 15 ms before the first frame.
_STYLE = Template("""
QDockWidget, #body { widget-animation-duration: 0; }
QMainWindow, QDialog { background: $window; }
QMainWindow::separator { background: $window; width: 3px; height: 3px; }
QMainWindow::separator:hover { background: $focus; }
#panel { background: $panel; border: 1px solid $border; border-radius: 6px; }
#log-head { background: $panel; }
#panel[money="simulation"] { border-color: $good; }
#panel[money="funded"] { border-color: $funded; }
#panel[money="live"] { border-color: $bad; }
QLabel { background: transparent; color: $text; }
QLabel[tone="muted"] { color: $muted; }
QLabel[tone="bad"] { color: $bad; }
QLabel[tone="warn"] { color: $warn; }
QLabel[tone="good"] { color: $good; }
QLabel[tone="loud"] { background: $warn_ground; color: $on_ground; font-weight: 600; }
QLabel#heading { color: $muted; font-size: 12px; font-weight: 600; }
QLabel#sentence { font-size: 16px; font-weight: 600; }
QLabel#sentence[long="true"] { font-size: 13px; }
#walk { background: $panel; border: none; border-top: 1px solid $border; }
#walk QPushButton { padding: 1px 10px; }
#walk QPushButton:focus { padding: 0 9px; }
#walk QLabel#walk-count { color: $focus; font-weight: 600; }
#band { border: none; }
#band[place="PRACTICE"] { background: $practice; }
#band[place="LIVE"] { background: $live; }
#band[place="NONE"] { background: $nowhere; }
#band QLabel { color: $on_colour; }
#band QLabel#mode { font-size: 17px; font-weight: 700; }
#band QLabel#money, #band QLabel#kill {
    font-weight: 700; padding: 2px 6px; border: 1px solid $on_colour; border-radius: 4px;
}
#band QLabel#kill { background: $on_colour; color: $live; margin: 8px 0; }
#band QLabel#money[money="funded"] { background: $funded_ground; color: $on_ground; border-color: $funded_ground; }
#band QLabel#link { padding: 2px 6px; border: 1px solid transparent; border-radius: 4px; }
#band QLabel#link[link="waiting"] { background: $warn_ground; color: $on_ground; }
#band QLabel#link[link="down"] { background: $on_colour; color: $live; font-weight: 700; }
#band QLabel#money[money="live"] { background: $on_colour; color: $live; }
#band QPushButton#entries[entries="on"] { background: $on_colour; color: $on_ground; font-weight: 700; }
#band QPushButton#entries[entries="off"] { border-style: dashed; font-weight: 700; }
#band QPushButton#entries[entries="tripped"] { background: $warn_ground; color: $on_ground; font-weight: 700; }
#band QPushButton#keys[keys="loud"] { background: $warn_ground; color: $on_ground; font-weight: 700; }
#band QPushButton#keys { padding: 4px 2px; }
#band QPushButton#keys:focus { padding: 2px 0; }
#band QPushButton#entries { font-size: 12px; padding: 2px 6px; min-height: 28px; }
#ask, #alarm[alarm="again"], #alarm[alarm="beyond"] { background: $warn_ground; }
#ask QLabel, #alarm[alarm="again"] QLabel, #alarm[alarm="beyond"] QLabel { color: $on_ground; font-weight: 600; }
#alarm { border-radius: 4px; }
#alarm QPushButton#alarm-dismiss { padding: 1px 6px; min-height: 18px; }
#alarm[alarm="failed"] { background: $live; }
#alarm[alarm="failed"] QLabel { color: $on_colour; font-weight: 600; }
#alarm QLabel { font-size: 11px; }
#ask QPushButton { padding: 1px 10px; min-height: 18px; }
#band QPushButton { background: transparent; color: $on_colour; border: 1px solid $on_colour; padding: 4px 6px; }
QLineEdit, QComboBox, QListWidget, QPlainTextEdit, QTableView {
    background: $field; color: $text; border: 1px solid $border; border-radius: 4px;
    selection-background-color: $buy; selection-color: $on_colour;
}
QLineEdit, QComboBox { padding: 4px 6px; min-height: 20px; border-color: $edge; }
QLineEdit:focus, QComboBox:focus, QListView:focus, QPlainTextEdit:focus, QTableView:focus {
    border: 1px solid $focus;
}
QLineEdit, QPlainTextEdit, QComboBox, QListWidget, QTableView { placeholder-text-color: $muted; }
QPlainTextEdit { font-size: 13px; }
QPlainTextEdit[readOnly="false"] { border-color: $edge; }
QTextBrowser { border: 1px solid transparent; }
QTextBrowser:focus { border-color: $focus; }
QCheckBox { border: 1px solid transparent; border-radius: 3px; }
QCheckBox:focus { border-color: $focus; }
QLineEdit:disabled { color: $muted; background: $panel; border-color: $border; }
QLineEdit:disabled { selection-background-color: $panel; selection-color: $muted; }
QLineEdit[wrong="true"], QComboBox[wrong="true"], QListWidget[wrong="true"], QPlainTextEdit[wrong="true"] {
    border: 1px solid $bad;
}
QLineEdit[wrong="true"]:focus, QComboBox[wrong="true"]:focus, QListWidget[wrong="true"]:focus {
    border: 2px solid $bad; padding: 3px 5px;
}
QListWidget[wrong="true"]:focus { padding: 0; }
#band QPushButton:focus { border: 3px solid $on_colour; padding: 2px 4px; }
#band QPushButton#entries[entries="on"]:focus { border: 3px solid $on_ground; padding: 0 4px; }
QScrollArea, QWidget#rows, QScrollArea > QWidget > QWidget#sentence { background: transparent; border: none; }
QListWidget { outline: none; }
QListWidget::item { padding: 0 1px; border: 1px solid transparent; border-radius: 3px; }
QListWidget::item:focus { border-color: $focus; }
QListWidget { selection-background-color: $chosen; selection-color: $text; }
QListWidget::indicator, QCheckBox::indicator {
    width: 14px; height: 14px; border: 1px solid $muted; border-radius: 3px; background: $window;
}
QListWidget::indicator:checked, QCheckBox::indicator:checked {
    background: $buy; border-color: $buy; image: url(icons:check.svg);
}
QListWidget QLineEdit { padding: 0 2px; min-height: 0; border-radius: 0; }
QComboBox::drop-down { border: none; width: 22px; }
QComboBox::down-arrow { image: url(icons:chevron.svg); width: 14px; height: 14px; }
QComboBox QLineEdit, QComboBox QLineEdit:focus {
    border: none; border-radius: 0; padding: 0; min-height: 0; background: transparent;
}
QLabel[problem="true"] { font-size: 12px; }
QLabel#explanation { font-size: 11px; }
QTableView { gridline-color: $panel; }
QTableView::item { padding: 0 3px; }
QTableView { selection-background-color: $chosen; selection-color: $text; }
QHeaderView::section {
    background: $panel; color: $muted; border: none; border-bottom: 1px solid $border; padding: 3px 6px;
}
QPushButton {
    background: $field; color: $text; border: 1px solid $border; border-radius: 4px;
    padding: 4px 10px; min-height: 20px; outline: none;
}
QPushButton:hover { border-color: $focus; }
QPushButton:focus { border: 2px solid $focus; padding: 3px 9px; }
QPushButton:disabled { color: $muted; }
QPushButton[quote="true"] { font-size: 11px; padding: 0 2px; min-height: 26px; }
QPushButton#health {
    background: transparent; color: $muted; border: 1px solid transparent; padding: 0 6px;
    font-size: 12px; text-align: right;
}
QPushButton#health:hover, QPushButton#health:focus { border-color: $focus; color: $text; }
QPushButton#roll { color: $warn; border-color: $warn; }
QPushButton[segment="true"] { padding: 4px 5px; }
QPushButton[segment="true"]:checked {
    background: $neutral; color: $on_colour; border-color: $muted;
}
QPushButton[segment="true"][state="set"] { border-color: $text; }
QPushButton[segment="true"][state="warn"] { border: 2px solid $warn; padding: 3px 4px; }
QPushButton[segment="true"][state="bad"] { border: 2px solid $bad; padding: 3px 4px; }
QPushButton[segment="true"][state="warn"]:checked { border-color: $warn_ring; }
QPushButton[segment="true"][state="bad"]:checked { border-color: $bad_ring; }
GroupBar[slim="true"] QPushButton[segment="true"][state="warn"],
GroupBar[slim="true"] QPushButton[segment="true"][state="bad"] { padding: 3px 1px; }
FireButton { border-radius: 6px; padding: 0; border-width: 2px; }
FireButton[tone="BUY"] { background: $buy; color: $on_colour; border-color: $buy; }
FireButton[tone="SELL"] { background: $sell; color: $on_colour; border-color: $sell; }
FireButton[tone="EXIT"] { background: $exit; color: $on_exit; border-color: $exit; }
FireButton[tone="ALARM"] { background: $on_colour; color: $on_ground; border-color: $on_colour; }
FireButton[tone="PLAIN"] { background: $neutral; color: $on_colour; border-color: $neutral; }
FireButton:hover { border: 2px solid $focus; }
FireButton[money="live"] { border: 4px solid $live; }
FireButton[money="funded"] { border: 4px solid $funded; }
FireButton[tone="WIDE"] { background: $live; color: $on_colour; border: 2px solid $text; }
FireButton[tone="ALL"] { background: $panel; color: $text; border: 2px solid $bad; }
FireButton[tone="WIDE"]:hover { border-color: $focus; }
QPushButton[segment="true"][tone="BUY"]:checked { background: $buy; border-color: $buy; }
QPushButton[segment="true"][tone="SELL"]:checked { background: $sell; border-color: $sell; }
QPushButton[segment="true"]:focus { padding: 3px 4px; }
QPushButton[segment="true"][state]:focus, QPushButton#roll:focus { border-color: $focus; }
QPushButton[segment="true"]:checked:focus { border: 2px solid $text; padding: 3px 4px; }
#panel[dense="true"] QPushButton { padding: 1px 4px; min-height: 20px; }
#panel[dense="true"] QPushButton:focus,
#panel[dense="true"] QPushButton[segment="true"][state="warn"],
#panel[dense="true"] QPushButton[segment="true"][state="bad"] { padding: 0 3px; border-width: 2px; }
#panel[dense="true"] FireButton { padding: 0; }
GroupBar[slim="true"] QPushButton[segment="true"] { padding: 4px 2px; }
GroupBar[slim="true"] QPushButton[segment="true"]:focus { padding: 3px 1px; }
#panel[dense="true"] GroupBar QPushButton { padding: 1px 2px; }
#panel[dense="true"] GroupBar QPushButton:focus,
#panel[dense="true"] GroupBar QPushButton[segment="true"][state="warn"],
#panel[dense="true"] GroupBar QPushButton[segment="true"][state="bad"] { padding: 0 1px; }
#panel[dense="true"] QLineEdit, #panel[dense="true"] QComboBox { padding: 1px 4px; min-height: 20px; }
#panel[dense="true"] QLineEdit[wrong="true"]:focus, #panel[dense="true"] QComboBox[wrong="true"]:focus {
    padding: 0 3px;
}
#panel[dense="true"] QComboBox QLineEdit { padding: 0; min-height: 0; }
#panel[dense="true"] QLabel#sentence { font-size: 13px; }
#panel[dense="true"] QPushButton#clear-options { padding: 0 4px; min-height: 14px; font-size: 11px; }
#panel[dense="true"] QPushButton#clear-options:focus { padding: 0 3px; min-height: 12px; }
#panel QLabel#said { font-size: 12px; }
#band[dense="true"] QLabel#mode { font-size: 14px; }
#band[dense="true"] QLabel#kill { margin: 3px 0; padding: 0 6px; }
#band[dense="true"] QPushButton { padding: 1px 6px; }
#band[dense="true"] QPushButton:focus { padding: 0 4px; }
#band[dense="true"] QPushButton#entries { min-height: 24px; padding: 0 2px; }
#ask[dense="true"] QLabel { font-size: 11px; }
QTabWidget::pane { border: none; }
QTabBar::tab {
    background: $panel; color: $muted; padding: 3px 4px 4px 4px;
    border: 1px solid transparent; border-bottom: 2px solid transparent;
}
QTabBar::tab:selected { color: $text; border-bottom: 2px solid $focus; }
QTabBar::tab:focus { color: $focus; border: 1px solid $focus; border-bottom: 2px solid $focus; }
QSplitter::handle { background: $window; }
QScrollBar { background: transparent; border: none; margin: 0; }
QScrollBar:vertical { width: 12px; }
QScrollBar:horizontal { height: 12px; }
QScrollBar::handle { background: $edge; border-radius: 3px; margin: 3px; }
QScrollBar::handle:hover { background: $muted; }
QScrollBar::handle:vertical { min-height: 24px; }
QScrollBar::handle:horizontal { min-width: 24px; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QToolTip { background: $panel; color: $text; border: 1px solid $border; }
""")


# Grounds that are dark on black need an edge to be seen as buttons.
_EDGES = Template("""
FireButton[tone="BUY"], FireButton[tone="SELL"], FireButton[tone="PLAIN"], FireButton[tone="WIDE"] {
    border-color: $text;
}
QPushButton[segment="true"]:checked { border: 2px solid $text; padding: 3px 4px; }
QPushButton[segment="true"][tone="BUY"]:checked, QPushButton[segment="true"][tone="SELL"]:checked {
    border-color: $text;
}
QPushButton[segment="true"][state="warn"] { border-color: $warn; }
QPushButton[segment="true"][state="bad"] { border-color: $bad; }
QPushButton[segment="true"]:checked:focus { border: 3px solid $focus; padding: 2px 3px; }
GroupBar[slim="true"] QPushButton[segment="true"]:checked { padding: 3px 1px; }
#panel[dense="true"] QPushButton[segment="true"]:checked { padding: 0 3px; }
#panel[dense="true"] GroupBar QPushButton[segment="true"]:checked { padding: 0 1px; }
#panel[dense="true"] QPushButton:focus { border-width: 2px; }
#panel[dense="true"] QPushButton[segment="true"]:checked:focus { border: 2px solid $focus; }
#panel[dense="true"] QLineEdit:focus, #panel[dense="true"] QComboBox:focus { padding: 0 3px; }
#band { border-bottom: 2px solid $text; }
QPushButton:focus { border: 3px solid $focus; padding: 2px 8px; }
QLineEdit:focus, QComboBox:focus { border: 2px solid $focus; padding: 3px 5px; }
QListView { border: 1px solid $border; }
QListWidget, QPlainTextEdit, QTableView { border: 2px solid $border; }
QListView:focus { border-color: $focus; }
QListWidget:focus, QPlainTextEdit:focus, QTableView:focus { border: 2px solid $focus; }
QPushButton:disabled, QLineEdit:disabled, QComboBox:disabled { color: $border; border-style: dashed; }
QCheckBox:disabled { color: $border; }
""")


def is_dark(app: QApplication) -> bool:
    """Whether the system asks for a dark look; a system that does not say gets the dark one, as charts mostly are."""
    return app.styleHints().colorScheme() is not Qt.ColorScheme.Light


def is_high(app: QApplication) -> bool:
    """Whether the system asks for more contrast."""
    hints = app.styleHints()  # held: PySide takes its accessibility() for gone together with it
    return hints.accessibility().contrastPreference() is Qt.ContrastPreference.HighContrast


def roles(app: QApplication) -> Roles:
    """The table in force: the one the trader chose, or what the system asks for."""
    chosen = LOOKS.get(app.property("look") or "")
    return chosen or (HIGH if is_high(app) else DARK if is_dark(app) else LIGHT)


def apply(app: QApplication) -> None:
    """Dresses the program, and dresses it again whenever the system changes its mind."""
    app.setStyle("Fusion")
    font = app.font()
    font.setPixelSize(_FONT)  # not by the style sheet: a rule for every widget is worked out for every widget
    app.setFont(font)
    _dress(app)
    hints = app.styleHints()
    hints.colorSchemeChanged.connect(lambda _scheme: _dress(app))
    hints.accessibility().contrastPreferenceChanged.connect(lambda _contrast: _dress(app))


def choose(look: str) -> None:
    """Takes one of `LOOKS`, or with “system” whatever the system asks for."""
    app = QApplication.instance()
    if isinstance(app, QApplication) and app.property("look") != look:
        before = roles(app)
        app.setProperty("look", look)
        if roles(app) is not before:
            _dress(app)


def _dress(app: QApplication) -> None:
    table = roles(app)
    palette = QPalette()
    for role, colour in (
        (QPalette.ColorRole.Window, table.window),
        (QPalette.ColorRole.Base, table.field),
        (QPalette.ColorRole.AlternateBase, table.panel),
        (QPalette.ColorRole.Button, table.field),
        (QPalette.ColorRole.Text, table.text),
        (QPalette.ColorRole.WindowText, table.text),
        (QPalette.ColorRole.ButtonText, table.text),
        (QPalette.ColorRole.PlaceholderText, table.muted),
        (QPalette.ColorRole.Highlight, table.buy),
        (QPalette.ColorRole.HighlightedText, table.on_colour),
        (QPalette.ColorRole.Link, table.focus),
        (QPalette.ColorRole.ToolTipBase, table.panel),
        (QPalette.ColorRole.ToolTipText, table.text),
    ):
        palette.setColor(role, QColor(colour))
    app.setPalette(palette)
    edges = _EDGES.substitute(asdict(table)) if table is HIGH else ""
    app.setStyleSheet(_STYLE.substitute(asdict(table)) + edges)


def dense(widget: QWidget, on: bool) -> None:
    """Has a part of the window, and all in it, in the lower style of a narrow window; or in the usual one again."""
    if (widget.property("dense") == "true") is on:
        return  # hundreds of parts would have their style worked out anew, for the same one
    mark(widget, dense=str(on).lower())
    for part in reversed(widget.findChildren(QWidget)):  # the line of a list takes its colours from the list, worn last
        mark(part)
        QApplication.sendEvent(part, QEvent(QEvent.Type.StyleChange))  # a list keeps its size until it is told


def mark(widget: QWidget, **properties: str) -> None:
    """Sets style properties of a widget and, if one of them is new, has its style worked out again."""
    changed = {name: value for name, value in properties.items() if widget.property(name) != value}
    for name, value in changed.items():
        widget.setProperty(name, value)
    if changed or not properties:
        widget.style().unpolish(widget)
        widget.style().polish(widget)
