"""What a screen reader says of a part: the same words as its tool tip, without the marks of HTML."""

from PySide6.QtWidgets import QWidget

from crosstrade_desk.ui.plain import tip


def explain(part: QWidget, text: str) -> None:
    """Explains a part in its tool tip and to a screen reader, which would else read the tool tip's HTML."""
    part.setToolTip(tip(text))
    part.setAccessibleDescription(text)


def name(part: QWidget, title: str, explanation: str) -> None:
    """Gives a part the name that a screen reader says, and what it says after it."""
    part.setAccessibleName(title)
    part.setAccessibleDescription(explanation)
