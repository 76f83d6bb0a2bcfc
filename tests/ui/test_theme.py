"""Every text can be read on the ground it stands on, in every look, and no word of the program is a colour alone."""

import re
from collections.abc import Iterator
from dataclasses import asdict
from itertools import product

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QPushButton,
    QTableView,
    QWidget,
)

from crosstrade_desk import cli
from crosstrade_desk.desk.events import Mode, Place
from crosstrade_desk.storage.settings import about
from crosstrade_desk.ui import theme
from crosstrade_desk.ui.theme import DARK, HIGH, LIGHT, LOOKS, Roles
from support.windows import Glass

LIVE = Place(Mode.LIVE, "https://app.crosstrade.io/v1/send/••••/••••")
LEAST = {"dark": 4.5, "light": 4.5, "high contrast": 7.0}
PLACEHOLDER = "muted"
_TONES = ("text", "muted", "good", "warn", "bad", "funded", "long", "short")
TEXTS = {
    "window": _TONES,
    "panel": (*_TONES, "focus"),
    "field": (*_TONES, "focus", PLACEHOLDER),
    "chosen": _TONES,
    "buy": ("on_colour",),
    "sell": ("on_colour",),
    "neutral": ("on_colour",),
    "practice": ("on_colour",),
    "live": ("on_colour",),
    "nowhere": ("on_colour",),
    "exit": ("on_exit",),
    "warn_ground": ("on_ground",),
    "funded_ground": ("on_ground",),
    "on_colour": ("live", "on_ground"),
}
TABLES = pytest.mark.parametrize("look", LOOKS)


