"""Every text can be read on the ground it stands on, in both looks."""

from dataclasses import asdict

import pytest
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget

from crosstrade_desk.ui import theme
from crosstrade_desk.ui.theme import DARK, LIGHT, Roles
from support.windows import Glass

LEAST = 4.5
PLACEHOLDER = "muted"
TEXTS = {
    "window": ("text", "muted", "good", "warn", "bad", "funded"),
    "panel": ("text", "muted", "good", "warn", "bad", "funded"),
    "field": ("text", "muted", "good", "warn", "bad", "funded", PLACEHOLDER),
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


@pytest.mark.parametrize("table", [DARK, LIGHT], ids=["dark", "light"])
@pytest.mark.parametrize("ground", TEXTS)
def test_every_text_has_enough_contrast_to_its_ground(table: Roles, ground: str) -> None:
    colours = asdict(table)
    told = {role: round(contrast(colours[role], colours[ground]), 2) for role in TEXTS[ground]}
    assert {role: found for role, found in told.items() if found < LEAST} == {}


@pytest.mark.parametrize("table", [DARK, LIGHT], ids=["dark", "light"])
@pytest.mark.parametrize("kind", [QLineEdit, QPlainTextEdit])
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


def test_a_placeholder_of_the_ticket_is_painted_in_that_colour(glass: Glass) -> None:
    glass.window.ticket.form.put("order_type", "LIMIT")
    line = glass.line("limit_price")
    glass.settle()
    picture = line.grab().toImage()
    drawn = {picture.pixelColor(x, y).name() for x in range(picture.width()) for y in range(picture.height())}
    assert getattr(DARK, PLACEHOLDER) in drawn
