"""Words that change in a room that does not: whatever stands beside them must not jump under a pointer."""

from PySide6.QtWidgets import QLabel


def keep_width(label: QLabel, *texts: str) -> None:
    """Gives the label the width of the widest of these texts for good. Call it once it has its place and its style."""
    before = label.text()
    label.ensurePolished()
    label.setMinimumWidth(0)  # of a former font: no label asks for less
    widths = []
    for text in texts:
        label.setText(text)
        widths.append(label.sizeHint().width())
    label.setText(before)
    label.setFixedWidth(max(widths))
