"""Half a minute after a secret came in, no clipboard holds it; other texts are left alone."""

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit

from crosstrade_desk.ui.clipboards import CLEAR_AFTER_MS
from crosstrade_desk.ui.settings.connection_window import ConnectionWindow
from support.marker import MARKER
from support.windows import Glass


def board() -> str:
    return QGuiApplication.clipboard().text()


@pytest.fixture(autouse=True)
def _quick(glass: Glass) -> None:
    assert glass.window.clipboards._timer.interval() == CLEAR_AFTER_MS == 30_000
    glass.window.clipboards._timer.setInterval(1)


def keep(glass: Glass) -> None:
    """Pastes a key into the connection window and has it kept."""
    glass.click("connection")
    window = glass.window.connection_window
    assert window is not None
    for name, text in (("address", "https://app.crosstrade.io/v1/send/abcdef/ghijkl"), ("key", MARKER)):
        line = window.findChild(QLineEdit, name)
        assert isinstance(line, QLineEdit)
        QGuiApplication.clipboard().setText(text)
        line.paste()
    next(b for b in window._buttons if b.text() == "Keep for this session").click()


def test_a_key_that_was_pasted_and_kept_is_cleared_and_that_is_told(glass: Glass) -> None:
    keep(glass)
    assert board() == MARKER
    glass.wait(lambda: board() == "")
    assert "clipboard was cleared" in glass.window.status.text()


def test_an_alert_text_with_a_key_is_cleared(glass: Glass) -> None:
    QGuiApplication.clipboard().setText(f"key={MARKER}; command=FLATTENEVERYTHING;")
    glass.click("import")
    assert glass.window.import_window
    glass.window.import_window._paste()
    assert board()
    glass.wait(lambda: board() == "")


def test_what_was_copied_since_is_left_alone(glass: Glass) -> None:
    keep(glass)
    QGuiApplication.clipboard().setText("my shopping list")
    glass.wait(lambda: not glass.window.clipboards._timer.isActive())
    assert board() == "my shopping list"


def test_a_program_that_ends_before_clears_at_once(glass: Glass) -> None:
    glass.window.clipboards._timer.setInterval(CLEAR_AFTER_MS)
    keep(glass)
    glass.settle()
    glass.window.close()
    assert board() == ""


def paste(glass: Glass, text: str) -> ConnectionWindow:
    """Pastes a text into the key field and has nothing kept."""
    glass.click("connection")
    window = glass.window.connection_window
    assert window is not None
    line = window.findChild(QLineEdit, "key")
    assert isinstance(line, QLineEdit)
    QGuiApplication.clipboard().setText(text)
    line.selectAll()
    line.paste()
    return window


@pytest.mark.parametrize("then", ["closed", "emptied and closed", "left open"])
def test_a_key_that_was_pasted_and_not_kept_is_cleared_as_well(glass: Glass, then: str) -> None:
    window = paste(glass, f"{MARKER}\n")
    if then.startswith("emptied"):
        window._lines["key"].clear()
    if then.endswith("closed"):
        window.hide()
    assert board() == f"{MARKER}\n"
    glass.wait(lambda: board() == "")


def test_a_key_pasted_over_another_one_of_its_length_is_cleared(glass: Glass) -> None:
    paste(glass, "0123456789abcdef")
    paste(glass, "fedcba9876543210").hide()
    glass.wait(lambda: board() == "")


def test_what_was_pasted_there_by_mistake_is_no_secret_in_orders(glass: Glass) -> None:
    paste(glass, "MES 12-26").hide()
    glass.fill()
    glass.click("flatten")
    assert glass.sent == ["command=FLATTEN;\naccount=Sim101;\ninstrument=MES 12-26;"]