def brightness(colour: str) -> float:
    """Relative luminance, 0 to 1. Source: WCAG 2.1, definition of relative luminance."""
    shares = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((brightness(one), brightness(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_reckoned_as_the_rule_has_it() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@TABLES
@pytest.mark.parametrize("ground", TEXTS)
def test_every_text_has_enough_contrast_to_its_ground(look: str, ground: str) -> None:
    colours = asdict(LOOKS[look])
    told = {role: round(contrast(colours[role], colours[ground]), 2) for role in TEXTS[ground]}
    assert {role: found for role, found in told.items() if found < LEAST[look]} == {}


def pairs() -> Iterator[tuple[str, str]]:
    """The ground and the text of each rule of the style that names both."""
    for rule in re.findall(r"{([^}]*)}", theme._STYLE.template + theme._EDGES.template):
        for ground, text in (("background", "color"), ("selection-background-color", "selection-color")):
            on = re.search(rf"(?:^|[\s;]){ground}: \$(\w+)", rule)
            of = re.search(rf"(?:^|[\s;]){text}: \$(\w+)", rule)
            if on and of:
                yield on[1], of[1]


def test_each_ground_and_text_that_the_style_joins_is_held_to_that() -> None:
    found = set(pairs())
    assert len(found) > 12
    assert [(ground, text) for ground, text in sorted(found) if text not in TEXTS.get(ground, ())] == []


# Parts that are known by their edge or ground alone, and what they stand on. Source: WCAG 2.1, 1.4.11.
PARTS = {
    "neutral": ("warn_ring", "bad_ring"),
    "panel": ("edge", "focus", "bad", "warn", "good", "funded", "muted", "exit"),
    "field": ("edge", "focus", "bad", "warn", "muted"),
    "window": ("focus", "muted"),
}


@TABLES
@pytest.mark.parametrize("ground", PARTS)
def test_every_part_can_be_told_from_the_ground(look: str, ground: str) -> None:
    colours = asdict(LOOKS[look])
    told = {role: round(contrast(colours[role], colours[ground]), 2) for role in PARTS[ground]}
    assert {role: found for role, found in told.items() if found < 3} == {}


@pytest.mark.parametrize("look", ["dark", "light"])
def test_a_button_of_a_side_can_be_told_from_the_panel_where_it_has_no_edge(look: str) -> None:
    colours = asdict(LOOKS[look])
    assert min(contrast(colours[side], colours["panel"]) for side in ("buy", "sell")) >= 3


def test_in_high_contrast_every_field_has_an_edge_that_is_seen() -> None:
    assert contrast(HIGH.border, HIGH.field) >= 4.5


# --- which look ---


@pytest.fixture
def dressed(qapp: QApplication) -> Iterator[QApplication]:
    yield qapp
    theme.choose("system")
    theme._dress(qapp)


@TABLES
def test_a_look_that_was_chosen_is_worn_whatever_the_system_asks_for(
    dressed: QApplication, monkeypatch: pytest.MonkeyPatch, look: str
) -> None:
    monkeypatch.setattr(theme, "is_high", lambda _app: look != "high contrast")
    theme.choose(look)
    assert theme.roles(dressed) is LOOKS[look]
    assert dressed.palette().color(QPalette.ColorRole.Window) == QColor(LOOKS[look].window)
    monkeypatch.undo()


@pytest.mark.parametrize(("high", "dark", "table"), [(True, True, HIGH), (True, False, HIGH), (False, False, LIGHT)])
def test_system_follows_what_the_system_asks_for_contrast_before_brightness(
    dressed: QApplication, monkeypatch: pytest.MonkeyPatch, high: bool, dark: bool, table: Roles
) -> None:
    monkeypatch.setattr(theme, "is_high", lambda _app: high)
    monkeypatch.setattr(theme, "is_dark", lambda _app: dark)
    theme.choose("system")
    assert theme.roles(dressed) is table
    monkeypatch.undo()


def test_a_system_that_changes_its_contrast_changes_the_look_at_once(
    glass: Glass, dressed: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(theme, "is_high", lambda _app: True)
    hints = dressed.styleHints()
    hints.accessibility().contrastPreferenceChanged.emit(Qt.ContrastPreference.HighContrast)
    assert dressed.palette().color(QPalette.ColorRole.Window) == QColor(HIGH.window)
    monkeypatch.undo()


def test_the_look_is_chosen_from_a_list_that_has_every_look(glass: Glass) -> None:
    assert set(about("look").choices) == {"system", *LOOKS}
    glass.window.show_limits()
    pick = glass.part("limit-look")
    assert isinstance(pick, QComboBox)
    pick.setCurrentText("high contrast")
    assert glass.window.limits_window
    glass.window.limits_window.keep()
    assert glass.preferences.current.look == "high contrast"


@pytest.mark.parametrize("look", about("look").choices)
def test_the_tour_takes_every_look_there_is(look: str) -> None:
    assert cli.parser().parse_args(["tour", "--look", look.replace(" ", "-")]).look.replace("-", " ") == look


# --- eyes that see fewer colours ---

# What such an eye sees of red, green, blue, linear, in its full form. Source: Machado, Oliveira, Fernandes, “A
# Physiologically-based Model for Simulation of Color Vision Deficiency”, 2009, table of severity 1.0.
EYES = {
    "all colours": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
APART = 20  # of CIE 1976 delta E; 2.3 can just be told apart
PAIRS = (("buy", "sell"), ("live", "practice"), ("live", "warn_ground"), ("practice", "warn_ground"), ("buy", "exit"))
SIDES = (("long", "short"), ("short", "good"), ("long", "bad"))


# Words of these tones stand side by side in the log, in the status line and in the list of accounts; the band is one of
# the last two. That they are apart helps; none of them is a colour alone.
TONES_APART = 12
TONES = (
    ("good", "warn"),
    ("good", "bad"),
    ("warn", "bad"),
    *((tone, plain) for tone in ("good", "warn", "bad", "funded") for plain in ("muted", "text")),
    ("funded", "bad"),
    ("practice", "nowhere"),
)


def linear(colour: str) -> list[float]:
    shares = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in shares]


def seen(colour: str, eye: str) -> list[float]:
    light = linear(colour)
    return [min(1.0, max(0.0, sum(a * b for a, b in zip(row, light, strict=True)))) for row in EYES[eye]]


def lab(light: list[float]) -> tuple[float, float, float]:
    """L*, a*, b* of linear sRGB under D65. Source: CIE 15, and IEC 61966-2-1 for the matrix."""
    red, green, blue = light
    x = (0.4124564 * red + 0.3575761 * green + 0.1804375 * blue) / 0.95047
    y = 0.2126729 * red + 0.7151522 * green + 0.0721750 * blue
    z = (0.0193339 * red + 0.1191920 * green + 0.9503041 * blue) / 1.08883
    fx, fy, fz = (t ** (1 / 3) if t > 216 / 24389 else (24389 / 27 * t + 16) / 116 for t in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def apart(one: str, other: str, eye: str) -> float:
    both = zip(lab(seen(one, eye)), lab(seen(other, eye)), strict=True)
    return sum((a - b) ** 2 for a, b in both) ** 0.5


def test_the_distance_of_colours_is_reckoned_as_the_rule_has_it() -> None:
    assert lab([1.0, 1.0, 1.0]) == pytest.approx((100, 0, 0), abs=0.02)
    assert apart("#ff0000", "#00ff00", "all colours") == pytest.approx(170.6, abs=0.2)
    assert apart("#cc3333", "#2f8f2f", "deuteranopia") < apart("#cc3333", "#2f8f2f", "all colours") / 2


@TABLES
@pytest.mark.parametrize("eye", EYES)
def test_every_eye_tells_the_sides_and_the_places_apart(look: str, eye: str) -> None:
    colours = asdict(LOOKS[look])
    told = {pair: round(apart(colours[pair[0]], colours[pair[1]], eye)) for pair in (*PAIRS, *SIDES)}
    assert {pair: found for pair, found in told.items() if found < APART} == {}


@TABLES
@pytest.mark.parametrize("eye", EYES)
def test_every_eye_tells_the_tones_apart_that_stand_side_by_side(look: str, eye: str) -> None:
    colours = asdict(LOOKS[look])
    told = {pair: round(apart(colours[pair[0]], colours[pair[1]], eye)) for pair in TONES}
    assert {pair: found for pair, found in told.items() if found < TONES_APART} == {}


@TABLES
def test_a_side_never_wears_the_colour_of_what_was_refused_or_lost(look: str) -> None:
    colours = asdict(LOOKS[look])
    assert apart(colours["short"], colours["bad"], "all colours") >= TONES_APART


def test_sides_and_places_are_words_too(glass: Glass) -> None:
    for side in ("BUY", "SELL"):
        glass.type("instrument", "MES 12-26")
        glass.press("action", side)
        assert side in glass.window.ticket.read_back.sentence.text().upper()
    assert glass.window.band.mode.text() == "PRACTICE"


# --- placeholders ---


@pytest.mark.parametrize("table", [DARK, LIGHT], ids=["dark", "light"])
@pytest.mark.parametrize("kind", [QLineEdit, QPlainTextEdit, QTableView, QListWidget])
def test_a_placeholder_wears_the_colour_of_the_table(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch, table: Roles, kind: type[QWidget]
) -> None:
    monkeypatch.setattr(theme, "is_dark", lambda _app: table is DARK)
    theme._dress(qapp)
    try:
        line = kind()
        line.ensurePolished()
        assert line.palette().color(QPalette.ColorRole.PlaceholderText) == QColor(getattr(table, PLACEHOLDER))
    finally:
        monkeypatch.undo()
        theme._dress(qapp)


def drawn(part: QWidget) -> set[str]:
    picture = part.grab().toImage()
    return {picture.pixelColor(x, y).name() for x in range(picture.width()) for y in range(picture.height())}


def test_a_placeholder_of_the_ticket_is_painted_in_that_colour(glass: Glass) -> None:
    glass.window.ticket.form.put("order_type", "LIMIT")
    line = glass.line("limit_price")
    glass.settle()
    assert getattr(DARK, PLACEHOLDER) in drawn(line)


@pytest.mark.parametrize("field", ["limit_price", "instrument"])
@pytest.mark.parametrize(("text", "role"), [("", PLACEHOLDER), ("6400", "text")])
def test_a_line_that_gets_lower_wears_the_look_that_is_worn(
    glass: Glass, dressed: QApplication, field: str, text: str, role: str
) -> None:
    theme.choose("light")
    glass.window.ticket.form.put("order_type", "LIMIT")
    theme.dense(glass.part(field), True)
    glass.window.ticket.form.put(field, text)
    glass.settle()
    assert getattr(LIGHT, role) in drawn(glass.line(field))


@TABLES
def test_what_takes_lines_has_an_edge_that_is_seen_as_what_takes_one_has(dressed: QApplication, look: str) -> None:
    theme.choose(look)
    box = QPlainTextEdit()
    box.resize(60, 40)
    box.ensurePolished()
    edge = LOOKS[look].edge
    assert box.grab().toImage().pixelColor(30, 0).name() == edge
    box.setReadOnly(True)
    theme.mark(box)
    assert box.grab().toImage().pixelColor(30, 0).name() == LOOKS[look].border


# --- the focus ---


def test_a_button_with_the_focus_has_one_ring_and_no_second_one_within(glass: Glass, dressed: QApplication) -> None:
    theme.choose("light")
    button = glass.part("clear-options")
    assert isinstance(button, QPushButton)
    button.setText("")
    glass.window.activateWindow()
    button.setFocus()
    for key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
        QTest.keyClick(glass.window.focusWidget(), key)
    glass.settle()
    assert button.hasFocus()
    middle = button.grab().toImage().copy(4, button.height() // 2, button.width() - 8, 1)
    assert {middle.pixelColor(x, 0).name() for x in range(middle.width())} == {LIGHT.field}


@pytest.mark.parametrize("state", ["", "set", "warn", "bad"])
def test_a_group_of_options_shows_that_it_has_the_focus_whatever_it_says_else(
    glass: Glass, dressed: QApplication, state: str
) -> None:
    theme.choose("light")
    bar = glass.window.ticket.form._pane.bar
    button = next(button for button in bar.findChildren(QPushButton) if button.text().startswith("Bracket"))
    theme.mark(button, state=state)
    button.setFocus()
    glass.settle()
    assert LIGHT.focus in drawn(button)


# --- where it goes ---


@TABLES
def test_the_title_of_live_is_parted_from_the_rest_of_its_button_on_either_side(
    glass: Glass, dressed: QApplication, look: str
) -> None:
    theme.choose(look)
    glass.go(LIVE, glass.wire)
    glass.fill()
    for side, ground in (("BUY", LOOKS[look].buy), ("SELL", LOOKS[look].sell)):
        glass.press("action", side)
        glass.settle()
        picture = glass.part("send").grab().toImage()
        down = dict.fromkeys(picture.pixelColor(6, y).name() for y in range(6, picture.height() - 6))
        assert list(down) == [LOOKS[look].live, LOOKS[look].on_colour, ground]


# --- states in high contrast, and what stands where nothing is yet ---


@pytest.fixture
def high(glass: Glass, dressed: QApplication) -> Glass:
    theme.choose("high contrast")
    return glass


def colours_of(widget: QWidget) -> set[str]:
    """Every colour that the widget paints, as the tables write them."""
    picture = widget.grab().toImage()
    spots = product(range(picture.width()), range(picture.height()))
    return {picture.pixelColor(x, y).name() for x, y in spots}


@pytest.mark.parametrize("side", ["BUY", "SELL"])
def test_in_high_contrast_the_chosen_side_has_an_edge_as_every_chosen_button_has(high: Glass, side: str) -> None:
    editor = high.window.ticket.form.editor("action")
    editor.set_text(side)
    button = next(found for found in editor.findChildren(QPushButton) if found.text() == side)
    picture = button.grab().toImage()
    assert picture.pixelColor(picture.width() // 2, 0).name() == HIGH.text


@pytest.mark.parametrize(("state", "colour"), [("warn", HIGH.warn), ("bad", HIGH.bad), ("set", HIGH.text)])
def test_in_high_contrast_a_group_that_wants_a_look_says_so_while_it_is_open(
    high: Glass, state: str, colour: str
) -> None:
    groups = high.window.ticket.form._pane.bar
    groups.open("BRACKET")
    groups.show_state({}, {"BRACKET": state}, "")
    picture = high.part("group-BRACKET").grab().toImage()
    assert picture.pixelColor(picture.width() // 2, 0).name() == colour


def test_in_high_contrast_a_button_that_cannot_be_pressed_is_told_without_its_words(high: Glass) -> None:
    button = QPushButton("Close", high.window)
    assert HIGH.text in colours_of(button)
    button.setEnabled(False)
    assert HIGH.text not in colours_of(button)
    picture = button.grab().toImage()
    assert len({picture.pixelColor(x, 0).name() for x in range(8, picture.width() - 8)}) > 1, "its edge has gaps"


def test_in_high_contrast_the_list_of_presets_has_an_edge_though_it_is_empty(high: Glass) -> None:
    picture = high.window.presets.list.grab().toImage()
    assert picture.pixelColor(picture.width() // 2, 0).name() == HIGH.border


@TABLES
def test_what_stands_in_an_empty_log_or_field_can_be_read_in_every_look(
    glass: Glass, dressed: QApplication, look: str
) -> None:
    theme.choose(look)
    instrument = glass.window.ticket.form.editor("instrument").findChild(QLineEdit)
    for empty in (glass.window.log.table, instrument):
        assert empty.palette().placeholderText().color() == QColor(LOOKS[look].muted)
